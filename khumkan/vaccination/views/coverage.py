"""How far everybody is: figures, curve, map, and every table behind them as a file."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from khumkan.accounts.access import Request, open_to
from khumkan.kernel import clock
from khumkan.kernel.errors import Missing
from khumkan.ui.charts import day_bars, province_map
from khumkan.ui.tables import Cell, Column, Table, csv_response
from khumkan.vaccination.forms.areas import CoverageForm
from khumkan.vaccination.permissions import areas as permissions
from khumkan.vaccination.queries import coverage as queries
from khumkan.vaccination.queries.coverage import Day, Lens, Part, Row

#: How many days a reader sees who chose none.
DAYS = 28
#: So many rows of a break-down stand on the page; the file has all.
MOST_ROWS = 20
DAY = "day"
PARTS: Mapping[Part, Promise] = {
    Part.PROVINCE: gettext_lazy("Province"),
    Part.DISTRICT: gettext_lazy("District"),
    Part.EMPLOYER: gettext_lazy("Enterprise"),
    Part.GROUP: gettext_lazy("Priority group"),
}


@open_to(*permissions.READERS)
@require_GET
def coverage(request: Request) -> HttpResponse:
    """Show how far everybody is, within the provinces of the reader."""
    form, lens = _lens(request)
    provinces = queries.broken_down(request.actor, lens, Part.PROVINCE)
    days = queries.by_day(request.actor, lens)
    most = {Part.DISTRICT: MOST_ROWS, Part.EMPLOYER: MOST_ROWS, Part.GROUP: None}
    tables = [
        _table(part, queries.broken_down(request.actor, lens, part, most=rows), csv_href=_csv_href(request, part.name))
        for part, rows in most.items()
    ]
    sees_all = permissions.visible_provinces(request.actor) is None and not lens.province_code
    context = {
        "form": form,
        "lens": lens,
        "as_of": clock.now(),
        "totals": queries.totals(request.actor, lens),
        "supplied": queries.supplied() if sees_all else None,
        "curve": day_bars(_("Doses given"), [(each.day, each.given) for each in days], heading=_("Doses")),
        "map": _map(provinces),
        "tables": [
            _table(Part.PROVINCE, provinces[:MOST_ROWS], csv_href=_csv_href(request, Part.PROVINCE.name)),
            *tables,
            _day_table(days, csv_href=_csv_href(request, DAY)),
        ],
        "day_csv": _csv_href(request, DAY),
        "map_csv": _csv_href(request, Part.PROVINCE.name),
    }
    return render(request, "vaccination/areas/coverage.html", context)


@open_to(*permissions.READERS)
@require_GET
def coverage_file(request: Request, part: str) -> HttpResponse:
    """Send one table as CSV."""
    _form, lens = _lens(request)
    if part == DAY:
        return csv_response(_day_table(queries.by_day(request.actor, lens)), "vaccination-by-day")
    if part not in {each.name.lower() for each in PARTS}:
        raise Missing("no such table")
    chosen = Part[part.upper()]
    return csv_response(_table(chosen, queries.broken_down(request.actor, lens, chosen)), f"vaccination-by-{part}")


def _lens(request: Request) -> tuple[CoverageForm, Lens]:
    form = CoverageForm(request.GET or None, provinces=queries.provinces(request.actor))
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    last: date = chosen.get("last") or queries.latest_day(request.actor) or clock.today()
    first: date = chosen.get("first") or last - timedelta(days=DAYS - 1)
    return form, Lens(first=min(first, last), last=last, province_code=chosen.get("province", ""))


def _map(rows: Sequence[Row]) -> object:
    known = [row for row in rows if row.key and row.standing.share_first is not None]
    return province_map(
        _("Of those listed, had a first dose"),
        {row.key: round(100 * (row.standing.share_first or 0), 1) for row in known},
        names={row.key: row.name for row in known},
        unit=_("percent"),
    )


def _table(part: Part, rows: Sequence[Row], *, csv_href: str = "") -> Table:
    insured = (Column(_("Insured persons"), _insured, numeric=True),) if part in (Part.PROVINCE, Part.DISTRICT) else ()
    return Table(
        caption=PARTS[part],
        rows=rows,
        columns=(
            Column(PARTS[part], _name, header=True),
            *insured,
            Column(_("Listed"), "standing.listed", numeric=True),
            Column(_("Want it"), "standing.confirmed", numeric=True),
            Column(_("Do not want it"), "standing.declined", numeric=True),
            Column(_("Have a date"), "standing.booked", numeric=True),
            Column(_("First dose"), "standing.first", numeric=True),
            Column(_("Of those listed"), lambda row: _percent(row.standing.share_first), numeric=True),
            Column(_("Second dose"), "standing.second", numeric=True),
            Column(_("Of those listed, twice"), lambda row: _percent(row.standing.share_second), numeric=True),
        ),
        empty=_("Nobody is listed here yet."),
        csv_href=csv_href,
    )


def _day_table(days: Sequence[Day], *, csv_href: str = "") -> Table:
    return Table(
        caption=_("Day by day: plan, supply and doses given"),
        rows=days,
        columns=(
            Column(gettext_lazy("Day"), "day", header=True),
            Column(_("Doses for the sessions"), "kept", numeric=True),
            Column(_("Dates given out"), "planned", numeric=True),
            Column(_("Doses given"), "given", numeric=True),
            Column(_("Given of the dates"), lambda day: _percent(day.given / day.planned if day.planned else None)),
            Column(_("First dose"), "first", numeric=True),
            Column(_("Second dose"), "second", numeric=True),
            Column(_("Further doses"), "further", numeric=True),
            Column(_("Listed until then"), lambda day: _known(day.listed), numeric=True),
            Column(_("Wanted it until then"), lambda day: _known(day.confirmed), numeric=True),
        ),
        empty=_("Nothing was planned or given on these days."),
        csv_href=csv_href,
    )


def _name(row: Row) -> str:
    return row.name or _("Unknown")


def _insured(row: Row) -> Cell:
    return _known(row.insured)


def _known(count: int | None) -> Cell:
    return Cell("" if count is None else count)


def _percent(share: float | None) -> Cell:
    return Cell("" if share is None else f"{share:.1%}")


def _csv_href(request: Request, part: str) -> str:
    return f"{reverse('vaccination:coverage_file', args=[part.lower()])}?{request.GET.urlencode()}"
