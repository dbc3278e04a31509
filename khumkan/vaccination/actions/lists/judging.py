"""Judging rows of a list against the register: by statements for all rows at once, and by the rule of names for the few
whose number, name or date of birth differ from what the register has.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection, transaction

from khumkan import policies
from khumkan.kernel import clock
from khumkan.registry.models.employers import HEAD_OFFICE
from khumkan.registry.queries.employers import branches_of
from khumkan.registry.staging import binary
from khumkan.vaccination.actions.lists import judge_sql as sql
from khumkan.vaccination.choices import Vaccine
from khumkan.vaccination.models import PhaseDetail, Roster
from khumkan.vaccination.rules import lists as rules
from khumkan.vaccination.rules.lists import Known
from khumkan.vaccination.rules.schedule import born_by, youngest_age
from khumkan.vaccination.terms.lists import ListTerms
from khumkan.vaccination.terms.schedules import ScheduleTerms

#: Where a phase has no vaccine of which the age is known.
NOBODY_IS_SO_OLD = 150
#: Reasons that name a value which is not in the row.
_WITH_VALUES = frozenset({"too_young", "same_in_file"})
_NO_VALUES: Mapping[str, Any] = {}


class Judged(NamedTuple):
    """What the check says about one row.

    :param person_id: who is meant; only of people who work for the employer.
    :param column: heading of the column at fault.
    :param params: the values that the reason names.
    """

    row_number: int
    verdict: str
    person_id: int | None
    column: str
    code: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class Measure:
    """By what the rows of a list are judged: the employer, the phase, and the terms of the day."""

    values: Mapping[str, Any]
    terms: ListTerms
    least_age: int
    today: date = field(default_factory=clock.today)


def measure_of(roster: Roster) -> Measure:
    """Return by what the rows of an employer's list are judged today."""
    today = clock.today()
    terms = policies.in_force(ListTerms, on=today)
    detail = PhaseDetail.objects.get(pk=roster.phase_id)
    least_age = (
        youngest_age([Vaccine(each) for each in detail.vaccines], policies.in_force(ScheduleTerms, on=today))
        or NOBODY_IS_SO_OLD
    )
    branches = [HEAD_OFFICE, *branches_of(roster.employer).values_list("serial", flat=True)]
    values = {
        "employer": roster.employer_id,
        "roster": roster.pk,
        "today": today,
        "since": _months_before(today, terms.employed_within_months),
        "sections": list(detail.sections),
        "born_by": born_by(today, least_age),
        "branches": branches,
        "number_problems": list(rules.NUMBER_PROBLEMS),
        "file": 0,
        "whole": True,
        "rejudged": [],
    }
    return Measure(values, terms, least_age, today)


def judge(
    staged: Iterable[bytes],
    measure: Measure,
    *,
    file_id: int = 0,
    rejudged: Iterable[int] | None = None,
    meanwhile: Callable[[], object] = lambda: None,
) -> list[Judged]:
    """Return the verdicts of staged rows, in their order. The caller has a transaction.

    :param staged: rows as `reading.staged` gives them.
    :param rejudged: the numbers of these rows, when the list has others that stay as they are; none for a whole list.
    :param meanwhile: called when all rows are looked up, before the database judges them.
    """
    again = list(rejudged or ())
    values = {**measure.values, "file": file_id, "whole": rejudged is None, "rejudged": again}
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (sql.DROP, sql.STAGING, sql.FOUND, sql.BY_INDEX):
            cursor.execute(statement, values)
        _look_up_all(cursor, staged, values)
        meanwhile()
        for statement in (sql.AS_EVER, sql.ANALYZE_FOUND):
            cursor.execute(statement, values)
        _compare(cursor, values, measure.terms)
        cursor.execute(sql.JUDGE, values)
        found = cursor.fetchall()
        cursor.execute(sql.DROP)
    return [_judged(measure, *row) for row in found]


