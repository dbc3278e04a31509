"""Running queued jobs in the calling process and on its database connection: for tests, and for making a country."""

import json
from contextlib import nullcontext
from typing import Any

from django.db import connection, transaction
from procrastinate.contrib.django import app

_FETCH = "SELECT id, task_name, args FROM procrastinate_fetch_job_v2(NULL, %s)"


def run_jobs(*, at_most: int = 100_000) -> int:
    """Run the jobs that are due, and those that they queue, one after the other; return how many.

    Inside a transaction it sees the jobs of that transaction. A job that fails is marked so and its error is raised.
    """
    worker_id = _select("SELECT worker_id FROM procrastinate_register_worker_v1()")[0]
    done = 0
    try:
        while done < at_most:
            _select("SELECT procrastinate_update_heartbeat_v1(%s)", worker_id)
            job_id, name, args = _select(_FETCH, worker_id)
            if job_id is None:
                break
            _run(job_id, name, json.loads(args))  # Django leaves JSON as text
            done += 1
    finally:
        _select("SELECT procrastinate_unregister_worker_v1(%s)", worker_id)
    return done


def _run(job_id: int, name: str, args: dict[str, object]) -> None:
    # within a transaction, a savepoint keeps it usable after an error; outside, a job commits as it does in a worker
    protected = transaction.atomic() if connection.in_atomic_block else nullcontext()
    try:
        with protected:
            app.tasks[name](**args)
    except Exception:
        _select("SELECT procrastinate_finish_job_v1(%s, 'failed', false)", job_id)
        raise
    _select("SELECT procrastinate_finish_job_v1(%s, 'succeeded', true)", job_id)


def _select(query: str, *params: int) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        row: tuple[Any, ...] = cursor.fetchone()
        return row
