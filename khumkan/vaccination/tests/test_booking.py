"""From the employer's list to a date, and every way in which a date can change."""

from datetime import timedelta

import pytest
import time_machine

from khumkan import capacity
from khumkan.capacity.models import Supply
from khumkan.kernel import clock
from khumkan.kernel.errors import Missing, Refused
from khumkan.messages.models import Message
from khumkan.registry.models import Person
from khumkan.vaccination.actions import (
    booking,
    corrections,
    ending,
    enrolling,
    keeping,
    replanning,
    sessions,
    stock,
    willing,
)
from khumkan.vaccination.actions.corrections import Truth
from khumkan.vaccination.choices import Decided, Vaccine, WaitingBecause
from khumkan.vaccination.models import Dose, Enrolment
from khumkan.vaccination.states import DoseState, EnrolmentState, LotState, RosterState
from khumkan.vaccination.tests.country import (
    OFFICE,
    OFFICER,
    a_lot,
    a_person,
    a_roster,
    a_session,
    a_site,
    booked,
    goes_on,
    herself,
    hr_of,
    invited,
    vaccinated,
    waiting,
)

pytestmark = pytest.mark.django_db


def told(person_id: int) -> list[str]:
    return list(Message.objects.filter(person_id=person_id).order_by("id").values_list("template", flat=True))


def test_who_is_listed_is_invited_once_however_many_employers_list_them() -> None:
    somebody = a_person()
    first = enrolling.list_people(roster=a_roster(), people=[(somebody.pk, "")], by=OFFICE)
    second = enrolling.list_people(roster=a_roster(), people=[(somebody.pk, "")], by=OFFICE)
    assert (first, second) == (1, 0)
    enrolment = Enrolment.objects.get(person=somebody)
    assert (enrolment.state, enrolment.work_area, enrolment.province_code) == ("invited", "102601", "10")
    assert told(somebody.pk) == ["vaccination.invited"]


def test_a_locked_list_is_changed_by_the_office_alone() -> None:
    roster = a_roster()
    roster.state, roster.locked_at = RosterState.LOCKED, clock.now()
    roster.save()
    with pytest.raises(Refused, match="locked"):
        enrolling.list_people(roster=roster, people=[(a_person().pk, "")], by=hr_of(roster.employer))
    assert enrolling.list_people(roster=roster, people=[(a_person().pk, "")], by=OFFICER) == 1
    with pytest.raises(Missing):
        enrolling.list_people(roster=roster, people=[(a_person().pk, "")], by=hr_of(a_roster().employer))


def test_being_taken_off_a_list_takes_no_date_away() -> None:
    roster = a_roster()
    dose = booked(waiting(roster=roster))
    assert enrolling.remove_people(roster=roster, person_ids=[dose.person_id], by=hr_of(roster.employer)) == 1
    dose.refresh_from_db()
    assert dose.state == DoseState.BOOKED


def test_who_confirms_waits_for_a_date_and_who_declines_does_not() -> None:
    dose = waiting()
    assert (dose.state, dose.waiting_because, dose.number) == ("waiting", WaitingBecause.NEXT_PLAN, 1)
    enrolment = dose.enrolment
    willing.refuse(enrolment=enrolment, how=Decided.LINK, by=herself(enrolment.person))
    dose.refresh_from_db()
    enrolment.refresh_from_db()
    assert (enrolment.state, dose.state) == (EnrolmentState.WITHDRAWN, DoseState.CANCELLED)
    willing.confirm(enrolment=enrolment, how=Decided.HOTLINE, by=OFFICE)
    dose.refresh_from_db()
    assert dose.state == DoseState.WAITING  # the same row: a person has each dose once


def test_who_has_had_every_dose_is_not_left_waiting_for_none() -> None:
    enrolment = invited()
    for number in (1, 2):
        truth = Truth(
            number=number, vaccine=Vaccine.SINOVAC, lot_number="S1", elsewhere="a hospital", evidence="a card",
            given_on=clock.today() - timedelta(days=90 - 30 * number),
        )  # fmt: skip
        corrections.enter(person=enrolment.person, truth=truth, by=OFFICER)
    with pytest.raises(Refused, match="every dose"):
        willing.confirm(enrolment=enrolment, how=Decided.LINK, by=herself(enrolment.person))
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.INVITED


def test_nobody_decides_for_the_worker() -> None:
    enrolment = invited()
    employer = hr_of(enrolment.employer)  # type: ignore[arg-type]
    for by in (employer, herself(a_person())):
        with pytest.raises(Missing):
            willing.confirm(enrolment=enrolment, how=Decided.LINK, by=by)


