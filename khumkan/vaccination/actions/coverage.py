"""The counters of coverage: what an event touches is counted anew, so that nothing drifts, whatever is told twice.

Two who count the same at once do it one after the other, and the second sees what the first was told.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction

from khumkan.kernel import clock
from khumkan.vaccination.queries.phases import AREA_OF

_PLACE = f"left({AREA_OF}, 2), CASE WHEN length({AREA_OF}) >= 4 THEN left({AREA_OF}, 4) ELSE '' END"
_TURN = "SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(%s::text[]) AS key ORDER BY key"
_FORGET = "DELETE FROM vaccination_coveragefigure WHERE employer_id = ANY(%(employers)s)"
_STANDING = f"""
INSERT INTO vaccination_coveragefigure (
    employer_id, province_code, district_code, "group", listed, confirmed, declined, booked, first, second)
SELECT coalesce(e.employer_id, 0), {_PLACE}, e."group",
       count(*) FILTER (WHERE e.state <> 'ended'),
       count(*) FILTER (WHERE e.state IN ('confirmed', 'completed')),
       count(*) FILTER (WHERE e.state IN ('declined', 'withdrawn')),
       count(d.id), count(one.id), count(two.id)
FROM vaccination_enrolment e
LEFT JOIN vaccination_dose d ON d.person_id = e.person_id AND d.state IN ('booked', 'at_site')
LEFT JOIN vaccination_injection one ON one.person_id = e.person_id AND one.number = 1 AND one.struck_at IS NULL
LEFT JOIN vaccination_injection two ON two.person_id = e.person_id AND two.number = 2 AND two.struck_at IS NULL
WHERE e.employer_id = ANY(%(employers)s) OR (0 = ANY(%(employers)s) AND e.employer_id IS NULL)
GROUP BY 1, 2, 3, 4
"""  # noqa: S608 constants of this module
_EMPLOYERS = """
SELECT DISTINCT coalesce(employer_id, 0) FROM vaccination_enrolment WHERE person_id = ANY(%(persons)s)
UNION SELECT employer_id FROM vaccination_roster WHERE id = ANY(%(rosters)s)
"""
_ALL_EMPLOYERS = """
SELECT DISTINCT coalesce(employer_id, 0) FROM vaccination_enrolment
UNION SELECT employer_id FROM vaccination_coveragefigure
"""
_FORGET_DOSES = """
DELETE FROM vaccination_dailydose USING unnest(%(days)s::date[], %(sites)s::bigint[]) AS told (day, site_id)
WHERE vaccination_dailydose.day = told.day AND vaccination_dailydose.site_id = told.site_id
"""
_DOSES = f"""
INSERT INTO vaccination_dailydose (
    day, site_id, province_code, district_code, "group", number, vaccine, given)
SELECT i.given_on, told.site_id, coalesce(left({AREA_OF}, 2), ''),
       CASE WHEN length({AREA_OF}) >= 4 THEN left({AREA_OF}, 4) ELSE '' END,
       e."group", i.number, i.vaccine, count(*)
FROM unnest(%(days)s::date[], %(sites)s::bigint[]) AS told (day, site_id)
JOIN vaccination_injection i
    ON i.given_on = told.day AND coalesce(i.site_id, 0) = told.site_id AND i.struck_at IS NULL
LEFT JOIN vaccination_enrolment e ON e.person_id = i.person_id
GROUP BY 1, 2, 3, 4, 5, 6, 7
"""  # noqa: S608 constants of this module
_GIVEN = """
SELECT DISTINCT given_on, coalesce(site_id, 0) FROM vaccination_injection WHERE person_id = ANY(%(persons)s)
"""
_ALL_GIVEN = """
SELECT DISTINCT given_on, coalesce(site_id, 0) FROM vaccination_injection WHERE given_on >= %(since)s
UNION SELECT day, site_id FROM vaccination_dailydose WHERE day >= %(since)s
"""
_DAY = """
INSERT INTO vaccination_coverageday (
    day, province_code, district_code, listed, confirmed, booked, first, second)
SELECT %(day)s, province_code, district_code, sum(listed), sum(confirmed), sum(booked), sum(first), sum(second)
FROM vaccination_coveragefigure GROUP BY 2, 3 ORDER BY 2, 3
ON CONFLICT (day, province_code, district_code) DO UPDATE SET
    listed = excluded.listed, confirmed = excluded.confirmed, booked = excluded.booked,
    first = excluded.first, second = excluded.second
"""
AT_ONCE = 500
#: A day at a site.
Given = tuple[date, int]


def follow(*, person_ids: Sequence[int], roster_ids: Sequence[int] = ()) -> None:
    """Count anew how far the employers of these people and lists are."""
    found = _rows(_EMPLOYERS, {"persons": list(person_ids), "rosters": list(roster_ids)})
    _count_employers(sorted(employer_id for (employer_id,) in found))


def follow_doses(*, person_ids: Sequence[int]) -> None:
    """Count anew the doses of the days and sites at which these people were vaccinated."""
    _count_doses(sorted(_rows(_GIVEN, {"persons": list(person_ids)})))


def count_all(*, since: date) -> int:
    """Count everything anew, part by part; doses from a day on. Returns how many employers there are."""
    employers = sorted(employer_id for (employer_id,) in _rows(_ALL_EMPLOYERS, {}))
    for start in range(0, len(employers), AT_ONCE):
        _count_employers(employers[start : start + AT_ONCE])
    given = sorted(_rows(_ALL_GIVEN, {"since": since}))
    for start in range(0, len(given), AT_ONCE):
        _count_doses(given[start : start + AT_ONCE])
    return len(employers)


@transaction.atomic
def keep_day() -> None:
    """Keep how far every district is on this day; later on the same day it is kept anew, afterwards never."""
    with connection.cursor() as cursor:
        cursor.execute(_TURN, [["vaccination.coverage.day"]])
        cursor.execute(_DAY, {"day": clock.today()})


@transaction.atomic
def _count_employers(employers: Sequence[int]) -> None:
    if not employers:
        return
    values = {"employers": list(employers)}
    with connection.cursor() as cursor:
        cursor.execute(_TURN, [[f"vaccination.coverage.{employer}" for employer in employers]])
        cursor.execute(_FORGET, values)
        cursor.execute(_STANDING, values)


@transaction.atomic
def _count_doses(given: Sequence[Given]) -> None:
    if not given:
        return
    values: dict[str, Any] = {"days": [day for day, _ in given], "sites": [site_id for _, site_id in given]}
    with connection.cursor() as cursor:
        cursor.execute(_TURN, [[f"vaccination.doses.{day}.{site_id}" for day, site_id in given]])
        cursor.execute(_FORGET_DOSES, values)
        cursor.execute(_DOSES, values)


def _rows(statement: str, values: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
