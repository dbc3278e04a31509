"""The walks of trust: the situation room, its alarms, its reports, and the figures that everybody may have."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from khumkan.kernel import clock
from tests.trust.marks import O, Page, U, V, button, form, look

READERS = (O, V, U)

PAGES: dict[str, Page] = {
    "room": look(*READERS),
    "room_file": look(*READERS),
    "alarms": look(*READERS),
    "alarm": look(*READERS, thing="s_alarm", within="province"),
    "take_on_alarm": button(O, thing="s_alarm", within="province"),
    "indicator": look(*READERS, thing="s_figure"),
    "indicator_file": look(*READERS, thing="s_figure_file"),
    "behind": look(O, thing="s_figure", within="nation"),
    "reports": form(O),
    "report": look(O, thing="s_report", within="province"),
    "report_csv": look(O, thing="s_report", within="province"),
    "report_pdf": look(O, thing="s_report_pdf", within="province"),
    "open_data": look(),
    "open_data_file": look(thing="s_open_file"),
}
FILLED: dict[str, Callable[[Any], dict[str, Any]]] = {
    "situation:take_on_alarm": lambda _world: {"note": "more beds are opened"},
    "situation:reports": lambda world: {
        "day": (clock.today() - timedelta(days=1)).isoformat(),
        "province": world.here.province,
    },
}
PREPARED: dict[str, Callable[[Any, Any], list[object]]] = {}
NO_ALARM, NO_REPORT = "AL-22222-22222", "SR-22222-22222"
THINGS: dict[str, tuple[Callable[[Any], tuple[object, ...]], Callable[[], tuple[object, ...]]]] = {
    "s_alarm": (lambda corner: (corner.situation.alarm.reference,), lambda: (NO_ALARM,)),
    "s_report": (lambda corner: (corner.situation.report.reference,), lambda: (NO_REPORT,)),
    "s_report_pdf": (lambda corner: (corner.situation.report.reference, "th"), lambda: (NO_REPORT, "th")),
    "s_figure": (lambda _corner: ("cases",), lambda: ("no-such-figure",)),
    "s_figure_file": (lambda _corner: ("cases", "district"), lambda: ("cases", "no-such-part")),
    "s_open_file": (
        lambda _corner: ("cases", "province", clock.today().year, "csv"),
        lambda: ("beds_occupied", "province", 2021, "csv"),
    ),
}
