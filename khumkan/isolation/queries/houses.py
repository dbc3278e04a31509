"""One site that cares for people: its rooms and beds, who is there, how many beds it offers on which day."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from khumkan.isolation.choices import BedState, Level, RoomFor
from khumkan.isolation.models import Bed, Facility, Room, Stay
from khumkan.isolation.permissions import board as permissions
from khumkan.isolation.permissions.cares import is_officer_of
from khumkan.isolation.states import PRESENT, PROMISED, StayState
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing
from khumkan.places.models import Site
from khumkan.places.states import SiteKind

_BEDS = """
SELECT r.id, r.floor, r.number, r.level, r.room_for, r.is_accessible, b.id, b.label, b.offered_from, b.offered_until,
       b.out_of_order_since IS NOT NULL, busy.state, upper(busy.blocks)
FROM isolation_bed b
JOIN isolation_room r ON r.id = b.room_id
LEFT JOIN isolation_stay busy ON busy.bed_id = b.id AND lower(busy.blocks) <= %(now)s
                              AND (upper(busy.blocks) > %(now)s OR upper(busy.blocks) IS NULL)
WHERE b.site_id = %(site_id)s AND {which}
ORDER BY b.id
"""
_OF_HOUSE = "(busy.id IS NOT NULL OR b.offered_until IS NULL OR b.offered_until > %(today)s)"
STATES: Mapping[str, BedState] = {
    StayState.HELD: BedState.HELD,
    StayState.ON_THE_WAY: BedState.HELD,
    StayState.ADMITTED: BedState.OCCUPIED,
    StayState.LEAVING: BedState.OCCUPIED,
    StayState.LEFT: BedState.CLEANING,
}
#: Sites that may join as places of care.
MAY_JOIN = (SiteKind.HOSPITEL, SiteKind.HOSPITAL)


@dataclass(frozen=True, slots=True)
class BedNow:
    """A bed as it is at a moment.

    :param until: when the hold or the cleaning is over by itself.
    :param is_broken: it is out of order, which shows only beside the state while somebody still lies in it.
    :param comes_on: the day from which it is offered, while that is still to come.
    :param leaves_on: the first day on which it is no longer offered.
    """

    id: int
    label: str
    letter: str
    state: BedState
    until: datetime | None
    is_broken: bool
    comes_on: date | None
    leaves_on: date | None


@dataclass(frozen=True, slots=True)
class RoomNow:
    """A room with its beds."""

    id: int
    number: str
    level: Level
    room_for: RoomFor
    is_accessible: bool
    beds: tuple[BedNow, ...]


@dataclass(frozen=True, slots=True)
class Floor:
    """A floor with its rooms, in the order of their numbers."""

    name: str
    rooms: tuple[RoomNow, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the emptying of a site is.

    :param present: who lies there; `moving` those of them for whom another bed is held.
    :param promised: who is expected.
    """

    present: int
    moving: int
    promised: int

    @property
    def left(self) -> int:
        """Who has no other bed yet."""
        return self.present - self.moving


def facility_for(by: Actor, reference: str) -> Facility:
    """Return a place of care that an officer runs. One query.

    :raises Missing: for an unknown one and one elsewhere alike.
    """
    return _one(_within(permissions.provinces_run(by)), reference)


def facility_kept(by: Actor, reference: str) -> Facility:
    """Return a place of care at which the actor works. One query.

    :raises Missing: for an unknown one and another site alike.
    """
    return _one(_kept(by), reference)


def facilities_kept(by: Actor) -> "QuerySet[Facility]":
    """Return the places with beds at which the actor works, by name. One query."""
    return _kept(by).order_by("site__name_th", "pk")


def bed_for(by: Actor, bed_id: int) -> Bed:
    """Return a bed that the actor keeps in order: staff of its site, and officers of its province. One query.

    :raises Missing: for an unknown bed and one elsewhere alike.
    """
    bed = Bed.objects.select_related("site", "room").filter(pk=bed_id).first()
    kept = permissions.sites_kept(by)
    if bed is None or not (kept is None or bed.site_id in kept or is_officer_of(by, bed.site.province_code)):
        raise Missing("no such bed at this actor's sites")
    return bed


def may_join(by: Actor) -> "QuerySet[Site]":
    """Return the hospitels and hospitals of an officer's provinces that do not care for people yet, by name."""
    rows = Site.objects.filter(kinds__overlap=list(MAY_JOIN), is_open=True)
    run = permissions.provinces_run(by)
    rows = rows if run is None else rows.filter(province_code__in=run)
    return rows.filter(~Exists(Facility.objects.filter(pk=OuterRef("pk")))).order_by("name_th", "pk")


def floors(facility: Facility) -> list[Floor]:
    """Return the rooms and beds of a site as they are now, floor by floor. One query."""
    rooms: dict[int, tuple[str, RoomNow]] = {}
    beds: dict[int, list[BedNow]] = {}
    for room_id, floor, number, level, room_for, accessible, *bed in _beds(facility.pk):
        rooms[room_id] = (floor, RoomNow(room_id, number, Level(level), RoomFor(room_for), accessible, ()))
        beds.setdefault(room_id, []).append(_bed_now(number, bed))
    by_floor: dict[str, list[RoomNow]] = {}
    for room_id, (floor, room) in rooms.items():
        in_order = tuple(sorted(beds[room_id], key=lambda bed: bed.label))
        whole = RoomNow(room.id, room.number, room.level, room.room_for, room.is_accessible, in_order)
        by_floor.setdefault(floor, []).append(whole)
    return [
        Floor(floor, tuple(sorted(by_floor[floor], key=lambda room: natural(room.number))))
        for floor in sorted(by_floor, key=natural)
    ]


