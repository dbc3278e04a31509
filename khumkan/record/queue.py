"""Queueing jobs by the names of their tasks, in the caller's transaction: the job is there when the change is."""

from collections.abc import Iterable
from datetime import datetime

from procrastinate.contrib.django import app
from procrastinate.types import JSONDict

Args = dict[str, int | str | bool | None]


def put(task: str, *, priority: int = 0, at: datetime | None = None, **args: int | str | bool | None) -> None:
    """Queue one job; its arguments are ids and codes.

    :param priority: the higher, the sooner.
    :param at: not before.
    """
    put_many(task, [args], priority=priority, at=at)


def put_many(task: str, jobs: Iterable[Args], *, priority: int = 0, at: datetime | None = None) -> int:
    """Queue many jobs of one task in one statement, each by its arguments; return how many."""
    all_args: list[JSONDict] = [dict(job) for job in jobs]
    if all_args:
        app.configure_task(task, priority=priority, schedule_at=at).batch_defer(*all_args)
    return len(all_args)
