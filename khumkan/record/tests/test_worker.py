"""What becomes of jobs whose worker died, and of those that nobody takes."""

import pytest
from django.db import connection

from khumkan.record import chores


@pytest.mark.django_db
def test_jobs_of_dead_workers_are_queued_again_until_they_have_killed_too_many() -> None:
    alive, dead = _worker(age=0), _worker(age=chores.DEAD_AFTER + 1)
    running, cut_off, deadly = (_doing(worker, attempts) for worker, attempts in ((alive, 0), (dead, 0), (dead, 25)))
    assert chores.retry_stalled() == 1
    assert (_status(running), _status(deadly)) == ("doing", "failed")
    assert _status(cut_off) not in ("doing", "failed")
    assert chores.retry_stalled() == 0


@pytest.mark.django_db
def test_a_job_that_was_cut_off_gives_way_to_a_waiting_twin() -> None:
    dead = _worker(age=chores.DEAD_AFTER + 1)
    cut_off = _doing(dead, 0, lock="one")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock) VALUES ('default', 'x', 'one')"
        )
    assert chores.retry_stalled() == 0
    assert _status(cut_off) == "failed"


@pytest.mark.django_db
def test_a_backlog_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    assert chores.report_backlog() == 0
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('default', 'x')")
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '2 minutes'")
    assert chores.report_backlog() == 1
    assert "1 jobs have been waiting" in caplog.text


def _worker(*, age: float) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) "
            "VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [age],
        )
        return int(cursor.fetchone()[0])


def _doing(worker: int, attempts: int, *, lock: str | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id, attempts, queueing_lock) "
            "VALUES ('default', 'x', 'doing', %s, %s, %s) RETURNING id",
            [worker, attempts, lock],
        )
        return int(cursor.fetchone()[0])


def _status(job: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job])
        return str(cursor.fetchone()[0])
