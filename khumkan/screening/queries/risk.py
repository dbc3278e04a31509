"""Enterprises by their risk, from what the registry and this programme know.

Four queries for all enterprises of a province, whatever their number; the points are added up in memory.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from heapq import nlargest
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum

from khumkan import policies
from khumkan.kernel.actors import Actor
from khumkan.kernel.digits import plain
from khumkan.kernel.errors import Reason
from khumkan.places.models import in_language
from khumkan.registry import queries as registry
from khumkan.registry.models import Employer
from khumkan.screening.models import Case, RoundEmployer
from khumkan.screening.permissions import rounds as permissions
from khumkan.screening.rules.risk import Part, Risk, RiskFacts, risk_of
from khumkan.screening.states import RoundState
from khumkan.screening.terms.rounds import RiskTerms

PER = 100_000
#: Rounds that reached the enterprise.
REACHED = (RoundState.ANNOUNCED, RoundState.CLOSED)
COLUMNS = ("pk", "name_th", "name_en", "industry", "size", "has_housing", "district_code")


@dataclass(frozen=True, slots=True)
class RankedEnterprise:
    """An enterprise with its risk."""

    employer_id: int
    name_th: str
    name_en: str
    industry: str
    workers: int
    district_code: str
    risk: Risk

    @property
    def name(self) -> str:
        """The name in the language of the reader."""
        return in_language(self.name_th, self.name_en)

    def stored_reasons(self) -> list[dict[str, Any]]:
        """Return the parts of the score as they are kept with the round."""
        return [
            {
                "code": part.reason.code,
                "points": str(part.points),
                "text": part.reason.text,
                "params": part.reason.params,
            }
            for part in self.risk.parts
        ]


def parts_of(row: RoundEmployer) -> list[Part]:
    """Return the parts of a stored score, with their reasons in words."""
    return [
        Part(Decimal(part["points"]), Reason(part["code"], part["text"], part["params"])) for part in row.risk_reasons
    ]


def riskiest(by: Actor, *, province_code: str, on: date, most: int = 100, search: str = "") -> list[RankedEnterprise]:
    """Return the enterprises of a province (or of the whole country) with the highest risk, the highest first.

    :param search: a part of the name, or the beginning of the account number; none takes those large enough for a
        round.
    :raises Refused: when the actor may not plan there.
    """
    permissions.check_may_plan(by, province_code=province_code)
    terms = policies.in_force(RiskTerms, on=on)
    wanted = plain(search).strip()
    named = Q(name_th__icontains=wanted) | Q(name_en__icontains=wanted) | Q(account_number__startswith=wanted)
    known = _in(province_code).filter(named if wanted else Q(size__gte=terms.fewest_workers))
    ranked = _ranked(known, province_code=province_code, terms=terms, on=on)
    return nlargest(most, ranked, key=lambda each: (each.risk.points, each.workers, -each.employer_id))


def at_least(by: Actor, *, province_code: str, on: date, points: Decimal) -> list[int]:
    """Return all enterprises large enough for a round with a risk of at least so many points.

    :raises Refused: when the actor may not plan there.
    """
    permissions.check_may_plan(by, province_code=province_code)
    terms = policies.in_force(RiskTerms, on=on)
    known = _in(province_code).filter(size__gte=terms.fewest_workers)
    ranked = _ranked(known, province_code=province_code, terms=terms, on=on)
    return [each.employer_id for each in ranked if each.risk.points >= points]


def risks_of(employer_ids: Iterable[int], *, province_code: str, on: date) -> list[RankedEnterprise]:
    """Return these enterprises with today's risk and exact number of workers; closed and foreign ones are left out."""
    ids = list(employer_ids)
    terms = policies.in_force(RiskTerms, on=on)
    workers = registry.sizes(ids, on=on)
    chosen = _in(province_code).filter(pk__in=ids)
    return list(_ranked(chosen, province_code=province_code, terms=terms, on=on, workers=workers))


def _in(province_code: str) -> "QuerySet[Employer]":
    open_ones = Employer.objects.filter(closed_on__isnull=True)
    return open_ones.filter(province_code=province_code) if province_code else open_ones


def _ranked(
    employers: "QuerySet[Employer]",
    *,
    province_code: str,
    terms: RiskTerms,
    on: date,
    workers: Mapping[int, int] | None = None,
) -> Iterable[RankedEnterprise]:
    incidence = _incidence(province_code, terms=terms, on=on)
    own_cases = _own_cases(province_code, terms=terms, on=on)
    last_rounds = _last_rounds(province_code, on=on)
    for pk, name_th, name_en, industry, size, housing, district in employers.order_by("pk").values_list(*COLUMNS):
        count = size if workers is None else workers[pk]
        facts = RiskFacts(
            industry, count, housing, incidence.get(district, Decimal(0)), own_cases.get(pk, 0), last_rounds.get(pk)
        )
        yield RankedEnterprise(pk, name_th, name_en, industry, count, district, risk_of(facts, terms=terms, on=on))


def _incidence(province_code: str, *, terms: RiskTerms, on: date) -> dict[str, Decimal]:
    """Return cases per 100,000 workers of each district's enterprises, by the district of the enterprise."""
    cases = _cases(province_code, days=terms.incidence_days, on=on).values_list("employer__district_code")
    found = dict(cases.order_by().annotate(cases=Count("pk")))
    if not found:
        return {}
    staff = Employer.objects.filter(district_code__in=found, closed_on__isnull=True).order_by()
    workers = dict(staff.values_list("district_code").annotate(workers=Sum("size")))
    return {code: Decimal(cases * PER) / max(1, workers.get(code) or 0) for code, cases in found.items()}


def _own_cases(province_code: str, *, terms: RiskTerms, on: date) -> dict[int, int]:
    cases = _cases(province_code, days=terms.own_cases_days, on=on).values_list("employer_id")
    return dict(cases.order_by().annotate(cases=Count("pk")))


def _cases(province_code: str, *, days: int, on: date) -> "QuerySet[Case]":
    recent = Q(found_on__gt=on - timedelta(days=days), found_on__lte=on)
    cases = Case.objects.filter(recent, withdrawn_at__isnull=True, employer__isnull=False)
    return cases.filter(employer__province_code=province_code) if province_code else cases


def _last_rounds(province_code: str, *, on: date) -> dict[int, date]:
    reached = RoundEmployer.objects.filter(round__state__in=REACHED, day__lte=on)
    if province_code:
        reached = reached.filter(employer__province_code=province_code)
    return dict(reached.order_by().values_list("employer_id").annotate(last=Max("day")))
