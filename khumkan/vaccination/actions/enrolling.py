"""Putting people on an employer's list and taking them off it: a handful of statements however many they are.

Whoever is listed is invited; whoever is listed a second time keeps the enrolment there is. Taking somebody off a list
never takes a date away from them: their wish is their own.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from khumkan import messages, policies, record
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.vaccination.actions import opening
from khumkan.vaccination.choices import Group
from khumkan.vaccination.models import ListFile, Roster
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.rules.schedule import born_by
from khumkan.vaccination.states import RosterState
from khumkan.vaccination.terms.schedules import ScheduleTerms

PREFIX = "W"

#: In the order of the persons' ids, so that two lists at once never wait for each other in a circle.
_ENROL = """
INSERT INTO vaccination_enrolment (
    reference, person_id, state, phase_id, employer_id, work_area, home_area, province_code, near_home, "group",
    opened_because, decided_by, invited_at, ended_why)
SELECT listed.reference, p.id, 'invited', %(phase)s, e.id,
       coalesce(nullif(e.subdistrict_code, ''), e.district_code),
       coalesce(nullif(p.subdistrict_code, ''), p.district_code),
       coalesce(nullif(e.province_code, ''), p.province_code), false,
       CASE WHEN p.birth_date <= %(elderly_born_by)s THEN %(elderly)s WHEN e.has_housing THEN %(high_risk)s
            ELSE %(worker)s END,
       'listed', '', %(now)s, ''
FROM unnest(%(references)s::text[], %(persons)s::bigint[]) AS listed (reference, person_id)
JOIN registry_person p ON p.id = listed.person_id AND p.died_on IS NULL
JOIN registry_employer e ON e.id = %(employer)s
ORDER BY p.id ON CONFLICT (person_id) DO NOTHING RETURNING id, person_id, reference
"""
#: `was_listed` is what stood there before: only new or returning people count.
_LIST = """
INSERT INTO vaccination_listing (roster_id, person_id, state, file_id, branch_serial, listed_at)
SELECT %(roster)s, listed.person_id, 'listed', %(file)s, listed.branch_serial, %(now)s
FROM unnest(%(persons)s::bigint[], %(branches)s::text[]) AS listed (person_id, branch_serial) ORDER BY person_id
ON CONFLICT (roster_id, person_id) DO UPDATE
SET state = 'listed', file_id = excluded.file_id, branch_serial = excluded.branch_serial,
    listed_at = CASE WHEN vaccination_listing.state = 'listed' THEN vaccination_listing.listed_at ELSE %(now)s END,
    removed_at = NULL
RETURNING id
"""
_REMOVE = """
UPDATE vaccination_listing SET state = 'removed', removed_at = %(now)s
WHERE roster_id = %(roster)s AND person_id = ANY(%(persons)s) AND state = 'listed' RETURNING id
"""
_COUNT = "SELECT count(*) FROM vaccination_listing WHERE roster_id = %(roster)s AND state = 'listed'"


@transaction.atomic
def list_people(*, roster: Roster, people: Sequence[tuple[int, str]], by: Actor, file: ListFile | None = None) -> int:
    """Put people on an employer's list, invite those who were on none, and tell them.

    :param people: person and serial of the branch.
    :returns: how many were invited.
    :raises Refused: when the list is locked and it is not the office that changes it.
    """
    held = _held(roster, by=by)
    persons = sorted(dict(people))
    branches = dict(people)
    values = {"roster": held.pk, "persons": persons, "now": clock.now()}
    made = _rows(_ENROL, _enrolment_values(held, persons))
    opening.explain(person_ids=[person_id for _, person_id, _ in made])
    branch_serials = [branches[person] for person in persons]
    _rows(_LIST, {**values, "branches": branch_serials, "file": file.pk if file else None})
    _recount(held)
    record.write("vaccination.listed", by=by, about=held, data={"people": len(persons), "invited": len(made)})
    messages.send_many(
        "vaccination.invited", ((person_id, {"reference": reference}) for _, person_id, reference in made)
    )
    return len(made)


@transaction.atomic
def remove_people(*, roster: Roster, person_ids: Sequence[int], by: Actor) -> int:
    """Take people off an employer's list; return how many were on it. Their own wish and date stay as they are.

    :raises Refused: when the list is locked and it is not the office that changes it.
    """
    held = _held(roster, by=by)
    gone = _rows(_REMOVE, {"roster": held.pk, "persons": sorted(set(person_ids)), "now": clock.now()})
    _recount(held)
    record.write("vaccination.unlisted", by=by, about=held, data={"people": len(gone)})
    return len(gone)


def _held(roster: Roster, *, by: Actor) -> Roster:
    fresh = Roster.objects.select_for_update(of=("self",)).select_related("employer").get(pk=roster.pk)
    if scopes.is_officer_of(by, fresh.employer.province_code):
        return fresh
    scopes.check_is_of_employer(by, fresh.employer_id)
    if fresh.state == RosterState.LOCKED:
        raise Refused(N_("The list is locked. Please ask the office to change it."), "roster_locked")
    return fresh


def _enrolment_values(roster: Roster, persons: Sequence[int]) -> dict[str, Any]:
    today = clock.today()
    terms = policies.in_force(ScheduleTerms, on=today)
    return {
        "references": [references.new(PREFIX) for _ in persons],
        "persons": list(persons),
        "phase": roster.phase_id,
        "employer": roster.employer_id,
        "elderly_born_by": born_by(today, terms.elderly_from_age),
        "elderly": Group.ELDERLY.value,
        "high_risk": Group.HIGH_RISK_WORK.value,
        "worker": Group.WORKER.value,
        "now": clock.now(),
    }


def _recount(roster: Roster) -> None:
    [(listed,)] = _rows(_COUNT, {"roster": roster.pk})
    Roster.objects.filter(pk=roster.pk).update(listed=listed, changed_at=clock.now())


def _rows(statement: str, values: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
