"""Two at once at the door and on drives, on real transactions; and controls that fail."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

import pytest
import time_machine
from django.db.models import Count

from khumkan.capacity.testing import broken, race, won
from khumkan.capacity.tests.test_races import without
from khumkan.isolation.actions import cares, discharges, placing, promises, stays, steps, transport
from khumkan.isolation.choices import CareEnd
from khumkan.isolation.models import Care, Facility, Pickup, Run, Stay
from khumkan.isolation.states import LIVE_PICKUPS, PROMISED, CareState, PickupState, StayState
from khumkan.isolation.tests import hotel
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role
from khumkan.kernel.errors import Refused

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 12


def desk(house: Facility, number: int) -> Actor:
    return hotel.staff(Role.FRONT_DESK, house, user_id=number)


def driver(number: int) -> Actor:
    return Actor(ActorKind.STAFF, number, frozenset({Grant(Role.DRIVER)}))


def both(*jobs: Callable[[], object]) -> list[object]:
    """Let jobs go at the same moment; nothing but a refusal in words may be raised."""
    results = race([partial(_done, job) for job in jobs], threads=len(jobs))
    assert broken(results) == []
    assert all(str(one) for one in results if isinstance(one, Refused))
    return results


def _done(job: Callable[[], object]) -> bool:
    """Do it and say so, whatever it returns."""
    job()
    return True


@contextmanager
def one_day_after_the_other() -> Iterator[Callable[[datetime | None], None]]:
    """Let the clock stand, and hand out what moves it: to a moment, or to the next day; never back."""
    with time_machine.travel(clock.now(), tick=False) as traveller:
        yield lambda moment=None: traveller.move_to(moment or clock.now() + timedelta(days=1))


def assert_beds_agree() -> None:
    """Each bed has one person at this moment, and each care says what its stays say."""
    now = Stay.objects.filter(blocks__contains=clock.now())
    assert list(now.values("bed").annotate(count=Count("pk")).filter(count__gt=1)) == []
    for care in Care.objects.order_by("pk"):
        promised = Stay.objects.filter(care=care, state__in=PROMISED).count()
        present = Stay.objects.filter(care=care).present().count()
        assert (promised, present) == {
            CareState.PLACED: (1, 0),
            CareState.ADMITTED: (0, 1),
        }.get(CareState(care.state), (0, 0)), f"{care.state} with {promised} promises, {present} presences"
    dead = Pickup.objects.filter(state=PickupState.PLANNED).exclude(stay__state=StayState.HELD)
    assert dead.count() == 0


def test_two_desks_let_two_people_into_the_same_bed() -> None:
    house = hotel.a_hotel(rooms=1)
    (bed,) = hotel.beds_of(house)
    for number in range(ROUNDS):
        people = [hotel.waiting() for _ in range(2)]
        results = both(
            *[partial(stays.admit, care=one, bed_ids=[bed], by=desk(house, at)) for at, one in enumerate(people)]
        )
        assert len(won(results)) == 1, f"round {number}"
        assert_beds_agree()
        _empty(house)


def _empty(house: Facility) -> None:
    """Let everybody go, and the beds be clean."""
    for stay in Stay.objects.filter(site=house.pk).present():
        discharges.confirm(care=stay.care, because=CareEnd.OWN_WISH, by=hotel.OFFICE)
        stays.leave(stay=stay, by=hotel.OFFICE)
        stays.clean(stay=stay, by=hotel.OFFICE)


def test_somebody_arrives_while_the_hold_lapses_and_the_next_person_is_given_the_bed() -> None:
    house = hotel.a_hotel(rooms=1)
    with one_day_after_the_other() as let_it_be:
        for _number in range(ROUNDS):
            let_it_be(None)
            first, second = hotel.held(), hotel.waiting()
            let_it_be(first.blocks.upper + timedelta(seconds=1))
            results = both(
                partial(stays.arrive, stay=first, by=desk(house, 1)),
                partial(promises.end_lapsed, stay=first, by=hotel.OFFICE),
                partial(placing.place, care_id=second.pk, by=hotel.OFFICE),
            )
            assert_beds_agree()
            came = Stay.objects.get(pk=first.pk).state == StayState.ADMITTED
            given = Stay.objects.filter(care=second, state=StayState.HELD).exists()
            assert came != given, "exactly one of them has the bed"
            assert came == (not isinstance(results[0], Refused))
            for care in (first.care, second):
                if hotel.fresh(care).state != CareState.ADMITTED:
                    cares.decline(care=care, by=hotel.OFFICE)
            _empty(house)


def a_run(*people: Stay, started_by: Actor | None = None) -> Run:
    run = transport.plan_run(
        site=people[0].site, vehicle="A", seats=9, starts_at=clock.now(), stay_ids=[one.pk for one in people],
        by=hotel.OFFICER,
    )  # fmt: skip
    return transport.start(run=run, by=started_by) if started_by else run


def test_somebody_is_picked_up_while_the_bed_is_given_back() -> None:
    hotel.a_hotel(rooms=2)
    for _number in range(ROUNDS):
        stay = hotel.held()
        run = a_run(stay, started_by=driver(1))
        pickup = Pickup.objects.select_related("run__site", "stay__care").get(run=run)
        picked, _declined = both(
            partial(transport.picked_up, pickup=pickup, by=driver(1)),
            partial(cares.decline, care=stay.care, by=hotel.OFFICE),
        )
        assert_beds_agree()
        pickup.refresh_from_db()
        assert hotel.fresh(stay.care).state == CareState.DECLINED
        assert pickup.state == (PickupState.CANCELLED if isinstance(picked, Refused) else PickupState.PICKED_UP)


def test_somebody_is_picked_up_and_not_found_at_once() -> None:
    hotel.a_hotel(rooms=2)
    for _number in range(ROUNDS):
        stay = hotel.held()
        run = a_run(stay, started_by=driver(1))
        pickup = Pickup.objects.select_related("run__site", "stay__care").get(run=run)
        results = both(
            partial(transport.picked_up, pickup=pickup, by=driver(1)),
            partial(transport.not_found, pickup=pickup, by=driver(1)),
        )
        assert len(won(results)) == 1
        assert_beds_agree()
        cares.decline(care=stay.care, by=hotel.OFFICE)


def test_two_desks_let_the_same_person_leave() -> None:
    house = hotel.a_hotel(rooms=2)
    for _number in range(ROUNDS):
        stay = stays.arrive(stay=hotel.held(), by=desk(house, 1))
        discharges.confirm(care=stay.care, because=CareEnd.OWN_WISH, by=hotel.OFFICE)
        results = both(*[partial(stays.leave, stay=stay, by=desk(house, number)) for number in (1, 2)])
        refusals = [one.code for one in results if isinstance(one, Refused)]
        assert refusals == ["has_left"]
        assert_beds_agree()
        stays.clean(stay=stay, by=hotel.OFFICE)


@pytest.mark.parametrize("after", [-1, 0, 1])
def test_a_bed_is_said_to_be_clean_while_its_time_runs_out(after: int) -> None:
    """A second before, at, and after the moment at which it is free by itself; somebody is given it at once."""
    house = hotel.a_hotel(rooms=1)
    with one_day_after_the_other() as let_it_be:
        for _number in range(4):
            let_it_be(None)
            stay = stays.arrive(stay=hotel.held(), by=desk(house, 1))
            discharges.confirm(care=stay.care, because=CareEnd.OWN_WISH, by=hotel.OFFICE)
            stays.leave(stay=stay, by=desk(house, 1))
            following = hotel.waiting()
            let_it_be(Stay.objects.get(pk=stay.pk).blocks.upper + timedelta(seconds=after))
            both(
                partial(stays.clean, stay=stay, by=desk(house, 1)),
                partial(stays.clean, stay=stay, by=desk(house, 2)),
                partial(placing.place, care_id=following.pk, by=hotel.OFFICE),
            )
            assert_beds_agree()
            state = hotel.fresh(following).state
            assert state == CareState.PLACED or (after < 0 and state == CareState.WAITING)
            cares.decline(care=following, by=hotel.OFFICE)


def two_officers_plan(stay: Stay) -> int:
    """Let two officers put the same person on a list, and return on how many the person is."""
    both(partial(a_run, stay), partial(a_run, stay))
    return Pickup.objects.filter(stay=stay, state__in=LIVE_PICKUPS).count()


def test_two_officers_put_the_same_person_on_a_list() -> None:
    hotel.a_hotel(rooms=ROUNDS)
    assert [two_officers_plan(hotel.held()) for _ in range(ROUNDS)] == [1] * ROUNDS


def test_control_without_lock_and_index_somebody_is_on_two_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "hold_in_order", lambda _ids: None)
    hotel.a_hotel(rooms=40)
    with without(("isolation_pickup", "isolation_pickup_one_live")):
        assert any(two_officers_plan(hotel.held()) > 1 for _ in range(40)), "the race found nothing: it proves nothing"
        Pickup.objects.all().delete()


def two_drivers_start(run: Run) -> int:
    return len(won(both(*[partial(transport.start, run=run, by=driver(number)) for number in (1, 2)])))


def test_two_drivers_begin_the_same_drive() -> None:
    hotel.a_hotel(rooms=ROUNDS)
    assert [two_drivers_start(a_run(hotel.held())) for _ in range(ROUNDS)] == [1] * ROUNDS


def test_control_without_the_lock_two_drivers_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_locked", lambda run: Run.objects.select_related("site").get(pk=run.pk))
    hotel.a_hotel(rooms=40)
    assert any(two_drivers_start(a_run(hotel.held())) > 1 for _ in range(40)), "the race found nothing"
