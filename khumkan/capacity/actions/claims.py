"""Taking, holding, confirming, giving back and moving, for one holder.

The happy path of `take` and `hold` is one statement. Only when it took nothing is the reason looked for; a lapsed hold
that stood in the way, of somebody else or the holder's own, is then ended and the statement tried once more.

The caller's own event tells the record of a claim, in the same transaction; capacity does not write a second one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from khumkan.capacity import permissions, queries, refusals, sql, statements
from khumkan.capacity.actions.lapsing import sweep
from khumkan.capacity.entries import Held, Holder, Lapsed, Room
from khumkan.capacity.states import ClaimState, Release
from khumkan.kernel import clock, prepared
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_


def take(
    *,
    supply_id: int,
    purpose: str,
    by: Actor,
    person_id: int | None = None,
    employer_id: int | None = None,
    site_id: int | None = None,
    amount: int = 1,
) -> Held:
    """Take something for good, until it is released. One statement when there is room.

    Who goes on to another supply after a refusal makes each attempt in a `transaction.atomic()` of its own: a refused
    attempt may have locked its supply, and only undoing it lets go.

    :param purpose: what it is for, such as `screening.test`; a holder has one active claim for each purpose.
    :param amount: how many, in the unit of the supply's kind.
    :raises Full: with the next best supplies.
    :raises AlreadyHeld: with the claim that the holder has.
    :raises Closed: when the supply is closed, over or not open yet.
    """
    asked = _Asked(supply_id, purpose, Holder(person_id, employer_id, site_id), amount, ClaimState.TAKEN)
    permissions.check_may_claim(by, person_ids=[person_id])
    return _in_transaction(asked)


def hold(
    *,
    supply_id: int,
    purpose: str,
    by: Actor,
    person_id: int | None = None,
    employer_id: int | None = None,
    amount: int = 1,
    until: datetime | None = None,
    lasting: timedelta | None = None,
    looks_around: bool = True,
) -> Held:
    """Hold something until a moment of the database's clock; after it the hold blocks nobody.

    :param until: when it lapses, or `lasting`: how long from now on the database's clock. Give one of them.
    :param looks_around: whether a refusal names the next best supplies; nothing takes the place of a budget.
    :raises Full, AlreadyHeld, Closed: as for `take`.
    """
    if (until is None) == (lasting is None):
        raise ValueError("give either until or lasting")
    asked = _Asked(
        supply_id, purpose, Holder(person_id, employer_id), amount, ClaimState.HELD, until, lasting, looks_around
    )
    permissions.check_may_claim(by, person_ids=[person_id])
    return _in_transaction(asked)


@transaction.atomic
def confirm(*, claim_id: int, by: Actor) -> None:
    """Turn a hold into a taken place. Confirming twice changes nothing.

    :raises Lapsed: when the hold has lapsed or was given back.
    :raises Closed: when the supply was closed in the meantime.
    """
    claim = _claim_row(claim_id, by)
    if sql.row(statements.CONFIRM, {"claim_id": claim_id}) is None:
        if claim.is_alive:
            raise refusals.closed(queries.room_of([claim.supply_id])[claim.supply_id])
        raise _lapsed()


@transaction.atomic
def release(*, claim_id: int, by: Actor) -> bool:
    """Give back; say whether there was anything to give back. Twice is harmless."""
    claim = _claim_row(claim_id, by)
    sql.locked([claim.supply_id], statement=statements.LOCK)
    return bool(sql.rows(statements.RELEASE, claim_ids=[claim_id], why=Release.GIVEN_BACK))


@transaction.atomic
def reduce(*, claim_id: int, amount: int, by: Actor) -> int:
    """Let a claim keep only so much, and return how much became free; a claim that is not larger is left as it is.

    :param amount: what is kept, in the unit of the supply's kind; to keep nothing, `release`.
    :raises Lapsed: when the claim is not active any more.
    """
    if amount < 1:
        raise ValueError("a claim keeps at least 1; give it back with `release`")
    claim = _claim_row(claim_id, by)
    sql.locked([claim.supply_id], statement=statements.LOCK)
    if not _claim_row(claim_id, by).is_alive:
        raise _lapsed()
    found = sql.rows(statements.REDUCE, claim_id=claim_id, amount=amount)
    return found[0][0] - amount if found else 0


@transaction.atomic
def move(*, claim_id: int, supply_id: int, by: Actor) -> Held:
    """Move a claim to another supply: either the holder has the new place afterwards, or still the old one.

    Both supplies are locked in the order of their ids. A hold keeps the moment at which it lapses.

    :returns: the new claim; the old one is released.
    :raises Lapsed: when the claim is not active any more.
    :raises Full, Closed: when the other supply cannot be taken.
    """
    old = _claim_row(claim_id, by)
    if old.supply_id == supply_id and old.is_alive:
        return Held(claim_id, supply_id, old.expires_at)
    sql.locked([old.supply_id, supply_id], statement=statements.LOCK)
    sweep([supply_id])
    if not _claim_row(claim_id, by).is_alive:
        raise _lapsed()
    sql.rows(statements.RELEASE, claim_ids=[claim_id], why=Release.MOVED)
    return _claim(_Asked(supply_id, old.purpose, old.holder, old.amount, old.state, old.expires_at))


def swap(*, person_id: int, purpose: str, was: int, supply_id: int, by: Actor) -> Held:
    """Move a person's place from one supply to another: `move` for those who know both, in two statements.

    :param was: the supply in which the person has a place for this purpose; another one than `supply_id`.
    :raises Missing: when the person has no place there.
    :raises Lapsed, Full, Closed: as for `move`.
    """
    permissions.check_may_claim(by, person_ids=[person_id])
    if connection.in_atomic_block:  # without the two statements of a savepoint
        return _swap(person_id, purpose, was, supply_id, by)
    with transaction.atomic():
        return _swap(person_id, purpose, was, supply_id, by)


@dataclass(frozen=True, slots=True)
class _Asked:
    supply_id: int
    purpose: str
    holder: Holder
    amount: int
    state: ClaimState
    until: datetime | None = None
    lasting: timedelta | None = None
    looks_around: bool = True

    @property
    def by_holder(self) -> str:
        if self.holder.person_id is not None:
            return statements.BY_PERSON
        return statements.BY_SITE if self.holder.employer_id is None else statements.BY_EMPLOYER

    def parameters(self) -> dict[str, Any]:
        if self.amount < 1:
            raise ValueError("the amount is at least 1")
        return {
            "supply_id": self.supply_id,
            "purpose": self.purpose,
            "person_id": self.holder.person_id,
            "employer_id": self.holder.employer_id,
            "site_id": self.holder.site_id,
            "amount": self.amount,
            "state": self.state.value,
            "until": self.until,
            "lasting": self.lasting,
            "now": clock.now(),
        }


@dataclass(frozen=True, slots=True)
class _Obstacle:
    """Why nothing was taken: the supply, and the holder's own claim if there is one."""

    supply: Room
    opens_at: datetime | None
    has_lapsed: bool
    own: Held | None
    is_own_lapsed: bool

    @property
    def is_in_the_way(self) -> bool:
        """Whether ending lapsed holds could help."""
        return self.is_own_lapsed if self.own is not None else self.has_lapsed


