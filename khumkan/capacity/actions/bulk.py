"""Taking, moving and giving back for many persons, with a handful of statements however many they are.

All supplies concerned are locked first, in the order of their ids, so that what is read of them stays true until the
commit. They stay locked as long as the transaction: hand in a few thousand persons at a time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from khumkan.capacity import permissions, sql, statements
from khumkan.capacity.actions.lapsing import sweep
from khumkan.capacity.entries import Answer, Outcome, Wish
from khumkan.capacity.states import Release
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class _Own:
    claim_id: int
    supply_id: int
    is_taken: bool


@dataclass(slots=True)
class _Round:
    """What is known while one list is worked on."""

    purpose: str
    own: dict[int, _Own]
    left: dict[int, int]
    answers: dict[int, Answer] = field(default_factory=dict)


@transaction.atomic
def take_many(*, wishes: Sequence[Wish], purpose: str, by: Actor) -> list[Answer]:
    """Take for many persons; who comes first in the list is served first, from the first supply that has room.

    :returns: one answer for each wish in the order of the wishes; a person named twice gets the same answer twice.
    """
    wanted = _first_wishes(wishes)
    permissions.check_may_claim(by, person_ids=wanted)
    own = _own(purpose, wanted)
    _lock_all([*_supplies(wanted.values()), *(one.supply_id for one in own.values())])
    state = _Round(purpose, _own(purpose, wanted), _room_left(_supplies(wanted.values())))
    for person_id in wanted.keys() & state.own.keys():
        state.answers[person_id] = _already(person_id, state.own[person_id])
    _serve(state, [wish for person_id, wish in wanted.items() if person_id not in state.answers])
    return [state.answers[wish.person_id] for wish in wishes]


@transaction.atomic
def move_many(*, wishes: Sequence[Wish], purpose: str, by: Actor) -> list[Answer]:
    """Move many persons to the first supply in their list that has room, as after a closure.

    Who cannot be moved keeps the old claim and is answered `FULL`. Holds are not moved (`ALREADY`): they lapse soon.
    A person without a claim is answered like in `take_many`.
    """
    wanted = _first_wishes(wishes)
    permissions.check_may_claim(by, person_ids=wanted)
    own = _own(purpose, wanted)
    _lock_all([*_supplies(wanted.values()), *(one.supply_id for one in own.values())])
    state = _Round(purpose, _own(purpose, wanted), _room_left(_supplies(wanted.values())))
    for person_id, one in state.own.items():
        if not one.is_taken or one.supply_id in wanted[person_id].supply_ids[:1]:
            state.answers[person_id] = _already(person_id, one)
    _serve(state, [wish for person_id, wish in wanted.items() if person_id not in state.answers])
    return [state.answers[wish.person_id] for wish in wishes]


@transaction.atomic
def release_many(*, claim_ids: Sequence[int], by: Actor) -> int:
    """Give many claims back and return how many were still active."""
    holders = sql.rows(statements.HOLDERS_OF, claim_ids=list(claim_ids))
    permissions.check_may_claim(by, person_ids={person_id for _, person_id in holders})
    sql.locked([supply_id for supply_id, _ in holders], statement=statements.LOCK)
    return len(sql.rows(statements.RELEASE, claim_ids=sorted(claim_ids), why=Release.GIVEN_BACK))


def _serve(state: _Round, wishes: list[Wish]) -> None:
    """Place the wishes; whoever took something elsewhere at this very moment frees a place for the next."""
    while wishes:
        placed = _place(state, wishes)
        made = _make(state, placed)
        losers = [person_id for person_id in placed if person_id not in made]
        for person_id in losers:
            state.left[placed[person_id]] = state.left.get(placed[person_id], 0) + 1
        for person_id, one in _own(state.purpose, losers).items():
            state.answers[person_id] = _already(person_id, one)
        for wish in wishes:
            if wish.person_id not in placed:
                state.answers[wish.person_id] = _full(wish.person_id, state.own.get(wish.person_id))
        wishes = [wish for wish in wishes if losers and wish.person_id not in placed]


def _place(state: _Round, wishes: Iterable[Wish]) -> dict[int, int]:
    """Give each wish its first supply with room, in the order of the list; who gets none is left out."""
    placed: dict[int, int] = {}
    for wish in wishes:
        supply_id = next((one for one in wish.supply_ids if state.left.get(one, 0) > 0), None)
        if supply_id is not None:
            state.left[supply_id] -= 1
            placed[wish.person_id] = supply_id
    return placed


def _make(state: _Round, placed: dict[int, int]) -> set[int]:
    old = [state.own[person_id].claim_id for person_id in placed if person_id in state.own]
    if old:
        sql.rows(statements.RELEASE, claim_ids=sorted(old), why=Release.MOVED)
    person_ids = sorted(placed)
    made = sql.rows(
        statements.TAKE_MANY,
        purpose=state.purpose,
        person_ids=person_ids,
        supply_ids=[placed[person_id] for person_id in person_ids],
    )
    for person_id, claim_id, supply_id in made:
        state.answers[person_id] = Answer(person_id, Outcome.TAKEN, supply_id, claim_id)
    return {person_id for person_id, _, _ in made}


def _first_wishes(wishes: Iterable[Wish]) -> dict[int, Wish]:
    wanted: dict[int, Wish] = {}
    for wish in wishes:
        wanted.setdefault(wish.person_id, wish)
    return wanted


def _supplies(wishes: Iterable[Wish]) -> set[int]:
    return {supply_id for wish in wishes for supply_id in wish.supply_ids}


def _own(purpose: str, person_ids: Iterable[int]) -> dict[int, _Own]:
    found = sql.rows(statements.ACTIVE_OF, purpose=purpose, person_ids=list(person_ids))
    return {person_id: _Own(*rest) for person_id, *rest in found}


def _lock_all(supply_ids: Sequence[int]) -> None:
    sweep(sql.locked(supply_ids, statement=statements.LOCK))


def _room_left(supply_ids: Iterable[int]) -> dict[int, int]:
    return dict(sql.rows(statements.ROOM_LEFT, supply_ids=list(supply_ids), now=clock.now()))


def _already(person_id: int, own: _Own) -> Answer:
    return Answer(person_id, Outcome.ALREADY, own.supply_id, own.claim_id)


def _full(person_id: int, own: _Own | None) -> Answer:
    return Answer(person_id, Outcome.FULL, own.supply_id if own else None, own.claim_id if own else None)
