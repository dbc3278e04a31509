"""Seals: nothing that was sealed can be changed without being found."""

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from khumkan import record
from khumkan.kernel.actors import Actor
from khumkan.record import Entry, chores, exports, sealing, verifier
from khumkan.record.models import Event, Seal

pytestmark = pytest.mark.django_db(transaction=True)

SYSTEM = Actor.system("tests")
#: The promise is 1,000 tamperings; that takes a minute, so each run samples them and the long run tries them all.
TAMPERINGS = 1_000 if os.environ.get("KHUMKAN_LONG") == "1" else 400
SEED = 20210728


LONGEST_LAG = 5.0
#: The longest time between an event and its seal; for ever where there is none.
LAG = """
    SELECT coalesce(max(coalesce(extract(epoch FROM sealed.at - event.at), 'infinity')), 'infinity')
    FROM record_event AS event LEFT JOIN LATERAL (
        SELECT at FROM record_seal WHERE (to_era, to_xid) > (event.era, event.xid::text::bigint) ORDER BY number LIMIT 1
    ) AS sealed ON true
"""
OWN_HORIZON = """
    SELECT least(
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
        (SELECT min(backend_xid::text::bigint) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid())
    )
"""


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for the tests that run beside these in other databases of the same server."""

    def own_horizon() -> int:
        with connection.cursor() as cursor:
            cursor.execute(OWN_HORIZON)
            return int(cursor.fetchone()[0])

    monkeypatch.setattr(sealing, "_horizon", own_horizon)


def _sealed_record(seals: int = 12, events: int = 15) -> None:
    for round_number in range(seals):
        for _ in range(3):
            entries = [Entry(person_id=number, data={"round": round_number}) for number in range(events // 3)]
            record.write_many("record.tried", by=SYSTEM, entries=entries)
        _wait_for_others()
        assert sealing.seal() is not None


def _wait_for_others() -> None:
    """Wait until all older transactions of the server have ended, those of other databases included."""
    until = time.monotonic() + 60
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(xid::text::bigint), 0) FROM record_event")
        newest = cursor.fetchone()[0]
    while sealing._horizon() <= newest:
        assert time.monotonic() < until, "somebody holds a transaction open"
        time.sleep(0.02)


def _execute(statement: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        assert cursor.rowcount != 0, "this tampering changed nothing"


@pytest.fixture
def unguarded() -> Iterator[None]:
    """A superuser has switched the triggers off."""
    for table in ("record_event", "record_seal"):
        _execute_ddl(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
    yield
    for table in ("record_event", "record_seal"):
        _execute_ddl(f"ALTER TABLE {table} ENABLE TRIGGER append_only")


def _execute_ddl(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _change_an_event(chance: random.Random) -> None:
    column, value = chance.choice(
        [
            ("actor_id", 999),
            ("person_id", 999),
            ("name", "record.lied"),
            ("data", "{}"),
            ("because", "so"),
            ("site_id", 9),
        ]
    )
    _execute(f"UPDATE record_event SET {column} = %s WHERE id = %s", value, _some_event(chance))


def _move_an_event_in_time(chance: random.Random) -> None:
    _execute("UPDATE record_event SET at = at + interval '1 microsecond' WHERE id = %s", _some_event(chance))


def _delete_an_event(chance: random.Random) -> None:
    _execute("DELETE FROM record_event WHERE id = %s", _some_event(chance))


def _insert_an_event(chance: random.Random) -> None:
    _execute(
        "INSERT INTO record_event (at, name, actor_kind, xid) "
        "SELECT at, 'record.tried', 'system', xid FROM record_event WHERE id = %s",
        _some_event(chance),
    )


def _swap_two_events(chance: random.Random) -> None:
    one, other = chance.sample(_events(), 2)
    _execute("UPDATE record_event SET id = -id WHERE id = %s", one)
    _execute("UPDATE record_event SET id = %s WHERE id = %s", one, other)
    _execute("UPDATE record_event SET id = %s WHERE id = %s", other, -one)


def _move_an_event_to_another_transaction(chance: random.Random) -> None:
    events = _events()
    one, other = chance.choice(events[:90]), chance.choice(events[90:])
    _execute("UPDATE record_event SET xid = (SELECT xid FROM record_event WHERE id = %s) WHERE id = %s", other, one)


def _hide_an_event_in_another_era(chance: random.Random) -> None:
    _execute("UPDATE record_event SET era = era + 1 WHERE id = %s", _some_event(chance))


def _change_a_seal(chance: random.Random) -> None:
    change = chance.choice(
        ["events = events + 1", "at = at - interval '1 day'", "digest = link", "link = digest", "signature = digest"]
    )
    _execute(f"UPDATE record_seal SET {change} WHERE number = %s", _some_seal(chance))


def _delete_a_seal(chance: random.Random) -> None:
    _execute("DELETE FROM record_seal WHERE number = %s", _some_seal(chance))


def _cut_the_tail(chance: random.Random) -> None:
    keep = _some_seal(chance) - 1
    _execute(
        "DELETE FROM record_event WHERE xid::text::bigint >= (SELECT from_xid FROM record_seal WHERE number = %s)",
        keep + 1,
    )
    _execute("DELETE FROM record_seal WHERE number > %s", keep)


def _seal_anew_with_another_key(chance: random.Random) -> None:
    """The thief has the database but not the key: everything from some seal on is signed by a key of their own."""
    _cut_the_seals_only(_some_seal(chance) - 1)
    thief = sealing.Ed25519PrivateKey.generate()
    _wait_for_others()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "_private_key", lambda: thief)
        sealing.seal_all()


def _cut_the_seals_only(keep: int) -> None:
    _execute("DELETE FROM record_seal WHERE number > %s", keep)


def _events() -> list[int]:
    return list(Event.objects.order_by("id").values_list("pk", flat=True))


def _some_event(chance: random.Random) -> int:
    return chance.choice(_events())


def _some_seal(chance: random.Random) -> int:
    return chance.choice(list(Seal.objects.order_by("number").values_list("number", flat=True)))


WAYS: list[Callable[[random.Random], None]] = [
    _change_an_event,
    _move_an_event_in_time,
    _delete_an_event,
    _insert_an_event,
    _swap_two_events,
    _move_an_event_to_another_transaction,
    _hide_an_event_in_another_era,
    _change_a_seal,
    _delete_a_seal,
    _cut_the_tail,
    _seal_anew_with_another_key,
]


@pytest.mark.usefixtures("alone")
def test_an_untouched_record_is_whole() -> None:
    _sealed_record()
    record.write("record.tried", by=SYSTEM)
    report = exports.verify_database(heads=[str(exports.head())])
    assert report.problems == []
    assert (report.events, report.seals, report.unsealed) == (12 * 15, 12, 1)


@pytest.mark.usefixtures("alone", "unguarded")
def test_every_tampering_is_found() -> None:
    chance = random.Random(SEED)
    _sealed_record()
    head = str(exports.head())
    _photograph()
    missed = []
    for number in range(TAMPERINGS):
        way = WAYS[number % len(WAYS)]
        way(chance)
        if exports.verify_database(heads=[head]).whole:
            missed.append(way.__name__)
        _restore()
    assert missed == []
    assert exports.verify_database(heads=[head]).whole


@pytest.mark.usefixtures("alone", "unguarded")
def test_control_without_a_published_head_a_cut_tail_is_not_found() -> None:
    _sealed_record()
    _cut_the_tail(random.Random(1))
    assert exports.verify_database().whole


@pytest.mark.usefixtures("alone", "unguarded")
def test_control_a_digest_of_nothing_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "event_line", lambda row: b"\n")
    _sealed_record()
    _change_an_event(random.Random(1))
    assert exports.verify_database().whole


@pytest.mark.usefixtures("alone")
def test_a_transaction_that_commits_late_is_sealed_and_not_passed_over() -> None:
    written, may_commit = threading.Event(), threading.Event()
    late = threading.Thread(target=_write_slowly, args=(written, may_commit))
    late.start()
    written.wait(10)
    record.write("record.early", by=SYSTEM)
    sealing.seal_all()
    assert Seal.objects.count() == 0  # the older transaction still runs: nothing above it may be sealed
    may_commit.set()
    late.join()
    _wait_for_others()
    sealing.seal_all()
    report = exports.verify_database()
    assert (report.whole, report.events, report.unsealed) == (True, 2, 0)


def _write_slowly(written: threading.Event, may_commit: threading.Event) -> None:
    try:
        with record.actions.transaction.atomic():
            record.write("record.late", by=SYSTEM)
            written.set()
            may_commit.wait(10)
    finally:
        connection.close()


def _slowest_seal(monkeypatch: pytest.MonkeyPatch, *, every: float) -> float:
    """Let the worker's chores run beside events that come one by one; return the longest seconds until a seal."""
    monkeypatch.setattr(chores, "SEAL_EVERY", every)
    thread = chores.Chores(on_lost=lambda: None)
    thread.start()
    try:
        for number in range(6):
            record.write("record.tried", by=SYSTEM, person_id=number)
            time.sleep(0.5)
        until = time.monotonic() + LONGEST_LAG
        while exports.verify_database().unsealed and time.monotonic() < until:
            time.sleep(0.1)
    finally:
        thread.stop()
    with connection.cursor() as cursor:
        cursor.execute(LAG)
        return float(cursor.fetchone()[0])


