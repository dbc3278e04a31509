"""Schedules: what is paid when, exact to the satang.

Interest runs on what is still owed, day by day, and is rounded half up once for each instalment. The equal instalment
is that of an annuity with a twelfth of the yearly rate, rounded half up; each pays the interest of its span and the
rest lowers the principal. The last instalment takes what is left, so the sums are right to the satang.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from itertools import pairwise

from khumkan.kernel.money import SATANG
from khumkan.loans.money_choices import DayCount, Repaying
from khumkan.loans.rules.interest import EXACT, NOTHING, exact, interest_of, satang

#: Twelve months and percent.
MONTHLY = Decimal(1200)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a schedule follows from.

    :param principal: what is owed, at least one baht for each instalment; `rate` in percent of a year.
    :param from_on: the day from which interest runs; all of `due_on` are later, in order.
    :param interest_only: how many instalments at first pay interest only.
    :param carried: interest of days before `from_on`, due with the first instalment.
    :param spread: interest of a pause, in equal parts on top of all instalments.
    :param level: the instalment (or, with equal parts of the principal, the part) that is kept; None to find it.
    """

    principal: Decimal
    rate: Decimal
    from_on: date
    due_on: tuple[date, ...]
    kind: Repaying = Repaying.EQUAL_INSTALMENTS
    day_count: DayCount = DayCount.ACTUAL_365
    interest_only: int = 0
    carried: Decimal = NOTHING
    spread: Decimal = NOTHING
    level: Decimal | None = None

    def __post_init__(self) -> None:
        if not self.due_on or self.principal < len(self.due_on):
            raise ValueError("a schedule has an instalment, and at least one baht for each")
        if any(one >= other for one, other in pairwise((self.from_on, *self.due_on))):
            raise ValueError("the days of a schedule are not in order")
        if min(self.rate, self.carried, self.spread) < 0 or not 0 <= self.interest_only < len(self.due_on):
            raise ValueError("a rate, an interest or the months with interest only are out of range")
        if self.level is not None and self.level <= 0:
            raise ValueError("nothing is paid by an instalment of nothing")


@dataclass(frozen=True)
class Instalment:
    """One line of a schedule, in baht.

    :param balance: the principal that is still owed after it.
    """

    number: int
    due_on: date
    principal: Decimal
    interest: Decimal
    balance: Decimal

    @property
    def total(self) -> Decimal:
        """What is to be paid on the day."""
        return self.principal + self.interest


def equal_instalment(principal: Decimal, rate: Decimal, count: int) -> Decimal:
    """Return the instalment that pays a loan back in equal months, rounded half up to the satang."""
    monthly = EXACT.divide(rate, MONTHLY)
    if not monthly:
        return satang(EXACT.divide(principal, Decimal(count)))
    growth = EXACT.power(EXACT.add(Decimal(1), monthly), count)
    paid = EXACT.multiply(EXACT.multiply(principal, monthly), growth)
    return satang(EXACT.divide(paid, EXACT.subtract(growth, Decimal(1))))


def level_of(plan: Plan) -> Decimal:
    """Return what the equal instalments are, or the equal parts of the principal."""
    if plan.level is not None:
        return plan.level
    paying = len(plan.due_on) - plan.interest_only
    if plan.kind == Repaying.EQUAL_PRINCIPAL:
        return satang(EXACT.divide(plan.principal, Decimal(paying)))
    return equal_instalment(plan.principal, plan.rate, paying)


@exact
def schedule(plan: Plan) -> tuple[Instalment, ...]:
    """Return the instalments of a plan; with a level that is kept they may end before the last date."""
    level, balance, start, path = level_of(plan), plan.principal, plan.from_on, []
    for place, due_on in enumerate(plan.due_on):
        interest = interest_of(balance, plan.rate, start, due_on, plan.day_count)
        part = balance if place == len(plan.due_on) - 1 else _part(plan, place, level, interest, balance)
        balance -= part
        path.append(Instalment(place + 1, due_on, part, interest, balance))
        start = due_on
        if not balance:
            break
    return _with_extras(path, plan)


def _part(plan: Plan, place: int, level: Decimal, interest: Decimal, balance: Decimal) -> Decimal:
    """Return the principal that an instalment pays which is not the last."""
    if place < plan.interest_only:
        return NOTHING
    part = level if plan.kind == Repaying.EQUAL_PRINCIPAL else max(NOTHING, level - interest)
    return min(part, balance)


def _with_extras(path: Sequence[Instalment], plan: Plan) -> tuple[Instalment, ...]:
    """Put interest of earlier days on top: carried on the first, spread on all, the last taking what is left."""
    shares = [spread_share(plan.spread, len(path))] * len(path)
    shares[-1] = plan.spread - sum(shares[:-1], NOTHING)
    shares[0] += plan.carried
    return tuple(
        Instalment(each.number, each.due_on, each.principal, each.interest + share, each.balance)
        for each, share in zip(path, shares, strict=True)
    )


def spread_share(spread: Decimal, count: int) -> Decimal:
    """Return the part of a spread interest on each instalment but the last, rounded down to the satang."""
    return EXACT.divide(spread, Decimal(count)).quantize(SATANG, rounding=ROUND_DOWN, context=EXACT)
