"""Drives: whom they fetch, and what becomes of each person on them."""

from datetime import datetime, timedelta

import pytest
import time_machine

from khumkan.isolation.actions import cares, placing, promises, stays, transport
from khumkan.isolation.choices import CareEnd, StayEnd, WaitingBecause
from khumkan.isolation.models import Facility, Pickup, Run, Stay
from khumkan.isolation.queries import transport as queries
from khumkan.isolation.states import CareState, PickupState, RunState, StayState
from khumkan.isolation.tests import hotel
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.messages.models import Message

pytestmark = pytest.mark.django_db


def driver(*, user_id: int = 21, province: str = "10") -> Actor:
    return Actor(ActorKind.STAFF, user_id, frozenset({Grant(Role.DRIVER, ScopeKind.PROVINCE, province)}))


def officer(province: str) -> Actor:
    return Actor(ActorKind.STAFF, 22, frozenset({Grant(Role.OFFICER, ScopeKind.PROVINCE, province)}))


def a_run(house: Facility, *people: Stay, seats: int = 4, started: bool = True, at: datetime | None = None) -> Run:
    run = transport.plan_run(
        site=house.site,
        vehicle="ฮง 1234",
        seats=seats,
        starts_at=at or clock.now(),
        stay_ids=[stay.pk for stay in people],
        by=hotel.OFFICER,
    )
    return transport.start(run=run, by=driver()) if started else run


def fetched(people: int = 1, *, rooms: int = 4, started: bool = True) -> tuple[Facility, Run, list[Pickup]]:
    """Make a house and a drive on which so many people are to be picked up."""
    house = hotel.a_hotel(rooms=rooms)
    run = a_run(house, *[hotel.held() for _ in range(people)], started=started)
    return house, run, pickups(run)


def pickups(run: Run) -> list[Pickup]:
    return list(Pickup.objects.filter(run=run).select_related("run__site", "stay__care").order_by("position"))


def fresh(pickup: Pickup) -> Pickup:
    return Pickup.objects.select_related("run__site", "stay__care").get(pk=pickup.pk)


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    assert str(refused.value)
    return refused.value.code


def test_a_person_is_picked_up_and_brought_when_the_front_desk_lets_them_in() -> None:
    house, run, (pickup,) = fetched()
    stay = transport.picked_up(pickup=pickup, by=driver())
    assert (stay.pk, Stay.objects.get(pk=stay.pk).state) == (pickup.stay_id, StayState.ON_THE_WAY)
    with pytest.raises(Refused) as refused:
        transport.finish(run=run, by=driver())
    assert code_of(refused) == "not_let_in"
    stays.arrive(stay=stay, by=hotel.staff(Role.FRONT_DESK, house))
    assert fresh(pickup).state == PickupState.DELIVERED
    transport.finish(run=run, by=driver())
    run.refresh_from_db()
    assert run.state == RunState.FINISHED


def test_the_hold_lasts_from_the_pick_up_as_long_as_the_terms_say() -> None:
    _house, _run, (pickup,) = fetched()
    before = clock.now()
    transport.picked_up(pickup=pickup, by=driver())
    until = Stay.objects.get(pk=pickup.stay_id).blocks.upper
    assert timedelta(minutes=180) <= until - before < timedelta(minutes=181)


def test_planning_a_drive_does_not_make_the_hold_last_longer() -> None:
    house = hotel.a_hotel(rooms=1)
    stay, other = hotel.held(), hotel.waiting()
    until = stay.blocks.upper
    run = a_run(house, stay, at=clock.now() + timedelta(hours=20), started=False)
    assert Stay.objects.get(pk=stay.pk).blocks.upper == until
    with time_machine.travel(until + timedelta(seconds=1)):
        (next_stay,) = placing.place(care_id=other.pk, by=hotel.OFFICE)
        assert next_stay.bed_id == stay.bed_id
        assert promises.end_lapsed(stay=stay, by=hotel.OFFICE)
    assert [pickup.state for pickup in pickups(run)] == [PickupState.CANCELLED]


