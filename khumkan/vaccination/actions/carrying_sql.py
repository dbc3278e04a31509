"""The statements with which a plan is carried out. Order of locks: enrolments, doses, both by id, then supplies."""

OF_SESSIONS = "pd.session_id = ANY(%(ids)s)"
OF_LEFT = "pd.dose_id = ANY(%(ids)s)"
NEXT_LEFT = """
SELECT dose_id FROM vaccination_planneddose WHERE plan_id = %(plan)s AND session_id IS NULL AND NOT is_booked
ORDER BY dose_id LIMIT %(most)s
"""
HOLD_ENROLMENTS = """
SELECT e.id FROM vaccination_enrolment e
WHERE e.id IN (SELECT d.enrolment_id FROM vaccination_planneddose pd JOIN vaccination_dose d ON d.id = pd.dose_id
               WHERE pd.plan_id = %(plan)s AND NOT pd.is_booked AND {part}) AND e.state = 'confirmed'
ORDER BY e.id FOR NO KEY UPDATE
"""
#: Who waits, or is booked in a session that was taken away; and whom the session suits.
HOLD_DOSES = """
SELECT d.id, d.person_id, d.number, d.reference, pd.session_id, d.state = 'booked'
FROM vaccination_planneddose pd JOIN vaccination_dose d ON d.id = pd.dose_id
LEFT JOIN vaccination_session was ON was.id = d.session_id
LEFT JOIN vaccination_session v ON v.id = pd.session_id
WHERE pd.plan_id = %(plan)s AND NOT pd.is_booked AND {part} AND d.enrolment_id = ANY(%(enrolments)s)
  AND (d.state = 'waiting' OR d.state = 'booked' AND (was.cancelled_at IS NOT NULL OR was.lacks_doses))
  AND (v.id IS NULL OR v.day >= d.due_from AND (d.vaccine = '' OR d.vaccine = v.vaccine OR d.state = 'booked'))
ORDER BY d.id FOR NO KEY UPDATE OF d
"""
BOOK = """
UPDATE vaccination_dose d
SET state = 'booked', session_id = asked.session_id, waiting_because = '', booked_at = %(now)s, reminded_at = NULL
FROM unnest(%(doses)s::bigint[], %(sessions)s::bigint[]) AS asked (id, session_id) WHERE d.id = asked.id RETURNING d.id
"""
MARK_BOOKED = """
UPDATE vaccination_planneddose SET is_booked = true WHERE plan_id = %(plan)s AND dose_id = ANY(%(doses)s)
RETURNING dose_id
"""
#: When the office has taken dates away as often as the terms say, the hotline calls.
WAIT_AGAIN = """
UPDATE vaccination_dose SET state = 'waiting', session_id = NULL, waiting_because = %(because)s, booked_at = NULL,
                            reminded_at = NULL, fell_away = fell_away + 1,
                            call_after = CASE WHEN fell_away + 1 >= %(at_most)s THEN %(now)s ELSE call_after END
WHERE id = ANY(%(doses)s) RETURNING id
"""
#: Their session was full, cancelled or without doses by the time; who lost a date before stays the first.
NO_ROOM = """
UPDATE vaccination_dose SET waiting_because = 'no_places'
WHERE id = ANY(%(doses)s) AND state = 'waiting' AND waiting_because NOT IN ('site_closed', 'stock_slipped') RETURNING id
"""
SAY_WHY = """
WITH part AS (
    UPDATE vaccination_planneddose SET is_booked = true
    WHERE plan_id = %(plan)s AND dose_id IN (
        SELECT dose_id FROM vaccination_planneddose WHERE plan_id = %(plan)s AND session_id IS NULL AND NOT is_booked
        ORDER BY dose_id LIMIT %(most)s)
    RETURNING dose_id, left_because
), told AS (
    UPDATE vaccination_dose d SET waiting_because = part.left_because FROM part
    WHERE d.id = part.dose_id AND d.state = 'waiting' AND d.waiting_because <> part.left_because
      AND d.waiting_because NOT IN ('site_closed', 'stock_slipped')
)
SELECT count(*) FROM part
"""
