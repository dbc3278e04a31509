"""Counting who worked for employers in months, for any number of them in two statements.

`ASKED` finds, for employers and months, the month before that was filed, against which it is told who came and who
went, and how many branches are awaited: those that filed people last time before the month and nothing for it.

`COUNT` looks at each line as one of now or of before, and puts together once all that is said of one person: over
branches, over both months, and over spans of insurance that touch the month. The months whose lines are read stand in
the statement as values, so that no other partition is opened.
"""

ASKED = """
SELECT a.employer_id, a.month, max(latest.month), count(*) FILTER (
    WHERE latest.headcount > 0
        AND NOT EXISTS (SELECT FROM registry_filing d WHERE d.branch_id = b.id AND d.month = a.month))
FROM unnest(%(employers)s::bigint[], %(months)s::date[]) AS a (employer_id, month)
JOIN registry_branch b ON b.employer_id = a.employer_id
LEFT JOIN LATERAL (
    SELECT f.month, f.headcount FROM registry_filing f WHERE f.branch_id = b.id AND f.month < a.month
    ORDER BY f.month DESC, f.number DESC LIMIT 1
) latest ON true
GROUP BY a.employer_id, a.month
"""
COUNT = """
WITH asked AS MATERIALIZED (
    SELECT a.* FROM unnest(%(employers)s::bigint[], %(months)s::date[], %(previous)s::date[], %(awaited)s::integer[])
        AS a (employer_id, month, previous, awaited)
), wanted AS (
    SELECT employer_id, month FROM asked
    UNION SELECT employer_id, previous FROM asked WHERE previous IS NOT NULL
), counting AS MATERIALIZED (
    SELECT DISTINCT ON (f.branch_id, f.month) f.id, f.employer_id, f.month
    FROM wanted w JOIN registry_filing f USING (employer_id, month) WHERE f.month = ANY(%(read)s::date[])
    ORDER BY f.branch_id, f.month, f.number DESC
), looked AS (
    SELECT a.employer_id, a.month, c.id AS filing_id, c.month AS of_month, true AS is_now
    FROM asked a JOIN counting c ON c.employer_id = a.employer_id AND c.month = a.month
    UNION ALL
    SELECT a.employer_id, a.month, c.id, c.month, false
    FROM asked a JOIN counting c ON c.employer_id = a.employer_id AND c.month = a.previous
), people AS (
    SELECT k.employer_id, k.month, l.person_id, bool_or(k.is_now) AS is_there,
        bool_or(k.is_now AND v.person_id IS NOT NULL) AS counts,
        bool_or(NOT k.is_now AND v.person_id IS NOT NULL) AS counted
    FROM looked k JOIN registry_filingline l ON l.month = k.of_month AND l.filing_id = k.filing_id
    LEFT JOIN registry_coverage v ON v.person_id = l.person_id AND v.section = 33
        AND v.started_on < k.of_month + interval '1 month' AND (v.ended_on IS NULL OR v.ended_on >= k.of_month)
    WHERE l.month = ANY(%(read)s::date[])
    GROUP BY k.employer_id, k.month, l.person_id
), moved AS (
    SELECT employer_id, month, count(*) FILTER (WHERE counts) AS employees,
        count(*) FILTER (WHERE is_there AND NOT counts) AS others,
        count(*) FILTER (WHERE counts AND NOT counted) AS joined,
        count(*) FILTER (WHERE counted AND NOT counts) AS gone
    FROM people GROUP BY employer_id, month
), filed AS (
    SELECT employer_id, month, count(*) AS branches, max(id) AS filing_id FROM counting GROUP BY employer_id, month
)
INSERT INTO registry_employermonth AS kept (
    employer_id, month, employees, others, joined, "left", branches, awaited, filing_id, counted_at)
SELECT a.employer_id, a.month, coalesce(m.employees, 0), coalesce(m.others, 0),
    CASE WHEN a.previous IS NOT NULL THEN coalesce(m.joined, 0) END,
    CASE WHEN a.previous IS NOT NULL THEN coalesce(m.gone, 0) END,
    f.branches, a.awaited, f.filing_id, %(now)s
FROM asked a JOIN filed f USING (employer_id, month) LEFT JOIN moved m USING (employer_id, month)
ORDER BY a.employer_id, a.month
ON CONFLICT (employer_id, month) DO UPDATE SET
    employees = excluded.employees, others = excluded.others, joined = excluded.joined, "left" = excluded."left",
    branches = excluded.branches, awaited = excluded.awaited, filing_id = excluded.filing_id,
    counted_at = excluded.counted_at
"""
#: Months that a filing of a branch touches: its own; the next one of the employer, where who came is told against this
#: one; and those up to the branch's own next filing, where it may be awaited.
TOUCHED = """
SELECT DISTINCT f.month FROM registry_filing f
WHERE f.employer_id = %(employer)s AND f.month >= %(month)s AND f.month <= greatest(
    (SELECT min(n.month) FROM registry_filing n WHERE n.employer_id = %(employer)s AND n.month > %(month)s),
    coalesce(
        (SELECT min(o.month) FROM registry_filing o WHERE o.branch_id = %(branch)s AND o.month > %(month)s),
        'infinity'))
"""
