"""Who did not come: after the day of a session, for all at once. Doing it again does nothing.

Order of locks as everywhere: enrolments, doses, supplies. Whoever is locked by somebody else is left for the next time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import connection, transaction

from khumkan import capacity, messages, policies, record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import check
from khumkan.vaccination.choices import DoorOutcome, WaitingBecause
from khumkan.vaccination.models import Dose
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.states import DoseState, may_move
from khumkan.vaccination.terms.planning import PlanningTerms
from khumkan.vaccination.terms.visits import VisitTerms

#: People in one transaction.
AT_ONCE = 2_000
#: The keys of what is noted at the door come from dose and session: noted twice, it counts once.
KEYS = UUID("6f0c5f0e-3f63-4a0e-9f0b-6d3a8f7c1d52")

_HOLD = """
SELECT d.id, d.reference, d.person_id, d.number, d.misses, s.id, s.site_id,
       s.cancelled_at IS NOT NULL OR s.closed_at IS NOT NULL
FROM vaccination_enrolment e
JOIN vaccination_dose d ON d.enrolment_id = e.id
JOIN vaccination_session s ON s.id = d.session_id
WHERE d.state = 'booked' AND {which}
ORDER BY e.id LIMIT %(most)s FOR NO KEY UPDATE OF e, d {wait}
"""
_HOLD_PAST = _HOLD.format(which="s.day < %(today)s AND s.ends_at < %(before)s", wait="SKIP LOCKED")
_HOLD_OF_DAY = _HOLD.format(which="s.day = %(today)s AND s.site_id = %(site)s", wait="")
_WAIT = """
UPDATE vaccination_dose d
SET state = 'waiting', session_id = NULL, booked_at = NULL, waiting_because = missed.because,
    misses = d.misses + missed.miss, call_after = coalesce(missed.call_after, d.call_after)
FROM unnest(%(ids)s::bigint[], %(because)s::text[], %(misses)s::int[], %(calls)s::timestamptz[])
     AS missed (id, because, miss, call_after)
WHERE d.id = missed.id
"""
_NOTE = """
INSERT INTO vaccination_doornote (site_id, session_id, dose_id, person_id, outcome, note, client_key, at)
SELECT missed.site_id, missed.session_id, missed.dose_id, missed.person_id, %(outcome)s, '', missed.client_key, %(now)s
FROM unnest(%(sites)s::bigint[], %(sessions)s::bigint[], %(doses)s::bigint[], %(persons)s::bigint[], %(keys)s::uuid[])
     AS missed (site_id, session_id, dose_id, person_id, client_key)
ON CONFLICT (client_key) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class _Booked:
    """Somebody who still has a date on a day that is over.

    :param was_cancelled: then nobody stayed away; nor from a session whose day was closed before they were booked.
    """

    dose_id: int
    reference: str
    person_id: int
    number: int
    misses: int
    session_id: int
    site_id: int
    was_cancelled: bool

    @property
    def because(self) -> WaitingBecause:
        return WaitingBecause.SITE_CLOSED if self.was_cancelled else WaitingBecause.MISSED

    @property
    def key(self) -> UUID:
        return uuid5(KEYS, f"{self.dose_id} {self.session_id}")


def note_missed(*, by: Actor) -> int:
    """Let everybody wait again whose day is over and who did not come, tell them, and return how many they are.

    Not before the hours are over within which a device that was cut off may still say that somebody came.

    Who stayed away keeps the turn. Who has done so as often as the terms say gets no date by a plan alone: an officer
    decides, and the hotline calls. Who still had a date at a cancelled session has missed nothing.
    """
    count = 0
    while found := _note_some(by):
        count += found
    return count


@transaction.atomic
def note_missed_at(*, site_id: int, day: date, by: Actor) -> int:
    """Do the same for one day of one site, when it closes its day, and return how many people they are.

    :raises Missing: when the actor does not work at the site.
    """
    scopes.check_works_at(by, site_id)
    gone = [_Booked(*row) for row in _rows(_HOLD_OF_DAY, {"today": day, "site": site_id, "most": None})]
    if gone:
        _note(gone, by)
    return len(gone)


@transaction.atomic
def _note_some(by: Actor) -> int:
    late = timedelta(hours=policies.in_force(VisitTerms, on=clock.today()).late_hours)
    values = {"today": clock.today(), "before": clock.now() - late, "most": AT_ONCE}
    gone = [_Booked(*row) for row in _rows(_HOLD_PAST, values)]
    if gone:
        _note(gone, by)
    return len(gone)


def _note(gone: Sequence[_Booked], by: Actor) -> None:
    check(may_move(DoseState.BOOKED, DoseState.WAITING))
    _release(gone, by=by)
    stayed_away = [one for one in gone if not one.was_cancelled]
    _let_wait(gone, now=clock.now())
    _note_at_door(stayed_away, now=clock.now())
    for name, some in (("missed", stayed_away), ("waits_again", [one for one in gone if one.was_cancelled])):
        entries = [
            record.Entry(
                Dose._meta.label_lower,
                one.dose_id,
                person_id=one.person_id,
                site_id=one.site_id,
                data={"because": one.because.value, "session": one.session_id},
            )
            for one in some
        ]
        record.write_many(f"vaccination.{name}", by=by, entries=entries)
    _tell(gone, policies.in_force(PlanningTerms, on=clock.today()))


def _release(gone: Sequence[_Booked], *, by: Actor) -> None:
    claims: list[int] = []
    for number in sorted({one.number for one in gone}):
        persons = [one.person_id for one in gone if one.number == number]
        claims += capacity.claims_of(persons, purpose=f"vaccination.dose.{number}").values()
    capacity.release_many(claim_ids=claims, by=by)


def _let_wait(gone: Sequence[_Booked], *, now: datetime) -> None:
    values = {
        "ids": [one.dose_id for one in gone],
        "because": [one.because.value for one in gone],
        "misses": [0 if one.was_cancelled else 1 for one in gone],
        "calls": [None if one.was_cancelled else now for one in gone],
    }
    _run(_WAIT, values)


def _note_at_door(stayed_away: Sequence[_Booked], *, now: datetime) -> None:
    values = {
        "sites": [one.site_id for one in stayed_away],
        "sessions": [one.session_id for one in stayed_away],
        "doses": [one.dose_id for one in stayed_away],
        "persons": [one.person_id for one in stayed_away],
        "keys": [one.key for one in stayed_away],
        "outcome": DoorOutcome.NO_SHOW.value,
        "now": now,
    }
    _run(_NOTE, values)


def _tell(gone: Sequence[_Booked], terms: PlanningTerms) -> None:
    for template, chosen in (
        ("waits_again", [one for one in gone if one.was_cancelled]),
        ("missed", [one for one in gone if not one.was_cancelled and one.misses + 1 < terms.misses]),
        ("missed_again", [one for one in gone if not one.was_cancelled and one.misses + 1 >= terms.misses]),
    ):
        messages.send_many(f"vaccination.{template}", [(one.person_id, {"reference": one.reference}) for one in chosen])


def _rows(statement: str, values: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _run(statement: str, values: Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
