"""Sending what is due: claim a batch, render it, hand it to a provider, write down what became of it.

A claim is committed before anything leaves the house. When the sender dies, the claim ends after `LEASE` and somebody
else sends the same messages under the same references. Once a provider may have taken a message, only that provider is
asked again, until `BOUND_ATTEMPTS`: after that a late message is worse than a double one.
"""

import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from khumkan.kernel import clock, crypto
from khumkan.messages import config, providers, receipts, safety, templates
from khumkan.messages.actions import BATCH, sealed_at
from khumkan.messages.adapters import Letter, Outcome, Result, Unavailable, adapter_of
from khumkan.messages.states import Channel, State
from khumkan.registry.queries import Contacts, contacts_of

logger = logging.getLogger(__name__)

#: After this time a claim ends: longer than any adapter may take for a batch.
LEASE = timedelta(seconds=45)
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=30)
NEXT_SECOND = timedelta(seconds=1)
#: About four hours with the waits above.
MOST_ATTEMPTS = 14
BOUND_ATTEMPTS = 6

_CLAIM = """
    WITH due AS (
        SELECT id, created_at FROM messaging_message
        WHERE state IN ('queued', 'sending') AND due_at <= %(now)s {only}
        ORDER BY is_urgent DESC, due_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
    )
    UPDATE messaging_message AS message
    SET state = 'sending', due_at = %(lease)s, changed_at = %(now)s, attempts = attempts + 1
    FROM due WHERE message.id = due.id AND message.created_at = due.created_at
    RETURNING message.id, message.created_at, reference, template, person_id, sealed, channel, params::text, attempts,
              provider
"""
_SETTLE = """
    UPDATE messaging_message AS message
    SET state = rows.state, channel = rows.channel, provider = rows.provider, problem = rows.problem,
        provider_reference = rows.provider_reference, due_at = rows.due_at, changed_at = %s,
        attempts = attempts - rows.spared,
        sealed = CASE WHEN rows.state = 'queued' THEN sealed END
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
                %s::timestamptz[], %s::int[])
        AS rows (id, created_at, state, channel, provider, problem, provider_reference, due_at, spared)
    WHERE message.id = rows.id AND message.created_at = rows.created_at AND message.state = 'sending'
"""


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A message that is ours until the lease ends."""

    id: int
    created_at: datetime
    reference: UUID
    template: str
    person_id: int | None
    sealed: bytes | None
    channel: Channel
    params: dict[str, Any]
    attempts: int
    provider: str


@dataclass(frozen=True, slots=True)
class _Fate:
    """What is to be written down about a claimed message."""

    message: _Claimed
    state: State
    problem: str = ""
    provider: str = ""
    provider_reference: str = ""
    due_at: datetime | None = None
    #: 1 when the attempt does not count, because nobody was asked.
    spared: int = 0


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of sending did: messages taken up, handed over, and put back for want of budget."""

    taken: int = 0
    handed_over: int = 0
    put_back: int = 0


def send_due() -> Round:
    """Take up one batch of due messages and send it."""
    claimed = _claim()
    if not claimed:
        return Round()
    ready, fates = _prepare(claimed)
    put_back = 0
    for name, group in _by_provider(ready).items():
        if name is None:
            fates += [_put_back(message, until=providers.first_back(letter.channel)) for message, letter in group]
            continue
        budget = providers.take(name, len(group))
        fates += [_put_back(message, until=clock.now() + NEXT_SECOND) for message, _ in group[budget:]]
        put_back += len(group) - budget
        if budget:
            _hand_over(name, group[:budget])
    _settle(fates)
    return Round(len(claimed), len(ready) - put_back, put_back)


def hear(name: str) -> int:
    """Listen to a provider that sends its receipts only while we are connected; return how many were new."""
    adapter = adapter_of(config.provider(name))
    try:
        adapter.send([])
    except Unavailable:
        return 0
    return receipts.note(name, adapter.heard())


def _claim() -> list[_Claimed]:
    now = clock.now()
    # said outright and not as a value, so that by night the index leads past all that wait for the morning
    claim = _CLAIM.format(only="AND is_urgent" if config.is_quiet(now) else "")
    with connection.cursor() as cursor:
        cursor.execute(claim, {"now": now, "lease": now + LEASE, "most": BATCH})
        return [_claimed(row) for row in cursor.fetchall()]


def _claimed(row: tuple[Any, ...]) -> _Claimed:
    return _Claimed(
        id=row[0],
        created_at=row[1],
        reference=row[2],
        template=row[3],
        person_id=row[4],
        sealed=row[5],
        channel=Channel(row[6]),
        params=json.loads(row[7]),
        attempts=row[8],
        provider=row[9],
    )


def _prepare(claimed: Sequence[_Claimed]) -> tuple[list[tuple[_Claimed, Letter]], list[_Fate]]:
    """Render what can be sent, and give up what cannot."""
    contacts = contacts_of(message.person_id for message in claimed if message.person_id is not None)
    ready: list[tuple[_Claimed, Letter]] = []
    fates: list[_Fate] = []
    for message in claimed:
        try:
            letter = _letter(message, contacts)
        except Exception:
            logger.exception("Message %s cannot be written.", message.reference)
            fates.append(_Fate(message, State.FAILED, problem="unwritable"))
            continue
        if letter is None:
            fates.append(_Fate(message, State.UNREACHABLE, problem="no_address"))
        elif safety.holds_identity_number(letter.body):
            logger.error("Message %s would have held an identity number.", message.reference)
            fates.append(_Fate(message, State.FAILED, problem="identity_number"))
        else:
            ready.append((message, letter))
    return ready, fates


