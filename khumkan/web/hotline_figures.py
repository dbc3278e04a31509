"""From the hotline's cases to the situation room: two strangers, of which the shell knows both."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from khumkan.hotline.queries import figures
from khumkan.situation.choices import Kind
from khumkan.situation.indicators import Indicator, declare
from khumkan.situation.queries import sources
from khumkan.situation.rules.cells import Cell

_HOTLINE = _("Hotline")
INDICATORS = (
    Indicator(
        "hotline_opened",
        _HOTLINE,
        _("Hotline cases opened"),
        _("hotline cases"),
        _("Cases of the hotline on the day on which they were opened, by where the caller lives."),
        Kind.FLOW,
    ),
    Indicator(
        "hotline_closed",
        _HOTLINE,
        _("Hotline cases solved"),
        _("hotline cases"),
        _("Cases of the hotline on the day on which they were solved, by where the caller lives."),
        Kind.FLOW,
    ),
    Indicator(
        "hotline_overdue",
        _HOTLINE,
        _("Hotline cases overdue"),
        _("hotline cases"),
        _("Open cases of the hotline whose time is over now, by where the caller lives."),
        Kind.STOCK,
    ),
)


def cells(first: date, last: date) -> Mapping[str, Iterable[Cell]]:
    """Return the cases of some days, and those that are overdue now. Three queries."""
    found = {
        "hotline_opened": figures.opened(first, last),
        "hotline_closed": figures.closed(first, last),
        "hotline_overdue": figures.overdue(),
    }
    return {
        code: [Cell(day=day, value=count, province_code=province) for day, province, count in counts]
        for code, counts in found.items()
    }


for each in INDICATORS:
    declare(each)
sources.offer(cells)
