"""Examples for the situation room, its alarms, its reports, and the open figures; see `addresses.py`."""

from collections.abc import Callable
from typing import Any

from khumkan.kernel import clock
from tests.pages.example import Example
from tests.pages.lively import LivelyTown
from tests.trust.watched import Watched


def _of(take: Callable[[Watched], object]) -> Callable[[LivelyTown], list[Any]]:
    return lambda town: [take(town.watched)]


def _open(shape: str) -> Callable[[LivelyTown], list[Any]]:
    return lambda _town: ["cases", "province", clock.today().year, shape]


#: Pages without anything in the path, by who opens them.
PLAIN: dict[str, tuple[str, ...]] = {
    "": ("situation:open_data",),
    "officer": ("situation:room_file", "situation:reports"),
    "minister": ("situation:alarms",),
}
EXAMPLES: dict[str, list[Example]] = {
    "situation:room": [Example("minister"), Example("supervisor", query="province=10"), Example("auditor")],
    "situation:alarm": [
        Example("minister", _of(lambda found: found.alarm.reference)),
        Example("supervisor", _of(lambda found: found.alarm.reference)),
    ],
    "situation:indicator": [
        Example("minister", lambda _town: ["cases"]),
        Example("minister", lambda _town: ["tests_taken"], query="part=district&province=10"),
        Example("officer", lambda _town: ["late_results"]),
        Example("auditor", lambda _town: ["beds_free"], query="part=site"),
    ],
    "situation:indicator_file": [
        Example("minister", lambda _town: ["cases", "day"]),
        Example("minister", lambda _town: ["cases", "employer"]),
    ],
    "situation:behind": [Example("minister", lambda _town: ["tests_taken"])],
    "situation:report": [Example("minister", _of(lambda found: found.report.reference))],
    "situation:report_csv": [Example("minister", _of(lambda found: found.report.reference))],
    "situation:report_pdf": [
        Example("minister", lambda town, language=language: [town.watched.report.reference, language])  # type: ignore[misc]
        for language in ("th", "en")
    ],
    "situation:open_data_file": [Example("", _open("csv")), Example("", _open("json"))],
}
FRAGMENTS: set[str] = set()
