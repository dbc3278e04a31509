"""Placing by hand, and the matching that is shown before it is done: exactly that, as far as it still holds."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
import time_machine

from khumkan.capacity.testing import broken, race, won
from khumkan.isolation.actions import placing, promises, sites, stays, triage
from khumkan.isolation.actions.sites import RoomPlan
from khumkan.isolation.choices import Level, Need, RoomFor, ToldBy, WaitingBecause
from khumkan.isolation.models import Care, Room, Stay
from khumkan.isolation.queries import by_hand, matching, proposals, waiting_list
from khumkan.isolation.rules.answers import Answers
from khumkan.isolation.states import CareState, FacilityState
from khumkan.isolation.tests import hotel
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.record.models import Event
from khumkan.registry.states import Sex

pytestmark = pytest.mark.django_db
ELSEWHERE = Actor(ActorKind.STAFF, 8, frozenset({Grant(Role.OFFICER, ScopeKind.PROVINCE, "50")}))
WHEELCHAIR = Answers(lives_with=1, vitals=hotel.WELL, needs=(Need.WHEELCHAIR,))


def rooms_of(facility_id: int) -> list[Room]:
    return list(Room.objects.filter(facility=facility_id).order_by("number"))


def test_an_officer_chooses_among_what_suits() -> None:
    far = hotel.a_hotel(rooms=1, north=2.0)  # out of reach of the matching
    hotel.a_hotel(rooms=1, level=Level.RED)
    men = hotel.a_hotel(rooms=1, room_for=RoomFor.MEN)
    care = hotel.waiting(hotel.a_person(sex=Sex.FEMALE))
    group = by_hand.group_of(care)
    assert group is not None
    (choice,) = by_hand.sites_for(group)
    assert (choice.site.pk, choice.rooms, choice.beds) == (far.pk, 1, 1)
    assert choice.km is not None
    assert round(choice.km) in range(220, 225)
    assert by_hand.rooms_at(group, men.site) == []
    (room,) = by_hand.rooms_at(group, far.site)
    (stay,) = placing.place_by_hand(care=care, room_id=room.room_id, by=hotel.OFFICER)
    assert (stay.site_id, hotel.fresh(care).state) == (far.pk, CareState.PLACED)


def test_a_room_that_does_not_suit_is_refused_in_words() -> None:
    red, flat = hotel.a_hotel(rooms=1, level=Level.RED), hotel.a_hotel(rooms=1)
    care = hotel.waiting(answers=WHEELCHAIR)
    for house in (red, flat):
        with pytest.raises(Refused) as refusal:
            placing.place_by_hand(care=care, room_id=rooms_of(house.pk)[0].pk, by=hotel.OFFICER)
        assert refusal.value.code == "room_taken"
    with pytest.raises(Refused):
        placing.place_by_hand(care=care, room_id=999_999_999, by=hotel.OFFICER)


def test_who_lives_nobody_knows_where_is_placed_by_hand() -> None:
    house = hotel.a_hotel(rooms=1)
    care = hotel.waiting(hotel.a_person(subdistrict_code="", district_code="", province_code=""))
    assert placing.place(care_id=care.pk, by=hotel.OFFICE) == []
    assert hotel.fresh(care).waiting_because == WaitingBecause.NO_ADDRESS
    group = by_hand.group_of(care)
    assert group is not None
    assert [(one.site.pk, one.km) for one in by_hand.sites_for(group)] == [(house.pk, None)]
    placing.place_by_hand(care=care, room_id=rooms_of(house.pk)[0].pk, by=hotel.OFFICER)
    assert hotel.fresh(care).state == CareState.PLACED


def test_a_family_is_placed_by_hand_together_or_not_at_all() -> None:
    small, large = hotel.a_hotel(rooms=1, beds=1), hotel.a_hotel(rooms=1, beds=3)
    members = hotel.a_family(hotel.a_person(sex=Sex.FEMALE), hotel.a_person(sex=Sex.MALE))
    with pytest.raises(Refused):
        placing.place_by_hand(care=members[0], room_id=rooms_of(small.pk)[0].pk, by=hotel.OFFICER)
    placed = placing.place_by_hand(care=members[0], room_id=rooms_of(large.pk)[0].pk, by=hotel.OFFICER)
    assert len(placed) == 2
    with pytest.raises(Refused) as refusal:
        placing.place_by_hand(care=members[1], room_id=rooms_of(large.pk)[0].pk, by=hotel.OFFICER)
    assert refusal.value.code == "does_not_wait"


def test_people_of_other_provinces_look_as_if_they_did_not_exist() -> None:
    house, care = hotel.a_hotel(rooms=1), hotel.waiting()
    with pytest.raises(Missing):
        waiting_list.care_for(ELSEWHERE, care.reference)
    with pytest.raises(Missing):
        waiting_list.care_for(hotel.OFFICER, "H-22222-22222")
    with pytest.raises(Missing):
        placing.place_by_hand(care=care, room_id=rooms_of(house.pk)[0].pk, by=ELSEWHERE)
    assert list(waiting_list.waiting_for(ELSEWHERE)) == []
    assert [row.pk for row in waiting_list.waiting_for(hotel.OFFICER)] == [care.pk]


def test_the_list_is_in_the_order_of_the_matching() -> None:
    """Points and the waiting together: what an officer reads is what is done."""
    early = hotel.waiting()
    with time_machine.travel(clock.now() + timedelta(hours=5)):
        late, urgent = hotel.waiting(), hotel.waiting(answers=Answers(lives_with=0, pregnant=True))
        rows = list(waiting_list.waiting_for(hotel.OFFICER))
        assert [row.pk for row in rows] == [urgent.pk, early.pk, late.pk]
        points = {row.pk: row.points_now for row in rows}
        assert points[early.pk] - points[late.pk] == 5
        assert {pk: waiting_list.entry_of(row).points for pk, row in zip(points, rows, strict=True)} == points
        assert waiting_list.counts(hotel.OFFICER) == [(WaitingBecause.MATCHING, 3)]
        assert list(waiting_list.waiting_for(hotel.OFFICER, level="2")) == [urgent]
        assert list(waiting_list.waiting_for(hotel.OFFICER, because="no_room")) == []


def test_what_was_shown_is_done() -> None:
    house, waiting = hotel.a_hotel(rooms=2), [hotel.waiting() for _ in range(3)]
    shown = proposals.shown(hotel.OFFICER)
    assert Stay.objects.count() == 0
    found = proposals.opened(shown.sealed, by=hotel.OFFICER)
    assert found.proposal.moves == shown.proposal.moves
    done = placing.carry_out(proposal=found.proposal, marks=found.marks, by=hotel.OFFICER)
    assert (done.placed, done.left) == (2, 0)
    beds = {(stay.care_id, stay.bed_id) for stay in Stay.objects.all()}
    assert beds == {(move.care_id, move.bed_id) for move in shown.proposal.moves}
    (left,) = [care for care in waiting if hotel.fresh(care).state == CareState.WAITING]
    assert hotel.fresh(left).waiting_because == WaitingBecause.NO_ROOM
    (event,) = Event.objects.filter(name="isolation.matched")
    assert (event.data, event.actor_id) == ({"placed": 2, "proposed": 2}, hotel.OFFICER.id)
    assert house.pk in {stay.site_id for stay in Stay.objects.all()}


def worse(care: Care) -> None:
    """Answer again: now a hospital is needed."""
    told = Answers(lives_with=0, pregnant=True)
    triage.answer(care=care, answers=told, told_by=ToldBy.PERSON, by=hotel.OFFICE)


def test_who_has_changed_since_is_left_over() -> None:
    hotel.a_hotel(rooms=2)
    changed, same = hotel.waiting(), hotel.waiting()
    found = proposals.opened(proposals.shown(hotel.OFFICER).sealed, by=hotel.OFFICER)
    worse(changed)
    done = placing.carry_out(proposal=found.proposal, marks=found.marks, by=hotel.OFFICER)
    assert (done.placed, done.left) == (1, 1)
    assert hotel.fresh(changed).state == CareState.WAITING
    assert hotel.fresh(same).state == CareState.PLACED


def test_control_without_the_marks_who_needs_a_hospital_would_get_a_hospitel() -> None:
    hotel.a_hotel(rooms=1)
    changed = hotel.waiting()
    found = proposals.opened(proposals.shown(hotel.OFFICER).sealed, by=hotel.OFFICER)
    worse(changed)
    assert placing.carry_out(proposal=found.proposal, by=hotel.OFFICER).placed == 1


def test_a_bed_that_is_gone_is_left_over_too() -> None:
    hotel.a_hotel(rooms=1)
    first = hotel.waiting()
    found = proposals.opened(proposals.shown(hotel.OFFICER).sealed, by=hotel.OFFICER)
    (move,) = found.proposal.moves
    faster = hotel.waiting()
    promises.hold_bed(care=faster, bed_ids=[move.bed_id], by=hotel.OFFICE)
    done = placing.carry_out(proposal=found.proposal, marks=found.marks, by=hotel.OFFICER)
    assert (done.placed, done.left) == (0, 1)
    assert hotel.fresh(first).state == CareState.WAITING


def test_a_proposal_is_for_officers_of_the_nation_not_for_long_and_only_ours() -> None:
    hotel.a_hotel(rooms=1)
    hotel.waiting()
    sealed = proposals.shown(hotel.OFFICER).sealed
    for act in (partial(proposals.shown, ELSEWHERE), partial(proposals.opened, sealed, by=ELSEWHERE)):
        with pytest.raises(Missing):
            act()
    for text in (sealed[:-2] + "xx", "", "nonsense"):
        with pytest.raises(Refused) as refusal:
            proposals.opened(text, by=hotel.OFFICER)
        assert refusal.value.code == "proposal_stale"
    with time_machine.travel(clock.now() + proposals.HOLDS_FOR + timedelta(seconds=1)), pytest.raises(Refused):
        proposals.opened(sealed, by=hotel.OFFICER)
    assert proposals.opened(sealed, by=hotel.OFFICER).proposal.moves


def test_only_who_is_to_move_gets_a_second_bed_and_keeps_the_needs() -> None:
    house = hotel.a_hotel(rooms=1, accessible=True)
    hotel.a_hotel(rooms=1)
    stay = stays.arrive(stay=hotel.held(hotel.waiting(answers=WHEELCHAIR)), by=hotel.OFFICE)
    assert placing.place(care_id=stay.care_id, by=hotel.OFFICE) == []
    sites.set_state(facility=house, to=FacilityState.CLOSED, why="the lift is broken", by=hotel.OFFICE)
    assert placing.place(care_id=stay.care_id, by=hotel.OFFICE) == []  # the other site has no room for a wheelchair
    group = matching.moving(stay.care_id)
    assert group is not None
    assert group.members[0].needs == {Need.WHEELCHAIR}
    other = hotel.a_hotel(rooms=0)
    plan = replace(RoomPlan(floor="1", number="1", beds=1), is_accessible=True)
    sites.make_rooms(facility=other, rooms=[plan], offered_from=clock.today(), by=hotel.OFFICE)
    assert [second.site_id for second in placing.place(care_id=stay.care_id, by=hotel.OFFICE)] == [other.pk]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_officers_who_choose_the_last_bed_for_two_people() -> None:
    house, people = hotel.a_hotel(rooms=1), [hotel.waiting() for _ in range(6)]
    room_id = rooms_of(house.pk)[0].pk
    jobs = [partial(placing.place_by_hand, care=care, room_id=room_id, by=hotel.OFFICER) for care in people]
    results = race(jobs, threads=6)
    assert broken(results) == []
    assert len(won(results)) == 1
    assert [care.state for care in map(hotel.fresh, people)].count(CareState.PLACED) == 1
