"""What is expected of the beds of the next seven days, with the error of past forecasts beside it."""

from collections.abc import Callable, Sequence
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from khumkan.accounts.access import Request, open_to
from khumkan.isolation.choices import Level
from khumkan.isolation.forms.board import BoardForm
from khumkan.isolation.queries import board, forecasts
from khumkan.isolation.queries.forecasts import SiteForecast
from khumkan.isolation.rules.forecast import Expected, ForecastError
from khumkan.isolation.words import LEVELS
from khumkan.kernel.actors import Role
from khumkan.kernel.dates import show_date
from khumkan.ui.filters import language
from khumkan.ui.tables import Cell, Column, Table, csv_response


@open_to(Role.OFFICER)
@require_GET
def forecast(request: Request) -> HttpResponse:
    """Show what is expected of the beds of the officer's provinces, by level and by site."""
    provinces = board.provinces_of(request.actor)
    form = BoardForm(request.GET or None, provinces=provinces)
    province, level, kind = form.chosen()
    found = forecasts.outlook(request.actor, province_code=province, kind=kind, level=level)
    if request.GET.get("format") == "csv":
        return csv_response(_file(found.sites), "bed-forecast")
    context = {
        "form": form,
        "as_of": found.at,
        "levels": [(days_table(each, days), error_words(found.errors.get(each))) for each, days in found.levels],
        "table": _table(found.sites, csv_href=f"{reverse('isolation:forecast')}?{request.GET.urlencode()}&format=csv"),
        "error_days": forecasts.ERROR_DAYS,
    }
    return render(request, "isolation/board/forecast.html", context)


def days_table(level: Level, days: Sequence[Expected]) -> Table:
    """Return the next days of some beds of a level."""
    return Table(
        caption=_("Level %(level)s: the next days") % {"level": LEVELS[level].words},
        rows=days,
        columns=(
            Column(gettext_lazy("Day"), "day", header=True),
            Column(gettext_lazy("Come"), "admissions", numeric=True),
            Column(gettext_lazy("Go home"), "discharges", numeric=True),
            Column(gettext_lazy("Free in the evening"), "free", numeric=True),
            Column(gettext_lazy("Find no bed"), _shortage, numeric=True),
        ),
    )


def _shortage(day: Expected) -> Cell:
    return Cell(day.short, tone="bad" if day.short else "")


def error_words(error: ForecastError | None) -> str:
    """Say how wrong past forecasts were."""
    if error is None:
        return _("No forecast has met its day yet, so that its error is not known.")
    words = {"mean": f"{error.mean_absolute:.1f}", "pairs": error.pairs}
    if abs(error.mean) < 0.05:
        return _("Past forecasts were wrong by %(mean)s beds on average. Forecasts compared: %(pairs)s.") % words
    more = error.mean > 0
    side = _("rather too many") if more else _("rather too few")
    return _("Past forecasts were wrong by %(mean)s beds on average, %(side)s. Forecasts compared: %(pairs)s.") % {
        **words,
        "side": side,
    }


def _table(sites: Sequence[SiteForecast], *, csv_href: str = "") -> Table:
    days = [day.day for day in sites[0].days] if sites else []
    return Table(
        caption=gettext_lazy("Free beds expected, by site and level"),
        rows=sites,
        columns=(
            Column(gettext_lazy("Site"), _site, header=True),
            Column(gettext_lazy("Level"), lambda row: Cell(LEVELS[row.level].words, tone=LEVELS[row.level].tone)),
            Column(gettext_lazy("Free now"), "free_now", numeric=True),
            *(Column(_short(days[ahead]), _free(ahead), numeric=True) for ahead in range(len(days))),
            Column(gettext_lazy("Wrong by, on average"), _wrong_by, numeric=True),
        ),
        empty=gettext_lazy("No site has beds here."),
        csv_href=csv_href if sites else "",
    )


def _file(sites: Sequence[SiteForecast]) -> Table:
    """Return one row for each site, level and day."""
    rows = [(site, day) for site in sites for day in site.days]
    return Table(
        caption=gettext_lazy("Free beds expected, by site and level"),
        rows=rows,
        columns=(
            Column(gettext_lazy("Site"), lambda row: str(row[0].facility.site)),
            Column(gettext_lazy("Reference"), lambda row: row[0].facility.site.reference),
            Column(gettext_lazy("Level"), lambda row: str(LEVELS[row[0].level].words)),
            Column(gettext_lazy("Day"), lambda row: row[1].day),
            Column(gettext_lazy("Come"), lambda row: row[1].admissions),
            Column(gettext_lazy("Go home"), lambda row: row[1].discharges),
            Column(gettext_lazy("Free in the evening"), lambda row: row[1].free),
            Column(gettext_lazy("Find no bed"), lambda row: row[1].short),
        ),
    )


def _site(row: SiteForecast) -> Cell:
    return Cell(str(row.facility.site), href=reverse("isolation:house", args=[row.facility.site.reference]))


def _free(ahead: int) -> Callable[[SiteForecast], int]:
    return lambda row: row.days[ahead].free


def _wrong_by(row: SiteForecast) -> Cell:
    return Cell("" if row.error is None else f"{row.error.mean_absolute:.1f}")


def _short(day: date) -> str:
    return show_date(day, language(), short=True)
