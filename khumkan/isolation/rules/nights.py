"""Nights: what a site is paid for.

A night is a midnight in Bangkok that somebody spent in a bed. It is dated by the day before that midnight: the night of
1 July is the one from 1 to 2 July. Who leaves at midnight exactly spent it; who comes at midnight exactly did not.
Who moves within a site has two stays, and neither counts the night of the other.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from khumkan.kernel import clock


@dataclass(frozen=True)
class Lain:
    """From when until when somebody lay in a bed; no `left_at` while they still do."""

    arrived_at: datetime
    left_at: datetime | None = None


def nights(lain: Lain, *, now: datetime) -> int:
    """Return how many nights somebody has spent, up to now."""
    return max(0, (_until(lain, now) - clock.bangkok(lain.arrived_at).date()).days)


def nights_of(lain: Lain, *, now: datetime) -> Iterator[date]:
    """Return the days of the nights that somebody has spent, up to now."""
    first = clock.bangkok(lain.arrived_at).date()
    return (first + timedelta(days=count) for count in range(nights(lain, now=now)))


def by_day(stays: Iterable[Lain], *, first: date, last: date, now: datetime) -> dict[date, int]:
    """Return how many nights were spent on each day from the first to the last, days without any among them."""
    counts = {first + timedelta(days=number): 0 for number in range((last - first).days + 1)}
    for lain in stays:
        begin = max(first, clock.bangkok(lain.arrived_at).date())
        end = min(last + timedelta(days=1), _until(lain, now))
        for number in range((end - begin).days):
            counts[begin + timedelta(days=number)] += 1
    return counts


def _until(lain: Lain, now: datetime) -> date:
    """Return the day whose night is the first that does not count."""
    return clock.bangkok(now if lain.left_at is None else min(lain.left_at, now)).date()
