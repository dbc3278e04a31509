"""A day at a site: its hours, who is expected and who is at which step; closed days and what they came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Min, Q, QuerySet

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.kernel.errors import Missing
from khumkan.places.models import Site
from khumkan.places.states import SiteKind
from khumkan.vaccination.models import Dose, EmployerDay, Session, SiteDay, Visit
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.states import LIVE_VISITS, DoseState, VisitState

#: A day that nobody closed stays on the page of its site for so long.
LEFT_OPEN = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Hours:
    """From the first session of a day at a site to the end of the last one.

    :param closed_at: when the day was reconciled; none while it is open.
    """

    begins: datetime
    ends: datetime
    closed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Where the people of a day are."""

    expected: int
    inside: int
    observed: int
    given: int
    turned_back: int


@dataclass(frozen=True, kw_only=True)
class Hour:
    """One session of the day: how many are still expected, and how many there were."""

    session: Session
    expected: int
    listed: int
    is_over: bool


def hours(site_id: int, day: date) -> Hours | None:
    """Return the hours of a day at a site, or None when there is no session. One query."""
    rows = Session.objects.filter(site=site_id, day=day).order_by()
    found = rows.aggregate(
        begins=Min("starts_at"), ends=Max("ends_at"), closed=Max("closed_at"), open=Count("pk", Q(closed_at=None))
    )
    if found["begins"] is None:
        return None
    return Hours(begins=found["begins"], ends=found["ends"], closed_at=None if found["open"] else found["closed"])


def sites_of(by: Actor) -> list[tuple[Site, bool]]:
    """Return the vaccination sites at which the actor works, by name, and whether each is open today."""
    rows = Site.objects.filter(kinds__contains=[SiteKind.VACCINATION]).order_by("name_th", "pk")
    allowed = scopes.site_ids(by)
    sites = list((rows if allowed is None else rows.filter(pk__in=allowed))[:200])
    working = set(
        Session.objects.filter(site__in=sites, day=clock.today(), cancelled_at=None).values_list("site", flat=True)
    )
    return [(site, site.pk in working) for site in sites]


def site_for(by: Actor, reference: str) -> Site:
    """Return a vaccination site at which the actor works.

    :raises Missing: for any other site.
    """
    allowed = scopes.site_ids(by)
    rows = Site.objects.filter(reference=reference, kinds__contains=[SiteKind.VACCINATION])
    found = (rows if allowed is None else rows.filter(pk__in=allowed)).first()
    if found is None:
        raise Missing("no such site for this actor")
    return found


def sessions_on(site_id: int, day: date) -> list[Session]:
    """Return the sessions of a day at a site that were not cancelled, the first on top."""
    rows = Session.objects.filter(site=site_id, day=day, cancelled_at=None).select_related("site", "lot")
    return list(rows.order_by("starts_at", "pk"))


def session_now(site_id: int, day: date, *, vaccine: str = "") -> Session | None:
    """Return the session that goes on now, else the next of the day, else the last; of one vaccine where asked for."""
    rows = [one for one in sessions_on(site_id, day) if not vaccine or one.vaccine == vaccine]
    return next((one for one in rows if one.ends_at > clock.now()), rows[-1] if rows else None)


def tally(site_id: int, day: date) -> Tally:
    """Count the people of a day at a site. Two queries."""
    visits = Visit.objects.filter(session__site=site_id, session__day=day).aggregate(
        inside=Count("pk", filter=Q(state__in=[state for state in LIVE_VISITS if state is not VisitState.INJECTED])),
        observed=Count("pk", filter=Q(state=VisitState.INJECTED)),
        given=Count("pk", filter=Q(state__in=[VisitState.INJECTED, VisitState.LEFT])),
        turned_back=Count("pk", filter=Q(state=VisitState.TURNED_BACK)),
    )
    return Tally(expected=expected(site_id, day).count(), **visits)


def expected(site_id: int, day: date) -> QuerySet[Dose]:
    """Return who is booked for a day at a site and has not come: by the hour, then by name."""
    rows = Dose.objects.filter(session__site=site_id, session__day=day, state=DoseState.BOOKED)
    return rows.select_related("person", "session").order_by("session__starts_at", "person__name_key", "pk")


def by_hour(site_id: int, day: date) -> list[Hour]:
    """Return the sessions of a day with how many people each still expects. Two queries."""
    counted = Dose.objects.filter(session__site=site_id, session__day=day).values("session").order_by("session")
    numbers = {
        row["session"]: (row["expected"], row["listed"])
        for row in counted.annotate(expected=Count("pk", Q(state=DoseState.BOOKED)), listed=Count("pk"))
    }
    return [
        Hour(session=one, expected=coming, listed=listed, is_over=one.ends_at <= clock.now())
        for one in sessions_on(site_id, day)
        for coming, listed in [numbers.get(one.pk, (0, 0))]
    ]


def inside(site_id: int, day: date) -> list[Visit]:
    """Return who is at the site: the observed first, by when their time is over, then by when they came."""
    rows = Visit.objects.filter(session__site=site_id, session__day=day, state__in=LIVE_VISITS)
    found = rows.select_related("person", "dose").order_by("arrived_at", "pk")
    return sorted(found, key=lambda one: (one.observe_until is None, one.observe_until or one.arrived_at))


def open_days(site_id: int) -> list[date]:
    """Return the days of the last week that nobody has closed, the oldest first."""
    today = clock.today()
    rows = Session.objects.filter(site=site_id, day__gte=today - LEFT_OPEN, day__lt=today, closed_at=None)
    return list(rows.filter(cancelled_at=None).order_by("day").values_list("day", flat=True).distinct())


def closed_day(site_id: int, day: date) -> SiteDay | None:
    """Return what a closed day came to, or None while it is open."""
    return SiteDay.objects.filter(site=site_id, day=day).select_related("site").first()


def closed_for(by: Actor, *, first: date, last: date) -> QuerySet[SiteDay]:
    """Return the closed days of the officer's provinces in a span, the newest first."""
    codes = scopes.province_codes(by, Role.OFFICER)
    rows = SiteDay.objects.filter(day__range=(first, last)).select_related("site").order_by("-day", "site__name_th")
    return rows if codes is None else rows.filter(site__province_code__in=codes)


def closed_one(by: Actor, reference: str, day: date) -> SiteDay:
    """Return a closed day of a site of the officer's provinces.

    :raises Missing: when there is none.
    """
    found = closed_for(by, first=day, last=day).filter(site__reference=reference).first()
    if found is None:
        raise Missing("no such day within these provinces")
    return found


def employers_on(day: SiteDay) -> list[EmployerDay]:
    """Return what a closed day came to by employer: those with most people on top."""
    rows = EmployerDay.objects.filter(site_day=day).select_related("employer")
    return list(rows.order_by("-booked", "employer__name_th", "pk"))


def days_of_employers(by: Actor, *, first: date, last: date) -> QuerySet[EmployerDay]:
    """Return what closed days came to for the people of the actor's employers, the newest first: numbers only."""
    own: Sequence[int] = [int(key) for key in by.keys(Role.EMPLOYER, ScopeKind.EMPLOYER)]
    rows = EmployerDay.objects.filter(employer__in=own, site_day__day__range=(first, last))
    return rows.select_related("site_day__site", "employer").order_by("-site_day__day", "site_day__site__name_th", "pk")
