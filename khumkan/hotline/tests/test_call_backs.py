"""Call-backs: an hour that is counted, tries that are limited, and a case that waits meanwhile and goes on after."""

from datetime import datetime, timedelta

import pytest
import time_machine

from khumkan import capacity, policies
from khumkan.hotline.actions import call_backs, calling, closing, merging, opening, surging
from khumkan.hotline.actions.opening import Wanted
from khumkan.hotline.call_choices import Dropped, Tried
from khumkan.hotline.call_states import CallBackState
from khumkan.hotline.choices import CaseChannel, Closed, Reason, StepKind, Thing
from khumkan.hotline.models import CallBack, CallBackTry, Case, CaseStep, Surge
from khumkan.hotline.queries import call_backs as queries
from khumkan.hotline.queries import surges
from khumkan.hotline.rules import call_backs as rules
from khumkan.hotline.rules.call_backs import Hours
from khumkan.hotline.states import CaseState
from khumkan.hotline.tasks import calls as tasks
from khumkan.hotline.terms.calls import CallTerms
from khumkan.hotline.tests.desk import SYSTEM, a_case, agent
from khumkan.hotline.tests.telephone import a_call_back, an_hour, asks, fresh, give_phone
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.messages.models import Message
from khumkan.record.inline import run_jobs
from khumkan.vaccination.tests.country import a_person, an_employer

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 28, 9, 30, tzinfo=clock.BANGKOK)
DAYTIME = Hours(8, 20)


def code(refused: "pytest.ExceptionInfo[Refused]") -> str:
    return refused.value.code


def taken(call_back: CallBack, by: Actor) -> CallBack:
    CallBack.objects.filter(pk=call_back.pk).update(due_at=clock.now() - timedelta(minutes=1))
    return calling.take(call_back=fresh(call_back), by=by)


def test_a_person_asks_for_an_hour_and_the_case_waits_for_the_call() -> None:
    person, hour = a_person(), an_hour()
    made = asks(person, hour)
    room = capacity.room_of([hour])[hour]
    assert (made.state, made.due_at, made.until) == (CallBackState.DUE, room.starts_at, room.ends_at)
    assert room.free == 0
    case = made.case
    assert (case.channel, case.state, case.owner_id) == (CaseChannel.WEB, CaseState.WAITING, None)
    assert case.waits_for == Thing.CALLER
    assert case.due_at >= room.ends_at
    assert CaseStep.objects.filter(case=case, kind=StepKind.CALL_BACK).count() == 1


def test_nobody_is_promised_two_calls_or_a_full_hour() -> None:
    person, hour = a_person(), an_hour()
    asks(person, hour)
    with pytest.raises(Refused) as refusal:
        asks(person, an_hour(ahead=2), reason=Reason.COMPLAINT)
    assert code(refusal) == "promised_already"
    with pytest.raises(capacity.Full):
        asks(a_person(), hour)
    assert CallBack.objects.count() == 1
    assert Case.objects.count() == 1, "a refusal leaves no case behind"


def test_an_hour_that_has_begun_or_is_something_else_is_not_promised() -> None:
    begun = an_hour()
    with time_machine.travel(clock.now() + timedelta(minutes=70)), pytest.raises(Refused) as refusal:
        asks(a_person(), begun)
    assert code(refusal) == "hour_begun"
    begin = clock.now() + timedelta(hours=1)
    bed = capacity.Offer("isolation.bed", 1, begin, begin + timedelta(hours=1), 1)
    (other,) = capacity.offer(offers=[bed], by=SYSTEM)
    with pytest.raises(Missing):
        asks(a_person(), other)


def test_another_hour_frees_the_old_one() -> None:
    person, first, second = a_person(), an_hour(), an_hour(ahead=3)
    made = asks(person, first)
    moved = call_backs.change_hour(call_back=made, supply_id=second, by=Actor.person(person.pk))
    rooms = capacity.room_of([first, second])
    assert (rooms[first].free, rooms[second].free) == (1, 0)
    assert moved.due_at == rooms[second].starts_at
    with pytest.raises(Missing):
        call_backs.change_hour(call_back=made, supply_id=first, by=Actor.person(a_person().pk))


def test_an_employer_can_be_promised_an_hour_and_an_unknown_caller_cannot() -> None:
    by = agent()
    employer = opening.open_case(wanted=Wanted(Reason.EMPLOYER_LIST, employer=an_employer()), keep=True, by=by)
    assert a_call_back(employer, supply_id=an_hour()).claim_id is not None
    stranger = opening.open_case(wanted=Wanted(Reason.OTHER, phone="+66812345678"), keep=True, by=by)
    with pytest.raises(Refused) as refusal:
        a_call_back(stranger, supply_id=an_hour(ahead=2))
    assert code(refusal) == "nobody_to_promise"
    assert a_call_back(stranger).claim_id is None


def test_what_waits_for_a_bed_goes_on_waiting_for_it() -> None:
    case = a_case(Reason.NO_BED, by=agent())
    a_call_back(case)
    case.refresh_from_db()
    assert (case.state, case.waits_for) == (CaseState.WAITING, Thing.BED)


