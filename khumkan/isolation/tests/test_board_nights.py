"""Nights of a month for the settlement with a hotel, and the forecast with its error."""

import csv
import io
from datetime import date, timedelta

import openpyxl
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from khumkan.accounts.testing import sign_in, user
from khumkan.isolation.actions import discharges, forecasts, settlements, sites, stays
from khumkan.isolation.choices import CareEnd, Level
from khumkan.isolation.models import BedForecast, Facility, Stay
from khumkan.isolation.queries import forecasts as queries
from khumkan.isolation.queries import nights
from khumkan.isolation.rules.nights import Statement
from khumkan.isolation.states import FacilityState
from khumkan.isolation.tests import hotel
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.record.models import Event
from khumkan.ui.testing import assert_page_is_sound

pytestmark = pytest.mark.django_db
MONTH = date(2021, 7, 1)


@pytest.fixture
def house() -> Facility:
    """Return a hotel in which somebody spent three nights of July and somebody else came on the 30th and stays."""
    with time_machine.travel("2021-07-05T05:00:00Z", tick=False):
        made = hotel.a_hotel(rooms=2)
        gone = stays.arrive(stay=hotel.held(), by=hotel.OFFICE)
        discharges.confirm(care=gone.care, because=CareEnd.OWN_WISH, by=hotel.OFFICE)
    with time_machine.travel("2021-07-08T05:00:00Z", tick=False):
        stays.leave(stay=gone, by=hotel.OFFICE)
    with time_machine.travel("2021-07-30T05:00:00Z", tick=False):
        stays.arrive(stay=hotel.held(), by=hotel.OFFICE)
        hotel.held()  # nobody is paid for a promise
    return made


def officer() -> Client:
    return sign_in(Client(), user(Role.OFFICER))


def test_the_file_has_a_row_for_each_stay_and_the_days_add_up(house: Facility) -> None:
    with time_machine.travel("2021-08-02T05:00:00Z", tick=False):
        client = officer()
        page = client.get(reverse("isolation:nights", args=[house.site.reference]), {"month": "2021-07"})
        assert_page_is_sound(page)
        assert page.context["statement"].total == 5
        answer = client.get(
            reverse("isolation:nights_csv", args=[house.site.reference]), {"month": "2021-07", "lang": "en"}
        )
        content = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(content)))
    assert [row["Nights"] for row in rows] == ["3", "2", "5"]
    assert (rows[0]["Arrived"], rows[0]["Left"], rows[1]["Left"]) == ("2021-07-05 12:00", "2021-07-08 12:00", "")
    total = rows[-1]
    days = [day for day in total if day.startswith("2021-07-")]
    assert len(days) == 31
    for day in days:
        assert int(total[day]) == sum(int(row[day]) for row in rows[:-1])
    assert int(total["Nights"]) == sum(int(total[day]) for day in days)


def test_the_workbook_says_the_same_in_figures(house: Facility) -> None:
    with time_machine.travel("2021-08-02T05:00:00Z", tick=False):
        answer = officer().get(reverse("isolation:nights_xlsx", args=[house.site.reference]), {"month": "2021-07"})
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)  # type: ignore[union-attr]
    assert [row[4] for row in rows[1:]] == [3, 2, 5]
    assert sum(rows[-1][5:]) == 5


def test_no_name_is_in_the_file(house: Facility) -> None:
    with time_machine.travel("2021-08-02T05:00:00Z", tick=False):
        answer = officer().get(reverse("isolation:nights_csv", args=[house.site.reference]), {"month": "2021-07"})
        content = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    names = list(Stay.objects.values_list("person__last_name", flat=True))
    references = list(Stay.objects.filter(arrived_at__isnull=False).values_list("care__reference", flat=True))
    assert not any(name in content for name in names)
    assert all(reference in content for reference in references)


def test_handing_out_is_on_record_with_its_control_total(house: Facility) -> None:
    with time_machine.travel("2021-08-02T05:00:00Z", tick=False):
        settlements.hand_out(facility=house, month=MONTH, form="csv", by=hotel.OFFICER)
    event = Event.objects.get(name="isolation.nights_handed_out")
    assert event.data == {"month": "2021-07", "form": "csv", "stays": 2, "nights": 5}


def test_a_statement_that_does_not_add_up_is_handed_to_nobody(house: Facility, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nights, "statement", lambda *_: Statement((MONTH,), (), (1,)))
    with pytest.raises(Refused) as refusal:
        settlements.hand_out(facility=house, month=MONTH, form="csv", by=hotel.OFFICER)
    assert refusal.value.code == "nights_differ"
    assert not Event.objects.filter(name="isolation.nights_handed_out").exists()


