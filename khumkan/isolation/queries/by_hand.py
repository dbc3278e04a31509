"""Placing by hand: the sites and rooms that would suit somebody who waits, however far away."""

from collections.abc import Sequence
from dataclasses import dataclass

from khumkan import policies
from khumkan.isolation.choices import Level
from khumkan.isolation.models import Bed, Care, Room
from khumkan.isolation.queries import supply, waiting
from khumkan.isolation.queries.waiting import Group
from khumkan.isolation.rules import matching as rules
from khumkan.isolation.rules.matching import Party
from khumkan.isolation.terms.matching import MatchingTerms
from khumkan.kernel import clock
from khumkan.places import queries as places
from khumkan.places.models import Site
from khumkan.places.rules import distance_km

#: Sites that are offered, the nearest first.
MOST_SITES = 15


@dataclass(frozen=True, slots=True)
class Choice:
    """A site with rooms that suit.

    :param km: the way from home; none when it is not known where that is.
    :param rooms: how many rooms suit, and `beds` how many beds are free in them.
    """

    site: Site
    km: float | None
    rooms: int
    beds: int


@dataclass(frozen=True, slots=True)
class RoomChoice:
    """A room that suits.

    :param free: how many of its beds are free.
    """

    room_id: int
    floor: str
    number: str
    level: Level
    free: int


def group_of(care: Care) -> Group | None:
    """Return somebody who waits with the family, as matching sees them, or None when they do not wait."""
    found = waiting.groups(now=clock.now(), care_ids=[care.pk])
    return next((group for group in found if any(one.care_id == care.pk for one in group.members)), None)


def sites_for(group: Group) -> list[Choice]:
    """Return the sites at which these people could be now, the nearest first. Four queries."""
    sites, rooms = supply.sites_and_rooms(now=clock.now())
    terms = policies.in_force(MatchingTerms, on=clock.today())
    by_site: dict[int, list[rules.Room]] = {}
    for room in rules.suiting(_party(group), rooms, sites, terms):
        by_site.setdefault(room.site, []).append(room)
    known = places.sites(by_site)
    choices = [
        Choice(known[site.key], _km(group, site), len(here), sum(room.beds_free for room in here))
        for site in sites
        if (here := by_site.get(site.key))
    ]
    return sorted(choices, key=lambda one: (one.km or 0, one.site.pk))[:MOST_SITES]


def rooms_at(group: Group, site: Site) -> list[RoomChoice]:
    """Return the rooms of a site that these people could have now, the best first. Four queries."""
    found = {room.key: room for room in _suiting(group, only=[site.pk])}
    rows = {room.pk: room for room in Room.objects.filter(pk__in=found).order_by("floor", "number")}
    return [
        RoomChoice(key, rows[key].floor, rows[key].number, Level(rows[key].level), room.beds_free)
        for key, room in found.items()
        if key in rows
    ]


def free_beds_for(group: Group, room_id: int) -> list[int]:
    """Return the free beds of a room when it suits these people now; else none."""
    site_id = Bed.objects.filter(room=room_id).values_list("site", flat=True).first()
    if site_id is None or not any(room.key == room_id for room in _suiting(group, only=[site_id])):
        return []
    return supply.free_beds([room_id], now=clock.now()).get(room_id, [])


def province_of_room(room_id: int) -> str:
    """Return the province in which a room is, or nothing."""
    found = Room.objects.filter(pk=room_id).values_list("facility__site__province_code", flat=True)
    return found.first() or ""


def _suiting(group: Group, *, only: Sequence[int]) -> list[rules.Room]:
    sites, rooms = supply.sites_and_rooms(now=clock.now(), only=only)
    return rules.suiting(_party(group), rooms, sites, policies.in_force(MatchingTerms, on=clock.today()))


def _party(group: Group) -> Party:
    """Return the party; where nobody knows where they live, the way does not matter here."""
    return group.party or waiting.party_of(group.members, 0.0, 0.0)


def _km(group: Group, site: rules.Site) -> float | None:
    if group.party is None:
        return None
    return distance_km(group.party.latitude, group.party.longitude, site.latitude, site.longitude)
