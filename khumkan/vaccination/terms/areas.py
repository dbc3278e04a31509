"""Terms of choosing districts by their cases."""

from dataclasses import dataclass
from decimal import Decimal

from khumkan.kernel.words import N_
from khumkan.policies import Terms, term, terms
from khumkan.vaccination.terms.schedules import SINCE


@terms(
    "vaccination.areas",
    title=N_("Choosing districts by their cases"),
    since=SINCE,
    source=(
        "Bangkok first, then districts with high numbers of cases: the programme of 2021. Days, rate and all other "
        "values are settings of the office; no published rule was found."
    ),
)
@dataclass(frozen=True, kw_only=True)
class AreaTerms(Terms):
    """Which districts a phase opens."""

    days: int = term(N_("Days over which cases are counted"), default=14, at_least=1, at_most=60)
    least_rate: Decimal = term(
        N_("Cases per 100,000 insured persons in these days from which a district is opened"),
        default=Decimal(50), at_least=Decimal(0), at_most=Decimal(100_000),
    )  # fmt: skip
    least_people: int = term(
        N_("Insured persons below which a district is judged together with its province"),
        default=1_000, at_least=1, at_most=1_000_000,
    )  # fmt: skip
