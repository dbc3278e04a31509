"""A site that closes for some days, or doses that do not come: one action, and everybody concerned is moved or queued.

Nobody can book there from that moment on. A plan moves the people; each of them is told once, by that plan.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction

from khumkan import capacity, policies, record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.places import actions as place_actions
from khumkan.places.models import Site
from khumkan.vaccination.actions import plans, sessions, stock
from khumkan.vaccination.actions.keeping import Doses, keep_many
from khumkan.vaccination.choices import PlanCause
from khumkan.vaccination.models import Lot, Plan, Session
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.queries import planning as queries
from khumkan.vaccination.states import DoseState, LotState
from khumkan.vaccination.terms.planning import PlanningTerms

#: Days for which a site can be closed in one action.
MOST_DAYS = 92


@transaction.atomic
def close_site(*, site: Site, first: date, last: date, why: str, by: Actor) -> Plan | None:
    """Close a site from a day to a day, both included, and move everybody who has a date there.

    Done again, it moves those whom a plan that failed or was stopped has left.

    :returns: the plan that moves them; None when nobody has a date there.
    :raises Refused: when nobody says why, or the days are over, in disorder or too many.
    """
    scopes.check_is_officer_of(by, site.province_code)
    if not why.strip():
        raise Refused(N_("Please say why."), "no_reason")
    if last < first:
        raise Refused(N_("The last day comes before the first."), "days_in_disorder")
    if last < clock.today():
        raise Refused(N_("These days are over."), "days_over")
    if (last - first).days >= MOST_DAYS:
        raise Refused(
            N_("Close a site for %(most)s days at most, and again when they are over."), "too_many_days", most=MOST_DAYS
        )
    place_actions.close_days(site_id=site.pk, first=first, last=last, why=why.strip(), by=by)
    rows = Session.objects.filter(site=site, day__range=(first, last), ends_at__gt=clock.now()).order_by("pk")
    ids = list(rows.values_list("pk", flat=True))
    sessions.cancel_many(session_ids=ids, why=why, by=by)  # those of before are in it for people whom no plan moved
    about: dict[str, int | str] = {"site": site.pk, "from": first.isoformat(), "to": last.isoformat()}
    return _moved(site.province_code, PlanCause.SITE_CLOSED, ids, about, by=by)


@transaction.atomic
def cancel_session(*, session: Session, why: str, by: Actor) -> Plan | None:
    """Call one session off, and move everybody who has a date in it.

    :returns: the plan that moves them; None when nobody has a date in it.
    :raises Refused: when it was called off already, or nobody says why.
    """
    cancelled = sessions.cancel(session=session, why=why, by=by)
    about: dict[str, int | str] = {"site": cancelled.site_id, "session": cancelled.pk}
    return _moved(cancelled.site.province_code, PlanCause.SITE_CLOSED, [cancelled.pk], about, by=by)


@transaction.atomic
def change_lot(*, lot: Lot, to: LotState, why: str, by: Actor) -> list[Plan]:
    """Hold a lot back, discard it, or let it be used again; whoever was to have its doses gets others, or another date.

    :returns: the plans that move people, one for each province in which there are any.
    :raises Refused: when that is not possible, or nobody says why.
    """
    fresh = stock.set_lot_state(lot=lot, to=to, why=why, by=by)
    return [] if to is LotState.USABLE else _without_doses(fresh, _from(fresh, clock.today()), by=by)


@transaction.atomic
def delay_lot(*, lot: Lot, arrives_on: date, why: str, by: Actor) -> list[Plan]:
    """Say that a lot arrives later (or sooner); whoever was to have its doses before gets others, or another date.

    :returns: as for `change_lot`.
    :raises Refused: when nobody says why, or it would arrive after it expires.
    """
    stock.check_may_enter(by)
    if not why.strip():
        raise Refused(N_("Please say why."), "no_reason")
    fresh = Lot.objects.select_for_update(no_key=True).get(pk=lot.pk)
    if arrives_on > fresh.expires_on:
        raise Refused(N_("The lot would expire before it arrives. Please look at the days."), "lot_days")
    fresh.arrives_on = arrives_on
    fresh.save(update_fields=["arrives_on"])
    record.write("vaccination.lot_delayed", by=by, about=fresh, data={"arrives": arrives_on.isoformat()})
    affected = _from(fresh, clock.today(), until=arrives_on - timedelta(days=1))
    return _without_doses(fresh, affected, by=by)


def _from(lot: Lot, first: date, *, until: date | None = None) -> list[Session]:
    """Return the sessions that were to have doses of a lot on some days; they are held."""
    rows = Session.objects.select_for_update(of=("self",), no_key=True).filter(
        lot=lot, day__gte=first, ends_at__gt=clock.now(), cancelled_at=None
    )
    if until is not None:
        rows = rows.filter(day__lte=until)
    return list(rows.select_related("supply", "site").order_by("pk"))


def _without_doses(lot: Lot, affected: Sequence[Session], *, by: Actor) -> list[Plan]:
    """Give sessions doses of other lots, as far as there are any; people of the others are moved."""
    left = _given_others(lot, affected, by=by)
    supply_ids = [session.supply_id for session in left]
    capacity.close(supply_ids=supply_ids, why="stock", by=by)
    # nobody can book there any more: whoever did so at the last moment is counted
    empty = list(Session.objects.filter(supply__in=supply_ids, supply__taken=0).values_list("supply_id", flat=True))
    capacity.change_totals(totals=dict.fromkeys(empty, 0), by=by)
    capacity.reopen(supply_ids=empty, by=by)
    used = stock.used_of(left)
    given_back = [
        capacity.Kept(lot.supply_id, stock.purpose_of(each), each.site_id, used.get(each.pk, 0)) for each in left
    ]
    capacity.keep_many(kept=given_back, by=by)
    sessions.keep_used(left, used, lacks_doses=True)
    entries = [record.Entry.of(session, site_id=session.site_id, data={"lot": lot.pk}) for session in left]
    record.write_many("vaccination.session_without_doses", by=by, entries=entries)
    by_province: dict[str, list[int]] = {}
    for session in left:
        by_province.setdefault(session.site.province_code, []).append(session.pk)
    found = [
        _moved(code, PlanCause.STOCK_SLIPPED, ids, {"lot": lot.pk}, by=by) for code, ids in sorted(by_province.items())
    ]
    return [plan for plan in found if plan is not None]


def _given_others(lot: Lot, affected: Sequence[Session], *, by: Actor) -> list[Session]:
    """Keep doses of other lots for sessions that have people, the first day first; return the sessions without.

    A session that is under way stays with its lot: doses that somebody has had are not given back.
    """
    under_way = stock.used_of(affected)
    allowance = queries.share_who_stay_away(policies.in_force(PlanningTerms, on=clock.today()))
    others = [one for one in queries.lots_for([], allowance, last=lot.expires_on) if one.pk != lot.pk]
    left = {one.pk: one.doses for one in others}
    wanted: dict[int, Doses] = {}
    for session in sorted(affected, key=lambda each: (each.day, each.pk)):
        for one in others:
            fits = one.vaccine == session.vaccine and one.arrives_on <= session.day <= one.expires_on
            fits = fits and session.pk not in under_way
            if fits and session.supply.taken and left[one.pk] >= session.kept_doses:
                wanted[session.pk] = Doses(one.pk, session.kept_doses)
                left[one.pk] -= session.kept_doses
                break
    done = keep_many(wanted=wanted, allowance=allowance, by=by)
    return [session for session in affected if session.pk not in done]


def _moved(
    province_code: str, cause: PlanCause, session_ids: Sequence[int], about: dict[str, int | str], *, by: Actor
) -> Plan | None:
    if not Session.objects.filter(pk__in=session_ids, doses__state=DoseState.BOOKED).exists():
        return None
    return plans.ask_for_moves(province_code=province_code, cause=cause, about=about, by=by)
