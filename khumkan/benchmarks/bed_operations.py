"""Holding, admitting, moving and discharging on 500 beds with 16 connections, beside bare SQL that writes the same.

People come in waves. In each, everybody is held a bed, arrives, half of them move to another bed, all are discharged,
leave, and the beds are cleaned: each step by everybody at once, in any order. Both sides work on beds of their own with
the same plan. Whoever finds no bed is refused and comes again with the next wave.
"""

import math
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

from django.db import connections

from khumkan.benchmarks import Result, beds
from khumkan.benchmarks.bare_beds import Bare
from khumkan.benchmarks.beds import Country
from khumkan.isolation.actions import discharges, promises, stays
from khumkan.isolation.choices import CareEnd
from khumkan.isolation.models import Care, Stay
from khumkan.isolation.queries import integrity
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused

OPERATIONS, BEDS, SITES, THREADS = 5_000, 500, 12, 16
#: People of one wave, and operations of each: half of them move.
WAVE, EACH = 160, 6.3
#: Beds that one person may be given, the best first; all of them among so many that people get in each other's way.
WANTED = 4
LEAST_RATIO = 0.3
BY = Actor.system("benchmark")
T = TypeVar("T")


class Side(Protocol):
    """One way to do the same things. A stay is whatever `hold` returns; what is refused raises `Refused`."""

    def hold(self, care: int, bed_ids: Sequence[int]) -> Any:
        """Hold one of some beds and return the stay."""

    def arrive(self, stay: Any) -> None:
        """Let somebody in."""

    def confirm(self, stay: Any) -> None:
        """Let somebody go."""

    def leave(self, stay: Any) -> None:
        """Note that somebody has left."""

    def clean(self, stay: Any) -> None:
        """Note that a bed is clean."""

    def close(self) -> None:
        """Close the connection of this thread."""


class Khumkan:
    """Through the actions, as the pages do it once they have found the stay."""

    def hold(self, care: int, bed_ids: Sequence[int]) -> Stay:
        """See `Side`."""
        return promises.hold_bed(care=Care(pk=care), bed_ids=bed_ids, by=BY)

    def arrive(self, stay: Stay) -> None:
        """See `Side`."""
        stays.arrive(stay=stay, by=BY)

    def confirm(self, stay: Stay) -> None:
        """See `Side`."""
        discharges.confirm(care=stay.care, because=CareEnd.OWN_WISH, by=BY)

    def leave(self, stay: Stay) -> None:
        """See `Side`."""
        stays.leave(stay=stay, by=BY)

    def clean(self, stay: Stay) -> None:
        """See `Side`."""
        stays.clean(stay=stay, by=BY)

    def close(self) -> None:
        """See `Side`."""
        connections.close_all()


@dataclass
class Wave:
    """Who comes together: the cares, and the stays that they find and have left."""

    cares: list[int]
    stays: dict[int, Any]
    left: list[Any]


