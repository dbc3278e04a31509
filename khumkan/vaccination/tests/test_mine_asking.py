"""Asking again, reminding of dates, noting who did not come, and the hotline's calls: once each, for all at once."""

from datetime import date, datetime, time, timedelta
from functools import partial

import pytest
import time_machine

from khumkan import capacity, policies
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.messages.models import Message
from khumkan.record.models import Event
from khumkan.registry.models import Person
from khumkan.vaccination import tasks
from khumkan.vaccination.actions import booking, calling, missing, reminding, sessions, willing
from khumkan.vaccination.choices import Decided, DoorOutcome, Group, WaitingBecause
from khumkan.vaccination.models import DoorNote, Dose, Enrolment, Session
from khumkan.vaccination.queries import desk
from khumkan.vaccination.states import DoseState
from khumkan.vaccination.terms.lists import ListTerms
from khumkan.vaccination.terms.planning import PlanningTerms
from khumkan.vaccination.tests.country import (
    OFFICE,
    OFFICER,
    a_person,
    a_roster,
    a_session,
    an_employer,
    booked,
    herself,
    invited,
    vaccinated,
    waiting,
)

pytestmark = pytest.mark.django_db
AGENT = Actor(ActorKind.STAFF, 11, frozenset({Grant(Role.AGENT)}))
SUPERVISOR = Actor(ActorKind.STAFF, 12, frozenset({Grant(Role.SUPERVISOR)}))
BECAUSE = "caller has no smartphone"


def told(person_id: int, template: str) -> int:
    return Message.objects.filter(person_id=person_id, template=f"vaccination.{template}").count()


def for_(dose: Dose, by: Actor = AGENT) -> Actor:
    return by.acting_for(dose.person_id, because=BECAUSE)


def day_after(dose: Dose) -> datetime:
    assert dose.session is not None
    return clock.at(dose.session.day + timedelta(days=1), time(3))


def test_who_has_not_answered_is_asked_again_once() -> None:
    silent, answers = invited(), invited()
    willing.confirm(enrolment=answers, how=Decided.LINK, by=herself(answers.person))
    days = policies.in_force(ListTerms, on=clock.today()).remind_after_days
    assert reminding.ask_again() == 0
    with time_machine.travel(clock.now() + timedelta(days=days, minutes=1), tick=False):
        newly = invited()
        assert tasks.people.ask_again(timestamp=0) == 1
        assert tasks.people.ask_again(timestamp=0) == 0
    asked = [told(one.person_id, "asked_again") for one in (silent, answers, newly)]
    assert asked == [1, 0, 0]
    silent.refresh_from_db()
    assert silent.reminded_at is not None


def test_a_date_is_reminded_of_once_and_a_new_one_again() -> None:
    later = a_session(day=clock.today() + timedelta(days=5))
    dose = booked(session=a_session(day=clock.today() + timedelta(days=3)))
    assert dose.session is not None
    hours = timedelta(hours=policies.in_force(PlanningTerms, on=clock.today()).remind_hours)
    assert reminding.remind_of_dates() == 0
    with time_machine.travel(dose.session.starts_at - hours + timedelta(minutes=1), tick=False):
        assert tasks.people.remind(timestamp=0) == 1
        assert tasks.people.remind(timestamp=0) == 0
        moved = booking.change_date(dose=dose, session=later, by=OFFICE)
        assert reminding.remind_of_dates() == 0  # days away
    assert moved.session is not None
    with time_machine.travel(moved.session.starts_at - hours + timedelta(minutes=1), tick=False):
        assert (reminding.remind_of_dates(), reminding.remind_of_dates()) == (1, 0)
        # who gets a date within that time has just been told of it
        booked(session=a_session(day=later.day))
        assert reminding.remind_of_dates() == 0
    assert told(dose.person_id, "reminder") == 2


def test_nobody_is_reminded_of_a_cancelled_session() -> None:
    dose = booked(session=a_session(day=clock.today() + timedelta(days=3)))
    assert dose.session is not None
    with time_machine.travel(dose.session.starts_at - timedelta(hours=20), tick=False):
        sessions.cancel(session=dose.session, why="heat", by=OFFICE)
        assert reminding.remind_of_dates() == 0


