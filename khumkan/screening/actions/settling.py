"""What follows from released results, at once and in the same transaction: one way for one result and for 100,000.

The specimen and the registration are answered, a positive result opens a case, a correction recounts its case, the
events are written and the persons are told that there is an answer. Everything is done in a fixed number of statements;
only positive results are looked at one by one. Callers hold the locks of the specimens.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from khumkan import messages, record
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.screening.actions.cases import open_cases, recount_cases
from khumkan.screening.choices import Outcome

_REMARKABLE = """
SELECT id, supersedes_id, outcome FROM screening_result
WHERE id = ANY(%(ids)s) AND (supersedes_id IS NOT NULL OR outcome = 'positive') ORDER BY id
"""
#: The first result of a specimen moves it and its registration.
_ANSWERED = """
WITH told AS MATERIALIZED (
    SELECT result.specimen_id, result.outcome, specimen.registration_id
    FROM screening_result result JOIN screening_specimen specimen ON specimen.id = result.specimen_id
    WHERE result.id = ANY(%(ids)s)
), moved AS (
    UPDATE screening_specimen specimen
    SET state = CASE WHEN told.outcome = 'invalid' THEN 'spoiled' ELSE 'resulted' END, resulted_at = %(at)s
    FROM told WHERE specimen.id = told.specimen_id
    RETURNING specimen.id, specimen.state, specimen.laboratory_id
), step AS (
    INSERT INTO screening_custodystep (specimen_id, state, site_id, by_staff, note, at)
    SELECT id, state, laboratory_id, %(staff)s, '', %(at)s FROM moved
)
UPDATE screening_registration registration SET state = 'answered', ended_at = %(at)s
FROM told WHERE registration.id = told.registration_id AND registration.state = 'sampled'
"""
_EVENTS = """
SELECT result.id, specimen.person_id, session.site_id
FROM screening_result result
JOIN screening_specimen specimen ON specimen.id = result.specimen_id
JOIN screening_session session ON session.id = specimen.session_id
WHERE result.id = ANY(%(ids)s) ORDER BY result.id
"""
_MESSAGES = """
SELECT specimen.person_id, registration.reference
FROM screening_result result
JOIN screening_specimen specimen ON specimen.id = result.specimen_id
JOIN screening_registration registration ON registration.id = specimen.registration_id
WHERE result.id = ANY(%(ids)s) ORDER BY result.id
"""


def settle(result_ids: Sequence[int], *, by: Actor, at: datetime) -> None:
    """Let everything follow that follows from results which were released just now."""
    if not result_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_REMARKABLE, {"ids": list(result_ids)})
        remarkable: list[tuple[int, int | None, str]] = cursor.fetchall()
        replaced = {new: old for new, old, _ in remarkable if old is not None}
        first = [new for new in result_ids if new not in replaced]
        if first:
            staff = by.id if by.kind is ActorKind.STAFF else None
            cursor.execute(_ANSWERED, {"ids": first, "at": at, "staff": staff})
    recount_cases(list(replaced.values()), by=by, at=at)
    open_cases([new for new, _, outcome in remarkable if outcome == Outcome.POSITIVE], by=by, at=at)
    if first:
        _tell("screening.result_released", "screening.result_ready", first, by=by)
    if replaced:
        _tell("screening.result_corrected", "screening.result_corrected", list(replaced), by=by)


def _tell(event: str, message: str, result_ids: Sequence[int], *, by: Actor) -> None:
    """Write an event of each result, and tell its person that there is an answer."""
    values = {"ids": result_ids}
    record.write_each(event, by=by, about_kind="screening.result", rows=_EVENTS, values=values)
    messages.send_each(message, rows=_MESSAGES, values=values)
