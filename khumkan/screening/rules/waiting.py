"""What somebody on the waiting list can be told: roughly which turn, and roughly how long."""

from dataclasses import dataclass

#: Turns are told in ranges: the exact number changes by the minute and would only be checked again and again.
RANGES = ((0, 0), (1, 5), (6, 20), (21, 50), (51, 100), (101, 200), (201, 500), (501, 1000))
MOST_COUNTED = RANGES[-1][1] + 1
#: The wait is told between its expected length and this many times it.
SLACK = 2
#: A longer wait is no forecast: whatever opens in the meantime changes it.
LONGEST_DAYS = 60


@dataclass(frozen=True)
class Turn:
    """How many are before somebody: at least `low`, at most `high`; no `high` means more than are counted."""

    low: int
    high: int | None


@dataclass(frozen=True)
class Wait:
    """About how many days somebody still waits."""

    low: int
    high: int


def turn(before: int) -> Turn:
    """Return the range in which the number of those before somebody falls."""
    for low, high in RANGES:
        if before <= high:
            return Turn(low, high)
    return Turn(MOST_COUNTED, None)


def wait(before: int, *, places_a_day: float) -> Wait | None:
    """Return about how long somebody waits, or None when there is nothing to judge by.

    :param places_a_day: how many places a day there were lately for those who wait here.
    """
    if before >= MOST_COUNTED or before >= places_a_day * LONGEST_DAYS:
        return None
    days = int(before / places_a_day) + 1
    return Wait(days, days * SLACK)