@pytest.mark.usefixtures("alone")
def test_with_the_worker_running_nothing_stays_unsealed_for_five_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _slowest_seal(monkeypatch, every=chores.SEAL_EVERY) <= LONGEST_LAG


@pytest.mark.usefixtures("alone")
def test_control_a_worker_that_seals_rarely_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _slowest_seal(monkeypatch, every=60) > LONGEST_LAG


@pytest.mark.usefixtures("alone")
def test_only_one_process_seals() -> None:
    record.write("record.tried", by=SYSTEM)
    _wait_for_others()
    sealers = [threading.Thread(target=_seal_and_close) for _ in range(6)]
    for sealer in sealers:
        sealer.start()
    for sealer in sealers:
        sealer.join()
    assert Seal.objects.count() == 1


def _seal_and_close() -> None:
    try:
        sealing.seal()
    finally:
        connection.close()


@pytest.mark.usefixtures("alone")
def test_a_large_backlog_is_sealed_in_parts_at_the_borders_of_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    for size in (3, 20, 1, 1, 9):
        record.write_many("record.tried", by=SYSTEM, entries=[Entry(person_id=number) for number in range(size)])
    monkeypatch.setattr(sealing, "EVENTS_AT_ONCE", 5)
    _wait_for_others()
    assert sealing.seal_all() == 4
    assert list(Seal.objects.order_by("number").values_list("events", flat=True)) == [3, 20, 2, 9]
    assert exports.verify_database().whole


