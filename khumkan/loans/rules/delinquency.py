"""How far a loan is behind."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from khumkan.loans.money_choices import Delay
from khumkan.loans.rules.interest import NOTHING, exact
from khumkan.loans.rules.schedules import Instalment
from khumkan.loans.terms.servicing import ServicingTerms


@exact
def overdue_since(rows: Sequence[Instalment], paid: Decimal, day: date) -> date | None:
    """Return when the oldest instalment was due that is not paid in full, or None when nothing is behind."""
    reached = NOTHING
    for row in rows:
        reached += row.total
        if row.due_on >= day:
            return None
        if reached > paid:
            return row.due_on
    return None


def days_past_due(rows: Sequence[Instalment], paid: Decimal, day: date) -> int:
    """Return the days since the oldest instalment was due that is not paid in full; 0 on that day itself."""
    since = overdue_since(rows, paid, day)
    return (day - since).days if since else 0


def delay_of(days: int, terms: ServicingTerms) -> Delay:
    """Return the class of a delay of so many days; the days of grace are no delay."""
    if days <= terms.grace_days:
        return Delay.NONE
    limits = (
        (terms.lost_after_days, Delay.LOST),
        (terms.doubtful_after_days, Delay.DOUBTFUL),
        (terms.substandard_after_days, Delay.SUBSTANDARD),
        (terms.watch_after_days, Delay.WATCH),
    )
    return next((delay for limit, delay in limits if days > limit), Delay.LATE)
