"""The front desk by the actions and queries: who comes, another bed, walk-ins, leaving, cleaning."""

from datetime import timedelta

import pytest
import time_machine

from khumkan.isolation.actions import discharges, door, placing, promises, stays, transport
from khumkan.isolation.choices import CareEnd, Level, NotLetIn, RoomFor, StayEnd
from khumkan.isolation.models import Bed, Discharge, DoorNote, Facility, Pickup, Stay
from khumkan.isolation.queries import door as queries
from khumkan.isolation.states import CareState, PickupState, StayState
from khumkan.isolation.tests import hotel
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.registry.states import Sex

pytestmark = pytest.mark.django_db


def desk(house: Facility) -> Actor:
    return hotel.staff(Role.FRONT_DESK, house)


def ids(stays: list[Stay]) -> list[int]:
    return [stay.pk for stay in stays]


def labels(beds: list[Bed]) -> list[str]:
    return [bed.label for bed in beds]


def test_the_lists_of_the_day() -> None:
    house = hotel.a_hotel(rooms=4)
    by = desk(house)
    first, second, third = (hotel.held() for _ in range(3))
    assert ids(queries.expected(by)) == [first.pk, second.pk, third.pk]
    stays.arrive(stay=third, by=by)
    assert ids(queries.arrived_today(by)) == [third.pk]
    with time_machine.travel(clock.now() + timedelta(hours=7)):
        promises.end_lapsed(stay=first, by=hotel.OFFICE)
        assert (ids(queries.late(by)), ids(queries.expected(by))) == ([first.pk], [second.pk])
    with time_machine.travel(clock.now() + timedelta(hours=20)):
        assert queries.late(by) == []


def test_who_sits_in_the_vehicle_is_on_the_way_also_when_the_time_is_over() -> None:
    house = hotel.a_hotel()
    stay = hotel.held()
    driver = hotel.staff(Role.DRIVER, house)
    run = transport.plan_run(
        site=house.site, vehicle="A", seats=1, starts_at=clock.now(), stay_ids=[stay.pk], by=hotel.OFFICER
    )
    transport.start(run=run, by=national_driver(driver))
    transport.picked_up(pickup=Pickup.objects.get(run=run), by=national_driver(driver))
    assert ids(queries.on_the_way(desk(house))) == [stay.pk]
    with time_machine.travel(clock.now() + timedelta(hours=4)):
        promises.end_lapsed(stay=stay, by=hotel.OFFICE)
        assert ids(queries.on_the_way(desk(house))) == [stay.pk]
        assert queries.late(desk(house)) == []
        stays.arrive(stay=stay, by=desk(house))
        assert queries.on_the_way(desk(house)) == []
    assert Pickup.objects.get(run=run).state == PickupState.DELIVERED


def national_driver(actor: Actor) -> Actor:
    return Actor(actor.kind, actor.id, frozenset({hotel.Grant(Role.DRIVER)}))


def test_another_bed_when_the_one_that_was_held_is_gone() -> None:
    house = hotel.a_hotel(rooms=2)
    first, second = hotel.held(), hotel.waiting()
    with time_machine.travel(clock.now() + timedelta(hours=7)):
        placing.place(care_id=second.pk, by=hotel.OFFICE)
        taken = Stay.objects.get(care=second)
        if taken.bed_id != first.bed_id:
            promises.give_back(stay=taken, because=StayEnd.REFUSED, by=hotel.OFFICE)
            promises.hold_bed(care=hotel.fresh(second), bed_ids=[first.bed_id], by=hotel.OFFICE)
        with pytest.raises(Refused) as refused:
            stays.arrive(stay=first, by=desk(house))
        assert refused.value.code == "bed_is_gone"
        (free,) = queries.beds_for(hotel.fresh(first.care), site_ids=[house.pk])
        fresh = stays.admit(care=first.care, bed_ids=[free.pk], by=desk(house), belongings="กระเป๋า")
    assert (fresh.state, fresh.bed_id) == (StayState.ADMITTED, free.pk)
    assert hotel.fresh(first.care).state == CareState.ADMITTED


