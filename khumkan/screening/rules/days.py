"""On which day the workers of which enterprise are tested."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar

from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_

Key = TypeVar("Key")


def spread(people: Mapping[Key, int], *, days: Sequence[date], per_day: int) -> dict[Key, date]:
    """Give each group a day at one place, the largest groups first, so that no day has more than `per_day` people.

    A group stays together, so that a team or a bus comes once. A group larger than a day gets a day of its own.

    :param people: the number of people in each group.
    :raises Refused: when the days are not enough.
    """
    room = dict.fromkeys(days, per_day)
    chosen: dict[Key, date] = {}
    for group, count in sorted(people.items(), key=lambda each: (-each[1], str(each[0]))):
        day = next((day for day, left in room.items() if left >= count or left == per_day), None)
        if day is None:
            raise Refused(
                N_("%(people)s people do not fit into %(days)s days of %(per_day)s. Allow more days or more a day."),
                "days_full",
                people=sum(people.values()),
                days=len(days),
                per_day=per_day,
            )
        room[day] -= count
        chosen[group] = day
    return chosen
