"""The raw limit of operations on beds: for each the statements that lock and write, and nothing else, by psycopg.

They leave the same rows behind: spans, states, discharge, paper, event, message and job. What a person may do, what
the terms say and what the message names is not asked.
"""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
from django.db import connection as django_connection

from khumkan.capacity import numbered
from khumkan.isolation.actions.ledger import BEDS
from khumkan.kernel import references
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_

HELD_FOR, SECOND_HELD_FOR, CLEANED_IN = timedelta(hours=6), timedelta(hours=12), timedelta(hours=2)
_LOCK = """
SELECT c.id, c.person_id, c.state, CASE p.sex WHEN 'F' THEN 'women' ELSE 'men' END, lying.id
FROM isolation_care c JOIN registry_person p ON p.id = c.person_id
LEFT JOIN isolation_stay lying ON lying.care_id = c.id AND lying.state IN ('admitted', 'leaving')
WHERE c.id = {care} FOR NO KEY UPDATE OF c
"""
_LOCK_CARE = _LOCK.format(care="%(care)s")
_LOCK_OF_STAY = _LOCK.format(care="(SELECT care_id FROM isolation_stay WHERE id = %(stay)s)")
_COLUMNS = ("arrived_at", "belongings", "care_id", "ended_because", "follows_id", "made_at", "state", "terms_version")
_NAMES = {
    "table": BEDS.table,
    "thing": BEDS.thing,
    "group": BEDS.group,
    "source": BEDS.source,
    "is_offered": BEDS.is_offered,
    "locks": BEDS.locks,
    "columns": ", ".join(_COLUMNS),
    "values": ", ".join(f"%({name})s" for name in _COLUMNS),
}
_GIVE = numbered.GIVE.replace("{is_free}", numbered.IS_FREE)
_GIVE_FIRST = _GIVE.replace("{during}", "tstzrange(%(now)s, %(until)s)").format(**_NAMES)
_GIVE_SECOND = _GIVE.replace("{during}", "'empty'::tstzrange").format(**_NAMES)
_UNCHANGED = "state = ANY(%(was)s)"
_SETTLE = numbered.SETTLE.format(
    table=BEDS.table,
    unchanged=_UNCHANGED,
    columns=", state = 'admitted', arrived_at = %(now)s, follows_id = %(before)s",
)
_LEAVE = numbered.LEAVE.format(
    table=BEDS.table,
    unchanged=_UNCHANGED,
    columns=", state = 'left', left_at = %(now)s, ended_because = %(because)s",
)
_FREE = numbered.FREE.format(table=BEDS.table, unchanged=_UNCHANGED, columns=", cleaned_at = %(now)s")
_MOVE = "UPDATE isolation_care SET state = %(to)s, site_id = %(site)s WHERE id = %(care)s AND state = %(state)s"
_END = """
UPDATE isolation_care SET state = 'discharged', ended_because = 'own_wish', ended_at = %(now)s
WHERE id = %(care)s AND state = 'admitted'
"""
_LEAVING = "UPDATE isolation_stay SET state = 'leaving' WHERE id = %(stay)s AND state = 'admitted'"
_DISCHARGE = """
INSERT INTO isolation_discharge (care_id, person_id, because, earliest_on, terms_version, confirmed_at, doctor)
VALUES (%(care)s, %(person)s, 'own_wish', %(now)s, 1, %(now)s, '')
"""
_PAPER = """
INSERT INTO isolation_certificate (code, care_id, person_id, kind, from_on, to_on, issued_at, revoked_why)
VALUES (%(code)s, %(care)s, %(person)s, 'employer', %(now)s, %(now)s, %(now)s, '')
"""
_EVENTS = """
INSERT INTO record_event (at, actor_kind, system, origin, because, name, about_kind, about_id, person_id, data)
SELECT %(now)s, 'system', 'benchmark', '', '', name, 'isolation.care', %(care)s, %(person)s, %(data)s::jsonb
FROM unnest(%(names)s::text[]) AS name
"""
_MESSAGE = """
INSERT INTO messaging_message (created_at, template, about_kind, is_urgent, state, changed_at, due_at, channel,
                               reference, person_id, params)
VALUES (%(now)s, %(template)s, '', false, 'queued', %(now)s, %(now)s, 'any', %(reference)s, %(person)s, '{}')
"""
_JOB = "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('default', 'messages.send', 0, NULL, NULL, '{}', NULL)]::{jobs}[])"
_JOB = _JOB.replace("{jobs}", "procrastinate_job_to_defer_v1")
Values = dict[str, Any]