def _letter(message: _Claimed, contacts: dict[int, Contacts]) -> Letter | None:
    channel, address, language, secrets = _recipient(message, contacts)
    if not address:
        return None
    text = templates.render(message.template, language, {**message.params, **secrets})
    return Letter(message.reference, channel, address, text.subject, text.body, message.template)


def _recipient(message: _Claimed, contacts: dict[int, Contacts]) -> tuple[Channel, str, str, dict[str, str]]:
    if message.sealed is not None:
        words = json.loads(crypto.open_sealed(bytes(message.sealed), where=sealed_at(message.reference)))
        return message.channel, words["address"], words["language"], words["secrets"]
    contact = contacts.get(message.person_id or 0)
    if contact is None:
        return message.channel, "", "", {}
    if contact.phone and message.channel is not Channel.EMAIL:
        return Channel.SMS, contact.phone, contact.language, {}
    return Channel.EMAIL, contact.email, contact.language, {}


def _by_provider(ready: Iterable[tuple[_Claimed, Letter]]) -> dict[str | None, list[tuple[_Claimed, Letter]]]:
    chosen: dict[tuple[Channel, int, str], str | None] = {}
    groups: dict[str | None, list[tuple[_Claimed, Letter]]] = defaultdict(list)
    for message, letter in ready:
        wanted = (letter.channel, message.attempts, message.provider)
        if wanted not in chosen:
            chosen[wanted] = providers.choose(letter.channel, attempt=message.attempts, bound_to=message.provider)
        groups[chosen[wanted]].append((message, letter))
    return groups


def _hand_over(name: str, group: Sequence[tuple[_Claimed, Letter]]) -> None:
    """Give letters to a provider and write down what it said; who dies in between has noted whom it asked."""
    _bind(name, [message for message, _ in group])
    adapter = adapter_of(config.provider(name))
    try:
        outcomes = adapter.send([letter for _, letter in group])
    except Exception as error:
        lost = error if isinstance(error, Unavailable) else Unavailable("error", maybe_taken=True)
        logger.warning(
            "Provider %s did not take %s messages: %s", name, len(group), lost.problem, exc_info=lost is not error
        )
        result = Result.UNKNOWN if lost.maybe_taken else Result.LATER
        outcomes = [Outcome(letter.reference, result, problem=lost.problem) for _, letter in group]
    if any(outcome.result not in (Result.LATER, Result.UNKNOWN) for outcome in outcomes):
        providers.succeeded(name)
    else:
        providers.failed(name)
    by_reference = {outcome.reference: outcome for outcome in outcomes}
    _settle([_fate(message, letter, name, by_reference[letter.reference]) for message, letter in group])
    receipts.note(name, adapter.heard())


def _fate(message: _Claimed, letter: Letter, name: str, outcome: Outcome) -> _Fate:
    message = replace(message, channel=letter.channel)
    match outcome.result:
        case Result.ACCEPTED:
            return _Fate(message, State.ACCEPTED, "", name, outcome.provider_reference)
        case Result.DELIVERED:
            return _Fate(message, State.DELIVERED, "", name, outcome.provider_reference)
        case Result.REFUSED:
            return _Fate(message, State.FAILED, outcome.problem, name)
    if message.attempts >= MOST_ATTEMPTS:
        return _Fate(message, State.FAILED, outcome.problem, name)
    wait = min(FIRST_WAIT * 2 ** (message.attempts - 1), LONGEST_WAIT)
    bound = outcome.result is Result.UNKNOWN and message.attempts < BOUND_ATTEMPTS
    return _Fate(message, State.QUEUED, outcome.problem, name if bound else "", due_at=clock.now() + wait)


def _put_back(message: _Claimed, *, until: datetime) -> _Fate:
    """Return the fate of a message for which nobody was asked: the attempt does not count."""
    return _Fate(message, State.QUEUED, provider=message.provider, due_at=until, spared=1)


def _bind(name: str, messages: Sequence[_Claimed]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE messaging_message SET provider = %s "
            "FROM unnest(%s::bigint[], %s::timestamptz[]) AS rows (id, made_at) "
            "WHERE messaging_message.id = rows.id AND created_at = rows.made_at AND state = 'sending'",
            [name, [message.id for message in messages], [message.created_at for message in messages]],
        )


def _settle(fates: Sequence[_Fate]) -> None:
    if not fates:
        return
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _SETTLE,
            [
                now,
                [fate.message.id for fate in fates],
                [fate.message.created_at for fate in fates],
                [fate.state.value for fate in fates],
                # a person's channel is chosen anew at each attempt
                [_channel_to_keep(fate) for fate in fates],
                [fate.provider for fate in fates],
                [fate.problem for fate in fates],
                [fate.provider_reference for fate in fates],
                [fate.due_at or now for fate in fates],
                [fate.spared for fate in fates],
            ],
        )


def _channel_to_keep(fate: _Fate) -> str:
    chosen_anew = fate.state is State.QUEUED and fate.message.sealed is None and not fate.provider
    return Channel.ANY.value if chosen_anew else fate.message.channel.value
