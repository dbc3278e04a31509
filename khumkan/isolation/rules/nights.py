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


@dataclass(frozen=True)
class Row:
    """One stay in a statement of a month.

    :param care: the reference of the care; no name stands in a statement.
    :param days: how many nights on each day of the month, 0 or 1.
    """

    care: str
    bed: str
    lain: Lain
    days: tuple[int, ...]

    @property
    def nights(self) -> int:
        """The nights within the month."""
        return sum(self.days)


@dataclass(frozen=True)
class Statement:
    """What a site is paid for in a month: a row for each stay, and the nights of each day.

    :param totals: counted from the stays on their own, not from the rows, so that the two can be held against each
        other.
    """

    days: tuple[date, ...]
    rows: tuple[Row, ...]
    totals: tuple[int, ...]

    @property
    def total(self) -> int:
        """The control total: the sum of the days."""
        return sum(self.totals)

    @property
    def is_sound(self) -> bool:
        """Whether rows and days give the same, day by day and altogether."""
        by_row = tuple(sum(column) for column in zip(*(row.days for row in self.rows), strict=True))
        return (by_row or (0,) * len(self.days)) == self.totals and sum(row.nights for row in self.rows) == self.total


def statement(stays: Iterable[tuple[str, str, Lain]], *, first: date, last: date, now: datetime) -> Statement:
    """Return the statement of the days from the first to the last; stays without a night among them are left out.

    :param stays: the reference of the care, the bed, and from when until when somebody lay in it.
    """
    told = list(stays)
    days = tuple(first + timedelta(days=number) for number in range((last - first).days + 1))
    rows = []
    for care, bed, lain in told:
        spent = frozenset(nights_of(lain, now=now))
        row = Row(care, bed, lain, tuple(int(day in spent) for day in days))
        if row.nights:
            rows.append(row)
    counted = by_day((lain for _care, _bed, lain in told), first=first, last=last, now=now)
    return Statement(days, tuple(rows), tuple(counted[day] for day in days))


def _until(lain: Lain, now: datetime) -> date:
    """Return the day whose night is the first that does not count."""
    return clock.bangkok(now if lain.left_at is None else min(lain.left_at, now)).date()
