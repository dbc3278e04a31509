"""Who has no date, or missed them, for those whom people call about it; ids only."""

from collections.abc import Iterable
from dataclasses import dataclass

from khumkan import policies
from khumkan.kernel import clock
from khumkan.vaccination.models import Dose
from khumkan.vaccination.states import DoseState
from khumkan.vaccination.terms.planning import PlanningTerms


@dataclass(frozen=True, slots=True)
class Stuck:
    """A dose that does not go on, whose it is, and how many dates were missed."""

    id: int
    person_id: int
    misses: int


def stay_away() -> list[Stuck]:
    """Return those who missed so many dates that no plan gives them another, the longest overdue call first."""
    terms = policies.in_force(PlanningTerms, on=clock.today())
    rows = Dose.objects.to_call(now=clock.now()).filter(misses__gte=terms.misses)
    return [Stuck(*row) for row in rows.values_list("pk", "person", "misses")]


def have_date(person_ids: Iterable[int]) -> set[int]:
    """Return those who have a date, are at the site, or have had every dose that was due. One query."""
    rows = Dose.objects.filter(person__in=list(person_ids)).order_by("person", "-number")
    latest: dict[int, str] = {}
    for person_id, state in rows.values_list("person", "state"):
        latest.setdefault(person_id, state)
    done = (DoseState.BOOKED, DoseState.AT_SITE, DoseState.GIVEN)
    return {person_id for person_id, state in latest.items() if state in done}
