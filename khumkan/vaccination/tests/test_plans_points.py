"""Where an area lies: the published list has no coordinates below the province, and a plan needs them."""

from datetime import timedelta

import pytest

from khumkan.kernel import clock
from khumkan.places.models import District, Subdistrict
from khumkan.vaccination.queries import offers
from khumkan.vaccination.queries.points import points_of
from khumkan.vaccination.tests.campaigns import a_plan, open_site, people_wait
from khumkan.vaccination.tests.country import a_lot, a_session, a_site, an_employer, booked, subdistrict

pytestmark = pytest.mark.django_db
NOWHERE = {"latitude": None, "longitude": None}


def as_published() -> None:
    """Let only the province have a point, as in an installation."""
    subdistrict()
    Subdistrict.objects.update(**NOWHERE)
    District.objects.update(**NOWHERE)


def test_what_is_known_of_an_area_itself_counts() -> None:
    subdistrict()
    an_employer(latitude=13.9, longitude=100.9)
    assert points_of(["102601"]) == {"102601": (13.765, 100.553)}


def test_an_area_lies_in_the_middle_of_its_employers() -> None:
    for north in (0.0, 0.01, 4.0):  # one address was placed wrongly
        an_employer(latitude=13.7 + north, longitude=100.5)
    as_published()
    assert points_of(["102601"]) == {"102601": (pytest.approx(13.71), 100.5)}


def test_without_an_employer_there_the_district_counts_and_then_the_province() -> None:
    an_employer(latitude=13.8, longitude=100.6, subdistrict_code="102602")
    as_published()
    assert points_of(["102601", "1026", "103301", "10", ""]) == {
        "102601": (13.8, 100.6),
        "1026": (13.8, 100.6),
        "103301": (13.765, 100.553),
        "10": (13.765, 100.553),
    }
    assert points_of(["990101"]) == {}


def test_people_get_dates_where_only_the_province_has_a_point() -> None:
    people_wait(3)
    open_site(places=8)
    a_lot(doses=20)
    as_published()
    assert a_plan().persons == 3


def test_control_nobody_is_near_a_site_when_nothing_is_known_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    people_wait(3)
    open_site(places=8)
    a_lot(doses=20)
    monkeypatch.setattr("khumkan.vaccination.actions.planning.points_of", lambda codes: {})
    assert a_plan().persons == 0


def test_other_dates_are_looked_for_from_the_same_point() -> None:
    dose = booked(session=a_session(day=clock.today() + timedelta(days=2)))
    other = a_session(site=a_site(north=0.13))
    an_employer(latitude=13.9, longitude=100.553)
    as_published()
    [offer] = [one for one in offers.offers_for(dose, dose.enrolment) if one.session_id == other.pk]
    assert offer.km == pytest.approx(0.6, abs=0.1)
