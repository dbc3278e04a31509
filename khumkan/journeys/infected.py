"""From a positive test to a bed: what the testing programme finds opens, and what it takes back ends, care."""

from khumkan import record
from khumkan.isolation.actions import cares
from khumkan.isolation.actions.cares import Found
from khumkan.kernel.actors import Actor
from khumkan.record.models import Event
from khumkan.screening.queries import opened_cases

KHUMKAN = Actor.system("journeys")


def cases_opened(events: list[Event]) -> None:
    """Open care for people found infected."""
    if found := _found(events):
        cares.open_cares(found, by=KHUMKAN)


def cases_recounted(events: list[Event]) -> None:
    """Count the days of care from the specimen on which a case rests now."""
    cares.follow_cases(_found(events), by=KHUMKAN)


def cases_withdrawn(events: list[Event]) -> None:
    """End the care of people whose result was corrected."""
    cares.withdraw(_cases(events), by=KHUMKAN)


def _found(events: list[Event]) -> list[Found]:
    return [Found(case.pk, case.person_id, case.found_on) for case in opened_cases.standing(_cases(events))]


def _cases(events: list[Event]) -> list[int]:
    return [event.about_id for event in events if event.about_id is not None]


record.listen("screening.case_opened", cases_opened)
record.listen("screening.case_recounted", cases_recounted)
record.listen("screening.case_withdrawn", cases_withdrawn)
