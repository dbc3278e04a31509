"""The statements that judge staged rows of a list.

What belongs to the register is looked up by index, row by row of the list, so that the size of the register is no
matter: for a long list the planner would rather hash the whole table of persons. `BY_INDEX` and `AS_EVER` switch that
for one statement after the other; the temporary tables among themselves are joined as the planner likes.
"""

from khumkan.vaccination.actions.lists.reading import STAGING as COLUMNS

STAGING = f"""
CREATE TEMPORARY TABLE vaccination_staged ({", ".join(f"{name} {kind}" for name, kind, _ in COLUMNS)}) ON COMMIT DROP
"""
COPY = "COPY vaccination_staged FROM STDIN (FORMAT binary)"
EMPTIED = "TRUNCATE vaccination_staged"
BY_INDEX = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off"
AS_EVER = "SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on"
_WORKS_HERE = """
    SELECT FROM registry_employment m
    WHERE m.employer_id = %(employer)s AND m.person_id = p.id AND m.started_on <= %(today)s
      AND (m.ended_on IS NULL OR m.ended_on >= %(since)s)
"""
#: What the register and this programme know of somebody `p`.
_KNOWN = """
    p.id AS person_id, p.name_key AS known_key, p.birth_date, p.birth_precision, p.section, p.died_on,
    l.state AS listed, l.branch_serial AS listed_branch, e.id IS NOT NULL AS is_enrolled
"""
_OF_PROGRAMME = """
    LEFT JOIN vaccination_listing l ON l.roster_id = %(roster)s AND l.person_id = p.id
    LEFT JOIN vaccination_enrolment e ON e.person_id = p.id
"""
#: Who holds the number of each staged row, and whether they work here.
_FOUND = f"""
SELECT s.*, {_KNOWN}, EXISTS ({_WORKS_HERE}) AS works_here
FROM vaccination_staged s
LEFT JOIN registry_identitydocument d
    ON d.blind_index = s.number_index AND d.withdrawn_at IS NULL AND s.given IS NULL
LEFT JOIN registry_person p ON p.id = coalesce(s.given, d.person_id)
{_OF_PROGRAMME}
"""  # noqa: S608 constants of this module
FOUND = f"CREATE TEMPORARY TABLE vaccination_found ON COMMIT DROP AS {_FOUND} WITH NO DATA"
LOOK_UP = f"INSERT INTO vaccination_found {_FOUND}"
ANALYZE_FOUND = "ANALYZE vaccination_found (row_number, person_id, code, birth)"
#: Rows whose number is that of somebody who works here, with another name or date of birth.
DIFFERING = """
SELECT row_number, person_id, name_key, birth, known_key, birth_date, birth_precision FROM vaccination_found
WHERE works_here AND given IS NULL AND code = '' AND (name_key <> known_key OR birth IS DISTINCT FROM birth_date)
ORDER BY row_number
"""
#: Rows whose number leads to nobody who works here.
_ASTRAY = """
    a.given IS NULL AND a.birth IS NOT NULL AND a.name_key <> ''
    AND (a.code = ANY(%(number_problems)s) OR (a.code = '' AND NOT a.works_here))
"""
ANY_ASTRAY = f"SELECT EXISTS (SELECT FROM vaccination_found a WHERE {_ASTRAY})"  # noqa: S608 constants of this module
#: Who works here and is named by no row: few, where the list is whole.
UNNAMED = """
CREATE TEMPORARY TABLE vaccination_unnamed ON COMMIT DROP AS
SELECT DISTINCT m.person_id FROM registry_employment m
WHERE m.employer_id = %(employer)s AND m.started_on <= %(today)s AND (m.ended_on IS NULL OR m.ended_on >= %(since)s)
  AND NOT EXISTS (SELECT FROM vaccination_found f WHERE f.person_id = m.person_id AND f.works_here)
"""
ANALYZE_UNNAMED = "ANALYZE vaccination_unnamed"
WORKERS = """
CREATE TEMPORARY TABLE vaccination_workers ON COMMIT DROP AS
SELECT p.id AS person_id, p.name_key, p.birth_date
FROM vaccination_unnamed u JOIN registry_person p ON p.id = u.person_id
WHERE p.birth_precision = 'D' AND p.birth_date IS NOT NULL
"""
ANALYZE_WORKERS = "ANALYZE vaccination_workers"
#: For rows that went astray: those with the same date of birth.
CANDIDATES = f"""
SELECT a.row_number, a.name_key, w.person_id, w.name_key
FROM vaccination_found a JOIN vaccination_workers w ON w.birth_date = a.birth
WHERE {_ASTRAY}
ORDER BY a.row_number
"""  # noqa: S608 constants of this module
COMPARED = """
CREATE TEMPORARY TABLE vaccination_compared (row_number integer, person_id bigint, look text) ON COMMIT DROP
"""
COPY_COMPARED = "COPY vaccination_compared (row_number, person_id, look) FROM STDIN"
ANALYZE_COMPARED = "ANALYZE vaccination_compared"
ASKED = f"""
CREATE TEMPORARY TABLE vaccination_asked ON COMMIT DROP AS
SELECT c.row_number, {_KNOWN}
FROM vaccination_compared c JOIN registry_person p ON p.id = c.person_id {_OF_PROGRAMME}
WHERE c.look = 'number_differs'
"""  # noqa: S608 constants of this module
#: Whom an employer is asked about takes the place of whoever holds the number.
ASKED_ABOUT = """
UPDATE vaccination_found f
SET person_id = a.person_id, birth_date = a.birth_date, section = a.section, died_on = a.died_on, works_here = true,
    listed = a.listed, listed_branch = a.listed_branch, is_enrolled = a.is_enrolled
FROM vaccination_asked a WHERE a.row_number = f.row_number
"""
#: In the order in which a clerk would look. A row that is sure comes before one that somebody has to look at.
#: `elsewhere` is a row of the same list that is not judged now, for the same person.
JUDGE = """
SELECT row_number,
    CASE WHEN refusal <> '' THEN 'refused' WHEN place > 1 OR elsewhere IS NOT NULL THEN 'doubled'
         WHEN look <> '' THEN 'look' WHEN listed = 'listed' AND NOT other_branch THEN 'unchanged'
         WHEN listed IS NOT NULL THEN 'changed' ELSE 'new' END,
    CASE WHEN works_here THEN person_id END,
    CASE WHEN refusal = code THEN blamed ELSE '' END,
    CASE WHEN refusal <> '' THEN refusal WHEN place > 1 OR elsewhere IS NOT NULL THEN 'same_in_file'
         WHEN look <> '' THEN look WHEN listed = 'listed' AND other_branch THEN 'branch_changed'
         WHEN listed = 'listed' THEN '' WHEN listed IS NOT NULL THEN 'comes_back'
         WHEN is_enrolled THEN 'in_programme' ELSE '' END,
    params, coalesce(elsewhere, first_row)
FROM (
    SELECT judged.*, row_number() OVER same AS place, first_value(row_number) OVER same AS first_row,
           CASE WHEN refusal = '' AND NOT %(whole)s THEN
               (SELECT min(r.row_number) FROM vaccination_listrow r
                WHERE r.file_id = %(file)s AND r.person_id = judged.person_id
                  AND r.verdict IN ('new', 'changed', 'unchanged', 'look')
                  AND r.row_number <> ALL(%(rejudged)s::integer[])) END AS elsewhere
    FROM (
        SELECT f.*, coalesce(c.look, '') AS look,
               f.branch <> '' AND f.branch IS DISTINCT FROM f.listed_branch AS other_branch,
               CASE WHEN f.code <> '' AND c.look IS NULL THEN f.code
                    WHEN NOT f.works_here THEN 'not_employed'
                    WHEN c.look = 'other_person' THEN c.look
                    WHEN f.died_on IS NOT NULL THEN 'ask_office'
                    WHEN f.section IS NULL OR f.section <> ALL(%(sections)s::integer[]) THEN 'section'
                    WHEN f.birth_date IS NULL THEN 'age_unknown'
                    WHEN f.birth_date > %(born_by)s THEN 'too_young'
                    WHEN f.branch <> '' AND f.branch <> ALL(%(branches)s::text[]) THEN 'branch_unknown'
                    ELSE '' END AS refusal
        FROM vaccination_found f LEFT JOIN vaccination_compared c USING (row_number)
    ) judged
    WINDOW same AS (PARTITION BY CASE WHEN refusal = '' THEN person_id END, CASE WHEN refusal <> '' THEN row_number END
                    ORDER BY look <> '', row_number)
) placed
ORDER BY row_number
"""
DROP = """
DROP TABLE IF EXISTS vaccination_staged, vaccination_found, vaccination_unnamed, vaccination_workers,
                     vaccination_compared, vaccination_asked
"""
#: How many rows were good when they were checked, and are not any more.
STALE = f"""
SELECT count(*) FROM vaccination_listrow r JOIN registry_person p ON p.id = r.person_id
WHERE r.file_id = %(file)s AND r.verdict IN ('new', 'changed')
  AND (p.died_on IS NOT NULL OR p.section IS NULL OR p.section <> ALL(%(sections)s::integer[])
       OR NOT EXISTS ({_WORKS_HERE}))
"""  # noqa: S608 constants of this module
#: The rows of an employer's own people, as a list would have them.
OF_REGISTER = """
SELECT p.id, d.kind, d.last4, p.title, p.first_name, p.last_name, p.birth_date, coalesce(b.serial, '')
FROM (SELECT DISTINCT ON (m.person_id) m.person_id, m.branch_id FROM registry_employment m
      WHERE m.employer_id = %(employer)s AND m.started_on <= %(today)s
        AND (m.ended_on IS NULL OR m.ended_on >= %(today)s) ORDER BY m.person_id, m.started_on DESC) worker
JOIN registry_person p ON p.id = worker.person_id AND p.died_on IS NULL
LEFT JOIN registry_branch b ON b.id = worker.branch_id
LEFT JOIN LATERAL (SELECT kind, last4 FROM registry_identitydocument o
                   WHERE o.person_id = p.id AND o.withdrawn_at IS NULL ORDER BY o.added_at, o.last4 LIMIT 1) d ON true
ORDER BY p.name_key, p.id
"""
