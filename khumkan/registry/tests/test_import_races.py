"""Kept files and what may go wrong: a worker killed at the last moment, two workers at once, a change of mind.

Each with the safety taken away beside it.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from procrastinate.contrib.django.models import ProcrastinateJob
from psycopg.errors import UniqueViolation

from khumkan.record.inline import run_jobs
from khumkan.record.models import Event
from khumkan.registry import queries
from khumkan.registry.actions import imports as actions
from khumkan.registry.actions.imports import kept, persons
from khumkan.registry.models import IdentityDocument, Import, ImportRow, KeptFile, KeptPiece, Person
from khumkan.registry.states import ImportKind, ImportState
from khumkan.registry.tests.support import HEAD_OFFICE, HEADING, thai_number

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
KILLED = """
import sys, time
import django
if __name__ == "__main__":
    django.setup()
    from django.conf import settings
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    from khumkan.registry.actions.imports import persons, read_kept
    def late(*args, **more):
        print("all written", flush=True)
        time.sleep(60)
    persons.finish = late
    read_kept(int(sys.argv[2]))
"""


def a_kept_file(count: int = 50) -> Import:
    rows = [f"{thai_number()},คน,ที่{number},,,,33," for number in range(count)]
    content = "\n".join((HEADING, *rows, "1,ผิด,เลข,,,,,", "")).encode()
    batch, _is_new = actions.receive_import(
        kind=ImportKind.PERSONS, chunks=[content[:700], content[700:]], name="persons.csv", by=HEAD_OFFICE
    )
    return batch


def state_of(batch: Import) -> str:
    return Import.objects.values_list("state", flat=True).get(pk=batch.pk)


def eventually(holds: Callable[[], object]) -> None:
    for _ in range(100):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("it did not happen")


def killed_at_the_end(batch: Import, folder: Path) -> None:
    script = folder / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(settings.ROOT)}
    command = [sys.executable, str(script), str(connection.settings_dict["NAME"]), str(batch.pk)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, cwd=settings.ROOT)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == b"all written"
    assert actions.close_broken_imports() == 0, "it still runs"
    assert actions.read_kept(batch.pk) is None, "somebody else reads it"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


def test_a_worker_killed_before_the_last_word_leaves_nothing_half_and_the_file_is_read_anew(tmp_path: Path) -> None:
    batch = a_kept_file()
    ProcrastinateJob.objects.all().delete()  # the job died with its worker

    killed_at_the_end(batch, tmp_path)

    assert not Person.objects.exists()
    assert not ImportRow.objects.exists()
    eventually(actions.close_broken_imports)
    assert state_of(batch) == ImportState.WAITING
    assert run_jobs() == 1
    batch.refresh_from_db()
    assert (batch.state, batch.rows_in, batch.accepted, batch.refused) == (ImportState.DONE, 51, 50, 1)
    assert Person.objects.count() == IdentityDocument.objects.count() == 50
    assert set(queries.orphans().values()) == {0}
    assert not KeptPiece.objects.exists()


def test_the_job_that_the_queue_gives_to_another_worker_reads_it_too(tmp_path: Path) -> None:
    batch = a_kept_file()

    killed_at_the_end(batch, tmp_path)

    eventually(lambda: actions.read_kept(batch.pk))
    assert state_of(batch) == ImportState.DONE
    assert Person.objects.count() == 50
    assert actions.close_broken_imports() == 0


def read_by_two(batch: Import) -> list[Import | None]:
    def read() -> Import | None:
        try:
            return actions.read_kept(batch.pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        running: list[Future[Import | None]] = [pool.submit(read) for _ in range(2)]
        return [each.result() for each in running]


def slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let both have begun before one of them writes."""
    real = persons.examined

    def late(*args: object) -> object:
        time.sleep(1.0)
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(persons, "examined", late)


def test_of_two_workers_one_reads_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    slowly(monkeypatch)
    read = read_by_two(a_kept_file())

    assert sum(each is not None for each in read) == 1
    assert Event.objects.filter(name="registry.file_imported").count() == 1
    assert Person.objects.count() == 50


def test_without_the_lock_both_read_it_and_one_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a constraint is all that is left, and an officer would see the file break off."""

    @contextmanager
    def unlocked(import_id: int) -> Iterator[bool]:
        yield True

    monkeypatch.setattr(kept, "_alone", unlocked)
    slowly(monkeypatch)
    with pytest.raises(UniqueViolation):
        read_by_two(a_kept_file())


def test_the_page_learns_how_far_a_file_is_and_a_change_of_mind_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    batch, seen = a_kept_file(), []
    monkeypatch.setattr(kept, "REPORT_EVERY", 0.0)
    real = persons.work_through

    def change_of_mind() -> None:
        try:
            seen.append(KeptFile.objects.get(pk=batch.pk).reached)
            actions.cancel_import(import_id=batch.pk, by=HEAD_OFFICE)
        finally:
            connections.close_all()

    def interrupted(*args: object, **more: object) -> Iterator[object]:
        for result in real(*args, **more):  # type: ignore[arg-type]
            yield result
            with ThreadPoolExecutor(1) as web:
                web.submit(change_of_mind).result()
            yield result

    monkeypatch.setattr(persons, "work_through", interrupted)
    run_jobs()

    assert seen == [1]
    assert state_of(batch) == ImportState.CANCELLED
    assert not Person.objects.exists()
    assert not KeptFile.objects.exists()
