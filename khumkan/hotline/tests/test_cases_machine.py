"""Any order of acts on cases, on the real database, compared after each step with a model in plain Python."""

import os
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from khumkan.accounts import testing
from khumkan.hotline.actions import closing, merging, opening, steps, working
from khumkan.hotline.actions.opening import Wanted
from khumkan.hotline.choices import Closed, Reason, StepKind, Thing
from khumkan.hotline.models import Case, CaseStep
from khumkan.hotline.states import LIVE_CASES, MOVES, CaseState
from khumkan.hotline.tests.desk import SYSTEM, member
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.vaccination.tests.country import a_person

RUNS = int(os.environ.get("KHUMKAN_MACHINE_RUNS", "80"))
STEPS = 50
PEOPLE = 2
#: One closes itself, the others wait for nothing but the caller.
REASONS = (Reason.NO_BED, Reason.OTHER, Reason.COMPLAINT)
#: Two agents and, as the last, a supervisor.
BOSS = 2
people, reasons, staff = st.integers(0, PEOPLE - 1), st.sampled_from(REASONS), st.integers(0, BOSS)
#: Moves that the machine has made in all its runs, by what they go from and to.
VISITED: set[tuple[str, str]] = set()


@dataclass
class Expected:
    """What the model knows of a case; cases that ended stay."""

    row: Case
    person: int
    reason: Reason
    state: CaseState = CaseState.NEW
    owner: int | None = None
    waits_for: str = ""
    escalated: bool = False
    why: str = ""
    into: int | None = None
    steps: int = 0

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_CASES


