"""Queueing jobs by the names of their tasks, in the caller's transaction: the job is there when the change is."""

import json
from collections.abc import Iterable
from datetime import datetime

from procrastinate.contrib.django import app
from procrastinate.jobs import Job
from procrastinate.types import JSONDict

from khumkan.kernel import prepared

Args = dict[str, int | str | bool | None]
_PUT_ONE = """
SELECT procrastinate_defer_jobs_v1(ARRAY[
    ROW(%s::text, %s::text, %s::integer, NULL, NULL, %s::jsonb, %s::timestamptz)::procrastinate_job_to_defer_v1])
"""


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
        deferrer = app.configure_task(task, priority=priority, schedule_at=at)
        if len(all_args) == 1 and deferrer.job.lock is None and deferrer.job.queueing_lock is None:
            _put_one(deferrer.job, all_args[0])
        else:
            deferrer.batch_defer(*all_args)
    return len(all_args)


def _put_one(job: Job, args: JSONDict) -> None:
    """Queue a job with no lock by the library's own function in the database: each message to a person has one."""
    values = (job.queue, job.task_name, job.priority, json.dumps(args), job.scheduled_at)
    prepared.rows(_PUT_ONE, values)
