"""Locking lists on their day, and giving an employer more time."""

from datetime import date, timedelta

from django.db import connection, transaction

from khumkan import record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.vaccination.models import Roster
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.states import RosterState, may_move

#: More time than this is a new phase.
MOST_DAYS = 60
_LOCK = """
UPDATE vaccination_roster r SET state = 'locked', locked_at = %(now)s FROM vaccination_phasedetail d
WHERE d.phase_id = r.phase_id AND r.state = 'open' AND d.lists_lock_on <= %(today)s
  AND (r.reopened_until IS NULL OR r.reopened_until < %(today)s)
RETURNING r.id
"""
_LOCKED = "SELECT id, NULL::bigint, NULL::bigint FROM unnest(%(rosters)s::bigint[]) AS id ORDER BY id"


@transaction.atomic
def lock_due(*, by: Actor) -> int:
    """Lock the lists whose day has come, and return how many; those with more time stay open until it is over."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, {"now": clock.now(), "today": clock.today()})
        locked = sorted(row[0] for row in cursor.fetchall())
    if locked:
        record.write_each(
            "vaccination.roster_locked",
            by=by,
            about_kind="vaccination.roster",
            rows=_LOCKED,
            values={"rosters": locked},
        )
    return len(locked)


@transaction.atomic
def reopen(*, roster: Roster, until: date, by: Actor) -> Roster:
    """Give an employer more time to change its list, up to the end of a day.

    :raises Missing: for an employer outside the officer's provinces.
    :raises Refused: when the list is open, or the day is in the past or too far away.
    """
    held = Roster.objects.select_for_update(of=("self",)).select_related("employer").get(pk=roster.pk)
    scopes.check_is_officer_of(by, held.employer.province_code)
    check(may_move(RosterState(held.state), RosterState.OPEN))
    if not clock.today() <= until <= clock.today() + timedelta(days=MOST_DAYS):
        raise Refused(
            N_("Choose a day from today on, and no later than in %(most)d days."), "day_out_of_range", most=MOST_DAYS
        )
    held.state, held.reopened_until = RosterState.OPEN, until
    held.save(update_fields=["state", "reopened_until"])
    record.write("vaccination.roster_reopened", by=by, about=held, data={"until": until.isoformat()})
    return held
