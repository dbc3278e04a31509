"""Who gets which bed: one party at a time, or all who wait at once as an optimal assignment.

What is maximised is the sum of `worth` over those who get a bed: people × (priority + a bed), less the way, beds that
stay empty, accessible rooms without need and levels above the needed one. Nobody is placed where it is not above zero.
No room mixes women, men and families, a family has one room to itself, and no site gets more people than its nurses
can look after.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor

from khumkan.isolation.rules.matching_beds import Beds
from khumkan.isolation.rules.matching_model import Group, Plan, plan_for
from khumkan.isolation.rules.matching_supply import Kind, Pool, Supply, supply_of
from khumkan.isolation.rules.matching_worth import (
    Demand,
    Party,
    Placement,
    Room,
    Site,
    Waits,
    demand_of,
    metres_within_reach,
    suits,
    worth,
)
from khumkan.isolation.terms.matching import MatchingTerms

__all__ = ["Matching", "Party", "Placement", "Room", "Site", "Waits", "best_place", "match", "ranked", "suiting"]


@dataclass(frozen=True, slots=True)
class Matching:
    """Who goes where and who waits.

    :param worth: the sum over the placements, in thousandths of a point.
    :param bound: no matching of these parties can be worth more.
    """

    placements: tuple[Placement, ...]
    waiting: tuple[Waits, ...]
    worth: int
    bound: int

    @property
    def gap(self) -> float:
        """The part of the bound that is not reached; 0 is proven to be the best."""
        return (self.bound - self.worth) / self.bound if self.bound else 0.0


def ranked(party: Party, rooms: Iterable[Room], sites: Sequence[Site], terms: MatchingTerms) -> list[Room]:
    """Return the rooms that a party could have, the best first.

    Between equals: a room in use, then one of one sex, then the smaller one, then the first key.
    """
    metres = metres_within_reach(party.latitude, party.longitude, sites, terms)
    return Beds(rooms, sites, terms).ranked(party, metres)


def suiting(party: Party, rooms: Iterable[Room], sites: Iterable[Site], terms: MatchingTerms) -> list[Room]:
    """Return the rooms that a party could have, however far away: what an officer chooses among by hand.

    A room in use comes first, then the one with the fewest beds, then the first key.
    """
    demand, left = demand_of(party), {site.key: site.room_left for site in sites}
    found = [room for room in rooms if left.get(room.site, 0) >= party.size and suits(demand, room, terms)]
    return sorted(found, key=lambda room: (room.used_as == "", room.beds_all, room.key))


def best_place(party: Party, rooms: Iterable[Room], sites: Sequence[Site], terms: MatchingTerms) -> Placement | Waits:
    """Return the best place for one party, as if nobody else waited, or why there is none."""
    metres = metres_within_reach(party.latitude, party.longitude, sites, terms)
    return _place_or_say_why(party, metres, Beds(rooms, sites, terms))


def match(
    parties: Iterable[Party], sites: Iterable[Site], rooms: Iterable[Room], terms: MatchingTerms, *, gap: float = 0.0
) -> Matching:
    """Place all parties at once, as well as possible. The order of the input does not matter.

    :param gap: the part of the bound by which the worth may stay below it, so that the search ends sooner; 0 searches
        until the best is proven.
    """
    known = sorted(sites, key=lambda site: site.key)
    all_rooms = sorted(rooms, key=lambda room: room.key)
    waiting = sorted(parties, key=lambda party: (-party.points, party.key))
    groups = _groups(waiting, known, terms)
    supply = supply_of(all_rooms, known)
    plan = plan_for(groups, known, supply, terms, gap=gap)
    beds = Beds(all_rooms, known, terms)
    placed = {one.party: one for one in _into_rooms(plan, supply, beds)}
    metres = {party.key: group.metres for group in groups for party in group.parties}
    left: list[Waits] = []
    for party in waiting:  # what the gap left over is given away one by one
        if party.key not in placed:
            found = _place_or_say_why(party, metres[party.key], beds)
            if isinstance(found, Placement):
                placed[party.key] = found
            else:
                left.append(found)
    total = sum(one.worth for one in placed.values())
    return Matching(
        tuple(sorted(placed.values(), key=lambda one: one.party)),
        tuple(sorted(left, key=lambda one: one.party)),
        total,
        max(total, floor(plan.bound + 0.5)),
    )


def _place_or_say_why(party: Party, metres: Mapping[int, int], beds: Beds) -> Placement | Waits:
    if found := beds.ranked(party, metres):
        return beds.take(party, found[0], metres[found[0].site])
    return Waits(party.key, beds.why_not(demand_of(party), metres))


def _groups(parties: Iterable[Party], sites: Sequence[Site], terms: MatchingTerms) -> list[Group]:
    alike: dict[tuple[float, float, Demand], list[Party]] = defaultdict(list)
    for party in parties:
        alike[party.latitude, party.longitude, demand_of(party)].append(party)
    reach = {
        (latitude, longitude): metres_within_reach(latitude, longitude, sites, terms)
        for latitude, longitude in {key[:2] for key in alike}
    }
    return [Group(key[2], members, reach[key[:2]]) for key, members in alike.items()]


def _into_rooms(plan: Plan, supply: Supply, beds: Beds) -> list[Placement]:
    """Give the people of the plan their rooms: rooms in use are filled first, then one begun room after the other."""
    unused = {kind: list(heap) for kind, heap in supply.kinds.items()}
    places = {pool: _beds_of(pool, plan, supply, unused) for pool in sorted(supply.pools)}
    done: list[Placement] = []
    for (site, demand), people in _arriving(plan):
        rooms = [unused[kind].pop(0) for kind, count in plan.own.get((site, demand), ()) for _ in range(count)]
        rooms += [places[pool].pop(0) for pool, count in plan.shared.get((site, demand), ()) for _ in range(count)]
        done += [
            beds.take(party, room, metres)
            for (party, metres), room in zip(people, rooms, strict=True)
            if worth(party, room, metres, beds.terms) > 0
        ]
    return done


def _arriving(plan: Plan) -> list[tuple[tuple[int, Demand], list[tuple[Party, int]]]]:
    """Return who goes to each site with each demand, with the metres; of a group the most urgent go the nearest."""
    arriving: dict[tuple[int, Demand], list[tuple[Party, int]]] = defaultdict(list)
    for group, by_site in plan.going:
        nearest_first = sorted(by_site, key=lambda site: (group.metres[site], site))
        ways = [site for site in nearest_first for _ in range(by_site[site])]
        for party, site in zip(group.parties, ways, strict=False):  # who is left over waits
            arriving[site, group.demand].append((party, group.metres[site]))
    for people in arriving.values():
        people.sort(key=lambda one: (-one[0].points, one[0].key))
    return sorted(arriving.items())


def _beds_of(pool: Pool, plan: Plan, supply: Supply, unused: Mapping[Kind, list[Room]]) -> list[Room]:
    rooms = list(supply.pools[pool])
    for kind, count in plan.begun.get(pool, ()):
        rooms += [unused[kind].pop(0) for _ in range(count)]
    return [room for room in rooms for _ in range(room.beds_free)]
