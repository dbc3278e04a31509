"""Schedules computed another way, to hold the rules against: whole satang and fractions, nothing of the rules' own."""

from calendar import isleap
from datetime import date, timedelta
from fractions import Fraction

MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def half_up(value: Fraction) -> int:
    """Return the nearest whole number, halves upwards; for values from 0 on."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def days_30e_360(start: date, end: date) -> int:
    """Count a span in months of 30 days, one month at a time."""
    whole = (end.year * 12 + end.month) - (start.year * 12 + start.month)
    return whole * 30 + (30 if end.day == 31 else end.day) - (30 if start.day == 31 else start.day)


def true_days(start: date, end: date) -> int:
    """Count a span one day at a time, in whole months where that is the same."""
    days, day = 0, start
    while day < end:
        day += timedelta(days=1)
        days += 1
    return days


def interest(satang: int, rate_thousandths: int, days: int, year: int) -> int:
    """Return the interest in satang; the rate in thousandths of a percent a year."""
    return half_up(Fraction(satang * rate_thousandths * days, 100_000 * year))


def annuity(satang: int, rate_thousandths: int, count: int) -> int:
    """Return the equal instalment from the present value of a row of payments, summed up one by one."""
    step = Fraction(1_200_000, 1_200_000 + rate_thousandths)
    worth, factor = Fraction(0), Fraction(1)
    for _ in range(count):
        factor *= step
        worth += factor
    return half_up(satang / worth)


def month_end(year: int, month: int) -> int:
    """Return the last day of a month."""
    return 29 if month == 2 and isleap(year) else MONTH_DAYS[month - 1]


def monthly(first: date, count: int, due_day: int) -> list[date]:
    """Return due dates by walking from month to month."""
    dates, year, month = [], first.year, first.month
    for _ in range(count):
        dates.append(date(year, month, min(due_day, month_end(year, month))))
        month += 1
        if month > 12:
            year, month = year + 1, 1
    return dates


def schedule(
    satang: int,
    rate: int,
    start: date,
    dates: list[date],
    *,
    kind: str,
    interest_only: int = 0,
    year: int = 365,
    carried: int = 0,
    spread: int = 0,
    level: int | None = None,
) -> list[tuple[int, int]]:
    """Return principal and interest of each instalment in satang.

    :param kind: `annuity` or `parts`; `rate` in thousandths of a percent.
    :param level: the instalment, or the part of the principal, that is kept.
    """
    count = len(dates) - interest_only
    if level is None:
        level = annuity(satang, rate, count) if kind == "annuity" else half_up(Fraction(satang, count))
    count_days = true_days if year == 365 else days_30e_360
    owed, rows, before = satang, [], start
    for place, day in enumerate(dates, start=1):
        due = interest(owed, rate, count_days(before, day), year)
        if place <= interest_only and place < len(dates):
            pays = 0
        elif place == len(dates):
            pays = owed
        else:
            pays = min(owed, level if kind == "parts" else max(level - due, 0))
        owed, before = owed - pays, day
        rows.append((pays, due))
        if owed == 0:
            break
    each = spread // len(rows)
    extras = [each] * (len(rows) - 1) + [spread - each * (len(rows) - 1)]
    extras[0] += carried
    return [(pays, due + extra) for (pays, due), extra in zip(rows, extras, strict=True)]
