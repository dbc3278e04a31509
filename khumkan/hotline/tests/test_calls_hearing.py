"""What an exchange tells of calls: twice, late, in any order, of strangers; and what the wallboard counts of it."""

from datetime import datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from khumkan.accounts import testing
from khumkan.hotline.actions import calls, missed
from khumkan.hotline.call_choices import CallOutcome, Dropped, Told
from khumkan.hotline.call_states import CallBackState, CallState
from khumkan.hotline.choices import CaseChannel, Closed, Reason, Skill, Thing
from khumkan.hotline.models import Call, CallBack, CallCount, Case
from khumkan.hotline.queries import calls as queries
from khumkan.hotline.queries import numbers
from khumkan.hotline.rules import calls as rules
from khumkan.hotline.rules.calls import Counted, Moments
from khumkan.hotline.states import CaseState
from khumkan.hotline.tasks import calls as tasks
from khumkan.hotline.tests.desk import SYSTEM, agent, member
from khumkan.hotline.tests.telephone import EXCHANGE, NUMBER, a_missed_call, an_answered_call, call_name, tell
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.record.models import Event

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 28, 9, 0, tzinfo=clock.BANGKOK)
#: A call as it really was: rang at one agent, then at another, who answered it.
TRUE = [
    (Told.RINGING, 0, 1),
    (Told.RINGING, 15, 2),
    (Told.ANSWERED, 25, 2),
    (Told.ENDED, 240, None),
]


def after_all(told: list[tuple[Told, int, int | None]]) -> Moments:
    known = Moments()
    for what, seconds, agent_id in told:
        known = rules.after(known, what, at=START + timedelta(seconds=seconds), agent_id=agent_id)
    return known


@given(st.permutations(TRUE * 2), st.integers(0, 8))
def test_whatever_the_order_and_however_often_the_same_is_known(
    told: list[tuple[Told, int, int | None]], cut: int
) -> None:
    """Doubled and shuffled, the outcome is the one of the true order; and once more the last ones change nothing."""
    assert after_all([*told, *told[:cut]]) == after_all(TRUE)
    assert rules.state_of(after_all(told)) is CallState.ENDED


def test_control_a_missing_answer_is_another_call() -> None:
    unanswered = [each for each in TRUE if each[0] is not Told.ANSWERED]
    assert rules.state_of(after_all(unanswered)) is CallState.ABANDONED
    assert after_all(unanswered) != after_all(TRUE)


@given(st.permutations([*TRUE, (Told.ABANDONED, 250, None)]))
def test_the_counters_add_up_to_the_call_at_the_end(told: list[tuple[Told, int, int | None]]) -> None:
    totals: dict[str, int] = {}
    known, before = Moments(), {}
    for what, seconds, agent_id in told:
        known = rules.after(known, what, at=START + timedelta(seconds=seconds), agent_id=agent_id)
        now = rules.counted(known, solved=False)
        for name, number in rules.difference(before, now).items():
            totals[name] = totals.get(name, 0) + number
            assert totals[name] >= 0
        before = now
    assert totals.get(Counted.CAME) == totals.get(Counted.ANSWERED) == 1
    assert totals.get(Counted.ABANDONED, 0) == 0
    assert totals[Counted.WAITED] == 25


def test_a_call_is_one_row_and_its_number_is_sealed() -> None:
    who, name = member(), call_name()
    call = tell(name, Told.RINGING, agent=who, skill=Skill.CARE)
    again = tell(name, Told.RINGING, agent=who)
    assert (call.pk, Call.objects.count()) == (again.pk, 1)
    assert b"812345678" not in bytes(call.number_sealed or b"")
    assert numbers.number_of(call) == "+66812345678"
    assert (call.hint, call.skill, call.agent_id) == ("78", Skill.CARE, who.pk)
    assert [each.pk for each in queries.ringing_for(testing.actor_of(who))] == [call.pk]
    assert queries.ringing_for(agent()) == []
    assert not any("812345678" in str(event.data) for event in Event.objects.order_by("pk"))


def test_the_same_name_at_another_exchange_is_another_call() -> None:
    name = call_name()
    first = tell(name, Told.RINGING)
    heard = calls.Heard("branch", name, Told.RINGING, clock.now())
    assert calls.hear(heard=heard, by=EXCHANGE) != first


