"""Who is fetched together, and in which order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf

from khumkan.places.rules import distance_km

#: Of a vehicle; as the table of drives has it.
MOST_SEATS = 60


@dataclass(frozen=True, slots=True)
class Stop:
    """One person to be fetched.

    :param key: what the caller knows the person by.
    :param together: people with the same value ride together: a family.
    :param district: the code of the district, or empty when nobody knows.
    :param latitude: degrees, of the home or the middle of its subdistrict; so `longitude`. None when nobody knows.
    :param until: until when the bed is held.
    """

    key: int
    together: int
    district: str
    latitude: float | None
    longitude: float | None
    until: datetime


@dataclass(frozen=True, slots=True)
class Point:
    """A place in degrees, such as the site from which a vehicle starts."""

    latitude: float | None
    longitude: float | None


def lists(stops: Iterable[Stop], *, seats: int, start: Point) -> list[tuple[int, ...]]:
    """Return who is fetched on one drive after the other, each in the order of the drive; everybody exactly once.

    Whose bed is held for the shortest time comes first, with the neighbours from the same district, and then with the
    nearest of the others while there are seats. Families stay together where the vehicle is large enough.

    :param seats: for people who are fetched, at least 1.
    """
    if seats < 1:
        raise ValueError("a vehicle without a seat fetches nobody")
    left = _units(stops, seats)
    drives = []
    while left:
        drive = _fill(left, seats)
        drives.append(tuple(stop.key for stop in in_order(drive, start=start)))
    return drives


def in_order(stops: Iterable[Stop], *, start: Point) -> list[Stop]:
    """Return the order of a drive: always to the nearest who is not yet in the vehicle.

    Of equally near ones the shortest hold first; people whose home nobody knows come last.
    """
    left, here, done = list(stops), start, list[Stop]()
    while left:
        nearest = min(left, key=lambda stop: (_km(here, stop), stop.until, stop.key))
        left.remove(nearest)
        done.append(nearest)
        if nearest.latitude is not None:
            here = Point(nearest.latitude, nearest.longitude)
    return done


def _units(stops: Iterable[Stop], seats: int) -> list[list[Stop]]:
    """Return families and single people, the shortest hold first; a family larger than the vehicle goes in parts."""
    families: dict[int, list[Stop]] = {}
    for stop in sorted(stops, key=lambda stop: (stop.until, stop.key)):
        families.setdefault(stop.together, []).append(stop)
    parts = [members[first : first + seats] for members in families.values() for first in range(0, len(members), seats)]
    return sorted(parts, key=lambda unit: (unit[0].until, unit[0].key))


def _fill(left: list[list[Stop]], seats: int) -> Sequence[Stop]:
    """Take from the units who rides with the first of them."""
    first = left.pop(0)
    drive, free = list(first), seats - len(first)
    here = Point(first[0].latitude, first[0].longitude)

    def nearness(unit: list[Stop]) -> tuple[bool, float, datetime, int]:
        stop = unit[0]
        is_elsewhere = not first[0].district or stop.district != first[0].district
        return is_elsewhere, 0 if not is_elsewhere else _km(here, stop), stop.until, stop.key

    for unit in sorted(left, key=nearness):
        if len(unit) <= free:
            left.remove(unit)
            drive += unit
            free -= len(unit)
    return drive


def _km(here: Point, stop: Stop) -> float:
    if here.latitude is None or here.longitude is None or stop.latitude is None or stop.longitude is None:
        return inf
    return distance_km(here.latitude, here.longitude, stop.latitude, stop.longitude)
