"""Plans, sessions and lots as officers see them: within their provinces, without a person's data."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import Count, F, Min, Q, QuerySet, Sum

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing
from khumkan.places import queries as places
from khumkan.places.models import Site
from khumkan.places.states import SiteKind
from khumkan.vaccination.choices import WaitingBecause
from khumkan.vaccination.models import Lot, Plan, PlanGroup, Session, WaitingTally
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.states import DoseState

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sessions an officer looks for."""

    first: date
    last: date
    site: str = ""


def provinces_of(by: Actor) -> list[tuple[str, str]]:
    """Return the provinces of an officer with their names; the whole country comes first for a national one."""
    codes = scopes.province_codes(by, Role.OFFICER)
    return [(each.code, str(each)) for each in places.provinces() if codes is None or each.code in codes]


def is_national(by: Actor) -> bool:
    """Tell whether somebody is an officer of the whole country."""
    return scopes.province_codes(by, Role.OFFICER) is None


def plans_for(by: Actor) -> "QuerySet[Plan]":
    """Return the plans of an officer's provinces, the newest first. A plan of the whole country is seen by all."""
    codes = scopes.province_codes(by, Role.OFFICER)
    rows = Plan.objects.order_by("-made_at", "-pk")
    return rows if codes is None else rows.filter(Q(province_code__in=codes) | Q(province_code=""))


def plan_for(by: Actor, reference: str) -> Plan:
    """Return one plan.

    :raises Missing: for an unknown plan and one of another province alike.
    """
    return _found(plans_for(by).filter(reference=reference).first())


def left_of(plan: Plan) -> list[tuple[WaitingBecause, int]]:
    """Return how many people a plan leaves for which reason, most first."""
    counts = [(WaitingBecause(code), count) for code, count in plan.figures.get("left", {}).items()]
    return sorted(counts, key=lambda one: (-one[1], one[0].value))


def areas_of(plan: Plan, *, most: int = 30) -> list[tuple[str, int, int]]:
    """Return the areas in which most people are left: name, people, left. Three queries."""
    rows = PlanGroup.objects.filter(plan=plan).values("area_code")
    rows = rows.annotate(people=Sum("persons"), left=Sum("persons") - Sum("served")).filter(left__gt=0)
    found = list(rows.order_by("-left", "area_code")[:most])
    names = places.area_names({row["area_code"] for row in found})
    return [(names.get(row["area_code"], row["area_code"]), row["people"], row["left"]) for row in found]


def site_names(plan: Plan) -> dict[int, str]:
    """Return the names of the sites of a plan's figures. One query."""
    ids = {site for site, _people, _km in plan.figures.get("sites", [])}
    return {pk: str(site) for pk, site in places.sites(ids).items()}


def moved_from(plan: Plan) -> str:
    """Return the name of the site that closed, or the number of the lot that failed; empty for a regular plan."""
    about = plan.figures.get("about", {})
    if "site" in about:
        return "".join(str(site) for site in places.sites({about["site"]}).values())
    return Lot.objects.filter(pk=about.get("lot")).values_list("number", flat=True).first() or ""


def sites_for(by: Actor) -> list[Site]:
    """Return the open vaccination sites of an officer's provinces, by name."""
    codes = scopes.province_codes(by, Role.OFFICER)
    rows = places.open_sites(SiteKind.VACCINATION)
    return list(rows if codes is None else rows.filter(province_code__in=codes))


def site_for(by: Actor, reference: str) -> Site:
    """Return one vaccination site of an officer's provinces, open or not.

    :raises Missing: for any other.
    """
    codes = scopes.province_codes(by, Role.OFFICER)
    rows = Site.objects.filter(reference=reference, kinds__contains=[SiteKind.VACCINATION])
    return _found((rows if codes is None else rows.filter(province_code__in=codes)).first())


def days_for(by: Actor, wanted: Wanted) -> "QuerySet[Session, Any]":
    """Return sites and days with their counts, by day and site. One query and one for the names."""
    rows = sessions_for(by).filter(day__range=(wanted.first, wanted.last), cancelled_at=None)
    if wanted.site:
        rows = rows.filter(site__reference=wanted.site)
    return (
        rows.order_by("day", "site__name_th", "site")
        .values("day", "site", "site__name_th", "site__name_en", "site__reference", "vaccine")
        .annotate(all_places=Sum("places"), booked=Sum("supply__taken"), all_doses=Sum("kept_doses"))
    )


