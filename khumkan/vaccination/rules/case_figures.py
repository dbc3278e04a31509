"""Case figures that somebody else counted: reading them from a file, and filling the days that it leaves out.

The file has a row for each day and province, or each day and district. Names are matched as people spell them; what
fits no area is named, never dropped without a word.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.places.matching import match_district, match_province

#: The headings that are needed, and the one that may be there.
DAY, PROVINCE, CASES, DISTRICT = "date", "province", "new_cases", "district"
#: What briefings list among the provinces and is none.
PSEUDO_PROVINCES = frozenset({"prison", "prisons", "imported", "quarantine", "unknown"})
#: 928 districts on each day of a year.
MOST_ROWS = 400_000
MOST_CASES = 1_000_000

#: Cases by area and day.
ByArea = Mapping[str, Mapping[date, int]]


@dataclass
class CaseFigures:
    """What a file says.

    :param cases: by area and day; a day without a row is missing, not zero.
    :param respelt: spellings that differ from the official name, with the official one.
    :param apart: cases under names that are no area, such as prisons.
    :param unmatched: cases under names that fit no area, or two alike.
    """

    cases: dict[str, dict[date, int]] = field(default_factory=dict)
    respelt: dict[str, str] = field(default_factory=dict)
    apart: dict[str, int] = field(default_factory=dict)
    unmatched: dict[str, int] = field(default_factory=dict)
    rows: int = 0
    by_district: bool = False

    @property
    def days(self) -> list[date]:
        """The days of which there is any figure, in order."""
        return sorted({day for days in self.cases.values() for day in days})

    @property
    def total(self) -> int:
        """All cases within areas."""
        return sum(sum(days.values()) for days in self.cases.values())


def read(lines: Iterable[str]) -> CaseFigures:
    """Read the rows of a CSV with the headings date, province, new_cases and, if the file has it, district.

    :raises Refused: for a missing heading, or a value that is no day or no count; the sentence names the row.
    """
    rows = csv.DictReader(lines)
    headings = set(rows.fieldnames or ())
    missing = [name for name in (DAY, PROVINCE, CASES) if name not in headings]
    if missing:
        raise Refused(N_("The file has no column “%(column)s”."), "no_column", column=missing[0])
    found = CaseFigures(by_district=DISTRICT in headings)
    for number, row in enumerate(rows, start=2):
        if found.rows >= MOST_ROWS:
            raise Refused(N_("The file has more than %(most)s rows."), "too_many_rows", most=f"{MOST_ROWS:,}")
        _add(found, row, number)
        found.rows += 1
    if not found.cases:
        raise Refused(N_("No row of the file tells of cases in an area that is known."), "no_figures")
    return found


@dataclass(frozen=True, slots=True)
class Counted:
    """Cases of one area over a number of days.

    :param cases: none when they are not known for all days, nor between known ones.
    :param days_known: of how many days there is a figure.
    """

    cases: int | None
    days_known: int


def over_days(by_day: Mapping[date, int], *, last: date, days: int) -> Counted:
    """Add up the cases of some days, the last one given.

    A day without a figure between two days with one is filled in on the straight line between them; before the first
    and after the last nothing is known, so nothing is made up. Half a case counts as one, once, at the end.
    """
    first = last - timedelta(days=days - 1)
    wanted = [first + timedelta(days=number) for number in range(days)]
    known = sorted(by_day)
    total, counted, place = Fraction(), 0, 0
    for day in wanted:
        if day in by_day:
            total, counted = total + by_day[day], counted + 1
            continue
        while place < len(known) and known[place] < day:
            place += 1
        if place in (0, len(known)):
            return Counted(None, sum(each in by_day for each in wanted))
        total += _between(by_day, known[place - 1], known[place], day)
    return Counted(int(total + Fraction(1, 2)), counted)


def _between(by_day: Mapping[date, int], before: date, after: date, day: date) -> Fraction:
    share = Fraction((day - before).days, (after - before).days)
    return by_day[before] + (by_day[after] - by_day[before]) * share


def _add(found: CaseFigures, row: Mapping[str, str | None], number: int) -> None:
    day, cases = _day(row, number), _cases(row, number)
    province = (row.get(PROVINCE) or "").strip()
    if province.casefold() in PSEUDO_PROVINCES:
        found.apart[province] = found.apart.get(province, 0) + cases
        return
    code, name, official = _matched(row, province)
    if not code:
        found.unmatched[name] = found.unmatched.get(name, 0) + cases
        return
    if official != name:
        found.respelt[name] = official
    days = found.cases.setdefault(code, {})
    days[day] = days.get(day, 0) + cases


def _matched(row: Mapping[str, str | None], province: str) -> tuple[str, str, str]:
    """Return code, written name and official name; an empty code where nothing fits.

    A district that fits none of the province leaves its cases without an area: they are not given to the whole
    province without a word.
    """
    match = match_province(province)
    if match is None:
        return "", province or "–", ""
    written = (row.get(DISTRICT) or "").strip()
    if not written:
        return match.code, province, _official(match.name_th, match.name_en, match.code, province)
    district = match_district(written, province_code=match.code)
    if district is None:
        return "", f"{province}, {written}", ""
    return district.code, written, _official(district.name_th, district.name_en, district.code, written)


def _official(name_th: str, name_en: str, code: str, written: str) -> str:
    """Return the official name in the letters in which it was written; what is right stays as it is."""
    if written in (name_th, name_en, code):
        return written
    return name_en if written.isascii() else name_th


def _day(row: Mapping[str, str | None], number: int) -> date:
    try:
        return date.fromisoformat((row.get(DAY) or "").strip())
    except ValueError as error:
        raise Refused(
            N_("Row %(row)s: “%(value)s” is no day. Write it as 2021-08-16."), "no_day", row=number, value=row.get(DAY)
        ) from error


def _cases(row: Mapping[str, str | None], number: int) -> int:
    written = (row.get(CASES) or "").strip().replace(",", "")
    if not written.isascii() or not written.isdigit() or int(written) > MOST_CASES:
        raise Refused(
            N_("Row %(row)s: “%(value)s” is no number of cases."), "no_count", row=number, value=row.get(CASES)
        )
    return int(written)
