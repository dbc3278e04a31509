"""Who asks for which bed, which room suits, and what a place is worth."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from khumkan.isolation.choices import Need, RoomFor, WaitingBecause
from khumkan.isolation.terms.matching import MatchingTerms
from khumkan.places.rules import distance_km

#: Worth is counted in whole thousandths of a point, so that sums do not depend on their order.
PARTS = 1_000
WOMEN, MEN, FAMILY = "women", "men", "family"
#: Strangers who may share a room.
SHARED = (WOMEN, MEN)
#: Kilometres from one degree of latitude to the next, rounded down: who is farther north or south is out of reach.
KM_OF_DEGREE = 111.0


@dataclass(frozen=True, slots=True)
class Party:
    """People who stay together: one person, or a family that takes a room of its own.

    :param sharing: `women` or `men` for one person who may share a room, `family` for several, and
        `alone:<anything>` for a person whose sex is not known, who takes a room of their own.
    :param level: the level of care that is needed, 1 to 3; of a family the highest.
    :param points: priority, the waiting included; of a family the highest.
    :param latitude: degrees, of the home or the middle of its subdistrict; so `longitude`.
    """

    key: int
    size: int
    sharing: str
    level: int
    points: int
    needs: frozenset[Need]
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Site:
    """A site that takes people.

    :param room_left: how many more persons its nurses can look after.
    """

    key: int
    latitude: float
    longitude: float
    room_left: int


@dataclass(frozen=True, slots=True)
class Room:
    """A room, full ones included: they tell that the site has the level.

    :param beds_free: beds that somebody could lie in tonight; `beds_all` counts the others as well.
    :param used_as: who is in it now: empty when nobody, `women`, `men`, or anything else for a room that nobody joins.
    """

    key: int
    site: int
    level: int
    beds_free: int
    beds_all: int
    room_for: RoomFor
    used_as: str
    accessible: bool


@dataclass(frozen=True, slots=True, order=True)
class Demand:
    """What a party asks of a room, wherever it lives. Parties with equal demands can change places.

    :param sharing: `women`, `men`, `family` or `alone`.
    """

    level: int
    sharing: str
    size: int
    wheelchair: bool

    @property
    def shares(self) -> bool:
        """Whether the room may be shared with strangers of the same sex."""
        return self.sharing in SHARED


@dataclass(frozen=True, slots=True)
class Placement:
    """A party in a room.

    :param km: the way to the site.
    :param worth: thousandths of a point.
    """

    party: int
    site: int
    room: int
    km: float
    worth: int


@dataclass(frozen=True, slots=True)
class Waits:
    """A party without a bed, and why."""

    party: int
    because: WaitingBecause


def demand_of(party: Party) -> Demand:
    """Return what a party asks of a room."""
    sharing = party.sharing if party.sharing in (*SHARED, FAMILY) else "alone"
    return Demand(party.level, FAMILY if party.size > 1 else sharing, party.size, Need.WHEELCHAIR in party.needs)


def has_level(demand: Demand, level: int, terms: MatchingTerms) -> bool:
    """Tell whether a room of this level is equipped for what the party needs."""
    return level == demand.level or (terms.may_use_higher_level and level > demand.level)


def suits(demand: Demand, room: Room, terms: MatchingTerms) -> bool:
    """Tell whether a room can take a party now; the nurses and the way are not looked at.

    Strangers share with their own sex only. A family or a person alone takes an empty room and leaves the rest of
    its beds empty.
    """
    if not has_level(demand, room.level, terms) or (demand.wheelchair and not room.accessible):
        return False
    if room.beds_free < demand.size:
        return False
    if demand.shares:
        return room.used_as in ("", demand.sharing) and room.room_for in (RoomFor.ANYBODY, demand.sharing)
    for_families = demand.sharing == FAMILY and room.room_for == RoomFor.FAMILIES
    return room.used_as == "" and (room.room_for == RoomFor.ANYBODY or for_families)


def gain(points: int, size: int, terms: MatchingTerms) -> int:
    """Return what any bed is worth to a party, in thousandths of a point."""
    return size * (points * terms.weight_of_priority + terms.points_for_bed) * PARTS


def way_cost(metres: int, size: int, terms: MatchingTerms) -> int:
    """Return what the way costs a party, in thousandths of a point."""
    return size * (metres * terms.points_for_100_km // 100)


def room_cost(demand: Demand, *, level: int, accessible: bool, beds_all: int, terms: MatchingTerms) -> int:
    """Return what is lost to others by giving a party such a room, in thousandths of a point.

    That is: beds that stay empty, a room for wheelchairs without need, a level that is higher than needed.
    """
    empty = 0 if demand.shares else beds_all - demand.size
    needless = accessible and not demand.wheelchair
    return PARTS * (
        empty * terms.points_for_empty_bed
        + needless * terms.points_for_accessible
        + (level - demand.level) * terms.points_for_higher_level
    )


def worth(party: Party, room: Room, metres: int, terms: MatchingTerms) -> int:
    """Return what a place in a room is worth, in thousandths of a point: the sum of these is what matching maximises.

    People × (priority + a bed) - people × way - beds left empty - accessible room without need - higher level.
    """
    cost = room_cost(
        demand_of(party), level=room.level, accessible=room.accessible, beds_all=room.beds_all, terms=terms
    )
    return gain(party.points, party.size, terms) - way_cost(metres, party.size, terms) - cost


def metres_within_reach(
    latitude: float, longitude: float, sites: Iterable[Site], terms: MatchingTerms
) -> Mapping[int, int]:
    """Return the sites within reach by key, with the distance in metres."""
    degrees = terms.within_km / KM_OF_DEGREE
    metres = {
        site.key: round(1_000 * distance_km(latitude, longitude, site.latitude, site.longitude))
        for site in sites
        if abs(site.latitude - latitude) <= degrees
    }
    return {key: far for key, far in metres.items() if far <= 1_000 * terms.within_km}
