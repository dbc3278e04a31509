"""Taking a place: one hot supply through the action, against the same two bare statements in one transaction.

Then the rush: 10,000 contenders for 1,000 places must give exactly 1,000, each answered within a second.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial

from django.db import connection, transaction

from khumkan import capacity
from khumkan.benchmarks import Result, bare
from khumkan.capacity.models import Claim, Supply
from khumkan.capacity.testing import OFFICE, broken, race, supplies, won

SIZE = 10_000
THREADS = 16
CONTENDERS, PLACES, RUSH_THREADS = 10_000, 1_000, 64
LEAST_RATIO = 0.5
SLOWEST_SECONDS = 1.0


@dataclass(frozen=True)
class Rush:
    """What came of many contending for few places; latencies in seconds."""

    contenders: int
    places: int
    winners: int
    rows: int
    counter: int
    errors: int
    is_exact: bool
    seconds: float
    p50_s: float
    p99_s: float


def run(*, size: int | None = None) -> Result:
    """Measure `size` takes through the action and bare, then the rush."""
    n = size or SIZE
    seconds, limit_seconds = _both(n)
    rush = _rush(min(CONTENDERS, n), min(PLACES, max(1, n // 10)))
    ratio = limit_seconds / seconds
    met = ratio >= LEAST_RATIO and rush.is_exact and rush.p99_s < SLOWEST_SECONDS
    return Result(
        name="booking",
        n=n,
        seconds=round(seconds, 3),
        limit_seconds=round(limit_seconds, 3),
        ratio=round(ratio, 3),
        goal="≥ 50 % of the rate of the two bare statements; the rush exact and p99 < 1 s",
        met=met,
        detail={"rate": round(n / seconds), "bare_rate": round(n / limit_seconds), "rush": asdict(rush)},
    )


def _both(n: int) -> tuple[float, float]:
    """Return the seconds for n takes through the action and bare; taking turns, so that the machine is the same."""
    ours = limit = 0.0
    bare.prepare(places=1, total=n)
    (supply_id,) = supplies(n, kind="benchmarks.place")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE capacity_claim, capacity_supply, bare_place, bare_booking")
    rounds = 4
    for turn in range(rounds):
        people = range(1 + turn * n // rounds, 1 + (turn + 1) * n // rounds)
        limit += _timed([partial(bare.book, 1, person_id) for person_id in people])
        ours += _timed([partial(_take, supply_id, person_id) for person_id in people])
    return ours, limit


def _timed(jobs: list[Callable[[], object]]) -> float:
    began = time.perf_counter()
    results = race(jobs, threads=THREADS)
    seconds = time.perf_counter() - began
    if broken(results) or not all(won(results)) or len(won(results)) != len(jobs):
        raise RuntimeError(f"a take failed where there was room: {broken(results)[:1]}")
    return seconds


def _rush(contenders: int, places: int) -> Rush:
    """Let many contend for few places and return what came of it."""
    (supply_id,) = supplies(places, kind="benchmarks.rush")
    latencies: list[float] = []
    turn = threading.Lock()

    def contend(person_id: int) -> capacity.Held:
        began = time.perf_counter()
        try:
            return _take(supply_id, person_id)
        finally:
            with turn:
                latencies.append(time.perf_counter() - began)

    began = time.perf_counter()
    results = race([partial(contend, 10**9 + person_id) for person_id in range(contenders)], threads=RUSH_THREADS)
    seconds = time.perf_counter() - began
    rows = Claim.objects.filter(supply_id=supply_id).count()
    counter = Supply.objects.get(pk=supply_id).taken
    is_exact = len(won(results)) == rows == counter == places and not broken(results)
    return Rush(
        contenders=contenders,
        places=places,
        winners=len(won(results)),
        rows=rows,
        counter=counter,
        errors=len(broken(results)),
        is_exact=is_exact and not capacity.disagreements(),
        seconds=round(seconds, 3),
        p50_s=round(sorted(latencies)[len(latencies) // 2], 4),
        p99_s=round(sorted(latencies)[int(len(latencies) * 0.99)], 4),
    )


def _take(supply_id: int, person_id: int) -> capacity.Held:
    with transaction.atomic():
        return capacity.take(supply_id=supply_id, person_id=person_id, purpose="benchmarks.visit", by=OFFICE)
