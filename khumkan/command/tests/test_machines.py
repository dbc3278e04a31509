"""Commands for machines: progress to one side, one line of JSON last on the other."""

import json
import signal
import time
from pathlib import Path

import pytest

from khumkan.command.tests.conftest import Country
from khumkan.command.tests.house import House
from khumkan.screening.tests.test_rounds_verification import ONE_STAGE, file_of
from khumkan.simulation.tests.test_recorded_doses import HEADING as DOSES

pytestmark = [pytest.mark.xdist_group("command"), pytest.mark.timeout(900)]


def test_replay_ends_with_what_became_of_the_recording(house: House, tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    rows = ["date,province,new_cases", "2021-07-17,Bangkok,2", "2021-07-17,Chonburi,0", "2021-07-18,Bangkok,1"]
    file.write_text("\n".join([*rows, "2021-07-18,Atlantis,4", "2021-07-18,Prison,5"]), encoding="utf-8")
    done = house.run("replay", str(file), "--scale=1", "--json")
    assert done.code == 0, done.told
    found = done.found
    expected = {"days": 2, "provinces": 2, "input": 3, "replayed": 3, "mismatches": 0, "unmatched_names": ["Atlantis"]}
    assert expected.items() <= found.items()
    assert found["apart"] == {"Prison": 5}
    assert "2021-07-18: 2 of 2 days" in done.told
    assert "NOT REPLAYED: 4 cases under names that fit no province: Atlantis" in done.told
    assert "beds" not in found


def test_replay_with_beds_ends_with_who_lay_in_them(house: House, tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    rows = ["date,province,new_cases", "2021-07-17,Bangkok,8", "2021-07-18,Bangkok,6", "2021-07-18,Chonburi,3"]
    file.write_text("\n".join([*rows, "2021-08-01,Bangkok,9"]), encoding="utf-8")
    asked = ("--scale=1", "--province=10", "--from=2021-07-01", "--to=2021-07-31", "--beds=5", "--json")
    done = house.run("replay", str(file), *asked)
    assert done.code == 0, done.told
    found = done.found
    expected = {"days": 2, "provinces": 1, "input": 14, "replayed": 14, "mismatches": 0, "unmatched_names": []}
    held = {"beds": 5, "occupancy_mismatches": 0, "disagreements": 0, "in_beds_at_end": 0}
    assert (expected | held).items() <= found.items()
    assert found["peak_occupied"] <= 5
    assert found["most_waiting"] > 0
    assert found["admitted"] == found["discharged"] > 0
    assert "2021-07-18:" in done.told


def test_replay_of_vaccination_ends_with_what_was_given_beside_what_was_recorded(house: House, tmp_path: Path) -> None:
    cases, doses, table = tmp_path / "cases.csv", tmp_path / "doses.csv", tmp_path / "beside.csv"
    cases.write_text("date,province,new_cases\n2021-05-15,Chonburi,90\n2021-06-14,Chonburi,90\n", encoding="utf-8")
    rows = ["2021-05-31,Bangkok,1000,40,0,0,0,0,", "2021-06-14,Bangkok,1000,40,0,0,14,0,"]
    rows += ["2021-05-31,Chonburi,1000,40,0,0,0,0,", "2021-06-14,Chonburi,1000,40,0,0,14,0,"]
    doses.write_text("\n".join([DOSES, *rows, "2021-06-14,Atlantis,9,9,9,9,9,9,9"]), encoding="utf-8")
    asked = ("--from=2021-06-01", "--to=2021-06-14", "--scale=1", "--share=1", f"--table={table}", "--json")
    done = house.run("replay", str(cases), f"--vaccination={doses}", *asked)
    assert done.code == 0, done.told
    expected = {"days": 14, "provinces": 2, "input": 28, "unmatched_names": ["Atlantis"], "contradictions": 0}
    assert expected.items() <= done.found.items()
    assert done.found["replayed"] == done.found["replayed_first"] + done.found["replayed_second"] > 0
    assert done.found["shortfall"] + done.found["replayed"] - done.found["surplus"] == done.found["input"]
    assert len(table.read_text(encoding="utf-8").splitlines()) == 14 * 2 + 1
    assert "NOT REPLAYED: names that fit no province: Atlantis" in done.told


def test_replay_of_no_day_is_refused_in_words(house: House, tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    file.write_text("date,province,new_cases\n2021-07-17,Bangkok,8\n", encoding="utf-8")
    done = house.run("replay", str(file), "--from=2022-01-01")
    assert done.code != 0
    assert "No recorded day is left" in done.told
    done = house.run("replay", str(file), "--province=Atlantis")
    assert done.code != 0
    assert "no province is called Atlantis" in done.told


def test_bench_names_what_can_be_measured(house: House) -> None:
    done = house.run("bench", "--list")
    assert done.code == 0, done.told
    names = {line.split()[0] for line in done.out.splitlines()}
    http = {"person_page", "registration_http", "round_screen"}
    beds = {"bed_board", "bed_matching", "bed_operations"}
    doses = {f"vaccination_{each}" for each in ("allocation", "certificate", "dates", "list")}
    loans = {"filing_file", *(f"loan_{each}" for each in ("covenants", "repayments", "reservations", "schedules"))}
    calls = {"desk_work", "knowledge_search", "mass_message", "person_file", "situation_pages"}
    rest = {"booking", "draw", "registry_import", "results_file"}
    assert names == rest | http | beds | doses | loans | calls


def test_bench_ends_with_the_measurement(house: House) -> None:
    done = house.run("bench", "draw", "--size=2000", "--json")
    assert done.code == 0, done.told
    assert {"name", "n", "seconds", "limit_seconds", "ratio", "goal", "met"} <= set(done.found)
    assert (done.found["name"], done.found["n"]) == ("draw", 2000)
    assert "Measuring draw: done" in done.told


def test_draw_verify_agrees_with_an_honest_file_and_not_with_another(house: House, tmp_path: Path) -> None:
    lines = file_of(ONE_STAGE)
    honest, altered = tmp_path / "honest.jsonl", tmp_path / "altered.jsonl"
    honest.write_bytes(b"".join(lines))
    altered.write_bytes(b"".join(lines[:-1]))
    done = house.run("draw", "verify", str(honest), "--json")
    assert done.code == 0, done.told
    assert (done.found["agrees"], done.found["problems"], done.found["workers"]) == (True, [], 200)
    refused = house.run("draw", "verify", str(altered), "--json")
    assert refused.code == 1
    assert not refused.found["agrees"]
    assert refused.found["problems"]


@pytest.fixture
def sealed(country: Country) -> House:
    """The country's house, after a worker has sealed its record."""
    house = country.house
    process = house.start("work")
    until = time.monotonic() + 60
    while not house.ask("SELECT number FROM record_seal LIMIT 1") and time.monotonic() < until:
        time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=60)
    assert house.ask("SELECT number FROM record_seal LIMIT 1"), told
    return house


def test_the_record_is_taken_out_and_checked(sealed: House, tmp_path: Path) -> None:
    house, file = sealed, tmp_path / "record.jsonl"
    exported = house.run("record", "export", str(file), "--json")
    assert exported.code == 0, exported.told
    lines = file.read_bytes().splitlines()
    assert exported.found == {"file": str(file), "lines": len(lines)}
    in_file, in_database = house.run("record", "verify", str(file), "--json"), house.run("record", "verify", "--json")
    for checked in (in_file, in_database):
        assert checked.code == 0, checked.told
        assert checked.found["whole"]
        assert checked.found["events"] > 100
        assert "Checking the record: done" in checked.told
    head = house.run("record", "head", "--json").found["head"]
    assert head
    assert house.run("record", "verify", str(file), f"--head={head}").code == 0


def test_a_touched_record_is_not_whole(sealed: House, tmp_path: Path) -> None:
    file = tmp_path / "record.jsonl"
    assert sealed.run("record", "export", str(file)).code == 0
    lines = file.read_bytes().splitlines(keepends=True)
    seal = next(number for number, line in enumerate(lines) if "seal" in json.loads(line))
    file.write_bytes(b"".join(lines[: seal - 1] + lines[seal:]))
    checked = sealed.run("record", "verify", str(file), "--json")
    assert checked.code == 1
    assert not checked.found["whole"]
    assert checked.found["problems"]
