"""Many contenders on the real database: exactly as many winners as places, nobody twice, and no error but a refusal.

Beside each race stands its control: with a guard taken away the same race must find the damage.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from django.db.models import Count, Q

from khumkan import capacity
from khumkan.capacity import Held, Wish, statements
from khumkan.capacity.actions import release_lapsed
from khumkan.capacity.models import Claim, Supply
from khumkan.capacity.testing import OFFICE, broken, race, supplies, won
from khumkan.kernel.errors import Refused

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
PURPOSE = "tests.visit"
CONTENDERS, PLACES = 2_000, 1_000
ACTIVE = Q(state__in=("held", "taken"))
SOLD = "taken + %(amount)s <= total"
#: How others do it: read, compare, then write. Two who read at the same moment both find room.
READ_THEN_WRITE = "(SELECT count(*) FROM capacity_claim WHERE supply_id = %(supply_id)s) + %(amount)s <= total"


def take(supply_id: int, person_id: int) -> Held:
    return capacity.take(supply_id=supply_id, person_id=person_id, purpose=PURPOSE, by=OFFICE)


def active() -> int:
    return Claim.objects.filter(ACTIVE).count()


def doubles() -> list[int]:
    """Return the persons with more than one active claim for the purpose."""
    counted = Claim.objects.filter(ACTIVE).values("person_id").annotate(claims=Count("id")).filter(claims__gt=1)
    return [one["person_id"] for one in counted]


def oversold() -> list[int]:
    """Return the supplies with more active claims than places, counted from the rows and not from the counter."""
    counted = Supply.objects.annotate(claimed=Count("claims", filter=Q(claims__state__in=("held", "taken"))))
    return [supply.pk for supply in counted if supply.claimed > supply.total]


@contextmanager
def without(*constraints: tuple[str, str]) -> Iterator[None]:
    """Take constraints or unique indexes away for a moment, and put them back over empty tables."""
    kept = []
    with connection.cursor() as cursor:
        for table, name in constraints:
            cursor.execute(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s"
                " UNION ALL SELECT indexdef FROM pg_indexes WHERE indexname = %s",
                [name, name],
            )
            definition = cursor.fetchone()[0]
            if definition.startswith("CREATE"):
                kept.append(definition)
                cursor.execute(f"DROP INDEX {name}")
            else:
                kept.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE capacity_claim, capacity_supply CASCADE")
            for statement in kept:
                cursor.execute(statement)


def test_a_thousand_places_and_two_thousand_contenders() -> None:
    (supply_id,) = supplies(PLACES)
    results = race([partial(take, supply_id, person_id) for person_id in range(1, CONTENDERS + 1)])
    assert broken(results) == []
    assert len(won(results)) == active() == Supply.objects.get().taken == PLACES
    refusals = [one for one in results if isinstance(one, capacity.Full)]
    assert len(refusals) == CONTENDERS - PLACES
    assert capacity.disagreements() == []


def test_control_read_then_write_oversells(monkeypatch: pytest.MonkeyPatch) -> None:
    unsafe = statements.TAKE_BY[statements.BY_PERSON].replace(SOLD, READ_THEN_WRITE)
    monkeypatch.setitem(statements.TAKE_BY, statements.BY_PERSON, unsafe)
    with without(("capacity_supply", "capacity_supply_never_oversold")):
        (supply_id,) = supplies(100)
        results = race([partial(take, supply_id, person_id) for person_id in range(1, 301)])
        assert oversold() == [supply_id], "the race found nothing: it proves nothing"
        assert len(won(results)) > 100


def test_control_the_check_alone_prevents_what_the_statement_forgot(monkeypatch: pytest.MonkeyPatch) -> None:
    forgetful = statements.TAKE_BY[statements.BY_PERSON].replace(SOLD, "%(amount)s > 0")
    monkeypatch.setitem(statements.TAKE_BY, statements.BY_PERSON, forgetful)
    (supply_id,) = supplies(100)
    results = race([partial(take, supply_id, person_id) for person_id in range(1, 201)])
    assert len(won(results)) == active() == 100
    assert {type(error).__name__ for error in broken(results)} == {"IntegrityError"}


def test_a_thousand_single_places() -> None:
    places = supplies(*[1] * PLACES)
    jobs = [partial(take, places[person_id % PLACES], person_id) for person_id in range(1, CONTENDERS + 1)]
    random.shuffle(jobs)
    results = race(jobs)
    assert broken(results) == []
    assert len(won(results)) == active() == PLACES
    assert oversold() == [] == capacity.disagreements()


def at_once(places: list[int]) -> list[Callable[[], Held]]:
    """Return jobs in which each person asks for two places at the same moment."""
    return [
        partial(take, places[(person_id + turn) % len(places)], person_id)
        for person_id in range(1, 301)
        for turn in range(4)
    ]


def test_nobody_wins_twice_by_asking_at_two_places_at_once() -> None:
    results = race(at_once(supplies(*[400] * 7)))
    assert broken(results) == []
    assert doubles() == []
    assert len(won(results)) == active() == 300
    assert all(isinstance(one, capacity.AlreadyHeld) for one in results if isinstance(one, Refused))
    assert capacity.disagreements() == []


def test_control_without_the_unique_index_there_are_doubles() -> None:
    with without(("capacity_claim", "capacity_claim_person_once")):
        race(at_once(supplies(*[400] * 7)))
        assert doubles() != [], "the race found nothing: it proves nothing"


def second_choice(first: int, second: int, person_id: int) -> Held:
    """Take the second place when the first is full, in one transaction, each attempt apart."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                return take(first, person_id)
        except capacity.Full:
            return take(second, person_id)


