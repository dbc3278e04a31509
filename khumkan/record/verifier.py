"""Checks an exported record, without Khumkan and without a network.

    python verifier.py FILE [--key HEX] [--head NUMBER:HEX]

The file holds one JSON value a line: a header, the lines of the events, after each range of events the seal over it,
and at the end the events that were not sealed yet. This module stands alone: it needs Python 3.11 and `cryptography`,
and nothing else of Khumkan.

What it finds: any event or seal that was changed, added, removed, moved or swapped after it was sealed; and, given a
head that was published before (printed, mailed, kept elsewhere), a chain that was cut off or made anew before it.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = 1
BEGINNING = [0, 0]
NO_LINK = "00" * 32
MOST_PROBLEMS = 100
#: The words of a seal in the order in which they are hashed.
WORDS = ("number", "first", "end", "events", "at", "digest", "previous")


@dataclass(frozen=True, slots=True)
class Head:
    """The newest seal of a record at some moment: its number and its link, as hexadecimal digits."""

    number: int
    link: str

    def __str__(self) -> str:
        return f"{self.number}:{self.link}"

    @staticmethod
    def parse(text: str) -> "Head":
        """Read a head as it is printed; spaces do not matter.

        :raises ValueError: when it is not one.
        """
        number, _, link = "".join(text.split()).partition(":")
        if len(bytes.fromhex(link)) != 32:
            raise ValueError("a head is NUMBER:64 hexadecimal digits")
        return Head(int(number), link.lower())


@dataclass(slots=True)
class Report:
    """What was found. The record is whole when there are no problems."""

    events: int = 0
    seals: int = 0
    unsealed: int = 0
    head: Head | None = None
    key: str = ""
    problems: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        return not self.problems

    def add(self, problem: str) -> None:
        """Note a problem, unless there are too many already to be read."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)


def verify(lines: Iterable[bytes], *, key: str = "", heads: Iterable[Head] = ()) -> Report:
    """Check the lines of an export.

    :param key: the public key that must have signed, as hexadecimal digits; without it the key in the file is believed.
    :param heads: heads published before, which must stand in the chain.
    """
    return _Checker(key, list(heads)).run(lines)


class _Checker:
    def __init__(self, key: str, heads: list[Head]) -> None:
        self.report = Report()
        self.wanted_key = key.lower()
        self.heads = heads
        self.public_key: Ed25519PublicKey | None = None
        self.digest = hashlib.sha256()
        self.count = 0
        self.end: Any = BEGINNING
        self.previous = NO_LINK

    def run(self, lines: Iterable[bytes]) -> Report:
        iterator = iter(lines)
        self._header(next(iterator, b""))
        for line in iterator:
            if line.startswith(b'{"seal":'):
                self._seal(line)
            else:
                self.digest.update(line)
                self.count += 1
        self.report.unsealed = self.count
        self._check_heads()
        return self.report

    def _header(self, line: bytes) -> None:
        header = _read(line)
        if header.get("khumkan_record") != FORMAT:
            self.report.add("the first line is not the header of an exported record")
            return
        self.report.key = str(header.get("public_key", ""))
        if self.wanted_key and self.report.key != self.wanted_key:
            self.report.add("the record was signed with another key than the expected one")
        try:
            self.public_key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.wanted_key or self.report.key))
        except ValueError:
            self.report.add("the public key is not one")

    def _seal(self, line: bytes) -> None:
        seal = _read(line).get("seal")
        if not isinstance(seal, dict) or not set(seal) >= {*WORDS, "link", "signature"}:
            self.report.add(f"the seal after seal {self.report.seals} cannot be read")
            return
        name, report = f"seal {seal['number']}", self.report
        if seal["number"] != report.seals + 1:
            report.add(f"{name} follows seal {report.seals}: seals are missing or were added")
        if seal["first"] != self.end:
            report.add(f"{name} does not begin where the one before it ends")
        if seal["previous"] != self.previous:
            report.add(f"{name} does not name the link before it")
        if seal["events"] != self.count or seal["digest"] != self.digest.hexdigest():
            report.add(
                f"the events under {name} are not those that were sealed ({seal['events']} then, {self.count} now)"
            )
        link = hashlib.sha256(_words(seal)).digest()
        if seal["link"] != link.hex():
            report.add(f"the words of {name} were changed")
        self._check_signature(name, link, str(seal["signature"]))
        self.previous, self.end = link.hex(), seal["end"]
        report.events += self.count
        report.seals = seal["number"]
        report.head = Head(seal["number"], self.previous)
        self.digest, self.count = hashlib.sha256(), 0
        self._strike(report.head)

    def _check_signature(self, name: str, link: bytes, signature: str) -> None:
        if self.public_key is None:
            return
        try:
            self.public_key.verify(bytes.fromhex(signature), link)
        except (InvalidSignature, ValueError):
            self.report.add(f"the signature of {name} is not right")

    def _strike(self, head: Head) -> None:
        self.heads = [each for each in self.heads if each != head]

    def _check_heads(self) -> None:
        for head in self.heads:
            self.report.add(f"the published head {head.number} is not in the chain: it was cut off or made anew")


def _words(seal: dict[str, Any]) -> bytes:
    return json.dumps({name: seal[name] for name in WORDS}, ensure_ascii=False, separators=(",", ":")).encode()


def _read(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def main(arguments: list[str] | None = None) -> int:
    """Check a file and say what was found; 0 when the record is whole, 1 when not."""
    parser = argparse.ArgumentParser(description="Check an exported record.")
    parser.add_argument("file")
    parser.add_argument("--key", default="", help="the public key that must have signed, hexadecimal")
    parser.add_argument("--head", action="append", default=[], type=Head.parse, help="a published head, NUMBER:HEX")
    chosen = parser.parse_args(arguments)
    with open(chosen.file, "rb") as file:
        report = verify(file, key=chosen.key, heads=chosen.head)
    for problem in report.problems:
        print(problem)
    print(f"{report.events} events under {report.seals} seals, {report.unsealed} not sealed yet; head {report.head}")
    print("The record is whole." if report.whole else "THE RECORD IS NOT WHOLE.")
    return 0 if report.whole else 1


if __name__ == "__main__":
    sys.exit(main())
