"""What somebody who waits for a bed can be told: roughly which turn, and roughly how long."""

from dataclasses import dataclass
from math import ceil

from khumkan.kernel.turns import MOST_COUNTED, SLACK

#: Up to so many hours the wait is told in hours, above in days.
HOURS_UP_TO = 48
#: A longer wait is no forecast: whatever opens in the meantime changes it.
LONGEST_DAYS = 21


@dataclass(frozen=True)
class Wait:
    """About how long somebody still waits, in hours or in days."""

    low: int
    high: int
    in_hours: bool


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
