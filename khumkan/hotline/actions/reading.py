"""Counting whom members of staff look at, refusing what is too much, and looking into it.

`watch` is called by the record at every look, before the page is shown. A look that is too much is refused and does
not count; the alert about it stays, for a refusal with a page of its own takes nothing back.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction

from khumkan import policies, record
from khumkan.hotline.models import Decoy, Reading, ReadingAlert
from khumkan.hotline.permissions import reading as permissions
from khumkan.hotline.reading_choices import AlertKind
from khumkan.hotline.rules import reading as rules
from khumkan.hotline.states import AlertState, may_move
from khumkan.hotline.terms.reading import ReadingTerms
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.registry.models import Person

logger = logging.getLogger("khumkan.alerts")

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: The first half of the key of the lock under which the looks of one member of staff are counted one after the other.
COUNTING = 7_204_532
#: A look at the same person is noted again after so long: within it, the sums are the same.
FINE = timedelta(minutes=1)

#: In one round trip with what follows, but as a statement of its own: the next must see what its holder committed.
_LOCK = "SELECT pg_advisory_xact_lock(%(counting)s, %(key)s);"
#: The looks of this statement itself are not in the table yet when it counts, so they are added by hand.
_COUNT = """
    WITH kept AS (
        INSERT INTO hotline_reading AS known (staff_id, person_id, at)
        SELECT %(staff)s, person, %(now)s FROM unnest(%(people)s::bigint[]) AS person ORDER BY person
        ON CONFLICT (staff_id, person_id) DO UPDATE SET at = EXCLUDED.at WHERE known.at < %(now)s - %(fine)s
    )
    SELECT count(DISTINCT person_id) FILTER (WHERE at > %(now)s - %(hour)s), count(DISTINCT person_id),
           EXISTS (SELECT FROM hotline_decoy WHERE withdrawn_at IS NULL AND person_id = ANY(%(people)s::bigint[])),
           (SELECT coalesce(sum(more), 0) FROM hotline_readingalert
            WHERE staff_id = %(staff)s AND state = 'allowed' AND until > %(now)s)
    FROM (SELECT person_id, at FROM hotline_reading WHERE staff_id = %(staff)s AND at > %(now)s - %(day)s
          UNION ALL SELECT unnest(%(people)s::bigint[]), %(now)s) AS look
"""
_ALERT = """
    INSERT INTO hotline_readingalert AS known
        (kind, state, staff_id, at, last_at, tries, people, page, origin, why, more)
    VALUES (%(kind)s, 'open', %(staff)s, %(now)s, %(now)s, 1, %(people)s, %(page)s, %(origin)s, '', 0)
    ON CONFLICT (staff_id, kind) WHERE state = 'open'
    DO UPDATE SET tries = known.tries + 1, last_at = EXCLUDED.last_at, people = greatest(known.people, EXCLUDED.people)
    RETURNING id, tries