def state_of_bed(bed: Bed) -> BedNow:
    """Return a bed as it is now. One query."""
    ((_room, _floor, number, _level, _for, _accessible, *row),) = _beds(bed.site_id, bed_id=bed.pk)
    return _bed_now(number, row)


def _beds(site_id: int, *, bed_id: int | None = None) -> list[tuple[Any, ...]]:
    values: dict[str, Any] = {"now": clock.now(), "today": clock.today(), "site_id": site_id, "bed_id": bed_id}
    with connection.cursor() as cursor:
        cursor.execute(_BEDS.format(which=_OF_HOUSE if bed_id is None else "b.id = %(bed_id)s"), values)
        return list(cursor.fetchall())


def _bed_now(number: str, row: Sequence[Any]) -> BedNow:
    bed_id, label, comes_on, leaves_on, is_broken, busy, until = row
    state = STATES[busy] if busy else BedState.OUT_OF_ORDER if is_broken else BedState.FREE
    return BedNow(
        id=bed_id,
        label=label,
        letter=label.removeprefix(f"{number}-"),
        state=state,
        until=until,
        is_broken=is_broken,
        comes_on=comes_on if comes_on > clock.today() else None,
        leaves_on=leaves_on,
    )


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """Return a key by which floor 2 comes before floor 10, and figures before letters."""
    return tuple(
        (int(part), "") if part.isascii() and part.isdigit() else (10**12, part)
        for part in re.split(r"(\d+)", name)
        if part
    )


def room_numbers(facility: Facility) -> list[str]:
    """Return the numbers of the rooms of a site. One query."""
    return list(Room.objects.filter(facility=facility).order_by("number").values_list("number", flat=True))


def offered(facility: Facility, *, first: date, last: date) -> list[tuple[date, int]]:
    """Return how many beds a site offers on each day, as they joined and as they leave. One query."""
    spans = list(
        Bed.objects.filter(site=facility.pk)
        .order_by()
        .values_list("offered_from", "offered_until")
        .annotate(count=Count("pk"))
    )
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [
        (day, sum(count for start, end, count in spans if start <= day and (end is None or end > day))) for day in days
    ]


def standing(facility: Facility) -> Standing:
    """Return how many people are at a site, and for how many another bed is held. One query."""
    other = Stay.objects.filter(care=OuterRef("care"), state__in=PROMISED).filter(blocks__contains=clock.now())
    present = Q(state__in=PRESENT)
    found = Stay.objects.filter(site=facility.pk, state__in=[*PRESENT, *PROMISED]).aggregate(
        present=Count("pk", filter=present),
        moving=Count("pk", filter=present & Q(Exists(other))),
        promised=Count("pk", filter=Q(state__in=PROMISED, blocks__contains=clock.now())),
    )
    return Standing(**found)


def people_at(facility: Facility, *, left_only: bool = False) -> "QuerySet[Stay]":
    """Return who lies at a site or is expected there, by bed; `moves_to` is the id of the site of another held bed.

    :param left_only: only those who lie there and have no other bed yet.
    """
    now = clock.now()
    other = Stay.objects.filter(follows=OuterRef("pk"), state__in=PROMISED, blocks__contains=now)
    rows = Stay.objects.filter(site=facility.pk).select_related("person", "bed", "care")
    rows = rows.annotate(moves_to=other.values("site")[:1])
    if left_only:
        return rows.filter(~Exists(other), state__in=PRESENT).order_by("bed__label", "pk")
    here = Q(state__in=PRESENT) | Q(state__in=PROMISED, blocks__contains=now)
    return rows.filter(here).order_by("bed__label", "pk")


def beds_on(facility: Facility, floor_names: Sequence[str], *, until: date) -> list[int]:
    """Return the beds of some floors that are still offered on a day; no floor named means all. One query."""
    rows = Bed.objects.filter(Q(offered_until=None) | Q(offered_until__gt=until), site=facility.pk)
    rows = rows.filter(room__floor__in=floor_names) if floor_names else rows
    return list(rows.order_by("pk").values_list("pk", flat=True))


def floor_names(facility: Facility) -> list[str]:
    """Return what the floors of a site are called, in their order. One query."""
    names = Room.objects.filter(facility=facility).order_by("floor").values_list("floor", flat=True).distinct()
    return sorted(names, key=natural)


def lying_in(bed_ids: Sequence[int]) -> "QuerySet[Stay]":
    """Return who lies in some beds or is promised one, by bed. One query."""
    now = clock.now()
    rows = Stay.objects.filter(bed__in=bed_ids).select_related("bed", "care")
    here = Q(state__in=PRESENT) | Q(state__in=PROMISED, blocks__contains=now)
    return rows.filter(here).order_by("bed__label", "pk")


def _within(provinces: frozenset[str] | None) -> "QuerySet[Facility]":
    rows = Facility.objects.select_related("site")
    return rows if provinces is None else rows.filter(site__province_code__in=provinces)


def _kept(by: Actor) -> "QuerySet[Facility]":
    rows, kept = Facility.objects.select_related("site"), permissions.sites_kept(by)
    return rows if kept is None else rows.filter(pk__in=kept)


def _one(rows: "QuerySet[Facility]", reference: str) -> Facility:
    found = rows.filter(site__reference=reference).first()
    if found is None:
        raise Missing("no such place of care for this actor")
    return found
