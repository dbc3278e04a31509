"""Offering, resizing, closing, looking, and taking in bulk."""

import time
from datetime import date, datetime, timedelta
from datetime import time as clock_time

import pytest
from pytest_django import DjangoAssertNumQueries

from khumkan import capacity
from khumkan.capacity import Answer, Outcome, Wish
from khumkan.capacity.models import Claim, Supply
from khumkan.capacity.testing import KIND, OFFICE, supplies
from khumkan.kernel import clock
from khumkan.kernel.errors import Missing, Refused

pytestmark = pytest.mark.django_db
PURPOSE = "tests.visit"


def bulk(*wishes: Wish) -> list[Answer]:
    return capacity.take_many(wishes=wishes, purpose=PURPOSE, by=OFFICE)


def taken(supply_id: int) -> int:
    return Supply.objects.get(pk=supply_id).taken


def offer_two_days() -> list[int]:
    return capacity.offer_days(
        kind=KIND, site_id=4, days=[date(2021, 6, 7), date(2021, 6, 8)], opens=clock_time(8), closes=clock_time(12, 30),
        every=timedelta(hours=1), total=125, by=OFFICE,
    )  # fmt: skip


def test_days_are_cut_into_slots_on_clocks_in_bangkok() -> None:
    made = offer_two_days()
    assert len(made) == 8
    first, last = Supply.objects.get(pk=made[0]), Supply.objects.get(pk=made[-1])
    assert clock.bangkok(first.starts_at).isoformat() == "2021-06-07T08:00:00+07:00"
    assert clock.bangkok(last.ends_at).isoformat() == "2021-06-08T12:00:00+07:00"
    assert first.total == 125


def test_offering_twice_makes_nothing_new() -> None:
    assert len(offer_two_days()) == 8
    assert offer_two_days() == []


def test_an_offer_must_make_sense() -> None:
    now = clock.now()
    for wrong in (
        capacity.Offer(KIND, 1, now, now, 1),
        capacity.Offer(KIND, 1, now, now + timedelta(hours=1), -1),
    ):
        with pytest.raises(Refused):
            capacity.offer(offers=[wrong], by=OFFICE)
    with pytest.raises(Refused):
        capacity.offer_days(
            kind=KIND, site_id=1, days=[now.date()], opens=clock_time(9), closes=clock_time(8), total=1, by=OFFICE
        )


def test_shrinking_below_what_is_taken_says_how_many_must_move() -> None:
    (supply_id,) = supplies(5)
    bulk(*(Wish(person_id, (supply_id,)) for person_id in range(1, 5)))
    with pytest.raises(Refused) as refusal:
        capacity.change_total(supply_id=supply_id, total=1, by=OFFICE)
    assert refusal.value.reasons[0].params == {"taken": 4, "total": 1, "excess": 3}
    capacity.change_total(supply_id=supply_id, total=4, by=OFFICE)
    assert Supply.objects.get(pk=supply_id).total == 4


def test_shrinking_ends_lapsed_holds_first() -> None:
    (supply_id,) = supplies(1)
    capacity.hold(supply_id=supply_id, person_id=1, purpose="p", by=OFFICE, lasting=timedelta(milliseconds=20))
    time.sleep(0.04)
    capacity.change_total(supply_id=supply_id, total=0, by=OFFICE)
    left = Supply.objects.get(pk=supply_id)
    assert (left.total, left.taken) == (0, 0)


def test_closing_names_who_is_affected_and_reopening_undoes_it() -> None:
    supply_id, other = supplies(3, 3)
    bulk(Wish(1, (supply_id,)), Wish(2, (supply_id,)), Wish(3, (other,)))
    affected = capacity.close(supply_ids=[supply_id], why="no doctor", by=OFFICE)
    assert [one.person_id for one in affected] == [1, 2]
    with pytest.raises(capacity.Closed):
        capacity.take(supply_id=supply_id, person_id=9, purpose=PURPOSE, by=OFFICE)
    capacity.reopen(supply_ids=[supply_id], by=OFFICE)
    capacity.take(supply_id=supply_id, person_id=9, purpose=PURPOSE, by=OFFICE)
    with pytest.raises(Refused):
        capacity.close(supply_ids=[supply_id], why=" ", by=OFFICE)
    with pytest.raises(Missing):
        capacity.close(supply_ids=[supply_id, 0], why="heat", by=OFFICE)