def sessions_for(by: Actor) -> "QuerySet[Session]":
    """Return the sessions at sites of an officer's provinces, in the order of time."""
    codes = scopes.province_codes(by, Role.OFFICER)
    rows = Session.objects.select_related("site", "supply", "lot").order_by("starts_at", "site_id", "pk")
    return rows if codes is None else rows.filter(site__province_code__in=codes)


def sessions_on(by: Actor, site: Site, day: date) -> list[Session]:
    """Return the sessions of a site on a day, in the order of time. One query."""
    return list(sessions_for(by).filter(site=site, day=day))


def session_for(by: Actor, reference: str) -> Session:
    """Return one session.

    :raises Missing: for an unknown one, and one at a site elsewhere.
    """
    return _found(sessions_for(by).filter(reference=reference).first())


def people_with_date_at(site: Site, first: date, last: date) -> int:
    """Return how many people have a date at a site on some days. One query."""
    rows = Session.objects.filter(site=site, day__range=(first, last), ends_at__gt=clock.now(), cancelled_at=None)
    return rows.aggregate(people=Count("doses", filter=Q(doses__state=DoseState.BOOKED)))["people"] or 0


def lots() -> "QuerySet[Lot]":
    """Return all lots, the first to expire first; each with its supply."""
    return Lot.objects.select_related("supply").order_by("expires_on", "pk")


def lots_for_session(session: Session) -> list[Lot]:
    """Return the lots whose doses can be kept for a session. One query."""
    rows = lots().filter(
        vaccine=session.vaccine, state="usable", arrives_on__lte=session.day, expires_on__gte=session.day
    )
    return list(rows.filter(Q(supply__taken__lt=F("supply__total")) | Q(pk=session.lot_id)))


def lot(pk: int) -> Lot:
    """Return one lot.

    :raises Missing: when there is none.
    """
    return _found(lots().filter(pk=pk).first())


def people_on_lot(lot: Lot) -> int:
    """Return how many people have a date for which doses of a lot are kept. One query."""
    rows = Session.objects.filter(lot=lot, cancelled_at=None, day__gte=clock.today())
    return rows.aggregate(people=Sum("supply__taken"))["people"] or 0


def waiting_by_reason(by: Actor) -> list[tuple[WaitingBecause, int]]:
    """Return how many people of an officer's provinces wait for which reason, most first. One query."""
    rows = _tallies(by).values_list("because").annotate(people=Sum("people")).order_by("-people", "because")
    return [(WaitingBecause(code), people) for code, people in rows]


def waiting_by_area(by: Actor, *, most: int = 30) -> list[tuple[str, int]]:
    """Return the districts with most people who wait. Two queries."""
    rows = _tallies(by).values_list("area_code").annotate(people=Sum("people")).order_by("-people", "area_code")
    found = list(rows[:most])
    names = places.area_names({code for code, _people in found if code})
    return [(names.get(code, ""), people) for code, people in found]


def counted_at(by: Actor) -> datetime | None:
    """Return when those who wait were counted. One query."""
    found: datetime | None = _tallies(by).aggregate(at=Min("counted_at"))["at"]
    return found


def coming_places(by: Actor, *, first: date, last: date) -> tuple[int, int, int]:
    """Return places, doses kept and people booked of some days, all sites together. One query."""
    rows = sessions_for(by).filter(day__range=(first, last), cancelled_at=None)
    sums = rows.order_by().aggregate(
        in_all=Sum("places", default=0), kept=Sum("kept_doses", default=0), booked=Sum("supply__taken", default=0)
    )
    return sums["in_all"], sums["kept"], sums["booked"]


def _tallies(by: Actor) -> "QuerySet[WaitingTally]":
    codes = scopes.province_codes(by, Role.OFFICER)
    rows = WaitingTally.objects.all()
    return rows if codes is None else rows.filter(province_code__in=codes)


def _found(thing: T | None) -> T:
    if thing is None:
        raise Missing
    return thing
