"""Looks at a finished matching again, with nothing of what made it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from khumkan.isolation.choices import Need, RoomFor
from khumkan.isolation.rules.matching_worth import Party, Placement, Room, Site
from khumkan.isolation.terms.matching import MatchingTerms
from khumkan.places.rules import distance_km


def faults(
    placements: Iterable[Placement],
    parties: Iterable[Party],
    sites: Iterable[Site],
    rooms: Iterable[Room],
    terms: MatchingTerms,
) -> list[str]:
    """Return what is wrong with placements, a code and a key each; empty when they keep every rule.

    It says nothing about whether they are the best.
    """
    by_party = {party.key: party for party in parties}
    by_room = {room.key: room for room in rooms}
    by_site = {site.key: site for site in sites}
    found: list[str] = []
    seen: set[int] = set()
    inside: dict[int, list[Party]] = defaultdict(list)
    for one in placements:
        party, room = by_party[one.party], by_room[one.room]
        if one.party in seen:
            found.append(f"placed_twice {one.party}")
        seen.add(one.party)
        inside[one.room].append(party)
        found += [f"{code} {one.party}" for code in _party_faults(one, party, room, by_site[room.site], terms)]
    for key, people in sorted(inside.items()):
        found += [f"{code} {key}" for code in _room_faults(by_room[key], people)]
    return found + list(_nurse_faults(inside, by_room, by_site))


def _party_faults(placement: Placement, party: Party, room: Room, site: Site, terms: MatchingTerms) -> Iterator[str]:
    if placement.site != room.site:
        yield "wrong_site"
    if room.level < party.level or (room.level != party.level and not terms.may_use_higher_level):
        yield "wrong_level"
    if Need.WHEELCHAIR in party.needs and not room.accessible:
        yield "not_accessible"
    if distance_km(party.latitude, party.longitude, site.latitude, site.longitude) > terms.within_km + 0.001:
        yield "too_far"


def _room_faults(room: Room, people: Sequence[Party]) -> Iterator[str]:
    if sum(party.size for party in people) > room.beds_free:
        yield "too_many"
    uses = {"family" if party.size > 1 else party.sharing for party in people}
    if len(uses | {room.used_as} - {""}) > 1:
        yield "mixed"
    if uses - {"women", "men"} and (len(people) > 1 or room.used_as):
        yield "strangers"
    if room.room_for in (RoomFor.WOMEN, RoomFor.MEN) and uses != {str(room.room_for)}:
        yield "not_for_them"
    if room.room_for == RoomFor.FAMILIES and uses != {"family"}:
        yield "not_for_them"


def _nurse_faults(
    inside: Mapping[int, Sequence[Party]], rooms: Mapping[int, Room], sites: Mapping[int, Site]
) -> Iterator[str]:
    added: dict[int, int] = defaultdict(int)
    for key, people in inside.items():
        added[rooms[key].site] += sum(party.size for party in people)
    for key, count in sorted(added.items()):
        if count > sites[key].room_left:
            yield f"too_few_nurses {key}"
