"""Messages that people write become cases, each exactly once. What they say is sealed, and is read in the case."""

import re
from collections.abc import Sequence

from django.db import connection, transaction

from khumkan import record
from khumkan.hotline.actions import opening, steps
from khumkan.hotline.actions.opening import Wanted
from khumkan.hotline.call_choices import MessageChannel
from khumkan.hotline.choices import CaseChannel, Reason, Reply, Spoken, StepKind, Thing
from khumkan.hotline.models import Case, IncomingMessage
from khumkan.hotline.queries import incoming as queries
from khumkan.hotline.queries import numbers
from khumkan.hotline.states import LIVE_CASES, CaseState
from khumkan.kernel import clock, crypto
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Missing
from khumkan.messages.inbound import Inbound
from khumkan.registry.models import Person

THAI = re.compile("[\u0e00-\u0e7f]")


def take_in(*, provider: str, messages: Sequence[Inbound], by: Actor) -> int:
    """Make cases of messages, or add them to the case under which their sender wrote before; return how many are new.

    Each message on its own; one that came before changes nothing.

    :raises Missing: for anybody but Khumkan itself, which has checked who brings them.
    """
    if by.kind is not ActorKind.SYSTEM:
        raise Missing("messages come in by themselves")
    return sum(_take_in(provider, message, by) for message in messages)


@transaction.atomic
def _take_in(provider: str, message: Inbound, by: Actor) -> bool:
    channel = MessageChannel(message.channel.value)
    phone = numbers.read(message.sender) if channel is MessageChannel.SMS else ""
    sender = phone or message.sender
    index = queries.sender_index(channel, sender)
    _one_at_a_time(index)
    if IncomingMessage.objects.filter(provider=provider, provider_message=message.key).exists():
        return False
    case = queries.live_case_of(index)
    is_new = case is None
    if case is None:
        case = _opened(channel, phone, message, by)
    _keep(provider, message, sender, index, case)
    _add(case, message, by)
    if is_new and (phone or channel is MessageChannel.LINE) and steps.tell(Reply.WORKING.value, case):
        steps.note(StepKind.REPLIED, case, by=by, reply=Reply.WORKING, template=Reply.WORKING.value)
    return True


def _one_at_a_time(index: bytes) -> None:
    """Wait for whoever takes in another message of the same sender, so that one sender has one case."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"hotline.incoming.{index.hex()}"])


def _opened(channel: MessageChannel, phone: str, message: Inbound, by: Actor) -> Case:
    """Open a case of whoever has this number, when it is one person; else of the number alone."""
    found = numbers.perhaps(phone, by=by)
    person = found[0] if len(found) == 1 else None
    wanted = Wanted(
        reason=Reason.OTHER,
        person=person,
        channel=CaseChannel(channel.value),
        language=_language(person, message.text),
        phone=phone,
    )
    return opening.open_case(wanted=wanted, keep=False, by=by)


def _keep(provider: str, message: Inbound, sender: str, index: bytes, case: Case) -> None:
    made = IncomingMessage.objects.create(
        provider=provider,
        provider_message=message.key,
        channel=message.channel.value,
        sender_sealed=crypto.seal(sender.encode(), where=queries.sender_place(provider, message.key)),
        sender_index=index,
        text_sealed=crypto.seal(message.text.encode(), where=queries.text_place(provider, message.key)),
        came_at=clock.now(),
        case=case,
    )
    person_id = case.person_id
    record.write(
        "hotline.message_came", by=Actor.system("hotline"), about=made, person_id=person_id,
        data={"case": case.reference, "channel": made.channel},
    )  # fmt: skip


def _add(case: Case, message: Inbound, by: Actor) -> None:
    """Add what was written to the history of a case; one that waited for its caller goes on."""
    fresh = steps.hold(case)
    steps.note(StepKind.CAME_IN, fresh, by=by, text=message.text.strip() or "–")
    if fresh.state == CaseState.WAITING and fresh.waits_for == Thing.CALLER and fresh.state in LIVE_CASES:
        to = CaseState.OPEN if fresh.owner_id is not None else CaseState.NEW
        steps.move(fresh, to, waits_for="")


def _language(person: Person | None, text: str) -> Spoken:
    """Return the language of the register, or else the one in which somebody writes."""
    if person is not None and person.language in Spoken.values:
        return Spoken(person.language)
    return Spoken.THAI if THAI.search(text) or not text.strip() else Spoken.ENGLISH
