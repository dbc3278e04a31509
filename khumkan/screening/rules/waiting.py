"""What somebody on the waiting list can be told: roughly which turn, and roughly how long."""

from dataclasses import dataclass

from khumkan.kernel.turns import MOST_COUNTED, SLACK

#: A longer wait is no forecast: whatever opens in the meantime changes it.
LONGEST_DAYS = 60


@dataclass(frozen=True)
class Wait:
    """About how many days somebody still waits."""

    low: int
    high: int


def wait(before: int, *, places_a_day: float) -> Wait | None:
    """Return about how long somebody waits, or None when there is nothing to judge by.

    :param places_a_day: how many places a day there were lately for those who wait here.
    """
    if before >= MOST_COUNTED or before >= places_a_day * LONGEST_DAYS:
        return None
    days = int(before / places_a_day) + 1
    return Wait(days, days * SLACK)
