"""The nights of a site by month: the page, and the file for the settlement with the hotel."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from khumkan.accounts.access import Request, open_to
from khumkan.isolation.actions import settlements
from khumkan.isolation.queries import houses
from khumkan.isolation.queries import nights as queries
from khumkan.isolation.rules.nights import Row, Statement
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.dates import show_month
from khumkan.kernel.files import write_csv_safe, write_xlsx
from khumkan.ui.charts import day_bars
from khumkan.ui.filters import language
from khumkan.ui.tables import Column, Table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@open_to(Role.OFFICER)
@require_GET
def nights(request: Request, reference: str) -> HttpResponse:
    """Show the nights of a month at a site, by day and by stay."""
    facility = houses.facility_for(request.actor, reference)
    month = _month(request)
    made = queries.statement(facility, month)
    days = list(zip(made.days, made.totals, strict=True))
    here = reverse("isolation:nights", args=[reference])
    context = {
        "facility": facility,
        "month": month,
        "month_words": show_month(month, language()),
        "months": [(f"{here}?month={each:%Y-%m}", show_month(each, language())) for each in queries.months(facility)],
        "statement": made,
        "chart": day_bars(_("Nights, by day"), days, heading=_("Nights")),
        "table": _table(made.rows),
        "query": f"?month={month:%Y-%m}",
        "is_over": queries.span(month)[1] < clock.today(),
    }
    return render(request, "isolation/board/nights.html", context)


@open_to(Role.OFFICER)
@require_GET
def as_csv(request: Request, reference: str) -> HttpResponseBase:
    """Send the nights of a month as CSV; that it was handed out is on record."""
    facility = houses.facility_for(request.actor, reference)
    month = _month(request)
    made = settlements.hand_out(facility=facility, month=month, form="csv", by=request.actor)
    response = StreamingHttpResponse(write_csv_safe(_heading(made), _rows(made)), content_type="text/csv")
    return _named(response, reference, month, "csv")


@open_to(Role.OFFICER)
@require_GET
def as_xlsx(request: Request, reference: str) -> HttpResponseBase:
    """Send the same as XLSX."""
    facility = houses.facility_for(request.actor, reference)
    month = _month(request)
    made = settlements.hand_out(facility=facility, month=month, form="xlsx", by=request.actor)
    content = write_xlsx(_heading(made), _rows(made), title=f"{month:%Y-%m}")
    return _named(HttpResponse(content, content_type=XLSX), reference, month, "xlsx")


def _month(request: Request) -> date:
    """Return the month that is asked for, or this one; what cannot be read counts as not asked."""
    try:
        asked = date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        asked = clock.today().replace(day=1)
    return min(max(asked, date(2020, 1, 1)), clock.today().replace(day=1))


def _heading(made: Statement) -> list[object]:
    return [_("Care"), _("Bed"), _("Arrived"), _("Left"), _("Nights"), *(day.isoformat() for day in made.days)]


def _rows(made: Statement) -> Iterator[Sequence[object]]:
    """Yield a row for each stay, and at the end the nights of each day with the control total."""
    for row in made.rows:
        left = row.lain.left_at
        moments = [_minute(moment) if moment else "" for moment in (row.lain.arrived_at, left)]
        yield [row.care, row.bed, *moments, row.nights, *row.days]
    yield [_("Total"), "", "", "", made.total, *made.totals]


def _minute(moment: datetime) -> str:
    return clock.bangkok(moment).strftime("%Y-%m-%d %H:%M")


def _table(rows: Sequence[Row]) -> Table:
    return Table(
        caption=gettext_lazy("By stay"),
        rows=rows,
        columns=(
            Column(gettext_lazy("Care"), "care", header=True),
            Column(gettext_lazy("Bed"), "bed"),
            Column(gettext_lazy("Arrived"), "lain.arrived_at"),
            Column(gettext_lazy("Left"), lambda row: row.lain.left_at or ""),
            Column(gettext_lazy("Nights"), "nights", numeric=True),
        ),
        empty=gettext_lazy("Nobody spent a night here in this month."),
    )


def _named(response: HttpResponseBase, reference: str, month: date, kind: str) -> HttpResponseBase:
    response.headers["Content-Disposition"] = f'attachment; filename="nights-{reference}-{month:%Y-%m}.{kind}"'
    return response
