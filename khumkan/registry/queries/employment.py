"""Who works where."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, QuerySet

from khumkan.registry.models import Employment, Person
from khumkan.registry.models.periods import on_day


def workers_of(employer_id: int, *, on: date) -> "QuerySet[Person]":
    """Return the persons who work for an employer on a day, by id."""
    rows = Employment.objects.filter(on_day(on), employer_id=employer_id)
    return Person.objects.filter(pk__in=rows.values("person_id")).order_by("pk")


def employers_of(person_ids: Iterable[int], *, on: date) -> dict[int, int]:
    """Return an employer of each person on a day, the first of several; one query, who works nowhere is left out."""
    rows = Employment.objects.filter(on_day(on), person_id__in=list(person_ids)).order_by("person_id", "-started_on")
    found: dict[int, int] = {}
    for person, employer in rows.values_list("person_id", "employer_id"):
        found.setdefault(person, employer)
    return found


def sizes(employer_ids: Iterable[int], *, on: date) -> dict[int, int]:
    """Return how many persons work for each of the employers on a day; one query, employers without workers have 0."""
    ids = list(employer_ids)
    rows = Employment.objects.filter(on_day(on), employer_id__in=ids).order_by("employer_id")
    counted = dict(
        rows.values("employer_id").annotate(workers=Count("person_id")).values_list("employer_id", "workers")
    )
    return {employer: counted.get(employer, 0) for employer in ids}
