"""What somebody who may sends to the addresses of the hospitels, and what is made ready before; see `forms`."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from khumkan.isolation.actions import cares, sites
from khumkan.isolation.actions.sites import RoomPlan
from khumkan.isolation.models import Room
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from tests.trust.world import Visitor, World

SYSTEM = Actor.system("test")
BECAUSE = {"because": "caller has no phone"}


def _together(world: World) -> dict[str, Any]:
    """Return the reference of who waits, and how their telephone ends."""
    care = world.here.hospitel.cares["waits"]
    return {"reference": care.reference, "phone_end": world.here.people["waits"].phone[-4:]}


def _in_bed(world: World, visitor: Visitor) -> list[object]:
    return [world.here.people["in_bed"].person.reference]


def _has_declined(world: World, visitor: Visitor) -> list[object]:
    cares.decline(care=world.here.hospitel.cares["asked"], by=SYSTEM)
    return [world.here.people["asked"].person.reference]


def _room(world: World) -> None:
    """Make the room without which somebody in a wheelchair waits."""
    plan = RoomPlan(floor="9", number="901", beds=1, is_accessible=True)
    first = clock.today() - timedelta(days=1)
    sites.make_rooms(facility=world.here.hospitel.facility, rooms=[plan], offered_from=first, by=SYSTEM)


def _room_for_who_waits(world: World, visitor: Visitor) -> list[object]:
    _room(world)
    return [world.here.hospitel.cares["waits"].reference]


def _room_to_match(world: World, visitor: Visitor) -> list[object]:
    _room(world)
    return []


FILLED: Mapping[str, Callable[[World], dict[str, Any]]] = {
    "isolation:my_questions": lambda _world: {"lives_with": "1"},
    "isolation:my_family": _together,
    "isolation:my_family_answer": lambda _world: {"answer": "yes"},
    "isolation:desk_questions": lambda _world: {"lives_with": "1", **BECAUSE},
    "isolation:desk_report": lambda _world: BECAUSE,
    "isolation:desk_family": lambda world: {**_together(world), **BECAUSE},
    "isolation:desk_decline_care": lambda _world: BECAUSE,
    "isolation:desk_take_up_again": lambda _world: BECAUSE,
    "isolation:waiting_bed_place": lambda _world: {"room": str(Room.objects.latest("pk").pk)},
}
PREPARED: Mapping[str, Callable[[World, Visitor], list[object]]] = {
    "isolation:desk_report": _in_bed,
    "isolation:desk_take_up_again": _has_declined,
    "isolation:waiting_bed_place": _room_for_who_waits,
    "isolation:matching": _room_to_match,
}
