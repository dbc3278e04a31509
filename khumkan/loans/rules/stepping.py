"""What a breach of the covenant does to the schedule: the rate rises from a day on, or everything is due on a day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.loans.rules.drawing import check_large_enough
from khumkan.loans.rules.interest import NOTHING, exact
from khumkan.loans.rules.paying import Standing, check_nothing_overdue
from khumkan.loans.rules.schedules import Instalment, Plan

ONE_DAY = timedelta(days=1)


@exact
def stepped_up(plan: Plan, stand: Standing, step: Decimal) -> Plan:
    """Return the plan with a higher rate: the dates stay, the interest of the days before is due with the next.

    :param step: percent of a year that are added.
    :raises Refused: while something is overdue, or when no date is left.
    """
    check_nothing_overdue(stand)
    if not stand.due_on:
        raise Refused(N_("The last date of the schedule is past; the rate cannot change any more."), "step_no_dates")
    check_large_enough(stand.principal, len(stand.due_on))
    return replace(
        plan,
        principal=stand.principal,
        rate=plan.rate + step,
        from_on=stand.start,
        due_on=stand.due_on,
        interest_only=min(stand.interest_only, len(stand.due_on) - 1),
        carried=stand.accrued,
        spread=stand.spread,
        level=None,
    )


@exact
def recalled(plan: Plan, stand: Standing, due_on: date) -> Plan:
    """Return the plan of a loan that is asked back: all that is owed, and the interest up to the day, in one payment.

    :param due_on: when it is due; the day after the one from which the schedule runs at the earliest.
    :raises Refused: when less than one baht is owed.
    """
    check_large_enough(stand.principal, 1)
    return replace(
        plan,
        principal=stand.principal,
        from_on=stand.start,
        due_on=(max(due_on, stand.start + ONE_DAY),),
        interest_only=0,
        carried=stand.interest_due + stand.accrued,
        spread=stand.spread,
        level=None,
    )


@exact
def looked_at(plan: Plan, rows: Sequence[Instalment], paid: Decimal, *, due_on: date, today: date) -> date:
    """Return the day as of which a recall looks at a loan: today, or the day before all is due when that is earlier.

    While payments pause, nothing is due before the end of the pause. Of an instalment that is paid in part ahead of its
    date the rest is due on that date: it is the day that is looked at.

    :param paid: how far the schedule is filled.
    """
    day, reached = max(min(today, due_on - ONE_DAY), plan.from_on), NOTHING
    for row in rows:
        begun, reached = reached, reached + row.total
        if begun < paid < reached:
            return max(day, row.due_on)
    return day


def stepped_on(plan: Plan, from_on: date) -> date:
    """Return the day from which a higher rate runs: as was decided, or when the present schedule begins after that."""
    return max(from_on, plan.from_on)