def test_who_did_not_come_waits_again_and_keeps_the_turn() -> None:
    dose = booked()
    was, since = dose.session, dose.waiting_since
    assert was is not None
    with time_machine.travel(day_after(dose), tick=False):
        assert missing.note_missed(by=OFFICE) == 1
        assert missing.note_missed(by=OFFICE) == 0
    dose.refresh_from_db()
    assert (dose.state, dose.session, dose.misses) == (DoseState.WAITING, None, 1)
    assert (dose.waiting_because, dose.waiting_since) == (WaitingBecause.MISSED, since)
    note = DoorNote.objects.get(dose=dose)
    assert (note.outcome, note.session, note.site_id) == (DoorOutcome.NO_SHOW, was, was.site_id)
    assert Event.objects.filter(name="vaccination.missed", person_id=dose.person_id).count() == 1
    assert (told(dose.person_id, "missed"), told(dose.person_id, "missed_again")) == (1, 0)
    assert capacity.disagreements() == []


def test_a_site_that_closes_its_day_notes_them_once() -> None:
    dose = booked()
    assert dose.session is not None
    note = partial(missing.note_missed_at, site_id=dose.session.site_id, day=dose.session.day, by=OFFICE)
    assert (note(), note()) == (1, 0)
    dose.refresh_from_db()
    assert (dose.state, dose.misses) == (DoseState.WAITING, 1)
    assert dose.call_after is not None
    assert DoorNote.objects.filter(dose=dose, outcome=DoorOutcome.NO_SHOW).count() == 1
    assert capacity.disagreements() == []


def test_on_the_day_itself_nobody_has_missed_anything() -> None:
    dose = booked()
    assert dose.session is not None
    with time_machine.travel(dose.session.ends_at + timedelta(hours=3), tick=False):
        assert missing.note_missed(by=OFFICE) == 0


def test_who_came_has_not_missed_it() -> None:
    dose = booked()
    assert dose.session is not None
    with time_machine.travel(dose.session.starts_at, tick=False):
        vaccinated(dose)
    with time_machine.travel(day_after(dose), tick=False):
        assert missing.note_missed(by=OFFICE) == 0


def test_nobody_is_missed_while_a_device_may_still_say_that_they_came() -> None:
    dose = booked()
    assert dose.session is not None
    evening = clock.at(dose.session.day, time(18))
    Session.objects.filter(pk=dose.session.pk).update(starts_at=evening - timedelta(hours=1), ends_at=evening)
    with time_machine.travel(evening + timedelta(hours=11), tick=False):
        assert missing.note_missed(by=OFFICE) == 0
    with time_machine.travel(evening + timedelta(hours=13), tick=False):
        assert missing.note_missed(by=OFFICE) == 1


def test_the_dead_are_not_asked_and_not_reminded() -> None:
    silent, dose = invited(), booked(session=a_session(day=clock.today() + timedelta(days=3)))
    assert dose.session is not None
    Person.objects.filter(pk__in=[silent.person_id, dose.person_id]).update(died_on=clock.today())
    with time_machine.travel(dose.session.starts_at - timedelta(hours=20), tick=False):
        assert (reminding.ask_again(), reminding.remind_of_dates()) == (0, 0)


def test_of_a_cancelled_session_nobody_stayed_away() -> None:
    dose = booked()
    assert dose.session is not None
    sessions.cancel(session=dose.session, why="heat", by=OFFICE)
    with time_machine.travel(day_after(dose), tick=False):
        assert tasks.people.note_missed(timestamp=0) == 1
    dose.refresh_from_db()
    assert (dose.waiting_because, dose.misses, dose.call_after) == (WaitingBecause.SITE_CLOSED, 0, None)
    assert DoorNote.objects.count() == 0
    assert told(dose.person_id, "waits_again") == 1


def missed_often() -> Dose:
    """Return somebody who stayed away as often as the terms allow."""
    dose = booked()
    Dose.objects.filter(pk=dose.pk).update(misses=1)
    with time_machine.travel(day_after(dose), tick=False):
        missing.note_missed(by=OFFICE)
    dose.refresh_from_db()
    assert told(dose.person_id, "missed_again") == 1
    return dose


