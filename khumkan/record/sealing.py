"""Sealing: within seconds, all events of finished transactions become a link of a signed chain.

A seal covers whole transactions, by number: from where the last one ended up to the oldest transaction that still runs.
Below that number everything has been committed or undone, and nothing can be added any more, however late a commit
comes. So no transaction waits for the chain, and no event falls between two seals.

The honest limits: events of the last seconds are not sealed yet; a transaction left open holds sealing back; and who
has stolen the signing key can make a chain of their own, which only a published head gives away.

Transaction numbers belong to one database cluster. When a record is carried into another one by a dump, the numbers
begin anew: `continue_after_restore`, which `khumkan migrate` calls, seals what came along and opens a new era, in which
they count afresh.
"""

import base64
import hashlib
import logging
from collections.abc import Iterator
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import connection, transaction

from khumkan.kernel import clock
from khumkan.record.lines import COLUMNS, NO_LINK, Words, event_line
from khumkan.record.models import Seal

logger = logging.getLogger(__name__)

#: Events in one seal, about; a larger transaction is never split.
EVENTS_AT_ONCE = 50_000
SEALER = 7_204_531_001
Position = tuple[int, int]
BEGINNING: Position = (0, 0)

_COLUMNS = ", ".join("xid::text::bigint" if column == "xid" else column for column in COLUMNS)
_WITHIN = "(era, xid) >= (%s::smallint, %s::text::xid8) AND (era, xid) < (%s::smallint, %s::text::xid8)"


class NewEraNeeded(Exception):
    """The database's transaction numbers are lower than those already sealed: the record came from another cluster."""


def seal() -> Seal | None:
    """Seal what is finished and not yet sealed; nothing when there is none, or when another process is sealing.

    :raises NewEraNeeded: see `begin_era`.
    """
    with transaction.atomic():
        if not _alone():
            return None
        last = _last()
        start = _end_of(last)
        end = (_era(), _horizon())
        if end < start:
            raise NewEraNeeded
        return _seal_range(last, _cut(start, end))


def seal_all() -> int:
    """Seal until nothing is left, and return how many seals were made."""
    made = 0
    while seal() is not None:
        made += 1
    return made


@transaction.atomic
def begin_era() -> int:
    """Seal everything, open a new era of transaction numbers, and return its number.

    For the one time after a record was restored from a dump into another cluster; nothing may write meanwhile, and
    nothing can: the table is locked.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALER])
        cursor.execute("LOCK TABLE record_event IN EXCLUSIVE MODE")
        era = _era() + 1
        _seal_range(_last(), (era, 0), even_empty=True)
        cursor.execute(f"ALTER TABLE record_event ALTER COLUMN era SET DEFAULT {era:d}")
    return era


def continue_after_restore() -> bool:
    """Begin an era if this record was restored into another cluster, and tell whether it was.

    To be called before anything writes: an event written before would stand among those sealed long ago.
    """
    if _horizon() >= _end_of(_last())[1] or _era() > _end_of(_last())[0]:
        return False
    begin_era()
    return True


def public_key() -> bytes:
    """Return the public key that checks our seals, 32 bytes."""
    return _private_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def lines_between(first: Position, end: Position) -> Iterator[bytes]:
    """Return the lines of the events of a range of transactions, in order; to be read within a transaction."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS}, data::text FROM record_event WHERE {_WITHIN} ORDER BY era, xid, id",  # noqa: S608
            _bounds(first, end),
        )
        while rows := cursor.fetchmany(5_000):
            yield from map(event_line, rows)


def words_of(seal: Seal, previous: bytes) -> Words:
    """Return what a seal states, given the link before it."""
    return Words(
        number=seal.number,
        first=(seal.from_era, seal.from_xid),
        end=(seal.to_era, seal.to_xid),
        events=seal.events,
        at=seal.at,
        digest=bytes(seal.digest),
        previous=previous,
    )


def _seal_range(last: Seal | None, end: Position, *, even_empty: bool = False) -> Seal | None:
    start = _end_of(last)
    digest, count = hashlib.sha256(), 0
    for line in lines_between(start, end):
        digest.update(line)
        count += 1
    if not count and not even_empty:
        return None
    made = Seal(
        number=last.number + 1 if last else 1,
        from_era=start[0],
        from_xid=start[1],
        to_era=end[0],
        to_xid=end[1],
        events=count,
        at=clock.now(),
        digest=digest.digest(),
    )
    made.link = words_of(made, bytes(last.link) if last else NO_LINK).link()
    made.signature = _private_key().sign(made.link)
    made.save(force_insert=True)
    return made


def _cut(start: Position, end: Position) -> Position:
    """Return an end that leaves about `EVENTS_AT_ONCE` events, at the border of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT era, xid::text::bigint FROM record_event WHERE {_WITHIN} ORDER BY era, xid OFFSET %s LIMIT 1",  # noqa: S608
            [*_bounds(start, end), EVENTS_AT_ONCE],
        )
        beyond: Position | None = cursor.fetchone()
        if beyond is None:
            return end
        cursor.execute(f"SELECT EXISTS (SELECT FROM record_event WHERE {_WITHIN})", _bounds(start, beyond))  # noqa: S608
        return beyond if cursor.fetchone()[0] else (beyond[0], beyond[1] + 1)


def _bounds(first: Position, end: Position) -> list[Any]:
    return [first[0], str(first[1]), end[0], str(end[1])]


def _last() -> Seal | None:
    return Seal.objects.order_by("-number").first()


def _end_of(seal: Seal | None) -> Position:
    return (seal.to_era, seal.to_xid) if seal else BEGINNING


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALER])
        return bool(cursor.fetchone()[0])


def _horizon() -> int:
    """Return the number of the oldest transaction that still runs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def _era() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_default FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND table_name = 'record_event' AND column_name = 'era'"
        )
        return int(str(cursor.fetchone()[0]).split("::")[0].strip("'"))


def _private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(settings.KHUMKAN_RECORD_KEY))
