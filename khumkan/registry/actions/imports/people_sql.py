"""Set-based checks and writes of an import of persons.

Everything here runs in one transaction, on the staging table, once for each wave of some hundred thousand rows.
"""

from khumkan.kernel.words import N_

#: Refusals that only the database can find: code to column and sentence. The sentences name no values.
REFUSALS = {
    "name_differs": (
        "first_name",
        N_("This number belongs to somebody with another name. Correct the row, or correct the person first."),
    ),
    "birth_differs": (
        "birth_date",
        N_("This number belongs to somebody with another date of birth. Correct the row, or correct the person first."),
    ),
    "phone_differs": (
        "phone",
        N_("This person has another telephone number. It is changed with the old telephone or by two of the office."),
    ),
    "number_withdrawn": ("id_number", N_("This number was withdrawn because it was wrong.")),
    "employer_unknown": ("employer_account", N_("There is no employer with this account number.")),
    "branch_unknown": ("branch", N_("This employer has no such branch.")),
    "cover_overlaps": ("covered_from", N_("For this day there is later cover already. Correct that first.")),
    "employment_overlaps": (
        "employed_from",
        N_("For this day there is later work for the same employer already. Correct that first."),
    ),
}
DUPLICATE = ("id_number", N_("The same person stands further up in the file."))

