"""Sessions: opened from the opening days of sites, and cancelled."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from khumkan import capacity, record
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.places import queries as place_queries
from khumkan.places.models import Site
from khumkan.places.rules import open_days
from khumkan.places.states import SiteKind
from khumkan.vaccination.actions import stock
from khumkan.vaccination.choices import Vaccine
from khumkan.vaccination.models import Session
from khumkan.vaccination.permissions import scopes

PREFIX = "J"
KIND = "vaccination.place"
#: People are asked to come within this time, so that they do not stand in the sun.
LENGTH = timedelta(hours=1)
MOST_AT_ONCE = 40_000
MOST_OPEN_DAYS = 366


@dataclass(frozen=True, slots=True)
class _Slot:
    site: Site
    starts_at: datetime
    ends_at: datetime
    places: int


@transaction.atomic
def open_days_at(
    *, site_ids: Sequence[int], first: date, last: date, vaccine: Vaccine, by: Actor, places: int | None = None
) -> int:
    """Open sessions of an hour on every opening day of the sites in a span. They have no places before they have doses.

    :param places: of each site a day; none takes what each site can serve. Sites without a figure are left out.
    :returns: how many were opened; doing it again opens nothing.
    :raises Refused: for a span in disorder, or one that would open too many at once.
    :raises Missing: when one of the sites is not there for this actor.
    """
    sites = Site.objects.filter(kinds__contains=[SiteKind.VACCINATION]).in_bulk(list(site_ids))
    for site_id in site_ids:
        if site_id not in sites:
            raise Missing("no such site")
        scopes.check_is_officer_of(by, sites[site_id].province_code)
    if last < first:
        raise Refused(N_("The last day comes before the first."), "days_in_disorder")
    if (last - first).days >= MOST_OPEN_DAYS:
        raise Refused(
            N_("Open %(most)s days at a time, and the next ones after that."), "many_days", most=MOST_OPEN_DAYS
        )
    slots = list(_slots(sites, first=max(first, clock.today()), last=last, places=places))
    if len(slots) > MOST_AT_ONCE:
        raise Refused(
            N_("That would be %(count)s sessions. Open %(most)s at a time."), "too_many", count=len(slots),
            most=MOST_AT_ONCE,
        )  # fmt: skip
    return len(_open(slots, vaccine, by=by))


@transaction.atomic
def cancel(*, session: Session, why: str, by: Actor) -> Session:
    """Cancel a session: nobody can book it from now on, and the doses that nobody has had go back to the lot.

    Who is booked keeps that until `plans` or `booking` has moved them; each is told once, by whoever moves them.

    :raises Refused: when it is cancelled already, or nobody says why.
    """
    # not against foreign keys: who is booked at this moment holds a supply and then looks whether the session is there
    rows = Session.objects.select_for_update(of=("self",), no_key=True).select_related("site", "lot")
    fresh = rows.get(pk=session.pk)
    scopes.check_is_officer_of(by, fresh.site.province_code)
    if fresh.cancelled_at is not None:
        raise Refused(N_("This session was cancelled."), "session_cancelled")
    stock.check_not_over(fresh)
    if not why.strip():
        raise Refused(N_("Please say why."), "no_reason")
    _call_off([fresh], why=why.strip(), by=by)
    return Session.objects.select_related("site").get(pk=fresh.pk)


@transaction.atomic
def cancel_many(*, session_ids: Sequence[int], why: str, by: Actor) -> int:
    """Cancel many sessions of one reason as `cancel` cancels one; those that are cancelled already are left out."""
    rows = Session.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=session_ids, cancelled_at=None)
    sessions = list(rows.select_related("site", "lot").order_by("pk"))
    for province_code in {session.site.province_code for session in sessions}:
        scopes.check_is_officer_of(by, province_code)
    if not why.strip():
        raise Refused(N_("Please say why."), "no_reason")
    _call_off(sessions, why=why.strip(), by=by)
    return len(sessions)


def _slots(sites: dict[int, Site], *, first: date, last: date, places: int | None) -> Iterable[_Slot]:
    calendars = place_queries.calendars(sites, first=first, last=last)
    served = place_queries.places_per_day(sites, SiteKind.VACCINATION)
    hours = place_queries.hours_of(sites)
    for site_id, site in sites.items():
        a_day = places if places is not None else served.get(site_id, 0)
        for day in open_days(calendars[site_id], first, last) if a_day else ():
            opens, closes = hours[site_id, day.weekday()]
            begins = _hours(clock.at(day, opens), clock.at(day, closes))
            for number, starts_at in enumerate(begins):
                share = a_day * (number + 1) // len(begins) - a_day * number // len(begins)
                if share and starts_at > clock.now():
                    yield _Slot(site, starts_at, starts_at + LENGTH, share)


def _hours(opens: datetime, closes: datetime) -> list[datetime]:
    """Return when the sessions of a day begin; what is left over at the end is left out."""
    return [opens + LENGTH * number for number in range(int((closes - opens) / LENGTH))]


def _open(slots: Sequence[_Slot], vaccine: Vaccine, *, by: Actor) -> list[Session]:
    by_place = {(slot.site.pk, slot.starts_at): slot for slot in slots}
    offers = [capacity.Offer(KIND, one.site.pk, one.starts_at, one.ends_at, 0, vaccine.value) for one in slots]
    made = capacity.room_of(capacity.offer(offers=offers, by=by))
    sessions = Session.objects.bulk_create(
        [
            Session(
                reference=references.new(PREFIX),
                site=(slot := by_place[room.site_id or 0, room.starts_at]).site,
                supply_id=room.supply_id,
                vaccine=vaccine,
                places=slot.places,
                day=clock.bangkok(room.starts_at).date(),
                starts_at=room.starts_at,
                ends_at=room.ends_at,
            )
            for room in made.values()
        ],
        batch_size=2_000,
    )
    entries = [record.Entry.of(each, site_id=each.site_id, data={"places": each.places}) for each in sessions]
    record.write_many("vaccination.session_opened", by=by, entries=entries)
    return sessions


def _call_off(sessions: Sequence[Session], *, why: str, by: Actor) -> None:
    """Cancel sessions that the caller holds. Their lot gets back what nobody has had; what was given stays kept."""
    capacity.close(supply_ids=[session.supply_id for session in sessions], why=why, by=by)
    used = stock.used_of(sessions)
    given_back = [
        capacity.Kept(session.lot.supply_id, stock.purpose_of(session), session.site_id, used.get(session.pk, 0))
        for session in sessions
        if session.lot is not None
    ]
    capacity.keep_many(kept=given_back, by=by)
    cancelled = {"cancelled_at": clock.now(), "cancelled_why": why}
    keep_used(sessions, used, **cancelled)
    entries = [record.Entry.of(session, site_id=session.site_id) for session in sessions]
    record.write_many("vaccination.session_cancelled", by=by, entries=entries)


def keep_used(sessions: Sequence[Session], used: Mapping[int, int], **columns: Any) -> None:
    """Write that sessions have no more doses than those that were used, by the session's id; and more columns."""
    unused = [session.pk for session in sessions if session.pk not in used]
    Session.objects.filter(pk__in=unused).update(**columns, lot=None, kept_doses=0)
    for pk, doses in used.items():
        Session.objects.filter(pk=pk).update(**columns, kept_doses=doses)
