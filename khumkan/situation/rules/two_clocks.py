"""A figure has two clocks: the day on which it happened, and the moment from which it was known so.

A cell is one figure of one day and place. What it was held to be changes: a result is corrected, a list comes late.
Each value stays as a revision that held from one moment to another, so that what was reported once can always be told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Revision:
    """One value of a cell.

    :param reported_at: from when it was held to be true; `replaced_at` until when; none while it is.
    """

    value: int
    reported_at: datetime
    replaced_at: datetime | None = None

    def held_at(self, moment: datetime) -> bool:
        """Tell whether this was the value at a moment; the new one holds at the moment of the change itself."""
        return self.reported_at <= moment and (self.replaced_at is None or moment < self.replaced_at)


def known_at(revisions: Iterable[Revision], moment: datetime) -> int | None:
    """Return the value of a cell as it was known at a moment; None when it was not reported yet."""
    return next((each.value for each in revisions if each.held_at(moment)), None)


@dataclass(frozen=True, slots=True)
class Told:
    """What a page says of one cell.

    :param now: the value that holds, and since when; `before` the one that was told first and since when; both none
        where it never was another.
    """

    now: int
    now_at: datetime
    before: int | None = None
    before_at: datetime | None = None

    @property
    def change(self) -> int:
        """By how much the value moved since it was first told."""
        return 0 if self.before is None else self.now - self.before


def told(revisions: Sequence[Revision], *, settled_from: datetime) -> Told | None:
    """Say what a cell is now, and what it was held to be when its day was over.

    Within its own day a figure grows by the hour; that is no correction. What was known when the day was settled is
    compared with what is known now. A cell that was first told later is compared with its first value.

    :param revisions: in any order.
    :param settled_from: the moment from which a change is a correction.
    """
    ordered = sorted(revisions, key=lambda each: each.reported_at)
    if not ordered:
        return None
    latest = ordered[-1]
    settled = next((each for each in ordered if each.held_at(settled_from)), ordered[0])
    if settled.value == latest.value:
        return Told(latest.value, latest.reported_at)
    return Told(latest.value, latest.reported_at, settled.value, settled.reported_at)