def test_who_comes_by_own_means_is_off_the_list() -> None:
    house, _run, (pickup, other) = fetched(2)
    stays.arrive(stay=pickup.stay, by=hotel.staff(Role.FRONT_DESK, house))
    assert (fresh(pickup).state, fresh(other).state) == (PickupState.CANCELLED, PickupState.PLANNED)
    with pytest.raises(Refused):
        transport.picked_up(pickup=pickup, by=driver())


def test_who_was_not_found_waits_again_is_told_and_is_called() -> None:
    _house, _run, (pickup,) = fetched()
    transport.not_found(pickup=pickup, by=driver())
    care, stay = hotel.fresh(pickup.stay.care), Stay.objects.get(pk=pickup.stay_id)
    assert (care.state, care.waiting_because) == (CareState.WAITING, WaitingBecause.NOT_FOUND)
    assert (stay.state, stay.ended_because) == (StayState.GIVEN_BACK, StayEnd.NOT_FOUND)
    assert Message.objects.filter(person_id=care.person_id, template="isolation.not_found").count() == 1
    agent = Actor(ActorKind.STAFF, 30, frozenset({Grant(Role.AGENT)}))
    assert [each.pk for each in queries.not_found_for(agent)] == [pickup.pk]
    assert list(queries.not_found_for(officer("50"))) == []
    cares.note_called(care=care, by=agent.acting_for(care.person_id, because="รถไม่พบ"))
    assert list(queries.not_found_for(agent)) == []


def test_who_does_not_want_to_come_now_waits_with_the_old_turn() -> None:
    _house, _run, (pickup,) = fetched()
    since = hotel.fresh(pickup.stay.care).waiting_since
    transport.refused(pickup=pickup, wants_a_bed=True, by=driver())
    care = hotel.fresh(pickup.stay.care)
    assert (care.state, care.waiting_since, fresh(pickup).state) == (CareState.WAITING, since, PickupState.REFUSED)


def test_who_wants_no_bed_at_all_ends_the_care() -> None:
    _house, _run, (pickup,) = fetched()
    transport.picked_up(pickup=pickup, by=driver())
    transport.refused(pickup=pickup, wants_a_bed=False, by=driver())
    care = hotel.fresh(pickup.stay.care)
    assert (care.state, care.ended_because) == (CareState.DECLINED, CareEnd.OWN_WISH)
    assert Stay.objects.get(pk=pickup.stay_id).state == StayState.GIVEN_BACK


def test_whose_hold_lapsed_on_the_list_gets_the_same_bed_when_it_is_still_free() -> None:
    _house, run, (pickup,) = fetched()
    with time_machine.travel(pickup.stay.blocks.upper + timedelta(minutes=5)):
        promises.end_lapsed(stay=pickup.stay, by=hotel.OFFICE)
        stay = transport.picked_up(pickup=pickup, by=driver())
        assert (stay.bed_id, stay.state) == (pickup.stay.bed_id, StayState.ON_THE_WAY)
        assert hotel.fresh(stay.care).state == CareState.PLACED
        assert [each.state for each in pickups(run)] == [PickupState.CANCELLED, PickupState.PICKED_UP]


def test_whose_hold_lapsed_a_moment_ago_is_picked_up_as_if_it_had_not() -> None:
    _house, run, (pickup,) = fetched()
    with time_machine.travel(pickup.stay.blocks.upper + timedelta(minutes=1)):
        assert transport.picked_up(pickup=pickup, by=driver()).pk == pickup.stay_id
    assert [each.state for each in pickups(run)] == [PickupState.PICKED_UP]


@pytest.mark.parametrize("is_noted", [True, False])
def test_whose_bed_was_given_away_gets_another_one_or_is_told(is_noted: bool) -> None:
    house, run, (pickup,) = fetched(rooms=1)
    spare = hotel.waiting()
    with time_machine.travel(pickup.stay.blocks.upper + timedelta(minutes=5)):
        placing.place(care_id=spare.pk, by=hotel.OFFICE)
        if is_noted:
            promises.end_lapsed(stay=pickup.stay, by=hotel.OFFICE)
        with pytest.raises(Refused) as refused:
            transport.picked_up(pickup=pickup, by=driver())
        assert code_of(refused) == "bed_is_gone"
        promises.give_back(stay=Stay.objects.get(care=spare), because=StayEnd.REFUSED, by=hotel.OFFICE)
        stay = transport.picked_up(pickup=pickup, by=driver())
    assert (stay.site_id, stay.state) == (house.pk, StayState.ON_THE_WAY)
    assert PickupState.PICKED_UP in [each.state for each in pickups(run)]


