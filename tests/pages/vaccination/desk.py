"""Examples for the hotline's pages; see `addresses.py`."""

from collections.abc import Callable
from typing import Any

from tests.pages.example import Example
from tests.pages.lively import LivelyTown


def _caller(name: str) -> Callable[[LivelyTown], list[Any]]:
    """Return the reference of somebody of the campaign, or of somebody on no list."""
    return lambda town: [getattr(town, name, town.untouched).person.reference]


#: Pages without anything in the path, by who opens them.
PLAIN: dict[str, tuple[str, ...]] = {"agent": ("vaccination:desk_calls",)}
EXAMPLES: dict[str, list[Example]] = {
    "vaccination:desk_call": [Example("agent", lambda town: [town.campaign.doses["v_missed"].reference], status=302)],
    "vaccination:desk_person": [
        *(
            Example("agent", _caller(name))
            for name in ("nobody", "v_invited", "v_declined", "v_waits", "v_missed", "v_booked", "v_arrived", "v_given")
        ),
        Example("officer", _caller("v_missed")),
    ],
    "vaccination:desk_confirm": [Example("agent", _caller("v_invited"))],
    "vaccination:desk_refuse": [Example("agent", _caller(name)) for name in ("v_booked", "v_arrived")],
    "vaccination:desk_near": [Example("agent", _caller("v_waits"))],
    "vaccination:desk_change_date": [Example("agent", _caller(name)) for name in ("v_booked", "v_waits")],
    "vaccination:desk_give_back": [Example("agent", _caller(name)) for name in ("v_booked", "v_waits")],
    "vaccination:desk_plan_again": [Example("officer", _caller("v_missed"))],
}
FRAGMENTS: set[str] = set()
