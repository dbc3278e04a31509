"""R3, R4: what was answered survives the death of the database and of web workers; nothing happens twice or by half.

`KHUMKAN_CRASHES=100` makes the long run. A kill with signal 9 is no power cut: what the operating system holds survives.
"""  # noqa: E501

import asyncio
import os
import random
import signal
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests.races.servers import Database, schema_of, web
from tests.races.visitors import Log, Visitors

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("crash"),
    pytest.mark.timeout(600),
]
CRASHES = int(os.environ.get("KHUMKAN_CRASHES", "5"))
PEOPLE, DOOR = CRASHES * 120, CRASHES * 24
SEED = int(os.environ.get("KHUMKAN_SEED", "3"))
WORKERS_KILLED = 4 * CRASHES
ANSWERS_BETWEEN = 10
FILE_ROWS = 3_000
RECOVERY_SECONDS = 10.0


@pytest.fixture
def database():
    """A database server that may die. Its folder is no `tmp_path`: these are closed to the server's own user."""
    with tempfile.TemporaryDirectory(prefix="khumkan-crash-") as folder:
        made = Database(Path(folder) / "data")
        made.start()
        try:
            made.make(schema_of(connection.settings_dict))
            yield made
        finally:
            made.stop()


def kills(database: Database, count: int, chance: random.Random):
    """Return a disturbance that kills the database so many times at random moments."""

    async def disturb(visitors: Visitors) -> None:
        for _ in range(count):
            if await over_after(visitors, chance.uniform(0.8, 2.0)):
                return
            await asyncio.to_thread(database.kill)

    return disturb


async def over_after(visitors: Visitors, seconds: float) -> bool:
    """Wait a while; tell whether the visitors are done."""
    try:
        await asyncio.wait_for(visitors.is_over.wait(), seconds)
    except TimeoutError:
        return False
    return True


def nothing_is_wrong(database: Database, log: Log) -> None:
    assert (log.undecided, log.refused) == ([], [])
    found = database.ask("judge", sent=log.acknowledged)
    assert (found["lost"], found["twice"], found["half"], found["capacity"]) == ([], [], [], [])


def test_what_was_answered_survives_the_database(database: Database) -> None:
    print(f"seed {SEED}")
    plan, chance = database.ask("prepare", str(PEOPLE), str(DOOR)), random.Random(SEED)
    with web(database) as served:
        log = Visitors(served.port, plan, seed=SEED).run(kills(database, CRASHES, chance))
    print(f"{len(log.acknowledged)} answered, {log.retries} retries, recoveries {database.recoveries}")
    assert len(database.recoveries) == CRASHES
    assert max(database.recoveries) <= RECOVERY_SECONDS
    nothing_is_wrong(database, log)


def test_control_answers_before_the_disk_are_lost(database: Database) -> None:
    """With commits that are answered before they are written, the same test finds losses."""
    plan = database.ask("prepare", "300", "0")
    database.ask("risk")
    with web(database) as served:

        async def once(visitors: Visitors) -> None:
            while len(visitors.log.acknowledged) < 60 and not await over_after(visitors, 0.05):
                pass
            await asyncio.to_thread(database.kill)

        log = Visitors(served.port, plan, seed=SEED).run(once)
    assert database.ask("judge", sent=log.acknowledged)["lost"]


def test_what_was_answered_survives_web_workers(database: Database) -> None:
    plan, chance = database.ask("prepare", str(PEOPLE), str(DOOR)), random.Random(SEED)
    killed: list[int] = []

    async def kill_workers(visitors: Visitors) -> None:
        """Kill the older of two workers: the server takes one that dies again within seconds for a hopeless case."""
        enough = 0
        while len(killed) < WORKERS_KILLED and not await over_after(visitors, chance.uniform(0.1, 0.6)):
            workers = served.workers()
            if len(workers) == 2 and len(visitors.log.acknowledged) >= enough:
                os.kill(workers[0], signal.SIGKILL)
                killed.append(workers[0])
                enough = len(visitors.log.acknowledged) + ANSWERS_BETWEEN

    with web(database) as served:
        log = Visitors(served.port, plan, seed=SEED, at_once=4).run(kill_workers)
    print(f"{len(killed)} workers killed, {len(log.acknowledged)} answered, {log.retries} retries, {log.statuses}")
    assert len(killed) == WORKERS_KILLED
    nothing_is_wrong(database, log)


def test_a_rolling_restart_fails_no_request(database: Database) -> None:
    """Every answer is a good one; a connection may be closed between two requests, as keep-alive allows."""
    plan = database.ask("prepare", str(PEOPLE), "0")

    async def restart(visitors: Visitors) -> None:
        before = served.workers()
        await asyncio.sleep(0.5)
        os.kill(served.pid, signal.SIGHUP)
        while not await over_after(visitors, 0.2):
            if not set(served.workers()) & set(before):
                return
        raise AssertionError("the visitors were done before the restart was")

    with web(database) as served:
        log = Visitors(served.port, plan, seed=SEED, at_once=2).run(restart)
    print(f"{log.statuses}, {log.failures}")
    assert set(log.statuses) == {302}
    nothing_is_wrong(database, log)


def test_a_file_is_read_whole_though_workers_die_over_it(database: Database) -> None:
    """A worker that dies in the middle of a file leaves nothing of it; the next one reads it, and each person is told once."""  # noqa: E501
    made, chance = database.ask("prepare-file", str(FILE_ROWS)), random.Random(SEED)
    died_over_it = 0
    for _ in range(3):
        with database.worker() as worker:
            if not is_read_within(database, made["file"], chance.uniform(0.02, 0.3), from_start=True):
                worker.kill()
                worker.wait()
                found = database.ask("judge-file", str(made["file"]))
                died_over_it += found["state"] == "waiting"
                assert (found["results"], found["state"]) in ((0, "waiting"), (FILE_ROWS, "read"))
    with database.worker():
        assert is_read_within(database, made["file"], 60.0)
    found = database.ask("judge-file", str(made["file"]))
    print(f"{died_over_it} workers died over the file: {found}")
    assert died_over_it
    assert found["adds_up"]
    assert {found["accepted"], found["results"], found["specimens"], found["told"], found["told_once"]} == {FILE_ROWS}
    assert found["cases"] == made["positive"]
    assert [each for each in found["half"] if "screening.result" in each or "custody" in each] == []


def is_read_within(database: Database, file_id: int, seconds: float, *, from_start: bool = False) -> bool:
    """Wait until a file is read, for so long; or for so long after somebody began to read it."""
    begun = not from_start
    until = time.monotonic() + (seconds if begun else 40.0)
    with psycopg.connect(database.url, autocommit=True) as connection:
        while time.monotonic() < until:
            state = connection.execute("SELECT state FROM screening_resultfile WHERE id = %s", [file_id]).fetchone()
            if state == ("read",):
                return True
            if not begun and connection.execute(READING).fetchone() == (True,):
                begun, until = True, time.monotonic() + seconds
            time.sleep(0.01)
    return False


#: Somebody has begun: the job is taken.
READING = """
SELECT EXISTS (SELECT FROM procrastinate_jobs j JOIN procrastinate_workers w ON w.id = j.worker_id
               WHERE j.task_name = 'screening.read_result_file' AND j.status = 'doing'
               AND w.last_heartbeat > now() - interval '2 seconds')
"""
