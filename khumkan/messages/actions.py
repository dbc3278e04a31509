"""Queueing messages, in the transaction of the change that they tell of.

Rows are inserted as arrays, thousands in one statement. This module does not import the models, so that the package
can offer `messages.send` while Django is still loading.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from secrets import token_hex
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Model

from khumkan.kernel import clock, crypto, prepared
from khumkan.messages import templates
from khumkan.messages.safety import holds_identity_number
from khumkan.messages.states import Channel, State
from khumkan.record import queue
from khumkan.record.entries import kind_of

#: Rows in one INSERT.
ROWS_AT_ONCE = 5_000
#: Messages that one job takes.
BATCH = 200
#: Jobs queued at once for a mass message: a job that found a full batch queues its own successor.
JOBS_AT_ONCE = 20
URGENT_PRIORITY = 10

Params = Mapping[str, str | int]

_INSERT = """
    INSERT INTO messaging_message (created_at, template, about_kind, about_id, is_urgent, state, changed_at, due_at,
                                   channel, reference, person_id, sealed, params)
    SELECT %s::timestamptz, %s::text, %s::text, %s::bigint, %s::boolean, %s::text, %s::timestamptz, %s::timestamptz,
           %s::text, rows.*
    FROM unnest(%s::uuid[], %s::bigint[], %s::bytea[], %s::jsonb[]) AS rows
    RETURNING id
"""
#: A reference of ours begins with a letter and is no longer than an identity number, so that it never holds one. The
#: names of the messages come from one random seed, because a random number for each is what takes longest here.
_SEND_EACH = """
    WITH asked AS MATERIALIZED ({rows}), put AS (
        INSERT INTO messaging_message (created_at, template, about_kind, about_id, is_urgent, state, changed_at, due_at,
                                       channel, reference, person_id, params)
        SELECT %(now)s, %(template)s, %(about_kind)s, %(about_id)s::bigint, %(urgent)s, %(state)s, %(now)s, %(now)s,
               %(channel)s,
               left(encode(sha256(convert_to(%(seed)s || row_number() OVER (), 'UTF8')), 'hex'), 32)::uuid,
               person_id, jsonb_build_object('reference', reference)
        FROM asked WHERE reference ~ '^[A-Z].{{0,12}}$'
        RETURNING id
    )
    SELECT (SELECT count(*) FROM asked), (SELECT count(*) FROM put)
"""
#: Those that a provider may have already are not taken back. A sender that has one in hand is not waited for.
_STOP = """
    WITH idle AS (
        SELECT id, created_at FROM messaging_message
        WHERE about_kind = %s AND about_id = %s AND state = 'queued' AND provider = ''
        LIMIT %s FOR UPDATE SKIP LOCKED
    )
    UPDATE messaging_message AS message SET state = 'stopped', sealed = NULL, changed_at = %s
    FROM idle WHERE message.id = idle.id AND message.created_at = idle.created_at
