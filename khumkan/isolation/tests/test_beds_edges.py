"""What odd sequences of acts once broke, each as one story; and rows that contradict each other are found."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from khumkan.isolation.actions import discharges, placing, promises, stays
from khumkan.isolation.choices import CareEnd, StayEnd
from khumkan.isolation.models import Discharge, Escalation, Stay
from khumkan.isolation.queries import integrity
from khumkan.isolation.states import CareState, StayState
from khumkan.isolation.tests import hotel
from khumkan.kernel import clock, prepared
from khumkan.kernel.errors import Refused

pytestmark = pytest.mark.django_db


def in_bed() -> Stay:
    """Let somebody lie in a bed of a hotel with another one free."""
    hotel.a_hotel(rooms=2)
    return stays.arrive(stay=hotel.held(), by=hotel.OFFICE)


def leaving() -> Stay:
    stay = in_bed()
    discharges.confirm(care=stay.care, because=CareEnd.OWN_WISH, by=hotel.OFFICE)
    return Stay.objects.get(pk=stay.pk)


def other_beds(stay: Stay) -> list[int]:
    return [bed for bed in hotel.beds_of(stay.bed.room.facility) if bed != stay.bed_id]


def test_a_discharge_is_confirmed_once() -> None:
    stay = leaving()
    with pytest.raises(Refused) as refusal:
        discharges.confirm(care=stay.care, because=CareEnd.OWN_WISH, by=hotel.OFFICE)
    assert refusal.value.code == "confirmed_already"
    assert Discharge.objects.count() == 1


def test_who_may_go_still_may_after_changing_the_bed() -> None:
    stay = leaving()
    fresh = stays.change_bed(stay=stay, bed_ids=other_beds(stay), by=hotel.OFFICE)
    assert fresh.state == StayState.LEAVING
    stays.leave(stay=fresh, by=hotel.OFFICE)
    assert hotel.fresh(stay.care).state == CareState.DISCHARGED


def test_who_may_go_is_promised_no_other_bed() -> None:
    stay = leaving()
    elsewhere = hotel.a_hotel(rooms=1)
    with pytest.raises(Refused) as refusal:
        promises.hold_bed(care=stay.care, bed_ids=hotel.beds_of(elsewhere), by=hotel.OFFICE)
    assert refusal.value.code == "may_go_home"
    assert placing.place(care_id=stay.care_id, by=hotel.OFFICE) == []


def test_a_bed_that_is_held_elsewhere_stays_held_when_the_bed_here_is_changed() -> None:
    stay, ward = in_bed(), hotel.a_hotel(rooms=1)
    second = promises.hold_bed(care=stay.care, bed_ids=hotel.beds_of(ward), by=hotel.OFFICE)
    fresh = stays.change_bed(stay=stay, bed_ids=other_beds(stay), by=hotel.OFFICE)
    second.refresh_from_db()
    assert (second.state, second.follows_id, fresh.pk) == (StayState.HELD, fresh.pk, second.follows_id)
    assert integrity.disagreements() == []
    assert stays.arrive(stay=second, by=hotel.OFFICE).follows_id == fresh.pk


def test_a_second_transfer_can_be_prepared_when_the_first_came_to_nothing() -> None:
    stay, ward = in_bed(), hotel.a_hotel(rooms=1)
    first = promises.hold_bed(care=stay.care, bed_ids=hotel.beds_of(ward), by=hotel.OFFICE)
    promises.give_back(stay=first, because=StayEnd.REFUSED, by=hotel.OFFICE)
    again = promises.hold_bed(care=stay.care, bed_ids=hotel.beds_of(ward), by=hotel.OFFICE)
    assert again.follows_id == stay.pk


def test_who_comes_late_keeps_no_other_promise() -> None:
    hotel.a_hotel(rooms=1)
    late = hotel.held()
    with time_machine.travel(clock.now() + timedelta(hours=7)):
        promises.end_lapsed(stay=late, by=hotel.OFFICE)
        elsewhere = hotel.a_hotel(rooms=1, north=0.2)
        other = promises.hold_bed(care=hotel.fresh(late.care), bed_ids=hotel.beds_of(elsewhere), by=hotel.OFFICE)
        stays.arrive(stay=late, by=hotel.OFFICE)
    other.refresh_from_db()
    assert other.state == StayState.GIVEN_BACK
    assert integrity.disagreements() == []


def test_what_hangs_together_is_found_to_agree() -> None:
    in_bed(), leaving(), hotel.held(), hotel.waiting()
    assert (integrity.disagreements(), integrity.unrecorded()) == ([], [])


@pytest.mark.parametrize(
    ("what", "statement"),
    [
        ("in_no_bed", "UPDATE isolation_stay SET state = 'left', left_at = arrived_at, ended_because = 'moved', "
         "blocks = tstzrange(lower(blocks), clock_timestamp()), during = 'empty' WHERE state = 'admitted'"),
        ("placed_without_promise", "UPDATE isolation_stay SET state = 'lapsed', ended_because = 'lapsed' "
         "WHERE state = 'held'"),
        ("bed_without_need", "UPDATE isolation_care SET state = 'at_home' WHERE state = 'placed'"),
        ("lies_there_forgotten", "UPDATE isolation_care SET state = 'at_home' WHERE state = 'admitted'"),
        ("looked_after_elsewhere", "UPDATE isolation_care SET site_id = NULL WHERE state = 'placed'"),
        ("may_go_unconfirmed", "UPDATE isolation_discharge SET taken_back_at = now()"),
        ("kept_though_confirmed", "UPDATE isolation_stay SET state = 'admitted' WHERE state = 'leaving'"),
        ("left_but_in_care", "UPDATE isolation_care SET state = 'waiting', waiting_because = 'matching', "
         "ended_at = NULL, ended_because = '' WHERE state = 'discharged'"),
        ("discharged_by_nobody", "UPDATE isolation_discharge SET taken_back_at = now()"),
        ("stay_of_another_bed", "UPDATE isolation_stay SET site_id = (SELECT max(site_id) FROM isolation_facility) "
         "WHERE site_id < (SELECT max(site_id) FROM isolation_facility)"),
        ("paper_too_early", "UPDATE isolation_certificate SET kind = 'discharge'"),
    ],
)  # fmt: skip
def test_control_rows_that_contradict_each_other_are_found(what: str, statement: str) -> None:
    gone = leaving()
    stays.leave(stay=gone, by=hotel.OFFICE)
    in_bed(), leaving()
    hotel.held()
    assert integrity.disagreements() == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)
    assert what in {found.what for found in integrity.disagreements()}


@pytest.mark.parametrize("make", [in_bed, leaving, hotel.held])
def test_control_a_stay_of_which_the_record_does_not_tell_is_found(make: Callable[[], Stay]) -> None:
    hotel.a_hotel(rooms=1)
    stay = make()
    assert integrity.unrecorded() == []
    Stay.objects.filter(pk=stay.pk).update(care=hotel.waiting())
    assert {found.row_id for found in integrity.unrecorded()} == {stay.pk}


def test_rows_read_by_a_prepared_statement_are_those_that_django_reads() -> None:
    stay = in_bed()
    (found,) = prepared.instances(Stay, "WHERE id = %(id)s::bigint", {"id": stay.pk})
    as_django_reads = Stay.objects.get(pk=stay.pk)
    names = [field.attname for field in Stay._meta.concrete_fields]
    assert [getattr(found, name) for name in names] == [getattr(as_django_reads, name) for name in names]
    assert found == as_django_reads
    with pytest.raises(TypeError, match="reasons"):
        prepared.instances(Escalation, "WHERE id = %(id)s::bigint", {"id": 1})


def test_a_stay_that_was_just_made_reads_as_it_is_stored() -> None:
    hotel.a_hotel(rooms=1)
    stay = hotel.held()
    stored = Stay.objects.get(pk=stay.pk)
    names = [field.attname for field in Stay._meta.concrete_fields]
    assert [getattr(stay, name) for name in names] == [getattr(stored, name) for name in names]
    come = stays.arrive(stay=stay, by=hotel.OFFICE)
    stored.refresh_from_db()
    assert [getattr(come, name) for name in names] == [getattr(stored, name) for name in names]
