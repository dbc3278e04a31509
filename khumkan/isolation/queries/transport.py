"""Who is to be fetched, and the drives of an officer's and of a driver's provinces."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from khumkan.isolation.choices import Need
from khumkan.isolation.models import Bed, Pickup, Run, Stay
from khumkan.isolation.permissions.cares import province_codes
from khumkan.isolation.queries.needs import needs_of, on_the_way
from khumkan.isolation.rules.transport import Point, Stop
from khumkan.isolation.states import LIVE_PICKUPS, LIVE_RUNS, CareState, PickupState, RunState, StayState
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing
from khumkan.places import queries as places
from khumkan.places.models import Area, Site

#: So long a drive that nobody finished stays on the pages.
LEFT_OPEN = timedelta(days=7)
#: Drives, and people, on one page.
MOST = 200


@dataclass(frozen=True)
class Fetch:
    """Somebody who is to be fetched.

    :param area: subdistrict and district of the home, or the site where the person lies now; empty when unknown.
    :param address: of that site; the register has none of homes.
    :param needs: what matters in a vehicle.
    """

    stay: Stay
    area: str
    address: str
    needs: tuple[Need, ...]
    stop: Stop

    @property
    def until(self) -> datetime:
        """Until when the bed is held."""
        return self.stop.until


@dataclass(frozen=True)
class ToSite:
    """How many people wait for a drive to a site.

    :param until: when the first of their holds lapses.
    """

    site: Site
    people: int
    until: datetime


def to_be_fetched(*, now: datetime) -> "QuerySet[Stay]":
    """Return the stays of people whose bed is held, who are on no drive, the shortest hold first."""
    live = Pickup.objects.filter(stay__care=OuterRef("care"), state__in=LIVE_PICKUPS)
    rows = Stay.objects.filter(state=StayState.HELD, blocks__contains=now).exclude(Exists(live))
    return rows.select_related("care", "person", "follows__site").order_by("blocks__endswith", "pk")


def fetches(stays: Iterable[Stay]) -> list[Fetch]:
    """Return where each of some people is fetched, and what they need on the way. Four queries."""
    found = list(stays)
    codes = {code for stay in found for code in (stay.person.subdistrict_code, stay.person.district_code) if code}
    areas = places.areas(codes | {stay.person.province_code for stay in found if stay.person.province_code})
    needs = needs_of(stay.care_id for stay in found)
    return [_fetch(stay, areas, on_the_way(needs.get(stay.care_id, ()))) for stay in found]


def _fetch(stay: Stay, areas: Mapping[str, Area], needs: tuple[Need, ...]) -> Fetch:
    person, together = stay.person, stay.care.party_id or -stay.pk
    until = stay.blocks.upper or stay.made_at  # who has arrived keeps the bed without an end
    if stay.follows is not None:  # lies in a bed of another site
        site = stay.follows.site
        stop = Stop(stay.pk, together, site.district_code, site.latitude, site.longitude, until)
        return Fetch(stay, str(site), site.address, needs, stop)
    codes = (person.subdistrict_code, person.district_code, person.province_code)
    known = [areas[code] for code in codes if code in areas]
    latitude, longitude = next(
        ((area.latitude, area.longitude) for area in known if area.latitude is not None), (None, None)
    )
    stop = Stop(stay.pk, together, person.district_code, latitude, longitude, until)
    return Fetch(stay, ", ".join(map(str, known[:2])), "", needs, stop)


def waiting_by_site(by: Actor) -> list[ToSite]:
    """Return the sites of an officer's provinces to which somebody is to be fetched, the shortest hold first."""
    rows = _within(to_be_fetched(now=clock.now()).select_related("site"), by, Role.OFFICER)
    counts: dict[int, ToSite] = {}
    for stay in rows:  # in the order of the holds
        had = counts.get(stay.site_id)
        counts[stay.site_id] = ToSite(
            stay.site, (had.people if had else 0) + 1, had.until if had else stay.blocks.upper
        )
    return list(counts.values())


def site_for(by: Actor, reference: str) -> Site:
    """Return a site of an officer's provinces that takes people into beds.

    :raises Missing: when there is none.
    """
    rows = Site.objects.filter(pk__in=Bed.objects.filter(site__reference=reference).values("site"))
    found: Site | None = _narrowed(rows, by, Role.OFFICER, "province_code").first()
    if found is None:
        raise Missing("no such site within this officer's provinces")
    return found


def waiting_for(site: Site) -> list[Fetch]:
    """Return who waits for a drive to a site, the shortest hold first."""
    return fetches(to_be_fetched(now=clock.now()).filter(site=site)[:MOST])


def start_of(site: Site) -> Point:
    """Return where drives to a site begin and end."""
    return Point(site.latitude, site.longitude)


def runs_for(by: Actor) -> list[Run]:
    """Return the drives of an officer's provinces: of today, and older ones that nobody finished. One query.

    Each has `people`, `live`, `brought` and `missed` beside its own fields.
    """
    return list(_counted(_within(_of_today(), by, Role.OFFICER)))


def run_for(by: Actor, reference: str) -> Run:
    """Return one drive of an officer's provinces.

    :raises Missing: when there is none.
    """
    return _one(_within(Run.objects.select_related("site"), by, Role.OFFICER), reference)


