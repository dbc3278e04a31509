"""How much may be asked for and approved, at which rate, and how a bank's share of refinancing stands."""

from decimal import ROUND_CEILING, Decimal

from khumkan.kernel.errors import Reason, Verdict
from khumkan.kernel.words import N_
from khumkan.loans.choices import Security
from khumkan.loans.terms.lending import LoanTerms


def whole_baht(amount: Decimal) -> int:
    """Return an amount as a number of baht, in which capacity counts the envelope.

    :raises ValueError: for a part of a baht: what is asked for, approved and signed are whole baht.
    """
    if amount != amount.to_integral_value():
        raise ValueError("the envelope is counted in whole baht")
    return int(amount)


def reserved_for(amount: Decimal) -> int:
    """Return how many baht of the envelope an amount takes: a part of a baht takes a whole one."""
    return int(amount.to_integral_value(rounding=ROUND_CEILING))


def may_ask(amount: Decimal, refinance: Decimal, *, cap: Decimal) -> Verdict:
    """Say whether an amount can be asked for.

    :param refinance: the part of it that repays other loans.
    :param cap: baht for one borrower of this size, at most.
    """
    if amount <= 0 or amount != amount.to_integral_value():
        return Verdict.no(Reason("amount_wrong", N_("The amount is in whole baht, more than 0.")))
    if amount > cap:
        return Verdict.no(
            Reason(
                "amount_above_cap",
                N_("An employer of this size can borrow %(cap)s baht at most."),
                {"cap": f"{cap:,.0f}"},
            )
        )
    if refinance < 0 or refinance > amount or refinance != refinance.to_integral_value():
        return Verdict.no(
            Reason("refinance_wrong", N_("What repays other loans is a part of the amount, in whole baht from 0 up."))
        )
    return Verdict.yes()


def highest_rate(security: Security, terms: LoanTerms) -> Decimal:
    """Return the percent a year that a bank may take at most for this security."""
    return terms.rate_collateral if security is Security.COLLATERAL else terms.rate_guarantor


def may_charge(rate: Decimal, security: Security, terms: LoanTerms) -> Verdict:
    """Say whether a bank may take this rate, in percent a year."""
    highest = highest_rate(security, terms)
    if Decimal(0) <= rate <= highest:
        return Verdict.yes()
    return Verdict.no(
        Reason(
            "rate_too_high",
            N_("The rate is %(highest)s percent a year at most for this security."),
            {"highest": f"{highest:f}"},
        )
    )


def may_run(term_months: int, terms: LoanTerms) -> Verdict:
    """Say whether a loan may run so many months."""
    if 1 <= term_months <= terms.term_months:
        return Verdict.yes()
    return Verdict.no(
        Reason("term_too_long", N_("A loan runs from 1 to %(most)d months in this phase."), {"most": terms.term_months})
    )


def may_refinance(refinance: Decimal, *, lent: Decimal, refinanced: Decimal, terms: LoanTerms) -> Verdict:
    """Say whether a bank's share of refinancing allows a loan. A loan that repays nothing is always allowed.

    :param lent: baht of the bank in this phase, this loan included. `refinanced` likewise.
    """
    if not refinance or refinanced <= lent * terms.refinance_share:
        return Verdict.yes()
    return Verdict.no(
        Reason(
            "refinance_share",
            N_(
                "With this loan, %(share)s percent of what the bank lends in this phase would repay other loans; "
                "%(most)s percent are allowed. Lend for running costs first, or approve a smaller part for repaying."
            ),
            {"share": f"{refinanced * 100 / lent:.1f}", "most": f"{terms.refinance_share * 100:.0f}"},
        )
    )