def test_somebody_who_is_moved_gets_another_bed_at_the_door_when_theirs_is_gone() -> None:
    house, ward = hotel.a_hotel(rooms=1), hotel.a_hotel(rooms=2, north=0.02)
    stay = stays.arrive(stay=hotel.held(), by=hotel.OFFICE)
    assert stay.site_id == house.pk
    second = promises.hold_bed(care=stay.care, bed_ids=hotel.beds_of(ward)[:1], by=hotel.OFFICE)
    with time_machine.travel(clock.now() + timedelta(hours=13)):
        promises.end_lapsed(stay=second, by=hotel.OFFICE)
        promises.hold_bed(care=hotel.waiting(), bed_ids=[second.bed_id], by=hotel.OFFICE)
        with pytest.raises(Refused):
            stays.arrive(stay=second, by=desk(ward))
        fresh = stays.admit(care=stay.care, bed_ids=hotel.beds_of(ward)[1:], by=desk(ward))
    assert (fresh.follows_id, fresh.site_id) == (stay.pk, ward.pk)
    before = Stay.objects.get(pk=stay.pk)
    assert (before.state, before.ended_because) == (StayState.LEFT, StayEnd.MOVED)
    assert hotel.fresh(stay.care).site_id == ward.pk


def test_control_who_lies_elsewhere_and_is_not_expected_is_not_admitted() -> None:
    house, other = hotel.a_hotel(rooms=1), hotel.a_hotel(rooms=1, north=0.02)
    stay = stays.arrive(stay=hotel.held(), by=hotel.OFFICE)
    assert stay.site_id == house.pk
    with pytest.raises(Refused) as refused:
        stays.admit(care=stay.care, bed_ids=hotel.beds_of(other), by=desk(other))
    assert refused.value.code == "does_not_wait"


def test_a_walk_in_is_found_by_code_or_number_and_never_by_name() -> None:
    hotel.a_hotel(rooms=1)
    care = hotel.waiting()
    assert queries.walk_in(care.reference) == care
    assert queries.walk_in(f"https://help.example/my/care/{care.reference}/") == care
    assert queries.walk_in(care.person.first_name) is None
    stays.arrive(stay=hotel.held(care), by=hotel.OFFICE)
    assert queries.walk_in(care.reference) is None


def test_a_walk_in_who_has_a_bed_elsewhere_leaves_that_promise() -> None:
    near, here = hotel.a_hotel(rooms=1), hotel.a_hotel(rooms=1, north=0.3)
    stay = hotel.held()
    assert stay.site_id == near.pk
    care = queries.walk_in(stay.care.reference)
    assert care is not None
    held = queries.promise_of(care)
    assert held is not None
    assert held.site_id == near.pk
    fresh = stays.admit(care=care, bed_ids=hotel.beds_of(here), by=desk(here))
    assert fresh.site_id == here.pk
    assert Stay.objects.get(pk=stay.pk).state == StayState.GIVEN_BACK


def test_beds_at_the_door_suit_the_person() -> None:
    house = hotel.a_hotel(rooms=1, beds=2)
    hotel.held(hotel.waiting(hotel.a_person(sex=Sex.FEMALE)))
    woman, man = (hotel.waiting(hotel.a_person(sex=sex)) for sex in (Sex.FEMALE, Sex.MALE))
    assert labels(queries.beds_for(woman, site_ids=[house.pk])) == ["101-B"]
    assert queries.beds_for(man, site_ids=[house.pk]) == []
    yellow = hotel.a_hotel(rooms=1, level=Level.YELLOW)
    assert queries.beds_for(woman, site_ids=[yellow.pk]) == []
    men = hotel.a_hotel(rooms=1, room_for=RoomFor.MEN)
    assert queries.beds_for(woman, site_ids=[men.pk]) == []
    assert labels(queries.beds_for(man, site_ids=[men.pk])) == ["101-A"]


def test_changing_the_bed_keeps_belongings_and_that_somebody_may_go() -> None:
    house = hotel.a_hotel(rooms=2)
    stay = stays.arrive(stay=hotel.held(), by=desk(house), belongings="กล่องหนึ่งใบ")
    discharges.confirm(care=stay.care, because=CareEnd.OWN_WISH, by=hotel.staff(Role.NURSE, house))
    other = [bed for bed in hotel.beds_of(house) if bed != stay.bed_id]
    fresh = stays.change_bed(stay=stay, bed_ids=other, by=desk(house))
    assert (fresh.state, fresh.belongings, fresh.follows_id) == (StayState.LEAVING, "กล่องหนึ่งใบ", stay.pk)
    stays.leave(stay=fresh, by=desk(house))
    assert Discharge.objects.get(care=stay.care).taken_back_at is None
    assert hotel.fresh(stay.care).state == CareState.DISCHARGED


