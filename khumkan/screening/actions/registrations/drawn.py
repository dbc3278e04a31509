"""Registrations of everybody drawn in a round: a handful of statements however many they are."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from khumkan import capacity, policies, record
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.screening.actions.registrations.telling import round_purpose
from khumkan.screening.choices import Channel, Ground, WaitingBecause
from khumkan.screening.models import Registration, Round, Session
from khumkan.screening.permissions import registrations as permissions
from khumkan.screening.rules import reasons
from khumkan.screening.rules.visits import REGISTRATION_PREFIX
from khumkan.screening.terms.registrations import RegistrationTerms

#: In the order of the persons' ids, so that two draws at once never wait for each other. Who has a registration under
#: way keeps that one. Everybody waits until the place is taken, a moment later in the same transaction.
_INSERT = """
INSERT INTO screening_registration (
    reference, person_id, state, ground, channel, method, priority, answers, reasons, terms_version, round_id,
    employer_id, province_code, waiting_because, ended_because, changes_left, registered_at)
SELECT drawn.reference, p.id, 'waiting', %(ground)s, %(channel)s, %(method)s, 0, '{}', %(reasons)s::jsonb, %(terms)s,
       %(round)s, drawn.employer_id, p.province_code, %(because)s, '', %(changes)s, %(now)s
FROM unnest(%(references)s::text[], %(persons)s::bigint[], %(employers)s::bigint[])
     AS drawn (reference, person_id, employer_id)
JOIN registry_person p ON p.id = drawn.person_id AND p.died_on IS NULL
WHERE NOT EXISTS (SELECT FROM screening_case c
                  WHERE c.person_id = p.id AND c.withdrawn_at IS NULL AND c.found_on > %(found_after)s)
ORDER BY p.id ON CONFLICT DO NOTHING RETURNING id, person_id
"""
_BOOK = """
UPDATE screening_registration r
SET state = 'booked', session_id = booked.session_id, waiting_because = '', booked_at = %(now)s
FROM unnest(%(ids)s::bigint[], %(sessions)s::bigint[]) AS booked (id, session_id) WHERE r.id = booked.id
"""
CHANGES = 1


@transaction.atomic
def register_drawn(*, round: Round, people: Sequence[tuple[int, int, int]], by: Actor) -> int:
    """Register everybody who was drawn, each with a place in the session of the round that is named.

    Where a session is full the person waits. Whoever has a registration under way is left out, and so is a known case:
    nobody is called to the workplace who must stay at home. The messages are the round's business: it tells employers
    and workers together.

    :param people: person, employer and session.
    :returns: how many were registered.
    """
    permissions.check_may_draw(by, province_code=round.province_code)
    by_person = {person_id: (employer_id, session_id) for person_id, employer_id, session_id in people}
    made = _insert(round, by_person)
    entries = [_entry(pk, person_id, {"ground": Ground.DRAWN.value}) for pk, person_id in made]
    record.write_many("screening.registered", by=by, entries=entries)
    _book(round, made, by_person, by=by)
    return len(made)


def _insert(round: Round, by_person: dict[int, tuple[int, int]]) -> list[tuple[int, int]]:
    persons = sorted(by_person)
    terms = policies.in_force(RegistrationTerms, on=clock.today())
    values: dict[str, Any] = {
        "references": [references.new(REGISTRATION_PREFIX) for _ in persons],
        "persons": persons,
        "employers": [by_person[person][0] for person in persons],
        "ground": Ground.DRAWN.value,
        "channel": Channel.ROUND.value,
        "method": round.method,
        "reasons": _json(),
        "terms": terms.version,
        "found_after": clock.today() - timedelta(days=terms.days_after_positive),
        "round": round.pk,
        "because": WaitingBecause.NO_ROOM.value,
        "changes": CHANGES,
        "now": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
        return list(cursor.fetchall())


def _book(
    round: Round,
    made: list[tuple[int, int]],
    by_person: dict[int, tuple[int, int]],
    *,
    by: Actor,
) -> None:
    sessions = Session.objects.in_bulk({session_id for _, session_id in by_person.values()})
    wishes = [capacity.Wish(person_id, (sessions[by_person[person_id][1]].supply_id,)) for _, person_id in made]
    answers = capacity.take_many(wishes=wishes, purpose=round_purpose(round.pk), by=by)
    taken = {one.person_id for one in answers if one.outcome is capacity.Outcome.TAKEN}
    booked = [(pk, by_person[person_id][1]) for pk, person_id in made if person_id in taken]
    with connection.cursor() as cursor:
        ids, session_ids = [pk for pk, _ in booked], [session_id for _, session_id in booked]
        cursor.execute(_BOOK, {"ids": ids, "sessions": session_ids, "now": clock.now()})
    for name, chosen in (("booked", True), ("waiting", False)):
        entries = [
            _entry(
                pk, person_id, {"session": by_person[person_id][1]} if chosen else {}, sessions[by_person[person_id][1]]
            )
            for pk, person_id in made
            if (person_id in taken) is chosen
        ]
        record.write_many(f"screening.{name}", by=by, entries=entries)


def _entry(pk: int, person_id: int, data: dict[str, int | str], session: Session | None = None) -> record.Entry:
    return record.Entry(
        Registration._meta.label_lower, pk, person_id=person_id, site_id=session.site_id if session else None, data=data
    )


def _json() -> str:
    return json.dumps(reasons.stored([reasons.reason("drawn"), reasons.reason("first_drawn")]))
