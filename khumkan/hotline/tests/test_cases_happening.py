"""A case closes itself when its thing happens, and the person is told; stuck chains open cases, each once."""

from datetime import timedelta

import pytest
import time_machine

from khumkan import policies
from khumkan.hotline import tasks
from khumkan.hotline.actions import closing, stuck
from khumkan.hotline.choices import CaseChannel, Closed, Reason, Thing
from khumkan.hotline.models import Case
from khumkan.hotline.queries.happening import EVENTS
from khumkan.hotline.states import CaseState
from khumkan.hotline.tasks.cases import HANDLERS
from khumkan.hotline.terms.cases import StuckTerms
from khumkan.hotline.tests.desk import SYSTEM, a_case, agent, at_desk, fresh
from khumkan.isolation.tests import hotel
from khumkan.kernel import clock
from khumkan.messages.models import Message
from khumkan.record.inline import run_jobs
from khumkan.record.listeners import listeners_of
from khumkan.registry.models import Person
from khumkan.screening.tests import registering
from khumkan.vaccination.actions import booking
from khumkan.vaccination.tests import country

pytestmark = pytest.mark.django_db


def told(case: Case) -> int:
    return Message.objects.filter(person_id=case.person_id, template="hotline.solved").count()


def test_a_bed_closes_the_case_of_whoever_waited_for_it() -> None:
    care, other = hotel.waiting(), hotel.a_person()
    by = agent()
    case, left = a_case(Reason.NO_BED, person=care.person, by=by), a_case(Reason.NO_BED, person=other, by=by)
    complaint = a_case(Reason.COMPLAINT, person=care.person, by=by)
    run_jobs()
    assert fresh(case).state == CaseState.OPEN
    hotel.a_hotel(rooms=1)
    hotel.held(care)
    run_jobs()
    case = fresh(case)
    assert (case.state, case.closed_because, case.closed_by) == (CaseState.DONE, Closed.HAPPENED, None)
    assert (told(case), told(left)) == (1, 0)
    assert {fresh(left).state, fresh(complaint).state} == {CaseState.OPEN}


def test_a_place_for_a_test_closes_the_case() -> None:
    person = registering.a_person()
    case = a_case(Reason.NO_TEST, person=person, by=agent())
    assert case.waits_for == Thing.TEST_PLACE
    registering.a_session()
    registering.as_contact(person)
    run_jobs()
    assert fresh(case).closed_because == Closed.HAPPENED
    assert told(case) == 1


def test_a_date_to_be_vaccinated_closes_the_case() -> None:
    dose = country.waiting()
    case = a_case(Reason.VACCINATION_DATE, person=dose.enrolment.person, by=agent())
    booking.book(dose=dose, session=country.a_session(), by=SYSTEM)
    run_jobs()
    assert fresh(case).closed_because == Closed.HAPPENED


def test_what_is_there_already_is_not_waited_for() -> None:
    dose = country.booked()
    case = a_case(Reason.VACCINATION_DATE, person=dose.enrolment.person, by=agent())
    assert case.waits_for == ""
    assert case.state == CaseState.OPEN


def test_what_happened_while_the_case_was_opened_is_found_later() -> None:
    """The event came before the case was there: nothing told it, so that the queue looks again."""
    dose = country.waiting()
    case = a_case(Reason.VACCINATION_DATE, person=dose.enrolment.person, by=agent())
    booking.book(dose=dose, session=country.a_session(), by=SYSTEM)
    assert closing.look_again(by=SYSTEM) == 1
    run_jobs()
    assert closing.look_again(by=SYSTEM) == 0
    assert (fresh(case).closed_because, told(case)) == (Closed.HAPPENED, 1)


def test_every_event_that_solves_something_is_listened_to() -> None:
    assert set(EVENTS) == set(HANDLERS) == set(Thing) - {Thing.CALLER}
    for names in EVENTS.values():
        for name in names:
            assert any(one.startswith("khumkan.hotline.tasks.cases.") for one in listeners_of(name))


def test_an_infected_person_without_a_bed_becomes_a_case_once() -> None:
    care = hotel.waiting()
    hours = policies.in_force(StuckTerms, on=clock.today()).bed_hours
    assert stuck.open_stuck(by=SYSTEM) == 0
    expert = at_desk()
    with time_machine.travel(clock.now() + timedelta(hours=hours, minutes=1), tick=False):
        assert tasks.cases.open_stuck(timestamp=0) == 1
        assert tasks.cases.open_stuck(timestamp=0) == 0
        case = Case.objects.get()
        assert (case.person_id, case.reason, case.channel) == (care.person_id, Reason.NO_BED, CaseChannel.SYSTEM)
        assert (case.owner_id, case.waits_for, case.chain) == (expert.id, Thing.BED, f"bed.{care.pk}")
        closing.close(case=case, because=Closed.NOT_REACHED, by=expert)
        assert stuck.open_stuck(by=SYSTEM) == 0  # each chain once, whatever became of it


def test_who_called_about_it_gets_no_second_case() -> None:
    care = hotel.waiting()
    a_case(Reason.NO_BED, person=care.person, by=agent())
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        assert stuck.open_stuck(by=SYSTEM) == 0


def test_somebody_who_died_is_not_called() -> None:
    care = hotel.waiting()
    Person.objects.filter(pk=care.person_id).update(died_on=clock.today())
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        assert stuck.open_stuck(by=SYSTEM) == 0


def test_a_person_without_a_place_for_a_test_becomes_a_case() -> None:
    person = registering.a_person()
    registering.town()
    registration = registering.as_contact(person)
    assert registration.state == "waiting"
    hours = policies.in_force(StuckTerms, on=clock.today()).place_hours
    with time_machine.travel(clock.now() + timedelta(hours=hours, minutes=1), tick=False):
        assert stuck.open_stuck(by=SYSTEM) == 1
    assert Case.objects.get().reason == Reason.NO_TEST
