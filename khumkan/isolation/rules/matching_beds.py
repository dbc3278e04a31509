"""The rooms while they fill: who may still come in, and why nobody may."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from khumkan.isolation.choices import RoomFor, WaitingBecause
from khumkan.isolation.rules.matching_worth import (
    FAMILY,
    Demand,
    Party,
    Placement,
    Room,
    Site,
    demand_of,
    has_level,
    suits,
    worth,
)
from khumkan.isolation.terms.matching import MatchingTerms


class Beds:
    """Rooms and nurses from which one party after another takes its place."""

    def __init__(self, rooms: Iterable[Room], sites: Iterable[Site], terms: MatchingTerms) -> None:
        self.terms = terms
        self._left = {site.key: site.room_left for site in sites}
        self._rooms: dict[int, dict[int, Room]] = defaultdict(dict)
        for room in sorted(rooms, key=lambda one: one.key):
            if room.site in self._left:
                self._rooms[room.site][room.key] = room
        self._suits: dict[tuple[int, Demand], bool] = {}
        self._levels: dict[tuple[int, int], bool] = {}

    def take(self, party: Party, room: Room, metres: int) -> Placement:
        """Put a party into a room that suits.

        :raises ValueError: when the room or the nurses cannot take the party.
        """
        now = self._rooms[room.site][room.key]
        if not suits(demand_of(party), now, self.terms) or self._left[room.site] < party.size:
            raise ValueError(f"room {room.key} cannot take party {party.key}")
        self._rooms[room.site][room.key] = replace(
            now, beds_free=now.beds_free - party.size, used_as=FAMILY if party.size > 1 else party.sharing
        )
        self._left[room.site] -= party.size
        for key in [key for key in self._suits if key[0] == room.site]:
            del self._suits[key]
        return Placement(party.key, room.site, room.key, metres / 1_000, worth(party, now, metres, self.terms))

    def ranked(self, party: Party, metres: Mapping[int, int]) -> list[Room]:
        """Return the rooms that a party could have now, the best first.

        Between equals: a room in use, then one of one sex, then the smaller one, then the first key.
        """
        demand = demand_of(party)
        found = [
            (worth(party, room, metres[site], self.terms), room)
            for site in sorted(metres)
            if self._left.get(site, 0) >= party.size and self.has_suiting(site, demand)
            for room in self._rooms[site].values()
            if suits(demand, room, self.terms)
        ]
        found = [(value, room) for value, room in found if value > 0]
        found.sort(
            key=lambda one: (
                -one[0],
                one[1].used_as == "",
                one[1].room_for == RoomFor.ANYBODY,
                one[1].beds_all,
                one[1].key,
            )
        )
        return [room for _, room in found]

    def has_suiting(self, site: int, demand: Demand) -> bool:
        """Tell whether a site has a suiting room, whatever its nurses say."""
        if (site, demand) not in self._suits:
            self._suits[site, demand] = any(suits(demand, room, self.terms) for room in self._rooms[site].values())
        return self._suits[site, demand]

    def why_not(self, demand: Demand, metres: Mapping[int, int]) -> WaitingBecause:
        """Say why a party for which no room is left has to wait."""
        if not any(self._has_level(site, demand) for site in metres):
            return WaitingBecause.NO_LEVEL
        if any(self._left[site] < demand.size and self.has_suiting(site, demand) for site in metres):
            return WaitingBecause.NO_NURSES
        return WaitingBecause.NO_FAMILY_ROOM if demand.sharing == FAMILY else WaitingBecause.NO_ROOM

    def _has_level(self, site: int, demand: Demand) -> bool:
        if (site, demand.level) not in self._levels:
            self._levels[site, demand.level] = any(
                room.beds_all > 0 and has_level(demand, room.level, self.terms) for room in self._rooms[site].values()
            )
        return self._levels[site, demand.level]
