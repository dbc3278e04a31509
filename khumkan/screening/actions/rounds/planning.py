"""The beginning of a round: what is tested where, of which enterprises, by which design."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from khumkan import policies
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.screening.actions.rounds.steps import PREFIX, locked, note
from khumkan.screening.choices import Method
from khumkan.screening.models import Round, RoundEmployer
from khumkan.screening.permissions import rounds as permissions
from khumkan.screening.queries import risk
from khumkan.screening.rules.designs import suits
from khumkan.screening.rules.sampling import Design
from khumkan.screening.states import RoundState
from khumkan.screening.terms.rounds import RoundTerms

MOST_ENTERPRISES = 50_000


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an officer says of a round besides its design.

    :param province_code: the province that the round is kept to; empty for the whole country.
    :param first_day: of testing, and `last_day`, both included.
    """

    title: str
    province_code: str
    method: Method
    first_day: date
    last_day: date


@transaction.atomic
def plan(*, plan: Plan, design: Design, employer_ids: Sequence[int], by: Actor) -> Round:
    """Plan a round of the chosen enterprises; their risk is kept as it is today.

    :raises Refused: for another province, days in disorder or in the past, no enterprise, or a design that cannot be.
    """
    permissions.check_may_plan(by, province_code=plan.province_code)
    terms = policies.in_force(RoundTerms, on=clock.today())
    _check_plan(plan)
    check(suits(design))
    made = Round.objects.create(
        reference=references.new(PREFIX),
        title=plan.title.strip(),
        province_code=plan.province_code,
        method=Method(plan.method),
        design=design.to_json(),
        terms_version=terms.version,
        first_day=plan.first_day,
        last_day=plan.last_day,
        created_at=clock.now(),
    )
    count = _choose(made, employer_ids)
    note("planned", made, by=by, enterprises=count)
    return made


@transaction.atomic
def redesign(*, round: Round, design: Design, by: Actor) -> Round:
    """Change the design of a round that is not frozen yet.

    :raises Refused: after the freeze, or for a design that cannot be.
    """
    fresh = _planned(round, by=by)
    check(suits(design))
    fresh.design = design.to_json()
    fresh.save(update_fields=["design"])
    note("redesigned", fresh, by=by)
    return fresh


@transaction.atomic
def choose_enterprises(*, round: Round, employer_ids: Sequence[int], by: Actor) -> int:
    """Choose other enterprises for a round that is not frozen yet; return how many it has now.

    :raises Refused: after the freeze, or for no enterprise at all.
    """
    fresh = _planned(round, by=by)
    RoundEmployer.objects.filter(round=fresh).delete()
    count = _choose(fresh, employer_ids)
    note("enterprises_chosen", fresh, by=by, enterprises=count)
    return count


def _planned(round: Round, *, by: Actor) -> Round:
    fresh = locked(round, by=by)
    if fresh.state != RoundState.PLANNED:
        raise Refused(N_("The frame is frozen: nothing of the draw can be changed any more."), "frozen")
    return fresh


def _choose(round: Round, employer_ids: Sequence[int]) -> int:
    wanted = sorted(set(employer_ids))
    if not wanted:
        raise Refused(N_("Please choose at least one enterprise."), "no_enterprise")
    if len(wanted) > MOST_ENTERPRISES:
        raise Refused(N_("A round has at most %(most)s enterprises."), "too_many_enterprises", most=MOST_ENTERPRISES)
    ranked = risk.risks_of(wanted, province_code=round.province_code, on=clock.today())
    if len(ranked) < len(wanted):
        raise Refused(N_("One of the enterprises is closed or in another province. Please choose again."), "enterprise")
    rows = [
        RoundEmployer(
            round=round,
            employer_id=each.employer_id,
            workers=each.workers,
            risk_score=each.risk.points,
            risk_reasons=each.stored_reasons(),
        )
        for each in ranked
    ]
    RoundEmployer.objects.bulk_create(rows, batch_size=5_000)
    return len(rows)


def _check_plan(plan: Plan) -> None:
    if not plan.title.strip():
        raise Refused(N_("Please give the round a name."), "no_title")
    if plan.last_day < plan.first_day:
        raise Refused(N_("The last day comes before the first."), "days_in_disorder")
    if plan.first_day < clock.today():
        raise Refused(N_("The first day has passed. Please choose a later one."), "day_past")
