"""Writing to the record. Nothing else writes events.

Rows are inserted as arrays, thousands in one statement. This module does not import the models, so that the package
can offer `record.write` while Django is still loading.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from django.db import connection, transaction
from django.db.models import Model

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.record import queue
from khumkan.record.entries import Data, Entry, check_data
from khumkan.record.listeners import listeners_of

#: Rows in one INSERT.
ROWS_AT_ONCE = 5_000
#: Events handed to a listener at once.
BATCH = 500
NAME = re.compile(r"[a-z_]+\.[a-z_]+")
SAW = "record.saw"

_INSERT = """
    INSERT INTO record_event (at, actor_kind, actor_id, system, on_behalf_of, origin, because,
                              name, about_kind, about_id, person_id, site_id, data)
    SELECT %s, %s, %s, %s, %s, %s, %s, rows.*
    FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::jsonb[]) AS rows
"""
_DELIVERIES = """
    INSERT INTO record_delivery (event, handler, event_ids, first_at, last_at, created_at)
    SELECT %s, handler, %s, %s, %s, now() FROM unnest(%s::text[]) AS handler
    RETURNING id
"""


def write(
    name: str,
    *,
    by: Actor,
    about: Model | None = None,
    person_id: int | None = None,
    site_id: int | None = None,
    data: Data | None = None,
) -> int:
    """Write one event in the transaction of the change that it tells of, and return its id.

    :param name: `<app>.<what_happened>`, such as `screening.result_released`.
    :param about: the row that changed; person and site are taken from it unless they are given.
    :param data: ids, codes and counts; never text about a person.
    """
    if about is None:
        entry = Entry("", None, person_id, site_id, data or {})
    else:
        entry = Entry.of(about, person_id=person_id, site_id=site_id, data=data)
    with transaction.atomic(savepoint=False):
        return _insert(by, [(name, entry)])[0]


def write_several(events: Sequence[tuple[str, Entry]], *, by: Actor) -> list[int]:
    """Write events of different names that one act brings about, in their order; return their ids. One statement."""
    with transaction.atomic(savepoint=False):
        return _insert(by, events)


def write_many(name: str, *, by: Actor, entries: Iterable[Entry]) -> int:
    """Write many events of one name and actor, and return how many; about 50,000 a second."""
    count = 0
    with transaction.atomic():
        for chunk in _chunks(entries, ROWS_AT_ONCE):
            count += len(_insert(by, [(name, entry) for entry in chunk]))
    return count


def saw(*, by: Actor, person_ids: Iterable[int], page: str) -> None:
    """Write that somebody saw personal data of these persons; people looking at their own leave no trace.

    :param page: the name of the page or file, such as `registry:person`.
    """
    own = by.id if by.kind is ActorKind.PERSON else None
    entries = [Entry(person_id=person, data={"page": page}) for person in dict.fromkeys(person_ids) if person != own]
    if entries:
        write_many(SAW, by=by, entries=entries)


def _insert(by: Actor, events: Sequence[tuple[str, Entry]]) -> list[int]:
    names = list(dict.fromkeys(name for name, _ in events))
    if not all(NAME.fullmatch(name) for name in names):
        raise ValueError("the name of an event is <app>.<what_happened>")
    for _, entry in events:
        check_data(entry.data)
    at = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT + "RETURNING id",
            [
                *(at, by.kind.value, by.id, by.name if by.kind is ActorKind.SYSTEM else ""),
                *(by.on_behalf_of, by.origin[:64], by.because[:200]),
                [name for name, _ in events],
                [entry.about_kind for _, entry in events],
                [entry.about_id for _, entry in events],
                [entry.person_id for _, entry in events],
                [entry.site_id for _, entry in events],
                [json.dumps(entry.data) for _, entry in events],
            ],
        )
        ids = [row[0] for row in cursor.fetchall()]
    for name in names:
        _deliver(name, [each for each, (own, _) in zip(ids, events, strict=True) if own == name], at)
    return ids


def _deliver(name: str, ids: Sequence[int], at: datetime) -> None:
    """Queue the delivery of events to those who listen to them."""
    listeners = listeners_of(name)
    if not listeners:
        return
    deliveries: list[int] = []
    with connection.cursor() as cursor:
        for start in range(0, len(ids), BATCH):
            cursor.execute(_DELIVERIES, [name, list(ids[start : start + BATCH]), at, at, listeners])
            deliveries += [row[0] for row in cursor.fetchall()]
    queue.put_many("record.deliver", ({"delivery_id": each} for each in deliveries))


def _chunks(entries: Iterable[Entry], size: int) -> Iterator[list[Entry]]:
    iterator = iter(entries)
    while chunk := list(islice(iterator, size)):
        yield chunk
