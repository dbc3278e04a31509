"""Two officers make the same rooms at once: one is told that they are there. And what the lock is for."""

import threading
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connections

from khumkan.isolation.actions import sites
from khumkan.isolation.models import Facility, Room
from khumkan.isolation.rules.rooms import RoomPlan
from khumkan.isolation.tests import hotel
from khumkan.kernel import clock
from khumkan.kernel.errors import Refused

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
OFFICERS = 4
PLAN = [RoomPlan(floor="7", number=f"70{number}", beds=2) for number in range(1, 6)]


def at_once(act: Callable[[], object]) -> list[object]:
    """Let several officers do the same at the same moment; return what each got."""
    start, got = threading.Barrier(OFFICERS), []

    def officer() -> None:
        start.wait(timeout=20)
        try:
            got.append(act())
        except (Refused, DatabaseError) as error:
            got.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=officer) for _ in range(OFFICERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return got


def make(house: Facility) -> int:
    return sites.make_rooms(facility=house, rooms=PLAN, offered_from=clock.today(), by=hotel.OFFICE)


def test_one_officer_makes_the_rooms_and_the_others_are_told() -> None:
    house = hotel.a_hotel(rooms=0)
    got = at_once(lambda: make(house))
    assert sorted(each for each in got if isinstance(each, int)) == [10]
    assert {each.code for each in got if isinstance(each, Refused)} == {"room_exists"}
    assert Room.objects.filter(facility=house).count() == 5


def test_control_without_the_lock_the_others_would_crash_into_the_constraint(monkeypatch: pytest.MonkeyPatch) -> None:
    house = hotel.a_hotel(rooms=0)
    usual, waiting = sites._check_plan, threading.Barrier(OFFICERS)

    def checked(*args: object) -> None:
        usual(*args)  # type: ignore[arg-type]
        waiting.wait(timeout=20)

    monkeypatch.setattr(sites, "hold", lambda _facility: None)
    monkeypatch.setattr(sites, "_check_plan", checked)
    got = at_once(lambda: make(house))
    assert sum(isinstance(each, DatabaseError) for each in got) == OFFICERS - 1
    assert Room.objects.filter(facility=house).count() == 5