"""


def watch(by: Actor, person_ids: Sequence[int], page: str) -> None:
    """Count a look of a member of staff, note one at a decoy, and refuse one that is too much.

    :raises Refused: when with it more people were seen within an hour or a day than the terms allow.
    """
    if by.kind is not ActorKind.STAFF or by.id is None:
        return
    over, is_decoy = _count(by, by.id, person_ids)
    if is_decoy and not permissions.sees_decoys(by):
        _alert(AlertKind.DECOY, len(person_ids), by=by, page=page)
    if over is None:
        return
    _alert(over[0], over[1], by=by, page=page)
    raise Refused(
        N_(
            "You have looked at too many people in a short time. A supervisor was told and can let you go on. "
            "Whoever you saw already you can open."
        ),
        "reading_budget",
    )


@transaction.atomic
def allow(*, alert: ReadingAlert, why: str, by: Actor) -> ReadingAlert:
    """Let somebody look at more people for a while, as the terms in force say.

    :raises Refused: for oneself, without a reason, for a decoy, and when it was decided already.
    """
    terms = policies.in_force(ReadingTerms, on=clock.today())
    until = clock.now() + timedelta(minutes=terms.more_minutes)
    return _decide(alert, AlertState.ALLOWED, why=why, by=by, more=terms.more, until=until)


@transaction.atomic
def settle(*, alert: ReadingAlert, why: str, by: Actor) -> ReadingAlert:
    """Note what came of looking into an alert; the budget stays as it is.

    :raises Refused: for oneself, without a reason, and when it was decided already.
    """
    return _decide(alert, AlertState.SETTLED, why=why, by=by)


@transaction.atomic
def set_decoy(*, person: Person, by: Actor) -> Decoy:
    """Make a person a decoy.

    :raises Refused: when they are one already.
    """
    user_id = permissions.check_may_keep_decoys(by)
    try:
        with transaction.atomic():
            made = Decoy.objects.create(person=person, set_by=user_id, set_at=clock.now())
    except IntegrityError as error:
        raise Refused(N_("This person is a decoy already."), "decoy_already") from error
    record.write("hotline.decoy_set", by=by, data={"decoy": made.pk})  # nothing in the person's own list tells it
    return made


@transaction.atomic
def withdraw_decoy(*, decoy: Decoy, by: Actor) -> None:
    """Let a person be nobody in particular again."""
    permissions.check_may_keep_decoys(by)
    changed = Decoy.objects.filter(pk=decoy.pk, withdrawn_at=None).update(withdrawn_at=clock.now())
    if not changed:
        raise Refused(N_("This person is no decoy any more."), "no_decoy")
    record.write("hotline.decoy_withdrawn", by=by, data={"decoy": decoy.pk})


def forget_old() -> int:
    """Forget who looked at whom more than a day ago, for it counts no more; return how many looks."""
    deleted, _ = Reading.objects.filter(at__lt=clock.now() - DAY).delete()
    return deleted


def _count(by: Actor, user_id: int, person_ids: Sequence[int]) -> tuple[tuple[AlertKind, int] | None, bool]:
    """Keep these looks; or keep none of them, and return what is too much and how many people it would be.

    The second value tells whether there is a decoy among them.
    """
    # a form has a transaction around it and may hold rows already: it must not wait for another of the same person
    alone = not connection.in_atomic_block
    with transaction.atomic():
        sums = _sums(user_id, person_ids, alone=alone)
        if rules.needs_no_terms(sums.an_hour, sums.a_day):
            return None, sums.has_decoy
        terms = policies.in_force(ReadingTerms, on=clock.today())
        budget = terms.budget_of(rules.post_of(grant.role for grant in by.grants)).with_more(sums.more)
        over = budget.passed_by(sums.an_hour, sums.a_day)
        if over is None:
            return None, sums.has_decoy
        transaction.set_rollback(True)
    if over is rules.Span.HOUR:
        return (AlertKind.HOUR, sums.an_hour), sums.has_decoy
    return (AlertKind.DAY, sums.a_day), sums.has_decoy


@dataclass(frozen=True, slots=True)
class _Sums:
    """How many people it is with this look, whether a decoy is among those looked at, and what was allowed on top."""

    an_hour: int
    a_day: int
    has_decoy: bool
    more: int


def _sums(user_id: int, person_ids: Sequence[int], *, alone: bool) -> _Sums:
    values: dict[str, Any] = {
        "counting": COUNTING,
        "key": user_id % 2**31,
        "staff": user_id,
        "people": list(person_ids),
        "now": clock.now(),
        "hour": HOUR,
        "day": DAY,
        "fine": FINE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOCK + _COUNT if alone else _COUNT, values)
        if alone:
            cursor.nextset()
        return _Sums(*cursor.fetchone())


def _alert(kind: AlertKind, people: int, *, by: Actor, page: str) -> None:
    """Open an alert, or count one more try in the one that is open; whoever watches the log is told of a new one."""
    values = {
        "kind": kind.value,
        "staff": by.id,
        "now": clock.now(),
        "people": people,
        "page": page[:80],
        "origin": by.origin[:64],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ALERT, values)
        alert_id, tries = cursor.fetchone()
        if tries == 1:
            record.write("hotline.reading_alert", by=by, data={"alert": alert_id, "kind": kind.value, "people": people})
            logger.critical("Alert %s: staff number %s, %s, %s people, %s", alert_id, by.id, kind.value, people, page)


def _decide(alert: ReadingAlert, to: AlertState, *, why: str, by: Actor, **values: object) -> ReadingAlert:
    fresh = ReadingAlert.objects.select_for_update(no_key=True).get(pk=alert.pk)
    user_id = permissions.check_may_look_into(by, fresh)
    if not why.strip():
        raise Refused(N_("Please say why."), "no_reason")
    if fresh.state != AlertState.OPEN:
        raise Refused(N_("Somebody looked into this already."), "alert_decided")
    check(may_move(AlertState(fresh.state), to))
    if to is AlertState.ALLOWED and fresh.kind == AlertKind.DECOY:
        raise Refused(N_("Nobody is allowed to open decoys."), "decoy_never")
    changes = {"state": to.value, "decided_by": user_id, "decided_at": clock.now(), "why": why.strip()[:200], **values}
    for name, value in changes.items():
        setattr(fresh, name, value)
    fresh.save(update_fields=list(changes))
    record.write(f"hotline.reading_{to.value}", by=by, data={"alert": fresh.pk, "user": fresh.staff_id})
    return fresh