class Cases(RuleBasedStateMachine):
    """The model: for each person at most one live case about the same; one owner; an end says why."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.people = [a_person() for _ in range(PEOPLE)]
        self.users = [member(), member(), member(Role.SUPERVISOR)]
        self.staff = [testing.actor_of(user) for user in self.users]
        self.cases: list[Expected] = []

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

    def moved(self, known: Expected, to: CaseState) -> None:
        if known.state is not to:
            VISITED.add((known.state.value, to.value))
        known.state = to

    def may_change(self, known: Expected, who: int) -> bool:
        return who == BOSS or known.owner in (None, who)

    def live_about(self, person: int, reason: Reason) -> Expected | None:
        found = [each for each in self.cases if each.is_live and (each.person, each.reason) == (person, reason)]
        assert len(found) <= 1
        return found[0] if found else None

    def some(self, data: st.DataObject) -> Expected:
        return self.cases[data.draw(st.integers(0, len(self.cases) - 1))]

    @rule(person=people, reason=reasons, who=staff, keep=st.booleans())
    def open(self, person: int, reason: Reason, who: int, keep: bool) -> None:
        known = self.live_about(person, reason)
        wanted = Wanted(reason=reason, person=self.people[person])
        made = opening.open_case(wanted=wanted, keep=keep, by=self.staff[who])
        if known is not None:
            assert made.pk == known.row.pk, "who calls again about the same finds the same case"
            known.steps += 1
            return
        waits_for = Thing.BED.value if reason is Reason.NO_BED else ""
        known = Expected(made, person, reason, waits_for=waits_for, steps=1)
        self.cases.append(known)
        if keep:
            self.moved(known, CaseState.OPEN)
            known.owner, known.steps = who, 2

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), who=staff)
    def take(self, data: st.DataObject, who: int) -> None:
        known = self.some(data)
        is_free = known.owner in (None, who)
        allowed = is_free and (known.state is CaseState.OPEN or known.state in (CaseState.NEW, CaseState.WAITING))
        self.attempt(lambda: working.take(case=known.row, by=self.staff[who]), allowed=allowed)
        if allowed and known.state is not CaseState.OPEN:
            self.moved(known, CaseState.OPEN)
            known.owner, known.steps = who, known.steps + 1

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), who=staff, to=staff)
    def hand_over(self, data: st.DataObject, who: int, to: int) -> None:
        known = self.some(data)
        allowed = known.is_live and self.may_change(known, who) and known.owner != to
        name = self.users[to].username
        self.attempt(lambda: working.hand_over(case=known.row, to=name, by=self.staff[who]), allowed=allowed)
        if allowed:
            if known.state is CaseState.NEW:
                self.moved(known, CaseState.OPEN)
            known.owner, known.steps = to, known.steps + 1

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), who=staff)
    def put_back(self, data: st.DataObject, who: int) -> None:
        known = self.some(data)
        allowed = known.state in (CaseState.OPEN, CaseState.WAITING) and self.may_change(known, who)
        self.attempt(lambda: working.put_back(case=known.row, by=self.staff[who]), allowed=allowed)
        if allowed:
            self.moved(known, CaseState.NEW)
            known.owner, known.steps = None, known.steps + 1

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), who=staff, why=st.sampled_from(("", "worried")))
    def escalate(self, data: st.DataObject, who: int, why: str) -> None:
        known = self.some(data)
        allowed = known.is_live and self.may_change(known, who) and not known.escalated and bool(why)
        self.attempt(lambda: working.escalate(case=known.row, why=why, by=self.staff[who]), allowed=allowed)
        if allowed:
            known.escalated, known.steps = True, known.steps + 1

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), who=staff, thing=st.sampled_from((Thing.CALLER, Thing.BED)))
    def wait(self, data: st.DataObject, who: int, thing: Thing) -> None:
        known = self.some(data)
        allowed = known.is_live and self.may_change(known, who)
        self.attempt(lambda: working.wait(case=known.row, thing=thing, by=self.staff[who]), allowed=allowed)
        if allowed:
            self.moved(known, CaseState.WAITING)
            known.owner = who if known.owner is None else known.owner
            known.waits_for, known.steps = thing.value, known.steps + 1

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), who=staff, because=st.sampled_from((Closed.SOLVED, Closed.NOT_REACHED, Closed.HAPPENED)))
    def close(self, data: st.DataObject, who: int, because: Closed) -> None:
        known = self.some(data)
        allowed = known.is_live and self.may_change(known, who) and because is not Closed.HAPPENED
        self.attempt(lambda: closing.close(case=known.row, because=because, by=self.staff[who]), allowed=allowed)
        if allowed:
            self.moved(known, CaseState.DONE)
            known.why, known.steps = because.value, known.steps + 1

    @rule(chosen=st.sets(people))
    def bed_found(self, chosen: set[int]) -> None:
        """The thing happens, and is told twice: what waited for it closes once."""
        ids = [self.people[person].pk for person in sorted(chosen)]
        waiting = [
            each for each in self.cases if each.is_live and each.person in chosen and each.waits_for == Thing.BED
        ]
        for expected in (len(waiting), 0):
            assert closing.close_what_happened(thing=Thing.BED, person_ids=ids, by=SYSTEM) == expected
        for known in waiting:
            self.moved(known, CaseState.DONE)
            known.why, known.steps = Closed.HAPPENED.value, known.steps + 1

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), who=staff)
    def merge(self, data: st.DataObject, who: int) -> None:
        gone, stays = self.some(data), self.some(data)
        live = [each for each in self.cases if each.is_live]
        pairs = [(one, other) for one in live for other in live if one is not other and one.person == other.person]
        if pairs and data.draw(st.booleans()):  # two that may be one are rare among all
            gone, stays = pairs[data.draw(st.integers(0, len(pairs) - 1))]
        is_one_matter = gone is not stays and gone.is_live and stays.is_live and gone.person == stays.person
        allowed = is_one_matter and self.may_change(gone, who)
        self.attempt(lambda: merging.merge(case=gone.row, into=stays.row, by=self.staff[who]), allowed=allowed)
        if allowed:
            self.moved(gone, CaseState.MERGED)
            gone.why, gone.into = Closed.MERGED.value, stays.row.pk
            gone.steps, stays.steps = gone.steps + 1, stays.steps + 1

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), who=staff)
    def reopen(self, data: st.DataObject, who: int) -> None:
        known = self.some(data)
        allowed = known.state is CaseState.DONE and self.live_about(known.person, known.reason) is None
        self.attempt(lambda: closing.reopen(case=known.row, by=self.staff[who]), allowed=allowed)
        if allowed:
            self.moved(known, CaseState.NEW)
            known.owner, known.why, known.steps = None, "", known.steps + 1

    @invariant()
    def rows_are_as_the_model_knows(self) -> None:
        rows = Case.objects.in_bulk([each.row.pk for each in self.cases])
        for known in self.cases:
            row = rows[known.row.pk]
            owner = self.staff[known.owner].id if known.owner is not None else None
            assert (row.state, row.owner_id, row.waits_for) == (known.state, owner, known.waits_for)
            assert (row.closed_because, row.merged_into_id) == (known.why, known.into)
            assert (row.closed_at is None, row.escalated_at is not None) == (known.is_live, known.escalated)

    @invariant()
    def every_act_stands_in_the_history_once(self) -> None:
        for known in self.cases:
            assert CaseStep.objects.filter(case=known.row).count() == known.steps
        ended = [each.row.pk for each in self.cases if each.state is CaseState.DONE]
        closed = CaseStep.objects.filter(case__in=ended, kind=StepKind.CLOSED).values("case").distinct()
        assert closed.count() == len(ended)

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
def test_no_order_of_acts_breaks_a_case() -> None:
    VISITED.clear()
    run_state_machine_as_test(Cases, settings=QUICK)
    declared = {(old.value, new.value) for old, targets in MOVES[CaseState].items() for new in targets}
    assert declared >= VISITED
    assert len(VISITED) >= 0.9 * len(declared) or RUNS < 50, sorted(declared - VISITED)


@pytest.mark.django_db
def test_control_a_case_that_forgets_its_owner_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = steps.move

    def forgetful(case: Case, to: CaseState, **values: object) -> None:
        usual(case, to, **{name: value for name, value in values.items() if name != "owner_id" or value is not None})

    monkeypatch.setattr(steps, "move", forgetful)
    with pytest.raises(IntegrityError, match="hotline_case_new_has_none"):
        run_state_machine_as_test(Cases, settings=settings(QUICK, report_multiple_bugs=False))