def test_a_date_takes_a_place_and_giving_it_back_frees_it() -> None:
    dose = booked()
    assert dose.session is not None
    supply = Supply.objects.get(pk=dose.session.supply_id)
    assert (dose.state, supply.taken, supply.total) == (DoseState.BOOKED, 1, 2)
    booking.give_back(dose=dose, because=WaitingBecause.GAVE_BACK, by=herself(dose.person))
    dose.refresh_from_db()
    supply.refresh_from_db()
    assert (dose.state, dose.session, supply.taken) == (DoseState.WAITING, None, 0)
    assert capacity.disagreements() == []


def test_a_session_has_no_place_without_a_dose() -> None:
    session = a_session(places=2)
    booked(session=session)
    booked(session=session)
    with pytest.raises(capacity.Full):
        booked(session=session)
    with pytest.raises(Refused):  # two are booked: their doses cannot be taken away
        stock.keep_doses(session=session, lot=a_lot(), doses=1, by=OFFICE)


def test_a_lot_is_never_promised_twice() -> None:
    lot, site = a_lot(doses=3), a_site()
    tomorrow = clock.today() + timedelta(days=1)
    sessions.open_days_at(site_ids=[site.pk], first=tomorrow, last=tomorrow, vaccine=Vaccine.ASTRAZENECA, by=OFFICE)
    first, second = site_sessions(site.pk)[:2]
    stock.keep_doses(session=first, lot=lot, doses=2, by=OFFICE)
    with pytest.raises(capacity.Full):
        stock.keep_doses(session=second, lot=lot, doses=2, by=OFFICE)
    stock.keep_doses(session=first, lot=lot, doses=1, by=OFFICE)
    stock.keep_doses(session=second, lot=lot, doses=2, by=OFFICE)
    sessions.cancel(session=second, why="heat", by=OFFICE)
    assert Supply.objects.get(pk=lot.supply_id).taken == 1


def test_doses_that_were_given_do_not_go_back_to_the_lot_when_their_session_is_called_off() -> None:
    one, many = vaccinated().visit, vaccinated().visit
    assert one is not None
    assert many is not None
    sessions.cancel(session=one.session, why="heat", by=OFFICE)
    replanning.close_site(site=many.session.site, first=clock.today(), last=clock.today(), why="heat", by=OFFICER)
    for session in (one.session, many.session):
        session.refresh_from_db()
        assert session.lot is not None
        assert (session.cancelled_at is not None, session.kept_doses) == (True, 1)
        assert Supply.objects.get(pk=session.lot.supply_id).taken == 1
    assert capacity.disagreements() == []


def test_control_without_anybody_vaccinated_all_doses_go_back() -> None:
    session = goes_on(a_session())
    assert session.lot is not None
    sessions.cancel(session=session, why="heat", by=OFFICE)
    assert Supply.objects.get(pk=session.lot.supply_id).taken == 0


def test_a_lot_held_back_is_kept_for_nobody() -> None:
    lot = stock.set_lot_state(lot=a_lot(), to=LotState.HELD, why="too warm", by=OFFICE)
    with pytest.raises(Refused, match="held back"):
        stock.keep_doses(session=a_session(), lot=lot, doses=2, by=OFFICE)


def test_a_person_changes_the_date_within_limits() -> None:
    ahead = clock.today() + timedelta(days=2)  # at any hour of today it is early enough
    dose, other, third = (booked(session=a_session(day=ahead)), a_session(day=ahead), a_session(day=ahead))
    was = dose.session
    assert was is not None
    moved = booking.change_date(dose=dose, session=other, by=herself(dose.person))
    assert (moved.session, moved.changes_left) == (other, 1)
    assert Supply.objects.get(pk=was.supply_id).taken == 0
    booking.change_date(dose=dose, session=third, by=herself(dose.person))
    with pytest.raises(Refused, match="as often as possible"):
        booking.change_date(dose=dose, session=other, by=herself(dose.person))
    booking.change_date(dose=dose, session=other, by=OFFICE)  # staff who act for the person are not counted
    assert told(dose.person_id)[-3:] == ["vaccination.moved"] * 3


def test_shortly_before_the_date_only_the_hotline_changes_it() -> None:
    dose, other = booked(), a_session(day=clock.today() + timedelta(days=3))
    assert dose.session is not None
    with time_machine.travel(dose.session.starts_at - timedelta(hours=1), tick=False):
        with pytest.raises(Refused, match="too late"):
            booking.change_date(dose=dose, session=other, by=herself(dose.person))
        booking.change_date(dose=dose, session=other, by=OFFICE)


