"""Messages that people wrote to the hotline: sealed where they stand."""

from khumkan.hotline.call_choices import MessageChannel
from khumkan.hotline.models import Case, IncomingMessage
from khumkan.hotline.queries import callers
from khumkan.hotline.states import LIVE_CASES
from khumkan.kernel import crypto


def sender_place(provider: str, key: str) -> str:
    """Return where the sealed sender of a message stands, for sealing and opening."""
    return f"hotline_incomingmessage.sender_sealed.{provider}.{key}"


def text_place(provider: str, key: str) -> str:
    """Return where the sealed text of a message stands."""
    return f"hotline_incomingmessage.text_sealed.{provider}.{key}"


def sender_index(channel: MessageChannel, sender: str) -> bytes:
    """Return the index under which the messages of a sender are found; a number has the same as when it calls."""
    if channel is MessageChannel.SMS:
        return callers.phone_index(sender)
    return crypto.blind_index(sender, purpose="hotline.line")


def live_case_of(index: bytes) -> Case | None:
    """Return the case under which the sender wrote last, while it is live. One query."""
    rows = IncomingMessage.objects.filter(sender_index=index, case__state__in=LIVE_CASES).select_related("case")
    latest = rows.order_by("-came_at", "-pk").first()
    return latest.case if latest is not None else None


def line_of(case: Case) -> str:
    """Return the name on LINE under which the caller of a case wrote, or nothing. At most one query."""
    if case.channel != MessageChannel.LINE:
        return ""
    rows = IncomingMessage.objects.filter(case=case, channel=MessageChannel.LINE)
    found = rows.order_by("-came_at", "-pk").first()
    if found is None:
        return ""
    where = sender_place(found.provider, found.provider_message)
    return crypto.open_sealed(bytes(found.sender_sealed), where=where).decode()
