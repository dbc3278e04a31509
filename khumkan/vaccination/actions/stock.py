"""Lots: received, kept for sessions, held back and discarded. No session has more doses than its lot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_DOWN, Decimal

from django.db import transaction
from django.db.models import Count

from khumkan import capacity, record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.vaccination.choices import Vaccine
from khumkan.vaccination.models import Dose, Lot, Session
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.states import DoseState, LotState, may_move

KIND = "vaccination.dose"
#: The whole country's supply is not one lot.
MOST_DOSES = 10_000_000


@dataclass(frozen=True, kw_only=True)
class LotDetails:
    """A lot as it is announced or delivered.

    :param expires_on: the last day on which it may be given.
    """

    number: str
    vaccine: Vaccine
    doses: int
    arrives_on: date
    expires_on: date


@transaction.atomic
def receive_lot(*, details: LotDetails, by: Actor) -> Lot:
    """Enter a lot; from then on sessions may be given doses of it.

    :raises Refused: when it is there already, has no doses, or expires before it arrives.
    """
    check_may_enter(by)
    if not 0 < details.doses <= MOST_DOSES:
        raise Refused(N_("A lot has between 1 and %(most)s doses."), "lot_doses", most=MOST_DOSES)
    if details.expires_on < details.arrives_on:
        raise Refused(N_("The lot would expire before it arrives. Please look at the days."), "lot_days")
    made = capacity.offer(offers=[_offer(details)], by=by)
    if not made:
        raise Refused(N_("This lot was entered already."), "lot_there")
    lot = Lot.objects.create(
        number=details.number.strip(),
        vaccine=details.vaccine,
        supply_id=made[0],
        arrives_on=details.arrives_on,
        expires_on=details.expires_on,
    )
    record.write("vaccination.lot_received", by=by, about=lot, data={"doses": details.doses})
    return lot


@transaction.atomic
def keep_doses(*, session: Session, lot: Lot, doses: int, allowance: Decimal = Decimal(0), by: Actor) -> Session:
    """Keep doses of a lot for a session, in place of those that were kept before, and open as many places.

    :param allowance: share of people who are expected to stay away; so many more can be booked.
    :raises Refused: when the lot has not so many, does not suit the session, or more people are booked already; and
        when the session is over, or had doses of another lot already.
    """
    fresh = Session.objects.select_for_update(of=("self",), no_key=True).select_related("site").get(pk=session.pk)
    scopes.check_is_officer_of(by, fresh.site.province_code)
    check_not_over(fresh)
    _check_suits(fresh, lot)
    used = used_of([fresh]).get(fresh.pk, 0)
    if used and (fresh.lot_id != lot.pk or doses < used):
        raise Refused(
            N_("%(count)s doses of this session's lot were given already: it keeps that lot, and as many doses."),
            "lot_in_use",
            count=used,
        )
    kept = capacity.claim_of_site(fresh.site_id, purpose=purpose_of(fresh))
    if kept is not None:
        capacity.release(claim_id=kept, by=by)
    if doses:
        capacity.take(supply_id=lot.supply_id, purpose=purpose_of(fresh), site_id=fresh.site_id, amount=doses, by=by)
    capacity.change_total(supply_id=fresh.supply_id, total=bookable(fresh.places, doses, allowance), by=by)
    fresh.lot, fresh.kept_doses, fresh.lacks_doses = (lot if doses else None), doses, not doses
    fresh.save(update_fields=["lot", "kept_doses", "lacks_doses"])
    record.write("vaccination.doses_kept", by=by, about=fresh, site_id=fresh.site_id, data={"doses": doses})
    return fresh


@transaction.atomic
def set_lot_state(*, lot: Lot, to: LotState, why: str, by: Actor) -> Lot:
    """Hold a lot back, release it, or discard it. Who is booked for its doses is planned anew by `plans`.

    :raises Refused: when that is not possible, or nobody says why.
    """
    check_may_enter(by)
    fresh = Lot.objects.select_for_update(no_key=True).get(pk=lot.pk)
    check(may_move(LotState(fresh.state), to))
    if not why.strip():
        raise Refused(N_("Please say why."), "no_reason")
    if to is LotState.USABLE:
        capacity.reopen(supply_ids=[fresh.supply_id], by=by)
    else:
        capacity.close(supply_ids=[fresh.supply_id], why=why, by=by)
    fresh.state, fresh.held_why = to, "" if to is LotState.USABLE else why.strip()
    fresh.save(update_fields=["state", "held_why"])
    record.write(f"vaccination.lot_{to.value}", by=by, about=fresh)
    return fresh


def check_not_over(session: Session) -> None:
    """Let pass a session that is not over: its doses were given, wasted or counted.

    :raises Refused: otherwise.
    """
    if session.ends_at <= clock.now() or session.closed_at is not None:
        raise Refused(N_("This session is over."), "session_over")


def used_of(sessions: Sequence[Session]) -> dict[int, int]:
    """Return how many of the doses kept for sessions were given, or are for somebody who is at the site."""
    rows = Dose.objects.filter(session__in=sessions, state__in=[DoseState.AT_SITE, DoseState.GIVEN])
    counted = dict(rows.values_list("session").annotate(Count("pk")).order_by("session"))
    kept = {session.pk: session.kept_doses for session in sessions if session.kept_doses}
    return {pk: min(count, kept[pk]) for pk, count in counted.items() if pk in kept}


def check_may_enter(by: Actor) -> None:
    """Officers of the whole country enter lots and decide over them: a lot belongs to no province.

    :raises Missing: for everybody else.
    """
    scopes.check_is_officer_of(by, "")


def bookable(places: int, doses: int, allowance: Decimal) -> int:
    """Return how many people can be booked: no more than there is room for, and than doses for those who come."""
    invited = (doses / (1 - allowance)).to_integral_value(ROUND_DOWN) if allowance else doses
    return min(places, int(invited))


def purpose_of(session: Session) -> str:
    """Return the purpose for which doses are kept for a session."""
    return f"vaccination.session.{session.pk}"


def _offer(details: LotDetails) -> capacity.Offer:
    begins, ends = (clock.at(day, time()) for day in (details.arrives_on, details.expires_on))
    end = datetime.combine(ends.date(), time.max, tzinfo=ends.tzinfo)
    return capacity.Offer(KIND, None, begins, end, details.doses, f"{details.vaccine}/{details.number.strip()}"[:40])


def _check_suits(session: Session, lot: Lot) -> None:
    if lot.vaccine != session.vaccine:
        raise Refused(N_("This lot is of another vaccine than the session."), "lot_other_vaccine")
    if lot.state != LotState.USABLE:
        raise Refused(N_("This lot is held back."), "lot_held")
    if not lot.arrives_on <= session.day <= lot.expires_on:
        raise Refused(N_("This lot is not there on that day, or has expired by then."), "lot_not_then")