def test_second_choices_in_opposite_orders_wait_for_nobody() -> None:
    one, other = supplies(100, 100)
    jobs = [
        partial(second_choice, *((one, other) if person_id % 2 else (other, one)), person_id)
        for person_id in range(1, 401)
    ]
    results = race(jobs)
    assert broken(results) == []
    assert len(won(results)) == active() == 200
    assert capacity.disagreements() == []


class Crowd:
    """People who do everything at once on a few supplies, one of them wanted by all."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.places = supplies(300, *[40] * 12)
        self.shut = self.places[3]

    def visit(self, person_id: int) -> list[int]:
        """Take or hold, then keep, give back, move or let lapse; return the claims that must stand at the end."""
        chance = self.random.random()
        place = self.places[0] if self.random.random() < 0.5 else self.random.choice(self.places)
        if chance < 0.5:
            return [take(place, person_id).claim_id]
        if chance < 0.6:
            capacity.release(claim_id=take(place, person_id).claim_id, by=OFFICE)
            return []
        if chance < 0.8:
            claim_id = take(place, person_id).claim_id
            return [capacity.move(claim_id=claim_id, supply_id=self.random.choice(self.places), by=OFFICE).claim_id]
        return self.hold(place, person_id, confirm=chance < 0.9)

    def hold(self, place: int, person_id: int, *, confirm: bool) -> list[int]:
        lasting = timedelta(seconds=5) if confirm else timedelta(milliseconds=5)
        held = capacity.hold(supply_id=place, person_id=person_id, purpose=PURPOSE, by=OFFICE, lasting=lasting)
        if not confirm:
            return []
        capacity.confirm(claim_id=held.claim_id, by=OFFICE)
        return [held.claim_id]

    def bulk(self, first: int) -> list[int]:
        people = range(first, first + 40)
        wishes = [Wish(one, tuple(self.random.sample(self.places, 3))) for one in people]
        answers = capacity.take_many(wishes=wishes, purpose=PURPOSE, by=OFFICE)
        return [one.claim_id for one in answers if one.outcome is capacity.Outcome.TAKEN and one.claim_id]

    def close(self) -> list[int]:
        affected = capacity.close(supply_ids=[self.shut], why="heat", by=OFFICE)
        wishes = [Wish(one.person_id, tuple(self.places[4:])) for one in affected if one.person_id is not None]
        answers = capacity.move_many(wishes=wishes, purpose=PURPOSE, by=OFFICE)
        assert len(answers) == len(affected)
        return []

    def resize(self) -> list[int]:
        capacity.change_total(supply_id=self.places[0], total=self.random.randint(200, 320), by=OFFICE)
        return []

    def jobs(self) -> list[Callable[[], list[int]]]:
        """Return everything that happens, in any order; each person appears three times."""
        jobs: list[Callable[[], list[int]]] = [partial(self.visit, 1 + number % 660) for number in range(2_000)]
        jobs += [partial(self.bulk, 661 + 20 * number) for number in range(10)]
        jobs += [self.resize for _ in range(20)]
        jobs += [lambda: [release_lapsed()][:0] for _ in range(20)]
        self.random.shuffle(jobs)
        jobs.insert(len(jobs) // 2, self.close)
        return jobs


@pytest.mark.parametrize("seed", [1, 2])
def test_everything_at_once(seed: int) -> None:
    crowd = Crowd(seed)
    results = race(crowd.jobs())
    assert Counter(repr(error) for error in broken(results)) == {}
    assert oversold() == [] == doubles()
    assert capacity.disagreements() == []
    release_lapsed()
    assert capacity.disagreements() == []
    promised = {claim_id for one in results if isinstance(one, list) for claim_id in one}
    stood = Claim.objects.filter(pk__in=promised)
    lost = stood.exclude(ACTIVE).exclude(ended_why="moved")
    assert stood.count() == len(promised)
    assert list(lost.values_list("id", "ended_why")) == [], "an acknowledged claim vanished"
    assert {error.code for error in results if isinstance(error, Refused)} >= {"capacity_already"}
