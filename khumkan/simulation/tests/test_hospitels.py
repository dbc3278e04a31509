"""Made-up places of care have exactly the beds that were asked for, of every size of country."""

from datetime import date

import pytest

from khumkan.isolation.choices import FacilityKind, Level
from khumkan.isolation.models import Bed, Facility, Room
from khumkan.isolation.queries import supply
from khumkan.kernel import clock
from khumkan.places import loading
from khumkan.places.points import PROVINCE_POINTS
from khumkan.simulation import hospitels

FIRST = date(2021, 7, 1)


@pytest.mark.parametrize("beds", [0, 1, 7, 13, 180, 1_900])
def test_rooms_have_so_many_beds_in_all_and_numbers_of_their_own(beds: int) -> None:
    plans = hospitels.rooms({Level.GREEN: beds, Level.YELLOW: 5, Level.RED: 1}, has_family_room=True)
    assert sum(plan.beds for plan in plans if plan.level is Level.GREEN) == beds
    assert sum(plan.beds for plan in plans) == beds + 6
    assert len({plan.number for plan in plans}) == len(plans)
    assert all(1 <= plan.beds <= 26 for plan in plans)


@pytest.mark.parametrize("persons", [500, 20_000, 1_000_000])
def test_a_country_of_any_size_has_every_kind_of_place(persons: int) -> None:
    houses = hospitels.of_country(persons)
    kinds = [house.kind for house in houses]
    assert kinds.count(FacilityKind.HOSPITEL) == 12
    assert {kind: kinds.count(kind) for kind in FacilityKind if kind is not FacilityKind.HOSPITEL} == {
        FacilityKind.FIELD_HOSPITAL: 1,
        FacilityKind.HOSPITAL: 2,
        FacilityKind.HOME: 2,
    }
    assert all(house.beds or house.home_places for house in houses)
    assert len({house.name_th for house in houses}) == len({house.name_en for house in houses}) == len(houses)
    levels = {level for house in houses for level, count in house.beds.items() if count}
    assert levels == set(Level)


def test_so_many_beds_as_were_asked_for_are_spread_by_weight(db: None) -> None:
    loading.load_all(by=hospitels.BY)
    weights = dict.fromkeys(PROVINCE_POINTS, 1) | {"10": 300, "74": 40, "96": 0}
    for beds in (1, 40, 299, 14_000):
        houses = hospitels.for_beds(beds, weights)
        assert sum(sum(house.beds.values()) for house in houses) == beds
        assert all(
            sum(house.beds.values()) <= hospitels.LARGEST_HOTEL for house in houses if "hospitel" in house.name_en
        )
        in_bangkok = sum(sum(house.beds.values()) for house in houses if house.province == "10")
        assert in_bangkok >= beds * 300 // sum(weights.values())


def test_made_places_take_people(db: None) -> None:
    loading.load_all(by=hospitels.BY)
    made = hospitels.make(hospitels.of_country(20_000), offered_from=FIRST)
    hospitels.break_some_beds(made)
    with clock.set_to(clock.day_span(FIRST)[0]):
        sites, rooms = supply.sites_and_rooms(now=clock.now())
    beds = Bed.objects.count()
    assert beds == sum(room.beds_all for room in rooms)
    assert sum(room.beds_free for room in rooms) == beds - len(hospitels.OUT_OF_ORDER_WHY)
    assert len(sites) == Facility.objects.exclude(kind=FacilityKind.HOME).count()
    assert Room.objects.filter(room_for="families").exists()
    hospitels.suspend_one(made)
    assert Facility.objects.exclude(state="open").count() == 1
