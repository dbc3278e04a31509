"""What the inbox page shows of a message."""

from dataclasses import dataclass
from datetime import datetime

from khumkan.messages.adapters import inbox
from khumkan.messages.models import Shown
from khumkan.messages.states import Channel


@dataclass(frozen=True, slots=True)
class ShownLetter:
    """One message as the page shows it."""

    at: datetime
    is_sms: bool
    address: str
    subject: str
    body: str
    template: str


def opened(shown: Shown) -> ShownLetter:
    """Open a shown message."""
    address, subject, body = inbox.opened(shown)
    return ShownLetter(shown.at, shown.channel == Channel.SMS, address, subject, body, shown.template)