def test_leaving_twice_is_refused_in_the_right_words() -> None:
    house = hotel.a_hotel(rooms=1)
    stay = stays.arrive(stay=hotel.held(), by=desk(house))
    discharges.confirm(care=stay.care, because=CareEnd.OWN_WISH, by=hotel.staff(Role.NURSE, house))
    assert ids(queries.leaving(desk(house))) == [stay.pk]
    stays.leave(stay=stay, by=desk(house))
    assert queries.leaving(desk(house)) == []
    with pytest.raises(Refused) as refused:
        stays.leave(stay=stay, by=desk(house))
    assert refused.value.code == "has_left"


def test_a_bed_is_on_the_list_of_the_cleaners_until_it_is_clean_or_the_time_is_over() -> None:
    house = hotel.a_hotel(rooms=1)
    stay = stays.arrive(stay=hotel.held(), by=desk(house))
    discharges.confirm(care=stay.care, because=CareEnd.OWN_WISH, by=hotel.staff(Role.NURSE, house))
    stays.leave(stay=stay, by=desk(house))
    assert ids(queries.being_cleaned(desk(house))) == [stay.pk]
    with time_machine.travel(clock.now() + timedelta(hours=3)):
        assert queries.being_cleaned(desk(house)) == []
    stays.clean(stay=queries.left_stay(desk(house), stay.pk), by=desk(house))
    stays.clean(stay=queries.left_stay(desk(house), stay.pk), by=desk(house))
    assert queries.being_cleaned(desk(house)) == []


def test_a_document_that_shows_somebody_else_is_noted_and_the_bed_stays_held() -> None:
    house = hotel.a_hotel(rooms=1)
    stay = hotel.held()
    door.not_let_in(stay=stay, why=NotLetIn.MISMATCH, note=" บัตรเป็นของพี่สาว ", by=desk(house))
    (note,) = queries.notes_of(stay)
    assert (note.why, note.note) == (NotLetIn.MISMATCH, "บัตรเป็นของพี่สาว")
    assert Stay.objects.get(pk=stay.pk).state == StayState.HELD
    stays.arrive(stay=stay, by=desk(house))
    with pytest.raises(Refused):
        door.not_let_in(stay=stay, why=NotLetIn.MISMATCH, by=desk(house))
    assert DoorNote.objects.count() == 1


def test_the_stay_that_counts_is_the_one_in_which_somebody_lies() -> None:
    house = hotel.a_hotel(rooms=2)
    stay = stays.arrive(stay=hotel.held(), by=desk(house))
    other = [bed for bed in hotel.beds_of(house) if bed != stay.bed_id]
    fresh = stays.change_bed(stay=stay, bed_ids=other, by=desk(house))
    found = queries.at_door(desk(house), stay.care.reference.lower().replace("-", ""))
    assert found.pk == fresh.pk


def test_who_is_found_and_who_is_not() -> None:
    house, elsewhere = hotel.a_hotel(rooms=2), hotel.a_hotel(rooms=1, north=0.4)
    stay, other = hotel.held(), hotel.held()
    by = desk(house)
    assert ids(queries.find(by, stay.care.reference)) == [stay.pk]
    assert ids(queries.find(by, stay.person.first_name)) == [stay.pk]
    assert set(ids(queries.find(by, "ใจดี"))) == {stay.pk, other.pk}
    assert queries.find(by, "จ") == []
    assert queries.find(desk(elsewhere), stay.care.reference) == []


def test_foreign_sites_look_as_if_they_did_not_exist() -> None:
    house, elsewhere = hotel.a_hotel(rooms=1), hotel.a_hotel(rooms=1, north=0.4)
    stay, by = hotel.held(), desk(elsewhere)
    assert stay.site_id == house.pk
    with pytest.raises(Missing):
        queries.at_door(by, stay.care.reference)
    with pytest.raises(Missing):
        door.not_let_in(stay=stay, why=NotLetIn.MISMATCH, by=by)
    with pytest.raises(Missing):
        stays.admit(care=stay.care, bed_ids=hotel.beds_of(house), by=by)
    assert (queries.expected(by), queries.arrived_today(by), queries.sites_of(by)) == ([], [], [elsewhere.site])
    arrived = stays.arrive(stay=stay, by=desk(house))
    for act in (stays.leave, stays.clean):
        with pytest.raises(Missing):
            act(stay=arrived, by=by)
    with pytest.raises(Missing):
        queries.left_stay(by, arrived.pk)
