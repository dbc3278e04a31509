"""Placing one party, and all who wait at once: the proposal, carrying it out, and what is gone by then."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from khumkan.isolation.actions import cares, emptying, placing, promises, rounds, sites, stays, transfers
from khumkan.isolation.choices import (
    Condition,
    Decision,
    FacilityKind,
    Level,
    Setting,
    StayEnd,
    Symptom,
    WaitingBecause,
)
from khumkan.isolation.models import Care, Escalation, Stay
from khumkan.isolation.queries import matching
from khumkan.isolation.rules.answers import Answers, Vitals
from khumkan.isolation.states import CareState, EscalationState, FacilityState, StayState
from khumkan.isolation.tasks import placing as tasks
from khumkan.isolation.tests import hotel
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.messages.models import Message
from khumkan.record.inline import run_jobs
from khumkan.record.models import Event
from khumkan.registry.states import Sex

pytestmark = pytest.mark.django_db

ILL = Answers(lives_with=3, conditions=(Condition.HEART,), controlled=False, vitals=hotel.WELL)


def test_answering_places_a_person_without_any_hand() -> None:
    house = hotel.a_hotel()
    care = hotel.waiting()
    run_jobs()
    assert (hotel.fresh(care).state, hotel.fresh(care).site_id) == (CareState.PLACED, house.pk)


def test_who_is_more_ill_goes_to_a_ward_and_waits_where_there_is_none() -> None:
    hotel.a_hotel()
    care = hotel.waiting(answers=ILL)
    assert (care.level, care.setting) == (Level.YELLOW, Setting.HOSPITAL)
    assert placing.place(care_id=care.pk, by=hotel.OFFICE) == []
    assert hotel.fresh(care).waiting_because == WaitingBecause.NO_LEVEL
    ward = hotel.a_hotel(level=Level.YELLOW)
    assert placing.place(care_id=care.pk, by=hotel.OFFICE)[0].site_id == ward.pk


def test_nurses_are_a_limit_and_the_list_says_so() -> None:
    hotel.a_hotel(rooms=3, nurses=0)
    care = hotel.waiting()
    placing.place(care_id=care.pk, by=hotel.OFFICE)
    assert hotel.fresh(care).waiting_because == WaitingBecause.NO_NURSES


def test_nobody_is_sent_anywhere_when_the_home_is_not_known() -> None:
    hotel.a_hotel()
    stranger = hotel.a_person(subdistrict_code="", district_code="", province_code="")
    care = hotel.waiting(stranger)
    placing.place(care_id=care.pk, by=hotel.OFFICE)
    assert hotel.fresh(care).waiting_because == WaitingBecause.NO_ADDRESS
    proposal = matching.propose()
    assert proposal.waits == {WaitingBecause.NO_ADDRESS: (care.pk,)}


def test_a_proposal_changes_nothing_and_is_carried_out_as_it_was_shown() -> None:
    hotel.a_hotel(rooms=3)
    waiting = [hotel.waiting() for _ in range(5)]
    proposal = matching.propose()
    assert not Stay.objects.exists()
    assert (len(proposal.moves), proposal.left_waiting) == (3, 2)
    done = placing.carry_out(proposal=proposal, by=hotel.OFFICE)
    assert (done.placed, done.left) == (3, 0)
    stays_made = dict(Stay.objects.values_list("care", "bed"))
    assert stays_made == {move.care_id: move.bed_id for move in proposal.moves}
    states = [hotel.fresh(care).state for care in waiting]
    assert (states.count(CareState.PLACED), states.count(CareState.WAITING)) == (3, 2)
    assert Message.objects.filter(template="isolation.bed_held").count() == 3
    assert Event.objects.filter(name="isolation.bed_held").count() == 3


def test_carrying_out_twice_holds_nobody_a_second_bed() -> None:
    hotel.a_hotel(rooms=3)
    hotel.waiting()
    proposal = matching.propose()
    placing.carry_out(proposal=proposal, by=hotel.OFFICE)
    again = placing.carry_out(proposal=proposal, by=hotel.OFFICE)
    assert (again.placed, again.left, Stay.objects.count()) == (0, 1, 1)


def test_a_bed_that_is_gone_by_then_leaves_the_person_waiting() -> None:
    hotel.a_hotel(rooms=1)
    care = hotel.waiting()
    proposal = matching.propose()
    other = hotel.waiting()
    promises.hold_bed(care=other, bed_ids=[proposal.moves[0].bed_id], by=hotel.OFFICE)
    assert placing.carry_out(proposal=proposal, by=hotel.OFFICE).left == 1
    assert hotel.fresh(care).state == CareState.WAITING


def test_the_more_urgent_and_then_the_longer_waiting_come_first() -> None:
    hotel.a_hotel(rooms=1)
    with time_machine.travel(clock.now() - timedelta(days=2)):
        longer = hotel.waiting()
    hotel.waiting()
    assert [move.care_id for move in matching.propose().moves] == [longer.pk]


def test_only_officers_of_the_whole_country_carry_a_matching_out() -> None:
    house = hotel.a_hotel()
    with pytest.raises(Missing):
        placing.carry_out(proposal=matching.propose(), by=hotel.staff(Role.NURSE, house))


def test_a_family_is_matched_into_one_room() -> None:
    hotel.a_hotel(rooms=4, beds=1)
    big = hotel.a_hotel(rooms=1, beds=3, north=0.3)
    members = hotel.a_family(hotel.a_person(sex=Sex.FEMALE), hotel.a_person(sex=Sex.MALE))
    placing.carry_out(proposal=matching.propose(), by=hotel.OFFICE)
    placed = Stay.objects.filter(care__in=members)
    assert {stay.site_id for stay in placed} == {big.pk}
    assert len({stay.room_id for stay in placed}) == 1
    late = hotel.a_person(sex=Sex.MALE)
    (third,) = [hotel.found(late)]
    Care.objects.filter(pk=third.pk).update(party=hotel.fresh(members[0]).party)
    hotel.answered(third)
    assert placing.place(care_id=third.pk, by=hotel.OFFICE)[0].room_id == placed[0].room_id


def test_a_closed_site_moves_everybody_once_and_keeps_the_trail() -> None:
    house = hotel.a_hotel(rooms=2)
    expected, present = hotel.held(), hotel.held()
    stays.arrive(stay=present, by=hotel.OFFICE)
    other = hotel.a_hotel(rooms=5, north=0.2)
    sites.set_state(facility=house, to=FacilityState.CLOSED, why="ลิฟต์เสีย", by=hotel.OFFICE)
    run_jobs()
    assert Stay.objects.get(pk=expected.pk).ended_because == StayEnd.CLOSED
    assert Stay.objects.get(pk=present.pk).state == StayState.ADMITTED
    for care in (expected.care, present.care):
        assert Stay.objects.filter(care=care, site=other.pk, state=StayState.HELD).count() == 1
        told = Message.objects.filter(person_id=care.person_id, template="isolation.bed_held")
        assert told.count() == 2  # the first bed, and the one instead of it
    assert emptying.empty(site_id=house.pk, by=hotel.OFFICE) == 0
    assert placing.place(care_id=hotel.waiting().pk, by=hotel.OFFICE)[0].site_id == other.pk


def test_a_suspended_site_keeps_those_who_lie_there() -> None:
    house = hotel.a_hotel(rooms=1)
    present = stays.arrive(stay=hotel.held(), by=hotel.OFFICE)
    hotel.a_hotel(rooms=1, north=0.2)
    sites.set_state(facility=house, to=FacilityState.SUSPENDED, why="น้ำไม่ไหล", by=hotel.OFFICE)
    run_jobs()
    assert Stay.objects.filter(care=present.care).count() == 1


def test_somebody_worse_is_seen_by_a_doctor_moved_and_steps_down_again() -> None:
    house, ward = hotel.a_hotel(rooms=1), hotel.a_hotel(rooms=1, level=Level.YELLOW, north=0.05)
    stay = stays.arrive(stay=hotel.held(), by=hotel.OFFICE)
    care, nurse = hotel.fresh(stay.care), hotel.staff(Role.NURSE, house)
    bad = Vitals(temperature=Decimal("38.4"), spo2=94)
    rounds.observe(care=care, vitals=bad, symptoms=(Symptom.BREATHLESS,), by=nurse)
    escalation = Escalation.objects.get(care=care)
    assert (escalation.state, escalation.level) == (EscalationState.RAISED, Level.YELLOW)
    rounds.observe(care=care, vitals=bad, symptoms=(Symptom.BREATHLESS,), by=nurse)
    assert Escalation.objects.count() == 1
    with pytest.raises(Refused):
        transfers.decide(escalation=escalation, decision=Decision.HOSPITAL, doctor=" ", level=Level.YELLOW, by=nurse)
    transfers.decide(
        escalation=escalation, decision=Decision.HOSPITAL, doctor="นพ. สมชาย", level=Level.YELLOW, by=nurse
    )
    run_jobs()
    second = Stay.objects.get(care=care, state=StayState.HELD)
    assert second.site_id == ward.pk
    stays.arrive(stay=second, by=hotel.staff(Role.FRONT_DESK, ward))
    assert Escalation.objects.get().state == EscalationState.CLOSED
    moved = hotel.fresh(care)
    assert (moved.site_id, moved.level) == (ward.pk, Level.YELLOW)
    transfers.step_down(care=moved, doctor="พญ. สมศรี", by=hotel.staff(Role.NURSE, ward))
    with time_machine.travel(clock.now() + timedelta(hours=3)):  # the old bed is clean
        run_jobs()
        back = Stay.objects.get(care=care, state=StayState.HELD)
    assert back.site_id == house.pk


def test_nobody_else_may_open_or_withdraw_care() -> None:
    with pytest.raises(Missing):
        cares.open_cares([], by=hotel.OFFICER)


def test_who_is_to_move_gets_the_bed_that_becomes_free_later() -> None:
    house = hotel.a_hotel(rooms=1)
    care = hotel.fresh(stays.arrive(stay=hotel.held(), by=hotel.OFFICE).care)
    nurse = hotel.staff(Role.NURSE, house)
    rounds.observe(care=care, vitals=Vitals(temperature=Decimal("38.4"), spo2=93), by=nurse)
    transfers.decide(
        escalation=Escalation.objects.get(), decision=Decision.HOSPITAL, doctor="นพ. สมชาย", level=Level.RED, by=nurse
    )
    run_jobs()
    assert matching.to_move_without_bed() == [care.pk]
    ward = hotel.a_hotel(rooms=1, level=Level.RED)
    tasks.move_on(timestamp=0)
    assert Stay.objects.get(care=care, state=StayState.HELD).site_id == ward.pk
    assert matching.to_move_without_bed() == []


def test_who_is_at_home_gets_a_team_as_soon_as_one_has_room() -> None:
    at_home = Answers(lives_with=0, own_room=True, wants_home=True, weight_kg=60, vitals=hotel.WELL)
    care = hotel.waiting(answers=at_home)
    assert care.state == CareState.AT_HOME
    run_jobs()
    assert hotel.fresh(care).site_id is None
    team = hotel.a_hotel(rooms=0, kind=FacilityKind.HOME, home_places=1)
    tasks.move_on(timestamp=0)
    assert hotel.fresh(care).site_id == team.pk
    second = hotel.waiting(answers=at_home)
    tasks.move_on(timestamp=0)
    assert hotel.fresh(second).site_id is None


def test_who_need_not_move_is_left_alone() -> None:
    hotel.a_hotel(rooms=1)
    stays.arrive(stay=hotel.held(), by=hotel.OFFICE)
    hotel.a_hotel(rooms=1)
    tasks.move_on(timestamp=0)
    assert matching.to_move_without_bed() == []
    assert Stay.objects.count() == 1
