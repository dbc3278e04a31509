"""Looks at a finished plan again, with nothing of what made it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from khumkan.places.rules import distance_km
from khumkan.vaccination.rules.allocation_model import Cell, Group, Lot, Room, Site, most_a_day
from khumkan.vaccination.terms.planning import PlanningTerms


def faults(
    cells: Iterable[Cell],
    groups: Iterable[Group],
    sites: Iterable[Site],
    rooms: Iterable[Room],
    lots: Iterable[Lot],
    terms: PlanningTerms,
) -> list[str]:
    """Return what is wrong with a plan, a code and keys each; empty when it keeps every rule.

    It says nothing about whether the plan is the best.
    """
    by_key, by_site = {group.key: group for group in groups}, {site.key: site for site in sites}
    places = {(room.site, room.day, room.vaccine): room.places for room in rooms}
    served: dict[int, int] = defaultdict(int)
    on_day: dict[tuple[int, int], int] = defaultdict(int)
    in_room: dict[tuple[int, int, str], int] = defaultdict(int)
    given: dict[tuple[str, int], int] = defaultdict(int)
    found: list[str] = []
    for cell in cells:
        found += _cell_faults(cell, by_key[cell.group], by_site[cell.site], terms)
        served[cell.group] += cell.persons
        on_day[cell.group, cell.day] += cell.persons
        in_room[cell.site, cell.day, cell.vaccine] += cell.persons
        given[cell.vaccine, cell.day] += cell.persons
    found += [f"too_many_served {key}" for key, count in served.items() if count > by_key[key].persons]
    found += [f"over_capacity {key}" for key, count in in_room.items() if count > places.get(key, 0)]
    found += [f"over_share {key}" for key, count in on_day.items() if count > most_a_day(by_key[key[0]], terms)]
    return found + list(_dose_faults(given, list(lots)))


def _cell_faults(cell: Cell, group: Group, site: Site, terms: PlanningTerms) -> Iterator[str]:
    if not group.first <= cell.day <= group.last:
        yield f"wrong_day {group.key}"
    if cell.vaccine not in group.vaccines:
        yield f"wrong_vaccine {group.key}"
    if distance_km(group.latitude, group.longitude, site.latitude, site.longitude) > terms.farthest_km + 0.001:
        yield f"too_far {group.key}"


def _dose_faults(given: Mapping[tuple[str, int], int], lots: list[Lot]) -> Iterator[str]:
    """Yield days on which more doses are given than there are, each lot that expires first used first."""
    left = {lot.key: lot.persons for lot in lots}
    for (vaccine, day), count in sorted(given.items(), key=lambda one: one[0][1]):
        rest = count
        for lot in sorted(lots, key=lambda one: (one.last, one.key)):
            if lot.vaccine == vaccine and lot.first <= day <= lot.last:
                used = min(rest, left[lot.key])
                left[lot.key] -= used
                rest -= used
        if rest:
            yield f"over_supply {vaccine} {day}"
