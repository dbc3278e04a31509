"""To whom a case is given: the least loaded of those who are there and know about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody at the desk who knows about a case.

    :param open_cases: how many they work on now.
    :param routed_at: when they last got one; none: never today.
    """

    user_id: int
    open_cases: int
    routed_at: datetime | None


def order(desks: Iterable[Desk], *, most: int) -> list[Desk]:
    """Return who may get a case, the best first: fewest open cases, then who has waited longest for one.

    :param most: open cases that nobody goes beyond.
    """
    free = [desk for desk in desks if desk.open_cases < most]
    return sorted(free, key=lambda desk: (desk.open_cases, desk.routed_at is not None, desk.routed_at, desk.user_id))