@pytest.mark.parametrize("number", ["", "anonymous", "12", "x" * 40])
def test_a_withheld_or_strange_number_is_no_number(number: str) -> None:
    call = tell(call_name(), Told.RINGING, number=number)
    assert (call.number_sealed, call.number_index, call.hint) == (None, None, "")


def test_a_name_that_is_no_colleagues_loses_no_call() -> None:
    stranger = testing.user(Role.NURSE)
    assert tell(call_name(), Told.RINGING, agent=stranger).agent_id is None


@pytest.mark.parametrize("off", [timedelta(days=2), -timedelta(minutes=10)])
def test_a_moment_far_from_now_is_refused(off: timedelta) -> None:
    with pytest.raises(Refused) as refusal:
        tell(call_name(), Told.RINGING, at=clock.now() - off)
    assert refusal.value.code == "clock"
    assert not Call.objects.exists()


@pytest.mark.parametrize("who", ["agent", "supervisor", "other_token", "site_token"])
def test_nobody_but_an_exchange_tells_of_calls(who: str) -> None:
    actors = {
        "agent": agent,
        "supervisor": lambda: agent(Role.SUPERVISOR),
        "other_token": lambda: type(EXCHANGE)(EXCHANGE.kind, 2, EXCHANGE.grants, "other", scopes=frozenset({"x:y"})),
        "site_token": lambda: type(EXCHANGE)(EXCHANGE.kind, 2, frozenset(), "site", scopes=EXCHANGE.scopes),
    }
    with pytest.raises(Missing):
        calls.hear(heard=calls.Heard("main", "c", Told.RINGING, clock.now()), by=actors[who]())


def test_a_missed_call_becomes_one_call_back() -> None:
    call = a_missed_call(skill=Skill.CARE)
    assert call.state == CallState.ABANDONED
    tasks.settle_calls(0)
    tasks.settle_calls(0)
    made = CallBack.objects.select_related("case").get()
    assert (made.call_id, made.state, made.claim_id) == (call.pk, CallBackState.DUE, None)
    case = made.case
    assert (case.state, case.owner_id, case.waits_for) == (CaseState.WAITING, None, Thing.CALLER)
    assert (case.skill, case.channel) == (Skill.CARE, CaseChannel.PHONE)
    assert numbers.number_to_call(made) == "+66812345678"


def test_one_number_that_called_three_times_is_called_back_once() -> None:
    for _ in range(3):
        a_missed_call()
    a_missed_call(number="0898765432")
    tasks.settle_calls(0)
    assert CallBack.objects.count() == Case.objects.count() == 2
    assert Call.objects.filter(settled_at=None).count() == 0
    assert Call.objects.exclude(case=None).count() == 4


def test_who_called_again_and_was_answered_is_not_called_back() -> None:
    a_missed_call()
    an_answered_call(member())
    tasks.settle_calls(0)
    assert not CallBack.objects.exists()


def test_a_missed_call_waits_a_moment_for_an_answer_told_late() -> None:
    name, now = call_name(), clock.now()
    tell(name, Told.RINGING, at=now - timedelta(seconds=50))
    tell(name, Told.ENDED, at=now - timedelta(seconds=5))
    assert missed.settle(by=SYSTEM) == 0
    call = tell(name, Told.ANSWERED, at=now - timedelta(seconds=30), agent=member())
    assert call.state == CallState.ENDED
    with time_machine.travel(now + timedelta(minutes=5)):
        assert missed.settle(by=SYSTEM) == 0
    assert not CallBack.objects.exists()


def test_without_a_number_there_is_nobody_to_call() -> None:
    a_missed_call(number="")
    assert missed.settle(by=SYSTEM) == 1
    assert not CallBack.objects.exists()


def test_a_call_of_which_no_end_was_told_ends_by_itself() -> None:
    tell(call_name(), Told.RINGING)
    spoken = an_answered_call(member(), number="0898765432")
    with time_machine.travel(clock.now() + timedelta(minutes=40)):
        tasks.settle_calls(0)
        assert set(Call.objects.values_list("state", flat=True)) == {CallState.ABANDONED, CallState.ANSWERED}
    with time_machine.travel(clock.now() + timedelta(hours=5)):
        tasks.settle_calls(0)
        spoken.refresh_from_db()
        assert spoken.state == CallState.ENDED
        assert CallBack.objects.get().call_id != spoken.pk


def test_the_key_for_a_call_back_is_followed_at_once_and_once() -> None:
    name = call_name()
    tell(name, Told.RINGING)
    for _ in range(3):
        call = tell(name, Told.WANTS_CALL_BACK)
    tell(name, Told.ABANDONED)
    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        tasks.settle_calls(0)
    assert CallBack.objects.get().call_id == call.pk


