"""Where a payment goes, and where a loan stands on a day.

Payments fill the instalments in their order, in each the interest before the principal. So one number says what is
paid: how far the schedule is filled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.loans.rules.interest import NOTHING, exact, interest_of
from khumkan.loans.rules.schedules import Instalment, Plan, spread_share


@dataclass(frozen=True)
class Split:
    """What of a payment is interest and what is principal."""

    interest: Decimal
    principal: Decimal


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a loan stands when its schedule is to be changed.

    :param on: the day that is looked at.
    :param start: the day from which a new schedule runs: that day, or the date up to which is paid already.
    :param principal: that is still owed, overdue parts among it.
    :param overdue: interest and principal of instalments that were due and are not paid.
    :param interest_due: the interest among `overdue`; `accrued` is that of the days since the last due date.
    :param spread: interest of an earlier pause that is not due yet.
    :param due_on: the dates that are left; `interest_only` is how many of them pay interest only.
    """

    on: date
    start: date
    principal: Decimal
    overdue: Decimal
    interest_due: Decimal
    accrued: Decimal
    spread: Decimal
    due_on: tuple[date, ...]
    interest_only: int

    @property
    def to_close(self) -> Decimal:
        """What pays the loan back whole on the day."""
        return self.principal + self.interest_due + self.accrued + self.spread


@exact
def total_of(rows: Sequence[Instalment]) -> Decimal:
    """Return the sum of all instalments."""
    return sum((row.total for row in rows), NOTHING)


@exact
def split(rows: Sequence[Instalment], paid: Decimal, amount: Decimal) -> Split:
    """Say what of a payment is interest and what is principal.

    :param paid: how far the schedule is filled before it.
    :raises Refused: when it is more than all instalments that are left.
    """
    left = total_of(rows) - paid
    if amount > left:
        raise Refused(
            N_("%(amount)s baht were paid, and only %(left)s baht are owed."),
            "money_too_much",
            amount=amount,
            left=left,
        )
    interest = _interest_within(rows, paid + amount) - _interest_within(rows, paid)
    return Split(interest, amount - interest)


@exact
def owed_on(rows: Sequence[Instalment], paid: Decimal, day: date) -> Decimal:
    """Return what is due up to a day, that day included, and not paid."""
    return max(NOTHING, total_of([row for row in rows if row.due_on <= day]) - paid)


@exact
def standing(plan: Plan, rows: Sequence[Instalment], paid: Decimal, day: date) -> Standing:
    """Return where a loan stands on a day.

    Where instalments were paid ahead of their dates, the date of the last of them is where a new schedule begins.

    :raises Refused: before the first day of the schedule, as while payments pause; and when an instalment that is not
        due yet is paid in part.
    """
    if day < plan.from_on:
        raise Refused(
            N_("The schedule runs from %(day)s; it cannot be changed as of an earlier day."),
            "money_too_early",
            day=plan.from_on,
        )
    due, full, rest = sum(1 for row in rows if row.due_on <= day), *_filled(rows, paid)
    if full >= due and rest:
        raise Refused(
            N_("An instalment that is not due yet is paid in part. Pay the rest of it before the schedule is changed."),
            "money_part_ahead",
        )
    gone = max(due, full)
    begun = rows[gone - 1].due_on if gone else plan.from_on
    start = max(day, begun)
    left = plan.principal - sum((row.principal for row in rows[:gone]), NOTHING)
    interest_due, overdue = _unpaid(rows[full:gone], rest)
    accrued = interest_of(left, plan.rate, begun, start, plan.day_count)
    return Standing(
        on=day,
        start=start,
        principal=left + overdue - interest_due,
        overdue=overdue,
        interest_due=interest_due,
        accrued=accrued + (NOTHING if gone else plan.carried),
        spread=_spread_left(plan, len(rows), gone),
        due_on=tuple(row.due_on for row in rows[gone:]),
        interest_only=max(0, plan.interest_only - gone),
    )


def check_nothing_overdue(stand: Standing) -> None:
    """Refuse while something that was due is not paid.

    :raises Refused: with the amount.
    """
    if stand.overdue:
        raise Refused(
            N_("%(amount)s baht that were due are not paid yet. They come first."),
            "money_overdue",
            amount=stand.overdue,
        )


def _interest_within(rows: Sequence[Instalment], filled: Decimal) -> Decimal:
    interest = NOTHING
    for row in rows:
        if filled <= 0:
            break
        interest += min(row.interest, filled)
        filled -= row.total
    return interest


def _filled(rows: Sequence[Instalment], paid: Decimal) -> tuple[int, Decimal]:
    """Return how many instalments are paid in full, and what of the next is paid."""
    full = 0
    while full < len(rows) and paid >= rows[full].total:
        paid -= rows[full].total
        full += 1
    return full, paid


def _unpaid(rows: Sequence[Instalment], rest: Decimal) -> tuple[Decimal, Decimal]:
    """Return the interest and the whole that are not paid of instalments, of whose first a part is."""
    if not rows:
        return NOTHING, NOTHING
    interest = sum((row.interest for row in rows), NOTHING) - min(rest, rows[0].interest)
    return interest, total_of(rows) - rest


def _spread_left(plan: Plan, count: int, gone: int) -> Decimal:
    return plan.spread - spread_share(plan.spread, count) * gone if gone < count else NOTHING
