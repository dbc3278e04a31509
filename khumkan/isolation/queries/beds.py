"""Beds: which are free and would suit somebody, and who may share a room with whom."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q

from khumkan.capacity.numbered import Had
from khumkan.isolation.models import Bed, Care, Stay
from khumkan.isolation.states import PROMISED, StayState
from khumkan.kernel import prepared
from khumkan.registry.states import Sex

SHARING: Mapping[str, str] = {Sex.FEMALE: "women", Sex.MALE: "men"}


def sharing_of(care: Care, *, with_family: bool = True) -> str:
    """Return with whom somebody may share a room: their family, people of the same sex, or nobody.

    :param with_family: not for somebody who is moved alone, as to a hospital.
    """
    if care.party_id is not None and with_family:
        return f"family:{care.party_id}"
    sex = care.person.sex if Care.person.is_cached(care) else _sex_of(care.person_id)
    return SHARING.get(sex, f"alone:{care.person_id}")


def _sex_of(person_id: int) -> str:
    return str(
        prepared.rows("SELECT sex FROM registry_person WHERE id = %(person)s::bigint", {"person": person_id})[0][0]
    )


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


def given(care: Care, had: Had, sharing: str, columns: Mapping[str, Any]) -> Stay:
    """Return the stay that was just made, without asking for what is known; its spans are read when they are needed."""
    made = Stay(
        pk=had.row_id,
        person_id=care.person_id,
        bed_id=had.thing_id,
        room_id=had.group_id,
        site_id=had.site_id,
        sharing=sharing,
        **columns,
    )
    made._state.adding, made._state.db = False, DEFAULT_DB_ALIAS
    made.care = care
    del made.blocks, made.during
    return made


def own(care: Care, *states: StayState) -> list[Stay]:
    """Return the stays of a care that are in some states, in the order in which they were made. One query."""
    condition = "WHERE care_id = %(care)s::bigint AND state = ANY(%(states)s::text[]) ORDER BY id"
    return prepared.instances(Stay, condition, {"care": care.pk, "states": [state.value for state in states]})


def left_for(care: Care, site_id: int | None) -> Stay | None:
    """Return the stay that somebody leaves who lies elsewhere and is, or was lately, expected at a site; else None."""
    present = Stay.objects.filter(care=care).present().exclude(site=site_id).first()
    if present is None:
        return None
    lately = Q(state=StayState.LAPSED, made_at__gte=present.arrived_at)
    is_coming = Stay.objects.filter(Q(state__in=PROMISED) | lately, care=care, site=site_id).exists()
    return present if is_coming else None
