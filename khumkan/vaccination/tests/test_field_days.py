"""Closing a day: everybody once, every dose, and what the office and employers read of it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from khumkan import capacity
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.messages.models import Message
from khumkan.registry.actions.periods import employ
from khumkan.vaccination.actions import booking, closing, door, missing, presence, site_stock, visits
from khumkan.vaccination.choices import DoorOutcome, StockKind, TurnedBack, WaitingBecause
from khumkan.vaccination.models import DoorNote, Dose, EmployerDay, Session, SiteDay, Visit, VisitStep
from khumkan.vaccination.queries import oddities, site_days
from khumkan.vaccination.queries.oddities import OddKind
from khumkan.vaccination.rules.visits import Vitals
from khumkan.vaccination.states import DoseState
from khumkan.vaccination.tests.country import (
    OFFICE,
    OFFICER,
    a_needle,
    a_person,
    a_roster,
    a_session,
    a_site,
    booked,
    goes_on,
    hr_of,
    sent,
    vaccinator_at,
    waiting,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings: object) -> None:
    settings.LANGUAGE_CODE = "en"  # type: ignore[attr-defined]


def over(session: Session) -> None:
    Session.objects.filter(pk=session.pk).update(ends_at=clock.now())


def through(dose: Dose, session: Session) -> None:
    """Let somebody be vaccinated and leave."""
    visit = visits.check_in(dose=dose, session=session, sent=sent(), by=OFFICE)
    visits.measure(visit=visit, vitals=Vitals(systolic=120, diastolic=80), sent=sent(), by=OFFICE)
    visits.clear(visit=visit, answers={"consent": "yes"}, sent=sent(), by=OFFICE)
    assert session.lot is not None
    visits.inject(visit=visit, needle=a_needle(session.lot), by=OFFICE)
    Visit.objects.filter(pk=visit.pk).update(observe_until=clock.now())
    visits.leave(visit=visit, sent=sent(), by=OFFICE)


def a_busy_day() -> tuple[Session, list[Dose]]:
    """Let one be vaccinated, one be turned back, one not come, and one stand at the door without being listed."""
    session, roster = a_session(places=6), a_roster()
    doses = [booked(waiting(roster=roster), session=session) for _ in range(3)]
    goes_on(session)
    through(doses[0], session)
    visit = visits.check_in(dose=doses[1], session=session, sent=sent(), by=OFFICE)
    visits.turn_back(visit=visit, because=TurnedBack.PRESSURE, sent=sent(), by=OFFICE)
    stranger = a_person()
    employ(person_id=stranger.pk, employer_id=roster.employer_id, on=clock.today() - timedelta(days=99), by=OFFICE)
    door.note(
        site=session.site, outcome=DoorOutcome.NOT_ON_LIST, sent=sent(), person=stranger, by=vaccinator_at(session.site)
    )
    assert session.lot is not None
    site_stock.write_off(
        lot=session.lot, site_id=session.site_id, kind=StockKind.LEFT_OVER, doses=2, client_key=sent().client_key,
        by=OFFICE,
    )  # fmt: skip
    over(session)
    return session, doses


def test_a_closed_day_accounts_for_everybody_and_every_dose() -> None:
    session, doses = a_busy_day()
    by = vaccinator_at(session.site)
    day = closing.close_day(site=session.site, day=clock.today(), by=by)
    assert (day.booked, day.came, day.vaccinated, day.turned_back, day.no_show) == (3, 2, 1, 1, 1)
    assert (day.reasons, day.not_on_list, day.stood_by) == ({"pressure": 1}, 1, 0)
    assert (day.received, day.given, day.wasted, day.left) == (6, 1, 2, 3)
    (employer,) = EmployerDay.objects.filter(site_day=day)
    assert (employer.listed, employer.booked, employer.came, employer.no_show, employer.not_on_list) == (3, 3, 2, 1, 1)
    assert Session.objects.get(pk=session.pk).closed_at == day.closed_at
    missing = Dose.objects.get(pk=doses[2].pk)
    assert (missing.state, missing.waiting_because, missing.misses) == (DoseState.WAITING, WaitingBecause.MISSED, 1)
    assert Message.objects.filter(person_id=missing.person_id, template="vaccination.missed").count() == 1
    assert DoorNote.objects.get(dose=missing).outcome == DoorOutcome.NO_SHOW
    assert capacity.disagreements() == []


def test_a_closed_day_takes_nothing_more() -> None:
    session, _ = a_busy_day()
    by = vaccinator_at(session.site)
    closing.close_day(site=session.site, day=clock.today(), by=by)
    with pytest.raises(Refused, match="closed already"):
        closing.close_day(site=session.site, day=clock.today(), by=by)
    with pytest.raises(Refused, match="was closed"):
        visits.check_in(dose=waiting(), session=session, sent=sent(), by=by)
    with pytest.raises(Refused, match="was closed"):
        door.note(site=session.site, outcome=DoorOutcome.NOT_ON_LIST, sent=sent(), by=by)


def test_no_day_is_closed_over_somebodys_head() -> None:
    session = a_session(places=2)
    first, _second = booked(session=session), booked(session=session)
    goes_on(session)
    with pytest.raises(Refused, match="may still come"):
        closing.close_day(site=session.site, day=clock.today(), by=OFFICE)
    visit = visits.check_in(dose=first, session=session, sent=sent(), by=OFFICE)
    over(session)
    with pytest.raises(Refused, match="1 people are still"):
        closing.close_day(site=session.site, day=clock.today(), by=OFFICE)
    visits.turn_back(visit=visit, because=TurnedBack.WENT_AWAY, sent=sent(), by=OFFICE)
    closing.close_day(site=session.site, day=clock.today(), by=OFFICE)


def test_a_foreign_document_leaves_the_booked_person_missing() -> None:
    session = a_session()
    dose = booked(session=session)
    goes_on(session)
    visit = visits.check_in(dose=dose, session=session, sent=sent(), by=OFFICE)
    visits.turn_back(visit=visit, because=TurnedBack.MISMATCH, sent=sent(), by=OFFICE)
    over(session)
    day = closing.close_day(site=session.site, day=clock.today(), by=OFFICE)
    assert (day.booked, day.came, day.no_show, day.mismatch) == (1, 0, 1, 1)


def test_somebody_turned_back_who_comes_again_counts_once() -> None:
    session = a_session(places=3)
    dose = booked(session=session)
    goes_on(session)
    visit = visits.check_in(dose=dose, session=session, sent=sent(), by=OFFICE)
    visits.turn_back(visit=visit, because=TurnedBack.WENT_AWAY, sent=sent(), by=OFFICE)
    through(Dose.objects.get(pk=dose.pk), session)
    over(session)
    day = closing.close_day(site=session.site, day=clock.today(), by=OFFICE)
    assert (day.booked + day.stood_by, day.vaccinated, day.turned_back) == (1, 1, 0)


def test_the_database_refuses_a_day_that_loses_somebody() -> None:
    session, _ = a_busy_day()
    day = closing.close_day(site=session.site, day=clock.today(), by=OFFICE)
    with pytest.raises(IntegrityError, match="accounted_for"), transaction.atomic():
        SiteDay.objects.filter(pk=day.pk).update(no_show=0)


def test_only_the_own_site_is_closed() -> None:
    session, _ = a_busy_day()
    with pytest.raises(Missing):
        closing.close_day(site=session.site, day=clock.today(), by=vaccinator_at(a_site()))


def test_who_reads_a_closed_day() -> None:
    session, doses = a_busy_day()
    closing.close_day(site=session.site, day=clock.today(), by=OFFICE)
    today = clock.today()
    employer = doses[0].enrolment.employer
    assert employer is not None
    elsewhere = Actor(ActorKind.STAFF, 9, frozenset({Grant(Role.OFFICER, ScopeKind.PROVINCE, "50")}))
    assert len(site_days.closed_for(OFFICER, first=today, last=today)) == 1
    assert len(site_days.closed_for(elsewhere, first=today, last=today)) == 0
    with pytest.raises(Missing):
        site_days.closed_one(elsewhere, session.site.reference, today)
    assert len(site_days.days_of_employers(hr_of(employer), first=today, last=today)) == 1
    assert len(site_days.days_of_employers(hr_of(a_roster().employer), first=today, last=today)) == 0


def test_what_the_plan_books_at_night_is_not_odd() -> None:
    session = a_session()
    with clock.set_to(clock.at(clock.today(), clock.bangkok(clock.now()).time().replace(hour=23))):
        booking.book(dose=waiting(), session=session, by=OFFICE)
    assert oddities.found(OFFICER, first=session.day, last=session.day) == []


def test_a_step_that_came_hours_later_is_odd() -> None:
    session = a_session()
    dose = booked(session=session)
    goes_on(session)
    visits.check_in(dose=dose, session=session, sent=sent(), by=vaccinator_at(session.site))
    today = clock.today()
    assert oddities.found(OFFICER, first=today, last=today) == []
    VisitStep.objects.update(done_at=clock.now() - timedelta(hours=3))
    (odd,) = oddities.found(OFFICER, first=today, last=today)
    assert (odd.kind, odd.reference) == (OddKind.LATE, dose.reference)


def test_the_hours_of_a_day_without_a_session_are_none() -> None:
    site = a_site()
    assert site_days.hours(site.pk, clock.today()) is None
    with pytest.raises(Refused, match="no session"):
        presence.checked_on_day(sent(), site_id=site.pk, day=clock.today(), by=vaccinator_at(site))


def test_a_day_is_not_closed_before_it_has_come() -> None:
    session = a_session()
    with pytest.raises(Refused, match="has not come yet"):
        closing.close_day(site=session.site, day=session.day, by=vaccinator_at(session.site))


def test_nobody_is_booked_on_a_day_that_was_closed_and_who_was_at_that_moment_has_not_missed_it() -> None:
    session = goes_on(a_session())
    late = booked(waiting(), session=a_session())
    Dose.objects.filter(pk=late.pk).update(session=session)  # as if read before the day was closed
    Session.objects.filter(pk=session.pk).update(closed_at=clock.now())
    session.refresh_from_db()
    with pytest.raises(Refused, match="passed or was cancelled"):
        booking.book(dose=waiting(), session=session, by=OFFICE)
    Session.objects.filter(pk=session.pk).update(
        day=clock.today() - timedelta(days=2),
        starts_at=clock.now() - timedelta(days=2, hours=1),
        ends_at=clock.now() - timedelta(days=2),
    )
    missing.note_missed(by=OFFICE)
    late.refresh_from_db()
    assert (late.state, late.misses, late.waiting_because) == (DoseState.WAITING, 0, WaitingBecause.SITE_CLOSED)
