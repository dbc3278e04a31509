"""Figures that everybody may have, as CSV and JSON, with what each column means."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from khumkan import policies
from khumkan.accounts.access import Request, public
from khumkan.kernel import clock
from khumkan.kernel.errors import Missing
from khumkan.situation.choices import Part
from khumkan.situation.indicators import Indicator
from khumkan.situation.queries import open_data as queries
from khumkan.situation.queries.open_data import Dataset
from khumkan.situation.terms.situation import OpenDataTerms
from khumkan.ui.tables import Cell, Column, Table

EVERYBODY = "figures without persons, which everybody may have"
#: The columns of every file; their names are the same in every language.
COLUMNS = ("day", "area", "value", "figure", "as_of", "licence")
#: What stands in a file for a cell that is hidden.
HIDDEN = "–"


@public(EVERYBODY)
@require_GET
def open_data(request: Request) -> HttpResponse:
    """Say what there is, what each column means, and what is hidden."""
    years = queries.years()
    files = [
        (each, part, year) for year in years for each in queries.open_indicators() for part in queries.parts_of(each)
    ]
    context = {
        "indicators": queries.open_indicators(),
        "terms": policies.in_force(OpenDataTerms, on=clock.today()),
        "files": _table([_file(*each) for each in files]),
    }
    return render(request, "situation/open_data.html", context)


@public(EVERYBODY)
@require_GET
def open_data_file(request: Request, code: str, part: str, year: int, shape: str) -> HttpResponse:
    """Send one year of one figure."""
    found = queries.dataset(code, part, year)
    if shape == "json":
        return _allowed(JsonResponse(_as_json(found), json_dumps_params={"ensure_ascii": False}))
    if shape == "csv":
        return _allowed(_as_csv(found))
    raise Missing("no such shape")


@dataclass(frozen=True)
class File:
    """One file of the list."""

    words: Promise
    part: Promise
    year: int
    csv: str
    json: str


def _table(files: Sequence[File]) -> Table:
    return Table(
        caption=_("Files"),
        rows=files,
        columns=(
            Column(_("Figure"), "words", header=True),
            Column(_("Broken down by"), "part"),
            Column(_("Year"), lambda row: str(row.year)),
            Column("CSV", lambda row: Cell("CSV", href=row.csv)),
            Column("JSON", lambda row: Cell("JSON", href=row.json)),
        ),
        empty=_("There are no figures yet."),
    )


def _file(indicator: Indicator, part: Part, year: int) -> File:
    csv, shaped = (
        reverse("situation:open_data_file", args=[indicator.code, part.value, year, shape]) for shape in ("csv", "json")
    )
    return File(indicator.words, part.label, year, csv, shaped)


def _as_csv(found: Dataset) -> HttpResponse:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    as_of = _as_of(found)
    for day, area, value in found.rows():
        writer.writerow(
            [day.isoformat(), area, HIDDEN if value is None else value, found.indicator.code, as_of, found.licence]
        )
    response = HttpResponse(text.getvalue().encode(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.indicator.code}-{found.year}.csv"'
    return response


def _as_json(found: Dataset) -> dict[str, object]:
    return {
        "figure": found.indicator.code,
        "by": found.part.value,
        "year": found.year,
        "as_of": _as_of(found),
        "licence": found.licence,
        "hidden_below": found.least,
        "rows": [{"day": day.isoformat(), "area": area, "value": value} for day, area, value in found.rows()],
    }


def _as_of(found: Dataset) -> str:
    return "" if found.as_of is None else clock.bangkok(found.as_of).isoformat(timespec="seconds")


def _allowed(response: HttpResponse) -> HttpResponse:
    """Let pages of others read it, and let caches keep it for an hour: it changes no more often."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
