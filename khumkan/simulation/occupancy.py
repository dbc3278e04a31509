"""Occupancy held against the record: on every day those who lie in beds are those who came and have not left.

Two sources that do not know of each other: the table of stays, and the record's events of arrivals, transfers and
leavings, which can only be added. They are compared person by person, and with what the board showed that evening.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from khumkan.isolation.models import Stay
from khumkan.kernel import clock
from khumkan.record.models import Event
from khumkan.simulation.hospitel_days import Lived

#: What each event of the record adds to the beds that a person has. Who moves arrives at the other site first.
CHANGES = {"isolation.admitted": 1, "isolation.transferred": -1, "isolation.left": -1}


def mismatches(days: Sequence[Lived]) -> list[str]:
    """Return a line for each person and day on which the stays, the record, the board or the day's own count disagree.

    :param days: all days that were lived, the oldest first.
    """
    found: list[str] = []
    before = 0
    events, stays = _events(), _stays()
    balance: Counter[int] = Counter()
    position = 0
    for lived in days:
        _, end = clock.day_span(lived.day)
        while position < len(events) and events[position][0] < end:
            _, name, person_id = events[position]
            balance[person_id] += CHANGES[name]
            position += 1
        by_record = {person_id for person_id, beds in balance.items() if beds}
        by_stays = Counter(person for person, arrived, left in stays if arrived < end and (left is None or left >= end))
        found += _of_day(lived, balance, by_record, by_stays)
        if lived.in_beds != before + lived.admitted - lived.discharged:
            sum_of = f"{before} + {lived.admitted} admitted - {lived.discharged} discharged"
            found.append(f"{lived.day}: {sum_of} is not {lived.in_beds}")
        before = lived.in_beds
    return found


def _of_day(lived: Lived, balance: Counter[int], by_record: set[int], by_stays: Counter[int]) -> list[str]:
    found = [
        f"{lived.day}: person {person_id} has {balance[person_id]} beds by the record, {by_stays[person_id]} by stays"
        for person_id in sorted(by_record | set(by_stays))
        if not balance[person_id] == by_stays[person_id] == 1
    ]
    if not lived.in_beds == lived.on_board == by_stays.total():
        seen = f"{lived.in_beds} people were counted in beds that day, {lived.on_board} on the board"
        found.append(f"{lived.day}: {seen}, {by_stays.total()} by stays")
    return found


def _events() -> list[tuple[datetime, str, int]]:
    rows = Event.objects.filter(name__in=CHANGES, person_id__isnull=False).order_by("at", "id")
    return [
        (at, name, person) for at, name, person in rows.values_list("at", "name", "person_id") if person is not None
    ]


def _stays() -> Iterable[tuple[int, datetime, datetime | None]]:
    rows = Stay.objects.filter(arrived_at__isnull=False).order_by("pk")
    return [
        (person, arrived, left)
        for person, arrived, left in rows.values_list("person", "arrived_at", "left_at")
        if arrived is not None
    ]
