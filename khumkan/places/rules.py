"""What can be decided about places from values alone: opening days and distances."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Protocol, TypeVar

#: Mean radius of the earth in kilometres.
EARTH_KM = 6371.0088
#: Nobody plans further ahead; a wider question is a mistake.
MOST_DAYS = 400


class Somewhere(Protocol):
    """Anything with coordinates in degrees."""

    @property
    def latitude(self) -> float: ...

    @property
    def longitude(self) -> float: ...


Place = TypeVar("Place", bound=Somewhere)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a site is open.

    :param weekdays: open weekdays, Monday is 0.
    :param closures: pairs of first and last closed day.
    :param holidays: closed public holidays; without effect for a site that works on them.
    """

    weekdays: frozenset[int]
    closures: tuple[tuple[date, date], ...] = ()
    holidays: frozenset[date] = frozenset()
    works_on_holidays: bool = False
    is_open: bool = True


def is_open_on(calendar: Calendar, day: date) -> bool:
    """Tell whether a site is open on a day."""
    if not calendar.is_open or day.weekday() not in calendar.weekdays:
        return False
    if day in calendar.holidays and not calendar.works_on_holidays:
        return False
    return not any(first <= day <= last for first, last in calendar.closures)


def open_days(calendar: Calendar, first: date, last: date) -> list[date]:
    """Return the open days from a day to a day, both included.

    :raises ValueError: for more than `MOST_DAYS` days.
    """
    span = (last - first).days + 1
    if span > MOST_DAYS:
        raise ValueError(f"open days of more than {MOST_DAYS} days")
    return [day for offset in range(max(span, 0)) if is_open_on(calendar, day := first + timedelta(days=offset))]


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Return the distance between two points along the surface, in kilometres (haversine)."""
    phi, other_phi = radians(latitude), radians(other_latitude)
    half_height, half_width = (other_phi - phi) / 2, radians(other_longitude - longitude) / 2
    chord = sin(half_height) ** 2 + cos(phi) * cos(other_phi) * sin(half_width) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(chord)))


def nearest(
    places: Iterable[Place], *, latitude: float, longitude: float, most: int = 10
) -> Sequence[tuple[Place, float]]:
    """Return the nearest places with their distance in kilometres, the nearest first.

    Equal distances keep their order.
    """
    measured = [(place, distance_km(latitude, longitude, place.latitude, place.longitude)) for place in places]
    return sorted(measured, key=lambda pair: pair[1])[:most]