def noted(call: Call, outcome: CallOutcome, who: object, reason: Reason | None = Reason.STATUS) -> Call:
    return calls.note_outcome(call=call, outcome=outcome, reason=reason, by=testing.actor_of(who))  # type: ignore[arg-type]


def test_what_came_of_a_call_is_noted_once_by_who_spoke() -> None:
    who = member()
    call = an_answered_call(who)
    with pytest.raises(Missing):
        noted(call, CallOutcome.SOLVED, member())
    with pytest.raises(Refused) as refusal:
        noted(call, CallOutcome.SOLVED, who, None)
    assert refusal.value.code == "no_reason"
    noted(call, CallOutcome.SOLVED, who)
    with pytest.raises(Refused) as refusal:
        noted(call, CallOutcome.SOLVED, who)
    assert refusal.value.code == "noted"
    assert not Case.objects.exists()


def test_a_call_that_goes_on_opens_a_case_or_promises_a_call() -> None:
    who = member()
    case = noted(an_answered_call(who), CallOutcome.CASE, who, Reason.NO_BED).case
    assert case is not None
    assert (case.state, case.owner_id, case.reason) == (CaseState.OPEN, who.pk, Reason.NO_BED)
    promised = noted(an_answered_call(who, number="0898765432"), CallOutcome.CALL_BACK, who)
    assert CallBack.objects.get().case_id == promised.case_id


def test_who_was_promised_a_call_and_is_helped_now_is_not_called_any_more() -> None:
    a_missed_call()
    tasks.settle_calls(0)
    who = member()
    noted(an_answered_call(who), CallOutcome.SOLVED, who)
    gone = CallBack.objects.select_related("case").get()
    assert (gone.state, gone.dropped) == (CallBackState.CANCELLED, Dropped.CALLED_AGAIN)
    assert (gone.case.state, gone.case.closed_because) == (CaseState.DONE, Closed.ANSWERED)


def test_nobody_notes_what_came_of_a_call_that_nobody_answered() -> None:
    with pytest.raises(Refused) as refusal:
        noted(a_missed_call(), CallOutcome.NOTHING, member(Role.SUPERVISOR))
    assert refusal.value.code == "not_answered"


def test_the_wallboard_says_the_moment_and_the_day() -> None:
    who = member()
    solved = an_answered_call(who)
    noted(solved, CallOutcome.SOLVED, who, Reason.STATUS)
    noted(an_answered_call(who, number="0898765432"), CallOutcome.CASE, who, Reason.NO_BED)
    a_missed_call(number="0811111111")
    tasks.settle_calls(0)
    tell(call_name(), Told.RINGING, number="0822222222")
    board = queries.wallboard()
    assert (board.waiting, board.talking) == (1, 2)
    assert (board.came, board.answered, board.abandoned, board.solved) == (4, 2, 1, 1)
    assert (board.average, board.solved_share, board.answered_share) == (30, 50, 67)
    assert dict(board.reasons) == {Reason.STATUS: 1, Reason.NO_BED: 1}
    assert sum(hour.came for hour in board.hours) == 4


def test_counters_agree_with_the_calls() -> None:
    """Whatever was told in whatever order, the counters are what counting the rows would give."""
    who = member()
    for number in range(6):
        name, then = call_name(), clock.now() - timedelta(minutes=3)
        order = [Told.ENDED, Told.RINGING, Told.ANSWERED] if number % 2 else [Told.ABANDONED, Told.RINGING]
        for seconds, what in enumerate(order):
            tell(name, what, at=then + timedelta(seconds=seconds), number="", agent=who)
    totals = {row.name: row.number for row in CallCount.objects.order_by("name")}
    assert totals[Counted.CAME] == Call.objects.count()
    assert totals[Counted.ANSWERED] == Call.objects.exclude(answered_at=None).count()
    assert totals[Counted.ABANDONED] == Call.objects.filter(state=CallState.ABANDONED).count()
    assert totals[Counted.ABANDONED] == 3


def test_the_number_stands_in_no_column_in_clear() -> None:
    call = tell(call_name(), Told.RINGING, number=NUMBER)
    row = Call.objects.filter(pk=call.pk).values().get()
    assert not any("812345678" in str(value) for name, value in row.items() if name != "number_sealed")
