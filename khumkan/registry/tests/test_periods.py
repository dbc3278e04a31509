"""Cover and employment cannot overlap; and the test of that can fail."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from khumkan.kernel.errors import Refused
from khumkan.registry import actions, queries
from khumkan.registry.models import Coverage, Employment, Person
from khumkan.registry.models.periods import on_day
from khumkan.registry.states import Section
from khumkan.registry.tests.support import SYSTEM, employed, employer, person

DAY = timedelta(days=1)
START = date(2020, 1, 1)
NO_CHAIN = """
    ALTER TABLE registry_coverage DROP CONSTRAINT coverage_follows;
    ALTER TABLE registry_coverage DROP CONSTRAINT coverage_chain;
    ALTER TABLE registry_coverage DROP CONSTRAINT coverage_end_once;
"""


def overlaps(table: str) -> int:
    """Count pairs of periods of one person (and employer) that overlap, by the database's own ranges."""
    same = "a.employer_id = b.employer_id AND" if table == "registry_employment" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {table} a JOIN {table} b ON a.person_id = b.person_id AND a.id < b.id AND {same} "
            "daterange(a.started_on, a.ended_on, '[]') && daterange(b.started_on, b.ended_on, '[]')"
        )
        return int(cursor.fetchone()[0])


def set_constraints_now() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


spans = st.tuples(st.integers(0, 60), st.none() | st.integers(0, 20))
rows = st.lists(st.tuples(spans, st.none() | st.integers(-5, 60)), max_size=6)


@pytest.mark.django_db
def test_actions_refuse_or_keep_periods_apart() -> None:
    someone, work = person(), employer()

    @settings(max_examples=60, deadline=None)
    @given(st.lists(spans, max_size=8))
    def whatever_is_asked(wanted: list[tuple[int, int | None]]) -> None:
        Employment.objects.all().delete()
        for start, length in wanted:
            first = START + start * DAY
            last = None if length is None else first + length * DAY
            with suppress(Refused):
                actions.employ(person_id=someone.pk, employer_id=work.pk, on=first, last_day=last, by=SYSTEM)
        set_constraints_now()
        assert overlaps("registry_employment") == 0
        assert bool(Employment.objects.count()) == bool(wanted)

    whatever_is_asked()


@pytest.mark.django_db
def test_the_database_keeps_periods_apart_whatever_is_written() -> None:
    someone = person()

    @settings(max_examples=100, deadline=None)
    @given(rows)
    def whatever_is_written(wanted: list[tuple[tuple[int, int | None], int | None]]) -> None:
        Coverage.objects.all().delete()
        for (start, length), previous in wanted:
            with suppress(IntegrityError), transaction.atomic():
                insert_cover(someone, start, length, previous)
                set_constraints_now()
        assert overlaps("registry_coverage") == 0

    whatever_is_written()


def insert_cover(someone: Person, start: int, length: int | None, previous: int | None) -> None:
    first = START + start * DAY
    Coverage.objects.create(
        person=someone,
        section=33,
        started_on=first,
        ended_on=None if length is None else first + length * DAY,
        previous_ended_on=None if previous is None else START + previous * DAY,
    )


@pytest.mark.django_db
def test_without_the_chain_periods_do_overlap() -> None:
    """The control: with the constraints taken away the same writes overlap, and the counting sees it."""
    someone = person()
    with connection.cursor() as cursor:
        cursor.execute(NO_CHAIN)

    insert_cover(someone, 0, 10, None)
    insert_cover(someone, 5, 10, None)

    assert overlaps("registry_coverage") == 1


def section_on(person: Person, day: date) -> int | None:
    return Coverage.objects.filter(on_day(day), person=person).values_list("section", flat=True).first()


@pytest.mark.django_db
def test_cover_follows_cover_and_the_person_shows_todays() -> None:
    someone = person()
    actions.start_cover(person_id=someone.pk, section=Section.EMPLOYEE, on=date(2020, 1, 1), by=SYSTEM)
    actions.start_cover(person_id=someone.pk, section=Section.VOLUNTARY, on=date(2021, 1, 1), by=SYSTEM)

    chain = Coverage.objects.order_by("started_on").values_list("section", "started_on", "ended_on")
    assert list(chain) == [(33, date(2020, 1, 1), date(2020, 12, 31)), (39, date(2021, 1, 1), None)]
    someone.refresh_from_db()
    assert someone.section == 39

    actions.end_cover(person_id=someone.pk, on=date(2021, 6, 30), by=SYSTEM)
    someone.refresh_from_db()
    assert someone.section is None
    set_constraints_now()


@pytest.mark.django_db
def test_a_section_that_starts_or_ends_today_is_shown_by_the_daily_task() -> None:
    someone = person()
    actions.start_cover(person_id=someone.pk, section=Section.INFORMAL, on=date(2030, 1, 1), by=SYSTEM)
    someone.refresh_from_db()
    assert someone.section is None

    assert actions.refresh_sections(on=date(2030, 1, 1)) == 1
    someone.refresh_from_db()
    assert someone.section == 40


@pytest.mark.django_db
def test_workers_come_and_go() -> None:
    work, other = employer(), employer("2000000023")
    someone, colleague = person(), person("มาลี")
    first, last = date(2021, 1, 1), date(2021, 5, 31)
    actions.employ(person_id=someone.pk, employer_id=work.pk, on=first, last_day=last, by=SYSTEM)
    employed(someone, other)
    employed(colleague, work, date(2021, 6, 1))
    employed(someone, work, date(2021, 8, 1))

    def at(month: int) -> list[int]:
        return [worker.pk for worker in queries.workers_of(work.pk, on=date(2021, month, 15))]

    assert (at(5), at(6), at(8)) == ([someone.pk], [colleague.pk], [someone.pk, colleague.pk])
    assert queries.sizes([work.pk, other.pk], on=date(2021, 6, 15)) == {work.pk: 1, other.pk: 1}
