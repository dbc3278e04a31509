"""Reading phases of vaccination: what runs, what it gives, and where it is open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from khumkan.kernel import clock
from khumkan.kernel.errors import Missing
from khumkan.places import queries as place_queries
from khumkan.places.models import in_language
from khumkan.policies import queries as policy_queries
from khumkan.policies.models import Phase, PhaseStep
from khumkan.policies.states import PhaseState
from khumkan.vaccination.choices import Vaccine
from khumkan.vaccination.models import DistrictChoice, PhaseDetail
from khumkan.vaccination.states import DistrictChoiceState

PROGRAMME = "vaccination"
#: As many areas are named one by one; of more, the first and how many there are.
MOST_NAMED = 12
#: `area_of` in SQL, of an enrolment `e`.
AREA_OF = "coalesce(nullif(e.work_area, ''), nullif(e.home_area, ''), e.province_code)"


class Placed(Protocol):
    """Somebody who works and lives somewhere: an enrolment."""

    work_area: str
    home_area: str
    province_code: str


@dataclass(frozen=True)
class PlannedPhase:
    """A phase with what this programme adds to it.

    :param detail: none for a phase that was made without.
    :param signed_choice: the choice of districts that gave it its areas; none without one.
    """

    phase: Phase
    detail: PhaseDetail | None
    signed_choice: DistrictChoice | None

    @property
    def awaits_districts(self) -> bool:
        """Whether its districts have still to be chosen."""
        return self.detail is not None and self.detail.chosen_by_cases and self.signed_choice is None

    @property
    def is_running(self) -> bool:
        """Whether it is open today."""
        today, phase = clock.today(), self.phase
        return phase.state == PhaseState.OPEN and phase.opens_on <= today <= (phase.closes_on or today)


def running() -> Sequence[Phase]:
    """Return the phases that are open today, in the order in which they opened. One query."""
    return policy_queries.phases_running(PROGRAMME, on=clock.today())


def vaccines_there() -> frozenset[Vaccine]:
    """Return the vaccines that the phases which are open today give."""
    return vaccines_of(running())


def vaccines_of(phases: Iterable[Phase]) -> frozenset[Vaccine]:
    """Return the vaccines that phases give. One query."""
    wanted = [phase.pk for phase in phases]
    found = PhaseDetail.objects.filter(phase__in=wanted).values_list("vaccines", flat=True)
    return frozenset(Vaccine(one) for vaccines in found for one in vaccines)


def is_running(phase_id: int) -> bool:
    """Tell whether a phase is open today."""
    return any(phase.pk == phase_id for phase in policy_queries.phases_running(PROGRAMME, on=clock.today()))


def area_of(placed: Placed) -> str:
    """Return the area by which somebody's turn comes: of the workplace, of the home when that is unknown."""
    return placed.work_area or placed.home_area or placed.province_code


def covers(phase: Phase, area_code: str) -> bool:
    """Tell whether an area lies in those of a phase; a phase without areas is open everywhere."""
    return not phase.area_codes or any(area_code.startswith(code) for code in phase.area_codes)


def is_open_at(area_code: str, phases: Iterable[Phase]) -> bool:
    """Tell whether one of the phases is open in an area."""
    return any(covers(phase, area_code) for phase in phases)


def all_phases() -> list[PlannedPhase]:
    """Return every phase of the programme, the newest first. Three queries."""
    return _with_details(list(policy_queries.phases(PROGRAMME)))


def open_phases() -> list[PlannedPhase]:
    """Return what everybody may read: signed phases that are not closed, those to come included. Three queries."""
    found = policy_queries.phases(PROGRAMME).filter(state__in=[PhaseState.OPEN, PhaseState.PAUSED])
    return _with_details(list(found.order_by("opens_on", "number", "pk")))


def phase_called(phase_id: int) -> PlannedPhase:
    """Return one phase of the programme. Three queries.

    :raises Missing: for one that is not there, or of another programme.
    """
    phase = policy_queries.phase(phase_id)
    if phase.programme != PROGRAMME:
        raise Missing("no such phase of vaccination")
    return _with_details([phase])[0]


def steps_of(phase: Phase) -> list[PhaseStep]:
    """Return what became of a phase, oldest first. One query."""
    return list(phase.steps.order_by("pk"))


def awaiting_districts() -> list[PlannedPhase]:
    """Return the phases for which districts have still to be chosen."""
    return [each for each in all_phases() if each.awaits_districts and each.phase.state == PhaseState.PLANNED]


def title_of(phase: Phase) -> str:
    """Return the name of a phase in the language of this request."""
    return in_language(phase.title_th, phase.title_en)


def area_words(codes: Sequence[str]) -> tuple[list[str], int]:
    """Return the names of the first areas, and how many there are beyond them. Three queries at most."""
    named = place_queries.area_names(codes[:MOST_NAMED])
    return [named.get(code, code) for code in codes[:MOST_NAMED]], max(0, len(codes) - MOST_NAMED)


def _with_details(phases: list[Phase]) -> list[PlannedPhase]:
    ids = [phase.pk for phase in phases]
    details = PhaseDetail.objects.in_bulk(ids)
    signed = DistrictChoice.objects.filter(phase__in=ids, state=DistrictChoiceState.SIGNED).order_by("pk")
    choices = {choice.phase_id: choice for choice in signed}
    return [PlannedPhase(phase, details.get(phase.pk), choices.get(phase.pk)) for phase in phases]