def test_who_was_given_a_bed_elsewhere_in_the_meantime_is_not_picked_up() -> None:
    _house, _run, (pickup,) = fetched(rooms=1)
    hotel.a_hotel(rooms=1, north=0.05)
    other = hotel.waiting()
    with time_machine.travel(pickup.stay.blocks.upper + timedelta(minutes=5)):
        placing.place(care_id=other.pk, by=hotel.OFFICE)
        promises.end_lapsed(stay=pickup.stay, by=hotel.OFFICE)
        placing.place(care_id=pickup.stay.care_id, by=hotel.OFFICE)
        with pytest.raises(Refused):
            transport.picked_up(pickup=pickup, by=driver())
    assert Stay.objects.filter(care=pickup.stay.care_id, state__in=["held", "on_the_way"]).count() == 1


def test_whose_care_ended_in_the_vehicle_is_brought_home() -> None:
    _house, run, (pickup,) = fetched()
    transport.picked_up(pickup=pickup, by=driver())
    with pytest.raises(Refused) as refused:
        transport.brought_back(pickup=pickup, by=driver())
    assert code_of(refused) == "bed_waits"
    cares.withdraw([pickup.stay.care.case_id], by=hotel.OFFICE)
    transport.brought_back(pickup=pickup, by=driver())
    transport.finish(run=run, by=driver())


def test_a_drive_does_not_end_while_somebody_is_to_be_picked_up() -> None:
    _house, run, (pickup,) = fetched()
    with pytest.raises(Refused) as refused:
        transport.finish(run=run, by=driver())
    assert code_of(refused) == "people_left"
    transport.not_found(pickup=pickup, by=driver())
    transport.finish(run=run, by=driver())


def test_a_drive_has_one_driver_and_another_one_takes_over() -> None:
    _house, run, (pickup,) = fetched()
    second = driver(user_id=99)
    with pytest.raises(Refused) as refused:
        transport.start(run=run, by=second)
    assert code_of(refused) == "started_already"
    with pytest.raises(Refused) as refused:
        transport.picked_up(pickup=pickup, by=second)
    assert code_of(refused) == "other_driver"
    transport.take_over(run=run, by=second)
    transport.take_over(run=run, by=second)
    transport.picked_up(pickup=pickup, by=second)
    with pytest.raises(Refused):
        transport.not_found(pickup=pickup, by=driver())


def test_nothing_happens_on_a_drive_that_has_not_started() -> None:
    _house, run, (pickup,) = fetched(started=False)
    with pytest.raises(Refused) as refused:
        transport.picked_up(pickup=pickup, by=driver())
    assert code_of(refused) == "not_under_way"
    with pytest.raises(Refused):
        transport.take_over(run=run, by=driver())


def test_a_drive_that_is_called_off_gives_its_people_back_to_the_list() -> None:
    house, run, _pickups = fetched(2, started=False)
    transport.cancel(run=run, by=officer("10"))
    assert len(queries.waiting_for(house.site)) == 2
    with pytest.raises(Refused):
        transport.start(run=run, by=driver())
    with pytest.raises(Refused):
        transport.cancel(run=run, by=officer("10"))


def test_people_are_taken_off_and_put_on() -> None:
    house, run, (pickup, _other) = fetched(2, rooms=8)
    transport.take_off(pickup=pickup, by=officer("10"))
    with pytest.raises(Refused):
        transport.take_off(pickup=pickup, by=officer("10"))
    late = hotel.held()
    assert transport.add_people(run=run, stay_ids=[late.pk, pickup.stay_id], by=officer("10")) == 2
    assert [each.position for each in pickups(run)] == [1, 2, 3, 4]
    assert queries.waiting_for(house.site) == []
    with pytest.raises(Refused) as refused:
        transport.add_people(run=run, stay_ids=[hotel.held().pk, hotel.held().pk], by=officer("10"))
    assert code_of(refused) == "too_few_seats"


