"""One holder takes, holds, confirms, gives back and moves."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from khumkan import capacity
from khumkan.capacity.actions import release_lapsed
from khumkan.capacity.models import Claim, Supply
from khumkan.capacity.states import ClaimState, Release
from khumkan.capacity.testing import KIND, OFFICE, supplies
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused

pytestmark = pytest.mark.django_db
BRIEF = timedelta(milliseconds=30)
TEN_MINUTES = timedelta(minutes=10)


def take(supply_id: int, person_id: int, **more: object) -> capacity.Held:
    return capacity.take(supply_id=supply_id, person_id=person_id, purpose="tests.visit", by=OFFICE, **more)  # type: ignore[arg-type]


def hold(supply_id: int, person_id: int, lasting: timedelta = TEN_MINUTES) -> capacity.Held:
    return capacity.hold(supply_id=supply_id, person_id=person_id, purpose="tests.visit", by=OFFICE, lasting=lasting)


def taken(supply_id: int) -> int:
    return Supply.objects.get(pk=supply_id).taken


def test_taking_with_room_is_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    (supply_id,) = supplies(1)
    with django_assert_num_queries(1):
        held = take(supply_id, 7)
    claim = Claim.objects.get(pk=held.claim_id)
    assert (claim.supply_id, claim.person_id, claim.state) == (supply_id, 7, ClaimState.TAKEN)
    assert taken(supply_id) == 1


def test_the_next_one_is_told_that_it_is_full_and_what_is_free() -> None:
    full, later = supplies(1, 5)
    elsewhere = supplies(5, site_id=2)
    take(full, 1)
    with pytest.raises(capacity.Full) as refusal, translation.override("en"):
        take(full, 2)
    assert [room.supply_id for room in refusal.value.next_best] == [later, *elsewhere]
    with translation.override("en"):
        assert str(refusal.value).startswith("All places are taken. The nearest free time here is ")
    assert taken(full) == 1


def test_nothing_else_is_free() -> None:
    (full,) = supplies(1)
    take(full, 1)
    with pytest.raises(capacity.Full) as refusal:
        take(full, 2)
    assert refusal.value.next_best == ()


def test_one_person_has_one_claim_for_a_purpose() -> None:
    first, second = supplies(5, 5)
    held = take(first, 1)
    with pytest.raises(capacity.AlreadyHeld) as refusal:
        take(second, 1)
    assert refusal.value.held == held
    capacity.take(supply_id=second, person_id=1, purpose="tests.other", by=OFFICE)
    assert (taken(first), taken(second)) == (1, 1)


def test_an_employer_takes_an_amount_of_a_budget() -> None:
    (budget,) = supplies(100, site_id=None)
    take_budget = {"supply_id": budget, "purpose": "tests.loan.1", "by": OFFICE}
    capacity.take(**take_budget, employer_id=1, amount=60)  # type: ignore[arg-type]
    with pytest.raises(capacity.Full) as refusal:
        capacity.take(**take_budget, employer_id=2, amount=50)  # type: ignore[arg-type]
    with translation.override("en"):
        assert str(refusal.value) == "Only 40 are left; that is not enough."
    capacity.take(**take_budget, employer_id=2, amount=40)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="one person, one employer or one site"):
        capacity.take(**take_budget, employer_id=1, person_id=1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at least 1"):
        capacity.take(**take_budget, employer_id=3, amount=0)  # type: ignore[arg-type]


def test_a_site_keeps_a_share_of_a_lot() -> None:
    (lot,) = supplies(100, site_id=None)
    capacity.take(supply_id=lot, purpose="tests.session.1", site_id=7, amount=60, by=OFFICE)
    with pytest.raises(capacity.AlreadyHeld):
        capacity.take(supply_id=lot, purpose="tests.session.1", site_id=7, amount=10, by=OFFICE)
    with pytest.raises(capacity.Full):
        capacity.take(supply_id=lot, purpose="tests.session.2", site_id=7, amount=41, by=OFFICE)
    capacity.take(supply_id=lot, purpose="tests.session.2", site_id=8, amount=40, by=OFFICE)
    assert taken(lot) == 100


def test_a_lapsed_hold_blocks_nobody_although_nobody_swept_it() -> None:
    (supply_id,) = supplies(1)
    held = hold(supply_id, 1, BRIEF)
    with pytest.raises(capacity.Full):
        take(supply_id, 2)
    time.sleep(0.05)
    assert capacity.room_of([supply_id])[supply_id].free == 1
    take(supply_id, 2)
    lapsed = Claim.objects.get(pk=held.claim_id)
    assert (lapsed.state, lapsed.ended_why) == (ClaimState.RELEASED, Release.LAPSED)
    assert taken(supply_id) == 1


def test_a_lapsed_hold_does_not_block_its_own_holder() -> None:
    first, second = supplies(5, 5)
    hold(first, 1, BRIEF)
    time.sleep(0.05)
    take(second, 1)
    assert (taken(first), taken(second)) == (0, 1)


def test_a_hold_is_confirmed_once_and_for_all() -> None:
    (supply_id,) = supplies(1)
    held = hold(supply_id, 1)
    assert held.expires_at is not None
    capacity.confirm(claim_id=held.claim_id, by=OFFICE)
    capacity.confirm(claim_id=held.claim_id, by=OFFICE)
    claim = Claim.objects.get(pk=held.claim_id)
    assert (claim.state, claim.expires_at) == (ClaimState.TAKEN, None)


def test_a_lapsed_hold_is_not_confirmed() -> None:
    (supply_id,) = supplies(1)
    held = hold(supply_id, 1, BRIEF)
    time.sleep(0.05)
    with pytest.raises(capacity.Lapsed):
        capacity.confirm(claim_id=held.claim_id, by=OFFICE)


def test_a_hold_on_a_closed_supply_is_not_confirmed() -> None:
    (supply_id,) = supplies(1)
    held = hold(supply_id, 1)
    capacity.close(supply_ids=[supply_id], why="heat", by=OFFICE)
    with pytest.raises(capacity.Closed):
        capacity.confirm(claim_id=held.claim_id, by=OFFICE)


def test_a_hold_needs_one_end() -> None:
    (supply_id,) = supplies(1)
    with pytest.raises(ValueError, match="either until or lasting"):
        capacity.hold(supply_id=supply_id, person_id=1, purpose="p", by=OFFICE)
    until = clock.now() + TEN_MINUTES
    held = capacity.hold(supply_id=supply_id, person_id=1, purpose="p", by=OFFICE, until=until)
    assert held.expires_at == until


def test_giving_back_twice_is_harmless() -> None:
    (supply_id,) = supplies(1)
    held = take(supply_id, 1)
    assert capacity.release(claim_id=held.claim_id, by=OFFICE) is True
    assert capacity.release(claim_id=held.claim_id, by=OFFICE) is False
    assert taken(supply_id) == 0
    take(supply_id, 1)


def test_moving_gives_the_new_place_and_frees_the_old() -> None:
    old, new = supplies(1, 1)
    held = take(old, 1)
    moved = capacity.move(claim_id=held.claim_id, supply_id=new, by=OFFICE)
    assert moved.claim_id != held.claim_id
    assert (taken(old), taken(new)) == (0, 1)
    assert Claim.objects.get(pk=held.claim_id).ended_why == Release.MOVED
    with pytest.raises(capacity.Lapsed):
        capacity.move(claim_id=held.claim_id, supply_id=old, by=OFFICE)


def test_who_cannot_move_keeps_the_old_place() -> None:
    old, new = supplies(1, 1)
    held = take(old, 1)
    take(new, 2)
    with pytest.raises(capacity.Full):
        capacity.move(claim_id=held.claim_id, supply_id=new, by=OFFICE)
    assert Claim.objects.get(pk=held.claim_id).state == ClaimState.TAKEN
    assert (taken(old), taken(new)) == (1, 1)
    assert capacity.move(claim_id=held.claim_id, supply_id=old, by=OFFICE).claim_id == held.claim_id


def test_a_moved_hold_lapses_when_it_would_have() -> None:
    old, new = supplies(1, 1)
    held = hold(old, 1)
    assert capacity.move(claim_id=held.claim_id, supply_id=new, by=OFFICE).expires_at == held.expires_at


def test_closed_over_and_not_yet_open_are_refused_in_words() -> None:
    (shut,) = supplies(1)
    capacity.close(supply_ids=[shut], why="heat", by=OFFICE)
    (over,) = supplies(1, first_at=clock.now() - timedelta(days=1))
    opens_at = clock.now() + timedelta(hours=1)
    starts_at = clock.now() + timedelta(days=9)
    later = capacity.Offer(KIND, 1, starts_at, starts_at + timedelta(hours=1), 1, opens_at=opens_at)
    (early,) = capacity.offer(offers=[later], by=OFFICE)
    codes = []
    for supply_id in (shut, over, early):
        with pytest.raises(capacity.Closed) as refusal:
            take(supply_id, 1)
        codes.append(refusal.value.code)
    assert codes == ["capacity_closed", "capacity_over", "capacity_not_open"]


def test_what_does_not_exist_is_missing() -> None:
    for act in (
        lambda: take(0, 1),
        lambda: capacity.confirm(claim_id=0, by=OFFICE),
        lambda: capacity.release(claim_id=0, by=OFFICE),
        lambda: capacity.change_total(supply_id=0, total=1, by=OFFICE),
    ):
        with pytest.raises(Missing):
            act()


def test_a_person_touches_only_their_own() -> None:
    first, second = supplies(1, 1)
    me = Actor.person(1)
    held = capacity.take(supply_id=first, person_id=1, purpose="p", by=me)
    for act in (
        lambda: capacity.take(supply_id=second, person_id=2, purpose="p", by=me),
        lambda: capacity.release(claim_id=held.claim_id, by=Actor.person(2)),
        lambda: capacity.move(claim_id=held.claim_id, supply_id=second, by=Actor.person(2)),
        lambda: capacity.take_many(wishes=[capacity.Wish(2, (second,))], purpose="p", by=me),
        lambda: capacity.change_total(supply_id=second, total=9, by=me),
    ):
        with pytest.raises(Refused):
            act()
    assert capacity.release(claim_id=held.claim_id, by=me)


def test_the_sweeper_ends_lapsed_holds_and_tells_the_record() -> None:
    first, second = supplies(3, 3)
    hold(first, 1, BRIEF)
    hold(second, 2, BRIEF)
    hold(second, 3)
    time.sleep(0.05)
    assert release_lapsed() == 2
    assert release_lapsed() == 0
    assert (taken(first), taken(second)) == (0, 1)
    assert capacity.disagreements() == []


def test_the_database_refuses_what_no_caller_should_try() -> None:
    (supply_id,) = supplies(1)
    held = take(supply_id, 1)
    for change in ({"taken": 2}, {"taken": -1}, {"total": 0}):
        with pytest.raises(IntegrityError, match="never_oversold"), transaction.atomic():
            Supply.objects.filter(pk=supply_id).update(**change)
    with pytest.raises(IntegrityError, match="person_once"), transaction.atomic():
        Claim.objects.create(
            supply_id=supply_id, person_id=1, purpose="tests.visit", state="taken", created_at=clock.now()
        )
    with pytest.raises(IntegrityError, match="one_holder"), transaction.atomic():
        Claim.objects.filter(pk=held.claim_id).update(employer_id=1)
    with pytest.raises(IntegrityError, match="hold_lapses"), transaction.atomic():
        Claim.objects.filter(pk=held.claim_id).update(state="held")


def test_a_counter_that_differs_from_the_claims_is_found() -> None:
    right, wrong = supplies(5, 5)
    take(right, 1)
    Supply.objects.filter(pk=wrong).update(taken=2)
    assert [(one.supply_id, one.taken, one.claimed) for one in capacity.disagreements()] == [(wrong, 2, 0)]


def test_a_swap_is_a_move_in_two_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    first, second = supplies(1, 1)
    old = take(first, 7)
    with django_assert_num_queries(2):
        new = capacity.swap(person_id=7, purpose="tests.visit", was=first, supply_id=second, by=OFFICE)
    assert (taken(first), taken(second)) == (0, 1)
    states = dict(Claim.objects.values_list("pk", "state"))
    assert states == {old.claim_id: ClaimState.RELEASED, new.claim_id: ClaimState.TAKEN}
    assert Claim.objects.get(pk=old.claim_id).ended_why == Release.MOVED
    assert capacity.disagreements() == []


def test_a_swap_into_a_full_or_closed_supply_changes_nothing() -> None:
    first, full, closed = supplies(1, 1, 1)
    take(first, 7)
    take(full, 8)
    capacity.close(supply_ids=[closed], why="rain", by=OFFICE)
    for other, refusal in ((full, capacity.Full), (closed, capacity.Closed)):
        with pytest.raises(refusal):
            capacity.swap(person_id=7, purpose="tests.visit", was=first, supply_id=other, by=OFFICE)
    assert (taken(first), taken(full), taken(closed)) == (1, 1, 0)
    assert capacity.disagreements() == []


def test_a_swap_needs_a_place_and_the_right_person() -> None:
    first, second = supplies(1, 1)
    with pytest.raises(Missing):
        capacity.swap(person_id=7, purpose="tests.visit", was=first, supply_id=second, by=OFFICE)
    take(first, 7)
    with pytest.raises(Refused):
        capacity.swap(person_id=7, purpose="tests.visit", was=first, supply_id=second, by=Actor.person(8))
    assert (taken(first), taken(second)) == (1, 0)


@pytest.mark.parametrize("act", [capacity.take, partial(capacity.hold, lasting=TEN_MINUTES)])
def test_a_claim_can_keep_less_and_the_rest_is_free_at_once(act: Callable[..., capacity.Held]) -> None:
    (supply_id,) = supplies(10)
    held = act(supply_id=supply_id, employer_id=1, purpose="tests.loan", amount=10, by=OFFICE)
    assert capacity.reduce(claim_id=held.claim_id, amount=4, by=OFFICE) == 6
    assert (taken(supply_id), Claim.objects.get(pk=held.claim_id).amount) == (4, 4)
    assert capacity.reduce(claim_id=held.claim_id, amount=4, by=OFFICE) == 0
    assert capacity.reduce(claim_id=held.claim_id, amount=9, by=OFFICE) == 0, "a claim never grows"
    assert capacity.take(supply_id=supply_id, employer_id=2, purpose="tests.loan", amount=6, by=OFFICE)
    assert (taken(supply_id), capacity.disagreements()) == (10, [])


def test_what_was_given_back_cannot_keep_less() -> None:
    (supply_id,) = supplies(10)
    held = capacity.take(supply_id=supply_id, employer_id=1, purpose="tests.loan", amount=10, by=OFFICE)
    with pytest.raises(ValueError, match="at least 1"):
        capacity.reduce(claim_id=held.claim_id, amount=0, by=OFFICE)
    with pytest.raises(Missing):
        capacity.reduce(claim_id=0, amount=1, by=OFFICE)
    capacity.release(claim_id=held.claim_id, by=OFFICE)
    with pytest.raises(capacity.Lapsed):
        capacity.reduce(claim_id=held.claim_id, amount=4, by=OFFICE)
    assert (taken(supply_id), capacity.disagreements()) == (0, [])
