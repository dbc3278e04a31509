"""Re-running a draw from its published file: offline, without Django and without a database.

Every sentence of the report is one check, so that a reader learns what agrees and what does not. The file is read once;
memory grows with the drawn workers and one number for each worker of the frame.
"""

import gzip
import hashlib
import json
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain, groupby
from pathlib import Path
from typing import Any

from khumkan.kernel.words import N_
from khumkan.screening.rules import draw_file, sampling
from khumkan.screening.rules.draw_file import Head

#: No honest line is longer: the head of a hundred thousand strata has about ten million bytes.
LONGEST_LINE = 32 * 1024 * 1024
Row = tuple[str, str, str]


@dataclass(frozen=True)
class Finding:
    """One check and how it came out; `text` is marked for translation and takes `params`."""

    code: str
    agrees: bool
    text: str
    params: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.params if self.params else self.text


@dataclass(frozen=True)
class Report:
    """What a re-run of the draw found.

    :param frame_hash: of the frame in the file, as computed now; to be compared with the one published at the freeze.
    :param compared: whether both hashes that were published at the freeze were held against the file. Without them a
        file that was forged as a whole agrees with itself.
    """

    findings: tuple[Finding, ...]
    round: str = ""
    frame_hash: str = ""
    seed_commitment: str = ""
    workers: int = 0
    sample: int = 0
    substitutes: int = 0
    compared: bool = False

    @property
    def agrees(self) -> bool:
        """Whether every check agrees; those with what was published are among them only when `compared`."""
        return all(finding.agrees for finding in self.findings)