@pytest.mark.usefixtures("alone")
def test_a_restored_record_goes_on_in_a_new_era(monkeypatch: pytest.MonkeyPatch) -> None:
    _sealed_record(seals=2)
    record.write("record.before", by=SYSTEM)
    assert not sealing.continue_after_restore()
    own_horizon = sealing._horizon
    monkeypatch.setattr(sealing, "_horizon", lambda: 3)
    try:
        call_command("continue_record")
        assert not sealing.continue_after_restore()  # once is enough, however low the numbers are
        record.write("record.after", by=SYSTEM)
        monkeypatch.setattr(sealing, "_horizon", own_horizon)
        _wait_for_others()
        sealing.seal_all()
        report = exports.verify_database()
        assert (report.whole, report.events, report.unsealed) == (True, 32, 0)
    finally:
        _execute_ddl("ALTER TABLE record_event ALTER COLUMN era SET DEFAULT 1")


@pytest.mark.usefixtures("alone")
def test_a_record_from_another_cluster_is_not_sealed_wrongly(monkeypatch: pytest.MonkeyPatch) -> None:
    _sealed_record(seals=1)
    monkeypatch.setattr(sealing, "_horizon", lambda: 3)
    with pytest.raises(sealing.NewEraNeeded):
        sealing.seal()


@pytest.mark.usefixtures("alone")
def test_an_exported_file_is_verified_offline(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _sealed_record()
    file = tmp_path / "record.jsonl"
    assert exports.export(file) == 12 * 15 + 12 + 1
    key, head = sealing.public_key().hex(), str(exports.head())
    assert verifier.main([str(file), "--key", key, "--head", head]) == 0
    assert verifier.main([str(file), "--key", "00" * 32]) == 1
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:-16]))
    assert verifier.main([str(file)]) == 0
    assert verifier.main([str(file), "--head", head]) == 1
    file.write_bytes(b"not a record")
    assert verifier.main([str(file)]) == 1
    assert "THE RECORD IS NOT WHOLE" in capsys.readouterr().out


_TABLES = ("record_event", "record_seal")


def _photograph() -> None:
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.kept_{table}")
            cursor.execute(f"CREATE TEMP TABLE kept_{table} AS SELECT * FROM {table}")


def _restore() -> None:
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"DELETE FROM {table}")
            cursor.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")
