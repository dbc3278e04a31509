"""Paying back ahead of time: the interest up to the day first, the rest lowers the principal."""

from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal

from khumkan.kernel.errors import Refused
from khumkan.kernel.money import SATANG
from khumkan.kernel.words import N_
from khumkan.loans.money_choices import Prepaying
from khumkan.loans.rules.drawing import check_large_enough
from khumkan.loans.rules.interest import EXACT, NOTHING, exact, satang
from khumkan.loans.rules.paying import Standing, check_nothing_overdue
from khumkan.loans.rules.schedules import Plan, level_of

HUNDRED = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class Prepayment:
    """What a payment ahead of time does: its parts, and the plan after it, None when the loan is paid back whole."""

    interest: Decimal
    principal: Decimal
    fee: Decimal
    plan: Plan | None


def fee_of(amount: Decimal, percent: Decimal) -> Decimal:
    """Return the fee that is taken out of a payment ahead of time."""
    return satang(EXACT.divide(EXACT.multiply(amount, percent), HUNDRED))


@exact
def closing_amount(stand: Standing, percent: Decimal) -> Decimal:
    """Return the payment that closes a loan on the day, its fee within.

    With each satang more that is paid what is left after the fee grows by one satang or none, so one such sum exists.
    """
    amount = EXACT.divide(EXACT.multiply(stand.to_close, HUNDRED), EXACT.subtract(HUNDRED, percent))
    amount = amount.quantize(SATANG, rounding=ROUND_CEILING, context=EXACT) - SATANG
    while amount - fee_of(amount, percent) < stand.to_close:
        amount += SATANG
    return amount


@exact
def prepaid(plan: Plan, stand: Standing, amount: Decimal, *, way: Prepaying, fee_percent: Decimal) -> Prepayment:
    """Say what a payment ahead of time does.

    :raises Refused: while something is overdue, when it does not pay the interest up to today, and when it is too much.
    """
    check_nothing_overdue(stand)
    fee = fee_of(amount, fee_percent)
    net = amount - fee
    if net > stand.to_close:
        raise Refused(
            N_("%(amount)s baht were paid, and only %(left)s baht are owed."),
            "money_too_much", amount=amount, left=closing_amount(stand, fee_percent),
        )  # fmt: skip
    if net == stand.to_close:
        return Prepayment(interest=stand.accrued + stand.spread, principal=stand.principal, fee=fee, plan=None)
    principal = net - stand.accrued
    if principal <= 0:
        raise Refused(
            N_("Interest of %(interest)s baht has run up to that day; a payment ahead of time must be more than that."),
            "money_interest_first", interest=stand.accrued,
        )  # fmt: skip
    return Prepayment(
        interest=stand.accrued, principal=principal, fee=fee, plan=_plan_after(plan, stand, principal, way)
    )


def _plan_after(plan: Plan, stand: Standing, principal: Decimal, way: Prepaying) -> Plan:
    """Return the plan for what is left.

    :raises Refused: when less is left than one baht for each instalment; then the loan is better closed.
    """
    left = stand.principal - principal
    if left <= 0:
        raise Refused(N_("To close the loan, %(whole)s baht must be paid."), "money_closes_not", whole=stand.to_close)
    check_large_enough(left, len(stand.due_on))
    return replace(
        plan,
        principal=left,
        from_on=stand.start,
        due_on=stand.due_on,
        interest_only=stand.interest_only,
        carried=NOTHING,
        spread=stand.spread,
        level=level_of(plan) if way == Prepaying.SHORTER else None,
    )
