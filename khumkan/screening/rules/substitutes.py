"""Who stands in for whom, and where and when substitutes are tested."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Place:
    """Where the workers of an enterprise are tested.

    :param site_id: the site; None where none has been chosen yet.
    :param at_workplace: whether the team comes to the enterprise, so that the site is its own.
    """

    site_id: int | None
    at_workplace: bool


@dataclass(frozen=True)
class Ahead:
    """A session of the round that has not begun."""

    session_id: int
    site_id: int
    day: date
    free: int


def paired(seats: Iterable[tuple[str, int]], ready: Iterable[tuple[str, int]]) -> list[tuple[int, int]]:
    """Pair empty seats with substitutes of the same list, both in the order in which they come: that of the draw.

    :param seats: list and id of each; `ready` likewise.
    :returns: seat and substitute; seats of a list that is used up are left out.
    """
    waiting: dict[str, list[int]] = defaultdict(list)
    for list_name, substitute in ready:
        waiting[list_name].append(substitute)
    next_of = {list_name: iter(substitutes) for list_name, substitutes in waiting.items()}
    found = ((seat, next(next_of.get(list_name, iter(())), None)) for list_name, seat in seats)
    return [(seat, substitute) for seat, substitute in found if substitute is not None]


def place_of(own: Place, seat: Place) -> Place:
    """Return where a substitute is tested: where the own enterprise is, else as the one whose seat was left.

    Nobody is sent to the workplace of another employer: where the seat was at a workplace, it is the own one.
    """
    if own.site_id is not None:
        return own
    return Place(None, at_workplace=True) if seat.at_workplace else seat


def seated(people: Mapping[int, tuple[int, int]], ahead: Sequence[Ahead], *, day: date | None) -> dict[int, int]:
    """Give each group the first session at its site that has room for all of it, the largest groups first.

    :param people: site and number of people of each group.
    :param ahead: in the order of time.
    :param day: the only day to look at; None takes any.
    :returns: the session of each group; those for whom there is no room are left out.
    """
    left = {each.session_id: each.free for each in ahead}
    chosen: dict[int, int] = {}
    for group, (site_id, count) in sorted(people.items(), key=lambda each: (-each[1][1], each[0])):
        for each in ahead:
            if each.site_id == site_id and day in (None, each.day) and left[each.session_id] >= count:
                left[each.session_id] -= count
                chosen[group] = each.session_id
                break
    return chosen
