"""From the positive to the bed and home again, by the actions alone."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from khumkan.isolation.actions import cares, discharges, placing, promises, rounds, stays
from khumkan.isolation.choices import CareEnd, StayEnd, WaitingBecause
from khumkan.isolation.models import Bed, Care, Certificate, Stay
from khumkan.isolation.queries import supply
from khumkan.isolation.states import CareState, StayState
from khumkan.isolation.tests import hotel
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.messages.models import Message
from khumkan.registry.states import Sex

pytestmark = pytest.mark.django_db


def test_somebody_who_waits_gets_the_nearest_bed_and_is_told() -> None:
    near, _far = hotel.a_hotel(north=0.01), hotel.a_hotel(north=0.3)
    stay = hotel.held()
    assert stay.site_id == near.pk
    assert hotel.fresh(stay.care).state == CareState.PLACED
    assert Message.objects.filter(person_id=stay.person_id, template="isolation.bed_held").count() == 1


def test_a_stay_from_the_door_to_the_certificate() -> None:
    house = hotel.a_hotel(rooms=1)
    desk, nurse = hotel.staff(Role.FRONT_DESK, house), hotel.staff(Role.NURSE, house)
    stay = stays.arrive(stay=hotel.held(hotel.waiting(days_ago=0)), by=desk, belongings="กระเป๋าหนึ่งใบ")
    care = hotel.fresh(stay.care)
    assert (stay.state, care.state, care.site_id) == (StayState.ADMITTED, CareState.ADMITTED, house.pk)
    with pytest.raises(Refused):
        discharges.confirm(care=care, because=CareEnd.RECOVERED, by=nurse)
    with time_machine.travel(clock.now() + timedelta(days=15)):
        rounds.observe(care=care, vitals=hotel.WELL, by=nurse)
        discharges.confirm(care=care, because=CareEnd.RECOVERED, by=nurse)
        assert not _is_free(house.pk)
        stays.leave(stay=stay, by=desk)
        assert not _is_free(house.pk)
        stays.clean(stay=stay, by=desk)
        assert _is_free(house.pk)
    assert hotel.fresh(care).state == CareState.DISCHARGED
    assert sorted(Certificate.objects.filter(care=care).values_list("kind", flat=True)) == ["discharge", "employer"]


def test_a_bed_is_free_without_anybody_when_the_time_for_cleaning_is_over() -> None:
    house = hotel.a_hotel(rooms=1)
    stay = stays.arrive(stay=hotel.held(), by=hotel.staff(Role.FRONT_DESK, house))
    discharges.confirm(care=stay.care, because=CareEnd.OWN_WISH, by=hotel.staff(Role.NURSE, house))
    stays.leave(stay=stay, by=hotel.staff(Role.FRONT_DESK, house))
    assert not _is_free(house.pk)
    with time_machine.travel(clock.now() + timedelta(minutes=121)):
        assert _is_free(house.pk)


def test_nobody_leaves_before_a_nurse_confirmed_it() -> None:
    house = hotel.a_hotel(rooms=1)
    stay = stays.arrive(stay=hotel.held(), by=hotel.staff(Role.FRONT_DESK, house))
    with pytest.raises(Refused) as refusal:
        stays.leave(stay=stay, by=hotel.staff(Role.FRONT_DESK, house))
    assert refusal.value.code == "not_discharged"


def test_a_hold_lapses_by_itself_and_the_next_person_gets_the_bed() -> None:
    hotel.a_hotel(rooms=1)
    first, second = hotel.held(), hotel.waiting()
    assert placing.place(care_id=second.pk, by=hotel.OFFICE) == []
    assert hotel.fresh(second).waiting_because == WaitingBecause.NO_ROOM
    with time_machine.travel(clock.now() + timedelta(minutes=361)):
        (stay,) = placing.place(care_id=second.pk, by=hotel.OFFICE)
        assert stay.bed_id == first.bed_id
        assert promises.end_lapsed(stay=first, by=hotel.OFFICE)
        assert not promises.end_lapsed(stay=first, by=hotel.OFFICE)
    assert hotel.fresh(first.care).state == CareState.WAITING
    assert hotel.fresh(first.care).waiting_because == WaitingBecause.HOLD_LAPSED


def test_who_comes_late_still_gets_the_bed_while_nobody_else_has_it() -> None:
    house = hotel.a_hotel(rooms=1)
    stay, desk = hotel.held(), hotel.staff(Role.FRONT_DESK, house)
    with time_machine.travel(clock.now() + timedelta(hours=7)):
        assert stays.arrive(stay=stay, by=desk).state == StayState.ADMITTED


def test_who_comes_late_is_told_when_the_bed_is_gone() -> None:
    house = hotel.a_hotel(rooms=1)
    first, second = hotel.held(), hotel.waiting()
    with time_machine.travel(clock.now() + timedelta(hours=7)):
        placing.place(care_id=second.pk, by=hotel.OFFICE)
        with pytest.raises(Refused) as refusal:
            stays.arrive(stay=first, by=hotel.staff(Role.FRONT_DESK, house))
    assert refusal.value.code == "bed_is_gone"


def test_strangers_of_both_sexes_never_share_a_room_and_women_do() -> None:
    house = hotel.a_hotel(rooms=1, beds=2)
    hotel.held(hotel.waiting(hotel.a_person(sex=Sex.FEMALE)))
    man = hotel.waiting(hotel.a_person(sex=Sex.MALE))
    assert placing.place(care_id=man.pk, by=hotel.OFFICE) == []
    with pytest.raises(Refused):
        promises.hold_bed(care=man, bed_ids=hotel.beds_of(house), by=hotel.OFFICE)
    assert hotel.held(hotel.waiting(hotel.a_person(sex=Sex.FEMALE))).site_id == house.pk


def test_the_database_refuses_what_the_actions_would_forget() -> None:
    """The control beside it: with the constraint dropped the same rows go in."""
    stay = hotel.held(hotel.waiting()) if hotel.a_hotel(rooms=1) else None
    assert stay is not None
    other = hotel.waiting()
    with pytest.raises(IntegrityError, match="isolation_stay_bed_not_twice"), transaction.atomic():
        _copy(stay, other)
    with transaction.atomic():
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE isolation_stay DROP CONSTRAINT isolation_stay_bed_not_twice")
        _copy(stay, other)
        assert Stay.objects.filter(bed=stay.bed_id, blocks__contains=clock.now()).count() == 2
        transaction.set_rollback(True)


def test_a_family_gets_one_room() -> None:
    hotel.a_hotel(rooms=1, beds=2)
    house = hotel.a_hotel(rooms=1, beds=4, north=0.2)
    members = hotel.a_family(hotel.a_person(sex=Sex.FEMALE), hotel.a_person(sex=Sex.MALE), hotel.a_person(sex=""))
    placed = placing.place(care_id=members[0].pk, by=hotel.OFFICE)
    assert {stay.room_id for stay in placed} == {Bed.objects.filter(site=house.pk)[0].room_id}
    assert {hotel.fresh(care).state for care in members} == {CareState.PLACED}


def test_who_lies_in_a_bed_is_moved_and_keeps_the_old_bed_until_then() -> None:
    house, ward = hotel.a_hotel(rooms=1), hotel.a_hotel(rooms=1)
    stay = stays.arrive(stay=hotel.held(), by=hotel.OFFICE)
    other = [bed for bed in (*hotel.beds_of(house), *hotel.beds_of(ward)) if bed != stay.bed_id]
    second = promises.hold_bed(care=stay.care, bed_ids=other, by=hotel.OFFICE)
    assert second.follows_id == stay.pk
    with pytest.raises(Refused):
        promises.hold_bed(care=stay.care, bed_ids=other, by=hotel.OFFICE)
    stays.arrive(stay=second, by=hotel.OFFICE)
    before = Stay.objects.get(pk=stay.pk)
    assert (before.state, before.ended_because) == (StayState.LEFT, StayEnd.MOVED)
    assert hotel.fresh(stay.care).site_id == second.site_id


def test_foreign_sites_look_as_if_they_did_not_exist() -> None:
    hotel.a_hotel(rooms=1)
    elsewhere = hotel.a_hotel(rooms=0)
    with pytest.raises(Missing):
        stays.arrive(stay=hotel.held(), by=hotel.staff(Role.FRONT_DESK, elsewhere))


def test_who_declined_is_taken_up_again_but_not_after_the_result_was_corrected() -> None:
    care = hotel.found(hotel.a_person())
    cares.decline(care=care, by=hotel.OFFICE)
    cares.take_up_again(care=hotel.fresh(care), by=hotel.OFFICE)
    assert hotel.fresh(care).state == CareState.ASKED
    cares.decline(care=care, by=hotel.OFFICE)
    cares.withdraw([care.case_id], by=hotel.OFFICE)
    with pytest.raises(Refused) as refusal:
        cares.take_up_again(care=hotel.fresh(care), by=hotel.OFFICE)
    assert refusal.value.code == "corrected"


def _copy(stay: Stay, other: Care) -> Stay:
    return Stay.objects.create(
        care=other,
        person_id=other.person_id,
        bed_id=stay.bed_id,
        room_id=stay.room_id,
        site_id=stay.site_id,
        state=StayState.HELD,
        sharing=stay.sharing,
        blocks=stay.blocks,
        during=stay.during,
        terms_version=1,
        made_at=clock.now(),
    )


def _is_free(site_id: int) -> bool:
    _, rooms = supply.sites_and_rooms(now=clock.now(), only=[site_id])
    return sum(room.beds_free for room in rooms) == 1
