"""Positives at enterprises, and the alerts about them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Min, QuerySet

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.kernel.errors import Missing
from khumkan.screening.choices import Outcome
from khumkan.screening.models import Case, OutbreakAlert, Specimen
from khumkan.screening.states import AlertState, ResultState


def counts_at(employer_ids: Collection[int], *, since: date, until: date) -> dict[int, tuple[int, int]]:
    """Return positives and tested persons of each enterprise in a span of days, both included. Two queries.

    A person counts once. Whoever was positive was tested, also where the specimen belongs to the day before the span.
    """
    start, end = clock.day_span(since)[0], clock.day_span(until)[1]
    answered = Specimen.objects.filter(
        registration__employer__in=employer_ids,
        taken_at__gte=start,
        taken_at__lt=end,
        results__state=ResultState.RELEASED,
        results__outcome__in=(Outcome.NEGATIVE, Outcome.POSITIVE),
    )
    tested = dict(
        answered.order_by().values_list("registration__employer").annotate(persons=Count("person", distinct=True))
    )
    cases = Case.objects.filter(employer__in=employer_ids, withdrawn_at=None, found_on__gte=since, found_on__lte=until)
    positives = dict(cases.order_by().values_list("employer").annotate(persons=Count("person", distinct=True)))
    return {
        employer: (positives.get(employer, 0), max(tested.get(employer, 0), positives.get(employer, 0)))
        for employer in set(tested) | set(positives)
    }


def alerts_for(by: Actor) -> QuerySet[OutbreakAlert]:
    """Return the alerts within the officer's provinces: those with a running clock first, the most urgent on top."""
    rows = OutbreakAlert.objects.select_related("employer").order_by("closed_at", "notified_at", "due_at", "pk")
    if by.is_national(Role.OFFICER):
        return rows
    return rows.filter(employer__province_code__in=by.keys(Role.OFFICER, ScopeKind.PROVINCE))


@dataclass(frozen=True)
class Running:
    """The alerts of which disease control was not told yet.

    :param first_due: the nearest deadline; none when nothing is open.
    """

    count: int
    first_due: datetime | None


def running_for(by: Actor) -> Running:
    """Return how many alerts within the officer's provinces are open, and how long is left. One query, few rows."""
    rows = alerts_for(by).filter(state=AlertState.OPEN).order_by()
    return Running(**rows.aggregate(count=Count("pk"), first_due=Min("due_at")))


def alert_by_reference(by: Actor, reference: str) -> OutbreakAlert:
    """Return one alert.

    :raises Missing: when there is none within the officer's provinces.
    """
    found = alerts_for(by).filter(reference=reference).first()
    if found is None:
        raise Missing("no such alert")
    return found
