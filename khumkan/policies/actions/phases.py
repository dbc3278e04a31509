"""Changing phases: one officer drafts, another signs, and from then on each move is a step with its reason."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from khumkan import record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.policies import permissions
from khumkan.policies.models import Phase, PhaseStep
from khumkan.policies.states import MOVES, PhaseState

AREA_LENGTHS = (2, 4, 6)


@transaction.atomic
def draft_phase(
    *,
    programme: str,
    number: int,
    years: str,
    title_th: str,
    title_en: str,
    opens_on: date,
    by: Actor,
    closes_on: date | None = None,
    area_codes: Sequence[str] = (),
    budget: Decimal | None = None,
) -> Phase:
    """Draft a phase; it opens when another officer signs it.

    :param years: of the common era, such as `2021` or `2020-2021`: numbers alone were used twice.
    :param area_codes: provinces (2 digits), districts (4), subdistricts (6); none means the whole country.
    :param budget: in baht; none means no ceiling.
    :raises Refused: when the days or areas make no sense, or the phase exists.
    """
    permissions.check_may_change(by)
    return _draft(
        programme=programme,
        number=number,
        years=years,
        title_th=title_th,
        title_en=title_en,
        area_codes=list(area_codes),
        opens_on=opens_on,
        closes_on=closes_on,
        budget=budget,
        drafted_by=by.id,
        by=by,
    )


@transaction.atomic
def sign_phase(*, phase_id: int, by: Actor) -> Phase:
    """Sign a drafted phase, which opens it: from its first day on it runs.

    :raises Refused: when the same officer drafted it, or it is not waiting for a signature.
    """
    phase = _locked(phase_id)
    permissions.check_may_decide(by, proposed_by=phase.drafted_by)
    if phase.state != PhaseState.PLANNED:
        raise Refused(N_("This phase has been signed already."), "phase_signed")
    phase.signed_by, phase.signed_at = by.id, clock.now()
    return _step(phase, PhaseState.OPEN, why="signed", by=by)


@transaction.atomic
def move_phase(*, phase_id: int, to: PhaseState, why: str, by: Actor) -> Phase:
    """Pause, reopen or close a phase, with the reason.

    :raises Refused: when the phase cannot move there from where it is.
    """
    permissions.check_may_change(by)
    phase = _locked(phase_id)
    if phase.signed_at is None and to is PhaseState.OPEN:
        raise Refused(N_("A second officer must sign this phase first."), "phase_unsigned")
    if to not in MOVES[PhaseState(phase.state)]:
        raise Refused(N_("The phase cannot be moved to this state from where it is."), "phase_no_such_move")
    if not why.strip():
        raise Refused(N_("Please give the reason."), "phase_no_reason")
    return _step(phase, to, why=why.strip(), by=by)


@transaction.atomic
def set_areas(*, phase_id: int, area_codes: Sequence[str], why: str, by: Actor) -> Phase:
    """Set the areas of a phase that nobody has signed yet, where they follow from a decision of its programme.

    :param why: what they follow from, such as the reference of that decision.
    :raises Refused: when the phase was signed already, or an area is none.
    """
    permissions.check_may_change(by)
    phase = _locked(phase_id)
    if phase.state != PhaseState.PLANNED:
        raise Refused(N_("The areas of a phase cannot be changed after it was signed."), "phase_signed")
    _check_areas(area_codes)
    phase.area_codes = sorted(set(area_codes))
    return _step(phase, PhaseState.PLANNED, why=why, by=by)


@transaction.atomic
def seed_phase(*, by: Actor, **values: Any) -> Phase:
    """Make an open phase without two officers: for what is known when the system is set up. Twice is harmless.

    :param by: Khumkan itself; nobody else may.
    """
    if by.id is not None:
        raise Refused(N_("A second officer must sign this phase first."), "phase_unsigned")
    key = {name: values[name] for name in ("programme", "number", "years")}
    found = Phase.objects.filter(**key).first()
    if found is not None:
        return found
    phase = _draft(by=by, drafted_by=None, **values)
    phase.signed_at = clock.now()
    return _step(phase, PhaseState.OPEN, why="seeded", by=by)


def _draft(*, by: Actor, **values: Any) -> Phase:
    phase = Phase(state=PhaseState.PLANNED, **values)
    if phase.closes_on is not None and phase.closes_on < phase.opens_on:
        raise Refused(N_("The last day is before the first day."), "phase_days_wrong")
    _check_areas(phase.area_codes)
    if phase.budget is not None and phase.budget < 0:
        raise Refused(N_("A budget is 0 baht or more."), "phase_budget_wrong")
    try:
        with transaction.atomic():
            phase.save()
    except IntegrityError as error:
        raise Refused(
            N_("This programme has a phase with this number in these years already."), "phase_exists"
        ) from error
    record.write("policies.phase_drafted", by=by, about=phase)
    return phase


def _check_areas(area_codes: Sequence[str]) -> None:
    if any(len(code) not in AREA_LENGTHS or not code.isdigit() for code in area_codes):
        raise Refused(N_("An area is the code of a province, a district or a subdistrict."), "phase_areas_wrong")


def _locked(phase_id: int) -> Phase:
    try:
        return Phase.objects.select_for_update().get(pk=phase_id)
    except Phase.DoesNotExist as error:
        raise Missing(f"there is no phase {phase_id}") from error


def _step(phase: Phase, to: PhaseState, *, why: str, by: Actor) -> Phase:
    phase.state = to
    phase.save()
    PhaseStep.objects.create(phase=phase, state=to, why=why, moved_by=by.id)
    record.write("policies.phase_moved", by=by, about=phase, data={"state": to.value})
    return phase
