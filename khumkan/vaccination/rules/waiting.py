"""What somebody who waits for a date can be told: roughly which turn, and roughly how long."""

from dataclasses import dataclass
from datetime import date

from khumkan.kernel.turns import MOST_COUNTED, SLACK

#: A longer wait is no forecast: whatever opens in the meantime changes it.
LONGEST_DAYS = 60


@dataclass(frozen=True)
class Wait:
    """About how many days somebody still waits."""

    low: int
    high: int


def wait(before: int, *, places_a_day: float, due_from: date, today: date) -> Wait | None:
    """Return about how long somebody waits, or None when there is nothing to judge by.

    :param before: how many are served first.
    :param places_a_day: how many places a day there are for those who wait here.
    :param due_from: the first day on which the dose may be given: nobody waits less.
    """
    if before >= MOST_COUNTED or before >= places_a_day * LONGEST_DAYS:
        return None
    days = max(int(before / places_a_day) + 1, (due_from - today).days)
    return Wait(days, days * SLACK) if days <= LONGEST_DAYS else None
