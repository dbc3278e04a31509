"""Which room suits somebody who stands at the door, or who changes beds."""

from dataclasses import dataclass

from khumkan.isolation.choices import RoomFor
from khumkan.isolation.rules.matching_worth import FAMILY, SHARED, Demand, Room, has_level
from khumkan.isolation.terms.matching import MatchingTerms


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one person needs of a room.

    :param sharing: with whom the room may be shared: `women`, `men`, or the family or person who is alone in it.
    :param level: the level of care, 1 to 3.
    """

    sharing: str
    level: int
    wheelchair: bool = False


def suits(wanted: Wanted, room: Room, terms: MatchingTerms) -> bool:
    """Tell whether somebody may be given a bed of this room now. Way and nurses are not looked at: the person is here.

    Somebody of a family that is in the room already joins it; matching, which places families whole, has no such case.
    """
    kind = wanted.sharing.partition(":")[0]
    if room.beds_free < 1 or room.used_as not in ("", wanted.sharing):
        return False
    if wanted.wheelchair and not room.accessible:
        return False
    if not has_level(Demand(wanted.level, kind, 1, wanted.wheelchair), room.level, terms):
        return False
    return room.room_for == RoomFor.ANYBODY or _is_for(room.room_for, kind)


def preference(wanted: Wanted, room: Room) -> tuple[bool, bool, int, int]:
    """Return the key by which suitable rooms are ordered, the best first.

    Rooms in use already, then those that nobody with a wheelchair may need, then the lowest level and the first number.
    """
    return room.used_as == "", room.accessible and not wanted.wheelchair, room.level, room.key


def _is_for(room_for: RoomFor, kind: str) -> bool:
    if kind in SHARED:
        return room_for == kind
    return kind == FAMILY and room_for == RoomFor.FAMILIES