def test_a_date_suits_the_person() -> None:
    child = waiting(a_person(born=clock.today() - timedelta(days=365 * 15)))
    with pytest.raises(Refused, match="not for this age"):
        booked(child)
    second = waiting()
    Dose.objects.filter(pk=second.pk).update(vaccine=Vaccine.SINOVAC)
    with pytest.raises(Refused, match="Another vaccine"):
        booked(second)


def site_sessions(site_id: int) -> list[sessions.Session]:
    return list(sessions.Session.objects.filter(site_id=site_id).order_by("starts_at"))


def test_the_place_of_who_has_died_goes_to_others_and_nobody_is_told() -> None:
    dose, at_site, other = booked(), booked(), booked()
    Dose.objects.filter(pk=at_site.pk).update(state=DoseState.AT_SITE)
    for gone in (dose, at_site):
        Person.objects.filter(pk=gone.person_id).update(died_on=clock.today())
    before = told(dose.person_id)
    assert (ending.end_of_the_dead(by=OFFICE), ending.end_of_the_dead(by=OFFICE)) == (1, 0)
    dose.refresh_from_db()
    enrolment = Enrolment.objects.get(pk=dose.enrolment_id)
    assert (enrolment.state, enrolment.ended_why, dose.state, dose.session) == ("ended", "died", "cancelled", None)
    assert told(dose.person_id) == before
    assert capacity.disagreements() == []
    assert set(Enrolment.objects.exclude(pk=enrolment.pk).values_list("state", flat=True)) == {"confirmed"}
    assert Dose.objects.get(pk=other.pk).state == DoseState.BOOKED


def test_whose_death_was_a_mistake_is_invited_again() -> None:
    dose = booked()
    Person.objects.filter(pk=dose.person_id).update(died_on=clock.today())
    ending.end_of_the_dead(by=OFFICE)
    Person.objects.filter(pk=dose.person_id).update(died_on=None)
    before = told(dose.person_id)
    ending.end_of_the_dead(by=OFFICE)
    enrolment = Enrolment.objects.get(pk=dose.enrolment_id)
    assert (enrolment.state, enrolment.ended_at, enrolment.ended_why) == ("invited", None, "")
    assert told(dose.person_id) == [*before, "vaccination.invited"]
    willing.confirm(enrolment=enrolment, how=Decided.LINK, by=herself(dose.person))
    assert Dose.objects.get(pk=dose.pk).state == DoseState.WAITING


def test_a_date_whose_hour_has_begun_is_not_given_back_by_the_person() -> None:
    dose = booked()
    assert dose.session is not None
    goes_on(dose.session)
    with pytest.raises(Refused, match="has begun"):
        booking.give_back(dose=dose, because=WaitingBecause.GAVE_BACK, by=herself(dose.person))
    assert booking.give_back(dose=dose, because=WaitingBecause.GAVE_BACK, by=OFFICE).state == DoseState.WAITING


def test_a_session_with_more_people_than_doses_lets_nobody_else_in() -> None:
    session = a_session(places=4)
    assert session.lot is not None
    for _ in range(3):
        booked(session=session)
    keeping.keep_many(wanted={session.pk: keeping.Doses(session.lot.pk, 2)}, by=OFFICE)
    with pytest.raises(capacity.Full):
        booked(session=session)
    assert capacity.disagreements() == []


def test_doses_that_were_given_stay_with_their_session() -> None:
    session = a_session(places=4)
    vaccinated(booked(session=session))
    session.refresh_from_db()
    assert session.lot is not None
    other = a_lot(doses=10)
    for lot, doses in ((other, 4), (session.lot, 0)):
        with pytest.raises(Refused, match="given already"):
            stock.keep_doses(session=session, lot=lot, doses=doses, by=OFFICE)
    assert stock.keep_doses(session=session, lot=session.lot, doses=2, by=OFFICE).kept_doses == 2
    sessions.Session.objects.filter(pk=session.pk).update(ends_at=clock.now())
    with pytest.raises(Refused, match="is over"):
        stock.keep_doses(session=session, lot=session.lot, doses=4, by=OFFICE)
    with pytest.raises(Refused, match="is over"):
        sessions.cancel(session=session, why="x", by=OFFICE)


def test_so_many_days_are_not_opened_at_once() -> None:
    first = clock.today()
    with pytest.raises(Refused, match="days at a time"):
        sessions.open_days_at(
            site_ids=[a_site().pk], first=first, last=first + timedelta(days=800), vaccine=Vaccine.ASTRAZENECA,
            by=OFFICE,
        )  # fmt: skip