def test_only_officers_of_the_province_get_it(house: Facility) -> None:
    elsewhere = Actor(ActorKind.STAFF, 8, frozenset({Grant(Role.OFFICER, ScopeKind.PROVINCE, "50")}))
    for stranger in (elsewhere, hotel.staff(Role.FRONT_DESK, house)):
        with pytest.raises(Missing):
            settlements.hand_out(facility=house, month=MONTH, form="csv", by=stranger)


@pytest.mark.parametrize("asked", ["", "x", "2021-13", "9999-01", "0001-01"])
def test_a_month_that_cannot_be_read_or_is_to_come_is_a_page_all_the_same(house: Facility, asked: str) -> None:
    answer = officer().get(reverse("isolation:nights", args=[house.site.reference]), {"month": asked})
    assert_page_is_sound(answer)


def test_the_months_reach_from_the_first_arrival_to_now(house: Facility) -> None:
    with time_machine.travel("2021-09-02T05:00:00Z", tick=False):
        assert nights.months(house) == [date(2021, 9, 1), date(2021, 8, 1), MONTH]


def test_who_is_here_is_expected_to_leave_on_the_day_of_the_terms() -> None:
    with time_machine.travel("2021-07-05T05:00:00Z", tick=False):
        house = hotel.a_hotel(rooms=2)
        stays.arrive(stay=hotel.held(hotel.waiting(days_ago=6)), by=hotel.OFFICE)
        place = queries.known([house])[house.pk, Level.GREEN]
    assert (place.free, place.held, place.leaving_on) == (1, 0, (date(2021, 7, 9),))
    assert place.admitted == (1, 0, 0, 0, 0, 0, 0)


def test_who_only_changed_the_bed_is_no_admission() -> None:
    house = hotel.a_hotel(rooms=2)
    stay = stays.arrive(stay=hotel.held(), by=hotel.OFFICE)
    (other,) = set(hotel.beds_of(house)) - {stay.bed_id}
    stays.change_bed(stay=stay, bed_ids=[other], by=hotel.OFFICE)
    assert queries.known([house])[house.pk, Level.GREEN].admitted[0] == 1


def test_beds_that_join_and_leave_are_known_and_a_closed_site_has_none() -> None:
    house = hotel.a_hotel(rooms=2)
    leaves = clock.today() + timedelta(days=2)
    sites.withdraw_beds(facility=house, bed_ids=hotel.beds_of(house)[:1], until=leaves, by=hotel.OFFICE)
    assert queries.known([house])[house.pk, Level.GREEN].change == {leaves: -1}
    assert [day.free for day in queries.of_house(house)[0][1]] == [2, 1, 1, 1, 1, 1, 1]
    sites.set_state(facility=house, to=FacilityState.CLOSED, why="lift", by=hotel.OFFICE)
    house.refresh_from_db()
    assert {day.free for day in queries.of_house(house)[0][1]} == {0}


def test_forecasts_are_kept_once_and_meet_their_day() -> None:
    with time_machine.travel("2021-07-05T16:50:00Z", tick=False):
        house = hotel.a_hotel(rooms=3)
        assert forecasts.keep(by=hotel.OFFICE) == 7
        forecasts.keep(by=hotel.OFFICE)
        assert BedForecast.objects.count() == 7
    with time_machine.travel("2021-07-06T16:50:00Z", tick=False):
        hotel.held()
        forecasts.keep(by=hotel.OFFICE)
        met = BedForecast.objects.get(free_then__isnull=False)
        assert (met.for_on, met.free, met.free_then) == (date(2021, 7, 6), 3, 2)
        error = queries.errors_by_level([house.pk])[Level.GREEN]
        assert (error.mean, error.mean_absolute, error.pairs) == (1.0, 1.0, 1)
        assert queries.errors_by_place([house.pk])[house.pk, Level.GREEN].pairs == 1


def test_only_khumkan_and_the_head_office_keep_forecasts() -> None:
    with pytest.raises(Missing):
        forecasts.keep(by=Actor(ActorKind.STAFF, 8, frozenset({Grant(Role.OFFICER, ScopeKind.PROVINCE, "10")})))


def test_the_page_shows_seven_days_and_the_error() -> None:
    house = hotel.a_hotel(rooms=2)
    BedForecast.objects.create(
        site_id=house.pk, level=1, made_on=clock.today() - timedelta(days=1), for_on=clock.today(), free=5,
        admissions=0, discharges=0, free_then=2,
    )  # fmt: skip
    client = officer()
    page = client.get(reverse("isolation:forecast"), {"lang": "en"})
    assert_page_is_sound(page)
    assert "wrong by 3.0 beds on average, rather too many. Forecasts compared: 1." in page.text
    answer = client.get(reverse("isolation:forecast"), {"format": "csv", "lang": "en"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["Free in the evening"] for row in rows] == ["2"] * 7
    nowhere = sign_in(Client(), user(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key="50"))
    assert str(house.site) not in nowhere.get(reverse("isolation:forecast")).text
