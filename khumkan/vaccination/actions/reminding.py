"""Asking again those who have not answered, and reminding of a date: for all at once, and each of them once."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from khumkan import messages, policies
from khumkan.kernel import clock
from khumkan.vaccination.terms.lists import ListTerms
from khumkan.vaccination.terms.planning import PlanningTerms

#: People in one transaction.
AT_ONCE = 5_000

_SILENT = """
WITH silent AS MATERIALIZED (
    SELECT e.id FROM vaccination_enrolment e JOIN registry_person p ON p.id = e.person_id AND p.died_on IS NULL
    WHERE e.state = 'invited' AND e.reminded_at IS NULL AND e.invited_at <= %(before)s
    ORDER BY e.invited_at, e.id LIMIT %(most)s FOR NO KEY UPDATE OF e SKIP LOCKED
)
UPDATE vaccination_enrolment e SET reminded_at = %(now)s FROM silent WHERE e.id = silent.id
RETURNING e.person_id, e.reference
"""
#: Who was given or changed the date within the time of reminding was told of it just then.
_COMING = """
WITH coming AS MATERIALIZED (
    SELECT d.id, s.starts_at, site.name_th, coalesce(nullif(site.name_en, ''), site.name_th) AS name_en
    FROM vaccination_session s
    JOIN places_site site ON site.id = s.site_id
    JOIN vaccination_dose d ON d.session_id = s.id
    JOIN registry_person p ON p.id = d.person_id AND p.died_on IS NULL
    WHERE s.day BETWEEN %(today)s AND %(last)s AND s.cancelled_at IS NULL AND s.starts_at > %(now)s
      AND s.starts_at <= %(until)s AND d.state = 'booked' AND (d.reminded_at IS NULL OR d.reminded_at <= d.booked_at)
      AND d.booked_at <= s.starts_at - %(hours)s * interval '1 hour'
    ORDER BY d.id LIMIT %(most)s FOR NO KEY UPDATE OF d SKIP LOCKED
)
UPDATE vaccination_dose d SET reminded_at = %(now)s FROM coming WHERE d.id = coming.id
RETURNING d.person_id, d.reference, coming.starts_at, coming.name_th, coming.name_en
"""


def ask_again() -> int:
    """Ask everybody once more who was invited and has not answered for as long as the terms say; return how many."""
    count = 0
    while found := _ask_some():
        count += found
    return count


def remind_of_dates() -> int:
    """Remind everybody whose date comes within the time in the terms; return how many.

    A date that was given or changed later is another date, and is reminded of anew.
    """
    count = 0
    while found := _remind_some():
        count += found
    return count


@transaction.atomic
def _ask_some() -> int:
    terms, now = policies.in_force(ListTerms, on=clock.today()), clock.now()
    before = now - timedelta(days=terms.remind_after_days)
    silent = _rows(_SILENT, {"now": now, "before": before, "most": AT_ONCE})
    return messages.send_many(
        "vaccination.asked_again", ((person_id, {"reference": reference}) for person_id, reference in silent)
    )


@transaction.atomic
def _remind_some() -> int:
    terms, now = policies.in_force(PlanningTerms, on=clock.today()), clock.now()
    until = now + timedelta(hours=terms.remind_hours)
    values = {
        "now": now,
        "today": clock.today(),
        "last": clock.bangkok(until).date(),
        "until": until,
        "hours": terms.remind_hours,
        "most": AT_ONCE,
    }
    coming = _rows(_COMING, values)
    return messages.send_many(
        "vaccination.reminder",
        (
            (person, {"reference": reference, "begins": begins.isoformat(), "site_th": name_th, "site_en": name_en})
            for person, reference, begins, name_th, name_en in coming
        ),
    )


def _rows(statement: str, values: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
