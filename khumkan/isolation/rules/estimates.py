"""What somebody who waits for a bed can be told: roughly which turn, and roughly how long."""

from dataclasses import dataclass
from math import ceil

#: Turns are told in ranges: the exact number changes by the minute and would only be checked again and again.
RANGES = ((0, 0), (1, 5), (6, 20), (21, 50), (51, 100), (101, 200), (201, 500), (501, 1000))
MOST_COUNTED = RANGES[-1][1] + 1
#: The wait is told between its expected length and this many times it.
SLACK = 2
#: Up to so many hours the wait is told in hours, above in days.
HOURS_UP_TO = 48
#: A longer wait is no forecast: whatever opens in the meantime changes it.
LONGEST_DAYS = 21


@dataclass(frozen=True)
class Turn:
    """How many are before somebody: at least `low`, at most `high`; no `high` means more than are counted."""

    low: int
    high: int | None


@dataclass(frozen=True)
class Wait:
    """About how long somebody still waits, in hours or in days."""

    low: int
    high: int
    in_hours: bool


def turn(before: int) -> Turn:
    """Return the range in which the number of those before somebody falls."""
    for low, high in RANGES:
        if before <= high:
            return Turn(low, high)
    return Turn(MOST_COUNTED, None)


def wait(before: int, *, beds_a_day: float) -> Wait | None:
    """Return about how long somebody waits, or None when there is nothing to judge by.

    :param before: how many who need the same kind of bed are served first.
    :param beds_a_day: how many such beds within reach became free a day lately.
    """
    if before >= MOST_COUNTED or beds_a_day <= 0:
        return None
    hours = (before + 1) / beds_a_day * 24
    if hours > LONGEST_DAYS * 24:
        return None
    if hours * SLACK <= HOURS_UP_TO:
        return Wait(ceil(hours), ceil(hours) * SLACK, in_hours=True)
    return Wait(ceil(hours / 24), ceil(hours / 24) * SLACK, in_hours=False)
