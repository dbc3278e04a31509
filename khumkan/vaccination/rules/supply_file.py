"""Recorded supply: how many people each province has to vaccinate, and which doses it had been given by which day."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.places.matching import match_province

DAY, PROVINCE, PEOPLE, ALLOCATED = "date", "province", "target_population", "allocated_"


@dataclass
class RecordedSupply:
    """What a report of supply says, by province code.

    :param people: the last number that is told; `allocated` the doses of all vaccines up to each reported day.
    :param unmatched: names that fit no province.
    """

    people: dict[str, int] = field(default_factory=dict)
    allocated: dict[str, dict[date, int]] = field(default_factory=dict)
    unmatched: set[str] = field(default_factory=set)

    def doses_by(self, day: date) -> int:
        """Return the doses of the whole country up to a day: of each province what was reported last before it."""
        return sum(
            max((reported for reported in days.items() if reported[0] <= day), default=(day, 0))[1]
            for days in self.allocated.values()
        )


def read(lines: Iterable[str]) -> RecordedSupply:
    """Read a CSV with date, province, target_population and any columns `allocated_…`; empty cells are not reported.

    :raises Refused: for a missing heading, or a value that is no day or no number.
    """
    rows = csv.DictReader(lines)
    headings = rows.fieldnames or ()
    for name in (DAY, PROVINCE, PEOPLE):
        if name not in headings:
            raise Refused(N_("The file has no column “%(column)s”."), "no_column", column=name)
    vaccines = [name for name in headings if name.startswith(ALLOCATED)]
    found = RecordedSupply()
    for number, row in enumerate(rows, start=2):
        try:
            _add(found, row, vaccines)
        except ValueError as error:
            raise Refused(N_("Row %(row)s cannot be read: %(why)s"), "bad_row", row=number, why=str(error)) from error
    return found


def _add(found: RecordedSupply, row: dict[str, str], vaccines: Iterable[str]) -> None:
    match = match_province(row[PROVINCE])
    if match is None:
        found.unmatched.add(row[PROVINCE])
        return
    if row[PEOPLE]:
        found.people[match.code] = int(row[PEOPLE])
    told = [int(row[name]) for name in vaccines if row[name]]
    if told:
        found.allocated.setdefault(match.code, {})[date.fromisoformat(row[DAY])] = sum(told)