class NotADraw(Exception):
    """The file is damaged or no file of a draw."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


def verify_file(path: str | Path, *, frame_hash: str = "", seed_commitment: str = "") -> Report:
    """Re-run the draw of a published file (`.jsonl` or `.jsonl.gz`) and say what agrees.

    :param frame_hash: what was published when the frame was frozen, to be held against the file.
    :param seed_commitment: likewise.
    :raises OSError: when the file cannot be read at all.
    """
    with Path(path).open("rb") as raw:
        packed = raw.peek(2)[:2] == b"\x1f\x8b"
        source = gzip.GzipFile(fileobj=raw) if packed else raw
        return verify(_lines(source.readline), frame_hash=frame_hash, seed_commitment=seed_commitment)


def verify(lines: Iterable[bytes], *, frame_hash: str = "", seed_commitment: str = "") -> Report:
    """Re-run a draw from the lines of its file; see `verify_file`."""
    try:
        return _Rerun(lines).report(frame_hash, seed_commitment)
    except NotADraw as error:
        return Report((_unreadable(error.line),))
    except (EOFError, gzip.BadGzipFile, zlib.error, ValueError, ArithmeticError):
        return Report((Finding("unreadable", False, N_("This is not the file of a draw, or it is damaged.")),))


class _Rerun:
    """One pass over a file: head, frame and redraw first, then the drawn lines held against the redraw."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._numbered = enumerate(lines, start=1)
        first_line = self._next_line()
        opening = self._parsed(first_line)
        self.seed, self.public_value, self.stated_hash = (
            self._text(opening, key) for key in ("seed", "public_value", "frame_hash")
        )
        if first_line != draw_file.seed_line(
            seed=self.seed, public_value=self.public_value, frame_hash=self.stated_hash
        ):
            raise NotADraw(1)
        head_line = self._next_line()
        self.head = self._checked(draw_file.read_head, head_line)
        self.digest = hashlib.sha256(head_line)
        self.seen: set[bytes] = set()
        self.in_order = True
        self.counted: dict[str, sampling.StratumFrame] = {}
        self.after_frame: bytes | None = None
        self.expected = list(self._redraw())
        self.tail = [line for line in (self.after_frame,) if line is not None]

    def report(self, frame_hash: str, seed_commitment: str) -> Report:
        computed = self.digest.hexdigest()
        drawn = [line for line in self.expected if line.startswith(b"[")]
        substitutes = sum(b',"substitute",' in line for line in drawn)
        findings = [
            _frame_hash(computed, self.stated_hash),
            *_published(computed, frame_hash, self.head.seed_commitment, seed_commitment),
            _commitment(self.head, self.seed),
            self._order(),
            self._counts(),
            self._sizes(),
            self._draw(),
        ]
        return Report(
            tuple(findings),
            self.head.round,
            computed,
            self.head.seed_commitment,
            sum(stratum.workers for stratum in self.counted.values()),
            len(drawn) - substitutes,
            substitutes,
            compared=bool(frame_hash.strip() and seed_commitment.strip()),
        )

    def _redraw(self) -> Iterator[bytes]:
        """Draw again, stratum by stratum, while the frame streams by."""
        seed = sampling.seed_of_draw(self.seed, self.public_value)
        enterprises: list[bytes] = []
        workers: list[bytes] = []
        for stratum, rows in groupby(self._frame(), key=lambda row: row[0]):
            redraw = _two_stages if self.head.design.two_stage else _one_stage
            first, second, counted = redraw(seed, stratum, rows, self.head)
            enterprises += first
            workers += second
            self.counted[stratum] = counted
        return chain(enterprises, workers)

    def _frame(self) -> Iterator[Row]:
        before: Row | None = None
        for number, line in self._numbered:
            row = self._row(line, number)
            if row is None:
                self.after_frame = line
                return
            self.digest.update(line)
            self.in_order &= before is None or before < row
            before = row
            self.seen.add(hashlib.blake2b(row[1].encode(), digest_size=12).digest())
            yield row

    def _row(self, line: bytes, number: int) -> Row | None:
        """Return the worker of a line of the frame, or None when the frame has ended."""
        value = self._parsed(line, number)
        if isinstance(value, list) and len(value) == 3 and all(isinstance(part, str) for part in value):
            return (value[0], value[1], value[2])
        return None

    def _order(self) -> Finding:
        workers = sum(stratum.workers for stratum in self.counted.values())
        if self.in_order and len(self.seen) == workers:
            return Finding("order", True, N_("Every worker stands in the frame once, in the order that was agreed."))
        return Finding("order", False, N_("The frame is not in the agreed order, or a worker stands in it twice."))

    def _counts(self) -> Finding:
        if self.counted == dict(self.head.strata):
            return Finding(
                "counts", True, N_("The frame has the numbers of workers and enterprises that were published with it.")
            )
        return Finding("counts", False, N_("The frame has other numbers of workers than those published with it."))

    def _sizes(self) -> Finding:
        try:
            agree = sampling.sizes(self.head.design, self.counted) == dict(self.head.sizes)
        except (ValueError, ArithmeticError):
            agree = False
        if agree:
            return Finding("sizes", True, N_("The sizes of the samples follow from the design."))
        return Finding("sizes", False, N_("The sizes of the samples do not follow from the design."))

    def _draw(self) -> Finding:
        """Hold the drawn lines of the file against the redraw."""
        missing = set(self.expected)
        strange = 0
        for line in chain(self.tail, (line for _, line in self._numbered)):
            if line in missing:
                missing.remove(line)
            else:
                strange += 1
        if not missing and not strange:
            return Finding("draw", True, N_("Drawn again from the seed, the sample and its substitutes are the same."))
        return Finding(
            "draw",
            False,
            N_("Drawn again from the seed, %(missing)s lines of the file are missing and %(strange)s are strange."),
            {"missing": len(missing), "strange": strange},
        )

    def _next_line(self) -> bytes:
        _, line = next(self._numbered, (0, b""))
        return line

    def _parsed(self, line: bytes, number: int = 1) -> Any:
        try:
            return json.loads(line)
        except (ValueError, RecursionError) as error:
            raise NotADraw(number) from error

    def _checked(self, read: Callable[[bytes], Head], line: bytes) -> Head:
        try:
            return read(line)
        except ValueError as error:
            raise NotADraw(2) from error

    def _text(self, value: Any, key: str) -> str:
        if not isinstance(value, dict) or not isinstance(value.get(key), str):
            raise NotADraw(1)
        return str(value[key])


Redrawn = tuple[list[bytes], list[bytes], sampling.StratumFrame]


