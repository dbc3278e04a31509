"""The situation room: what every figure is now, the curve, the map, and the tables behind them."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from khumkan.accounts.access import Request, open_to
from khumkan.situation.estimates import lines
from khumkan.situation.forms.figures import ProvinceForm
from khumkan.situation.permissions.figures import READERS, may_list
from khumkan.situation.queries import figures
from khumkan.situation.queries.figures import Revised
from khumkan.situation.queries.room import Province, Room
from khumkan.situation.queries.room import room as look
from khumkan.situation.views.showing import alarm_lines
from khumkan.situation.words import section_words
from khumkan.ui.charts import epidemic_curve, province_map
from khumkan.ui.charts.drawing import Chart
from khumkan.ui.tables import Cell, Column, Table, csv_response

#: So many provinces stand on the page; the file has all.
MOST_ROWS = 20


@open_to(*READERS)
@require_GET
def room(request: Request) -> HttpResponse:
    """Show the situation of everything that the reader may see, or of one province."""
    form, found, names = _look(request)
    asked = request.GET.copy()
    context = {
        "form": form,
        "room": found,
        "alarms": alarm_lines(found.alarms, names),
        "spreading": lines(found.spreading),
        "curve": epidemic_curve(_("New cases"), found.curve),
        "map": _map(found.provinces),
        "provinces": _province_table(found.provinces[:MOST_ROWS], csv_href=_csv(request)),
        "sections": _section_table(found),
        "revised": _revised_table(found.revised),
        "curve_csv": f"{reverse('situation:indicator_file', args=['cases', 'day'])}?{asked.urlencode()}",
        "csv": _csv(request),
        "may_report": may_list(request.actor),
    }
    return render(request, "situation/room.html", context)


@open_to(*READERS)
@require_GET
def room_file(request: Request) -> HttpResponse:
    """Send the table of all provinces as CSV."""
    _form, found, _names = _look(request)
    return csv_response(_province_table(found.provinces), "situation-by-province")


def _look(request: Request) -> tuple[ProvinceForm, Room, dict[str, str]]:
    provinces = figures.provinces(request.actor)
    form = ProvinceForm(request.GET if "province" in request.GET else None, provinces=provinces)
    names = dict(provinces)
    return form, look(request.actor, province_code=form.chosen(), names=names), names


def _csv(request: Request) -> str:
    return f"{reverse('situation:room_file')}?{request.GET.urlencode()}"


def _map(rows: Sequence[Province]) -> Chart:
    return province_map(
        _("Cases of the last 14 days by province"),
        {row.code: row.rate for row in rows},
        names={row.code: row.name for row in rows},
        unit=_("cases per 100,000 insured persons"),
    )


def _province_table(rows: Sequence[Province], *, csv_href: str = "") -> Table:
    return Table(
        caption=_("The last 14 days by province"),
        rows=rows,
        columns=(
            Column(_("Province"), "name", header=True),
            Column(_("New cases"), "cases", numeric=True),
            Column(_("Cases per 100,000"), lambda row: "" if row.rate is None else round(row.rate, 1), numeric=True),
            Column(_("Tests taken"), "tests", numeric=True),
            Column(_("Positive tests"), "positive", numeric=True),
        ),
        empty=_("There are no figures for these days."),
        csv_href=csv_href,
    )


def _section_table(found: Room) -> Table:
    return Table(
        caption=_("The last seven days by section"),
        rows=sorted(found.sections.items()),
        columns=(
            Column(_("Section"), lambda row: section_words(row[0]), header=True),
            Column(_("Tests taken"), lambda row: row[1].get("tests_taken", 0), numeric=True),
            Column(_("Positive tests"), lambda row: row[1].get("tests_positive", 0), numeric=True),
            Column(_("New cases"), lambda row: row[1].get("cases", 0), numeric=True),
        ),
        empty=_("There are no figures for these days."),
    )


def _revised_table(rows: Sequence[Revised]) -> Table:
    return Table(
        caption=_("Past figures that changed in the last seven days"),
        rows=rows,
        columns=(
            Column(_("Figure"), _link, header=True),
            Column(_("Day"), "day"),
            Column(_("It was"), "was", numeric=True),
            Column(_("as reported"), "was_at"),
            Column(_("It is now"), "now", numeric=True),
            Column(_("since"), "now_at"),
        ),
        empty=_("No past figure has changed."),
    )


def _link(row: Revised) -> Cell:
    href = reverse("situation:indicator", args=[row.indicator.code])
    return Cell(row.indicator.words, href=f"{href}?first={row.day.isoformat()}&last={row.day.isoformat()}")
