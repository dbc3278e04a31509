"""What a round found, weighted by the design; and what a design would draw, before it is drawn."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.db import connection

from khumkan.registry.models import Employer
from khumkan.screening.models import Round, RoundEmployer
from khumkan.screening.rules import sample_size, sampling
from khumkan.screening.rules.estimation import Cell, Share, weighted_share
from khumkan.screening.rules.sampling import Design, EnterpriseFacts, SizeRule, StratumFrame

#: Called workers of each list with a released answer. A test that is repeated or confirmed is a registration of its own
#: outside the round, which follows the one before: the last of the chain that has an answer counts, and of a corrected
#: result the correction.
_ANSWERS = """
WITH RECURSIVE test AS (
    SELECT r.id, r.person_id, 0 AS depth FROM screening_registration r WHERE r.round_id = %(round)s
    UNION ALL
    SELECT r.id, r.person_id, test.depth + 1 FROM test JOIN screening_registration r ON r.follows_id = test.id
), answer AS (
    SELECT DISTINCT ON (test.person_id) test.person_id, result.outcome
    FROM test
    JOIN screening_specimen s ON s.registration_id = test.id
    JOIN screening_result result ON result.specimen_id = s.id AND result.state = 'released'
    WHERE result.outcome IN ('negative', 'positive')
    ORDER BY test.person_id, test.depth DESC, result.released_at DESC, result.id DESC
)
SELECT d.list_name, d.stratum, min(d.employer_id), count(answer.outcome),
       count(*) FILTER (WHERE answer.outcome = 'positive')
FROM screening_drawn d LEFT JOIN answer USING (person_id)
WHERE d.round_id = %(round)s AND d.called_at IS NOT NULL
GROUP BY d.list_name, d.stratum ORDER BY d.stratum, d.list_name
"""


@dataclass(frozen=True)
class StratumResult:
    """What was found in a stratum, weighted."""

    name: str
    workers: int
    share: Share


@dataclass(frozen=True)
class RoundResult:
    """What a round found so far."""

    total: Share
    strata: tuple[StratumResult, ...]


@dataclass(frozen=True)
class StratumPlan:
    """What a design draws of a stratum.

    :param draw: workers, or enterprises when these are drawn first.
    """

    name: str
    workers: int
    enterprises: int
    draw: int


@dataclass(frozen=True)
class Preview:
    """What a design would draw from today's enterprises.

    :param sample: workers, all stages together; with two stages at most so many.
    :param reached: the chance to find a case, at the least; None when the design does not ask for it.
    :param falls_short: whether that is less than the design asks for.
    """

    strata: tuple[StratumPlan, ...]
    workers: int
    enterprises: int
    sample: int
    reached: float | None
    falls_short: bool


def result_of(round: Round) -> RoundResult:
    """Return the weighted share of positives of a round and of each stratum. Two queries."""
    design = Design.from_json(round.design)
    strata = {name: (workers, cells) for name, (workers, cells) in _cells(round, design).items()}
    intraclass = float(design.intraclass)
    everything = [cell for _, cells in strata.values() for cell in cells]
    return RoundResult(
        weighted_share(everything, intraclass=intraclass),
        tuple(
            StratumResult(name, workers, weighted_share(cells, intraclass=intraclass))
            for name, (workers, cells) in sorted(strata.items())
        ),
    )


def preview(round: Round, design: Design) -> Preview:
    """Return what a design would draw, by the workers known when the enterprises were chosen. One query."""
    staff = _staff_now(round, design)
    frame = {name: StratumFrame(sum(workers.values()), len(workers)) for name, workers in staff.items()}
    sizes = sampling.sizes(design, frame)
    plans = tuple(
        StratumPlan(name, stratum.workers, stratum.enterprises, sizes[name]) for name, stratum in sorted(frame.items())
    )
    sample = sum(
        min(plan.workers, plan.draw * design.per_enterprise) if design.two_stage else plan.draw for plan in plans
    )
    reached = None
    if design.rule is SizeRule.DETECT and plans:
        drawn = {name: (frame[name].workers, _drawn(design, staff[name], sizes[name])) for name in frame}
        reached = sampling.chance_to_find(design, drawn)
    workers, enterprises = sum(plan.workers for plan in plans), sum(plan.enterprises for plan in plans)
    falls_short = reached is not None and reached < float(design.confidence) - sample_size.NOISE
    return Preview(plans, workers, enterprises, sample, reached, falls_short)


def _drawn(design: Design, staff: Mapping[str, int], size: int) -> Fraction:
    if not design.two_stage:
        return Fraction(size)
    return sampling.workers_expected(staff, count=size, per_enterprise=design.per_enterprise)


def _cells(round: Round, design: Design) -> Mapping[str, tuple[int, list[Cell]]]:
    employers = {row.employer_id: row for row in RoundEmployer.objects.filter(round=round, workers__gt=0)}
    workers: dict[str, int] = defaultdict(int)
    for row in employers.values():
        workers[row.stratum] += row.workers
    cells: dict[str, list[Cell]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERS, {"round": round.pk})
        for _name, stratum, employer_id, tested, positive in cursor.fetchall():
            if design.two_stage:
                cells[stratum].append(_enterprise_cell(employers[employer_id], tested, positive))
            else:
                weight = workers[stratum] / tested if tested else 0.0
                cells[stratum].append(Cell(stratum, tested, positive, weight, workers[stratum]))
    return {name: (count, cells[name]) for name, count in workers.items()}


def _enterprise_cell(row: RoundEmployer, tested: int, positive: int) -> Cell:
    weight = float(row.workers / row.chance) / tested if tested else 0.0
    cluster = row.pseudonym if row.chance < 1 else ""
    return Cell(row.stratum, tested, positive, weight, row.workers, cluster)


def _staff_now(round: Round, design: Design) -> dict[str, dict[str, int]]:
    """Return the workers of each enterprise, by stratum."""
    rows = RoundEmployer.objects.filter(round=round, workers__gt=0).select_related("employer")
    strata: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        strata[sampling.stratum_of(_facts(row.employer, row.workers), design)][str(row.employer_id)] = row.workers
    return dict(strata)


def _facts(employer: Employer, workers: int) -> EnterpriseFacts:
    return EnterpriseFacts(
        industry=employer.industry,
        workers=workers,
        province=employer.province_code,
        district=employer.district_code,
        housing=employer.has_housing,
    )
