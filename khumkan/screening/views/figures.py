"""The officers' first look at testing: figures, curve, map, and every table behind them as a file."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from khumkan.accounts.access import Request, open_to
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing
from khumkan.screening.choices import Method
from khumkan.screening.forms.figures import LensForm
from khumkan.screening.queries import figures, late
from khumkan.screening.queries.figures import Clock, Lens, Part, Row
from khumkan.screening.rules.figures import Figures
from khumkan.ui.charts import Bar, epidemic_curve, interval_bars, province_map
from khumkan.ui.tables import Cell, Column, Table, csv_response

#: How many days an officer sees who chose none.
DAYS = 28
#: So many rows of a break-down stand on the page; the file has all.
MOST_ROWS = 20
#: The column of the new cases.
CASES = "figures.cases"
PARTS: Mapping[Part, Promise] = {
    Part.PROVINCE: _("Province"),
    Part.DISTRICT: _("District"),
    Part.SITE: _("Site"),
    Part.SECTION: _("Section"),
    Part.METHOD: _("Method"),
}


@open_to(Role.OFFICER)
@require_GET
def overview(request: Request) -> HttpResponse:
    """Show the testing programme in figures."""
    form, lens = _lens(request)
    rows = figures.broken_down(request.actor, lens, Part.PROVINCE)
    sections = figures.broken_down(request.actor, lens, Part.SECTION)
    tables = [
        _table(request, part, figures.broken_down(request.actor, lens, part, most=MOST_ROWS))
        for part in (Part.DISTRICT, Part.SITE)
    ]
    totals = figures.totals(request.actor, lens)
    context = {
        "form": form,
        "lens": lens,
        "as_of": clock.now(),
        "totals": totals,
        "mean_hours": None if totals.mean_hours is None else round(totals.mean_hours, 1),
        "curve": _curve(figures.by_day(request.actor, lens)),
        "map": _map(rows),
        "sections": _section_bars(sections),
        "tables": [_table(request, Part.PROVINCE, rows), _table(request, Part.SECTION, sections), *tables],
        "late": sum(late.counts_for(request.actor, province_code=lens.province_code).values()),
        "day_csv": _csv_href(request, "day"),
        "map_csv": _csv_href(request, Part.PROVINCE.name.lower()),
        "sections_csv": _csv_href(request, Part.SECTION.name.lower()),
    }
    return render(request, "screening/figures/overview.html", context)


@open_to(Role.OFFICER)
@require_GET
def as_file(request: Request, part: str) -> HttpResponse:
    """Send one table as CSV."""
    _form, lens = _lens(request)
    if part == "day":
        days = figures.by_day(request.actor, lens)
        rows = [Row(day.isoformat(), day.isoformat(), found) for day, found in days.items()]
        return csv_response(_figures_table(_("Day"), rows), "testing-by-day")
    if part not in {each.name.lower() for each in PARTS}:
        raise Missing("no such table")
    chosen = Part[part.upper()]
    return csv_response(part_table(request.actor, lens, chosen), f"testing-by-{part}")


def part_table(by: Actor, lens: Lens, part: Part) -> Table:
    """Return the whole table of one break-down, as it goes into the file."""
    return _figures_table(PARTS[part], _named(part, figures.broken_down(by, lens, part)))


def _lens(request: Request) -> tuple[LensForm, Lens]:
    form = LensForm(request.GET or None, provinces=figures.provinces(request.actor))
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    last: date = chosen.get("last") or figures.latest_day(request.actor) or clock.today()
    first: date = chosen.get("first") or last - timedelta(days=DAYS - 1)
    return form, Lens(
        first=min(first, last),
        last=last,
        clock=Clock(chosen.get("clock") or Clock.HAPPENED),
        province_code=chosen.get("province", ""),
        method=chosen.get("method", ""),
    )


def _curve(days: Mapping[date, Figures]) -> object:
    return epidemic_curve(_("New cases"), [(day, found.cases) for day, found in days.items()])


def _map(rows: list[Row]) -> object:
    known = [row for row in rows if row.key]
    return province_map(
        _("New cases by province"),
        {row.key: float(row.figures.cases) for row in known},
        names={row.key: row.name for row in known},
        unit=_("cases"),
    )


def _section_bars(rows: list[Row]) -> object:
    bars = [
        Bar(row.name, row.figures.positivity, *row.figures.interval)
        for row in _named(Part.SECTION, rows)
        if row.figures.positivity is not None and row.figures.interval is not None
    ]
    return interval_bars(_("Share of tests that found the infection, by section"), bars, percent=True)


def _table(request: Request, part: Part, rows: list[Row]) -> Table:
    return _figures_table(PARTS[part], _named(part, rows)[:MOST_ROWS], csv_href=_csv_href(request, part.name.lower()))


def _figures_table(heading: Promise, rows: list[Row], *, csv_href: str = "") -> Table:
    return Table(
        caption=heading,
        rows=rows,
        columns=(
            Column(heading, "name", header=True),
            Column(_("Specimens"), "figures.sampled", numeric=True),
            Column(_("Not detected"), "figures.negative", numeric=True),
            Column(_("Detected"), "figures.positive", numeric=True),
            Column(_("Invalid"), "figures.invalid", numeric=True),
            Column(_("Share detected"), _share, numeric=True),
            Column(_("95% interval"), _interval, numeric=True),
            Column(_("New cases"), CASES, numeric=True),
            Column(_("Hours to the answer"), _hours, numeric=True),
            Column(_("Answered within 24 hours"), _within_24, numeric=True),
            Column(_("Answered within 48 hours"), _within_48, numeric=True),
        ),
        empty=_("There are no figures for these days."),
        csv_href=csv_href,
    )


def _share(row: Row) -> Cell:
    return _percent(row.figures.positivity)


def _interval(row: Row) -> Cell:
    interval = row.figures.interval
    return Cell("" if interval is None else f"{interval[0]:.1%}–{interval[1]:.1%}")


def _within_24(row: Row) -> Cell:
    return _percent(row.figures.share_within_24)


def _within_48(row: Row) -> Cell:
    return _percent(row.figures.share_within_48)


def _percent(share: float | None) -> Cell:
    return Cell("" if share is None else f"{share:.1%}")


def _hours(row: Row) -> Cell:
    hours = row.figures.mean_hours
    return Cell("" if hours is None else round(hours, 1))


def _named(part: Part, rows: list[Row]) -> list[Row]:
    """Put words to the keys that are no rows of another table."""
    if part is Part.SECTION:
        return [Row(row.key, _section(row.key), row.figures) for row in rows]
    if part is Part.METHOD:
        return [Row(row.key, str(Method(row.key).label), row.figures) for row in rows]
    return [row if row.name else Row(row.key, str(_("Unknown")), row.figures) for row in rows]


def _section(key: str) -> str:
    return str(_("Section %(number)s") % {"number": key}) if key != "0" else str(_("Not insured now"))


def _csv_href(request: Request, part: str) -> str:
    return f"{reverse('screening:figures_file', args=[part])}?{request.GET.urlencode()}"