@dataclass(frozen=True, slots=True)
class _Claim:
    supply_id: int
    purpose: str
    holder: Holder
    amount: int
    state: ClaimState
    expires_at: datetime | None
    is_alive: bool


def _swap(person_id: int, purpose: str, was: int, supply_id: int, by: Actor) -> Held:
    prepared.rows(statements.LOCK_TWO, {"supply_ids": [was, supply_id]})
    values = {"person_id": person_id, "purpose": purpose, "was": was, "supply_id": supply_id}
    made = sql.row(statements.SWAP, {**values, "why": Release.MOVED.value, "now": clock.now()})
    if made is not None:
        return Held(made[0], supply_id, None)
    claims = queries.claims_of([person_id], purpose=purpose)
    if person_id not in claims:
        raise Missing("this person has no place for this purpose")
    return move(claim_id=claims[person_id], supply_id=supply_id, by=by)


def _in_transaction(asked: _Asked) -> Held:
    """Claim within the caller's transaction, without the two statements of a savepoint, or in one of its own."""
    if connection.in_atomic_block:
        return _claim(asked)
    with transaction.atomic():
        return _claim(asked)


def _claim(asked: _Asked) -> Held:
    parameters = asked.parameters()
    statement = statements.TAKE_BY[asked.by_holder]
    taken = sql.row(statement, parameters)
    if taken is None:
        obstacle = _obstacle(asked, parameters)
        if not obstacle.is_in_the_way:
            raise _why_not(obstacle, asked, parameters)
        _make_way(obstacle)
        taken = sql.row(statement, parameters)
    if taken is None:
        raise _why_not(_obstacle(asked, parameters), asked, parameters)
    _, claim_id, expires_at = taken
    if claim_id is None:
        sql.run(statements.PUT_BACK, parameters)
        raise _why_not(_obstacle(asked, parameters), asked, parameters)
    return Held(claim_id, asked.supply_id, expires_at)


def _obstacle(asked: _Asked, parameters: dict[str, Any]) -> _Obstacle:
    found = sql.row(statements.OBSTACLE_BY[asked.by_holder], parameters)
    if found is None:
        raise Missing(f"there is no supply {asked.supply_id}")
    *supply, opens_at, has_lapsed, own_id, own_supply_id, own_expires_at, is_own_lapsed = found
    own = None if own_id is None else Held(own_id, own_supply_id, own_expires_at)
    return _Obstacle(Room(*supply), opens_at, has_lapsed, own, bool(is_own_lapsed))


def _make_way(obstacle: _Obstacle) -> None:
    """End the lapsed holds that stand in the way, the holder's own included."""
    supply_ids = {obstacle.supply.supply_id} | ({obstacle.own.supply_id} if obstacle.own else set())
    sql.locked(sorted(supply_ids), statement=statements.LOCK)
    sweep(sorted(supply_ids))


def _why_not(obstacle: _Obstacle, asked: _Asked, parameters: dict[str, Any]) -> Refused:
    supply = obstacle.supply
    if obstacle.own is not None:
        return refusals.already_held(obstacle.own)
    if supply.is_closed or supply.ends_at <= parameters["now"]:
        return refusals.closed(supply)
    if obstacle.opens_at is not None and obstacle.opens_at > parameters["now"]:
        return refusals.not_open_yet(obstacle.opens_at)
    return refusals.full(supply, queries.next_best(supply) if asked.looks_around else ())


def _claim_row(claim_id: int, by: Actor) -> _Claim:
    found = sql.row(statements.CLAIM, {"claim_id": claim_id})
    if found is None:
        raise Missing(f"there is no claim {claim_id}")
    supply_id, purpose, *holder, amount, state, expires_at, is_alive = found
    permissions.check_may_claim(by, person_ids=[holder[0]])
    return _Claim(supply_id, purpose, Holder(*holder), amount, ClaimState(state), expires_at, is_alive)


def _lapsed() -> Lapsed:
    return Lapsed(N_("The time for which this place was held is over. Please choose a place again."), "capacity_lapsed")
