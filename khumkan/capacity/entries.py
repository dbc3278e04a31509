"""What capacity takes and gives as plain values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from khumkan.kernel.errors import Refused


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a claim: exactly one of the three. A site keeps something for its own people."""

    person_id: int | None = None
    employer_id: int | None = None
    site_id: int | None = None

    def __post_init__(self) -> None:
        if [self.person_id, self.employer_id, self.site_id].count(None) != 2:
            raise ValueError("a claim is held by one person, one employer or one site")


@dataclass(frozen=True, slots=True)
class Offer:
    """A supply to be made; one that is there already under the same kind, site, start and part is left as it is.

    :param total: how many, in the unit of the kind (places, beds, doses, baht).
    :param opens_at: before this moment nobody can take; none means at once.
    """

    kind: str
    site_id: int | None
    starts_at: datetime
    ends_at: datetime
    total: int
    part: str = ""
    opens_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """A supply as it looks at this moment. `free` counts lapsed holds as free."""

    supply_id: int
    kind: str
    site_id: int | None
    part: str
    starts_at: datetime
    ends_at: datetime
    total: int
    free: int
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A claim that was made."""

    claim_id: int
    supply_id: int
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Affected:
    """A claim that stands on a supply that was closed."""

    claim_id: int
    supply_id: int
    purpose: str
    person_id: int | None
    employer_id: int | None


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person would take in bulk: supplies in order of preference."""

    person_id: int
    supply_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a site keeps of a supply for one purpose; an amount of 0 gives it back."""

    supply_id: int
    purpose: str
    site_id: int
    amount: int


class Outcome(StrEnum):
    """How a wish ended."""

    TAKEN = "taken"
    FULL = "full"
    ALREADY = "already"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one wish. `supply_id` and `claim_id` name the active claim, new or old."""

    person_id: int
    outcome: Outcome
    supply_id: int | None = None
    claim_id: int | None = None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A supply whose counter differs from the sum of its active claims."""

    supply_id: int
    taken: int
    claimed: int


class Full(Refused):
    """Only `free` are left. `next_best` are supplies of the same kind that have room, the nearest in time first."""

    free: int = 0
    next_best: tuple[Room, ...] = ()


class Closed(Refused):
    """The supply is closed, over, or not open yet."""


class AlreadyHeld(Refused):
    """The person or employer has an active claim for this purpose. `held` is that claim."""

    held: Held | None = None


class Lapsed(Refused):
    """The hold lapsed, or the claim was given back, before it was confirmed or moved."""
