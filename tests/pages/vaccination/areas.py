"""Examples for phases, districts and coverage; see `addresses.py`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from khumkan.kernel import clock
from tests.pages.example import Example
from tests.pages.lively import LivelyTown
from tests.trust.chosen import Chosen


def _of(take: Callable[[Chosen], object]) -> Callable[[LivelyTown], list[Any]]:
    return lambda town: [take(town.campaign.chosen)]


#: A simulation with another rate and fewer doses than the choice that was kept.
ASKED = f"&until_on={clock.today() - timedelta(days=1)}&days=14&least_rate=90&doses=150000"
#: Pages without anything in the path, by who opens them.
PLAIN: dict[str, tuple[str, ...]] = {
    "": ("vaccination:open_phases",),
    "minister": ("vaccination:new_phase", "vaccination:case_files"),
    "auditor": ("vaccination:choices",),
}
EXAMPLES: dict[str, list[Example]] = {
    "vaccination:public_choice": [Example("", _of(lambda found: found.signed.reference))],
    "vaccination:public_choice_file": [Example("", _of(lambda found: found.signed.reference))],
    "vaccination:phases": [Example("minister"), Example("auditor")],
    "vaccination:phase": [
        Example("minister", _of(lambda found: found.drafted.pk)),
        Example("minister", _of(lambda found: found.awaiting.pk)),
        Example("officer", _of(lambda found: found.signed.phase_id)),
        Example("officer", lambda town: [town.campaign.roster.phase_id]),
        Example("supervisor", _of(lambda found: found.awaiting.pk)),
    ],
    "vaccination:choice": [
        Example("minister", _of(lambda found: found.choice.reference)),
        Example("supervisor", _of(lambda found: found.signed.reference)),
    ],
    "vaccination:choice_csv": [Example("officer", _of(lambda found: found.choice.reference))],
    "vaccination:new_choice": [
        Example("minister"),
        Example("minister", query="phase={0.campaign.chosen.awaiting.pk}&figures={0.campaign.chosen.file.pk}" + ASKED),
        Example("minister", query="phase={0.campaign.chosen.awaiting.pk}&figures=own&days=0", status=422),
    ],
    "vaccination:case_file": [Example("minister", _of(lambda found: found.file.pk))],
    "vaccination:coverage": [Example("officer"), Example("supervisor", query="province=10")],
    "vaccination:coverage_file": [
        Example("officer", lambda _town: ["day"]),
        Example("officer", lambda _town: ["employer"]),
    ],
}
FRAGMENTS: set[str] = set()
