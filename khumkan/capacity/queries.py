"""Looking at supply. Each is one query, whatever the number of sites."""

from collections.abc import Sequence
from datetime import datetime

from khumkan.capacity import sql, statements
from khumkan.capacity.entries import Disagreement, Room
from khumkan.kernel import clock, prepared


def room(
    *,
    kind: str,
    site_ids: Sequence[int] | None = None,
    since: datetime,
    until: datetime,
    part: str | None = None,
    only_free: bool = False,
) -> list[Room]:
    """Return the supplies of a kind that begin in a span of time, earliest first. One query.

    :param site_ids: the sites to look at; none means all.
    :param until: the first moment that no longer counts.
    :param only_free: leave out what is full, closed, over or not open yet.
    """
    where = ["s.kind = %(kind)s", "s.starts_at >= %(since)s", "s.starts_at < %(until)s"]
    if site_ids is not None:
        where.append("s.site_id = ANY(%(site_ids)s)")
    if part is not None:
        where.append("s.part = %(part)s")
    if only_free:
        where.append(statements.IS_FREE)
    statement = statements.ROOM.format(**statements.PARTS, where=" AND ".join(where))
    found = sql.rows(
        statement,
        kind=kind,
        since=since,
        until=until,
        site_ids=list(site_ids or ()),
        part=part,
        now=clock.now(),
    )
    return [Room(*one) for one in found]


def room_of(supply_ids: Sequence[int]) -> dict[int, Room]:
    """Return supplies by id. One query."""
    statement = statements.ROOM.format(**statements.PARTS, where="s.id = ANY(%(supply_ids)s)")
    return {one[0]: Room(*one) for one in sql.rows(statement, supply_ids=list(supply_ids))}


def supply_called(*, kind: str, starts_at: datetime, part: str) -> int | None:
    """Return the id of the supply without a site that begins at a moment, or None. One query, planned once."""
    found = sql.row(statements.SUPPLY_CALLED, {"kind": kind, "starts_at": starts_at, "part": part})
    return found[0] if found else None


def next_best(supply: Room, *, most: int = 3) -> tuple[Room, ...]:
    """Return supplies like this one that have room: the same site first, then the nearest in time. One query."""
    values = {
        "kind": supply.kind,
        "part": supply.part,
        "supply_id": supply.supply_id,
        "site_id": supply.site_id,
        "starts_at": supply.starts_at,
        "now": clock.now(),
        "most": most,
    }
    found = prepared.rows(statements.ROOM_NEARBY, values)
    return tuple(Room(*one) for one in found)


def claims_of(person_ids: Sequence[int], *, purpose: str) -> dict[int, int]:
    """Return the active claim of each person for a purpose, as its id by person. One query."""
    found = sql.rows(statements.ACTIVE_OF, purpose=purpose, person_ids=list(person_ids))
    return {person_id: claim_id for person_id, claim_id, *_ in found}


def claim_of_site(site_id: int, *, purpose: str) -> int | None:
    """Return the id of the active claim of a site for a purpose, or None. One query."""
    found = sql.rows(statements.ACTIVE_OF_SITE, purpose=purpose, site_id=site_id)
    return found[0][0] if found else None


def disagreements() -> list[Disagreement]:
    """Return the supplies whose counter differs from their claims; none is the only good answer. Reads all rows."""
    return [Disagreement(*one) for one in sql.rows(statements.DISAGREEMENTS)]
