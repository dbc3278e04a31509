"""Many at once as the service runs: two processes with four threads each, every thread with a connection of its own."""

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import django

from khumkan.capacity.testing import race
from khumkan.kernel.errors import Refused

PROCESSES, THREADS = 2, 4
#: After so long all processes stand ready.
READY_SECONDS = 20.0


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
    """Do one process's part at the moment when all begin, on the clock of the machine that all processes share."""
    late = time.perf_counter() - start
    if late > 0:
        raise RuntimeError(f"this process was ready {late:.1f} s too late")
    time.sleep(-late)
    outcomes = race([partial(_done, job, thing) for thing in things], threads=THREADS)
    return time.perf_counter(), [_told(each) for each in outcomes]


def _done(job: Callable[[Any], object], thing: object) -> str:
    job(thing)
    return "done"


def _told(outcome: object) -> tuple[str, str]:
    if isinstance(outcome, Refused):
        return "refused", outcome.code
    return ("broken", repr(outcome)) if isinstance(outcome, Exception) else ("done", "")
