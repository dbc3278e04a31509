"""The worker process outlives its database and stops when it is told to."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from khumkan.command import postgres
from tests.settings import TEST_VAR

ROOT = Path(__file__).resolve().parents[2]
WORK = "import django; django.setup(); from khumkan.record import worker; worker.work(jobs_at_once=1)"


@pytest.fixture
def server() -> Iterator[Path]:
    """A server of its own, which may be killed."""
    folder = TEST_VAR / f"worker-{os.getpid()}"
    with postgres.running(folder) as address, psycopg.connect(address, autocommit=True) as session:
        session.execute("DROP DATABASE IF EXISTS khumkan")
        session.execute("CREATE DATABASE khumkan")
        _run("manage.py", "migrate", "--verbosity=0", database=postgres.url(folder, "khumkan")).wait()
        yield folder


def _run(*command: str, database: str) -> "subprocess.Popen[bytes]":
    environment = os.environ | {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    return subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment)


def _in_time(seconds: float, is_so: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        time.sleep(0.2)
    return is_so()


def _ask(database: str, statement: str) -> object:
    with psycopg.connect(database, autocommit=True) as session:
        found = session.execute(statement)
        return found.fetchone()[0] if found.description else None  # type: ignore[index]


@pytest.mark.race
def test_a_worker_outlives_its_database_and_stops_cleanly(server: Path) -> None:
    database = postgres.url(server, "khumkan")
    worker = _run("-c", WORK, database=database)
    try:
        for _ in range(2):
            _put_a_job_and_an_event(database)
            assert _in_time(60, lambda: _ask(database, "SELECT count(*) FROM procrastinate_jobs") == 0)
            assert _in_time(60, lambda: _everything_is_sealed(database))
            postgres.stop(server, mode="immediate")
            time.sleep(3)
            postgres.start(server)
        worker.terminate()
        assert worker.wait(30) == 0
    finally:
        worker.kill()
        worker.wait()


def _put_a_job_and_an_event(database: str) -> None:
    _ask(database, "INSERT INTO record_event (at, name, actor_kind) VALUES (now(), 'record.tried', 'system')")
    _ask(
        database,
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args) "
        """VALUES ('default', 'record.expire_answers', '{"timestamp": 1}')""",
    )


def _everything_is_sealed(database: str) -> bool:
    sealed = "SELECT coalesce(sum(events), 0) = (SELECT count(*) FROM record_event) FROM record_seal"
    return bool(_ask(database, sealed))
