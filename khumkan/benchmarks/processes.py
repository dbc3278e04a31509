"""Many at once as the service runs: two processes with four threads each, every thread with a connection of its own."""

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import django
from django.db import connections, transaction

from khumkan.kernel.errors import Refused

PROCESSES, THREADS = 2, 4
#: After so long all processes stand ready.
READY_SECONDS = 20.0
#: Things of each thread that are done and taken back before.
WARM = 6


@dataclass(frozen=True)
class Outcome:
    """What came of many at once.

    :param seconds: from the first to the last.
    :param refused: how often, by the code of the refusal; `broken` is everything that nobody should ever see.
    """

    seconds: float
    done: int
    refused: dict[str, int]
    broken: list[str]


def at_once(job: Callable[[Any], object], things: Sequence[Any]) -> Outcome:
    """Do a job with each of some things.

    :param job: a function of a module; what it returns is not looked at.
    :param things: to be sent to another process, such as keys of rows.
    """
    start = time.perf_counter() + READY_SECONDS
    parts = [things[place::PROCESSES] for place in range(PROCESSES)]
    with multiprocessing.get_context("spawn").Pool(PROCESSES, initializer=django.setup) as pool:
        found = pool.map(partial(_part, job, start), parts, chunksize=1)
    came_of_it = [each for _ended, outcomes in found for each in outcomes]
    return Outcome(
        seconds=max(ended for ended, _outcomes in found) - start,
        done=came_of_it.count(("done", "")),
        refused=dict(Counter(what for how, what in came_of_it if how == "refused")),
        broken=[what for how, what in came_of_it if how == "broken"],
    )


def _part(job: Callable[[Any], object], start: float, things: Sequence[Any]) -> tuple[float, list[tuple[str, str]]]:
    """Do one process's part, each thread its own share."""
    with ThreadPoolExecutor(THREADS) as pool:
        shares = [pool.submit(_share, job, start, things[place::THREADS]) for place in range(THREADS)]
        outcomes = [each for share in shares for each in share.result()]
    return time.perf_counter(), outcomes


def _share(job: Callable[[Any], object], start: float, things: Sequence[Any]) -> list[tuple[str, str]]:
    """Do one thread's share from the moment when all begin, on the clock of the machine that all processes share."""
    try:
        for thing in things[:WARM]:
            _undone(job, thing)
        late = time.perf_counter() - start
        if late > 0:
            raise RuntimeError(f"this process was ready {late:.1f} s too late")
        time.sleep(-late)
        return [_told(job, thing) for thing in things]
    finally:
        connections.close_all()


def _undone(job: Callable[[Any], object], thing: object) -> None:
    """Do a job and take it back: a server that has run for a minute has loaded its code and prepared its statements."""
    with transaction.atomic():
        _told(job, thing)
        transaction.set_rollback(True)


def _told(job: Callable[[Any], object], thing: object) -> tuple[str, str]:
    try:
        job(thing)
    except Refused as refusal:
        return "refused", refusal.code
    except Exception as error:  # the outcome of a job is what the measurement looks at
        return "broken", repr(error)
    return "done", ""