class Crew:
    """Threads with a connection each, that do what a side can."""

    def __init__(self, side: Side, pool: ThreadPoolExecutor) -> None:
        self.side, self.pool = side, pool
        self.seconds = 0.0
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.wrong: list[str] = []

    def all(self, name: str, jobs: Sequence[Callable[[], object]]) -> list[object]:
        """Do jobs as fast as it goes; a refusal counts as an operation and gives None."""
        began = time.perf_counter()
        results = list(self.pool.map(self._one, jobs))
        self.seconds += time.perf_counter() - began
        self.done[name] += len(jobs)
        return results

    def _one(self, job: Callable[[], object]) -> object:
        try:
            return job()
        except Refused as refusal:
            self.refused[refusal.code] += 1
            if not str(refusal):
                self.wrong.append(refusal.code)
            return None

    def run(self, wave: Wave, places: Sequence[int], chance: random.Random) -> None:
        """Let everybody of a wave live through it."""
        self._hold("hold", wave, wave.cares, places, chance)
        self._arrive(list(wave.stays.values()))
        moving = [care for care in wave.stays if chance.random() < 0.5]
        before = dict(wave.stays)
        moved = self._hold("transfer", wave, moving, places, chance)
        self._arrive([wave.stays[care] for care in moved])
        wave.left += [before[care] for care in moved]
        there = _shuffled(list(wave.stays.values()), chance)
        self.all("confirm", [partial(self.side.confirm, stay) for stay in there])
        self.all("leave", [partial(self.side.leave, stay) for stay in there])
        wave.left += there
        self.all("clean", [partial(self.side.clean, stay) for stay in wave.left])

    def _hold(
        self, name: str, wave: Wave, cares: Sequence[int], places: Sequence[int], chance: random.Random
    ) -> list[int]:
        coming = _shuffled(cares, chance)
        found = self.all(name, [partial(self.side.hold, care, chance.sample(places, WANTED)) for care in coming])
        held = {care: stay for care, stay in zip(coming, found, strict=True) if stay is not None}
        wave.stays |= held
        return list(held)

    def _arrive(self, coming: Sequence[Any]) -> None:
        self.all("arrive", [partial(self.side.arrive, stay) for stay in coming])


def run(*, size: int | None = None) -> Result:
    """Measure about so many operations on each side, in turns.

    :param size: operations.
    """
    operations = size or OPERATIONS
    waves = math.ceil(operations / (WAVE * EACH))
    countries = [beds.country(beds=BEDS, sites=SITES, seed=1) for _ in range(2)]
    people = [_people(country, waves) for country in countries]
    beds.settled()
    with _crew(Bare()) as bare, _crew(Khumkan()) as ours:
        for number in range(waves):
            for crew, country, cares in zip((bare, ours), countries, people, strict=True):
                wave = Wave(cares[number * WAVE : (number + 1) * WAVE], {}, [])
                crew.run(wave, [place.bed for place in country.places], random.Random(number))  # noqa: S311
    return _result(ours, bare)


def _result(ours: Crew, bare: Crew) -> Result:
    n, limit_n = ours.done.total(), bare.done.total()
    ratio = (n / ours.seconds) / (limit_n / bare.seconds)
    overlaps = [
        found for found in integrity.disagreements() if found.what in ("bed_twice", "person_twice", "strangers")
    ]
    return Result(
        name="bed_operations",
        n=n,
        seconds=round(ours.seconds, 3),
        limit_seconds=round(bare.seconds * n / limit_n, 3),
        ratio=round(ratio, 3),
        goal=f"≥ {LEAST_RATIO:.0%} of the rate of bare SQL for the same writes; no overlap; every refusal in words",
        met=ratio >= LEAST_RATIO and not overlaps and not ours.wrong,
        detail={
            "rate": round(n / ours.seconds),
            "bare_rate": round(limit_n / bare.seconds),
            "operations": dict(ours.done),
            "refused": dict(ours.refused),
            "bare_refused": dict(bare.refused),
            "overlaps": len(overlaps),
            "disagreements": len(integrity.disagreements()),
            "beds": BEDS,
            "connections": THREADS,
        },
    )


def _people(country: Country, waves: int) -> list[int]:
    persons = beds.people(country, "FM" * (waves * WAVE // 2))
    count = len(persons)
    return beds.cares(
        persons,
        parties=[None] * count,
        states=["waiting"] * count,
        levels=[1] * count,
        points=[0] * count,
        opened=[clock.now()] * count,
    )


@contextmanager
def _crew(side: Side) -> Iterator[Crew]:
    """Offer threads that keep their connections, and close these at the end."""
    gate = threading.Barrier(THREADS)

    def close() -> None:
        gate.wait()
        side.close()

    with ThreadPoolExecutor(THREADS) as pool:
        yield Crew(side, pool)
        for future in [pool.submit(close) for _ in range(THREADS)]:
            future.result()


def _shuffled(found: Sequence[T], chance: random.Random) -> list[T]:
    return chance.sample(list(found), len(found))
