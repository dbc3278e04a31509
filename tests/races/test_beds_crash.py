"""R3 for beds: what was acknowledged survives the death of the database and of workers, and no stay is half done.

`KHUMKAN_LONG=1` makes 20 kills over 20,000 operations.
"""

import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.races.servers import Database, schema_of

IS_LONG = os.environ.get("KHUMKAN_LONG") == "1"
pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("crash"),
    pytest.mark.timeout(7_200 if IS_LONG else 600),
]
KILLS, OPERATIONS, BEDS, PEOPLE = (20, 20_000, 500, 900) if IS_LONG else (3, 500, 60, 100)
SEED = int(os.environ.get("KHUMKAN_SEED", "3"))
RECOVERY_SECONDS = 10.0


@pytest.fixture
def database() -> Iterator[Database]:
    """A database server that may die. Its folder is no `tmp_path`: these are closed to the server's own user."""
    with tempfile.TemporaryDirectory(prefix="khumkan-beds-") as folder:
        made = Database(Path(folder) / "data")
        made.start()
        try:
            made.make(schema_of(connection.settings_dict))
            yield made
        finally:
            made.stop()


class Acting:
    """Operations that go on in another process while the test disturbs them."""

    def __init__(self, database: Database, *, count: int, file: Path) -> None:
        self.database, self.count, self.file = database, count, file
        self.plan = database.ask("prepare", str(BEDS), str(PEOPLE), of="hospitels")

    def run(self, disturb: Callable[["Acting"], None]) -> dict[str, Any]:
        """Run them all, with a disturbance; return how often they were refused, repeated and left undecided."""
        with ThreadPoolExecutor(1) as pool:
            acting = pool.submit(
                self.database.ask, "act", str(self.count), str(SEED), str(self.file), sent=self.plan, of="hospitels"
            )
            self.is_over = acting.done
            disturb(self)
            counts: dict[str, Any] = acting.result()
        return counts

    def acknowledged(self) -> list[str]:
        """Return the lines of what was acknowledged so far."""
        return self.file.read_text().splitlines() if self.file.exists() else []

    def wait_for(self, lines: int) -> bool:
        """Wait until so much was acknowledged; tell whether it was before everything is over."""
        while len(self.acknowledged()) < lines:
            if self.is_over():
                return False
            time.sleep(0.02)
        return True


def judged(database: Database, acting: Acting) -> dict[str, Any]:
    lines = [json.loads(line) for line in acting.acknowledged()]
    found: dict[str, Any] = database.ask("judge", sent=lines, of="hospitels")
    return found


def test_what_was_acknowledged_survives_the_database_and_its_workers(database: Database) -> None:
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    acting = Acting(database, count=OPERATIONS, file=database.data.parent / "acknowledged.jsonl")
    #: Where the kills come, counted in acknowledgements, of which there are fewer than operations.
    at = sorted(chance.sample(range(OPERATIONS // 20, OPERATIONS // 3), KILLS))
    workers_killed = []

    def disturb(acting: Acting) -> None:
        for number, lines in enumerate(at):
            with database.worker() as worker:
                assert acting.wait_for(lines), "everything was over before the last kill"
                if number % 2 == 0:
                    worker.kill()
                    workers_killed.append(worker.pid)
                database.kill()

    counts = acting.run(disturb)
    with database.worker():
        time.sleep(3)  # what was queued is done by somebody who lives
    found = judged(database, acting)
    print(
        f"{len(acting.acknowledged())} acknowledged, {counts}, recoveries {database.recoveries}, {found['stays']} stays"
    )
    assert counts["undecided"] == 0
    assert counts["retries"] > 0, "no operation met a kill: it proves nothing"
    assert len(database.recoveries) == KILLS
    assert workers_killed
    assert max(database.recoveries) <= RECOVERY_SECONDS
    assert (found["lost"], found["unanswered"], found["twice"]) == ([], [], 0)
    assert (found["half"], found["overlaps"]) == ([], 0)


def test_control_acknowledged_before_the_disk_is_lost(database: Database) -> None:
    """With commits that are answered before they are written, the same judge finds losses."""
    acting = Acting(database, count=300, file=database.data.parent / "acknowledged.jsonl")
    database.ask("risk")

    def disturb(acting: Acting) -> None:
        assert acting.wait_for(80)
        database.kill()

    acting.run(disturb)
    assert judged(database, acting)["lost"]
