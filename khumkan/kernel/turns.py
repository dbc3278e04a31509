"""Roughly which turn somebody has who waits."""

from dataclasses import dataclass

#: Turns are told in ranges: the exact number changes by the minute and would only be checked again and again.
RANGES = ((0, 0), (1, 5), (6, 20), (21, 50), (51, 100), (101, 200), (201, 500), (501, 1000))
MOST_COUNTED = RANGES[-1][1] + 1
#: A wait is told between its expected length and this many times it.
SLACK = 2


@dataclass(frozen=True)
class Turn:
    """How many are before somebody: at least `low`, at most `high`; no `high` means more than are counted."""

    low: int
    high: int | None


def turn(before: int) -> Turn:
    """Return the range in which the number of those before somebody falls."""
    for low, high in RANGES:
        if before <= high:
            return Turn(low, high)
    return Turn(MOST_COUNTED, None)
