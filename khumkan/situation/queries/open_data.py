"""Figures that everybody may have: by day and province or section, without persons, small cells hidden."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Min, Sum

from khumkan import policies
from khumkan.kernel import clock
from khumkan.kernel.errors import Missing
from khumkan.situation.choices import Part
from khumkan.situation.indicators import INDICATORS, Indicator
from khumkan.situation.models import Figure
from khumkan.situation.queries import countings
from khumkan.situation.rules.suppression import Line, published_together
from khumkan.situation.terms.situation import OpenDataTerms

#: By what the open figures are laid out. Smaller parts are not published at all.
PARTS = (Part.PROVINCE, Part.SECTION)
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Dataset:
    """The figures of one indicator and year.

    :param lines: of each day its cells by code; a day on which more was taken back than found is left out.
    """

    indicator: Indicator
    part: Part
    year: int
    lines: dict[date, Line[str]]
    as_of: datetime | None
    licence: str
    least: int

    def rows(self) -> Iterator[tuple[date, str, int | None]]:
        """Yield day, code and value; None is a hidden cell. The code of the whole is `total`."""
        for day, line in self.lines.items():
            for code, value in line.cells.items():
                yield day, code, value
            yield day, "total", line.total


def open_indicators() -> list[Indicator]:
    """Return the indicators that everybody may have."""
    return [each for each in INDICATORS.values() if each.is_open]


def parts_of(indicator: Indicator) -> list[Part]:
    """Return by what an indicator is published."""
    return [part for part in PARTS if part in indicator.all_parts]


def years() -> list[int]:
    """Return the years of which there are figures, the latest first. One query."""
    open_codes = [each.code for each in open_indicators()]
    rows = Figure.objects.filter(part=Part.COUNTRY, indicator__in=open_codes, replaced_at=None)
    found = rows.aggregate(first=Min("happened_on"), last=Max("happened_on"))
    if found["first"] is None:
        return []
    return list(range(found["last"].year, found["first"].year - 1, -1))


def dataset(code: str, part: str, year: int) -> Dataset:
    """Return one dataset until yesterday: today is not over. Three queries at most, and the terms.

    :raises Missing: for figures that are not open.
    """
    indicator = INDICATORS.get(code)
    if indicator is None or not indicator.is_open or part not in parts_of(indicator) or not 2000 <= year <= 2200:
        raise Missing("no such open figures")
    terms = policies.in_force(OpenDataTerms, on=clock.today())
    parts = {each: _cells(indicator, each, year) for each in parts_of(indicator)}
    lines = {day: line for day in parts[Part(part)] if (line := _line(parts, Part(part), day, terms.least_count))}
    counted = countings.counted_at().get(code)
    return Dataset(indicator, Part(part), year, lines, counted, terms.licence, terms.least_count)


def _line(parts: dict[Part, dict[date, dict[str, int]]], part: Part, day: date, least: int) -> Line[str] | None:
    """Return one day as it may be published; none for one on which more was taken back than found."""
    of_day = {each: cells.get(day, {}) for each, cells in parts.items()}
    if any(value < 0 for cells in of_day.values() for value in cells.values()):
        return None
    return published_together(of_day, least=least)[part]


def _cells(indicator: Indicator, part: Part, year: int) -> dict[date, dict[str, int]]:
    column = "province_code" if part is Part.PROVINCE else "key"
    rows = Figure.objects.filter(
        indicator=indicator.code, part=part, replaced_at=None, happened_on__lt=clock.today(), happened_on__year=year
    )
    found: dict[date, dict[str, int]] = {}
    for day, key, value in (
        rows.order_by("happened_on", column).values_list("happened_on", column).annotate(sum=Sum("value"))
    ):
        found.setdefault(day, {})[key or UNKNOWN] = value
    return found
