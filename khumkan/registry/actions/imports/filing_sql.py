"""Set-based checks and writes of a monthly filing; everything runs in one transaction, on the staging table."""

from khumkan.kernel.words import N_

REFUSALS = {
    "person_unknown": ("id_number", N_("Nobody in the register has this number. Register the person first.")),
    "name_differs": (
        "first_name",
        N_("This number belongs to somebody with another name. Correct the row, or correct the person first."),
    ),
}
DUPLICATE = ("id_number", N_("The same person stands further up in the file."))

CHECKS = (
    """
CREATE TEMP TABLE import_work ON COMMIT DROP AS
SELECT s.*, d.person_id, false AS changed,
    CASE
        WHEN s.problem_code IS NOT NULL THEN s.problem_code
        WHEN d.person_id IS NULL THEN 'person_unknown'
        WHEN p.name_key <> s.name_key THEN 'name_differs'
    END AS code
FROM import_staging s
LEFT JOIN registry_identitydocument d ON d.blind_index = s.number_index AND d.withdrawn_at IS NULL
LEFT JOIN registry_person p ON p.id = d.person_id;
WITH twice AS (
    SELECT person_id, min(row) AS first_row FROM import_work WHERE code IS NULL GROUP BY person_id HAVING count(*) > 1
)
UPDATE import_work w SET code = 'duplicate' FROM twice
WHERE w.person_id = twice.person_id AND w.code IS NULL AND w.row > twice.first_row
""",
)
ANY_WRONG = "SELECT EXISTS (SELECT FROM import_work WHERE code IS NOT NULL)"
#: How many lines there are to take over, and how many differ from the filing that counts so far.
DIFFERENCE = """
SELECT count(w.person_id),
    count(*) FILTER (WHERE w.person_id IS NULL OR l.person_id IS NULL OR l.wage <> w.satang / 100.0)
FROM (SELECT * FROM import_work WHERE code IS NULL) w
FULL JOIN (SELECT * FROM registry_filingline WHERE month = %(month)s AND filing_id = %(latest)s) l
    ON l.person_id = w.person_id
"""
WRITES = (
    """
INSERT INTO registry_filingline (month, person_id, filing_id, wage)
SELECT %(month)s, person_id, %(filing)s, satang / 100.0 FROM import_work WHERE code IS NULL;
UPDATE import_work SET changed = true WHERE code IS NULL
""",
)
COUNTS = """
SELECT count(*) FILTER (WHERE code = 'duplicate'), count(*) FILTER (WHERE code <> 'duplicate'),
    count(*) FILTER (WHERE code IS NULL AND changed), count(*)
FROM import_work
"""
NOT_TAKEN = """
SELECT row, code, problem_column, problem_text, problem_params FROM import_work
WHERE code IS NOT NULL AND row > %(after)s ORDER BY row LIMIT %(most)s
"""
CLEARING = "DROP TABLE import_work, import_staging"
