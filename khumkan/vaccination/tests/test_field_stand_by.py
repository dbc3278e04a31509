"""Stand-bys: who may ask, who is called, and that a dose is promised once."""

from datetime import timedelta

import pytest

from khumkan.kernel import clock
from khumkan.kernel.errors import Missing, Refused
from khumkan.messages.models import Message
from khumkan.places.models import Site
from khumkan.vaccination.actions import booking, closing, standby, visits
from khumkan.vaccination.choices import Group, TurnedBack
from khumkan.vaccination.models import Dose, Session, SiteDay, StandBy
from khumkan.vaccination.queries import site_doses
from khumkan.vaccination.states import DoseState
from khumkan.vaccination.tests.country import (
    OFFICE,
    a_person,
    a_session,
    a_site,
    booked,
    goes_on,
    herself,
    sent,
    vaccinator_at,
    waiting,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings: object) -> None:
    settings.LANGUAGE_CODE = "en"  # type: ignore[attr-defined]


def a_day(*, places: int = 2) -> Session:
    return goes_on(a_session(places=places))


def asks(session: Session, dose: Dose | None = None, **wish: object) -> StandBy:
    fresh = dose or waiting()
    values = {"dose": fresh, "site": session.site, "day": clock.today(), "by": herself(fresh.person)}
    return standby.ask(**{**values, **wish})  # type: ignore[arg-type]


def test_who_waits_and_lives_near_may_ask_for_today_or_tomorrow() -> None:
    session = a_day()
    made = asks(session)
    assert (made.site_id, made.day, made.called_at) == (session.site_id, clock.today(), None)
    with pytest.raises(Refused, match="already"):
        asks(session, made.dose)
    with pytest.raises(Refused, match="today or tomorrow"):
        asks(session, day=clock.today() + timedelta(days=2))
    with pytest.raises(Refused, match="today or tomorrow"):
        asks(session, day=clock.today() - timedelta(days=1))


def test_nobody_asks_for_somebody_else() -> None:
    with pytest.raises(Missing):
        asks(a_day(), by=herself(waiting().person))


def test_who_has_a_date_keeps_it_and_does_not_stand_by() -> None:
    session = a_day()
    with pytest.raises(Refused, match="wait for a date"):
        asks(session, booked())


def test_a_site_too_far_or_without_a_session_takes_no_names() -> None:
    session = a_day()
    Site.objects.filter(pk=session.site_id).update(latitude=session.site.latitude + 2)
    session.refresh_from_db()
    with pytest.raises(Refused, match="too far"):
        asks(session)
    with pytest.raises(Refused, match="no session"):
        asks(session, site=a_site())


def test_too_early_for_the_interval_is_too_early_as_a_stand_by() -> None:
    session, dose = a_day(), waiting()
    Dose.objects.filter(pk=dose.pk).update(due_from=clock.today() + timedelta(days=5))
    with pytest.raises(Refused, match="too early"):
        asks(session, dose)


def test_the_next_is_called_told_and_let_in() -> None:
    session = a_day()
    by = vaccinator_at(session.site)
    first, second = asks(session), asks(session)
    Dose.objects.filter(pk=second.dose_id).update(group=Group.ELDERLY)
    called = standby.call_next(site_id=session.site_id, by=by)
    assert called == second
    assert Message.objects.filter(person_id=second.person_id, template="vaccination.stand_by").count() == 1
    visit = standby.came(stand_by=called, sent=sent(), by=by)
    assert visit.dose_id == second.dose_id
    called.refresh_from_db()
    assert called.came is True
    assert standby.call_next(site_id=session.site_id, by=by) == first


def test_no_more_are_called_than_doses_are_left() -> None:
    session = a_session(places=2)
    booked(session=session)
    goes_on(session)
    by = vaccinator_at(session.site)
    asks(session), asks(session)
    assert site_doses.spare(session) == 1
    standby.call_next(site_id=session.site_id, by=by)
    with pytest.raises(Refused, match="No dose is left"):
        standby.call_next(site_id=session.site_id, by=by)
    an_hour_ago = clock.now() - timedelta(minutes=61)
    StandBy.objects.exclude(called_at=None).update(called_at=an_hour_ago)  # who was called did not come
    assert standby.call_next(site_id=session.site_id, by=by)


def test_nobody_is_called_when_nobody_waits() -> None:
    session = a_day()
    made = asks(session)
    booking.book(dose=made.dose, session=a_session(), by=OFFICE)
    with pytest.raises(Refused, match="Nobody"):
        standby.call_next(site_id=session.site_id, by=vaccinator_at(session.site))


def test_another_site_calls_nobody_here() -> None:
    session = a_day()
    asks(session)
    with pytest.raises(Missing):
        standby.call_next(site_id=session.site_id, by=vaccinator_at(a_site()))


def test_a_stand_by_counts_as_one_when_the_day_is_closed() -> None:
    session = a_day()
    made = asks(session)
    standby.call_next(site_id=session.site_id, by=OFFICE)
    visit = standby.came(stand_by=made, sent=sent(), by=OFFICE)
    visits.turn_back(visit=visit, because=TurnedBack.UNWELL, sent=sent(), by=OFFICE)
    assert Dose.objects.get(pk=made.dose_id).state == DoseState.WAITING
    Session.objects.filter(pk=session.pk).update(ends_at=clock.now())
    closing.close_day(site=session.site, day=clock.today(), by=OFFICE)
    day = SiteDay.objects.get()
    assert (day.booked, day.stood_by, day.turned_back, day.reasons) == (0, 1, 1, {"unwell": 1})


def test_nobody_is_called_for_a_vaccine_that_does_not_suit_their_age() -> None:
    session = a_day()
    child = waiting(a_person(born=clock.today() - timedelta(days=16 * 365)))
    StandBy.objects.create(
        site=session.site, dose=child, person_id=child.person_id, day=clock.today(), asked_at=clock.now()
    )  # for the other vaccine of this site
    with pytest.raises(Refused, match="whom this vaccine suits"):
        standby.call_next(site_id=session.site_id, by=vaccinator_at(session.site))
    grown_up = asks(session)
    assert standby.call_next(site_id=session.site_id, by=vaccinator_at(session.site)) == grown_up