def test_who_takes_a_call_back_takes_its_case() -> None:
    by, other = agent(), agent()
    mine = taken(asks(a_person()), by)
    mine.case.refresh_from_db()
    assert (mine.case.state, mine.case.owner_id, mine.case.waits_for) == (CaseState.OPEN, by.id, "")
    with pytest.raises(Refused) as refusal:
        calling.take(call_back=mine, by=other)
    assert code(refusal) == "not_due"
    with pytest.raises(Refused) as refusal:
        calling.tried(call_back=mine, outcome=Tried.REACHED, by=other)
    assert code(refusal) == "taken"


def test_a_call_that_was_promised_for_later_is_not_made_before() -> None:
    made = asks(a_person(), an_hour(ahead=5))
    with pytest.raises(Refused) as refusal:
        calling.take(call_back=made, by=agent())
    assert code(refusal) == "too_early"
    assert calling.take_next(by=agent()) is None


def test_reached_ends_it_and_the_person_may_ask_again() -> None:
    by, person, hour = agent(), a_person(), an_hour()
    done = calling.tried(call_back=taken(asks(person, hour), by), outcome=Tried.REACHED, by=by)
    assert (done.state, done.claim_id, done.attempts) == (CallBackState.REACHED, None, 1)
    done.case.refresh_from_db()
    assert (done.case.state, done.case.owner_id) == (CaseState.OPEN, by.id)
    assert asks(person, an_hour(ahead=2), reason=Reason.COMPLAINT).state == CallBackState.DUE


def test_who_was_not_reached_is_called_in_the_next_hour_that_is_free() -> None:
    by = agent()
    first, full, free = an_hour(), an_hour(ahead=4), an_hour(ahead=5)
    asks(a_person(), full)
    again = calling.tried(call_back=taken(asks(a_person(), first), by), outcome=Tried.NO_ANSWER, by=by)
    assert (again.state, again.supply_id, again.attempts) == (CallBackState.DUE, free, 1)
    again.case.refresh_from_db()
    assert (again.case.state, again.case.owner_id, again.case.waits_for) == (CaseState.WAITING, None, Thing.CALLER)
    assert capacity.room_of([first])[first].free == 1


def test_without_a_free_hour_it_is_as_soon_as_possible_after_some_hours() -> None:
    with time_machine.travel(MORNING, tick=False):
        by = agent()
        again = calling.tried(call_back=taken(asks(a_person(), an_hour()), by), outcome=Tried.BUSY, by=by)
        assert (again.claim_id, again.until) == (None, None)
        assert again.due_at == clock.now() + timedelta(hours=2)
    assert capacity.disagreements() == []


def test_after_the_last_try_the_caller_gets_a_message() -> None:
    by, person = agent(), a_person()
    give_phone(person)
    made = asks(person)
    most = policies.in_force(CallTerms, on=clock.today()).attempts
    for number in range(1, most + 1):
        made = calling.tried(call_back=taken(made, by), outcome=Tried.NO_ANSWER, by=by)
        assert made.attempts == number
    assert made.state == CallBackState.NOT_REACHED
    assert Message.objects.filter(template="hotline.call_us", person_id=person.pk).count() == 1
    assert CallBackTry.objects.filter(call_back=made).count() == most
    made.case.refresh_from_db()
    assert (made.case.state, made.case.waits_for) == (CaseState.WAITING, Thing.CALLER)


def test_a_number_of_somebody_else_is_not_called_twice_nor_written_to() -> None:
    by, person = agent(), a_person()
    give_phone(person)
    made = calling.tried(call_back=taken(asks(person), by), outcome=Tried.WRONG_NUMBER, by=by)
    assert made.state == CallBackState.NOT_REACHED
    assert not Message.objects.filter(template="hotline.call_us").exists()


def test_what_was_taken_and_not_done_goes_back() -> None:
    by = agent()
    mine = taken(asks(a_person()), by)
    tasks.give_back_call_backs(0)
    assert fresh(mine).state == CallBackState.CALLING
    with time_machine.travel(clock.now() + timedelta(minutes=25)):
        tasks.give_back_call_backs(0)
        back = fresh(mine)
        assert (back.state, back.taken_by_id, back.attempts) == (CallBackState.DUE, None, 0)
        assert back.case.state == CaseState.WAITING
        assert calling.take(call_back=back, by=agent()).state == CallBackState.CALLING


def test_who_needs_no_call_gives_the_hour_back_and_the_case_closes() -> None:
    person, hour = a_person(), an_hour()
    made = asks(person, hour)
    with pytest.raises(Missing):
        call_backs.drop(call_back=made, because=Dropped.BY_CALLER, by=Actor.person(a_person().pk))
    for _ in range(2):
        gone = call_backs.drop(call_back=fresh(made), because=Dropped.BY_CALLER, by=Actor.person(person.pk))
        assert (gone.state, gone.claim_id) == (CallBackState.CANCELLED, None)
    assert capacity.room_of([hour])[hour].free == 1
    gone.case.refresh_from_db()
    assert (gone.case.state, gone.case.closed_because) == (CaseState.DONE, Closed.NOT_NEEDED)


