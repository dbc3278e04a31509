"""Phases of vaccination: one officer drafts, another signs; each move opens or closes areas for those who wait."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.policies import actions as policy_actions
from khumkan.policies.models import Phase
from khumkan.policies.states import PhaseState
from khumkan.record import queue
from khumkan.vaccination.choices import Vaccine
from khumkan.vaccination.models import PhaseDetail
from khumkan.vaccination.permissions import areas as permissions
from khumkan.vaccination.queries import phases

#: The task that gives waiting doses their reason anew.
OPEN_AREAS = "vaccination.open_areas"
SECTIONS = (33, 39, 40)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What an officer writes of a phase.

    :param years: of the common era, such as `2021`.
    :param area_codes: provinces or districts; none means the whole country.
    :param chosen_by_cases: its districts are chosen by their cases, among `frame_codes`; then it has no areas yet.
    :param doses: expected for the phase.
    :param lists_lock_on: from this day on employers change their lists by request only.
    """

    number: int
    years: str
    title_th: str
    title_en: str
    opens_on: date
    closes_on: date | None
    vaccines: Sequence[Vaccine]
    sections: Sequence[int]
    doses: int
    lists_lock_on: date
    area_codes: Sequence[str] = ()
    chosen_by_cases: bool = False
    frame_codes: Sequence[str] = field(default=())


@transaction.atomic
def draft(*, draft: Draft, by: Actor) -> Phase:
    """Draft a phase with its vaccines, sections, doses and areas; it opens when another officer signs it.

    :raises Refused: when days, areas, vaccines or sections make no sense, or the phase is there already.
    """
    permissions.check_may_choose(by)
    _check(draft)
    phase = policy_actions.draft_phase(
        programme=phases.PROGRAMME,
        number=draft.number,
        years=draft.years,
        title_th=draft.title_th,
        title_en=draft.title_en,
        opens_on=draft.opens_on,
        closes_on=draft.closes_on,
        area_codes=sorted(set(draft.area_codes)),
        by=by,
    )
    PhaseDetail.objects.create(
        phase=phase,
        vaccines=[vaccine.value for vaccine in draft.vaccines],
        sections=sorted(set(draft.sections)),
        doses=draft.doses,
        lists_lock_on=draft.lists_lock_on,
        chosen_by_cases=draft.chosen_by_cases,
        frame_codes=sorted(set(draft.frame_codes)),
    )
    return phase


@transaction.atomic
def sign(*, phase_id: int, by: Actor) -> Phase:
    """Sign a phase: from its first day on it is open, and whoever waits there is taken into the next plan.

    :raises Refused: when the same officer drafted it, it was signed already, or its districts are still to be chosen.
    :raises Missing: for a phase that is not there.
    """
    found = phases.phase_called(phase_id)
    permissions.check_may_sign(by, proposed_by=found.phase.drafted_by)
    if found.detail is None:
        raise Refused(N_("Vaccines, sections and doses of this phase are not known."), "no_detail")
    if found.awaits_districts:
        raise Refused(
            N_("The districts of this phase have not been chosen yet: a signed choice comes first."), "no_districts"
        )
    signed = policy_actions.sign_phase(phase_id=phase_id, by=by)
    queue.put(OPEN_AREAS)
    return signed


@transaction.atomic
def move(*, phase_id: int, to: PhaseState, why: str, by: Actor) -> Phase:
    """Pause, reopen or close a phase, with the reason. First doses that wait there wait for their area again.

    :raises Refused: when the phase cannot move there, or nobody says why.
    :raises Missing: for a phase that is not there.
    """
    permissions.check_may_choose(by)
    phases.phase_called(phase_id)
    moved = policy_actions.move_phase(phase_id=phase_id, to=to, why=why, by=by)
    queue.put(OPEN_AREAS)
    return moved


def _check(draft: Draft) -> None:
    if not draft.vaccines or not draft.sections:
        raise Refused(N_("A phase needs a vaccine and a section."), "phase_empty")
    if any(section not in SECTIONS for section in draft.sections):
        raise Refused(N_("There are the sections 33, 39 and 40."), "phase_sections_wrong")
    if draft.closes_on is not None and draft.lists_lock_on > draft.closes_on:
        raise Refused(N_("The lists would lock after the last day of the phase."), "phase_lock_late")
    if draft.chosen_by_cases and draft.area_codes:
        raise Refused(
            N_("Either name the areas, or have the districts chosen by their cases."), "phase_areas_and_choice"
        )
