"""On which days instalments are due.

The day of the month is kept: a loan that is due on the 31st is due on 30 April, on 28 or 29 February, and on the 31st
again after it. A day that is due does not move for a holiday; who pays on the next working day is not late by the
days of grace.
"""

from calendar import monthrange
from datetime import date

MONTHS = 12


def months_later(day: date, months: int, *, due_day: int | None = None) -> date:
    """Return the day some months on; the month's last day where it has no such day.

    :param due_day: the day of the month that is meant, where `day` itself was cut at a month's end.
    """
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    return date(year, month + 1, min(due_day or day.day, monthrange(year, month + 1)[1]))


def first_due(drawn_on: date, *, due_day: int = 0, at_least_days: int = 0) -> date:
    """Return the first due date: the first such day of a later month, at least some days after the drawing.

    :param due_day: of the month, 1 to 31; 0 takes the day on which the money was drawn.
    """
    wanted, months = due_day or drawn_on.day, 1
    while (found := months_later(drawn_on, months, due_day=wanted)) and (found - drawn_on).days < at_least_days:
        months += 1
    return found


def due_dates(first: date, count: int, *, due_day: int | None = None) -> tuple[date, ...]:
    """Return the dates of a number of monthly instalments."""
    return tuple(months_later(first, months, due_day=due_day) for months in range(count))
