"""R2: whatever people of hospitels do at once, no bed holds two and nobody holds two beds; nobody is lost; every no has a sentence.

`KHUMKAN_LONG=1` runs 5,000 operations on 500 beds.
"""  # noqa: E501

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from khumkan.capacity.actions import numbered
from khumkan.capacity.numbered import Ledger
from khumkan.capacity.testing import broken, race, won
from khumkan.isolation.actions import discharges, placing, promises, stays
from khumkan.isolation.actions.ledger import BEDS
from khumkan.isolation.choices import CareEnd
from khumkan.isolation.models import Care, Discharge, Party, Room, Stay
from khumkan.isolation.queries import integrity
from khumkan.isolation.states import LIVE_CARES
from khumkan.isolation.tests import hotel
from khumkan.kernel import clock
from khumkan.kernel.errors import Refused
from tests.races.guests import BY, Done, Guests, overlaps

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True), pytest.mark.timeout(1_800)]
IS_LONG = os.environ.get("KHUMKAN_LONG") == "1"
ERRANDS, BEDS_MADE, SITES, PEOPLE = (5_000, 500, 12, 800) if IS_LONG else (600, 60, 4, 100)
THREADS = 12
SEED = int(os.environ.get("KHUMKAN_SEED", "2"))
EXCLUSIONS = ("isolation_stay_bed_not_twice", "isolation_stay_person_not_twice", "isolation_stay_no_strangers")


class Crowd:
    """So many guests at a time, each thread with chances of its own."""

    def __init__(self, seed: int) -> None:
        self.country = Guests.arrive(beds=BEDS_MADE, sites=SITES, people=PEOPLE)
        self.seeds = iter(range(seed, seed + 10_000))
        self.own = threading.local()

    def run(self, kind: str) -> Done:
        """Run one errand in the thread of the caller."""
        if not hasattr(self.own, "guests"):
            self.own.guests = Guests(self.country, seed=next(self.seeds))
        guests: Guests = self.own.guests
        return guests.run(kind)


def test_everything_at_once(settings) -> None:
    print(f"seed {SEED}")
    crowd = Crowd(SEED)
    in_care = Care.objects.filter(state__in=LIVE_CARES).count()
    kinds = Guests(crowd.country, seed=SEED).kinds(ERRANDS)
    results = race([partial(crowd.run, kind) for kind in kinds], threads=THREADS)
    assert Counter(repr(error) for error in broken(results)) == {}
    assert list(overlaps()) == []
    assert integrity.disagreements() == []
    assert integrity.unrecorded() == []
    assert Care.objects.values("person").distinct().count() == in_care, "somebody was lost"
    refusals = [one for one in results if isinstance(one, Refused)]
    assert [refusal.code for refusal in refusals if not is_sentence(refusal)] == []
    done = Counter(one[0] for one in won(results) if isinstance(one, tuple))
    print(f"{done}, refused {Counter(refusal.code for refusal in refusals)}")
    assert done.keys() >= {"hold", "admit", "arrive", "confirm", "leave", "give_back"}
    assert sum(done.values()) > ERRANDS / 6, "too little happened: it proves nothing"


def is_sentence(refusal: Refused) -> bool:
    """Tell whether a refusal says something that could be read out, and not its code."""
    return len(str(refusal)) > 10 and refusal.code not in str(refusal)


@contextmanager
def without_guard(monkeypatch: pytest.MonkeyPatch, *, constraints: bool, lock: bool) -> Iterator[None]:
    """Take the exclusion constraints or the lock on beds and rooms away, and put them back over an empty table."""
    if lock:
        bare = replace(BEDS, locks="KEY SHARE OF facility")
        for module in (placing, promises, stays):
            monkeypatch.setattr(module, "BEDS", bare)
    kept = []
    with connection.cursor() as cursor:
        for name in EXCLUSIONS if constraints else ():
            cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name])
            kept.append((name, cursor.fetchone()[0]))
            cursor.execute(f"ALTER TABLE isolation_stay DROP CONSTRAINT {name}")
    try:
        yield
    finally:
        monkeypatch.undo()
        with connection.cursor() as cursor:
            if kept:
                cursor.execute("TRUNCATE isolation_stay CASCADE")
            for name, definition in kept:
                cursor.execute(f"ALTER TABLE isolation_stay ADD CONSTRAINT {name} {definition}")


def everybody_wants_the_same_beds() -> list[Stay | Exception]:
    """Let many people be given one of the same four beds, women and men."""
    house = hotel.a_hotel(rooms=2, beds=2, nurses=20)
    wanted = hotel.beds_of(house)
    waiting = [hotel.waiting(hotel.a_person(sex="FM"[number % 2])) for number in range(48)]
    return race([partial(promises.hold_bed, care=care, bed_ids=wanted, by=BY) for care in waiting], threads=24)


def test_as_many_get_a_bed_as_there_are() -> None:
    results = everybody_wants_the_same_beds()
    assert broken(results) == []
    assert len(won(results)) == Stay.objects.count() == 4
    assert list(overlaps()) == []


def after_a_second_of_pauses(monkeypatch: pytest.MonkeyPatch) -> Stay:
    """Hold the only bed for somebody while its room stays locked until they have paused for a second in all."""
    house, care = hotel.a_hotel(rooms=1, beds=1), hotel.waiting()
    locked, enough, free = threading.Event(), threading.Event(), threading.Event()
    paused = [0.0]

    def give_to_somebody_slow() -> None:
        try:
            with transaction.atomic():
                list(Room.objects.select_for_update(no_key=True).filter(facility=house.pk))
                locked.set()
                enough.wait(60)
        finally:
            free.set()
            connection.close()

    def pause(seconds: float) -> None:
        paused[0] += seconds
        if paused[0] > 1:
            enough.set()
            free.wait(60)

    slow = threading.Thread(target=give_to_somebody_slow)
    slow.start()
    try:
        assert locked.wait(60)
        with monkeypatch.context() as patched:
            patched.setattr(numbered, "time", SimpleNamespace(sleep=pause))
            return promises.hold_bed(care=care, bed_ids=hotel.beds_of(house), by=BY)
    finally:
        enough.set()
        slow.join()


