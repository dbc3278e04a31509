"""The schedule when money is drawn: the first time, and when more is drawn."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.loans.money_choices import Repaying
from khumkan.loans.rules.due_dates import due_dates, first_due
from khumkan.loans.rules.interest import exact, interest_of
from khumkan.loans.rules.paying import Standing, check_nothing_overdue
from khumkan.loans.rules.schedules import Plan
from khumkan.loans.terms.servicing import ServicingTerms


def first_plan(
    *,
    amount: Decimal,
    rate: Decimal,
    term_months: int,
    drawn_on: date,
    kind: Repaying,
    interest_only: int,
    terms: ServicingTerms,
) -> Plan:
    """Return the plan of a loan that is drawn for the first time.

    :raises Refused: when the amount is too small to be paid back in so many instalments.
    """
    check_large_enough(amount, term_months)
    first = first_due(drawn_on, due_day=terms.due_day, at_least_days=terms.first_due_days)
    dates = due_dates(first, term_months, due_day=terms.due_day or drawn_on.day)
    only = interest_only if kind == Repaying.INTEREST_FIRST else 0
    return Plan(
        principal=amount,
        rate=rate,
        from_on=drawn_on,
        due_on=dates,
        kind=kind,
        day_count=terms.day_count,
        interest_only=only,
    )


@exact
def drawn_more(plan: Plan, stand: Standing, amount: Decimal) -> Plan:
    """Return the plan after more money was drawn: the dates stay, the interest up to that day is due with the next.

    :raises Refused: while something is overdue, or when no date is left.
    """
    check_nothing_overdue(stand)
    if not stand.due_on:
        raise Refused(N_("The last date of the schedule is past; nothing more can be drawn."), "money_no_dates")
    return replace(
        plan,
        principal=stand.principal + amount,
        from_on=stand.start,
        due_on=stand.due_on,
        interest_only=min(stand.interest_only, len(stand.due_on) - 1),
        carried=stand.accrued + interest_of(amount, plan.rate, stand.on, stand.start, plan.day_count),
        spread=stand.spread,
        level=None,
    )


def check_large_enough(amount: Decimal, count: int) -> None:
    """Refuse an amount below one baht for each instalment.

    :raises Refused: with the least amount.
    """
    if amount < count:
        raise Refused(
            N_("At least %(least)d baht must be drawn for so many instalments."), "money_too_little", least=count
        )
