"""Offering, resizing, closing and reopening supply, and sweeping lapsed holds."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction

from khumkan import record
from khumkan.capacity import permissions, sql, statements
from khumkan.capacity.actions.lapsing import sweep
from khumkan.capacity.entries import Affected, Offer
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_

#: Supplies swept in one transaction.
SWEEP_AT_ONCE = 200


@transaction.atomic
def offer(*, offers: Sequence[Offer], by: Actor) -> list[int]:
    """Make supplies and return the ids of those that are new; offering the same twice makes nothing new.

    :raises Refused: when a total is negative or a supply ends before it starts.
    """
    permissions.check_may_change_supply(by)
    for one in offers:
        if one.total < 0 or one.ends_at <= one.starts_at:
            raise Refused(N_("An offer needs a number from 0 up and an end after its start."), "capacity_offer_wrong")
    made = sql.rows(
        statements.OFFER,
        kinds=[one.kind for one in offers],
        site_ids=[one.site_id for one in offers],
        parts=[one.part for one in offers],
        starts=[one.starts_at for one in offers],
        ends=[one.ends_at for one in offers],
        opens=[one.opens_at for one in offers],
        totals=[one.total for one in offers],
    )
    _tell("capacity.offered", by, ((supply_id, site_id, {"total": total}) for supply_id, site_id, total in made))
    return [supply_id for supply_id, _, _ in made]


def offer_days(
    *,
    kind: str,
    site_id: int,
    days: Iterable[date],
    opens: time,
    closes: time,
    total: int,
    by: Actor,
    every: timedelta | None = None,
    part: str = "",
    opens_at: datetime | None = None,
) -> list[int]:
    """Make one supply for each day, or one for each slot of a day, and return the ids of those that are new.

    :param opens: clock time in Bangkok, `closes` likewise.
    :param every: the length of a slot; none makes one supply of the whole day. What is left over is left out.
    :param total: how many in each supply.
    """
    offers = [
        Offer(kind, site_id, starts_at, ends_at, total, part, opens_at)
        for day in days
        for starts_at, ends_at in _slots(clock.at(day, opens), clock.at(day, closes), every)
    ]
    return offer(offers=offers, by=by)


@transaction.atomic
def change_total(*, supply_id: int, total: int, by: Actor) -> None:
    """Change how many there are.

    :raises Refused: when more than that are taken; the sentence says how many would have to move first.
    """
    permissions.check_may_change_supply(by)
    if total < 0:
        raise Refused(N_("The number must be 0 or more."), "capacity_offer_wrong")
    _lock([supply_id])
    sweep([supply_id])
    taken, old, site_id = sql.row(statements.SUPPLY_COUNTS, {"supply_id": supply_id})
    if total < taken:
        raise Refused(
            N_("%(taken)s are taken already. With %(total)s in all, %(excess)s would have to move first."),
            "capacity_below_taken",
            taken=taken,
            total=total,
            excess=taken - total,
        )
    sql.run(statements.CHANGE_TOTAL, {"supply_id": supply_id, "total": total})
    _tell("capacity.resized", by, [(supply_id, site_id, {"total": total, "was": old})])


@transaction.atomic
def close(*, supply_ids: Sequence[int], why: str, by: Actor) -> list[Affected]:
    """Close supplies: from now on nobody can take there. Claims stay until the programme moves or releases them.

    :param why: for the office, such as heat or a missing doctor.
    :returns: everybody who has an active claim there, in the order in which they took it.
    """
    permissions.check_may_change_supply(by)
    if not why.strip():
        raise Refused(N_("Please say why this is closed."), "capacity_no_reason")
    _lock(supply_ids)
    sweep(supply_ids)
    closed = sql.rows(statements.CLOSE, supply_ids=list(supply_ids), now=clock.now(), why=why.strip())
    _tell("capacity.closed", by, ((supply_id, site_id, {}) for supply_id, site_id in closed))
    return [Affected(*one) for one in sql.rows(statements.ACTIVE_ON, supply_ids=list(supply_ids))]


@transaction.atomic
def reopen(*, supply_ids: Sequence[int], by: Actor) -> None:
    """Open closed supplies again, with the claims that still stand there."""
    permissions.check_may_change_supply(by)
    _lock(supply_ids)
    opened = sql.rows(statements.REOPEN, supply_ids=list(supply_ids))
    _tell("capacity.reopened", by, ((supply_id, site_id, {}) for supply_id, site_id in opened))


def release_lapsed() -> int:
    """End all lapsed holds and return how many there were; supplies that somebody has locked wait for the next time.

    Nothing depends on how often this runs: a lapsed hold blocks nobody. It keeps counters and lists tidy.
    """
    ended = 0
    while True:
        waiting = [found for (found,) in sql.rows(statements.WITH_LAPSED_HOLDS, most=SWEEP_AT_ONCE)]
        with transaction.atomic():
            locked = sql.locked(waiting, statement=statements.LOCK_FREE)
            swept = sweep(locked)
        ended += swept
        if not swept or len(waiting) < SWEEP_AT_ONCE:
            return ended


def _slots(opens: datetime, closes: datetime, every: timedelta | None) -> Iterable[tuple[datetime, datetime]]:
    length = every or closes - opens
    if length <= timedelta():
        raise Refused(N_("An offer needs a number from 0 up and an end after its start."), "capacity_offer_wrong")
    starts_at = opens
    while starts_at + length <= closes:
        yield starts_at, starts_at + length
        starts_at += length


def _lock(supply_ids: Sequence[int]) -> None:
    missing = set(supply_ids) - set(sql.locked(supply_ids, statement=statements.LOCK))
    if missing:
        raise Missing(f"there is no supply {min(missing)}")


def _tell(name: str, by: Actor, supplies: Iterable[tuple[int, int | None, dict[str, int]]]) -> None:
    record.write_many(
        name,
        by=by,
        entries=[
            record.Entry("capacity.supply", supply_id, None, site_id, data) for supply_id, site_id, data in supplies
        ],
    )
