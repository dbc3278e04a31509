"""Whose care does not go on, for those whom people call about it; ids only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from khumkan.isolation.models import Care, Certificate
from khumkan.isolation.states import CareState

#: Nobody in these needs a bed any more.
SETTLED = (
    CareState.PLACED,
    CareState.ADMITTED,
    CareState.AT_HOME,
    CareState.DISCHARGED,
    CareState.DECLINED,
    CareState.WITHDRAWN,
)


@dataclass(frozen=True, slots=True)
class Stuck:
    """A care that does not go on, and whose it is."""

    id: int
    person_id: int


def without_bed(*, since: datetime) -> list[Stuck]:
    """Return infected people who have waited for a bed since before a moment, the longest waiting first."""
    rows = Care.objects.filter(state=CareState.WAITING, waiting_since__lt=since).order_by("waiting_since", "pk")
    return [Stuck(*row) for row in rows.values_list("pk", "person")]


def without_answers(*, since: datetime) -> list[Stuck]:
    """Return infected people who have not said how they are, found before a moment, the first found first."""
    rows = Care.objects.filter(state=CareState.ASKED, opened_at__lt=since).order_by("opened_at", "pk")
    return [Stuck(*row) for row in rows.values_list("pk", "person")]


def need_no_bed(person_ids: Iterable[int]) -> set[int]:
    """Return those for whom a bed was found, or who need none any more, by their latest care. One query."""
    rows = Care.objects.filter(person__in=list(person_ids)).order_by("person", "-opened_at", "-pk")
    latest: dict[int, str] = {}
    for person_id, state in rows.values_list("person", "state"):
        latest.setdefault(person_id, state)
    return {person_id for person_id, state in latest.items() if state in SETTLED}


def have_paper(person_ids: Iterable[int], *, since: datetime) -> set[int]:
    """Return those to whom a certificate was issued since a moment. One query."""
    rows = Certificate.objects.filter(Q(person__in=list(person_ids)), issued_at__gte=since, revoked_at=None)
    return set(rows.order_by("person").values_list("person", flat=True))
