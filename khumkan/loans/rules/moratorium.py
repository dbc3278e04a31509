"""Payments pause: what runs meanwhile, and the schedule after it.

Interest runs on the principal through the pause, simple, as one span. It is added to the principal (capitalised), or it
bears no interest and is paid in equal parts with the instalments after the pause. The last date moves by the months of
the pause, or it stays and the instalments grow: one or the other as was agreed, never both.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.loans.rules.drawing import check_large_enough
from khumkan.loans.rules.due_dates import due_dates
from khumkan.loans.rules.interest import NOTHING, exact, interest_of
from khumkan.loans.rules.paying import Standing
from khumkan.loans.rules.schedules import Plan
from khumkan.loans.terms.servicing import ServicingTerms


@dataclass(frozen=True, kw_only=True)
class Pause:
    """A pause that was agreed.

    :param months: how many dates are passed over; `is_capitalised` whether its interest joins the principal.
    :param extends: whether the last date moves by as many months.
    """

    months: int
    is_capitalised: bool
    extends: bool


@dataclass(frozen=True, kw_only=True)
class Paused:
    """What a pause makes: its interest, what of it is added to the principal, and the plan after it."""

    interest: Decimal
    capitalised: Decimal
    plan: Plan


def check_pause(pause: Pause, *, months_before: int, terms: ServicingTerms) -> None:
    """Refuse a pause that the terms do not allow.

    :param months_before: of earlier pauses of the loan.
    :raises Refused: with the limit.
    """
    most = terms.pause_months
    if pause.months < 1 or pause.months > most:
        raise Refused(N_("Payments may pause for 1 to %(most)d months."), "pause_length", most=most)
    if pause.months + months_before > terms.pause_months_in_all:
        raise Refused(
            N_("The pauses of a loan may have %(most)d months together; %(before)d are used."),
            "pause_in_all", most=terms.pause_months_in_all, before=months_before,
        )  # fmt: skip


@exact
def paused(plan: Plan, stand: Standing, pause: Pause, *, due_day: int) -> Paused:
    """Return what a pause makes. Overdue principal waits with the rest; overdue interest is part of the pause's.

    :param due_day: the day of the month on which the loan is due.
    :raises Refused: when fewer dates are left than are passed over, none after the pause, or too little for so many.
    """
    if len(stand.due_on) < pause.months or not (pause.extends or stand.due_on[pause.months :]):
        raise Refused(
            N_("Only %(left)d dates are left; after a pause there must be one more."),
            "pause_no_dates", left=len(stand.due_on),
        )  # fmt: skip
    until = stand.due_on[pause.months - 1]
    interest = stand.interest_due + stand.accrued
    interest += interest_of(stand.principal, plan.rate, stand.start, until, plan.day_count)
    capitalised = interest if pause.is_capitalised else NOTHING
    dates = _dates_after(stand.due_on, pause, due_day)
    check_large_enough(stand.principal + capitalised, len(dates))
    return Paused(
        interest=interest,
        capitalised=capitalised,
        plan=replace(
            plan,
            principal=stand.principal + capitalised,
            from_on=until,
            due_on=dates,
            interest_only=min(max(0, stand.interest_only - pause.months), len(dates) - 1),
            carried=NOTHING,
            spread=stand.spread + interest - capitalised,
            level=None,
        ),
    )


def _dates_after(due_on: tuple[date, ...], pause: Pause, due_day: int) -> tuple[date, ...]:
    left = due_on[pause.months :]
    if not pause.extends:
        return left
    return left + due_dates(due_on[-1], pause.months + 1, due_day=due_day)[1:]
