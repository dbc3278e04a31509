"""The statements that judge a staged file of results."""

STAGING = """
CREATE TEMPORARY TABLE screening_reading (
    row_number integer NOT NULL, content text NOT NULL, code text NOT NULL, outcome text NOT NULL,
    tested_on date, is_correction boolean NOT NULL, blamed text NOT NULL, reason text NOT NULL, params text NOT NULL
) ON COMMIT DROP
"""
COPY = """
COPY screening_reading (row_number, content, code, outcome, tested_on, is_correction, blamed, reason, params) FROM STDIN
"""
#: Only what the statements below join and choose by: the cells themselves are wide and nobody searches them.
ANALYZE_STAGED = "ANALYZE screening_reading (code, reason)"
ANALYZE_JUDGED = "ANALYZE screening_judged (reason, state, specimen_id, standing_id)"
#: In the order of their ids, so that two files at once never wait for each other.
LOCK = """
SELECT count(*) FROM (
    SELECT specimen.id FROM screening_specimen specimen
    WHERE specimen.laboratory_id = %(laboratory)s
      AND specimen.code IN (SELECT code FROM screening_reading WHERE reason = '')
    ORDER BY specimen.id FOR UPDATE
) locked
"""
#: An empty reason means accepted. The order of the conditions is the order in which a clerk would look.
#: A file that is read again never repeats a correction: what it once said has been replaced since.
JUDGE = """
CREATE TEMPORARY TABLE screening_judged ON COMMIT DROP AS
SELECT known.row_number, known.content, known.outcome, known.tested_on, known.blamed, known.params,
       known.specimen_id, known.method, known.state, known.standing_id,
    CASE
        WHEN known.reason <> '' THEN known.reason
        WHEN known.specimen_id IS NULL THEN 'code_unknown'
        WHEN known.contradicts THEN 'rows_contradict'
        WHEN known.tested_on > %(today)s THEN 'day_in_future'
        WHEN known.tested_on < known.taken_on THEN 'day_before_specimen'
        WHEN known.repetition > 1 THEN 'same_in_file'
        WHEN known.standing_outcome = known.outcome THEN 'same_before'
        WHEN known.waits THEN 'waits_for_release'
        WHEN known.state = 'spoiled' THEN 'spoiled'
        WHEN known.standing_id IS NOT NULL AND NOT known.is_correction THEN 'differs'
        WHEN known.standing_id IS NOT NULL AND EXISTS (
            SELECT FROM screening_result old JOIN screening_resultfile file ON file.id = old.file_id
            WHERE old.specimen_id = known.specimen_id AND old.outcome = known.outcome
              AND file.laboratory_id = %(laboratory)s AND file.sha256 = %(sha256)s
        ) THEN 'same_before'
        WHEN known.standing_id IS NOT NULL THEN ''
        WHEN known.is_correction THEN 'correction_needs_result'
        WHEN known.state = 'pooled' THEN 'in_pool'
        WHEN known.state NOT IN ('sent', 'received') THEN 'not_received'
        ELSE ''
    END AS reason
FROM (
    SELECT reading.*, specimen.id AS specimen_id, specimen.state, specimen.method,
           (specimen.taken_at AT TIME ZONE 'Asia/Bangkok')::date AS taken_on,
           standing.id AS standing_id, standing.outcome AS standing_outcome, entered.id IS NOT NULL AS waits,
           row_number() OVER (PARTITION BY reading.code, reading.outcome, reading.reason = ''
                              ORDER BY reading.row_number) AS repetition,
           min(reading.outcome) FILTER (WHERE reading.reason = '') OVER same_code
               <> max(reading.outcome) FILTER (WHERE reading.reason = '') OVER same_code AS contradicts
    FROM screening_reading reading
    LEFT JOIN screening_specimen specimen ON specimen.code = reading.code AND reading.reason = ''
                                         AND specimen.laboratory_id = %(laboratory)s
    LEFT JOIN screening_result standing ON standing.specimen_id = specimen.id AND standing.state = 'released'
    LEFT JOIN screening_result entered ON entered.specimen_id = specimen.id AND entered.state = 'entered'
    WINDOW same_code AS (PARTITION BY reading.code)
) known
"""
#: A specimen that has a result was in the laboratory, whether or not its box was opened on paper.
ARRIVED = """
INSERT INTO screening_custodystep (specimen_id, state, site_id, by_staff, note, at)
SELECT specimen_id, 'received', %(laboratory)s, %(staff)s, %(reference)s, %(now)s
FROM screening_judged WHERE reason = '' AND state = 'sent'
"""
SUPERSEDE = """
UPDATE screening_result SET state = 'superseded'
WHERE id IN (SELECT standing_id FROM screening_judged WHERE reason = '' AND standing_id IS NOT NULL)
"""
RESULTS = """
INSERT INTO screening_result (specimen_id, method, outcome, state, source, file_id, supersedes_id, tested_on,
                              entered_by, entered_at, released_by, released_at)
SELECT specimen_id, method, outcome, 'released', %(source)s, %(file)s, standing_id, tested_on,
       %(staff)s, %(now)s, %(staff)s, %(now)s
FROM screening_judged WHERE reason = '' ORDER BY specimen_id
RETURNING id
"""
ROWS = """
INSERT INTO screening_resultfilerow (file_id, row_number, "column", content, verdict, reason_code, reason_params)
SELECT %(file)s, row_number,
       CASE WHEN blamed <> '' THEN blamed
            WHEN reason IN ('outcome_missing', 'rows_contradict', 'differs', 'same_before', 'same_in_file')
                THEN %(outcome_column)s
            WHEN reason IN ('day_in_future', 'day_before_specimen') THEN %(day_column)s
            WHEN reason = 'correction_needs_result' THEN %(correction_column)s
            WHEN reason = 'too_long' THEN ''
            ELSE %(code_column)s END,
       content::jsonb, CASE WHEN reason IN ('same_in_file', 'same_before') THEN 'duplicate' ELSE 'refused' END,
       reason, params::jsonb
FROM screening_judged WHERE reason <> ''
"""
COUNTS = """
SELECT (SELECT count(*) FROM screening_reading),
       count(*) FILTER (WHERE reason = ''),
       count(*) FILTER (WHERE reason NOT IN ('', 'same_in_file', 'same_before')),
       count(*) FILTER (WHERE reason IN ('same_in_file', 'same_before'))
FROM screening_judged
"""
