"""Tables and the map of a choice of districts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from khumkan.places import queries as place_queries
from khumkan.ui.charts import Chart, province_map
from khumkan.ui.tables import Cell, Column, Table
from khumkan.vaccination.queries.districts import Difference
from khumkan.vaccination.rules import incidence
from khumkan.vaccination.rules.incidence import Because, Judged
from khumkan.vaccination.terms.areas import AreaTerms
from khumkan.vaccination.words import BECAUSE

PROVINCE_DIGITS = 2
#: So many areas that were not chosen stand on the page; the file has all.
MOST_LEFT_OUT = 60


@dataclass(frozen=True)
class Line:
    """An area with its name, the name of its province, and the reason in words."""

    judged: Judged
    name: str
    province: str
    why: str


def lines_of(judged: Sequence[Judged], terms: AreaTerms) -> list[Line]:
    """Put words to the areas of a choice. Three queries at most."""
    names = place_queries.area_names({code for each in judged for code in (each.code, each.code[:PROVINCE_DIGITS])})
    return [
        Line(
            judged=each,
            name=names.get(each.code, each.code),
            province=names.get(each.code[:PROVINCE_DIGITS], ""),
            why=str(incidence.explained(each, terms=terms)),
        )
        for each in judged
    ]


def table_of(lines: Sequence[Line], *, csv_href: str = "", days: int) -> Table:
    """Return the table of the areas in their order; of those that were not chosen the first."""
    chosen = [line for line in lines if line.judged.is_chosen]
    others = [line for line in lines if not line.judged.is_chosen][:MOST_LEFT_OUT]
    return _table(sorted([*chosen, *others], key=lambda line: line.judged.rank), days, csv_href=csv_href)


def whole_table(lines: Sequence[Line], *, days: int) -> Table:
    """Return the table of all areas with the reason in words, as it goes into the file."""
    table = _table(lines, days)
    whole = (Column(_("Code"), "judged.code"), *table.columns, Column(_("Why"), "why"))
    return Table(caption=table.caption, rows=table.rows, columns=whole)


def map_of(lines: Sequence[Line]) -> Chart:
    """Draw the highest rate of an area in each province."""
    highest: dict[str, float] = {}
    for line in lines:
        code = line.judged.code[:PROVINCE_DIGITS]
        if line.judged.because is not Because.NO_FIGURES:
            highest[code] = max(highest.get(code, 0.0), float(line.judged.rate))
    names = {line.judged.code[:PROVINCE_DIGITS]: line.province for line in lines}
    return province_map(_("Highest rate of an area, by province"), highest, names=names, unit=_("cases per 100,000"))


def difference_words(difference: Difference | None) -> Mapping[str, object] | None:
    """Put words to what another choice has and this one has not. Three queries at most."""
    if difference is None:
        return None
    names = place_queries.area_names([*difference.added, *difference.gone])
    return {
        "other": difference.other,
        "added": [names.get(code, code) for code in difference.added],
        "gone": [names.get(code, code) for code in difference.gone],
    }


def _table(lines: Sequence[Line], days: int, *, csv_href: str = "") -> Table:
    return Table(
        caption=_("Areas in the order of their rate"),
        rows=lines,
        columns=(
            Column(_("Rank"), "judged.rank", numeric=True),
            Column(_("Area"), "name", header=True),
            Column(_("Province"), "province"),
            Column(_("Cases in %(days)s days") % {"days": days}, "judged.cases", numeric=True),
            Column(_("Insured persons"), "judged.people", numeric=True),
            Column(_("Cases per 100,000"), _rate, numeric=True),
            Column(_("Doses needed"), "judged.wanted", numeric=True),
            Column(_("Result"), _result),
            Column(_("Judged by"), _judged_by),
        ),
        empty=_("There is no area to choose from."),
        csv_href=csv_href,
    )


def _rate(line: Line) -> Cell:
    return Cell("" if line.judged.because is Because.NO_FIGURES else line.judged.rate)


def _result(line: Line) -> Cell:
    shown = BECAUSE[line.judged.because]
    return Cell(str(shown.words), tone=shown.tone)


def _judged_by(line: Line) -> str:
    """Say whose figures an area was judged by."""
    return _("figures of its whole province") if line.judged.with_province else _("its own figures")
