"""What an employer finds about loans: the phases, its certificates and its applications."""

from collections.abc import Sequence
from dataclasses import dataclass

from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing
from khumkan.loans.models import Application
from khumkan.loans.permissions import scopes
from khumkan.loans.queries import phases
from khumkan.loans.queries.phases import LendingPhase
from khumkan.policies.states import PhaseState
from khumkan.registry.models import Employer


@dataclass(frozen=True)
class Offer:
    """A phase of lending and an employer.

    :param application: the newest one of this employer in this phase.
    """

    employer: Employer
    lending: LendingPhase
    application: Application | None


def employers_of(by: Actor) -> Sequence[Employer]:
    """Return the employers for which the actor comes, by account number. One query."""
    return list(Employer.objects.filter(pk__in=scopes.employer_ids(by)).order_by("account_number"))


def offers_for(by: Actor) -> Sequence[Offer]:
    """Return the phases that run, and those in which the actor's employers applied, for each of them. Five queries."""
    employers = employers_of(by)
    newest = _newest(employers)
    lending = [each for each in phases.all_phases() if each.detail is not None]
    return [
        Offer(employer, each, newest.get((employer.pk, each.phase.pk)))
        for employer in employers
        for each in lending
        if each.is_running or (employer.pk, each.phase.pk) in newest
    ]


def offer_for(by: Actor, employer: str, phase_id: int) -> Offer:
    """Return one phase for one of the actor's employers.

    :raises Missing: for another employer, and for a phase that was not signed.
    """
    found = Employer.objects.filter(reference=employer).first()
    if found is None:
        raise Missing("no such employer")
    scopes.check_is_of_employer(by, found.pk)
    lending = phases.phase_called(phase_id)
    if lending.detail is None or lending.phase.state == PhaseState.PLANNED:
        raise Missing("this phase is not signed yet")
    return Offer(found, lending, _newest([found]).get((found.pk, phase_id)))


def _newest(employers: Sequence[Employer]) -> dict[tuple[int, int], Application]:
    rows = Application.objects.filter(employer__in=employers).select_related("bank")
    return {(each.employer_id, each.phase_id): each for each in rows.order_by("drafted_at", "pk")}
