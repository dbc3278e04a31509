"""Any order of acts on call-backs, on the real database, compared after each step with a model in plain Python."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from khumkan import capacity
from khumkan.hotline.actions import call_backs, calling, closing
from khumkan.hotline.call_choices import Dropped, Tried
from khumkan.hotline.call_states import LIVE_CALL_BACKS, MOVES, CallBackState
from khumkan.hotline.choices import Closed
from khumkan.hotline.models import CallBack, CallBackTry
from khumkan.hotline.states import LIVE_CASES
from khumkan.hotline.tests.desk import SYSTEM, agent
from khumkan.hotline.tests.telephone import an_hour, asks, fresh
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.vaccination.tests.country import a_person

RUNS = int(os.environ.get("KHUMKAN_MACHINE_RUNS", "100"))
STEPS = 20
MOST = 3
persons = st.integers(0, 3)
hours = st.integers(0, 3)
#: Moves that the machine has made in all its runs, by what they go from and to.
VISITED: set[tuple[str, str]] = set()


@dataclass
class Expected:
    """What the model knows of somebody's promise.

    :param place: the hour that it holds; none: as soon as possible.
    """

    row: CallBack
    state: CallBackState = CallBackState.DUE
    place: int | None = None
    tries: int = 0
    agent: int = -1


class CallBacks(RuleBasedStateMachine):
    """The model: for each hour its room, for each person at most one live promise."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.people = [a_person() for _ in range(4)]
        self.agents = [agent(), agent()]
        self.room = [1, 1, 2, 0]
        self.ids = [an_hour(room=room, ahead=number + 3) for number, room in enumerate(self.room)]
        self.promised: dict[int, Expected] = {}
        self.over: list[Expected] = []

    def free(self, place: int) -> int:
        return self.room[place] - sum(each.place == place for each in self.promised.values())

    def attempt(self, act: Callable[[], object], *, allowed: bool) -> object:
        """Run an act and compare whether it was allowed; a refusal must leave everything as it was."""
        refusal, result = "", None
        try:
            with transaction.atomic():
                result = act()
        except Refused as error:
            refusal = error.code
        assert allowed is not bool(refusal), f"the model and the action disagree: {refusal or 'allowed'}"
        return result

    def moved(self, known: Expected, to: CallBackState) -> None:
        VISITED.add((known.state.value, to.value))
        known.state = to

    def is_over(self, person: int, to: CallBackState) -> None:
        known = self.promised.pop(person)
        self.moved(known, to)
        known.place = None
        self.over.append(known)

    @rule(person=persons, place=hours, soon=st.booleans())
    def ask(self, person: int, place: int, soon: bool) -> None:
        hour = None if soon else self.ids[place]
        allowed = person not in self.promised and (soon or self.free(place) > 0)
        made = self.attempt(lambda: asks(self.people[person], hour), allowed=allowed)
        if isinstance(made, CallBack):
            self.promised[person] = Expected(made, place=None if soon else place)

    @precondition(lambda self: self.promised)
    @rule(data=st.data(), place=hours)
    def change_hour(self, data: st.DataObject, place: int) -> None:
        person = data.draw(st.sampled_from(sorted(self.promised)))
        known = self.promised[person]
        allowed = known.state is CallBackState.DUE and (known.place == place or self.free(place) > 0)
        by, hour = Actor.person(self.people[person].pk), self.ids[place]
        self.attempt(lambda: call_backs.change_hour(call_back=known.row, supply_id=hour, by=by), allowed=allowed)
        if allowed:
            known.place = place

    @precondition(lambda self: self.promised)
    @rule(data=st.data(), who=st.integers(0, 1))
    def take(self, data: st.DataObject, who: int) -> None:
        known = self.promised[data.draw(st.sampled_from(sorted(self.promised)))]
        CallBack.objects.filter(pk=known.row.pk).update(due_at=clock.now() - timedelta(minutes=1))
        is_mine = known.state is CallBackState.CALLING and known.agent == who
        allowed = known.state is CallBackState.DUE or is_mine
        self.attempt(lambda: calling.take(call_back=known.row, by=self.agents[who]), allowed=allowed)
        if allowed and not is_mine:
            self.moved(known, CallBackState.CALLING)
            known.agent = who

    @precondition(lambda self: self.promised)
    @rule(data=st.data(), who=st.integers(0, 1), outcome=st.sampled_from(Tried))
    def call(self, data: st.DataObject, who: int, outcome: Tried) -> None:
        person = data.draw(st.sampled_from(sorted(self.promised)))
        known = self.promised[person]
        allowed = known.state is CallBackState.CALLING and known.agent == who
        by = self.agents[who]
        self.attempt(lambda: calling.tried(call_back=known.row, outcome=outcome, by=by), allowed=allowed)
        if not allowed:
            return
        known.tries += 1
        if outcome is Tried.REACHED:
            self.is_over(person, CallBackState.REACHED)
        elif outcome is Tried.WRONG_NUMBER or known.tries == MOST:
            self.is_over(person, CallBackState.NOT_REACHED)
        else:
            self.moved(known, CallBackState.DUE)
            known.place, known.agent = self.next_place(known), -1

    def next_place(self, known: Expected) -> int | None:
        """Return the hour that somebody who had one gets next: the soonest that has room."""
        if known.place is None:
            return None
        return next((place for place in range(4) if self.free(place) > 0), None)

    @precondition(lambda self: self.promised)
    @rule(data=st.data(), who=st.integers(0, 1))
    def put_back(self, data: st.DataObject, who: int) -> None:
        known = self.promised[data.draw(st.sampled_from(sorted(self.promised)))]
        allowed = known.state is CallBackState.CALLING and known.agent == who
        self.attempt(lambda: calling.put_back(call_back=known.row, by=self.agents[who]), allowed=allowed)
        if allowed:
            self.moved(known, CallBackState.DUE)
            known.agent = -1

    @precondition(lambda self: self.promised)
    @rule(data=st.data())
    def drop(self, data: st.DataObject) -> None:
        person = data.draw(st.sampled_from(sorted(self.promised)))
        known, by = self.promised[person], Actor.person(self.people[person].pk)
        call_backs.drop(call_back=known.row, because=Dropped.BY_CALLER, by=by)
        self.is_over(person, CallBackState.CANCELLED)

    @precondition(lambda self: self.promised)
    @rule(data=st.data())
    def solve(self, data: st.DataObject) -> None:
        person = data.draw(st.sampled_from(sorted(self.promised)))
        case = fresh(self.promised[person].row).case
        closing.close(case=case, because=Closed.SOLVED, by=SYSTEM)
        call_backs.follow_ended(case_ids=[case.pk], by=SYSTEM)
        self.is_over(person, CallBackState.CANCELLED)

    @precondition(lambda self: self.over)
    @rule(data=st.data(), who=st.integers(0, 1))
    def nothing_more_of_what_is_over(self, data: st.DataObject, who: int) -> None:
        known, by = data.draw(st.sampled_from(self.over)), self.agents[who]
        self.attempt(lambda: calling.take(call_back=known.row, by=by), allowed=False)
        self.attempt(lambda: calling.tried(call_back=known.row, outcome=Tried.REACHED, by=by), allowed=False)

    @invariant()
    def rows_are_as_the_model_knows(self) -> None:
        known = [*self.promised.values(), *self.over]
        rows = CallBack.objects.select_related("case").in_bulk([each.row.pk for each in known])
        for each in known:
            row = rows[each.row.pk]
            place = self.ids.index(row.supply_id) if row.supply_id is not None else None
            assert (row.state, row.attempts, place) == (each.state, each.tries, each.place)
            assert CallBackTry.objects.filter(call_back=row).count() == each.tries <= MOST
            assert (row.state in LIVE_CALL_BACKS) <= (row.case.state in LIVE_CASES)

    @invariant()
    def hours_are_counted_right(self) -> None:
        rooms = capacity.room_of(self.ids)
        assert [rooms[supply_id].free for supply_id in self.ids] == [self.free(place) for place in range(4)]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)


QUICK = settings(
    max_examples=RUNS,
    stateful_step_count=STEPS,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.django_db
def test_no_order_of_acts_breaks_a_promise() -> None:
    VISITED.clear()
    run_state_machine_as_test(CallBacks, settings=QUICK)
    declared = {(old.value, new.value) for old, targets in MOVES[CallBackState].items() for new in targets}
    assert declared >= VISITED
    assert len(VISITED) >= 0.95 * len(declared) or RUNS < 50


@pytest.mark.django_db
def test_control_an_hour_that_is_never_given_back_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("khumkan.capacity.release", lambda **_: False)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(CallBacks, settings=settings(QUICK, report_multiple_bugs=False))
