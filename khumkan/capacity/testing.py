"""What tests of capacity and of the programmes above it stand on: quick supplies, and races with real threads."""

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import connections

from khumkan.capacity.actions import offer
from khumkan.capacity.entries import Offer
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused

OFFICE = Actor.system("tests")
KIND = "tests.place"
T = TypeVar("T")


def supplies(
    *totals: int, kind: str = KIND, site_id: int | None = 1, first_at: datetime | None = None, part: str = ""
) -> list[int]:
    """Make one supply for each total, a day apart, the first tomorrow, and return their ids."""
    first = first_at or clock.now() + timedelta(days=1)
    offers = [
        Offer(kind, site_id, first + timedelta(days=day), first + timedelta(days=day, hours=1), total, part)
        for day, total in enumerate(totals)
    ]
    return offer(offers=offers, by=OFFICE)


def race(jobs: Sequence[Callable[[], T]], *, threads: int = 48) -> list[T | Exception]:
    """Run jobs on real threads, each thread with its own connection, all let go at the same moment.

    :returns: for each job its result, or the exception that it raised.
    """
    gate = threading.Barrier(threads)
    waiting = iter(range(len(jobs)))
    turn = threading.Lock()
    results: list[T | Exception | None] = [None] * len(jobs)

    def run() -> None:
        try:
            connections["default"].ensure_connection()
            gate.wait()
            while True:
                with turn:
                    place = next(waiting, None)
                if place is None:
                    return
                try:
                    results[place] = jobs[place]()
                except Exception as error:  # the outcome of a job is what the test looks at
                    results[place] = error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        for future in [pool.submit(run) for _ in range(threads)]:
            future.result()
    return [result for result in results if result is not None]


def won(results: Iterable[object]) -> list[object]:
    """Return the results that are no exceptions."""
    return [result for result in results if not isinstance(result, Exception)]


def broken(results: Iterable[object]) -> list[Exception]:
    """Return the exceptions that no user should ever see: everything but a refusal in words."""
    return [result for result in results if isinstance(result, Exception) and not isinstance(result, Refused)]
