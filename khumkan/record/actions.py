"""Writing to the record. Nothing else writes events.

Rows are inserted as arrays, thousands in one statement. This module does not import the models, so that the package
can offer `record.write` while Django is still loading.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from khumkan.kernel import clock, prepared
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.record import queue, watching
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
    SELECT %s::timestamptz, %s::text, %s::bigint, %s::text, %s::bigint, %s::text, %s::text, rows.*
    FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::jsonb[]) AS rows
    RETURNING id
"""
#: One delivery for each listener and batch of events.
_DELIVERIES = """
    INSERT INTO record_delivery (event, handler, event_ids, first_at, last_at, created_at)
    SELECT %(name)s, handler, array_agg(id ORDER BY id), %(at)s, %(at)s, now()
    FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / %(batch)s FROM {written}) AS event (id, batch)
    CROSS JOIN unnest(%(handlers)s::text[]) AS handler
    GROUP BY batch, handler ORDER BY batch, handler
    RETURNING id
"""
_DELIVER = _DELIVERIES.format(written="unnest(%(ids)s::bigint[]) AS id")
_WRITE_EACH = """
    WITH written AS (
        INSERT INTO record_event (at, actor_kind, actor_id, system, on_behalf_of, origin, because,
                                  name, about_kind, about_id, person_id, site_id, data)
        SELECT %(at)s, %(actor_kind)s, %(actor_id)s, %(system)s, %(on_behalf_of)s, %(origin)s, %(because)s,
               %(name)s, %(about_kind)s, row.about_id::bigint, row.person_id::bigint, row.site_id::bigint, '{{}}'
        FROM ({rows}) AS row (about_id, person_id, site_id)
        RETURNING id
    ), delivered AS ({deliveries})
    SELECT (SELECT count(*) FROM written), ARRAY(SELECT id FROM delivered ORDER BY id)
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


def write_each(name: str, *, by: Actor, about_kind: str, rows: str, values: Mapping[str, Any] | None = None) -> int:
    """Write an event without data for each row of a query, and return how many. Everything stays in the database.

    :param about_kind: the label of the model whose rows changed, such as `screening.result`.
    :param rows: a query of ours for the ids of what changed, of its person and of its site, in the order of the events.
    :param values: the parameters of that query, none of which may be called as one of the event's own columns.
    """
    _check_names([name])
    at = clock.now()
    event = {**_actor_values(by), "at": at, "name": name, "about_kind": about_kind}
    batches: dict[str, Any] = {"handlers": listeners_of(name), "batch": BATCH}
    statement = _WRITE_EACH.format(rows=rows, deliveries=_DELIVERIES.format(written="written"))
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(statement, {**(values or {}), **event, **batches})
        count, deliveries = cursor.fetchone()
        _queue_deliveries(deliveries)
    return int(count)


def saw(*, by: Actor, person_ids: Iterable[int], page: str) -> None:
    """Write that somebody saw personal data of these persons; people looking at their own leave no trace.

    :param page: the name of the page or file, such as `registry:person`.
    :raises Refused: when somebody who watches over looks forbids this one: see `watching`.
    """
    own = by.id if by.kind is ActorKind.PERSON else None
    seen = [person for person in dict.fromkeys(person_ids) if person != own]
    if seen:
        watching.tell(by, seen, page)
        entries = [Entry(person_id=person, data={"page": page}) for person in seen]
        if len(entries) > ROWS_AT_ONCE or listeners_of(SAW):
            write_many(SAW, by=by, entries=entries)
        else:
            _insert(by, [(SAW, entry) for entry in entries])  # one statement needs no transaction around it


def _insert(by: Actor, events: Sequence[tuple[str, Entry]]) -> list[int]:
    names = list(dict.fromkeys(name for name, _ in events))
    _check_names(names)
    for _, entry in events:
        check_data(entry.data)
    at = clock.now()
    values = [
        *(at, *_actor_values(by).values()),
        [name for name, _ in events],
        [entry.about_kind for _, entry in events],
        [entry.about_id for _, entry in events],
        [entry.person_id for _, entry in events],
        [entry.site_id for _, entry in events],
        [json.dumps(entry.data) for _, entry in events],
    ]
    ids = [row[0] for row in prepared.rows(_INSERT, values)]
    for name in names:
        _deliver(name, [each for each, (own, _) in zip(ids, events, strict=True) if own == name], at)
    return ids


def _check_names(names: Iterable[str]) -> None:
    if not all(NAME.fullmatch(name) for name in names):
        raise ValueError("the name of an event is <app>.<what_happened>")


def _actor_values(by: Actor) -> dict[str, int | str | None]:
    """Return what an event says of its actor, in the order of the columns."""
    return {
        "actor_kind": by.kind.value,
        "actor_id": by.id,
        "system": by.name if by.kind is ActorKind.SYSTEM else "",
        "on_behalf_of": by.on_behalf_of,
        "origin": by.origin[:64],
        "because": by.because[:200],
    }


def _deliver(name: str, ids: Sequence[int], at: datetime) -> None:
    """Queue the delivery of events to those who listen to them."""
    listeners = listeners_of(name)
    if not listeners:
        return
    values: dict[str, Any] = {"name": name, "at": at, "ids": list(ids), "handlers": listeners, "batch": BATCH}
    with connection.cursor() as cursor:
        cursor.execute(_DELIVER, values)
        deliveries = [row[0] for row in cursor.fetchall()]
    _queue_deliveries(deliveries)


def _queue_deliveries(deliveries: Iterable[int]) -> None:
    queue.put_many("record.deliver", ({"delivery_id": each} for each in deliveries))


def _chunks(entries: Iterable[Entry], size: int) -> Iterator[list[Entry]]:
    iterator = iter(entries)
    while chunk := list(islice(iterator, size)):
        yield chunk
