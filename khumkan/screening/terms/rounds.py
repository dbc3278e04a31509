"""Terms of workplace rounds: which enterprises are risky, and how many of their workers are drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from khumkan.kernel.words import N_
from khumkan.policies import Terms, term, terms
from khumkan.screening.terms.registrations import SINCE

#: Divisions of the industrial classification (TSIC, ISIC Rev. 4) where people work close together, with their points.
CLOSE_WORK: Mapping[str, int] = MappingProxyType(
    {
        "03": 15,  # fishing
        "10": 20,  # food
        "11": 15,  # beverages
        "13": 15,  # textiles
        "14": 20,  # garments
        "15": 15,  # leather
        "22": 15,  # rubber and plastics
        "26": 20,  # electronics
        "27": 15,  # electrical equipment
        "29": 15,  # motor vehicles
        "41": 20,  # building
        "42": 20,  # civil engineering
        "47": 10,  # retail
        "55": 10,  # hotels
        "56": 15,  # restaurants
    }
)


@terms(
    "screening.risk",
    title=N_("Which enterprises are at high risk"),
    since=SINCE,
    source=(
        "The office published no rule for “enterprise with high risk”: the kinds of facts are those of the programme, "
        "the points are settings of the office. Large: 200 workers, as in bubble and seal (The Nation, 26 August 2021)."
    ),
)
@dataclass(frozen=True, kw_only=True)
class RiskTerms(Terms):
    """Points for each part of an enterprise's risk; with these values the most is 100."""

    industry: Mapping[str, int] = term(N_("Points by division of industry"), default=CLOSE_WORK)
    large_from: int = term(N_("Workers from which an enterprise is large"), default=200, at_least=2, at_most=100_000)
    large: int = term(N_("Points for a large enterprise"), default=10, at_least=0, at_most=100)
    medium_from: int = term(N_("Workers from which an enterprise is medium"), default=50, at_least=1, at_most=100_000)
    medium: int = term(N_("Points for a medium enterprise"), default=5, at_least=0, at_most=100)
    housing: int = term(N_("Points for workers housed by the enterprise"), default=15, at_least=0, at_most=100)
    incidence_most: int = term(
        N_("Cases per 100,000 workers of the district that give full points"), default=200, at_least=1, at_most=100_000
    )
    incidence: int = term(N_("Full points for cases in the district"), default=20, at_least=0, at_most=100)
    incidence_days: int = term(N_("Days over which cases in the district count"), default=14, at_least=1, at_most=90)
    own_cases_most: int = term(
        N_("Own cases per 1,000 workers that give full points"), default=20, at_least=1, at_most=1000
    )
    own_cases: int = term(N_("Full points for own recent cases"), default=20, at_least=0, at_most=100)
    own_cases_days: int = term(N_("Days over which own cases count"), default=28, at_least=1, at_most=180)
    untested_most_days: int = term(
        N_("Days since the last round that give full points"), default=56, at_least=1, at_most=365
    )
    untested: int = term(N_("Full points for the time since the last round"), default=15, at_least=0, at_most=100)
    fewest_workers: int = term(
        N_("Workers below which no round goes to an enterprise"), default=10, at_least=1, at_most=1000
    )


@terms(
    "screening.rounds",
    title=N_("How a workplace round draws"),
    since=SINCE,
    source=(
        "10 percent: random tests of 10% of workers every 14 days under bubble and seal (Pattaya Mail 368982). Rapid "
        "test without symptoms: 58.1% (Dinnes and others, Cochrane Database of Systematic Reviews 2021, 3, CD013705). "
        "Size classes: those of the office's loan programme. The remaining values are settings of the office."
    ),
)
@dataclass(frozen=True, kw_only=True)
class RoundTerms(Terms):
    """What an officer finds filled in when planning a round, and what holds for every round."""

    share: Decimal = term(
        N_("Share of the workers to draw"), default=Decimal("0.10"), at_least=Decimal("0.001"), at_most=Decimal(1)
    )
    prevalence: Decimal = term(
        N_("Prevalence at which a case has to be found"),
        default=Decimal("0.01"),
        at_least=Decimal("0.0001"),
        at_most=Decimal("0.5"),
    )
    confidence: Decimal = term(
        N_("Confidence with which it has to be found"),
        default=Decimal("0.95"),
        at_least=Decimal("0.5"),
        at_most=Decimal("0.999"),
    )
    pcr_sensitivity: Decimal = term(
        N_("Sensitivity of RT-PCR"), default=Decimal("0.90"), at_least=Decimal("0.1"), at_most=Decimal(1)
    )
    rapid_sensitivity: Decimal = term(
        N_("Sensitivity of the rapid test without symptoms"),
        default=Decimal("0.58"),
        at_least=Decimal("0.1"),
        at_most=Decimal(1),
    )
    intraclass: Decimal = term(
        N_("How alike workers of one enterprise are (intraclass correlation)"),
        default=Decimal("0.05"),
        at_least=Decimal(0),
        at_most=Decimal(1),
    )
    per_enterprise: int = term(
        N_("Workers drawn in each enterprise when enterprises are drawn first"), default=30, at_least=2, at_most=10_000
    )
    minimum: int = term(N_("The fewest drawn of a stratum"), default=2, at_least=1, at_most=1000)
    reserve: Decimal = term(
        N_("Substitutes kept ready, as a share of the sample"),
        default=Decimal("0.3"),
        at_least=Decimal(0),
        at_most=Decimal(5),
    )
    size_bounds: tuple[int, ...] = term(N_("The fewest workers of each size class but the first"), default=(51, 201))
    most_strata: int = term(N_("The most strata of a round"), default=2000, at_least=1, at_most=100_000)
    notice_days: int = term(
        N_("Days between the announcement and the first test, at least"), default=0, at_least=0, at_most=30
    )
    from_hour: int = term(
        N_("Hour at which a session begins where the place has no hours of its own"), default=9, at_least=0, at_most=22
    )
    to_hour: int = term(
        N_("Hour at which a session ends where the place has no hours of its own"), default=16, at_least=1, at_most=23
    )
    spare_places: Decimal = term(
        N_("Places kept for substitutes in each session, as a share of those called"),
        default=Decimal("0.1"), at_least=Decimal(0), at_most=Decimal(1),
    )  # fmt: skip
