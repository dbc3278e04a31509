"""Reading phases of lending: what runs, under which terms, and what is left of each tranche."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from khumkan import capacity, policies
from khumkan.capacity import Room
from khumkan.kernel import clock, prepared
from khumkan.kernel.errors import Missing
from khumkan.loans.choices import SizeBand
from khumkan.loans.models import PhaseDetail, PhaseTranche
from khumkan.loans.terms.lending import LoanTerms
from khumkan.policies import queries as policy_queries
from khumkan.policies.models import Phase, PhaseStep
from khumkan.policies.states import PhaseState

PROGRAMME = "loans"
#: Kinds of supply: the tranches of the envelope, and each bank's share of a month. Both in baht.
TRANCHE, PACE = "loans.tranche", "loans.pace"
_VERSION = "SELECT terms_version FROM loans_phasedetail WHERE phase_id = %(phase)s::bigint"


@dataclass(frozen=True)
class LendingPhase:
    """A phase with its envelope.

    :param detail: none for a phase that was made without.
    """

    phase: Phase
    detail: PhaseDetail | None
    tranches: Sequence[PhaseTranche]

    @property
    def is_running(self) -> bool:
        """Whether applications are taken today."""
        return is_running(self.phase)

    def tranche(self, size: str) -> PhaseTranche | None:
        """Return the part of the envelope for employers of a size."""
        return next((each for each in self.tranches if each.size == size), None)


def is_running(phase: Phase) -> bool:
    """Tell whether a phase takes applications today."""
    today = clock.today()
    return phase.state == PhaseState.OPEN and phase.opens_on <= today <= (phase.closes_on or today)


def running() -> Sequence[LendingPhase]:
    """Return the phases that take applications today, in the order in which they opened. Three queries."""
    return _with_envelopes(policy_queries.phases_running(PROGRAMME, on=clock.today()))


def all_phases() -> Sequence[LendingPhase]:
    """Return every phase of lending, the newest first. Three queries."""
    return _with_envelopes(list(policy_queries.phases(PROGRAMME)))


def phase_called(phase_id: int) -> LendingPhase:
    """Return one phase of lending. Three queries.

    :raises Missing: for another programme's phase and for none.
    """
    phase = policy_queries.phase(phase_id)
    if phase.programme != PROGRAMME:
        raise Missing("no such phase of lending")
    return _with_envelopes([phase])[0]


def terms_of(phase_id: int) -> LoanTerms:
    """Return the terms under which a phase lends: those of its own version, whatever holds today. Two queries.

    :raises Missing: for a phase without terms.
    """
    found = prepared.rows(_VERSION, {"phase": phase_id})
    if not found:
        raise Missing("this phase has no terms of lending")
    return policies.version(LoanTerms, found[0][0])


def room_of(tranches: Sequence[PhaseTranche]) -> Mapping[int, Room]:
    """Return how much is left of tranches, in baht, by the id of the tranche. One query; unsigned ones have none."""
    found = capacity.room_of([each.supply_id for each in tranches if each.supply_id is not None])
    return {each.pk: found[each.supply_id] for each in tranches if each.supply_id is not None}


def room_by_size(lending: LendingPhase) -> Mapping[SizeBand, int]:
    """Return the whole baht that are left for employers of each size. One query."""
    rooms = room_of(lending.tranches)
    return {
        SizeBand(each.size): rooms[each.pk].free
        for each in lending.tranches
        if each.pk in rooms and not rooms[each.pk].is_closed
    }


def steps_of(phase: Phase) -> Sequence[PhaseStep]:
    """Return what became of a phase, the first step first. One query."""
    return list(PhaseStep.objects.filter(phase=phase).order_by("pk"))


def title_of(phase: Phase) -> str:
    """Return what a phase is called in the language of the reader."""
    return phase.title_th if (get_language() or "th").startswith("th") else phase.title_en


def _with_envelopes(phases: Sequence[Phase]) -> Sequence[LendingPhase]:
    ids = [phase.pk for phase in phases]
    details = {each.phase_id: each for each in PhaseDetail.objects.filter(phase__in=ids).order_by("pk")}
    tranches: dict[int, list[PhaseTranche]] = {}
    for each in PhaseTranche.objects.filter(phase__in=ids).order_by("phase_id", "id"):
        tranches.setdefault(each.phase_id, []).append(each)
    return [LendingPhase(phase, details.get(phase.pk), tranches.get(phase.pk, [])) for phase in phases]