def _one_stage(seed: str, stratum: str, rows: Iterable[Row], head: Head) -> Redrawn:
    enterprises: dict[str, int] = {}

    def workers() -> Iterator[str]:
        for _, worker, enterprise in rows:
            enterprises[enterprise] = enterprises.get(enterprise, 0) + 1
            yield worker

    stated = head.strata.get(stratum, sampling.StratumFrame(0, 0)).workers
    sample = head.sizes.get(stratum, 0)
    reserve = sampling.reserve_of(sample, workers=stated, design=head.design)
    frame = workers()
    places = sampling.draw_workers(seed, stratum, frame, sample=sample, reserve=max(0, reserve))
    deque(frame, maxlen=0)  # a draw of nobody reads nobody, and they are part of the frame all the same
    count = sum(enterprises.values())
    chance = Fraction(sample, count)
    return [], _drawn(stratum, places, chance), sampling.StratumFrame(count, len(enterprises))


def _two_stages(seed: str, stratum: str, rows: Iterable[Row], head: Head) -> Redrawn:
    counts: dict[str, int] = {}
    lists: dict[str, list[str]] = {}
    for _, worker, enterprise in rows:
        counts[enterprise] = counts.get(enterprise, 0) + 1
        lists.setdefault(enterprise, []).append(worker)
    chances = sampling.draw_enterprises(seed, stratum, counts, count=head.sizes.get(stratum, 0))
    drawn: list[bytes] = []
    for enterprise, chance in chances.items():
        workers = counts[enterprise]
        sample = min(head.design.per_enterprise, workers)
        reserve = sampling.reserve_of(sample, workers=workers, design=head.design)
        name = draw_file.list_of(stratum, enterprise, two_stage=True)
        places = sampling.draw_workers(seed, name, lists[enterprise], sample=sample, reserve=reserve)
        drawn += _drawn(name, places, sampling.chance_of_worker(workers=workers, sample=sample, enterprise=chance))
    first = [draw_file.enterprise_line(stratum, enterprise, chance) for enterprise, chance in chances.items()]
    return first, drawn, sampling.StratumFrame(sum(counts.values()), len(counts))


def _drawn(list_name: str, places: Iterable[sampling.Place], chance: Fraction) -> list[bytes]:
    return [
        draw_file.drawn_line(
            list_name, place.pseudonym, place.position, is_substitute=place.is_substitute, chance=chance
        )
        for place in places
    ]


def _frame_hash(computed: str, stated: str) -> Finding:
    if computed == stated:
        return Finding(
            "frame_hash", True, N_("The frame has the hash that the file states: %(hash)s."), {"hash": computed}
        )
    return Finding(
        "frame_hash",
        False,
        N_("The frame was changed: its hash is %(hash)s, and the file states %(stated)s."),
        {"hash": computed, "stated": stated},
    )


def _published(computed: str, frame_hash: str, commitment: str, published: str) -> Iterator[Finding]:
    if frame_hash.strip():
        agrees = computed == frame_hash.strip().lower()
        yield Finding("published_hash", agrees, _PUBLISHED_HASH[agrees])
    if published.strip():
        agrees = commitment == published.strip().lower()
        yield Finding("published_commitment", agrees, _PUBLISHED_COMMITMENT[agrees])


_PUBLISHED_HASH = {
    True: N_("It is the hash that was published when the frame was frozen."),
    False: N_("It is not the hash that was published when the frame was frozen."),
}
_PUBLISHED_COMMITMENT = {
    True: N_("The commitment to the seed is the one that was published when the frame was frozen."),
    False: N_("The commitment to the seed is not the one that was published when the frame was frozen."),
}


def _commitment(head: Head, seed: str) -> Finding:
    if sampling.seed_commitment(seed, head.round) == head.seed_commitment:
        return Finding("seed", True, N_("The seed is the one that the office was bound to before the draw."))
    return Finding("seed", False, N_("The seed is not the one that the office was bound to before the draw."))


def _unreadable(line: int) -> Finding:
    return Finding(
        "unreadable",
        False,
        N_("This is not the file of a draw, or it is damaged: line %(line)s cannot be read."),
        {"line": line},
    )


def _lines(readline: Callable[[int], bytes]) -> Iterator[bytes]:
    while line := readline(LONGEST_LINE):
        yield line