def test_room_is_one_query_for_all_sites(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    here = supplies(2, 0)
    there = supplies(7, site_id=2)
    supplies(9, site_id=3)
    supplies(9, kind="tests.bed")
    since, until = clock.now(), clock.now() + timedelta(days=5)
    with django_assert_num_queries(1):
        found = capacity.room(kind=KIND, site_ids=[1, 2], since=since, until=until)
    assert sorted(one.supply_id for one in found) == sorted(here + there)
    free = capacity.room(kind=KIND, site_ids=[1, 2], since=since, until=until, only_free=True)
    assert sorted(one.supply_id for one in free) == sorted([here[0], *there])
    assert capacity.room(kind=KIND, since=since, until=since) == []
    assert capacity.room(kind=KIND, since=since, until=until, part="walk_in") == []


def test_a_share_of_a_slot_is_kept_apart() -> None:
    at: datetime = clock.now() + timedelta(days=1)
    plain = supplies(1, first_at=at)
    walk_in = supplies(1, first_at=at, part="walk_in")
    assert len({*plain, *walk_in}) == 2


def test_bulk_serves_in_the_order_of_the_list_and_of_the_preferences() -> None:
    first, second = supplies(2, 1)
    answers = bulk(*(Wish(person_id, (first, second)) for person_id in (11, 12, 13, 14)), Wish(11, (second,)))
    assert [(one.person_id, one.outcome, one.supply_id) for one in answers] == [
        (11, Outcome.TAKEN, first),
        (12, Outcome.TAKEN, first),
        (13, Outcome.TAKEN, second),
        (14, Outcome.FULL, None),
        (11, Outcome.TAKEN, first),
    ]
    assert capacity.disagreements() == []


def test_bulk_leaves_alone_who_has_a_claim() -> None:
    first, second = supplies(5, 5)
    held = capacity.take(supply_id=first, person_id=1, purpose=PURPOSE, by=OFFICE)
    (answer,) = bulk(Wish(1, (second,)))
    assert (answer.outcome, answer.supply_id, answer.claim_id) == (Outcome.ALREADY, first, held.claim_id)


def test_bulk_ends_lapsed_holds_in_its_way() -> None:
    first, second = supplies(1, 1)
    brief = timedelta(milliseconds=20)
    capacity.hold(supply_id=first, person_id=1, purpose=PURPOSE, by=OFFICE, lasting=brief)
    time.sleep(0.04)
    assert [one.outcome for one in bulk(Wish(2, (first,)), Wish(1, (second,)))] == [Outcome.TAKEN, Outcome.TAKEN]
    assert capacity.disagreements() == []


def test_bulk_needs_the_same_few_queries_for_many(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    many = supplies(*[100] * 10)
    wishes = [Wish(person_id, (many[person_id % 10], many[0])) for person_id in range(1, 1201)]
    with django_assert_max_num_queries(12):
        answers = bulk(*wishes)
    assert sum(one.outcome is Outcome.TAKEN for one in answers) == 1000
    assert capacity.disagreements() == []


def test_moving_many_after_a_closure_loses_nobody() -> None:
    shut, free = supplies(3, 2)
    bulk(*(Wish(person_id, (shut,)) for person_id in (1, 2, 3)))
    affected = capacity.close(supply_ids=[shut], why="heat", by=OFFICE)
    wishes = [Wish(one.person_id, (free,)) for one in affected if one.person_id is not None]
    answers = capacity.move_many(wishes=wishes, purpose=PURPOSE, by=OFFICE)
    assert [(one.outcome, one.supply_id) for one in answers] == [
        (Outcome.TAKEN, free),
        (Outcome.TAKEN, free),
        (Outcome.FULL, shut),
    ]
    assert (taken(shut), taken(free)) == (1, 2)
    assert Claim.objects.filter(state="taken").count() == 3
    again = capacity.move_many(wishes=wishes[:1], purpose=PURPOSE, by=OFFICE)
    assert again[0].outcome is Outcome.ALREADY


def test_giving_back_many() -> None:
    first, second = supplies(2, 2)
    answers = bulk(Wish(1, (first,)), Wish(2, (second,)))
    claims = [one.claim_id for one in answers if one.claim_id is not None]
    assert capacity.release_many(claim_ids=claims, by=OFFICE) == 2
    assert capacity.release_many(claim_ids=claims, by=OFFICE) == 0
    assert (taken(first), taken(second)) == (0, 0)


def kept(*amounts: int, supply_id: int, site: int = 4) -> list[capacity.Kept]:
    return [capacity.Kept(supply_id, f"tests.kept.{number}", site, amount) for number, amount in enumerate(amounts)]


def test_sites_keep_as_much_as_there_is_and_no_more() -> None:
    [supply_id] = supplies(10)
    assert capacity.keep_many(kept=kept(4, 5, 3, supply_id=supply_id), by=OFFICE) == {"tests.kept.0", "tests.kept.1"}
    assert taken(supply_id) == 9
    # less is given back first, so that the third has room now; keeping the same again changes nothing
    assert len(capacity.keep_many(kept=kept(4, 2, 3, supply_id=supply_id), by=OFFICE)) == 3
    assert taken(supply_id) == 9
    assert capacity.keep_many(kept=kept(20, supply_id=supply_id), by=OFFICE) == set()
    assert capacity.keep_many(kept=kept(0, 0, 0, supply_id=supply_id), by=OFFICE) == {
        f"tests.kept.{number}" for number in range(3)
    }
    assert taken(supply_id) == 0
    assert capacity.disagreements() == []


def test_what_a_site_keeps_moves_to_another_supply() -> None:
    first, second = supplies(5, 5)
    capacity.keep_many(kept=kept(5, supply_id=first), by=OFFICE)
    assert capacity.keep_many(kept=kept(4, supply_id=second), by=OFFICE) == {"tests.kept.0"}
    assert (taken(first), taken(second)) == (0, 4)
    assert capacity.disagreements() == []


def test_totals_change_together_and_never_below_what_is_taken() -> None:
    first, second = supplies(5, 5)
    capacity.keep_many(kept=kept(4, supply_id=first), by=OFFICE)
    assert capacity.change_totals(totals={first: 3, second: 9}, by=OFFICE) == {second}
    assert [Supply.objects.get(pk=each).total for each in (first, second)] == [5, 9]