def is_stale(file_id: int, measure: Measure) -> bool:
    """Tell whether rows that were good when they were checked are not any more."""
    with connection.cursor() as cursor:
        cursor.execute(sql.BY_INDEX)
        cursor.execute(sql.STALE, {**measure.values, "file": file_id})
        [count] = cursor.fetchone()
        cursor.execute(sql.AS_EVER)
    return bool(count)


def people_of(measure: Measure) -> list[tuple[Any, ...]]:
    """Return who works for the employer today: id, kind and last four characters of the document, names, birth, branch.

    In the order of their names.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql.OF_REGISTER, measure.values)
        return list(cursor.fetchall())


def _look_up_all(cursor: Any, staged: Iterable[bytes], values: Mapping[str, Any]) -> None:
    """Look the rows up in the register, one part while the next is read: only one of the two has the connection."""
    with ThreadPoolExecutor(max_workers=1) as aside:
        going_on: Future[None] | None = None
        for part in staged:
            if going_on is not None:
                going_on.result()
            going_on = aside.submit(_look_up, cursor, part, values)
        if going_on is not None:
            going_on.result()


def _look_up(cursor: Any, part: bytes, values: Mapping[str, Any]) -> None:
    with cursor.copy(sql.COPY) as copy:
        copy.write(binary.HEADER)
        copy.write(part)
        copy.write(binary.TRAILER)
    cursor.execute(sql.LOOK_UP, values)
    cursor.execute(sql.EMPTIED)


def _compare(cursor: Any, values: Mapping[str, Any], terms: ListTerms) -> None:
    """Write down for which rows somebody else may be meant than the number says, or somebody has to look."""
    looks = [*_differing(cursor, terms), *_nearest(cursor, values, terms)]
    cursor.execute(sql.COMPARED)
    with cursor.copy(sql.COPY_COMPARED) as copy:
        for look in looks:
            copy.write_row(look)
    for statement in (sql.ANALYZE_COMPARED, sql.BY_INDEX, sql.ASKED, sql.AS_EVER, sql.ASKED_ABOUT):
        cursor.execute(statement, values)


def _differing(cursor: Any, terms: ListTerms) -> list[tuple[int, int, str]]:
    cursor.execute(sql.DIFFERING)
    compared = (
        (row, person, rules.compare(Known(name, birth), Known(key, born, precision), near_from=terms.near_name_from))
        for row, person, name, birth, key, born, precision in cursor.fetchall()
    )
    return [each for each in compared if each[2]]


def _nearest(cursor: Any, values: Mapping[str, Any], terms: ListTerms) -> list[tuple[int, int, str]]:
    """Return, for rows whose number leads to nobody, the employee who is probably meant."""
    cursor.execute(sql.ANY_ASTRAY, values)
    if not cursor.fetchone()[0]:
        return []
    for statement in (
        *(sql.UNNAMED, sql.ANALYZE_UNNAMED),
        *(sql.BY_INDEX, sql.WORKERS, sql.AS_EVER, sql.ANALYZE_WORKERS, sql.CANDIDATES),
    ):
        cursor.execute(statement, values)
    looks = []
    for (row, name), candidates in groupby(cursor.fetchall(), key=lambda each: (each[0], each[1])):
        person = rules.nearest(
            name, [(person, key) for _, _, person, key in candidates], near_from=terms.near_name_from
        )
        if person is not None:
            looks.append((row, person, "number_differs"))
    return looks


def _judged(
    measure: Measure, row: int, verdict: str, person_id: int | None, column: str, code: str, params: str, first: int
) -> Judged:
    if not column and code not in _WITH_VALUES:  # nearly every row
        return Judged(row, verdict, person_id, column, code, _NO_VALUES)
    values: Mapping[str, Any] = json.loads(params) if column and params != "{}" else _NO_VALUES
    if code == "too_young":
        values = {"age": measure.least_age}
    elif code == "same_in_file":
        values = {"row": first}
    return Judged(row, verdict, person_id, column, code, values)


def _months_before(day: date, months: int) -> date:
    """Return the first day of the month that is so many months before a day."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, 1)
