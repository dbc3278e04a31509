"""The way out of development and demonstration installations: the inbox page."""

import json
from collections.abc import Sequence
from datetime import datetime

from khumkan.kernel import clock, crypto
from khumkan.messages.adapters.base import Letter, Outcome, Receipt, Result
from khumkan.messages.config import ProviderConfig
from khumkan.messages.models import Shown
from khumkan.messages.states import Channel


class Inbox:
    """Keeps messages for the inbox page, sealed; a reference that is there already is not kept twice."""

    def __init__(self, config: ProviderConfig) -> None:
        self.config = config

    def send(self, letters: Sequence[Letter]) -> list[Outcome]:
        """Keep the letters; all are delivered at once."""
        now = clock.now()
        Shown.objects.bulk_create([_shown(letter, now) for letter in letters], ignore_conflicts=True)
        return [Outcome(letter.reference, Result.DELIVERED) for letter in letters]

    def heard(self) -> list[Receipt]:
        """Receipts do not come this way."""
        return []


def _shown(letter: Letter, at: datetime) -> Shown:
    words = json.dumps([letter.address, letter.subject, letter.body])
    return Shown(
        reference=letter.reference,
        at=at,
        channel=letter.channel,
        template=letter.template,
        last4=letter.address[-4:] if letter.channel is Channel.SMS else "",
        sealed=crypto.seal(words.encode(), where=place_of(letter.reference)),
    )


def place_of(reference: object) -> str:
    """Return the place to which a shown message is bound."""
    return f"messaging_shown.sealed.{reference}"


def opened(shown: Shown) -> tuple[str, str, str]:
    """Return address, subject and body of a shown message."""
    address, subject, body = json.loads(crypto.open_sealed(bytes(shown.sealed), where=place_of(shown.reference)))
    return address, subject, body
