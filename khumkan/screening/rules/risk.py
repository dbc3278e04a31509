"""How risky an enterprise is: points for what is known about it, each with its reason in words."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from khumkan.kernel.errors import Reason
from khumkan.kernel.words import N_
from khumkan.screening.terms.rounds import RiskTerms

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class RiskFacts:
    """What is known about an enterprise on a day.

    :param incidence: cases per 100,000 workers of the district within the days of the terms.
    :param own_cases: cases among the enterprise's workers within the days of the terms.
    :param last_round_on: first day of the last round that reached it; None when none ever did.
    """

    industry: str
    workers: int
    housing: bool
    incidence: Decimal
    own_cases: int
    last_round_on: date | None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score."""

    points: Decimal
    reason: Reason


@dataclass(frozen=True, slots=True)
class Risk:
    """A score with its parts, the largest first; parts without points are left out."""

    points: Decimal
    parts: tuple[Part, ...]


def risk_of(facts: RiskFacts, *, terms: RiskTerms, on: date) -> Risk:
    """Add up the points of an enterprise.

    More cases, a higher incidence or more days since the last round never make an enterprise less risky.
    """
    parts = [
        _industry(facts, terms),
        _size(facts, terms),
        _housing(facts, terms),
        _incidence(facts, terms),
        _own_cases(facts, terms),
        _untested(facts, terms, on),
    ]
    counted = sorted((part for part in parts if part.points > 0), key=lambda part: -part.points)
    return Risk(sum((part.points for part in counted), Decimal(0)), tuple(counted))


def _industry(facts: RiskFacts, terms: RiskTerms) -> Part:
    points = Decimal(terms.industry.get(facts.industry, 0))
    return Part(
        points, Reason("industry", N_("Industry where people work close together"), {"industry": facts.industry})
    )


def _size(facts: RiskFacts, terms: RiskTerms) -> Part:
    points = 0
    if facts.workers >= terms.medium_from:
        points = terms.medium
    if facts.workers >= terms.large_from:
        points = max(points, terms.large)
    return Part(Decimal(points), Reason("size", N_("%(workers)s workers"), {"workers": facts.workers}))


def _housing(facts: RiskFacts, terms: RiskTerms) -> Part:
    return Part(
        Decimal(terms.housing if facts.housing else 0),
        Reason("housing", N_("Workers live in housing of the enterprise")),
    )


def _incidence(facts: RiskFacts, terms: RiskTerms) -> Part:
    points = _in_proportion(terms.incidence, facts.incidence, Decimal(terms.incidence_most))
    return Part(
        points,
        Reason(
            "incidence",
            N_("%(cases)s cases per 100,000 workers of the district in %(days)s days"),
            {"cases": int(facts.incidence), "days": terms.incidence_days},
        ),
    )


def _own_cases(facts: RiskFacts, terms: RiskTerms) -> Part:
    share = Decimal(facts.own_cases * 1000) / max(1, facts.workers) if facts.own_cases else Decimal(0)
    points = _in_proportion(terms.own_cases, share, Decimal(terms.own_cases_most))
    return Part(
        points,
        Reason(
            "own_cases",
            N_("%(cases)s own cases in %(days)s days"),
            {"cases": facts.own_cases, "days": terms.own_cases_days},
        ),
    )


def _untested(facts: RiskFacts, terms: RiskTerms, on: date) -> Part:
    if facts.last_round_on is None:
        return Part(Decimal(terms.untested), Reason("never_tested", N_("No round has been here yet")))
    days = max(0, (on - facts.last_round_on).days)
    points = _in_proportion(terms.untested, Decimal(days), Decimal(terms.untested_most_days))
    return Part(points, Reason("untested", N_("%(days)s days since the last round"), {"days": days}))


def _in_proportion(points: int, value: Decimal, most: Decimal) -> Decimal:
    return (Decimal(points) * min(value, most) / most).quantize(CENT, ROUND_HALF_UP)
