"""One figure: its two clocks, its break-downs, and the list behind each cell."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from khumkan.accounts.access import Request, open_to
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing
from khumkan.kernel.pages import cut, paginate
from khumkan.places import queries as places
from khumkan.situation.choices import Part
from khumkan.situation.forms.figures import FigureForm
from khumkan.situation.indicators import Indicator
from khumkan.situation.permissions.figures import READERS, listed_provinces, may_list
from khumkan.situation.queries import behind as lists
from khumkan.situation.queries import countings, figures
from khumkan.situation.queries.figures import Asked, Day, Lens, Row
from khumkan.ui.charts import day_bars, epidemic_curve
from khumkan.ui.tables import Cell, Column, Table, csv_response

#: Days that a reader sees who chose none, and the most that a page shows.
DAYS, MOST_DAYS = 28, 3 * 366
MOST_ROWS = 50
#: Days in one page of the table: two months. The chart and the file have all of them.
DAYS_LISTED = 62
DAY = "day"
Links = Mapping[str, str]


@open_to(*READERS)
@require_GET
def indicator(request: Request, code: str) -> HttpResponse:
    """Show one figure by day with both clocks, and broken down."""
    found = figures.indicator_called(code, request.actor)
    form, lens, part = _lens(request, found)
    days = figures.both_clocks(request.actor, found, lens)
    rows = figures.broken_down(request.actor, found, part, lens, most=MOST_ROWS)
    drawn = [(day.day, day.told.now if lens.known_on is None else day.known) for day in days]
    asked = request.GET.urlencode()
    page = cut(days[::-1], number=request.GET.get("page"), size=DAYS_LISTED)
    context = {
        "indicator": found,
        "form": form,
        "lens": lens,
        "as_of": countings.counted_at().get(found.code),
        "curve": epidemic_curve(found.words, drawn)
        if code == "cases"
        else day_bars(found.words, drawn, heading=found.unit),
        "days": _day_table(request, found, lens, page.rows, csv_href=_file(found, DAY, asked)),
        "page": page,
        "rows": _part_table(request, found, lens, part, rows, csv_href=_file(found, part.value, asked)),
        "day_csv": _file(found, DAY, asked),
        "total": sum(day.told.now for day in days) if found.is_flow else None,
        "programme_list": _programme_list(request, found, lens),
    }
    return render(request, "situation/indicator.html", context)


@open_to(*READERS)
@require_GET
def as_file(request: Request, code: str, part: str) -> HttpResponse:
    """Send one table of a figure as CSV, all its rows."""
    found = figures.indicator_called(code, request.actor)
    _form, lens, _part = _lens(request, found)
    if part == DAY:
        days = figures.both_clocks(request.actor, found, lens)
        return csv_response(_day_table(request, found, lens, days), f"{code}-by-day")
    if part not in Part.values:
        raise Missing("no such table")
    rows = figures.broken_down(request.actor, found, Part(part), lens)
    return csv_response(_part_table(request, found, lens, Part(part), rows), f"{code}-by-{part}")


@open_to(Role.OFFICER)
@require_GET
def behind(request: Request, code: str) -> HttpResponse:
    """List what one cell counts, with references and no names."""
    found = figures.indicator_called(code, request.actor)
    asked = _asked(request)
    rows = lists.behind(request.actor, found, asked)
    page = paginate(rows, number=request.GET.get("page"))
    told, counted = figures.cell(found, asked), lists.total(rows)
    sites = {pk: str(site) for pk, site in places.sites({row["place"] for row in page.rows if row["place"]}).items()}
    table = Table(
        caption=_("What this figure counts"),
        rows=page.rows,
        columns=(
            Column(_("Reference"), "named", header=True),
            Column(_("Day"), "happened"),
            Column(_("Site"), lambda row: sites.get(row["place"], "")),
            Column(found.unit, "weight", numeric=True),
        ),
        empty=_("Nothing is counted here now."),
    )
    context = {
        "indicator": found,
        "asked": asked,
        "table": table,
        "page": page,
        "told": told,
        "counted": counted,
        "as_of": countings.counted_at().get(found.code),
    }
    return render(request, "situation/behind.html", context)


def _lens(request: Request, found: Indicator) -> tuple[FigureForm, Lens, Part]:
    parts = figures.parts_for(request.actor, found)
    form = FigureForm(request.GET or None, provinces=figures.provinces(request.actor), parts=parts)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    last: date = chosen.get("last") or clock.today()
    first: date = chosen.get("first") or last - timedelta(days=DAYS - 1)
    first = max(min(first, last), last - timedelta(days=MOST_DAYS))
    lens = Lens(first, last, chosen.get("province", ""), chosen.get("known_on"))
    return form, lens, Part(chosen.get("part") or Part.PROVINCE)


def _asked(request: Request) -> Asked:
    """Read which cell is meant, by default today's of the whole country; what makes no sense is no list."""
    part, today = request.GET.get("part", Part.COUNTRY.value), clock.today().isoformat()
    try:
        first, last = (date.fromisoformat(request.GET.get(name, today)) for name in ("first", "last"))
    except ValueError as wrong:
        raise Missing("no such list") from wrong
    if part not in Part.values:
        raise Missing("no such list")
    if part == Part.COUNTRY and "province" in request.GET:
        part = Part.PROVINCE.value
    key = request.GET.get("key", "")
    return Asked(part=Part(part), first=first, last=last, province_code=request.GET.get("province"), key=key[:20])


