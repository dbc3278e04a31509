"""Values of terms that stand in articles: read from what is in force today, never typed."""

from functools import cache

from khumkan import policies
from khumkan.hotline.rules import texts
from khumkan.isolation.terms.matching import MatchingTerms
from khumkan.isolation.terms.rounds import RoundTerms
from khumkan.isolation.terms.stays import HoldTerms, StayTerms
from khumkan.isolation.terms.triage import TriageTerms
from khumkan.kernel import clock
from khumkan.policies import wording
from khumkan.policies.terms import Kind, Terms, kind_of
from khumkan.screening.terms.laboratory import OutbreakTerms, TestTerms
from khumkan.screening.terms.registrations import RegistrationTerms
from khumkan.vaccination.terms.lists import ListTerms
from khumkan.vaccination.terms.planning import PlanningTerms
from khumkan.vaccination.terms.schedules import ScheduleTerms
from khumkan.vaccination.terms.visits import VisitTerms

#: Terms that an article may quote.
QUOTED: tuple[type[Terms], ...] = (
    RegistrationTerms,
    TestTerms,
    OutbreakTerms,
    MatchingTerms,
    HoldTerms,
    StayTerms,
    RoundTerms,
    TriageTerms,
    PlanningTerms,
    ScheduleTerms,
    VisitTerms,
    ListTerms,
)


def unknown_in(*written: str) -> list[str]:
    """Return the values that texts ask for and no terms have."""
    asked = [pair for text in written for pair in texts.values_in(text)]
    return [f"{name}.{field}" for name, field in asked if (name, field) not in _known()]


def filled(text: str) -> str:
    """Return a text with the values in force today, in the language of this request. One query for each kind."""
    today, seen = clock.today(), dict[str, Terms]()

    def value(name: str, field: str) -> str:
        if (name, field) not in _known():
            return "…"
        if name not in seen:
            seen[name] = policies.in_force(_kinds()[name].cls, on=today)
        return wording.shown(getattr(seen[name], field)).replace("\n", ", ")

    return texts.filled(text, value)


@cache
def _kinds() -> dict[str, Kind]:
    return {declared.name: declared for declared in map(kind_of, QUOTED)}


@cache
def _known() -> frozenset[tuple[str, str]]:
    return frozenset((name, term.name) for name, declared in _kinds().items() for term in declared.terms)
