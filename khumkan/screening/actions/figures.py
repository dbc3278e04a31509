"""The counters of the officers' pages: moved by events, a few hundred in one statement.

Rows are written in the order of their key, so that two workers never wait for each other in a circle. A correction
counts the old result down and the new one up on the day on which it is reported. Province, district and section are
those of the person when the specimen was taken, which it keeps: whoever moves later is counted down where they were
counted up.
"""

from collections.abc import Sequence
from datetime import date

from django.db import connection

_COLUMNS = "sampled, negative, positive, invalid, cases, answered, hours_to_answer, within_24, within_48"
_KEY = "day, reported_on, province_code, district_code, site_id, section, method"
_HEAD = f"""
INSERT INTO screening_dailyfigure AS figure ({_KEY}, {_COLUMNS})
SELECT (specimen.taken_at AT TIME ZONE 'Asia/Bangkok')::date, told.reported_on, specimen.province_code,
       specimen.district_code, session.site_id, specimen.section, specimen.method,
"""
_PLACE = "JOIN screening_session session ON session.id = specimen.session_id"
_TOLD = "unnest(%(ids)s::bigint[], %(days)s::date[]) AS told (id, reported_on)"
_TAIL = f"""
GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7
ON CONFLICT ({_KEY}) DO UPDATE SET
    sampled = figure.sampled + excluded.sampled,
    negative = figure.negative + excluded.negative,
    positive = figure.positive + excluded.positive,
    invalid = figure.invalid + excluded.invalid,
    cases = figure.cases + excluded.cases,
    answered = figure.answered + excluded.answered,
    hours_to_answer = figure.hours_to_answer + excluded.hours_to_answer,
    within_24 = figure.within_24 + excluded.within_24,
    within_48 = figure.within_48 + excluded.within_48
"""
_SPECIMENS = f"""{_HEAD} count(*), 0, 0, 0, 0, 0, 0, 0, 0
FROM {_TOLD} JOIN screening_specimen specimen ON specimen.id = told.id {_PLACE} {_TAIL}
"""
_OUTCOMES = """
    0,
    %(sign)s * count(*) FILTER (WHERE result.outcome = 'negative'),
    %(sign)s * count(*) FILTER (WHERE result.outcome = 'positive'),
    %(sign)s * count(*) FILTER (WHERE result.outcome = 'invalid'),
    0
"""
_FIRST = "result.supersedes_id IS NULL AND %(sign)s = 1"
_TOOK = "result.released_at - specimen.taken_at"
_RESULTS = f"""{_HEAD} {_OUTCOMES}, count(*) FILTER (WHERE {_FIRST}),
    coalesce(sum(extract(epoch FROM {_TOOK}) / 3600) FILTER (WHERE {_FIRST}), 0),
    count(*) FILTER (WHERE {_FIRST} AND {_TOOK} <= interval '24 hours'),
    count(*) FILTER (WHERE {_FIRST} AND {_TOOK} <= interval '48 hours')
FROM {_TOLD} JOIN screening_result result ON result.id = told.id
JOIN screening_specimen specimen ON specimen.id = result.specimen_id {_PLACE} {_TAIL}
"""
_CASES = f"""{_HEAD} 0, 0, 0, 0, %(sign)s * count(*), 0, 0, 0, 0
FROM unnest(%(ids)s::bigint[], %(results)s::bigint[], %(days)s::date[]) AS told (id, result_id, reported_on)
JOIN screening_case counted ON counted.id = told.id
JOIN screening_result result ON result.id = coalesce(told.result_id, counted.result_id)
JOIN screening_specimen specimen ON specimen.id = result.specimen_id {_PLACE} {_TAIL}
"""
_SUPERSEDED = "SELECT supersedes_id FROM screening_result WHERE id = ANY(%s) ORDER BY array_position(%s, id)"

#: The id of a row and the day, in Bangkok, on which it was reported.
Told = tuple[int, date]
#: The id of a case, of the result on which it rested, and the day on which it was reported.
CaseTold = tuple[int, int | None, date]


def count_specimens(told: Sequence[Told]) -> None:
    """Count specimens that were taken."""
    _count(_SPECIMENS, told)


def count_results(told: Sequence[Told]) -> None:
    """Count results that were released for the first time."""
    _count(_RESULTS, told, sign=1)


def count_corrections(told: Sequence[Told]) -> None:
    """Count the old results down and the new ones up."""
    ids = [result_id for result_id, _ in told]
    with connection.cursor() as cursor:
        cursor.execute(_SUPERSEDED, [ids, ids])
        old = [row[0] for row in cursor.fetchall()]
    _count(_RESULTS, list(zip(old, (day for _, day in told), strict=True)), sign=-1)
    _count(_RESULTS, told, sign=1)


def count_cases(told: Sequence[CaseTold], *, sign: int) -> None:
    """Count cases where and when the specimens were taken on which they rest.

    :param sign: 1 to count them, -1 to count them down.
    """
    results = [result_id for _, result_id, _ in told]
    _count(_CASES, [(case_id, day) for case_id, _, day in told], sign=sign, results=results)


def _count(statement: str, told: Sequence[Told], **values: int | list[int | None]) -> None:
    if not told:
        return
    with connection.cursor() as cursor:
        cursor.execute(statement, {"ids": [row for row, _ in told], "days": [day for _, day in told], **values})
