"""Counted supply: beds, slots, doses, test places, a loan budget. The one door to what is scarce.

- A `Supply` is so many of one thing at one place and time; a `Claim` is what somebody holds or has taken of it.
- Taking is one statement that moves the counter and adds the claim, or does neither. A check constraint makes an
  overbooking impossible, a unique index makes a second claim of one person for one purpose impossible.
- A hold lapses by the database's clock; from that moment it blocks nobody, whether or not anybody swept it away.
- Supplies are locked before claims and in the order of their ids, so two callers never wait for each other.

Take late in the transaction: the lock on the supply lasts until the commit. A transaction that needs two supplies uses
`move` or `take_many`, which lock in order; one that tries supplies in turn makes each attempt in an `atomic()` block.
"""

from khumkan.capacity.actions import (
    change_total,
    change_totals,
    close,
    confirm,
    hold,
    keep_many,
    move,
    move_many,
    offer,
    offer_days,
    reduce,
    release,
    release_many,
    reopen,
    swap,
    take,
    take_many,
)
from khumkan.capacity.entries import (
    Affected,
    AlreadyHeld,
    Answer,
    Closed,
    Full,
    Held,
    Kept,
    Lapsed,
    Offer,
    Outcome,
    Room,
    Wish,
)
from khumkan.capacity.queries import claim_of_site, claims_of, disagreements, next_best, room, room_of, supply_called

__all__ = [
    "Affected",
    "AlreadyHeld",
    "Answer",
    "Closed",
    "Full",
    "Held",
    "Kept",
    "Lapsed",
    "Offer",
    "Outcome",
    "Room",
    "Wish",
    "change_total",
    "change_totals",
    "claim_of_site",
    "claims_of",
    "close",
    "confirm",
    "disagreements",
    "hold",
    "keep_many",
    "move",
    "move_many",
    "next_best",
    "offer",
    "offer_days",
    "reduce",
    "release",
    "release_many",
    "reopen",
    "room",
    "room_of",
    "supply_called",
    "swap",
    "take",
    "take_many",
]
