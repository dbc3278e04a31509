"""What the systems of sites ask: who is in their care, and which of their beds are free."""

from dataclasses import dataclass

from khumkan.isolation.choices import Level
from khumkan.isolation.models import Care, Facility
from khumkan.isolation.permissions.cares import site_ids
from khumkan.isolation.queries import supply
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing


@dataclass(frozen=True, slots=True)
class FreeBeds:
    """Beds of one level at a site.

    :param free: beds in which somebody could lie tonight, of `beds` that are offered.
    """

    level: Level
    free: int
    beds: int


def care_of_system(by: Actor, reference: str) -> Care:
    """Return somebody in the care of the system's site.

    :raises Missing: for an unknown one and one in the care of others alike.
    """
    found = Care.objects.under_way().filter(reference=references.read(reference) or "").select_related("person").first()
    allowed = site_ids(by, Role.CLIENT)
    if found is None or found.site_id is None or (allowed is not None and found.site_id not in allowed):
        raise Missing("nobody in the care of this system's site")
    return found


def free_beds(by: Actor, reference: str) -> list[FreeBeds]:
    """Return the beds of a site by level, the lowest first. Three queries. A site that takes nobody now has none free.

    :raises Missing: for an unknown site and one of others alike.
    """
    facility = Facility.objects.filter(site__reference=references.read(reference) or "").first()
    allowed = site_ids(by, Role.CLIENT)
    if facility is None or (allowed is not None and facility.pk not in allowed):
        raise Missing("no such site of this system")
    _sites, rooms = supply.sites_and_rooms(now=clock.now(), only=[facility.pk])
    levels = sorted({room.level for room in rooms})
    return [
        FreeBeds(
            Level(level),
            sum(room.beds_free for room in rooms if room.level == level),
            sum(room.beds_all for room in rooms if room.level == level),
        )
        for level in levels
    ]
