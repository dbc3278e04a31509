"""What follows from released results, at once and in the same transaction: one way for one result and for 100,000.

The specimen and the registration are answered, a positive result opens a case, a correction recounts its case, the
events are written and the persons are told that there is an answer. Everything is done in a fixed number of statements;
only positive results are looked at one by one. Callers hold the locks of the specimens.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from khumkan import messages, record
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.screening.actions.cases import open_cases, recount_cases
from khumkan.screening.choices import Outcome

_SPECIMENS = """
UPDATE screening_specimen specimen
SET state = CASE WHEN result.outcome = 'invalid' THEN 'spoiled' ELSE 'resulted' END, resulted_at = %(at)s
FROM screening_result result
WHERE result.id = ANY(%(ids)s) AND result.supersedes_id IS NULL AND specimen.id = result.specimen_id
"""
_CUSTODY = """
INSERT INTO screening_custodystep (specimen_id, state, site_id, by_staff, note, at)
SELECT specimen.id, specimen.state, specimen.laboratory_id, %(staff)s, '', %(at)s
FROM screening_result result JOIN screening_specimen specimen ON specimen.id = result.specimen_id
WHERE result.id = ANY(%(ids)s) AND result.supersedes_id IS NULL
"""
_REGISTRATIONS = """
UPDATE screening_registration registration SET state = 'answered', ended_at = %(at)s
FROM screening_result result JOIN screening_specimen specimen ON specimen.id = result.specimen_id
WHERE result.id = ANY(%(ids)s) AND registration.id = specimen.registration_id AND registration.state = 'sampled'
"""
_TOLD = """
SELECT result.id, result.supersedes_id, specimen.person_id, session.site_id, registration.reference, result.outcome
FROM screening_result result
JOIN screening_specimen specimen ON specimen.id = result.specimen_id
JOIN screening_registration registration ON registration.id = specimen.registration_id
JOIN screening_session session ON session.id = specimen.session_id
WHERE result.id = ANY(%(ids)s) ORDER BY result.id
"""
Told = tuple[int, int | None, int, int, str, str]


def settle(result_ids: Sequence[int], *, by: Actor, at: datetime) -> None:
    """Let everything follow that follows from results which were released just now."""
    if not result_ids:
        return
    values: dict[str, Any] = {"ids": list(result_ids), "at": at, "staff": by.id if by.kind is ActorKind.STAFF else None}
    with connection.cursor() as cursor:
        for statement in (_SPECIMENS, _CUSTODY, _REGISTRATIONS):
            cursor.execute(statement, values)
        cursor.execute(_TOLD, values)
        told: list[Told] = cursor.fetchall()
    recount_cases([old for _, old, *_ in told if old is not None], by=by, at=at)
    open_cases([new for new, *_, outcome in told if outcome == Outcome.POSITIVE], by=by, at=at)
    _record(told, by=by)
    _tell(told)


def _record(told: Sequence[Told], *, by: Actor) -> None:
    for name, corrected in (("screening.result_released", False), ("screening.result_corrected", True)):
        entries = (
            record.Entry("screening.result", result, person_id=person, site_id=site)
            for result, old, person, site, *_ in told
            if (old is not None) is corrected
        )
        record.write_many(name, by=by, entries=entries)


def _tell(told: Sequence[Told]) -> None:
    for template, corrected in (("screening.result_ready", False), ("screening.result_corrected", True)):
        messages.send_many(
            template,
            (
                (person, {"reference": reference})
                for _, old, person, _, reference, _ in told
                if (old is not None) is corrected
            ),
        )
