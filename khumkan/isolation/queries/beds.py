"""Beds: which are free and would suit somebody, and who may share a room with whom."""

from collections.abc import Mapping, Sequence

from django.db.models import Q

from khumkan.isolation.models import Bed, Care, Stay
from khumkan.isolation.states import PROMISED, StayState
from khumkan.registry.states import Sex

SHARING: Mapping[str, str] = {Sex.FEMALE: "women", Sex.MALE: "men"}


def sharing_of(care: Care, *, with_family: bool = True) -> str:
    """Return with whom somebody may share a room: their family, people of the same sex, or nobody.

    :param with_family: not for somebody who is moved alone, as to a hospital.
    """
    if care.party_id is not None and with_family:
        return f"family:{care.party_id}"
    return SHARING.get(care.person.sex, f"alone:{care.person_id}")


def province_of(bed_ids: Sequence[int]) -> str:
    """Return the province in which the first of some beds stands, or nothing."""
    return Bed.objects.filter(pk__in=bed_ids).values_list("site__province_code", flat=True).first() or ""


def site_of(bed_ids: Sequence[int]) -> int | None:
    """Return the site of some beds, or None when there are none, or they stand at several sites."""
    found = set(Bed.objects.filter(pk__in=bed_ids).values_list("site", flat=True))
    return found.pop() if len(found) == 1 else None


def stay(stay_id: int) -> Stay:
    """Return a stay with what is told about it. One query."""
    return Stay.objects.select_related("care", "site", "bed__room", "person").get(pk=stay_id)


def left_for(care: Care, site_id: int | None) -> Stay | None:
    """Return the stay that somebody leaves who lies elsewhere and is, or was lately, expected at a site; else None."""
    present = Stay.objects.filter(care=care).present().exclude(site=site_id).first()
    if present is None:
        return None
    lately = Q(state=StayState.LAPSED, made_at__gte=present.arrived_at)
    is_coming = Stay.objects.filter(Q(state__in=PROMISED) | lately, care=care, site=site_id).exists()
    return present if is_coming else None
