"""Cover and employment: starting and ending periods within their chains (see `models.periods`)."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TypeVar

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from khumkan import record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.registry import permissions
from khumkan.registry.models import Branch, Coverage, Employer, Employment, Person
from khumkan.registry.states import Section

Chained = TypeVar("Chained", Coverage, Employment)
DAY = timedelta(days=1)
_REFRESH = """
    WITH today AS (
        SELECT p.id, c.section FROM registry_person p
        LEFT JOIN registry_coverage c ON c.person_id = p.id AND c.started_on <= %(on)s
            AND (c.ended_on IS NULL OR c.ended_on >= %(on)s)
        WHERE %(persons)s::bigint[] IS NULL AND EXISTS (
            SELECT FROM registry_coverage n WHERE n.person_id = p.id
            AND (n.started_on = %(on)s OR n.ended_on = %(on)s - 1)
        ) OR p.id = ANY(%(persons)s)
    )
    UPDATE registry_person p SET section = today.section FROM today
    WHERE p.id = today.id AND p.section IS DISTINCT FROM today.section
"""


@transaction.atomic
def start_cover(*, person_id: int, section: Section, on: date, by: Actor) -> Coverage:
    """Insure a person under a section from a day on; an open cover under another section ends the day before.

    :raises Refused: when cover that starts later, or on that day, is there already.
    """
    person = _locked_person(person_id)
    permissions.check_may_write(by, province_code=person.province_code)
    chain = Coverage.objects.filter(person=person)
    current = chain.filter(ended_on__isnull=True).first()
    if current is not None and current.section == section and current.started_on <= on:
        return current
    if current is not None and current.started_on < on:
        _end(current, on - DAY)
    cover = _insert(chain, Coverage(person=person, section=section, started_on=on))
    refresh_sections(on=clock.today(), person_ids=[person.pk])
    record.write("registry.cover_started", by=by, about=cover, person_id=person.pk, data={"section": int(section)})
    return cover


@transaction.atomic
def end_cover(*, person_id: int, on: date, by: Actor) -> None:
    """End the open cover of a person; the day is the last one.

    :raises Refused: when there is none, or it starts after that day.
    """
    person = _locked_person(person_id)
    permissions.check_may_write(by, province_code=person.province_code)
    cover = Coverage.objects.filter(person=person, ended_on__isnull=True).first()
    if cover is None or cover.started_on > on:
        raise Refused(N_("There is no cover that could end on this day."), "no_cover")
    _end(cover, on)
    refresh_sections(on=clock.today(), person_ids=[person.pk])
    record.write("registry.cover_ended", by=by, about=cover, person_id=person.pk)


@transaction.atomic
def employ(
    *, person_id: int, employer_id: int, on: date, by: Actor, branch_serial: str = "", last_day: date | None = None
) -> Employment:
    """Note that a person works for an employer from a day on. Other employers are not touched.

    :param last_day: when it is over already.
    :raises Refused: when the person is noted as working there at that time already.
    """
    person, employer = _locked_person(person_id), Employer.objects.filter(pk=employer_id).first()
    if employer is None:
        raise Missing
    permissions.check_may_file(by, employer_id=employer_id)
    branch = Branch.objects.filter(employer=employer, serial=branch_serial).first() if branch_serial else None
    row = Employment(person=person, employer=employer, branch=branch, started_on=on, ended_on=last_day)
    employment = _insert(Employment.objects.filter(person=person, employer=employer), row)
    record.write("registry.employed", by=by, about=employment, person_id=person.pk, data={"employer": employer_id})
    return employment


def refresh_sections(*, on: date, person_ids: Iterable[int] | None = None) -> int:
    """Bring `Person.section` in line with the cover of a day, for some persons or all whose cover changes on it."""
    persons = None if person_ids is None else list(person_ids)
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, {"on": on, "persons": persons})
        return int(cursor.rowcount)


def _insert(chain: "QuerySet[Chained]", row: Chained) -> Chained:
    """Link a period into its chain: the next one now follows this one, and this one follows the one before."""
    before = chain.filter(started_on__lte=row.started_on).order_by("-started_on").first()
    after = chain.filter(started_on__gt=row.started_on).order_by("started_on").first()
    overlaps_before = before is not None and (before.ended_on is None or before.ended_on >= row.started_on)
    overlaps_after = after is not None and (row.ended_on is None or row.ended_on >= after.started_on)
    if overlaps_before or overlaps_after:
        raise Refused(N_("For this time there is an entry already. Correct or end that one first."), "period_overlaps")
    try:
        with transaction.atomic():
            if after is not None:
                after.previous_ended_on = row.ended_on
                after.save(update_fields=["previous_ended_on"])
            row.previous_ended_on = before.ended_on if before is not None else None
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(N_("Somebody has just changed the same entry. Look at it again."), "changed_meanwhile") from error
    return row


def _end(row: Coverage | Employment, on: date) -> None:
    row.ended_on = on
    row.save(update_fields=["ended_on"])


def _locked_person(person_id: int) -> Person:
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None:
        raise Missing
    return person