def _day_table(request: Request, found: Indicator, lens: Lens, days: Sequence[Day], *, csv_href: str = "") -> Table:
    def value(day: Day) -> Cell:
        part = Part.PROVINCE if lens.province_code else Part.COUNTRY
        links: Links = {"province": lens.province_code} if lens.province_code else {}
        return Cell(day.told.now, href=_href(request, found, part, day.day, day.day, links))

    columns = [
        Column(_("Day"), "day", header=True),
        Column(_("It is now"), value, numeric=True),
        Column(
            _("It was first told to be"), lambda day: "" if day.told.before is None else day.told.before, numeric=True
        ),
        Column(_("when"), lambda day: day.told.before_at or ""),
        Column(_("It has changed by"), lambda day: f"{day.told.change:+,}" if day.told.change else "", numeric=True),
        Column(_("known since"), lambda day: day.told.now_at),
    ]
    if lens.known_on is not None:
        words = _("It was held to be on the chosen day")
        columns.insert(2, Column(words, lambda day: "" if day.known is None else day.known, numeric=True))
    empty = _("There are no figures for these days.")
    return Table(caption=_("By day, with both clocks"), rows=days, columns=columns, empty=empty, csv_href=csv_href)


def _part_table(
    request: Request, found: Indicator, lens: Lens, part: Part, rows: Sequence[Row], *, csv_href: str = ""
) -> Table:
    def value(row: Row) -> Cell:
        links = {} if row.province_code is None else {"province": row.province_code}
        return Cell(row.value, href=_href(request, found, part, lens.first, lens.last, {**links, "key": row.key}))

    columns = (
        Column(part.label, lambda row: row.name or _now("Unknown"), header=True),
        Column(found.unit, value, numeric=True),
    )
    empty = _("There are no figures for these days.")
    caption = _now("Broken down by %(part)s") % {"part": part.label}
    return Table(caption=caption, rows=rows, columns=columns, empty=empty, csv_href=csv_href)


def _href(request: Request, found: Indicator, part: Part, first: date, last: date, links: Links) -> str:
    """Return where the list behind a cell is; empty for who may not open it."""
    if not may_list(request.actor) or found.code not in lists.LISTS:
        return ""
    allowed = listed_provinces(request.actor)
    if allowed is not None and links.get("province") not in allowed:
        return ""
    asked = {"part": part.value, "first": first.isoformat(), "last": last.isoformat(), **links}
    return f"{reverse('situation:behind', args=[found.code])}?{urlencode(asked)}"


def _programme_list(request: Request, found: Indicator, lens: Lens) -> str:
    """Return the programme's own list behind a stock, for officers."""
    if not found.listed_at or not may_list(request.actor):
        return ""
    return f"{reverse(found.listed_at)}?{urlencode({'province': lens.province_code})}"


def _file(found: Indicator, part: str, asked: str) -> str:
    return f"{reverse('situation:indicator_file', args=[found.code, part])}?{asked}"
