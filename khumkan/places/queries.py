"""Every read of places.

Areas, open sites and holidays are public; `sites_for` keeps to the sites that an actor works with.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, time
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL

from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.kernel.errors import Missing
from khumkan.places import rules
from khumkan.places.models import (
    Area,
    District,
    Holiday,
    Province,
    Site,
    SiteCapacity,
    SiteClosure,
    SiteHours,
    Subdistrict,
)
from khumkan.places.states import SiteKind

#: Who works with the sites of a scope.
OFFICE = (Role.OFFICER, Role.ADMINISTRATOR, Role.SYSTEM)
#: Haversine, the same as `rules.distance_km`.
_DISTANCE = """
    2 * 6371.0088 * asin(least(1, sqrt(
        sin(radians(places_site.latitude - %s) / 2) ^ 2
        + cos(radians(%s)) * cos(radians(places_site.latitude)) * sin(radians(places_site.longitude - %s) / 2) ^ 2
    )))
"""

#: The tables of areas by the length of their codes.
_LEVELS: dict[int, Callable[[], "QuerySet[Any]"]] = {
    2: Province.objects.all,
    4: District.objects.all,
    6: Subdistrict.objects.all,
}


def provinces() -> "QuerySet[Province]":
    """Return today's provinces in Thai dictionary order."""
    return Province.objects.filter(abolished_on__isnull=True).order_by("sort_key")


def province_called(typed: str) -> Province | None:
    """Return today's province with this code, or with this name in Thai or English; small and big letters are alike."""
    return provinces().filter(Q(pk=typed) | Q(name_th=typed) | Q(name_en__iexact=typed)).first()


def districts_of(province_code: str) -> "QuerySet[District]":
    """Return today's districts of a province in Thai dictionary order."""
    return District.objects.filter(province_id=province_code, abolished_on__isnull=True).order_by("sort_key")


def subdistricts_of(district_code: str) -> "QuerySet[Subdistrict]":
    """Return today's subdistricts of a district in Thai dictionary order."""
    return Subdistrict.objects.filter(district_id=district_code, abolished_on__isnull=True).order_by("sort_key")


def areas(codes: Iterable[str]) -> dict[str, Area]:
    """Return areas of any level by code; three queries at most, unknown codes are left out."""
    wanted = set(codes)
    found: dict[str, Area] = {}
    for length, level in _LEVELS.items():
        of_level = [code for code in wanted if len(code) == length]
        if of_level:
            found |= {area.pk: area for area in level().filter(pk__in=of_level).order_by("pk")}
    return found


def area_names(codes: Iterable[str]) -> dict[str, str]:
    """Return the names of areas of any level in the language of this request; three queries at most."""
    return {code: str(area) for code, area in areas(codes).items()}


def areas_now(code: str) -> list[str]:
    """Return the codes of today's areas for a code of any day: itself, or an abolished area's successors."""
    areas = _LEVELS.get(len(code))
    area = areas().filter(pk=code).first() if areas else None
    if area is None:
        return []
    if area.abolished_on is None:
        return [code]
    return [now for successor in area.successors for now in areas_now(successor)]


def sites_for(by: Actor) -> "QuerySet[Site]":
    """Return the sites of the actor's scope, by name: of the whole country, a province, or single ones."""
    if by.is_national(*OFFICE, Role.SUPERVISOR, Role.AGENT, Role.AUDITOR):
        return Site.objects.order_by("name_th", "pk")
    codes = {grant.key for grant in by.grants if grant.scope_kind is ScopeKind.PROVINCE}
    ids = {int(grant.key) for grant in by.grants if grant.scope_kind is ScopeKind.SITE and grant.key.isdigit()}
    return Site.objects.filter(Q(province_code__in=codes) | Q(pk__in=ids)).order_by("name_th", "pk")


def site_for(by: Actor, reference: str) -> Site:
    """Return one site of the actor's scope with hours, closures and capacities; four queries.

    :raises Missing: for an unknown site and for one outside the scope alike.
    """
    site = sites_for(by).filter(reference=reference).prefetch_related("hours", "closures", "capacities").first()
    if site is None:
        raise Missing
    return site