def drives_for(by: Actor) -> list[Run]:
    """Return the drives of a driver's provinces as `runs_for` does, without those that were called off. One query."""
    return list(_counted(_within(_of_today(), by, Role.DRIVER).exclude(state=RunState.CANCELLED)))


def drive_for(by: Actor, reference: str) -> Run:
    """Return one drive of a driver's provinces.

    :raises Missing: when there is none, and when it was called off before it began.
    """
    rows = _within(Run.objects.select_related("site"), by, Role.DRIVER)
    return _one(rows.exclude(state=RunState.CANCELLED), reference)


def is_driver(by: Actor, run: Run) -> bool:
    """Tell whether somebody drives this run now."""
    return run.state == RunState.STARTED and by.id is not None and run.driver_id == by.id


def pickups_of(run: Run) -> list[tuple[Pickup, Fetch]]:
    """Return everybody on a drive in its order, with where they are fetched. Five queries."""
    related = ("stay__care", "stay__person", "stay__bed", "stay__follows__site")
    rows = list(Pickup.objects.filter(run=run).select_related(*related).order_by("position"))
    found = fetches([pickup.stay for pickup in rows])
    return list(zip(rows, found, strict=True))


def areas_of(people: Iterable[tuple[Pickup, Fetch]]) -> list[str]:
    """Return where a drive goes, each area once, in its order: all that is told to somebody who does not drive it."""
    live = [fetch for pickup, fetch in people if pickup.state in LIVE_PICKUPS]
    return list(dict.fromkeys(fetch.area for fetch in live if fetch.area))


def pickup_of(run: Run, position: int) -> Pickup:
    """Return one person on a drive.

    :raises Missing: when nobody has this place.
    """
    found = Pickup.objects.filter(run=run, position=position).select_related("run__site", "stay__care").first()
    if found is None:
        raise Missing("nobody has this place on the drive")
    return found


def may_be_late(pickup: Pickup) -> bool:
    """Tell whether somebody was taken off a list only because the hold lapsed, and may still be brought."""
    return pickup.state == PickupState.CANCELLED and pickup.stay.state == StayState.LAPSED


def not_found_for(by: Actor) -> "QuerySet[Pickup]":
    """Return people whom a driver did not find and whom nobody has called since, the longest ago first.

    For the hotline; officers see those of their provinces. One row a person: the latest time. Who lies in a bed by now,
    or is on another drive, is left out.
    """
    later = Pickup.objects.filter(stay__care=OuterRef("stay__care"), pk__gt=OuterRef("pk"))
    rows = Pickup.objects.filter(
        state=PickupState.NOT_FOUND, stay__care__state__in=[CareState.WAITING, CareState.PLACED]
    )
    rows = rows.exclude(Exists(later)).exclude(stay__care__called_at__gte=F("at"))
    allowed = province_codes(by, Role.AGENT, Role.SUPERVISOR, Role.OFFICER)
    if allowed is not None:
        rows = rows.filter(stay__care__province_code__in=allowed)
    return rows.select_related("run__site", "stay__care", "stay__person").order_by("at", "pk")


def not_found_one(by: Actor, reference: str) -> Pickup:
    """Return one of the people whom a driver did not find, by the reference of the care.

    :raises Missing: when there is none.
    """
    found = not_found_for(by).filter(stay__care__reference=reference).first()
    if found is None:
        raise Missing("nobody was looked for in vain under this reference")
    return found


def _of_today() -> "QuerySet[Run]":
    first, after = clock.day_span(clock.today())
    open_still = Q(state__in=LIVE_RUNS, starts_at__gte=first - LEFT_OPEN)
    rows = Run.objects.filter(Q(starts_at__gte=first, starts_at__lt=after) | open_still)
    return rows.select_related("site").order_by("starts_at", "pk")


def _counted(rows: "QuerySet[Run]") -> "QuerySet[Run]":
    def those(*states: PickupState) -> Count:
        return Count("pickups", filter=Q(pickups__state__in=states))

    return rows.annotate(
        people=Count("pickups", filter=~Q(pickups__state=PickupState.CANCELLED)),
        live=those(*LIVE_PICKUPS),
        brought=those(PickupState.DELIVERED),
        missed=those(PickupState.REFUSED, PickupState.NOT_FOUND),
    )[:MOST]


def _one(rows: "QuerySet[Run]", reference: str) -> Run:
    found = rows.filter(reference=reference).first()
    if found is None:
        raise Missing("no such drive for this actor")
    return found


def _within(rows: QuerySet, by: Actor, role: Role) -> QuerySet:  # type: ignore[type-arg]
    return _narrowed(rows, by, role, "site__province_code")


def _narrowed(rows: QuerySet, by: Actor, role: Role, path: str) -> QuerySet:  # type: ignore[type-arg]
    allowed: Collection[str] | None = province_codes(by, role)
    return rows if allowed is None else rows.filter(**{f"{path}__in": allowed})


def chosen(found: Sequence[Fetch], stay_ids: Iterable[int]) -> list[Fetch]:
    """Return those of some people who were chosen, in the order in which they stand."""
    wanted = set(stay_ids)
    return [fetch for fetch in found if fetch.stay.pk in wanted]
