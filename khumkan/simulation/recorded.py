"""Recorded case counts as an input: names matched, pseudo-provinces kept apart, counts scaled by a seed."""

import csv
import random
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from khumkan.places.matching import match_province

#: What the briefings list among the provinces and is none.
PSEUDO_PROVINCES = frozenset({"Prison", "Prisons", "Imported", "Quarantine", "Unknown"})
COLUMNS = ("date", "province", "new_cases")


class UnreadableRecording(Exception):
    """The file does not have the columns or values of recorded cases; the message names the row."""


@dataclass(frozen=True)
class Excerpt:
    """The part of a recording that is wanted.

    :param first: the first day and `last` the last; none for no limit.
    :param provinces: codes; none for all.
    """

    first: date | None = None
    last: date | None = None
    provinces: frozenset[str] = frozenset()

    def has_day(self, day: date) -> bool:
        """Tell whether a day is wanted."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


WHOLE = Excerpt()


@dataclass
class Recording:
    """Recorded new cases by day and province code, scaled.

    :param respelt: spellings of the file that differ from the official name, with the official one.
    :param apart: cases of pseudo-provinces, which are in no province and are not replayed.
    :param unmatched: names that fit no province, and `unmatched_cases` the cases under them; they are not replayed.
    """

    cases: dict[date, dict[str, int]] = field(default_factory=dict)
    respelt: dict[str, str] = field(default_factory=dict)
    apart: dict[str, int] = field(default_factory=dict)
    unmatched: set[str] = field(default_factory=set)
    unmatched_cases: int = 0

    @property
    def total(self) -> int:
        """All scaled cases."""
        return sum(sum(provinces.values()) for provinces in self.cases.values())

    def first(self, days: int | None) -> "Recording":
        """Return the same recording with its first days only."""
        kept = sorted(self.cases)[:days]
        return replace(self, cases={day: self.cases[day] for day in kept})


def read(file: Path, *, scale: float, seed: int, excerpt: Excerpt = WHOLE) -> Recording:
    """Read a CSV with the columns date, province and new_cases; every row is checked, also outside the excerpt.

    A scaled count is the whole part of `count × scale`, and one more with the probability of the rest; the same seed
    always rounds a day and province alike. A day or province that is not in the file stays missing.

    :raises UnreadableRecording: for a missing column or a value that is no day or count.
    """
    recording = Recording()
    with file.open(encoding="utf-8-sig", newline="") as source:
        rows = csv.DictReader(source)
        if missing := set(COLUMNS) - set(rows.fieldnames or ()):
            raise UnreadableRecording(f"the file has no column {', '.join(sorted(missing))}")
        for number, row in enumerate(rows, start=2):
            try:
                day, count = date.fromisoformat(row["date"]), int(row["new_cases"])
            except (ValueError, TypeError) as error:
                raise UnreadableRecording(f"row {number}: {error}") from error
            if count < 0:
                raise UnreadableRecording(f"row {number}: a count of cases is never below zero, this one is {count}")
            if excerpt.has_day(day):
                _add(recording, day, row["province"], count, scale=scale, seed=seed, provinces=excerpt.provinces)
    return recording


def _add(
    recording: Recording, day: date, name: str, count: int, *, scale: float, seed: int, provinces: frozenset[str]
) -> None:
    scaled = _scaled(count, scale, random.Random(f"{seed}|{day}|{name}"))  # noqa: S311 rounding, not a draw
    if name in PSEUDO_PROVINCES:
        recording.apart[name] = recording.apart.get(name, 0) + scaled
        return
    match = match_province(name)
    if match is None:
        recording.unmatched.add(name)
        recording.unmatched_cases += scaled
        return
    if provinces and match.code not in provinces:
        return
    if match.name_en != name:
        recording.respelt[name] = match.name_en
    of_day = recording.cases.setdefault(day, {})
    of_day[match.code] = of_day.get(match.code, 0) + scaled


def _scaled(count: int, scale: float, generator: random.Random) -> int:
    exact = count * scale
    whole = int(exact)
    return whole + (generator.random() < exact - whole)
