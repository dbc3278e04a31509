"""Sessions: opened one by one or from the opening days of sites, resized, cancelled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time

from django.db import transaction

from khumkan import capacity, record
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.places import queries as place_queries
from khumkan.places.models import Site
from khumkan.places.rules import open_days as open_days_of
from khumkan.places.states import SiteKind
from khumkan.record import queue
from khumkan.screening.actions import employers
from khumkan.screening.choices import Method
from khumkan.screening.models import Round, Session
from khumkan.screening.permissions import registrations as permissions

PREFIX = "E"
KIND = "screening.place"
MOST_PLACES = 20_000
MOST_AT_ONCE = 2_000


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What became of opening in bulk.

    :param there_before: days on which the site had such a session already.
    """

    opened: int
    there_before: int


@transaction.atomic
def open_session(
    *,
    site_id: int,
    day: date,
    starts: time,
    ends: time,
    places: int,
    method: Method,
    by: Actor,
    round: Round | None = None,
    is_public: bool = True,
) -> Session:
    """Open a session with counted places; sessions of a round are not public. Whoever waits nearby is served first.

    :param starts: clock time in Bangkok, `ends` likewise.
    :raises Refused: for a day that has passed, hours in disorder, or a session that is there already.
    :raises Missing: when there is no such site for this actor.
    """
    site = _site(site_id)
    permissions.check_may_plan_at(by, province_code=site.province_code)
    opened = _open([_Plan(site, day, starts, ends, places, Method(method))], by=by, round=round, is_public=is_public)
    if not opened:
        raise Refused(N_("This site has a session for this method at this time already."), "session_there")
    return opened[0]


@transaction.atomic
def open_days(
    *, site_ids: Sequence[int], first: date, last: date, method: Method, by: Actor, places: int | None = None
) -> Opened:
    """Open a public session on every opening day of the sites in a span, with their opening hours.

    :param places: in each session; none takes what each site can serve a day. Sites without a figure are left out.
    :returns: how many were opened; doing it again opens nothing.
    :raises Refused: for a span in disorder or in the past, or one that would open too many at once.
    :raises Missing: when one of the sites is not there for this actor.
    """
    sites = Site.objects.in_bulk(list(site_ids))
    for site_id in site_ids:
        if site_id not in sites:
            raise Missing("no such site")
        permissions.check_may_plan_at(by, province_code=sites[site_id].province_code)
    plans = list(_plans(sites, first=max(first, clock.today()), last=last, method=Method(method), number=places))
    if not plans:
        raise Refused(
            N_("The sites are closed on all of these days, or nobody entered how many people they serve."), "no_days"
        )
    if len(plans) > MOST_AT_ONCE:
        raise Refused(
            N_("That would be %(count)s sessions. Open %(most)s at a time."),
            "too_many",
            count=len(plans),
            most=MOST_AT_ONCE,
        )
    opened = _open(plans, by=by, round=None, is_public=True)
    return Opened(opened=len(opened), there_before=len(plans) - len(opened))


@transaction.atomic
def change_places(*, session: Session, places: int, by: Actor) -> Session:
    """Change how many places a session has; new ones go to those who wait.

    :raises Refused: when more than that are taken.
    """
    fresh = _locked(session, by=by)
    _check_places(places)
    capacity.change_total(supply_id=fresh.supply_id, total=places, by=by)
    record.write("screening.session_resized", by=by, about=fresh, data={"places": places})
    _fill_soon([fresh.pk])
    return fresh


@transaction.atomic
def cancel_session(*, session: Session, why: str, by: Actor) -> Session:
    """Cancel a session: nobody can book it from now on; everybody who did is moved or waits again, and is told once.

    The moving is work of the queue, one person at a time: a thousand persons would block the page, and whatever happens
    to the worker, each is moved exactly once. The employers of a round's session are told as well.

    :param why: for the office, such as heat or a missing doctor.
    :raises Refused: when it is cancelled or over already.
    """
    fresh = _locked(session, by=by)
    if fresh.ends_at <= clock.now():
        raise Refused(N_("This session is over."), "session_over")
    capacity.close(supply_ids=[fresh.supply_id], why=why, by=by)
    fresh.cancelled_at = clock.now()
    fresh.save(update_fields=["cancelled_at"])
    record.write("screening.session_cancelled", by=by, about=fresh)
    queue.put("screening.rehouse", session_id=fresh.pk)
    if fresh.round_id is not None:
        employers.tell_cancelled(fresh)
    return fresh


