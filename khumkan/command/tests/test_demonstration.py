"""The demonstration starts, says how to sign in, keeps its country and leaves nothing running."""

import contextlib
import json
import re
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from khumkan.benchmarks.server import free_port
from khumkan.command import postgres
from khumkan.command.tests.conftest import Country
from khumkan.command.tests.house import PERSONS, SEED

pytestmark = [pytest.mark.xdist_group("command"), pytest.mark.timeout(900)]
MADE = "SELECT persons, seed, made_at FROM simulation_country"


def family(pid: int) -> Iterator[int]:
    """Yield a process and everything that it started."""
    yield pid
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError, IndexError):
            if entry.name.isdigit() and int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                yield from family(int(entry.name))


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_populate_makes_a_half_made_country_anew(made: Country) -> None:
    assert made.migrated.found == {"ready": True}
    assert "half made" in made.populated.told
    found = made.populated.found
    assert (found["persons"], found["seed"]) == (PERSONS, SEED)
    assert len(found["sign_ins"]) >= 15


def test_the_situation_room_counts_the_calls_of_the_morning(country: Country) -> None:
    cells = "SELECT sum(value) FROM situation_figure WHERE indicator = 'hotline_opened' AND part = 'province'"
    there = "SELECT count(*) FROM hotline_case"
    [[counted]] = country.house.ask(f"{cells} AND replaced_at IS NULL")
    assert [(counted,)] == country.house.ask(there)
    assert counted > 0


def test_up_serves_the_standing_country_and_ctrl_c_leaves_nothing_running(country: Country) -> None:
    house = country.house
    before = house.ask(MADE)
    assert house.run("down").code == 0
    port = free_port()
    process = house.start("up", "--json", PORT=str(port), PERSONS=str(PERSONS))
    assert process.stdout is not None
    try:
        found = json.loads(process.stdout.readline())
        assert found["address"] == f"http://127.0.0.1:{port}/"
        assert found["sign_ins"] == country.populated.found["sign_ins"]
        assert found["sign_in"] == f"http://127.0.0.1:{port}/sign-in/demo/"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/demo/", timeout=20) as page:
            assert page.status == 200
        server = int((house.var / "postgres" / "postmaster.pid").read_text().split()[0])
        running = [*family(process.pid), *family(server)]
        assert len(running) > 5, "command, web server, its workers, worker, database"
        process.send_signal(signal.SIGINT)
        out, told = process.communicate(timeout=60)
    finally:
        process.terminate()
    assert process.returncode == 0, told
    assert out == ""
    until = time.monotonic() + 10
    while any(is_alive(pid) for pid in running) and time.monotonic() < until:
        time.sleep(0.1)
    assert [pid for pid in running if is_alive(pid)] == []
    prepared = re.search(r"Prepared in ([\d.]+) s", told)
    assert prepared
    assert float(prepared[1]) < max(15, country.seconds / 2)
    postgres.start(house.var / "postgres")
    assert house.ask(MADE) == before


def test_a_port_in_use_is_said_before_anything_is_started(made: Country) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = made.house.run("up", PORT=str(port))
    assert done.code != 0
    assert f"Port {port} is in use" in done.told


def test_another_country_is_refused_in_words(country: Country) -> None:
    before = country.house.ask(MADE)
    done = country.house.run("populate", "--seed=4")
    assert done.code != 0
    assert f"PERSONS={PERSONS} SEED={SEED}" in done.told
    assert "khumkan down --forget" in done.told
    assert country.house.ask(MADE) == before


def test_a_database_of_your_own_is_never_thrown_away(country: Country) -> None:
    house = country.house
    house.ask("CREATE DATABASE of_your_own TEMPLATE khumkan", database="postgres")
    try:
        house.ask("UPDATE simulation_country SET made_at = NULL", database="of_your_own")
        done = house.run("populate", DATABASE_URL=house.url("of_your_own"))
        assert done.code != 0
        assert "Nothing was changed" in done.told
        assert house.ask("SELECT count(*) FROM registry_person", database="of_your_own") == [(PERSONS,)]
        refused = house.run("down", "--forget", DATABASE_URL=house.url("of_your_own"))
        assert refused.code != 0
        assert "yours to remove" in refused.told
    finally:
        house.ask("DROP DATABASE of_your_own WITH (FORCE)", database="postgres")


def test_forgetting_removes_the_country_and_nothing_else(country: Country) -> None:
    house = country.house
    house.ask("CREATE DATABASE kept TEMPLATE khumkan", database="postgres")
    try:
        assert house.run("down", "--forget").code == 0
        assert not (house.var / "postgres" / "postmaster.pid").exists()
        postgres.start(house.var / "postgres")
        names = {name for (name,) in house.ask("SELECT datname FROM pg_database", database="postgres")}
        assert "kept" in names
        assert "khumkan" not in names
    finally:
        postgres.start(house.var / "postgres")
        house.ask("DROP DATABASE IF EXISTS khumkan WITH (FORCE)", database="postgres")
        house.ask("ALTER DATABASE kept RENAME TO khumkan", database="postgres")
    assert house.ask("SELECT persons FROM simulation_country") == [(PERSONS,)]


def test_a_replay_is_looked_at_only_where_there_is_one(country: Country) -> None:
    house = country.house
    house.ask("CREATE DATABASE unreplayed TEMPLATE khumkan", database="postgres")
    try:
        house.ask("DELETE FROM accounts_demonstrationentry", database="unreplayed")
        done = house.run("populate", "--replayed", DATABASE_URL=house.url("unreplayed"))
        assert done.code != 0
        assert "khumkan replay FILE" in done.told
    finally:
        house.ask("DROP DATABASE unreplayed WITH (FORCE)", database="postgres")
