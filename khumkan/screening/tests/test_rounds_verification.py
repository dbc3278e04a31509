"""Re-running a draw from its file. No test here touches a database."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khumkan.screening.rules import draw_file, sampling
from khumkan.screening.rules.draw_file import Head
from khumkan.screening.rules.sampling import Design, SizeRule, StratumFrame
from khumkan.screening.rules.verification import Report, verify, verify_file

SEED = "5eed" * 16
ONE_STAGE = Design(share=Decimal("0.2"), minimum=1)
TWO_STAGES = Design(two_stage=True, per_enterprise=4, rule=SizeRule.NUMBER, number=24, minimum=1)
Row = tuple[str, str, str]


def frame_of(design: Design, *, size: int = 200) -> list[Row]:
    random = Random(size)
    enterprises = [(f"stratum{number % 3}", f"e{number:02d}") for number in range(18)]
    placed = ((random.choice(enterprises), f"w{number:05x}") for number in range(size))
    return sorted((stratum, worker, enterprise) for (stratum, enterprise), worker in placed)


def file_of(design: Design, *, public_value: str = "", seed: str = SEED, rows: list[Row] | None = None) -> list[bytes]:
    """Write a draw as an office would that follows the method, by other lines of code than the ones under test."""
    rows = frame_of(design) if rows is None else rows
    strata = {row[0]: [other for other in rows if other[0] == row[0]] for row in rows}
    frame = {name: StratumFrame(len(own), len({row[2] for row in own})) for name, own in strata.items()}
    sizes = sampling.sizes(design, frame)
    commitment = sampling.seed_commitment(seed, "R-1")
    head = Head("R-1", "2021-07-16T02:00:00Z", commitment, "lottery" if public_value else "", design, frame, sizes)
    hashed = [draw_file.head_line(head), *(draw_file.frame_line(*row) for row in rows)]
    opening = draw_file.seed_line(seed=seed, public_value=public_value, frame_hash=draw_file.hash_of(hashed))
    first, second = [], []
    mixed = sampling.seed_of_draw(seed, public_value)
    for name, own in strata.items():
        chances = {"": Fraction(1)}
        if design.two_stage:
            staff = {e: sum(row[2] == e for row in own) for e in {row[2] for row in own}}
            chances = sampling.draw_enterprises(mixed, name, staff, count=sizes[name])
            first += [draw_file.enterprise_line(name, e, chance) for e, chance in chances.items()]
        for enterprise, chance in chances.items():
            people = [row[1] for row in own if not enterprise or row[2] == enterprise]
            sample = min(design.per_enterprise, len(people)) if enterprise else sizes[name]
            if not sample:
                continue
            reserve = sampling.reserve_of(sample, workers=len(people), design=design)
            list_name = f"{name}/{enterprise}" if enterprise else name
            ordered = sorted(people, key=lambda worker: sampling.order_key(mixed, list_name, worker))
            for position, worker in enumerate(ordered[: sample + reserve], start=1):
                second.append(
                    draw_file.drawn_line(
                        list_name,
                        worker,
                        position,
                        is_substitute=position > sample,
                        chance=chance * Fraction(sample, len(people)),
                    )
                )
    return [opening, *hashed, *first, *second]


def codes(report: Report) -> set[str]:
    return {finding.code for finding in report.findings if not finding.agrees}


@pytest.mark.parametrize("design", [ONE_STAGE, TWO_STAGES])
@pytest.mark.parametrize("public_value", ["", "901446"])
def test_an_honest_draw_agrees(design: Design, public_value: str) -> None:
    report = verify(file_of(design, public_value=public_value))
    assert codes(report) == set()
    assert report.agrees
    assert report.workers == 200
    assert report.sample >= 24
    assert report.substitutes > 0


def test_a_stratum_of_which_nobody_is_drawn_has_no_substitutes() -> None:
    """Designs that were stored before every stratum had to be drawn from are read and run again all the same."""
    rows = sorted([("small", "w0", "e0"), *(("large", f"w{number}", "e1") for number in range(1, 60))])
    report = verify(file_of(Design(rule=SizeRule.NUMBER, number=5, minimum=0), rows=rows))
    assert codes(report) == set()
    assert (report.sample, report.substitutes) == (5, 2)


@pytest.mark.parametrize("design", [ONE_STAGE, TWO_STAGES])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_changing_one_byte_fails(design: Design, data: st.DataObject) -> None:
    content = bytearray(b"".join(file_of(design)))
    where = data.draw(st.integers(0, len(content) - 1))
    old = content[where]
    content[where] = data.draw(st.integers(0, 255).filter(lambda byte: byte != old))
    assert not verify(bytes(content).splitlines(keepends=True)).agrees


Tamper = Callable[[list[bytes]], list[bytes]]


def without_a_worker(lines: list[bytes]) -> list[bytes]:
    return lines[:5] + lines[6:]


def without_the_last_drawn(lines: list[bytes]) -> list[bytes]:
    return lines[:-1]


def with_a_friend(lines: list[bytes]) -> list[bytes]:
    return [*lines[:-1], lines[-1].replace(b"substitute", b"sample")]


def with_a_line_twice(lines: list[bytes]) -> list[bytes]:
    return [*lines, lines[-1]]


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (without_a_worker, {"frame_hash", "counts"}),
        (without_the_last_drawn, {"draw"}),
        (with_a_friend, {"draw"}),
        (with_a_line_twice, {"draw"}),
    ],
)
def test_tampering_is_named(tamper: Tamper, found: set[str]) -> None:
    assert found <= codes(verify(tamper(file_of(ONE_STAGE))))


def test_a_worker_who_stands_in_the_frame_twice_is_found() -> None:
    rows = frame_of(ONE_STAGE)
    _, worker, _ = rows[0]
    twice = sorted([*rows, (rows[-1][0], worker, rows[-1][2])])
    assert codes(verify(file_of(ONE_STAGE, rows=twice))) == {"order"}


def test_a_frame_in_another_order_is_found() -> None:
    rows = frame_of(ONE_STAGE)
    rows[0], rows[1] = rows[1], rows[0]
    assert codes(verify(file_of(ONE_STAGE, rows=rows))) == {"order"}


def test_another_seed_than_the_one_committed_to_is_found() -> None:
    lines = file_of(ONE_STAGE)
    other = file_of(ONE_STAGE, seed="0" * 64)
    head = lines[1]
    forged = [other[0], head, *other[2:]]
    assert {"seed", "frame_hash"} <= codes(verify(forged))


def test_a_file_replaced_as_a_whole_is_found_by_what_was_published() -> None:
    honest = verify(file_of(ONE_STAGE))
    forged = verify(
        file_of(ONE_STAGE, seed="0" * 64), frame_hash=honest.frame_hash, seed_commitment=honest.seed_commitment
    )
    assert codes(forged) == {"published_hash", "published_commitment"}


def says(file: Path, *options: str) -> tuple[int, str]:
    """Run the command and return its exit code and all that it says."""
    command = [sys.executable, "-m", "khumkan.command", "draw", "verify", str(file), *options]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout


def test_a_draw_is_right_only_beside_what_was_published(tmp_path: Path) -> None:
    honest, forged = verify(file_of(ONE_STAGE)), tmp_path / "forged.jsonl"
    forged.write_bytes(b"".join(file_of(ONE_STAGE, seed="0" * 64)))
    hash_, commitment = ["--frame-hash", honest.frame_hash], ["--seed-commitment", honest.seed_commitment]

    for options in ([], ["--frame-hash", verify_file(forged).frame_hash]):
        code, said = says(forged, *options)
        assert code == 0
        assert "not compared with what was published" in said
        assert "The draw is right." not in said
        found = json.loads(says(forged, *options, "--json")[1])
        assert (found["agrees"], found["published"]) == (True, "not compared with what was published")

    assert says(forged, *hash_, *commitment)[0] == 1
    right = tmp_path / "right.jsonl"
    right.write_bytes(b"".join(file_of(ONE_STAGE)))
    code, said = says(right, *hash_, *commitment)
    assert (code, said.endswith("The draw is right.\n")) == (0, True)
    assert json.loads(says(right, *hash_, *commitment, "--json")[1])["published"] == "compared with what was published"


def test_a_sample_larger_than_the_design_says_is_found() -> None:
    greedy = replace(ONE_STAGE, share=Decimal("0.3"))
    lines = file_of(ONE_STAGE)
    larger = file_of(greedy)
    head = draw_file.read_head(larger[1])
    forged = [lines[0], draw_file.head_line(replace(head, design=ONE_STAGE)), *larger[2:]]
    assert "sizes" in codes(verify(forged))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"hello\n",
        b"[" * 100_000,
        b"\xff\xfe\n",
        b'{"seed":"\\ud800","public_value":"","frame_hash":""}\n{}\n',
        b"\x1f\x8bnot really",
        b"PK\x03\x04",
    ],
)
def test_what_is_no_draw_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    report = verify_file(path)
    assert codes(report) == {"unreadable"}
    assert "not the file of a draw" in str(report.findings[0])


def test_a_truncated_download_is_said_to_be_damaged(tmp_path: Path) -> None:
    whole = gzip.compress(b"".join(file_of(ONE_STAGE)))
    path = tmp_path / "draw.jsonl.gz"
    path.write_bytes(whole[: len(whole) // 2])
    assert not verify_file(path).agrees
    path.write_bytes(whole)
    assert verify_file(path).agrees


def test_verifying_needs_neither_django_nor_a_database(tmp_path: Path) -> None:
    path = tmp_path / "draw.jsonl"
    path.write_bytes(b"".join(file_of(TWO_STAGES)))
    script = (
        "import sys\n"
        "from khumkan.screening.rules.verification import verify_file\n"
        "assert verify_file(sys.argv[1]).agrees\n"
        "loaded = [name for name in sys.modules if name.split('.')[0] in ('django', 'psycopg')]\n"
        "assert not loaded, loaded\n"
    )
    ran = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
