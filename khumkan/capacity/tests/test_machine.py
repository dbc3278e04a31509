"""Any order of acts on a few supplies, on the real database, compared after each step with a model in plain Python."""

import os
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from khumkan import capacity
from khumkan.capacity import Outcome, Wish
from khumkan.capacity.actions import release_lapsed
from khumkan.capacity.models import Claim, Supply
from khumkan.capacity.states import ACTIVE, MOVES, ClaimState
from khumkan.capacity.testing import OFFICE, supplies
from khumkan.kernel.clock import now
from khumkan.kernel.errors import Refused

RUNS = int(os.environ.get("KHUMKAN_MACHINE_RUNS", "100"))
STEPS = 30
PURPOSE = "tests.visit"
places = st.integers(0, 3)
persons = st.integers(1, 6)


@dataclass
class Expected:
    """What the model knows of an active claim."""

    claim_id: int
    place: int
    state: ClaimState
    lapsed: bool = False


class Capacity(RuleBasedStateMachine):
    """The model: for each place its total and whether it is open, for each person at most one claim."""

    def __init__(self) -> None:
        super().__init__()
        self.ids = supplies(2, 1, 3, 0)
        self.totals = [2, 1, 3, 0]
        self.open = [True] * 4
        self.claims: dict[int, Expected] = {}
        self.seen: dict[int, str] = {}

    def counted(self, place: int) -> int:
        """Return how many hold a place and are not lapsed."""
        return sum(claim.place == place and not claim.lapsed for claim in self.claims.values())

    def is_free(self, place: int) -> bool:
        return self.open[place] and self.counted(place) < self.totals[place]

    def attempt(self, act: Callable[[], object], *, allowed: bool) -> object:
        """Run an act and compare whether it was allowed; a refusal must leave the transaction usable."""
        result: object = None
        refusal = ""
        try:
            with transaction.atomic():
                result = act()
        except Refused as error:
            refusal = error.code
        assert allowed is not bool(refusal), f"the model and the action disagree: {refusal or 'allowed'}"
        return result

    def can_take(self, place: int, person_id: int) -> bool:
        own = self.claims.get(person_id)
        return (own is None or own.lapsed) and self.is_free(place)

    @rule(place=places, person_id=persons)
    def take(self, place: int, person_id: int) -> None:
        held = self.attempt(
            lambda: capacity.take(supply_id=self.ids[place], person_id=person_id, purpose=PURPOSE, by=OFFICE),
            allowed=self.can_take(place, person_id),
        )
        if isinstance(held, capacity.Held):
            self.claims[person_id] = Expected(held.claim_id, place, ClaimState.TAKEN)

    @rule(place=places, person_id=persons)
    def hold(self, place: int, person_id: int) -> None:
        until = now().replace(year=2099)
        held = self.attempt(
            lambda: capacity.hold(
                supply_id=self.ids[place], person_id=person_id, purpose=PURPOSE, by=OFFICE, until=until
            ),
            allowed=self.can_take(place, person_id),
        )
        if isinstance(held, capacity.Held):
            self.claims[person_id] = Expected(held.claim_id, place, ClaimState.HELD)

    @precondition(lambda self: any(claim.state is ClaimState.HELD for claim in self.claims.values()))
    @rule(data=st.data())
    def time_passes_for_a_hold(self, data: st.DataObject) -> None:
        held = [claim for claim in self.claims.values() if claim.state is ClaimState.HELD]
        claim = data.draw(st.sampled_from(held))
        Claim.objects.filter(pk=claim.claim_id).update(expires_at=now().replace(year=2000))
        claim.lapsed = True

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def confirm(self, data: st.DataObject) -> None:
        claim = data.draw(st.sampled_from(list(self.claims.values())))
        allowed = claim.state is ClaimState.TAKEN or (not claim.lapsed and self.open[claim.place])
        self.attempt(lambda: capacity.confirm(claim_id=claim.claim_id, by=OFFICE), allowed=allowed)
        if allowed:
            claim.state = ClaimState.TAKEN

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        person_id = data.draw(st.sampled_from(sorted(self.claims)))
        capacity.release(claim_id=self.claims.pop(person_id).claim_id, by=OFFICE)

    @precondition(lambda self: self.claims)
    @rule(place=places, data=st.data())
    def move(self, place: int, data: st.DataObject) -> None:
        claim = data.draw(st.sampled_from(list(self.claims.values())))
        allowed = not claim.lapsed and (place == claim.place or self.is_free(place))
        moved = self.attempt(
            lambda: capacity.move(claim_id=claim.claim_id, supply_id=self.ids[place], by=OFFICE), allowed=allowed
        )
        if isinstance(moved, capacity.Held):
            claim.claim_id, claim.place = moved.claim_id, place

    @rule(place=places, total=st.integers(0, 4))
    def resize(self, place: int, total: int) -> None:
        allowed = total >= self.counted(place)
        self.attempt(lambda: capacity.change_total(supply_id=self.ids[place], total=total, by=OFFICE), allowed=allowed)
        if allowed:
            self.totals[place] = total

    @rule(place=places)
    def close(self, place: int) -> None:
        affected = capacity.close(supply_ids=[self.ids[place]], why="heat", by=OFFICE)
        assert len(affected) == self.counted(place)
        self.open[place] = False

    @rule(place=places)
    def reopen(self, place: int) -> None:
        capacity.reopen(supply_ids=[self.ids[place]], by=OFFICE)
        self.open[place] = True

    @rule(wishes=st.lists(st.tuples(persons, st.lists(places, min_size=1, max_size=3)), min_size=1, max_size=6))
    def bulk(self, wishes: list[tuple[int, list[int]]]) -> None:
        asked = [Wish(person_id, tuple(self.ids[place] for place in wanted)) for person_id, wanted in wishes]
        answers = capacity.take_many(wishes=asked, purpose=PURPOSE, by=OFFICE)
        served: set[int] = set()
        for (person_id, wanted), answer in zip(wishes, answers, strict=True):
            if person_id in served:
                continue
            served.add(person_id)
            own = self.claims.get(person_id)
            place = next((one for one in wanted if self.is_free(one)), None)
            if own is not None and not own.lapsed:
                assert answer.outcome is Outcome.ALREADY
            elif place is None:
                assert answer.outcome is Outcome.FULL
            else:
                assert (answer.outcome, answer.supply_id) == (Outcome.TAKEN, self.ids[place])
                assert answer.claim_id is not None
                self.claims[person_id] = Expected(answer.claim_id, place, ClaimState.TAKEN)

    @rule()
    def sweep(self) -> None:
        release_lapsed()
        assert not Claim.objects.filter(state=ClaimState.HELD, expires_at__lt=now()).exists()
        self.claims = {person_id: claim for person_id, claim in self.claims.items() if not claim.lapsed}

    @invariant()
    def counters_rows_and_model_agree(self) -> None:
        assert capacity.disagreements() == []
        rooms = capacity.room_of(self.ids)
        for place, supply_id in enumerate(self.ids):
            assert rooms[supply_id].total - rooms[supply_id].free == self.counted(place)
        alive = {person_id: claim for person_id, claim in self.claims.items() if not claim.lapsed}
        rows = Claim.objects.filter(
            supply_id__in=self.ids, state__in=ACTIVE, pk__in=[c.claim_id for c in alive.values()]
        )
        found = {row.person_id: (row.pk, row.supply_id, row.state) for row in rows}
        assert found == {p: (c.claim_id, self.ids[c.place], c.state) for p, c in alive.items()}

    @invariant()
    def claims_only_move_as_the_table_says(self) -> None:
        for claim_id, state in Claim.objects.filter(supply_id__in=self.ids).values_list("id", "state"):
            before = self.seen.get(claim_id, state)
            assert state == before or ClaimState(state) in MOVES[ClaimState(before)]
            self.seen[claim_id] = state

    def teardown(self) -> None:
        Claim.objects.all().delete()
        Supply.objects.all().delete()


@pytest.mark.django_db
def test_no_odd_sequence_breaks_a_rule() -> None:
    run_state_machine_as_test(
        Capacity,
        settings=settings(
            max_examples=RUNS, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.django_db
def test_control_a_forgotten_counter_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A release that forgets the counter must not survive the machine."""
    monkeypatch.setattr(
        "khumkan.capacity.statements.RELEASE",
        "UPDATE capacity_claim SET state = 'released', ended_at = clock_timestamp(), ended_why = %(why)s"
        " WHERE id = ANY(%(claim_ids)s) AND state IN ('held', 'taken') RETURNING id",
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            Capacity,
            settings=settings(
                max_examples=20, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck),
                database=None, phases=[Phase.generate], report_multiple_bugs=False,
            ),
        )  # fmt: skip
