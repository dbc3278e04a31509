"""Many threads at once, each with a connection of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

Result = TypeVar("Result")


def at_once(times: int, act: Callable[[int], Result], *, threads: int = 25) -> list[Result]:
    """Run `act(0)` … `act(times - 1)` in threads that start together; return what they returned."""
    start = threading.Barrier(threads)

    def work(worker: int) -> list[Result]:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            return [act(number) for number in range(worker, times, threads)]
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return [result for part in pool.map(work, range(threads)) for result in part]
