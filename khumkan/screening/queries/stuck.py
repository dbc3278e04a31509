"""Where somebody's way to an answer stands still, for those whom people call about it; ids only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from khumkan.screening.models import Registration, Specimen
from khumkan.screening.models.specimens import OWED
from khumkan.screening.states import RegistrationState

PLACED = (RegistrationState.BOOKED, RegistrationState.CHECKED_IN, RegistrationState.SAMPLED, RegistrationState.ANSWERED)


@dataclass(frozen=True, slots=True)
class Stuck:
    """A row that does not go on, and whose it is."""

    id: int
    person_id: int


def without_place(*, since: datetime) -> list[Stuck]:
    """Return registrations that have waited for a place since before a moment, the first registered first."""
    rows = Registration.objects.filter(state=RegistrationState.WAITING, registered_at__lt=since)
    found = rows.order_by("registered_at", "pk").values_list("pk", "person")
    return [Stuck(*row) for row in found]


def without_result(*, since: datetime) -> list[Stuck]:
    """Return specimens taken before a moment that have no answer yet, the longest waiting first."""
    rows = Specimen.objects.filter(OWED, taken_at__lt=since).order_by("taken_at", "pk")
    return [Stuck(*row) for row in rows.values_list("pk", "person")]


def have_place(person_ids: Iterable[int]) -> set[int]:
    """Return those who have a place for a test, or have been there since. One query."""
    return _in_states(person_ids, PLACED)


def owe_nothing(person_ids: Iterable[int]) -> set[int]:
    """Return those whose every specimen has an answer, of those from whom one was taken. One query."""
    rows = Specimen.objects.filter(person__in=list(person_ids)).exclude(state="spoiled").order_by("person", "pk")
    owed = {"taken", "sent", "received", "pooled"}
    states: dict[int, set[str]] = {}
    for person_id, state in rows.values_list("person", "state"):
        states.setdefault(person_id, set()).add(state)
    return {person_id for person_id, found in states.items() if not found & owed}


def _in_states(person_ids: Iterable[int], states: tuple[RegistrationState, ...]) -> set[int]:
    """Return those whose latest registration is in one of the states. One query."""
    rows = Registration.objects.filter(person__in=list(person_ids)).order_by("person", "-registered_at", "-pk")
    latest: dict[int, str] = {}
    for person_id, state in rows.values_list("person", "state"):
        latest.setdefault(person_id, state)
    return {person_id for person_id, state in latest.items() if state in states}
