"""Keeping doses of lots for many sessions at once, and opening as many places: a handful of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from khumkan import capacity, record
from khumkan.kernel.actors import Actor
from khumkan.vaccination.actions import stock
from khumkan.vaccination.models import Lot, Session
from khumkan.vaccination.states import LotState

_KEEP = """
UPDATE vaccination_session s SET lot_id = nullif(asked.lot_id, 0), kept_doses = asked.doses,
       lacks_doses = asked.doses = 0
FROM unnest(%(sessions)s::bigint[], %(lots)s::bigint[], %(doses)s::bigint[]) AS asked (id, lot_id, doses)
WHERE s.id = asked.id
"""


@dataclass(frozen=True, slots=True)
class Doses:
    """What a session is to have: doses of a lot, in place of what it has."""

    lot_id: int
    doses: int


@transaction.atomic
def keep_many(*, wanted: Mapping[int, Doses], allowance: Decimal = Decimal(0), by: Actor) -> set[int]:
    """Keep doses for many sessions, by the id of the session, and open as many places.

    A session that is cancelled, or a lot that is held back, has not enough or is not there on that day, is left as it
    is: it is not among those that are returned.

    :param allowance: share of people who are expected to stay away.
    :returns: the sessions that have now what was asked for.
    """
    rows = Session.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=list(wanted), cancelled_at=None)
    sessions = {session.pk: session for session in rows.order_by("pk")}
    lots = Lot.objects.in_bulk({one.lot_id for one in wanted.values()})
    asked = [
        capacity.Kept(lots[one.lot_id].supply_id, stock.purpose_of(session), session.site_id, one.doses)
        for pk, session in sorted(sessions.items(), key=lambda each: (each[1].day, each[0]))
        if _suits(session, lots[(one := wanted[pk]).lot_id])
    ]
    purposes = capacity.keep_many(kept=asked, by=by)
    kept = {pk: session for pk, session in sessions.items() if stock.purpose_of(session) in purposes}
    totals = {
        session.supply_id: stock.bookable(session.places, wanted[pk].doses, allowance) for pk, session in kept.items()
    }
    opened = capacity.change_totals(totals=totals, by=by)
    _let_nobody_else_in([session for session in kept.values() if session.supply_id not in opened], by=by)
    done = {pk: session for pk, session in kept.items() if session.supply_id in opened}
    _write(kept, wanted, by=by)
    return set(done)


def _let_nobody_else_in(sessions: Sequence[Session], *, by: Actor) -> None:
    """Leave sessions that have more people than doses as many places as people, until somebody is moved."""
    rows = Session.objects.filter(pk__in=[session.pk for session in sessions])
    capacity.change_totals(totals=dict(rows.values_list("supply_id", "supply__taken")), by=by)


def _suits(session: Session, lot: Lot) -> bool:
    return (
        lot.state == LotState.USABLE
        and lot.vaccine == session.vaccine
        and lot.arrives_on <= session.day <= lot.expires_on
    )


def _write(kept: Mapping[int, Session], wanted: Mapping[int, Doses], *, by: Actor) -> None:
    ids = sorted(kept)
    values: dict[str, Any] = {
        "sessions": ids,
        "lots": [wanted[each].lot_id if wanted[each].doses else 0 for each in ids],
        "doses": [wanted[each].doses for each in ids],
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, values)
    entries = [
        record.Entry.of(kept[each], site_id=kept[each].site_id, data={"doses": wanted[each].doses}) for each in ids
    ]
    record.write_many("vaccination.doses_kept", by=by, entries=entries)