@dataclass(frozen=True)
class _Plan:
    site: Site
    day: date
    starts: time
    ends: time
    places: int
    method: Method

    def offer(self) -> capacity.Offer:
        """Return the supply of the session; the method is its part, as a site may test by both at one time."""
        starts_at, ends_at = clock.at(self.day, self.starts), clock.at(self.day, self.ends)
        return capacity.Offer(KIND, self.site.pk, starts_at, ends_at, self.places, self.method.value)

    def check(self) -> None:
        """:raises Refused: for what no session can be."""
        _check_places(self.places)
        if self.starts >= self.ends:
            raise Refused(N_("A session ends after it begins. Please look at the times."), "session_hours")
        if clock.at(self.day, self.ends) <= clock.now():
            raise Refused(N_("This day or time has passed. Please choose a later one."), "session_past")


def _plans(sites: dict[int, Site], *, first: date, last: date, method: Method, number: int | None) -> Iterable[_Plan]:
    if last < first:
        raise Refused(N_("The last day comes before the first."), "days_in_disorder")
    calendars = place_queries.calendars(sites, first=first, last=last)
    served = place_queries.places_per_day(sites, SiteKind.TESTING)
    hours = place_queries.hours_of(sites)
    for site_id, site in sites.items():
        places = number if number is not None else served.get(site_id)
        for day in open_days_of(calendars[site_id], first, last) if places else ():
            opens, closes = hours[site_id, day.weekday()]
            if clock.at(day, closes) > clock.now():
                yield _Plan(site, day, opens, closes, places or 0, method)


def _open(plans: Sequence[_Plan], *, by: Actor, round: Round | None, is_public: bool) -> list[Session]:
    for plan in plans:
        plan.check()
    offers = {(plan.site.pk, plan.offer().starts_at): plan for plan in plans}
    supply_ids = capacity.offer(offers=[plan.offer() for plan in plans], by=by)
    made = capacity.room_of(supply_ids)
    sessions = Session.objects.bulk_create(
        [
            Session(
                reference=references.new(PREFIX),
                site=(plan := offers[room.site_id or 0, room.starts_at]).site,
                supply_id=room.supply_id,
                round=round,
                method=plan.method,
                day=plan.day,
                starts_at=room.starts_at,
                ends_at=room.ends_at,
                is_public=is_public and round is None,
            )
            for room in made.values()
        ]
    )
    entries = [record.Entry.of(session, data={"places": made[session.supply_id].total}) for session in sessions]
    record.write_many("screening.session_opened", by=by, entries=entries)
    _fill_soon([session.pk for session in sessions if session.is_public])
    return sessions


def _fill_soon(session_ids: Sequence[int]) -> None:
    queue.put_many("screening.fill", ({"session_id": each} for each in session_ids))


def _check_places(places: int) -> None:
    if not 0 <= places <= MOST_PLACES:
        raise Refused(N_("A session has between 0 and %(most)s places."), "session_places", most=MOST_PLACES)


def _site(site_id: int) -> Site:
    site = Site.objects.filter(pk=site_id).first()
    if site is None:
        raise Missing("no such site")
    return site


def _locked(session: Session, *, by: Actor) -> Session:
    fresh = Session.objects.select_for_update(of=("self",)).select_related("site").get(pk=session.pk)
    permissions.check_may_plan_at(by, province_code=fresh.site.province_code)
    if fresh.cancelled_at is not None:
        raise Refused(N_("This session was cancelled."), "session_cancelled")
    return fresh
