"""The people of a segment, as one query in the database. No list of names is ever made of it."""

from typing import Any

from django.db import connection

from khumkan.isolation.states import LIVE_CARES
from khumkan.kernel import clock
from khumkan.registry.queries import employer_by_account
from khumkan.situation.rules.segments import Group, Segment
from khumkan.vaccination.states import DoseState

_PEOPLE = "SELECT p.id FROM registry_person p WHERE {conditions}"
_COUNT = "SELECT count(*) FROM ({people}) people"
_AREA = "(p.province_code = ANY(%(provinces)s) OR p.district_code = ANY(%(districts)s))"
_SECTION = "p.section = ANY(%(sections)s)"
_EMPLOYER = """EXISTS (
    SELECT 1 FROM registry_employment w JOIN registry_employer e ON e.id = w.employer_id
    WHERE w.person_id = p.id AND e.account_number = ANY(%(employers)s)
      AND w.started_on <= %(today)s AND (w.ended_on IS NULL OR w.ended_on >= %(today)s))"""
_GROUPS = {
    Group.WAITS_FOR_DOSE: """EXISTS (
        SELECT 1 FROM vaccination_dose d WHERE d.person_id = p.id AND d.state = %(dose_waits)s)""",
    Group.BOOKED_AT_SITE: """EXISTS (
        SELECT 1 FROM vaccination_dose d JOIN vaccination_session s ON s.id = d.session_id
        JOIN places_site t ON t.id = s.site_id
        WHERE d.person_id = p.id AND d.state = %(dose_booked)s AND t.reference = %(site)s AND s.day >= %(today)s)""",
    Group.IN_CARE: """EXISTS (
        SELECT 1 FROM isolation_care c WHERE c.person_id = p.id AND c.state = ANY(%(live_cares)s))""",
}


def people_of(segment: Segment) -> tuple[str, dict[str, Any]]:
    """Return a query for `id` of the people of a segment, without the dead, and its values.

    The query ends in a condition; a caller goes on with `AND p.id > …`.
    """
    conditions = ["p.died_on IS NULL"]
    if segment.provinces or segment.districts:
        conditions.append(_AREA)
    if segment.sections:
        conditions.append(_SECTION)
    if segment.employers:
        conditions.append(_EMPLOYER)
    if segment.group is not Group.EVERYBODY:
        conditions.append(_GROUPS[segment.group])
    values = {
        "provinces": list(segment.provinces),
        "districts": list(segment.districts),
        "sections": list(segment.sections),
        "employers": list(segment.employers),
        "site": segment.site,
        "today": clock.today(),
        "dose_waits": DoseState.WAITING.value,
        "dose_booked": DoseState.BOOKED.value,
        "live_cares": [state.value for state in LIVE_CARES],
    }
    return _PEOPLE.format(conditions=" AND ".join(conditions)), values


def count(segment: Segment) -> int:
    """Return how many people a segment has. Up to seconds for the whole country: for jobs."""
    query, values = people_of(segment)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(people=query), values)
        return int(cursor.fetchone()[0])


def unknown_employers(segment: Segment) -> list[str]:
    """Return the account numbers that no employer has."""
    return [number for number in segment.employers if employer_by_account(number) is None]
