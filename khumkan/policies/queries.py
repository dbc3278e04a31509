"""Looking at phases and proposals. Terms in force are read with `policies.in_force`."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, QuerySet

from khumkan.kernel.errors import Missing
from khumkan.policies.models import Phase, Proposal


def phases_running(programme: str, *, on: date, area_code: str | None = None) -> Sequence[Phase]:
    """Return the phases of a programme that are open on a day, in the order in which they opened. One query.

    :param area_code: a province, district or subdistrict that must lie in their areas; none means anywhere.
    """
    phases = Phase.objects.filter(programme=programme).running(on)
    if area_code is not None:
        phases = phases.covering(area_code)
    return list(phases.order_by("opens_on", "number", "id"))


def phase(phase_id: int) -> Phase:
    """Return a phase.

    :raises Missing: when there is none.
    """
    try:
        return Phase.objects.get(pk=phase_id)
    except Phase.DoesNotExist as error:
        raise Missing(f"there is no phase {phase_id}") from error


def phases(programme: str | None = None) -> QuerySet[Phase]:
    """Return phases, newest first."""
    found = Phase.objects.order_by("-opens_on", "programme", "-number", "-id")
    return found if programme is None else found.filter(programme=programme)


def open_proposals(kind: str | None = None) -> QuerySet[Proposal]:
    """Return proposals that wait for a second officer, oldest first."""
    found = Proposal.objects.filter(decision=None).order_by("id")
    return found if kind is None else found.filter(kind=kind)


def waiting_by_kind() -> dict[str, int]:
    """Return how many proposals of each kind wait for a second officer. One query."""
    return dict(Proposal.objects.filter(decision=None).values_list("kind").annotate(Count("id")).order_by())


def proposal(proposal_id: int) -> Proposal:
    """Return a proposal with its decision, if there is one.

    :raises Missing: when there is none.
    """
    try:
        return Proposal.objects.select_related("decision").get(pk=proposal_id)
    except Proposal.DoesNotExist as error:
        raise Missing(f"there is no proposal {proposal_id}") from error