def test_after_some_misses_an_officer_decides() -> None:
    dose = missed_often()
    most = policies.in_force(PlanningTerms, on=clock.today()).misses
    assert dose.misses == most
    for by in (for_(dose), herself(dose.person), for_(dose, Actor(ActorKind.STAFF, 9, frozenset()))):
        with pytest.raises(Missing):
            calling.let_plan_again(dose=dose, by=by)
    with pytest.raises(Refused, match="why"):
        calling.let_plan_again(dose=dose, by=SUPERVISOR)
    calling.let_plan_again(dose=dose, by=for_(dose, OFFICER))
    dose.refresh_from_db()
    assert dose.misses == most - 1
    assert told(dose.person_id, "planned_again") == 1
    with pytest.raises(Refused, match="anyway"):
        calling.let_plan_again(dose=dose, by=for_(dose, SUPERVISOR))


def test_the_hotline_calls_who_missed_until_it_has_spoken_with_them() -> None:
    dose = booked()
    with time_machine.travel(day_after(dose), tick=False) as traveller:
        missing.note_missed(by=OFFICE)
        assert list(desk.to_call(AGENT)) == [dose]
        calling.note_call(dose=dose, answered=False, by=for_(dose))
        assert desk.count_to_call(AGENT) == 0
        traveller.shift(timedelta(hours=24))
        assert list(desk.to_call(AGENT)) == [dose]
        calling.note_call(dose=dose, answered=True, by=for_(dose))
        traveller.shift(timedelta(days=30))
        assert desk.count_to_call(AGENT) == 0
        with pytest.raises(Refused, match="not to be called"):
            calling.note_call(dose=dose, answered=True, by=for_(dose))


def test_the_hotline_calls_whose_date_fell_away_twice() -> None:
    dose = booked()
    for times in (1, 2):
        booking.give_back(dose=dose, because=WaitingBecause.SITE_CLOSED, by=OFFICE)
        assert desk.count_to_call(AGENT) == (1 if times == 2 else 0)
        booked(dose)
    assert desk.count_to_call(AGENT) == 0  # has a date again
    booking.give_back(dose=dose, because=WaitingBecause.GAVE_BACK, by=herself(dose.person))
    dose.refresh_from_db()
    assert dose.fell_away == 2


def test_what_staff_do_for_somebody_the_person_is_always_told() -> None:
    """TRUST.md S8. What people do themselves they see on the page."""
    dose, other = booked(), a_session()
    booking.change_date(dose=dose, session=other, by=for_(dose))
    booking.give_back(dose=dose, because=WaitingBecause.GAVE_BACK, by=for_(dose))
    willing.change_wish(enrolment=dose.enrolment, near_home=True, by=for_(dose))
    willing.refuse(enrolment=dose.enrolment, how=Decided.HOTLINE, by=for_(dose))
    willing.confirm(enrolment=dose.enrolment, how=Decided.HOTLINE, by=for_(dose))
    for template in ("moved", "gave_back", "wish_changed", "declined", "confirmed"):
        assert told(dose.person_id, template) == 1, template
    own = booked()
    willing.change_wish(enrolment=own.enrolment, near_home=True, by=herself(own.person))
    booking.give_back(dose=own, because=WaitingBecause.GAVE_BACK, by=herself(own.person))
    assert (told(own.person_id, "gave_back"), told(own.person_id, "wish_changed")) == (0, 0)


def test_staff_say_why_and_others_see_nothing() -> None:
    dose = booked()
    with pytest.raises(Refused, match="why"):
        booking.give_back(dose=dose, because=WaitingBecause.GAVE_BACK, by=AGENT)
    with pytest.raises(Missing):
        booking.give_back(dose=dose, because=WaitingBecause.GAVE_BACK, by=herself(waiting().person))
    enrolment = invited()
    willing.refuse(enrolment=enrolment, how=Decided.LINK, by=herself(enrolment.person))
    with pytest.raises(Refused, match="First say"):
        willing.change_wish(enrolment=enrolment, near_home=True, by=herself(enrolment.person))
    with pytest.raises(Refused, match="no date to give back"):
        booking.give_back(dose=waiting(), because=WaitingBecause.GAVE_BACK, by=OFFICE)
    assert Enrolment.objects.filter(near_home=True).count() == 0


def test_the_old_come_before_people_of_common_housing_and_they_before_others() -> None:
    housed, other = a_roster(an_employer(has_housing=True)), a_roster()
    born = date(1950, 1, 1)
    people = [invited(a_person(born=born), roster=housed), invited(roster=housed), invited(roster=other)]
    assert [enrolment.group for enrolment in people] == [Group.ELDERLY, Group.HIGH_RISK_WORK, Group.WORKER]
