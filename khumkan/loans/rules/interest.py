"""Days and interest: exact, with the rate fixed, rounded once per span.

All numbers are `Decimal`; the context is this module's own, so that nobody else's precision changes a satang.
"""

from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import wraps
from typing import ParamSpec, TypeVar

from khumkan.kernel.money import SATANG
from khumkan.loans.money_choices import DayCount

#: More digits than any product here has: 13 of an amount, 7 of a rate, 5 of days.
EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
NOTHING = Decimal("0.00")
YEAR_DAYS = {DayCount.ACTUAL_365: 365, DayCount.THIRTY_360: 360}
LONGEST_MONTH_OF_360 = 30
P = ParamSpec("P")
T = TypeVar("T")


def exact(rule: Callable[P, T]) -> Callable[P, T]:
    """Let a rule add and subtract in the context of this module, whatever its caller's is."""

    @wraps(rule)
    def exactly(*args: P.args, **kwargs: P.kwargs) -> T:
        with localcontext(EXACT):
            return rule(*args, **kwargs)

    return exactly


def days_between(start: date, end: date, count: DayCount) -> int:
    """Return the days of a span, its first day not counted.

    True days count 29 February. With months of 30 days (30E/360) a 31st counts as the 30th; the end of February does
    not move.

    :raises ValueError: when the span ends before it begins.
    """
    if end < start:
        raise ValueError("a span ends before it begins")
    if count == DayCount.ACTUAL_365:
        return (end - start).days
    first, last = min(start.day, LONGEST_MONTH_OF_360), min(end.day, LONGEST_MONTH_OF_360)
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first


def interest_of(principal: Decimal, rate: Decimal, start: date, end: date, count: DayCount) -> Decimal:
    """Return the simple interest of a span in baht, rounded half up to the satang.

    :param rate: in percent of a year, such as `Decimal("2.75")`.
    """
    whole = EXACT.multiply(EXACT.multiply(principal, rate), Decimal(days_between(start, end, count)))
    return satang(EXACT.divide(whole, Decimal(100 * YEAR_DAYS[count])))


def satang(amount: Decimal) -> Decimal:
    """Return an amount rounded half up to the satang."""
    return amount.quantize(SATANG, context=EXACT)