def test_nobody_is_on_two_lists() -> None:
    house, _run, (pickup,) = fetched(started=False)
    with pytest.raises(Refused) as refused:
        a_run(house, pickup.stay)
    assert code_of(refused) == "choice_moved_on"


def test_who_is_expected_elsewhere_or_not_at_all_is_on_no_list() -> None:
    hotel.a_hotel(rooms=1)
    here = hotel.held()
    elsewhere = hotel.a_hotel(rooms=1)
    with pytest.raises(Refused) as refused:
        a_run(elsewhere, here)
    assert code_of(refused) == "choice_moved_on"
    with pytest.raises(Refused) as refused:
        a_run(elsewhere)
    assert code_of(refused) == "nobody_chosen"


@pytest.mark.parametrize(
    ("change", "code"),
    [({"vehicle": " "}, "no_vehicle"), ({"seats": 0}, "seats_range"), ({"seats": 61}, "seats_range")],
)
def test_a_plan_that_cannot_be_is_refused(change: dict[str, object], code: str) -> None:
    house = hotel.a_hotel(rooms=1)
    plan = {"site": house.site, "vehicle": "A", "seats": 3, "starts_at": clock.now(), "stay_ids": [hotel.held().pk]}
    with pytest.raises(Refused) as refused:
        transport.plan_run(**{**plan, **change}, by=hotel.OFFICER)
    assert code_of(refused) == code
    with pytest.raises(Refused) as refused:
        transport.plan_run(**{**plan, "starts_at": clock.now() - timedelta(hours=3)}, by=hotel.OFFICER)
    assert code_of(refused) == "start_past"


def test_without_a_choice_the_shortest_holds_are_fetched_first() -> None:
    house = hotel.a_hotel(rooms=4)
    people = [hotel.held() for _ in range(3)]
    run = transport.plan_run(site=house.site, vehicle="A", seats=2, starts_at=clock.now(), by=hotel.OFFICER)
    assert {pickup.stay_id for pickup in pickups(run)} == {people[0].pk, people[1].pk}


def test_who_lies_elsewhere_is_fetched_from_that_site() -> None:
    house, ward = hotel.a_hotel(rooms=1), hotel.a_hotel(rooms=1)
    stay = stays.arrive(stay=hotel.held(), by=hotel.OFFICE)
    other = ward if stay.site_id == house.pk else house
    second = promises.hold_bed(care=stay.care, bed_ids=hotel.beds_of(other), by=hotel.OFFICE)
    (fetch,) = queries.waiting_for(other.site)
    assert (fetch.area, fetch.stay.pk) == (str(stay.site), second.pk)
    (pickup,) = pickups(a_run(other, second))
    with pytest.raises(Refused) as refused:
        transport.refused(pickup=pickup, wants_a_bed=False, by=driver())
    assert code_of(refused) == "ask_the_nurse"
    transport.refused(pickup=pickup, wants_a_bed=True, by=driver())
    assert hotel.fresh(stay.care).state == CareState.ADMITTED
    third = promises.hold_bed(care=stay.care, bed_ids=hotel.beds_of(other), by=hotel.OFFICE)
    assert third.follows_id == stay.pk


def test_drives_elsewhere_look_as_if_they_did_not_exist() -> None:
    house, run, (pickup,) = fetched()
    far = driver(province="50")
    for act in (transport.picked_up, transport.not_found, transport.brought_back):
        with pytest.raises(Missing):
            act(pickup=pickup, by=far)
    with pytest.raises(Missing):
        transport.refused(pickup=pickup, wants_a_bed=True, by=far)
    for act in (transport.start, transport.take_over, transport.finish):
        with pytest.raises(Missing):
            act(run=run, by=far)
    with pytest.raises(Missing):
        transport.cancel(run=run, by=officer("50"))
    with pytest.raises(Missing):
        a_run_by(house, officer("50"))
    for ask in (queries.run_for, queries.drive_for):
        with pytest.raises(Missing):
            ask(officer("50"), run.reference)


def a_run_by(house: Facility, by: Actor) -> Run:
    return transport.plan_run(site=house.site, vehicle="A", seats=3, starts_at=clock.now(), by=by)
