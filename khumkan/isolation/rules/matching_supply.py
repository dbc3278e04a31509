"""What is free, in heaps of equal things: beds of women and men, and empty rooms of one kind."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from khumkan.isolation.choices import RoomFor
from khumkan.isolation.rules.matching_worth import FAMILY, SHARED, Demand, Room, Site, has_level
from khumkan.isolation.terms.matching import MatchingTerms


@dataclass(frozen=True, slots=True, order=True)
class Pool:
    """Beds of one site that either women or men share. Persons of the sex can change beds in it."""

    site: int
    level: int
    sharing: str
    accessible: bool


@dataclass(frozen=True, slots=True, order=True)
class Kind:
    """Empty rooms of one site that are alike.

    :param for_families: whether only families come in; else anybody does.
    """

    site: int
    level: int
    for_families: bool
    accessible: bool
    beds_free: int
    beds_all: int


@dataclass(frozen=True, slots=True)
class Supply:
    """All that is free.

    :param pools: rooms that are already of women or men, those in use first, so that fewer rooms are begun.
    :param kinds: rooms that nobody is in, by key.
    """

    pools: Mapping[Pool, Sequence[Room]]
    kinds: Mapping[Kind, Sequence[Room]]
    at_site: Mapping[int, tuple[Sequence[Pool], Sequence[Kind]]] = field(default_factory=dict)


def supply_of(rooms: Iterable[Room], sites: Iterable[Site]) -> Supply:
    """Sort the free beds of the sites into heaps."""
    pools: dict[Pool, list[Room]] = defaultdict(list)
    kinds: dict[Kind, list[Room]] = defaultdict(list)
    known = {site.key for site in sites}
    for room in (room for room in rooms if room.beds_free > 0 and room.site in known):
        if sharing := _sharing_of(room):
            pools[Pool(room.site, room.level, sharing, room.accessible)].append(room)
        elif room.used_as == "" and room.room_for in (RoomFor.ANYBODY, RoomFor.FAMILIES):
            kinds[kind_of(room)].append(room)
    for kind in (kind for kind in kinds if not kind.for_families):
        for sharing in SHARED:
            pools[pool_in(kind, sharing)]  # without a bed until such a room is begun
    sorted_pools = {
        pool: sorted(heap, key=lambda room: (room.used_as == "", room.beds_free, room.key))
        for pool, heap in pools.items()
    }
    sorted_kinds = {kind: sorted(heap, key=lambda room: room.key) for kind, heap in kinds.items()}
    return Supply(sorted_pools, sorted_kinds, _by_site(pools, kinds))


def kind_of(room: Room) -> Kind:
    """Return the heap of an empty room."""
    return Kind(
        room.site, room.level, room.room_for == RoomFor.FAMILIES, room.accessible, room.beds_free, room.beds_all
    )


def pool_in(kind: Kind, sharing: str) -> Pool:
    """Return where the beds of such a room go when it becomes a room of women or of men."""
    return Pool(kind.site, kind.level, sharing, kind.accessible)


def suiting_pools(demand: Demand, pools: Iterable[Pool], terms: MatchingTerms) -> list[Pool]:
    """Return the heaps of beds in which somebody may lie who shares a room."""
    return [
        pool
        for pool in pools
        if demand.sharing == pool.sharing
        and (pool.accessible or not demand.wheelchair)
        and has_level(demand, pool.level, terms)
    ]


def suiting_kinds(demand: Demand, kinds: Iterable[Kind], terms: MatchingTerms) -> list[Kind]:
    """Return the heaps of empty rooms of which a party may have one to itself."""
    return [
        kind
        for kind in kinds
        if not demand.shares
        and kind.beds_free >= demand.size
        and (demand.sharing == FAMILY or not kind.for_families)
        and (kind.accessible or not demand.wheelchair)
        and has_level(demand, kind.level, terms)
    ]


def _sharing_of(room: Room) -> str:
    """Return whose beds these are without any decision, or nothing."""
    if room.used_as in SHARED:
        return room.used_as if room.room_for in (RoomFor.ANYBODY, room.used_as) else ""
    return str(room.room_for) if room.used_as == "" and room.room_for in SHARED else ""


def _by_site(pools: Iterable[Pool], kinds: Iterable[Kind]) -> Mapping[int, tuple[Sequence[Pool], Sequence[Kind]]]:
    found: dict[int, tuple[list[Pool], list[Kind]]] = defaultdict(lambda: ([], []))
    for pool in sorted(pools):
        found[pool.site][0].append(pool)
    for kind in sorted(kinds):
        found[kind.site][1].append(kind)
    return dict(found)