#: What is kept from wave to wave: rows that are not taken over, and persons of the register who were met.
OPENING = """
CREATE TEMP TABLE import_not_taken (
    row integer PRIMARY KEY, code text, problem_column text, problem_text text, problem_params text
) ON COMMIT DROP;
CREATE TEMP TABLE import_met (person_id bigint PRIMARY KEY) ON COMMIT DROP
"""
#: Numbers that stand in a wave more than once, with the row that counts.
DOUBLES = """
CREATE TEMP TABLE import_doubles ON COMMIT DROP AS
SELECT number_index, min(row) AS first_row FROM import_staging
WHERE number_index IS NOT NULL GROUP BY number_index HAVING count(*) > 1
"""
#: Every row of the file with what the register knows of it, and its verdict as far as one row decides.
WORK = """
CREATE TEMP TABLE import_work ON COMMIT DROP AS
SELECT judged.*, CASE
    WHEN known IS NOT NULL THEN known
    WHEN code IS NULL THEN nextval('registry_person_id_seq')
END AS person_id
FROM (
    SELECT s.*, left(s.subdistrict_code, 4) AS district_code, left(s.subdistrict_code, 2) AS province_code,
        d.person_id AS known, e.id AS employer_id, b.id AS branch_id,
        CASE
            WHEN s.problem_code IS NOT NULL THEN s.problem_code
            WHEN x.first_row IS NOT NULL AND x.first_row < s.row THEN 'duplicate'
            WHEN p.came_with = %(batch)s OR m.person_id IS NOT NULL THEN 'duplicate'
            WHEN d.withdrawn_at IS NOT NULL THEN 'number_withdrawn'
            WHEN p.name_key <> s.name_key THEN 'name_differs'
            WHEN p.birth_date <> s.birth_date THEN 'birth_differs'
            WHEN s.phone_index <> k.blind_index THEN 'phone_differs'
            WHEN s.account IS NOT NULL AND e.id IS NULL THEN 'employer_unknown'
            WHEN s.branch IS NOT NULL AND e.id IS NOT NULL AND b.id IS NULL THEN 'branch_unknown'
        END AS code
    FROM import_staging s
    LEFT JOIN import_doubles x ON x.number_index = s.number_index
    LEFT JOIN registry_identitydocument d ON d.blind_index = s.number_index
    LEFT JOIN registry_person p ON p.id = d.person_id
    LEFT JOIN import_met m ON m.person_id = p.id
    LEFT JOIN registry_contact k ON k.person_id = p.id AND k.kind = 'phone' AND k.is_primary
    LEFT JOIN registry_employer e ON e.account_number = s.account
    LEFT JOIN registry_branch b ON b.employer_id = e.id AND b.serial = s.branch
) judged
"""
#: One person under two numbers in the same file: the first row counts.
SAME_PERSON = """
WITH twice AS (
    SELECT known, min(row) AS first_row FROM import_work
    WHERE known IS NOT NULL AND code IS NULL GROUP BY known HAVING count(*) > 1
)
UPDATE import_work w SET code = 'duplicate' FROM twice
WHERE w.known = twice.known AND w.code IS NULL AND w.row > twice.first_row
"""
OVERLAPS = """
UPDATE import_work w SET code = 'cover_overlaps' FROM registry_coverage c
WHERE w.code IS NULL AND w.known IS NOT NULL AND w.section IS NOT NULL AND c.person_id = w.known
    AND coalesce(c.ended_on, c.started_on) >= coalesce(w.covered_from, %(today)s)
    AND NOT EXISTS (
        SELECT FROM registry_coverage o
        WHERE o.person_id = w.known AND o.ended_on IS NULL AND o.section = w.section
    );
UPDATE import_work w SET code = 'employment_overlaps' FROM registry_employment m
WHERE w.code IS NULL AND w.known IS NOT NULL AND w.employer_id IS NOT NULL
    AND m.person_id = w.known AND m.employer_id = w.employer_id
    AND m.ended_on >= coalesce(w.employed_from, %(today)s)
    AND NOT EXISTS (
        SELECT FROM registry_employment o
        WHERE o.person_id = w.known AND o.employer_id = w.employer_id AND o.ended_on IS NULL
    )
"""
#: What differs for persons whom the register knows; an empty cell changes nothing.
CHANGED = """
CREATE TEMP TABLE import_changed ON COMMIT DROP AS
SELECT w.row, w.known,
    jsonb_strip_nulls(jsonb_build_object(
        'title', CASE WHEN w.title NOT IN ('', p.title) THEN p.title END,
        'birth_date', CASE WHEN w.birth_date IS NOT NULL AND p.birth_date IS NULL THEN '' END,
        'sex', CASE WHEN w.sex NOT IN ('', p.sex) THEN p.sex END,
        'subdistrict_code', CASE WHEN w.subdistrict_code NOT IN ('', p.subdistrict_code) THEN p.subdistrict_code END
    )) AS before,
    w.section IS NOT NULL AND NOT EXISTS (
        SELECT FROM registry_coverage c
        WHERE c.person_id = w.known AND c.ended_on IS NULL AND c.section = w.section
    ) AS cover,
    w.employer_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM registry_employment m
        WHERE m.person_id = w.known AND m.employer_id = w.employer_id AND m.ended_on IS NULL
    ) AS work,
    w.phone_index IS NOT NULL AND NOT EXISTS (
        SELECT FROM registry_contact k
        WHERE k.person_id = w.known AND k.kind = 'phone' AND k.is_primary AND k.blind_index = w.phone_index
    ) AS phone,
    w.email_index IS NOT NULL AND NOT EXISTS (
        SELECT FROM registry_contact k
        WHERE k.person_id = w.known AND k.kind = 'email' AND k.is_primary AND k.blind_index = w.email_index
    ) AS email
FROM import_work w JOIN registry_person p ON p.id = w.known
WHERE w.known IS NOT NULL AND w.code IS NULL AND %(any_known)s;
DELETE FROM import_changed WHERE before = '{}' AND NOT (cover OR work OR phone OR email)
"""
#: Rows to take over, each with what of it is new.
TAKEN = """
CREATE TEMP VIEW import_taken AS
SELECT w.*, true AS is_new, true AS cover, true AS work, true AS phone, true AS email
FROM import_work w WHERE w.code IS NULL AND w.known IS NULL
UNION ALL
SELECT w.*, false, c.cover, c.work, c.phone, c.email FROM import_changed c JOIN import_work w USING (row)
"""
NEW_PERSONS = """
INSERT INTO registry_person (
    id, reference, title, first_name, last_name, name_key, birth_date, birth_precision, sex, nationality, language,
    subdistrict_code, district_code, province_code, section, came_with, created_at, updated_at)
SELECT person_id, reference, title, first_name, last_name, name_key, birth_date, 'D', sex, nationality, language,
    subdistrict_code, district_code, province_code,
    CASE WHEN coalesce(covered_from, %(today)s) <= %(today)s THEN section END, %(batch)s, %(now)s, %(now)s
FROM import_work WHERE code IS NULL AND known IS NULL
"""
NEW_DOCUMENTS = """
INSERT INTO registry_identitydocument (blind_index, kind, sealed, last4, person_id, added_at)
SELECT number_index, kind, number_sealed, last4, person_id, %(now)s
FROM import_work WHERE code IS NULL AND known IS NULL
"""
CHANGES = """
INSERT INTO registry_personchange (person_id, at, by_kind, by_id, why, before)
SELECT known, %(now)s, %(by_kind)s, %(by_id)s, 'import:' || %(batch)s, before FROM import_changed WHERE before <> '{}';
UPDATE registry_person p SET
    title = CASE WHEN w.title = '' THEN p.title ELSE w.title END,
    birth_date = coalesce(p.birth_date, w.birth_date),
    sex = CASE WHEN w.sex = '' THEN p.sex ELSE w.sex END,
    subdistrict_code = CASE WHEN w.subdistrict_code = '' THEN p.subdistrict_code ELSE w.subdistrict_code END,
    district_code = CASE WHEN w.subdistrict_code = '' THEN p.district_code ELSE w.district_code END,
    province_code = CASE WHEN w.subdistrict_code = '' THEN p.province_code ELSE w.province_code END,
    section = CASE WHEN c.cover AND coalesce(w.covered_from, %(today)s) <= %(today)s THEN w.section ELSE p.section END,
    updated_at = %(now)s
FROM import_changed c JOIN import_work w USING (row) WHERE p.id = c.known
"""
#: The contact before stays, no longer primary. `{kind}` is phone or email.
CONTACTS = """
UPDATE registry_contact k SET is_primary = false FROM import_taken t
WHERE NOT t.is_new AND t.{kind} AND k.person_id = t.person_id AND k.kind = '{kind}' AND k.is_primary;
INSERT INTO registry_contact (person_id, kind, blind_index, sealed, hint, is_primary, added_at)
SELECT person_id, '{kind}', {kind}_index, {kind}_sealed, {kind}_hint, true, %(now)s
FROM import_taken WHERE {kind} AND {kind}_index IS NOT NULL
"""
COVER = """
UPDATE registry_coverage c SET ended_on = coalesce(t.covered_from, %(today)s) - 1 FROM import_taken t
WHERE NOT t.is_new AND t.cover AND t.section IS NOT NULL AND c.person_id = t.person_id AND c.ended_on IS NULL;
INSERT INTO registry_coverage (person_id, section, started_on, previous_ended_on)
SELECT person_id, section, coalesce(covered_from, %(today)s),
    CASE WHEN NOT is_new THEN (SELECT max(c.ended_on) FROM registry_coverage c WHERE c.person_id = t.person_id) END
FROM import_taken t WHERE cover AND section IS NOT NULL
"""
WORKPLACES = """
INSERT INTO registry_employment (person_id, employer_id, branch_id, started_on, previous_ended_on)
SELECT person_id, employer_id, branch_id, coalesce(employed_from, %(today)s),
    CASE WHEN NOT is_new THEN (
        SELECT max(m.ended_on) FROM registry_employment m
        WHERE m.person_id = t.person_id AND m.employer_id = t.employer_id
    ) END
FROM import_taken t WHERE work AND employer_id IS NOT NULL
"""
SIZES = """
UPDATE registry_employer e SET size = counted.workers FROM (
    SELECT m.employer_id, count(*) AS workers FROM registry_employment m
    WHERE m.ended_on IS NULL AND m.employer_id IN (SELECT DISTINCT employer_id FROM import_taken WHERE work)
    GROUP BY m.employer_id
) counted
WHERE e.id = counted.employer_id AND e.size <> counted.workers
"""
COUNTS = """
SELECT count(*) FILTER (WHERE code = 'duplicate'), count(*) FILTER (WHERE code <> 'duplicate'),
    count(*) FILTER (WHERE code IS NULL AND known IS NULL) + (SELECT count(*) FROM import_changed), count(*)
FROM import_work
"""
#: The end of a wave.
CLOSING = """
INSERT INTO import_not_taken
SELECT row, code, problem_column, problem_text, problem_params FROM import_work WHERE code IS NOT NULL;
INSERT INTO import_met SELECT known FROM import_work WHERE known IS NOT NULL AND code IS NULL;
DROP VIEW import_taken;
DROP TABLE import_changed, import_work, import_doubles;
TRUNCATE import_staging
"""
#: What there is to write, so that statements without work are not run: new rows, known rows, and what the rows bring.
FACTS = """
SELECT count(*) FILTER (WHERE code IS NULL AND known IS NULL) AS new, count(known) AS known,
    count(phone_index) AS phone, count(email_index) AS email, count(section) AS cover, count(employer_id) AS work
FROM import_work
"""
#: How many persons the register has, as far as it matters.
REGISTERED = "SELECT count(*) FROM (SELECT FROM registry_person LIMIT %(enough)s) p"
NOT_TAKEN = """
SELECT row, code, problem_column, problem_text, problem_params FROM import_not_taken
WHERE row > %(after)s ORDER BY row LIMIT %(most)s
"""
#: In the order in which they run; `KNOWN_CHECKS` only when the file names persons whom the register knows.
CHECKS = (DOUBLES, WORK)
KNOWN_CHECKS = (SAME_PERSON, OVERLAPS)
COMPARISON = (CHANGED, TAKEN)
#: What must be there for statements to have work, and the statements.
WRITES = (
    ("new", NEW_PERSONS),
    ("new", NEW_DOCUMENTS),
    ("known", CHANGES),
    ("phone", CONTACTS.format(kind="phone")),
    ("email", CONTACTS.format(kind="email")),
    ("cover", COVER),
    ("work", WORKPLACES),
    ("work", SIZES),
)
CLEARING = "DROP TABLE import_staging, import_not_taken, import_met"