def site_called(reference: str) -> Site | None:
    """Return the site with this reference, whoever asks."""
    return Site.objects.filter(reference=reference).first()


def sites(site_ids: Iterable[int]) -> dict[int, Site]:
    """Return sites by id; one query, unknown ids are left out."""
    return Site.objects.in_bulk(list(site_ids))


def open_sites(kind: SiteKind) -> "QuerySet[Site]":
    """Return the open sites of a kind, by name."""
    return Site.objects.filter(is_open=True, kinds__contains=[kind]).order_by("name_th", "pk")


def nearest_sites(kind: SiteKind, *, latitude: float, longitude: float, most: int = 10) -> Sequence[Site]:
    """Return the nearest open sites of a kind, each with `.distance_km`; one query, by distance and id."""
    distance = RawSQL(_DISTANCE, (latitude, latitude, longitude))  # noqa: S611 the values are bound
    return list(open_sites(kind).annotate(distance_km=distance).order_by(F("distance_km"), "pk")[:most])


def places_per_day(site_ids: Iterable[int], kind: SiteKind) -> dict[int, int]:
    """Return how many people each site can serve a day; sites without a figure are left out."""
    rows = SiteCapacity.objects.filter(site_id__in=list(site_ids), kind=kind).order_by("site_id")
    return dict(rows.values_list("site_id", "places_per_day"))


def holidays(first: date, last: date) -> dict[date, Holiday]:
    """Return the named days from a day to a day, both included, by day."""
    return {holiday.on: holiday for holiday in Holiday.objects.filter(on__range=(first, last)).order_by("on")}


def closed_holidays(first: date, last: date) -> frozenset[date]:
    """Return the days from a day to a day on which offices are closed, weekends not counted."""
    return frozenset(
        Holiday.objects.filter(on__range=(first, last), is_closed=True).order_by("on").values_list("on", flat=True)
    )


def calendars(site_ids: Iterable[int], *, first: date, last: date) -> dict[int, rules.Calendar]:
    """Return the calendars of sites for a span of days; four queries whatever the number."""
    ids = list(site_ids)
    holidays_closed = closed_holidays(first, last)
    weekdays: dict[int, set[int]] = {}
    for site_id, weekday in SiteHours.objects.filter(site_id__in=ids).order_by("pk").values_list("site_id", "weekday"):
        weekdays.setdefault(site_id, set()).add(weekday)
    closures: dict[int, list[tuple[date, date]]] = {}
    rows = SiteClosure.objects.filter(site_id__in=ids, closed_from__lte=last, closed_to__gte=first).order_by("pk")
    for site_id, closed_from, closed_to in rows.values_list("site_id", "closed_from", "closed_to"):
        closures.setdefault(site_id, []).append((closed_from, closed_to))
    return {
        site.pk: rules.Calendar(
            frozenset(weekdays.get(site.pk, ())),
            tuple(closures.get(site.pk, ())),
            holidays_closed,
            site.works_on_holidays,
            site.is_open,
        )
        for site in Site.objects.filter(pk__in=ids).order_by("pk")
    }


def open_days(site_id: int, *, first: date, last: date) -> list[date]:
    """Return the days from a day to a day, both included, on which a site is open."""
    calendar = calendars([site_id], first=first, last=last).get(site_id)
    return rules.open_days(calendar, first, last) if calendar else []


def hours_of(site_ids: Iterable[int]) -> dict[tuple[int, int], tuple[time, time]]:
    """Return when sites open and close, by site and weekday; one query."""
    rows = SiteHours.objects.filter(site_id__in=list(site_ids)).order_by("pk")
    return {(row.site_id, row.weekday): (row.opens, row.closes) for row in rows}


def holiday(day: str) -> Holiday:
    """Return the holiday of a day, written as 2021-08-12.

    :raises Missing: when the day has no name, or is none.
    """
    try:
        found = Holiday.objects.filter(on=date.fromisoformat(day)).first()
    except ValueError:
        found = None
    if found is None:
        raise Missing
    return found
