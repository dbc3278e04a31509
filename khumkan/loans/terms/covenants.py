"""Terms of the covenant: how many workers are kept, for how long, and how much time there is to hire back."""

from dataclasses import dataclass
from decimal import Decimal

from khumkan.kernel.words import N_
from khumkan.loans.terms.lending import SINCE
from khumkan.policies import Terms, term, terms


@terms(
    "loans.covenant",
    title=N_("Keeping workers under a loan"),
    since=SINCE,
    source=(
        "At least 80% of the insured persons on the day of signing, for at least 3 years: EXIM Thailand, “Loan for "
        "Employment Credit”; The Nation, 18 August 2020; phase 3: throughout the contract. That it is checked month by "
        "month, the warning line, the time to hire back and the days of grace: settings of the office; how often the "
        "banks checked and what followed was not published."
    ),
)
@dataclass(frozen=True, kw_only=True)
class CovenantTerms(Terms):
    """How the workers of an employer with a loan are watched. A loan keeps the version of the day it was signed."""

    share: Decimal = term(
        N_("Share of the workers on the day of signing that is kept, from 0 to 1"),
        default=Decimal("0.80"), at_least=Decimal("0.01"), at_most=Decimal(1),
    )  # fmt: skip
    warn_at: Decimal = term(
        N_("Share of the workers on the day of signing below which the employer is warned, from 0 to 1"),
        default=Decimal("0.85"), at_least=Decimal("0.01"), at_most=Decimal(1),
    )  # fmt: skip
    cure_months: int = term(
        N_("Months in a row below the line before the bank is told of a breach"), default=3, at_least=0, at_most=24
    )
    grace_days: int = term(
        N_("Days after the due day within which a filing is awaited without being called late"),
        default=10, at_least=0, at_most=60,
    )  # fmt: skip
    check_months: int = term(
        N_("Months after the month of signing in which workers are counted"), default=36, at_least=1, at_most=120
    )
    step_up: Decimal = term(
        N_("Percent a year by which a bank may step the rate up after a breach, at most"),
        default=Decimal("2.00"), at_least=Decimal(0), at_most=Decimal(20),
    )  # fmt: skip
