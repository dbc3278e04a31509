"""Recorded vaccination as an input: doses given and vaccine supplied, by province, between the days of the reports.

Reports are weeks apart. Between two of them everything is taken to lie on a straight line, and before the first and
after the last nothing is known, so nothing is made up. Counts are scaled when they are added up, not day by day: of
many small days the sum is right.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.places.matching import match_province
from khumkan.vaccination.choices import Vaccine

DAY, PROVINCE = "date", "province"
GIVEN = {1: "dose1_cumulative", 2: "dose2_cumulative"}
ALLOCATED = {
    Vaccine.SINOVAC: "allocated_sinovac",
    Vaccine.ASTRAZENECA: "allocated_astrazeneca",
    Vaccine.PFIZER: "allocated_pfizer",
}
#: A figure that grows, by the days on which it was reported.
Series = dict[date, int]


@dataclass
class RecordedDoses:
    """What reports of vaccination say, as they were counted and not scaled.

    :param given: doses given up to a day, by province and number of the dose; `allocated` those supplied, by province
        and vaccine.
    :param unmatched: names that fit no province.
    :param fell: figures that were lower than an earlier one; they count as the earlier one.
    """

    given: dict[str, dict[int, Series]] = field(default_factory=dict)
    allocated: dict[str, dict[Vaccine, Series]] = field(default_factory=dict)
    respelt: dict[str, str] = field(default_factory=dict)
    unmatched: set[str] = field(default_factory=set)
    fell: int = 0

    @property
    def provinces(self) -> list[str]:
        """The codes of the provinces of which anything is told."""
        return sorted(self.given.keys() | self.allocated.keys())


@dataclass(frozen=True)
class Scaled:
    """The recording in the size in which it is replayed.

    :param factor: how many replayed doses stand for one recorded dose.
    """

    recorded: RecordedDoses
    factor: Fraction

    def given_by(self, code: str, number: int, day: date) -> int:
        """Return the doses of a number that a province had given up to the end of a day."""
        return self._whole(self.recorded.given.get(code, {}).get(number, {}), day)

    def given_on(self, code: str, number: int, day: date) -> int:
        """Return the doses of a number that a province gave on a day."""
        return self.given_by(code, number, day) - self.given_by(code, number, day - timedelta(days=1))

    def given_between(self, code: str, number: int, first: date, last: date) -> int:
        """Return the doses of a number that a province gave from a day up to another one."""
        return self.given_by(code, number, last) - self.given_by(code, number, first - timedelta(days=1))

    def allocated_by(self, code: str, vaccine: Vaccine, day: date) -> int:
        """Return the doses of a vaccine that a province had been supplied with up to a day."""
        return self._whole(self.recorded.allocated.get(code, {}).get(vaccine, {}), day)

    def _whole(self, series: Mapping[date, int], day: date) -> int:
        return int(on_line(series, day) * self.factor + Fraction(1, 2))


def read(lines: Iterable[str]) -> RecordedDoses:
    """Read a CSV with date, province, cumulative doses and allocated vaccines; empty cells were not reported.

    :raises Refused: for a missing heading, or a value that is no day or no number.
    """
    rows = csv.DictReader(lines)
    for name in (DAY, PROVINCE, *GIVEN.values(), *ALLOCATED.values()):
        if name not in (rows.fieldnames or ()):
            raise Refused(N_("The file has no column “%(column)s”."), "no_column", column=name)
    found = RecordedDoses()
    for number, row in enumerate(rows, start=2):
        try:
            _add(found, row)
        except ValueError as error:
            raise Refused(N_("Row %(row)s cannot be read: %(why)s"), "bad_row", row=number, why=str(error)) from error
    every = [series for by_number in found.given.values() for series in by_number.values()]
    every += [series for by_vaccine in found.allocated.values() for series in by_vaccine.values()]
    found.fell = sum(map(_never_falling, every))
    return found


def on_line(series: Mapping[date, int], day: date) -> Fraction:
    """Return a figure on a day, on the straight line between two reports; before the first one 0, after the last it
    stays as it is."""
    if day in series:
        return Fraction(series[day])
    before, after = (
        max((d for d in series if d < day), default=None),
        min((d for d in series if d > day), default=None),
    )
    if before is None:
        return Fraction(0)
    if after is None:
        return Fraction(series[before])
    share = Fraction((day - before).days, (after - before).days)
    return series[before] + (series[after] - series[before]) * share


def _add(found: RecordedDoses, row: Mapping[str, str]) -> None:
    match = match_province(row[PROVINCE])
    if match is None:
        found.unmatched.add(row[PROVINCE])
        return
    if match.name_en != row[PROVINCE]:
        found.respelt[row[PROVINCE]] = match.name_en
    day = date.fromisoformat(row[DAY])
    for number, name in GIVEN.items():
        if row[name]:
            found.given.setdefault(match.code, {}).setdefault(number, {})[day] = _count(row[name])
    for vaccine, name in ALLOCATED.items():
        if row[name]:
            found.allocated.setdefault(match.code, {}).setdefault(vaccine, {})[day] = _count(row[name])


def _count(written: str) -> int:
    count = int(written)
    if count < 0:
        raise ValueError(f"{written} is below zero")
    return count


def _never_falling(series: Series) -> int:
    """Let no figure be below an earlier one; return how many were."""
    fell = highest = 0
    for day in sorted(series):
        fell += series[day] < highest
        series[day] = highest = max(highest, series[day])
    return fell
