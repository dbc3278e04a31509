"""Who gets a date where and when: the office gives dates and places to everybody at once, and nobody races.

What is made as small as possible is the sum of the kilometres and of the days of waiting, a day counting as some
kilometres and as more in a higher group. Whoever gets no date costs more than the worst date, so that as many as
possible are served. No place on a day and no lot is used beyond what there is, nobody comes before the day on which
the dose is due or after the interval, and no day takes more than a share of a group of large workplaces.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from khumkan.vaccination.choices import WaitingBecause
from khumkan.vaccination.rules.allocation_model import Cell, Group, Lot, Room, Site, metres_between, most_a_day
from khumkan.vaccination.rules.allocation_program import Program
from khumkan.vaccination.terms.planning import PlanningTerms

__all__ = ["Allocation", "Cell", "Group", "Left", "Lot", "Room", "Site", "allocate"]
#: The part of the cost by which a plan may stay above the bound. The last rounds of the search, for a thousandth, take
#: as long as all others; where it ends, a plan for a city lies about three thousandths above the bound.
GAP = 0.008


@dataclass(frozen=True, slots=True)
class Left:
    """So many people of a group get no date, and why."""

    group: int
    persons: int
    because: WaitingBecause


@dataclass(frozen=True, slots=True)
class Allocation:
    """Who goes where and who is left.

    :param cost: the sum over all, in metres.
    :param bound: no plan of these people could cost less.
    """

    cells: tuple[Cell, ...]
    left: tuple[Left, ...]
    cost: int
    bound: float

    @property
    def gap(self) -> float:
        """The part of the cost that lies above the bound; 0 is proven to be the best."""
        return (self.cost - self.bound) / self.cost if self.cost else 0.0


def allocate(
    groups: Iterable[Group],
    sites: Iterable[Site],
    rooms: Iterable[Room],
    lots: Iterable[Lot],
    *,
    days: int,
    terms: PlanningTerms,
    gap: float = GAP,
    pulse: Callable[[], None] = lambda: None,
) -> Allocation:
    """Give dates and places to all groups at once. The order of the input does not matter.

    :param days: how many days the plan has; they are numbered from 0.
    :param gap: the part of the cost by which the plan may stay above the bound; 0 searches until the best is proven.
    :param pulse: called between the steps of the search; what it raises ends it.
    """
    all_groups = sorted((group for group in groups if group.persons), key=lambda group: group.key)
    all_rooms = sorted(
        (room for room in rooms if room.places > 0 and 0 <= room.day < days),
        key=lambda room: (room.site, room.day, room.vaccine),
    )
    all_lots = sorted((lot for lot in lots if lot.persons > 0), key=lambda lot: lot.key)
    with_room = {room.site for room in all_rooms}
    all_sites = sorted((site for site in sites if site.key in with_room), key=lambda site: site.key)
    if not all_groups or not all_sites:
        left = tuple(Left(group.key, group.persons, WaitingBecause.NO_PLACES) for group in all_groups)
        return Allocation((), left, 0, 0.0)
    solved = Program(all_groups, all_sites, all_rooms, all_lots, days, terms).solved(gap=gap, pulse=pulse)
    why = _Reasons(solved.cells, all_groups, all_sites, all_rooms, terms)
    left = tuple(Left(key, count, why.of(key)) for key, count in sorted(solved.unserved.items()))
    return Allocation(solved.cells, left, solved.cost, solved.bound)


class _Reasons:
    """Why people of a group got no date: what there is too little of for them."""

    def __init__(
        self, cells: Sequence[Cell], groups: Sequence[Group], sites: Sequence[Site], rooms: Sequence[Room],
        terms: PlanningTerms,
    ) -> None:  # fmt: skip
        self.terms = terms
        self.groups = {group.key: (number, group) for number, group in enumerate(groups)}
        self.taken: dict[tuple[int, int], int] = defaultdict(int)
        used: dict[tuple[int, int, str], int] = defaultdict(int)
        for cell in cells:
            self.taken[cell.group, cell.day] += cell.persons
            used[cell.site, cell.day, cell.vaccine] += cell.persons
        self.free: dict[int, set[tuple[int, str]]] = defaultdict(set)
        for room in rooms:
            if used[room.site, room.day, room.vaccine] < room.places:
                self.free[room.site].add((room.day, room.vaccine))
        self.sites = sites
        self.metres = metres_between(groups, sites)

    def of(self, key: int) -> WaitingBecause:
        """Return the reason of one group."""
        number, group = self.groups[key]
        near = self.metres[number].argsort(kind="stable")[: self.terms.sites_considered]
        days = {
            day
            for at in near
            if self.metres[number, at] <= 1_000 * self.terms.farthest_km
            for day, vaccine in self.free[self.sites[at].key]
            if group.first <= day <= group.last and vaccine in group.vaccines
        }
        if not days:
            return WaitingBecause.NO_PLACES
        if all(self.taken[key, day] >= most_a_day(group, self.terms) for day in days):
            return WaitingBecause.SHARE
        return WaitingBecause.NO_DOSES