class Bare:
    """The operations of `bed_operations`, bare: statements that each connection prepares once."""

    def __init__(self) -> None:
        self._own = threading.local()

    def hold(self, care: int, bed_ids: Sequence[int]) -> int:
        """Hold one of some beds and return the stay.

        :raises Refused: when none is free.
        """
        with self._transaction(_LOCK_CARE, care=care) as values:
            is_second = values["before"] is not None
            values |= {"wanted": list(bed_ids), "until": values["now"] + (SECOND_HELD_FOR if is_second else HELD_FOR)}
            values |= {"care_id": care, "follows_id": values["before"], "made_at": values["now"], "state": "held"}
            values |= {"arrived_at": None, "belongings": "", "ended_because": "", "terms_version": 1}
            found = self._run(_GIVE_SECOND if is_second else _GIVE_FIRST, values).fetchone()
            if found is None:
                raise Refused(N_("This is not free any more: somebody else was given it in the meantime."), "full")
            if not is_second:
                self._run(_MOVE, {**values, "to": "placed", "site": found[3], "state": values["was_state"]})
            self._note(values, "isolation.bed_held")
            self._tell(values, "isolation.bed_held")
        return int(found[0])

    def arrive(self, stay: int) -> None:
        """Let somebody in; who lies elsewhere leaves that bed."""
        with self._transaction(_LOCK_OF_STAY, stay=stay) as values:
            if values["before"] is not None:
                self._leave(values, values["before"], because="moved")
            self._run(_SETTLE, {**values, "row_id": stay, "was": ["held", "on_the_way", "lapsed"]})
            site = "(SELECT site_id FROM isolation_stay WHERE id = %(stay)s)"
            self._run(_MOVE.replace("%(site)s", site), {**values, "to": "admitted", "state": values["was_state"]})
            self._note(values, "isolation.admitted", *(["isolation.transferred"] if values["before"] else []))

    def confirm(self, stay: int) -> None:
        """Let somebody go."""
        with self._transaction(_LOCK_OF_STAY, stay=stay) as values:
            self._run(_LEAVING, values)
            self._run(_DISCHARGE, values)
            self._note(values, "isolation.discharge_confirmed")
            self._tell(values, "isolation.may_go")

    def leave(self, stay: int) -> None:
        """Note that somebody has left."""
        with self._transaction(_LOCK_OF_STAY, stay=stay) as values:
            self._leave(values, stay, because="discharged")
            self._run(_END, values)
            self._run(_PAPER, {**values, "code": references.new("Z")})
            self._note(values, "isolation.left", "isolation.certificate_issued", "isolation.discharged")
            self._tell(values, "isolation.discharged")

    def clean(self, stay: int) -> None:
        """Note that a bed is clean."""
        now = datetime.now(UTC)
        with self._connection().transaction():
            self._run(_FREE, {"row_id": stay, "now": now, "was": ["left"]})
            self._note({"now": now, "care": None, "person": None}, "isolation.bed_cleaned")

    def close(self) -> None:
        """Close the connection of this thread."""
        self._connection().close()

    @contextmanager
    def _transaction(self, lock: str, **key: int) -> Iterator[Values]:
        """Lock a care for the length of a block, and offer what the statements name."""
        with self._connection().transaction():
            care, person, state, sharing, before = self._run(lock, key).fetchone() or (None,) * 5
            values = {"care": care, "person": person, "person_id": person, "was_state": state, "sharing": sharing}
            yield {**key, **values, "before": before, "now": datetime.now(UTC)}

    def _leave(self, values: Values, stay: int, *, because: str) -> None:
        more = {"row_id": stay, "because": because, "was": ["admitted", "leaving"]}
        self._run(_LEAVE, {**values, **more, "free_at": values["now"] + CLEANED_IN})

    def _note(self, values: Values, *names: str) -> None:
        self._run(_EVENTS, {**values, "names": list(names), "data": json.dumps({"stay": values.get("stay")})})

    def _tell(self, values: Values, template: str) -> None:
        self._run(_MESSAGE, {**values, "template": template, "reference": uuid4()})
        self._run(_JOB, {})

    def _run(self, statement: str, values: Values) -> psycopg.Cursor[Any]:
        return self._connection().execute(statement, values)

    def _connection(self) -> psycopg.Connection[Any]:
        if not hasattr(self._own, "connection"):
            parameters = {**django_connection.get_connection_params()}
            known = {
                name: parameters[name] for name in ("host", "port", "user", "password", "dbname") if name in parameters
            }
            self._own.connection = psycopg.connect(**known, autocommit=True, prepare_threshold=0)
        found: psycopg.Connection[Any] = self._own.connection
        return found
