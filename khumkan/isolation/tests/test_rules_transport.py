"""Who is fetched together and in which order, and which room suits at the door."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khumkan.isolation.choices import RoomFor
from khumkan.isolation.rules import door
from khumkan.isolation.rules.matching_worth import Room
from khumkan.isolation.rules.transport import Point, Stop, in_order, lists
from khumkan.isolation.terms.matching import MatchingTerms

NOON = datetime(2021, 7, 28, 5, tzinfo=UTC)
SITE = Point(13.77, 100.55)
TERMS = MatchingTerms()
places = st.one_of(st.none(), st.floats(min_value=13.5, max_value=14.0))
stops = st.lists(
    st.builds(
        Stop,
        key=st.integers(min_value=1, max_value=10_000),
        together=st.integers(min_value=1, max_value=8),
        district=st.sampled_from(["", "1001", "1002", "1003"]),
        latitude=places,
        longitude=st.just(100.5),
        until=st.integers(min_value=0, max_value=300).map(lambda minutes: NOON + timedelta(minutes=minutes)),
    ),
    unique_by=lambda stop: stop.key,
    max_size=25,
)


def stop(
    key: int, *, north: float | None = 13.77, district: str = "1001", minutes: int = 60, together: int = 0
) -> Stop:
    return Stop(key, together or -key, district, north, 100.55, NOON + timedelta(minutes=minutes))


@given(stops, st.integers(min_value=1, max_value=9))
def test_everybody_is_fetched_once_and_has_a_seat(people: list[Stop], seats: int) -> None:
    drives = lists(people, seats=seats, start=SITE)
    assert sorted(key for drive in drives for key in drive) == sorted(stop.key for stop in people)
    assert all(0 < len(drive) <= seats for drive in drives)


@given(stops.filter(bool), st.integers(min_value=1, max_value=9))
def test_the_shortest_hold_is_on_the_first_drive(people: list[Stop], seats: int) -> None:
    first = min(people, key=lambda stop: (stop.until, stop.key))
    assert first.key in lists(people, seats=seats, start=SITE)[0]


@given(stops, st.integers(min_value=1, max_value=9))
def test_a_family_that_fits_is_never_torn_apart(people: list[Stop], seats: int) -> None:
    drives = [set(drive) for drive in lists(people, seats=seats, start=SITE)]
    for together in {stop.together for stop in people}:
        family = {stop.key for stop in people if stop.together == together}
        if len(family) <= seats:
            assert any(family <= drive for drive in drives)


@given(stops)
def test_the_order_does_not_depend_on_the_order_of_the_list(people: list[Stop]) -> None:
    assert in_order(people, start=SITE) == in_order(list(reversed(people)), start=SITE)


def test_neighbours_of_the_same_district_ride_before_nearer_ones_of_another() -> None:
    people = [
        stop(1, minutes=10),
        stop(2, north=13.79, minutes=90),
        stop(3, north=13.771, district="1002", minutes=20),
    ]
    assert lists(people, seats=2, start=SITE) == [(1, 2), (3,)]


def test_the_drive_goes_to_the_nearest_each_time_and_to_unknown_homes_last() -> None:
    people = [stop(1, north=13.90), stop(2, north=None), stop(3, north=13.80), stop(4, north=13.85)]
    assert [each.key for each in in_order(people, start=SITE)] == [3, 4, 1, 2]


def test_a_family_that_is_too_large_goes_in_parts() -> None:
    people = [stop(key, together=7) for key in (1, 2, 3)]
    assert lists(people, seats=2, start=SITE) == [(1, 2), (3,)]


def test_a_vehicle_without_a_seat_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="seat"):
        lists([stop(1)], seats=0, start=SITE)


ROOM = Room(1, 1, 1, 1, 2, RoomFor.ANYBODY, "", False)
WOMAN = door.Wanted("women", 1)


@pytest.mark.parametrize(
    ("room", "wanted", "suits"),
    [
        (ROOM, WOMAN, True),
        (replace(ROOM, used_as="women"), WOMAN, True),
        (replace(ROOM, used_as="men"), WOMAN, False),
        (replace(ROOM, used_as="family:3"), WOMAN, False),
        (replace(ROOM, beds_free=0), WOMAN, False),
        (replace(ROOM, level=2), WOMAN, False),
        (replace(ROOM, room_for=RoomFor.WOMEN), WOMAN, True),
        (replace(ROOM, room_for=RoomFor.MEN), WOMAN, False),
        (replace(ROOM, room_for=RoomFor.FAMILIES), WOMAN, False),
        (ROOM, door.Wanted("women", 1, wheelchair=True), False),
        (replace(ROOM, accessible=True), door.Wanted("women", 1, wheelchair=True), True),
        (replace(ROOM, used_as="family:3"), door.Wanted("family:3", 1), True),
        (replace(ROOM, used_as="family:4"), door.Wanted("family:3", 1), False),
        (replace(ROOM, room_for=RoomFor.FAMILIES), door.Wanted("family:3", 1), True),
        (replace(ROOM, room_for=RoomFor.FAMILIES), door.Wanted("alone:9", 1), False),
        (replace(ROOM, used_as="women"), door.Wanted("alone:9", 1), False),
        (ROOM, door.Wanted("alone:9", 1), True),
    ],
)
def test_which_room_suits_at_the_door(room: Room, wanted: door.Wanted, suits: bool) -> None:
    assert door.suits(wanted, room, TERMS) is suits


def test_rooms_in_use_are_offered_first_and_those_for_wheelchairs_last() -> None:
    rooms = [replace(ROOM, key=1, accessible=True), replace(ROOM, key=2), replace(ROOM, key=3, used_as="women")]
    assert [room.key for room in sorted(rooms, key=lambda room: door.preference(WOMAN, room))] == [3, 2, 1]