def test_nobody_hears_that_no_bed_is_free_because_the_machine_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    assert after_a_second_of_pauses(monkeypatch) == Stay.objects.get()


def test_control_with_less_patience_the_bed_stays_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbered, "PAUSES", numbered.PAUSES[:9])
    with pytest.raises(Refused):
        after_a_second_of_pauses(monkeypatch)
    assert not Stay.objects.exists()


def rooms_held_by_one_who_was_too_late() -> int:
    """Give a bed to somebody who looked while it was free and locked its room when it was gone; count what they hold.

    They look while somebody else has it and has not said so yet: a lock within the statement holds them there.
    """
    gate, behind = 4_711, threading.Event()
    slow = replace(BEDS, is_offered=f"{BEDS.is_offered} AND pg_advisory_xact_lock_shared({gate}) IS NOT NULL")
    house = hotel.a_hotel(rooms=1, beds=1)
    first, late = hotel.waiting(), hotel.waiting()
    held: list[int] = []

    def come_late() -> None:
        try:
            with transaction.atomic():
                with pytest.raises(Refused):
                    give_from(slow, late, hotel.beds_of(house))
                with connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND mode = 'RowShareLock' "
                        "AND relation = 'isolation_room'::regclass"
                    )
                    held.append(cursor.fetchone()[0])
        finally:
            behind.set()
            connection.close()

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [gate])
        give_from(BEDS, first, hotel.beds_of(house))
        thread = threading.Thread(target=come_late)
        thread.start()
        waits_at(gate)
    assert behind.wait(60)
    thread.join()
    return held[0]


def give_from(ledger: Ledger, care: Care, bed_ids: list[int]) -> None:
    """Give somebody the first of these beds, as a hold does."""
    now = clock.now()
    numbered.give(
        ledger,
        wanted=bed_ids,
        person_id=care.person_id,
        sharing=str(care.pk),
        now=now,
        until=now + timedelta(hours=1),
        columns={
            "care_id": care.pk,
            "state": "held",
            "terms_version": 1,
            "made_at": now,
            "ended_because": "",
            "belongings": "",
            "follows_id": None,
        },
        by=BY,
    )


def waits_at(gate: int) -> None:
    """Wait until somebody stands before a lock of this number."""
    for _ in range(600):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE objid = %s AND NOT granted", [gate])
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody came to the lock")


def test_whoever_came_too_late_keeps_no_room_from_others() -> None:
    assert rooms_held_by_one_who_was_too_late() == 0


def test_the_constraints_alone_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    with without_guard(monkeypatch, constraints=False, lock=True):
        results = everybody_wants_the_same_beds()
        assert broken(results) == []
        assert len(won(results)) == 4
        assert list(overlaps()) == []


def test_control_without_both_two_people_get_one_bed(monkeypatch: pytest.MonkeyPatch) -> None:
    with without_guard(monkeypatch, constraints=True, lock=True):
        everybody_wants_the_same_beds()
        assert {kind for kind, *_ in overlaps()} >= {"bed"}, "the race found nothing: it proves nothing"
        assert {one.what for one in integrity.disagreements()} >= {"bed_twice"}


def test_two_sites_give_one_person_a_bed_at_once() -> None:
    care, houses = hotel.waiting(), [hotel.a_hotel(rooms=2) for _ in range(6)]
    results = race(
        [partial(stays.admit, care=care, bed_ids=hotel.beds_of(house), by=BY) for house in houses], threads=6
    )
    assert broken(results) == []
    assert len(won(results)) == 1
    assert (list(overlaps()), integrity.disagreements()) == ([], [])


def test_care_is_opened_once_for_one_person() -> None:
    person = hotel.a_person()
    results = race([partial(hotel.found, person) for _ in range(8)], threads=8)
    assert Care.objects.count() == 1
    assert {type(one) for one in broken(results)} <= {IndexError}, "whoever was later has opened nothing"


def test_two_nurses_confirm_and_one_discharge_counts() -> None:
    hotel.a_hotel(rooms=1)
    care = stays.arrive(stay=hotel.held(), by=BY).care
    results = race([partial(discharges.confirm, care=care, because=CareEnd.OWN_WISH, by=BY)] * 8, threads=8)
    assert broken(results) == []
    assert len(won(results)) == Discharge.objects.count() == 1
    assert {one.code for one in results if isinstance(one, Refused)} == {"confirmed_already"}


def test_a_family_is_placed_while_an_officer_places_its_members_and_nobody_waits_for_ever() -> None:
    """Whoever places a family holds all its members before any room; in another order the two would lock each other out."""  # noqa: E501
    for _ in range(6):
        house = hotel.a_hotel(rooms=2, beds=3)
        family = hotel.a_family(*(hotel.a_person() for _ in range(3)))
        wanted = hotel.beds_of(house)
        jobs = [partial(placing.place, care_id=family[0].pk, by=BY)] * 2
        jobs += [partial(promises.hold_bed, care=care, bed_ids=wanted, by=BY) for care in reversed(family)]
        results = race(jobs, threads=len(jobs))
        assert broken(results) == []
        assert integrity.disagreements() == []
    assert Party.objects.count() == 6