"""


@dataclass(frozen=True, slots=True)
class _Recipient:
    person_id: int | None
    params: Params
    reference: UUID = field(default_factory=uuid4)
    sealed: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Batch:
    template: str
    about: Model | None
    urgent: bool
    not_before: datetime | None
    channel: Channel


def send(
    template: str,
    *,
    person_id: int,
    params: Params | None = None,
    about: Model | None = None,
    urgent: bool = False,
    not_before: datetime | None = None,
) -> int:
    """Queue a message to a person, by SMS or else e-mail, in the person's language; return its id.

    :param template: `<app>.<name>`; both languages must exist.
    :param params: what the template asks for: references, dates (ISO), names of places; nothing about health.
    :param urgent: does not wait for the end of the quiet hours.
    """
    batch = _Batch(template, about, urgent, not_before, Channel.ANY)
    with transaction.atomic(savepoint=False):
        message_id = _queue(batch, [_Recipient(person_id, params or {})])[0]
        _wake(1, urgent)
    return message_id


def send_many(
    template: str,
    recipients: Iterable[tuple[int, Params]],
    *,
    about: Model | None = None,
    urgent: bool = False,
    not_before: datetime | None = None,
) -> int:
    """Queue a message to many `(person_id, params)`; return how many. About 30,000 a second."""
    batch, count = _Batch(template, about, urgent, not_before, Channel.ANY), 0
    with transaction.atomic(savepoint=False):
        for chunk in _chunks((_Recipient(person, params) for person, params in recipients), ROWS_AT_ONCE):
            count += len(_queue(batch, chunk))
        _wake(count, urgent)
    return count


def send_each(
    template: str,
    *,
    rows: str,
    values: Mapping[str, Any] | None = None,
    about: Model | None = None,
    urgent: bool = False,
) -> int:
    """Queue a message that says no more than a reference for each row of a query; return how many.

    Everything stays in the database.

    :param rows: a query of ours for `person_id` and `reference`.
    :param values: the parameters of that query, none of which may be called as one of the message's own.
    :param urgent: does not wait for the end of the quiet hours.
    :raises ValueError: when a reference is none of ours; nothing was queued then.
    """
    templates.check(template, {"reference"})
    own: dict[str, Any] = {
        "now": clock.now(),
        "template": template,
        "state": State.QUEUED.value,
        "channel": Channel.ANY.value,
        "seed": token_hex(),
        "about_kind": kind_of(about) if about else "",
        "about_id": about.pk if about else None,
        "urgent": urgent,
    }
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(_SEND_EACH.format(rows=rows), {**(values or {}), **own})
        asked, put = cursor.fetchone()
        if asked != put:
            raise ValueError("a message of this kind holds a reference and nothing else")
        _wake(put, urgent=urgent)
    return int(put)


def send_to_address(
    template: str,
    *,
    address: str,
    channel: Channel = Channel.SMS,
    language: str = "th",
    params: Params | None = None,
    secrets: Mapping[str, str] | None = None,
    about: Model | None = None,
    urgent: bool = False,
) -> int:
    """Queue a message to a phone number or an e-mail address that is not a person's in the register; return its id.

    :param address: a phone as `+66812345678`, or an e-mail address.
    :param secrets: words for the template that may not be stored readably, such as a one-time code.
    """
    words = {"address": address, "language": language, "secrets": dict(secrets or {})}
    reference = uuid4()
    sealed = crypto.seal(json.dumps(words).encode(), where=sealed_at(reference))
    batch = _Batch(template, about, urgent, None, channel)
    templates.check(template, {*(params or {}), *(secrets or {})})
    with transaction.atomic(savepoint=False):
        message_id = _queue(batch, [_Recipient(None, params or {}, reference, sealed)], checked=True)[0]
        _wake(1, urgent)
    return message_id


def stop(about: Model, *, most: int = ROWS_AT_ONCE) -> int:
    """Stop messages about a row that no provider has been given yet, `most` at once; return how many.

    One that is being sent at this moment may come back to the queue: call again until none is waiting.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_STOP, [kind_of(about), about.pk, most, clock.now()])
        return int(cursor.rowcount)


def sealed_at(reference: UUID) -> str:
    """Return the place to which the sealed words of a message are bound."""
    return f"messaging_message.sealed.{reference}"


def _queue(batch: _Batch, recipients: Sequence[_Recipient], *, checked: bool = False) -> list[int]:
    for names in () if checked else {frozenset(recipient.params) for recipient in recipients}:
        templates.check(batch.template, names)
    for recipient in recipients:
        _check_params(recipient.params)
    now = clock.now()
    values = [
        *(now, batch.template),
        kind_of(batch.about) if batch.about else "",
        batch.about.pk if batch.about else None,
        *(batch.urgent, State.QUEUED.value, now, batch.not_before or now, batch.channel.value),
        [recipient.reference for recipient in recipients],
        [recipient.person_id for recipient in recipients],
        [recipient.sealed for recipient in recipients],
        [json.dumps(recipient.params) for recipient in recipients],
    ]
    return [row[0] for row in prepared.rows(_INSERT, values)]


def _wake(count: int, urgent: bool) -> None:
    jobs = min(-(-count // BATCH), JOBS_AT_ONCE)
    queue.put_many("messages.send", [{}] * jobs, priority=URGENT_PRIORITY if urgent else 0)


def _check_params(params: Params) -> None:
    for value in params.values():
        if not isinstance(value, str | int):
            raise ValueError("a message's words are text and whole numbers")
        if holds_identity_number(str(value)):
            raise ValueError("a message never holds an identity number")


def _chunks(recipients: Iterable[_Recipient], size: int) -> Iterator[list[_Recipient]]:
    iterator = iter(recipients)
    while chunk := list(islice(iterator, size)):
        yield chunk
