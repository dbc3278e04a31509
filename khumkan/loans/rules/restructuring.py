"""New terms for a loan whose employer cannot pay as agreed. The old schedule stays on file."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.loans.money_choices import Repaying
from khumkan.loans.rules.drawing import check_large_enough
from khumkan.loans.rules.due_dates import due_dates
from khumkan.loans.rules.interest import NOTHING, exact
from khumkan.loans.rules.paying import Standing
from khumkan.loans.rules.schedules import Plan
from khumkan.loans.terms.servicing import ServicingTerms


@dataclass(frozen=True, kw_only=True)
class NewTerms:
    """What bank and employer agreed.

    :param rate: in percent of a year, at most the present one.
    :param months: of instalments from `first_due_on` on.
    :param is_capitalised: whether unpaid interest joins the principal, or is due with the first instalment.
    """

    rate: Decimal
    months: int
    first_due_on: date
    kind: Repaying
    interest_only: int
    is_capitalised: bool


@dataclass(frozen=True, kw_only=True)
class Restructured:
    """What new terms make: the interest that is added to the principal, and the plan."""

    capitalised: Decimal
    plan: Plan


def check_new_terms(new: NewTerms, plan: Plan, *, signed_on: date, times_before: int, terms: ServicingTerms) -> None:
    """Refuse terms that the programme does not allow.

    :param times_before: how often the loan was restructured.
    :raises Refused: with the limit.
    """
    if new.rate > plan.rate or new.rate < 0:
        raise Refused(N_("New terms may not raise the rate of %(rate)s percent."), "restructure_rate", rate=plan.rate)
    if times_before >= terms.restructured_times:
        raise Refused(
            N_("The terms of a loan may change %(most)d times."), "restructure_times", most=terms.restructured_times
        )
    last = due_dates(new.first_due_on, max(1, new.months))[-1]
    months = 12 * (last.year - signed_on.year) + last.month - signed_on.month
    if new.months < 1 or months > terms.longest_months:
        raise Refused(
            N_("A loan ends at most %(most)d months after it was signed."), "restructure_end", most=terms.longest_months
        )


@exact
def restructured(plan: Plan, stand: Standing, new: NewTerms) -> Restructured:
    """Return what new terms make of a loan as it stands.

    :raises Refused: when the first date is not after the day from which the new schedule runs, or too little is owed.
    """
    if new.first_due_on <= stand.start:
        raise Refused(N_("The first date must be after %(day)s."), "restructure_first_date", day=stand.start)
    unpaid = stand.interest_due + stand.accrued
    capitalised = unpaid if new.is_capitalised else NOTHING
    principal = stand.principal + capitalised
    check_large_enough(principal, new.months)
    return Restructured(
        capitalised=capitalised,
        plan=replace(
            plan,
            principal=principal,
            rate=new.rate,
            from_on=stand.start,
            due_on=due_dates(new.first_due_on, new.months),
            kind=new.kind,
            interest_only=_interest_only(new),
            carried=unpaid - capitalised,
            spread=stand.spread,
            level=None,
        ),
    )


def _interest_only(new: NewTerms) -> int:
    if new.kind != Repaying.INTEREST_FIRST:
        return 0
    if not 0 < new.interest_only < new.months:
        raise Refused(
            N_("Interest only is paid in some of the %(months)d instalments, not in all."),
            "restructure_interest_only", months=new.months,
        )  # fmt: skip
    return new.interest_only
