"""What a plan of dates and places is computed from, and what each way in it costs.

Days are numbers from 0, the first day of the plan. Distances are whole metres, and every cost is in metres as well, so
that the same input gives the same plan on every machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from khumkan.places.rules import EARTH_KM
from khumkan.vaccination.terms.planning import PlanningTerms

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
#: Somebody without a date costs so many times as much as the worst date: as many as possible are served.
UNSERVED = 4


@dataclass(frozen=True, slots=True)
class Group:
    """People who are alike for a plan.

    :param rank: who comes first; a greater number is sooner.
    :param vaccines: those that they may have.
    :param first: the first day on which they may have a dose, `last` the last one.
    :param is_shared_out: whether they work in places so large that no day may take more than a share of them.
    """

    key: int
    latitude: float
    longitude: float
    rank: int
    vaccines: tuple[str, ...]
    first: int
    last: int
    persons: int
    is_shared_out: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """A site with its coordinates in degrees."""

    key: int
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Room:
    """How many people a site can still take on a day, for one vaccine."""

    site: int
    day: int
    vaccine: str
    places: int


@dataclass(frozen=True, slots=True)
class Lot:
    """For how many people a lot lasts, from the day of its arrival to the last day on which it may be given."""

    key: int
    vaccine: str
    first: int
    last: int
    persons: int


@dataclass(frozen=True, slots=True)
class Cell:
    """So many people of a group go to a site on a day."""

    group: int
    site: int
    day: int
    vaccine: str
    persons: int
    metres: int


def shares(terms: PlanningTerms) -> int:
    """Return on how many days the workers of a large workplace are spread, at least."""
    return ceil(1 / terms.workplace_share)


def most_a_day(group: Group, terms: PlanningTerms) -> int:
    """Return how many people of a group may have their date on one day."""
    return ceil(group.persons / shares(terms)) if group.is_shared_out else group.persons


def metres_between(groups: Sequence[Group], sites: Sequence[Site]) -> Ints:
    """Return the distances from each group to each site along the surface, in whole metres (haversine)."""
    here = np.radians([(group.latitude, group.longitude) for group in groups]).reshape(-1, 1, 2)
    there = np.radians([(site.latitude, site.longitude) for site in sites]).reshape(1, -1, 2)
    half = np.sin((there - here) / 2) ** 2
    chord = half[..., 0] + np.cos(here[..., 0]) * np.cos(there[..., 0]) * half[..., 1]
    metres: Ints = np.rint(2_000 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))).astype(np.int64)
    return metres


def metres_a_day(group: Group, days: int, terms: PlanningTerms) -> int:
    """Return what one day of waiting of somebody in a group costs.

    For the lowest group it is `km_for_a_day`. It grows with the rank so that, from the first day of the plan to the
    last, each rank is worth `days_for_a_group` days more.
    """
    more = (group.rank - 1) * terms.days_for_a_group / max(days - 1, 1)
    return round(1_000 * terms.km_for_a_day * (1 + more))


def metres_unserved(group: Group, worst: int, terms: PlanningTerms) -> int:
    """Return what it costs when somebody of a group gets no date.

    :param worst: the greatest cost of any date in the plan.
    """
    return UNSERVED * max(worst, 1) + 1_000 * terms.km_for_a_day * terms.days_for_a_group * (group.rank - 1)
