"""What an adapter is given and what it gives back."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, cast
from uuid import UUID

from django.utils.module_loading import import_string

from khumkan.messages.config import ProviderConfig
from khumkan.messages.states import Channel


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to be sent.

    :param reference: ours, the same at every attempt; a provider that honours it never delivers twice.
    :param address: a phone as `+66812345678`, or an e-mail address.
    """

    reference: UUID
    channel: Channel
    address: str
    subject: str
    body: str
    template: str


class Result(StrEnum):
    """What became of one letter. `UNKNOWN`: it may have been taken, so only the same provider may be asked again."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    REFUSED = "refused"
    LATER = "later"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a provider said to one letter.

    :param problem: a short code, never text that names a person.
    """

    reference: UUID
    result: Result
    provider_reference: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider says later about a letter that it took, by its own reference."""

    provider_reference: str
    delivered: bool
    problem: str = ""


class Unavailable(Exception):
    """The provider could not be asked, or did not answer in time.

    :param maybe_taken: whether it may have taken the letters nevertheless.
    """

    def __init__(self, problem: str, *, maybe_taken: bool) -> None:
        super().__init__(problem)
        self.problem = problem
        self.maybe_taken = maybe_taken


class Adapter(Protocol):
    """Speaks to one provider."""

    def __init__(self, config: ProviderConfig) -> None: ...

    def send(self, letters: Sequence[Letter]) -> list[Outcome]:
        """Hand letters over, within half a minute.

        :raises Unavailable: when nothing can be said about any of them.
        """

    def heard(self) -> list[Receipt]:
        """Return the receipts that came along since the last call; empty where they come by another way."""


def adapter_of(config: ProviderConfig) -> Adapter:
    """Return the adapter that speaks to a provider."""
    return cast(type[Adapter], import_string(config.adapter))(config)
