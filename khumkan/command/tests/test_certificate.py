"""`khumkan certificate verify`: what a checker with two files and no network is told."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from khumkan.command.certificate import certificate
from khumkan.kernel.cose import Signer
from khumkan.vaccination.rules import certificates as rules
from khumkan.vaccination.rules.certificates import Content, DoseGiven

SIGNER, STRANGER = Signer.of(bytes(32)), Signer.of(bytes([1]) * 32)
CODE = "K-7K4M9-2QXC3"


def text(*, days: int = 100, signer: Signer = SIGNER) -> str:
    now = datetime.now(UTC)
    doses = (DoseGiven(1, "sinovac", date(2021, 6, 12)),)
    content = Content(CODE, "สมหญิง ใจดี", 1990, doses, "help.example.go.th", now, now + timedelta(days=days))
    return rules.as_text(rules.signed(content, signer))


class Checker:
    """Somebody at a gate with the two published files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.keys = self._kept("keys.json", json.dumps(rules.key_set([(SIGNER.private.public_key(), True)])))

    def revoked(self, *hashes: str, days_ago: int = 0) -> str:
        issued_at = datetime.now(UTC) - timedelta(days=days_ago)
        return self._kept("revoked.json", json.dumps(rules.revoked_list(hashes, issued_at=issued_at, signer=SIGNER)))

    def asks(self, what: str, *options: str) -> Result:
        return CliRunner().invoke(certificate, ["verify", what, "--keys", self.keys, *options])

    def _kept(self, name: str, content: str) -> str:
        file = self.folder / name
        file.write_text(content)
        return str(file)


@pytest.fixture
def checker(tmp_path: Path) -> Checker:
    return Checker(tmp_path)


def test_a_genuine_one_is_called_valid(checker: Checker) -> None:
    answer = checker.asks(text(), "--revoked", checker.revoked())
    assert answer.exit_code == 0
    assert "genuine and valid" in answer.output
    assert "สมหญิง ใจดี, born 1990" in answer.output
    assert "not known" not in answer.output


def test_a_file_is_read_too(checker: Checker) -> None:
    file = checker.folder / "scanned.txt"
    file.write_text(text() + "\r\n")
    assert checker.asks(str(file)).exit_code == 0


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (text(days=-1), "EXPIRED"),
        (text(signer=STRANGER), "NOT SIGNED BY ANY"),
        (text()[:-3] + "000", "NOT GENUINE"),
        ("KHK1:", "NOT GENUINE"),
    ],
)
def test_whatever_does_not_hold_ends_with_1(checker: Checker, what: str, words: str) -> None:
    answer = checker.asks(what)
    assert answer.exit_code == 1
    assert words in answer.output


def test_a_revoked_one_is_told_by_the_list_alone(checker: Checker) -> None:
    answer = checker.asks(text(), "--revoked", checker.revoked(rules.hash_of(CODE)))
    assert answer.exit_code == 1
    assert "REVOKED" in answer.output
    without = checker.asks(text())
    assert without.exit_code == 0
    assert "not known" in without.output


def test_an_old_list_is_called_old(checker: Checker) -> None:
    assert "fetch a newer one" in checker.asks(text(), "--revoked", checker.revoked(days_ago=8)).output
    assert "fetch a newer one" not in checker.asks(text(), "--revoked", checker.revoked(days_ago=6)).output


def test_a_list_that_was_tampered_with_is_not_used(checker: Checker) -> None:
    file = Path(checker.revoked(rules.hash_of(CODE)))
    file.write_text(json.dumps({**json.loads(file.read_text()), "hashes": []}))
    answer = checker.asks(text(), "--revoked", str(file))
    assert answer.exit_code == 2
    assert "not genuine" in answer.output


def test_one_line_for_programs(checker: Checker) -> None:
    told = json.loads(checker.asks(text(), "--json").output.splitlines()[-1])
    assert (told["outcome"], told["code"], told["doses"]) == ("valid", CODE, [[1, "sinovac", "2021-06-12"]])


@pytest.mark.parametrize("what", ["no-such-file", "HC1:ABC"])
def test_what_is_neither_text_nor_file_is_named(checker: Checker, what: str) -> None:
    answer = checker.asks(what)
    assert answer.exit_code == 2
    assert what in answer.output
