"""How many workers employers have by their filings: insured under section 33, over all branches, nobody twice.

Read from what is kept of each month when its filings come (`registry.EmployerMonth`), as the covenant is: what an
employer is held against is counted in the same way as what it is later held to.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from khumkan.kernel import prepared

#: A month in which a branch is awaited is not whole: its workers would be too few.
_MONTHS = """
SELECT month, employees, awaited = 0 FROM registry_employermonth
WHERE employer_id = %(employer)s::bigint AND month BETWEEN %(first)s::date AND %(last)s::date
    AND employees + others > 0
ORDER BY month DESC
"""
_NEWEST = """
SELECT m.month, m.employees, ARRAY(
    SELECT f.id FROM registry_filing f WHERE f.employer_id = m.employer_id AND f.month = m.month AND NOT EXISTS (
        SELECT FROM registry_filing n WHERE n.branch_id = f.branch_id AND n.month = f.month AND n.number > f.number)
    ORDER BY f.id)
FROM registry_employermonth m
WHERE m.employer_id = %(employer)s::bigint AND m.month BETWEEN %(first)s::date AND %(last)s::date
    AND m.employees + m.others > 0 AND m.awaited = 0
ORDER BY m.month DESC LIMIT 1
"""
#: Accounts, among some, of whose workers in a month at least so large a share stands in the filings of an employer.
_SHARED = """
WITH own AS (
    SELECT DISTINCT l.person_id FROM registry_filing f
    JOIN registry_filingline l ON l.month = f.month AND l.filing_id = f.id
    WHERE f.employer_id = %(employer)s::bigint AND f.month = %(month)s::date
), theirs AS (
    SELECT DISTINCT f.employer_id, l.person_id FROM registry_filing f
    JOIN registry_filingline l ON l.month = f.month AND l.filing_id = f.id
    WHERE f.employer_id = ANY(%(others)s::bigint[]) AND f.month = %(month)s::date
)
SELECT t.employer_id FROM theirs t LEFT JOIN own o USING (person_id)
GROUP BY t.employer_id HAVING count(o.person_id) * 2 > count(*) ORDER BY t.employer_id
"""


@dataclass(frozen=True)
class Headcount:
    """The workers of one month.

    :param filings: that were counted; where a baseline needs them, see `newest`.
    """

    month: date
    workers: int
    filings: tuple[int, ...] = ()


@dataclass(frozen=True)
class Filed:
    """What an employer filed within a span.

    :param months: by their first days, of which a filing with somebody in it is there.
    :param newest: the newest of them that all branches have filed.
    """

    months: frozenset[date]
    newest: Headcount | None


def filed(employer_id: int, *, first: date, last: date) -> Filed:
    """Return what an employer filed from one month to another, by their first days. One query."""
    rows = prepared.rows(_MONTHS, _values(employer_id, first, last))
    whole = next((Headcount(month, workers) for month, workers, is_whole in rows if is_whole), None)
    return Filed(frozenset(month for month, *_ in rows), whole)


def newest(employer_id: int, *, first: date, last: date) -> Headcount | None:
    """Return the workers of the newest month of a span that all branches filed, with the filings. One query.

    :param first: the first day of the first month, `last` of the last one that may count.
    """
    found = prepared.rows(_NEWEST, _values(employer_id, first, last))
    return Headcount(found[0][0], found[0][1], tuple(found[0][2])) if found else None


def sharing_workers(employer_id: int, others: Collection[int], *, month: date) -> Sequence[int]:
    """Return those of other accounts of whose workers in a month more than half stand in this employer's filings too.

    One query; none without others.
    """
    if not others:
        return []
    values: Mapping[str, object] = {"employer": employer_id, "others": sorted(others), "month": month}
    return [found for (found,) in prepared.rows(_SHARED, values)]


def _values(employer_id: int, first: date, last: date) -> dict[str, object]:
    return {"employer": employer_id, "first": first, "last": last}
