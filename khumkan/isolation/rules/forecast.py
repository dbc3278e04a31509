"""How many beds will be free on each of the next days.

What it does: who is here leaves on the day expected of them, beds join and leave as announced, and every day brings as
many admissions as the last days did on average. What it does not know: a new outbreak, a discharge that a fever delays,
transport that does not come. It is simple on purpose, and its past error is shown beside it.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

#: How many days are looked ahead, and how many back for the average of admissions.
DAYS = 7


@dataclass(frozen=True, kw_only=True)
class Now:
    """What stands where at a site, or at many together, at the end of a day.

    :param on: that day; the forecast begins with the day after.
    :param free: beds that are neither held nor occupied and not out of order; those being cleaned are among them.
    :param held: beds promised to people who have not arrived.
    :param leaving_on: the expected last day of each stay, None where there is none yet. A day that has passed counts as
        tomorrow; without a day nobody is expected to leave.
    :param admitted: admissions on each of the last days, days without any as 0.
    :param change: beds that join (above zero) or leave (below zero) at the beginning of a day.
    """

    on: date
    free: int
    held: int
    leaving_on: tuple[date | None, ...]
    admitted: tuple[int, ...]
    change: Mapping[date, int]


@dataclass(frozen=True)
class Expected:
    """What is expected of one day.

    :param free: beds free at its end.
    :param short: people who will have been turned away or waiting by then, or who must move because beds have left.
    """

    day: date
    free: int
    admissions: int
    discharges: int
    short: int


@dataclass(frozen=True)
class ForecastError:
    """How wrong past forecasts were, in beds.

    :param mean: forecast less what came; above zero means that more was promised than there was.
    :param mean_absolute: the same without the sign.
    :param pairs: how many forecasts have met their day.
    """

    mean: float
    mean_absolute: float
    pairs: int


def expected(now: Now, *, days: int = DAYS) -> list[Expected]:
    """Return what is expected of each of the next days, tomorrow first.

    Held beds are taken already, so the first admissions fill them and take no other. Those who find no bed wait for the
    next day that has one.
    """
    average = Fraction(sum(now.admitted), len(now.admitted)) if now.admitted else Fraction(0)
    leaving = _leaving(now)
    found: list[Expected] = []
    open_beds, held, waiting, came = now.free, now.held, 0, 0
    for number in range(1, days + 1):
        day = now.on + timedelta(days=number)
        open_beds += leaving[day] + now.change.get(day, 0)
        wanted = int(average * number + Fraction(1, 2)) - came
        came += wanted
        waiting += wanted
        into_held = min(held, waiting)
        into_free = min(max(0, open_beds), waiting - into_held)
        held, open_beds, waiting = held - into_held, open_beds - into_free, waiting - into_held - into_free
        found.append(
            Expected(day, max(0, open_beds), into_held + into_free, leaving[day], waiting + max(0, -open_beds))
        )
    return found


def error(forecasts: Mapping[Key, int], actuals: Mapping[Key, int]) -> ForecastError | None:
    """Return how wrong forecasts were that have met their day, or None when none has.

    :param forecasts: free beds by whatever tells one forecast from another, such as site, level and day.
    :param actuals: what it was in the end, by the same.
    """
    return error_of((free, actuals[key]) for key, free in forecasts.items() if key in actuals)


def error_of(pairs: Iterable[tuple[int, int]]) -> ForecastError | None:
    """Return the same from pairs of a forecast and what came."""
    gaps = [free - then for free, then in pairs]
    if not gaps:
        return None
    return ForecastError(sum(gaps) / len(gaps), sum(map(abs, gaps)) / len(gaps), len(gaps))


def _leaving(now: Now) -> Counter[date]:
    tomorrow = now.on + timedelta(days=1)
    return Counter(max(day, tomorrow) for day in now.leaving_on if day is not None)
