"""Set-based checks and writes of an import of employers; everything runs in one transaction, on the staging table."""

from khumkan.kernel.words import N_

REFUSALS = {
    "employer_unknown": (
        "account_number",
        N_("There is no employer with this account number, neither in the register nor in the file."),
    ),
}
DUPLICATE = ("account_number", N_("The same employer and branch stand further up in the file."))

WORK = """
CREATE TEMP TABLE import_work ON COMMIT DROP AS
SELECT s.*, left(s.subdistrict_code, 4) AS district_code, left(s.subdistrict_code, 2) AS province_code,
    e.id AS employer_id, b.id AS branch_id, false AS changed,
    CASE
        WHEN s.problem_code IS NOT NULL THEN s.problem_code
        WHEN row_number() OVER (
            PARTITION BY s.account, s.branch, s.problem_code IS NULL ORDER BY s.row) > 1 THEN 'duplicate'
    END AS code
FROM import_staging s
LEFT JOIN registry_employer e ON e.account_number = s.account
LEFT JOIN registry_branch b ON b.employer_id = e.id AND b.serial = s.branch;
UPDATE import_work w SET code = 'employer_unknown'
WHERE w.code IS NULL AND w.branch <> '000000' AND w.employer_id IS NULL AND NOT EXISTS (
    SELECT FROM import_work h WHERE h.account = w.account AND h.branch = '000000' AND h.code IS NULL
)
"""
#: An empty cell changes nothing.
CHANGED = """
UPDATE import_work w SET changed = true WHERE w.code IS NULL AND w.branch_id IS NULL;
UPDATE import_work w SET changed = true FROM registry_employer e
WHERE w.code IS NULL AND w.branch = '000000' AND e.id = w.employer_id AND (
    w.name_th <> e.name_th OR w.name_en NOT IN ('', e.name_en) OR w.industry NOT IN ('', e.industry)
    OR w.has_housing::boolean <> e.has_housing OR w.subdistrict_code NOT IN ('', e.subdistrict_code)
    OR w.latitude <> coalesce(e.latitude, 0) OR w.longitude <> coalesce(e.longitude, 0)
    OR w.phone_index IS NOT NULL AND NOT EXISTS (
        SELECT FROM registry_employercontact k
        WHERE k.employer_id = e.id AND k.kind = 'phone' AND k.blind_index = w.phone_index)
    OR w.email_index IS NOT NULL AND NOT EXISTS (
        SELECT FROM registry_employercontact k
        WHERE k.employer_id = e.id AND k.kind = 'email' AND k.blind_index = w.email_index)
);
UPDATE import_work w SET changed = true FROM registry_branch b
WHERE w.code IS NULL AND w.branch <> '000000' AND b.id = w.branch_id AND (
    w.name_th <> b.name_th OR w.name_en NOT IN ('', b.name_en) OR w.subdistrict_code NOT IN ('', b.subdistrict_code)
)
"""
EMPLOYERS = """
INSERT INTO registry_employer (
    reference, account_number, name_th, name_en, industry, size, has_housing, subdistrict_code, district_code,
    province_code, latitude, longitude, language, created_at, updated_at)
SELECT reference, account, name_th, name_en, industry, 0, has_housing::boolean, subdistrict_code, district_code,
    province_code, latitude, longitude, 'th', %(now)s, %(now)s
FROM import_work WHERE code IS NULL AND branch = '000000' AND employer_id IS NULL;
UPDATE registry_employer e SET
    name_th = w.name_th,
    name_en = CASE WHEN w.name_en = '' THEN e.name_en ELSE w.name_en END,
    industry = CASE WHEN w.industry = '' THEN e.industry ELSE w.industry END,
    has_housing = w.has_housing::boolean,
    subdistrict_code = CASE WHEN w.subdistrict_code = '' THEN e.subdistrict_code ELSE w.subdistrict_code END,
    district_code = CASE WHEN w.subdistrict_code = '' THEN e.district_code ELSE w.district_code END,
    province_code = CASE WHEN w.subdistrict_code = '' THEN e.province_code ELSE w.province_code END,
    latitude = coalesce(w.latitude, e.latitude), longitude = coalesce(w.longitude, e.longitude), updated_at = %(now)s
FROM import_work w WHERE e.id = w.employer_id AND w.changed AND w.code IS NULL AND w.branch = '000000';
UPDATE import_work w SET employer_id = e.id FROM registry_employer e
WHERE w.employer_id IS NULL AND w.code IS NULL AND e.account_number = w.account
"""
BRANCHES = """
INSERT INTO registry_branch (employer_id, serial, name_th, name_en, subdistrict_code, district_code, province_code)
SELECT employer_id, branch, CASE WHEN branch = '000000' THEN '' ELSE name_th END,
    CASE WHEN branch = '000000' THEN '' ELSE name_en END, subdistrict_code, district_code, province_code
FROM import_work WHERE code IS NULL AND branch_id IS NULL;
UPDATE registry_branch b SET
    name_th = CASE WHEN w.branch = '000000' THEN b.name_th ELSE w.name_th END,
    name_en = CASE WHEN w.branch = '000000' OR w.name_en = '' THEN b.name_en ELSE w.name_en END,
    subdistrict_code = CASE WHEN w.subdistrict_code = '' THEN b.subdistrict_code ELSE w.subdistrict_code END,
    district_code = CASE WHEN w.subdistrict_code = '' THEN b.district_code ELSE w.district_code END,
    province_code = CASE WHEN w.subdistrict_code = '' THEN b.province_code ELSE w.province_code END
FROM import_work w WHERE b.id = w.branch_id AND w.changed AND w.code IS NULL
"""
CONTACTS = """
INSERT INTO registry_employercontact (employer_id, kind, blind_index, sealed, hint)
SELECT employer_id, '{kind}', {kind}_index, {kind}_sealed, {kind}_hint
FROM import_work WHERE code IS NULL AND changed AND branch = '000000' AND {kind}_index IS NOT NULL
ON CONFLICT (employer_id, kind) DO UPDATE
    SET blind_index = excluded.blind_index, sealed = excluded.sealed, hint = excluded.hint
"""
COUNTS = """
SELECT count(*) FILTER (WHERE code = 'duplicate'), count(*) FILTER (WHERE code <> 'duplicate'),
    count(*) FILTER (WHERE code IS NULL AND changed), count(*)
FROM import_work
"""
NOT_TAKEN = """
SELECT row, code, problem_column, problem_text, problem_params FROM import_work
WHERE code IS NOT NULL AND row > %(after)s ORDER BY row LIMIT %(most)s
"""
SCRIPTS = (WORK, CHANGED, EMPLOYERS, BRANCHES, CONTACTS.format(kind="phone"), CONTACTS.format(kind="email"))
CLEARING = "DROP TABLE import_work, import_staging"
