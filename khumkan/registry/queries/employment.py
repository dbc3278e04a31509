"""Who works where, and what was filed."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Count, QuerySet, Sum

from khumkan.registry.models import Employer, Employment, Filing, Person
from khumkan.registry.models.periods import on_day

#: Rows of a frame in memory at once.
FRAME_CHUNK = 10_000
_FRAME = """
    SELECT e.person_id, e.employer_id, e.branch_id, p.reference, p.section, p.sex, p.birth_date, p.district_code
    FROM registry_employment e JOIN registry_person p ON p.id = e.person_id
    WHERE e.employer_id = ANY(%(employers)s) AND e.started_on <= %(on)s AND (e.ended_on IS NULL OR e.ended_on >= %(on)s)
      AND p.died_on IS NULL
    ORDER BY e.employer_id, e.person_id
"""


class FrameRow(NamedTuple):
    """One worker of one employer on the day of a frame."""

    person_id: int
    employer_id: int
    branch_id: int | None
    reference: str
    section: int | None
    sex: str
    birth_date: date | None
    district_code: str


def workers_of(employer_id: int, *, on: date) -> "QuerySet[Person]":
    """Return the persons who work for an employer on a day, by id."""
    rows = Employment.objects.filter(on_day(on), employer_id=employer_id)
    return Person.objects.filter(pk__in=rows.values("person_id")).order_by("pk")


def works_for(person_id: int, employer_id: int, *, on: date) -> bool:
    """Tell whether a person works for an employer on a day."""
    return Employment.objects.filter(on_day(on), person_id=person_id, employer_id=employer_id).exists()


def employers_of(person_id: int, *, on: date) -> "QuerySet[Employer]":
    """Return the employers for whom a person works on a day, by account number."""
    rows = Employment.objects.filter(on_day(on), person_id=person_id)
    return Employer.objects.filter(pk__in=rows.values("employer_id"))


def sizes(employer_ids: Iterable[int], *, on: date) -> dict[int, int]:
    """Return how many persons work for each of the employers on a day; one query, employers without workers have 0."""
    ids = list(employer_ids)
    rows = Employment.objects.filter(on_day(on), employer_id__in=ids).order_by("employer_id")
    counted = dict(
        rows.values("employer_id").annotate(workers=Count("person_id")).values_list("employer_id", "workers")
    )
    return {employer: counted.get(employer, 0) for employer in ids}


def workers_frame(employer_ids: Iterable[int], *, on: date) -> Iterator[FrameRow]:
    """Yield every worker of the employers on a day, by employer and person; one streamed query, little memory.

    The living only. The order is part of the promise: a draw hashes the frame as it comes.
    """
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_FRAME, {"employers": list(employer_ids), "on": on})
        while rows := cursor.fetchmany(FRAME_CHUNK):
            for row in rows:
                yield FrameRow(*row)


def headcounts(employer_id: int, *, first: date, last: date) -> dict[date, int]:
    """Return the employees that an employer filed in each month (by its first day), all branches, corrections counted.

    Months without a filing are left out: no report is not the same as nobody.
    """
    latest = (
        Filing.objects.filter(employer_id=employer_id, month__gte=first.replace(day=1), month__lte=last)
        .order_by("branch_id", "month", "-number")
        .distinct("branch_id", "month")
    )
    months = Filing.objects.filter(pk__in=latest.values("pk")).order_by("month")
    return dict(months.values("month").annotate(total=Sum("headcount")).values_list("month", "total"))