def test_a_case_that_is_solved_calls_nobody_back() -> None:
    by = agent()
    case = a_case(by=by)
    made = a_call_back(case)
    closing.close(case=case, because=Closed.SOLVED, by=by)
    run_jobs()
    gone = fresh(made)
    assert (gone.state, gone.dropped) == (CallBackState.CANCELLED, Dropped.SOLVED)


def test_a_promise_goes_along_when_its_case_is_merged() -> None:
    by, person = agent(), a_person()
    one, two = a_case(person=person, by=by), a_case(Reason.COMPLAINT, person=person, by=by)
    made = a_call_back(one)
    merging.merge(case=one, into=two, by=by)
    run_jobs()
    kept = fresh(made)
    assert (kept.state, kept.case_id) == (CallBackState.DUE, two.pk)


def test_the_hotline_of_another_province_calls_nobody_here() -> None:
    made = asks(a_person())
    far = agent(province="50")
    assert list(queries.listed(far)) == []
    with pytest.raises(Missing):
        calling.take(call_back=made, by=far)
    with pytest.raises(Missing):
        call_backs.ask(case=a_case(), supply_id=None, by=far)


def test_hours_are_offered_for_the_coming_days_once() -> None:
    with time_machine.travel(MORNING):
        terms = policies.in_force(CallTerms, on=clock.today())
        count = tasks.offer_hours(0)
        assert tasks.offer_hours(0) == 0
        a_day = terms.last_hour - terms.first_hour
        assert count == a_day * terms.days_ahead - (10 - terms.first_hour)
        hours = queries.free_hours()
        assert len(hours) == min(count, queries.MOST_HOURS)
        assert all(8 <= clock.bangkok(hour.starts_at).hour < 20 for hour in hours)


@pytest.mark.parametrize(
    ("hour", "expected"), [(3, 8), (7, 8), (8, 8), (19, 19), (20, 8), (23, 8)], ids=lambda value: str(value)
)
def test_nobody_is_called_at_night(hour: int, expected: int) -> None:
    found = rules.next_moment(MORNING.replace(hour=hour), DAYTIME)
    assert clock.bangkok(found).hour == expected
    assert found >= MORNING.replace(hour=hour)


def a_surge(by: Actor, hours: int = 2) -> Surge:
    return surging.begin(message="long-wait-1", hours=hours, why="a round of results came out", by=by)


def test_in_a_surge_only_urgent_matters_are_taken_and_others_called_back() -> None:
    boss, by, person = agent(Role.SUPERVISOR), agent(), a_person()
    a_surge(boss)
    with pytest.raises(Refused) as refusal:
        a_case(Reason.STATUS, person=person, by=by)
    assert code(refusal) == "surge"
    assert a_case(Reason.NO_BED, by=by).state == CaseState.OPEN
    promised = call_backs.ask_for(person=person, reason=Reason.STATUS, supply_id=None, by=by)
    assert promised.case.state == CaseState.WAITING
    assert a_case(Reason.STATUS).reason == Reason.STATUS, "what opens by itself still opens"
    surging.end(by=boss)
    assert a_case(Reason.STATUS, by=by).state == CaseState.OPEN


def test_a_surge_ends_by_itself_and_there_is_one_at_a_time() -> None:
    boss = agent(Role.SUPERVISOR)
    first = a_surge(boss)
    with pytest.raises(Refused) as refusal:
        a_surge(boss)
    assert code(refusal) == "surge_already"
    with time_machine.travel(first.until + timedelta(seconds=1)):
        assert surges.now_in_force() is None
        tasks.give_back_call_backs(0)
        first.refresh_from_db()
        assert (first.ended_by, first.ended_at is not None) == (None, True)
        a_surge(boss)


@pytest.mark.parametrize(
    ("message", "hours", "why", "expected"),
    [
        ("", 2, "many", "no_message"),
        ("no blanks", 2, "many", "no_message"),
        ("m1", 2, "  ", "no_reason"),
        ("m1", 0, "many", "hours"),
        ("m1", 25, "many", "hours"),
    ],
)
def test_a_surge_needs_a_message_a_reason_and_an_end(message: str, hours: int, why: str, expected: str) -> None:
    with pytest.raises(Refused) as refusal:
        surging.begin(message=message, hours=hours, why=why, by=agent(Role.SUPERVISOR))
    assert code(refusal) == expected


@pytest.mark.parametrize("role", [Role.AGENT, Role.OFFICER])
def test_only_a_supervisor_declares_a_surge(role: Role) -> None:
    with pytest.raises(Missing):
        a_surge(agent(role))
    with pytest.raises(Missing):
        surging.end(by=agent(role))


def test_staff_of_elsewhere_call_nobody_back() -> None:
    made = asks(a_person())
    for role in (Role.NURSE, Role.OFFICER):
        with pytest.raises(Missing):
            calling.take(call_back=made, by=agent(role))
