"""Examples for the agent's desk and the hotline's cases; see `addresses.py`."""

from collections.abc import Callable
from typing import Any

from tests.pages.example import Example
from tests.pages.lively import LivelyTown


def _case(name: str) -> Callable[[LivelyTown], list[Any]]:
    """Return the reference of a case of the busy desk."""
    return lambda town: [town.desk.cases[name].reference]


def _caller(name: str) -> Callable[[LivelyTown], list[Any]]:
    """Return the reference of somebody of the town."""
    return lambda town: [getattr(town, name).person.reference]


#: Pages without anything in the path, by who opens them.
PLAIN: dict[str, tuple[str, ...]] = {
    "agent": ("hotline:queue", "hotline:open_for_anybody"),
    "supervisor": ("hotline:reviews",),
}
EXAMPLES: dict[str, list[Example]] = {
    "hotline:cases": [Example("agent"), Example("supervisor")],
    "hotline:file": [
        *(Example("agent", _caller(name)) for name in ("untouched", "booked", "waiting", "v_booked", "in_bed")),
        Example("supervisor", _caller("v_booked")),
        Example("supervisor", _caller("in_bed")),
    ],
    "hotline:verify": [Example("agent", _caller("booked")), Example("supervisor", _caller("booked"))],
    "hotline:open": [
        Example("agent", _caller("booked")),
        Example("agent", _caller("booked"), query="reason=no_bed"),
    ],
    "hotline:case": [
        Example("agent", _case(name)) for name in ("new", "open", "waiting", "passed_up", "merged", "closed", "stuck")
    ],
    "hotline:supervise": [Example("supervisor", query=f"list={name}") for name in ("escalated", "overdue", "stuck")],
    "hotline:many": [
        Example("supervisor"),
        Example("supervisor", query="case=HC-22222-22222"),
    ],
    "hotline:review": [Example("supervisor", _case("closed"))],
}
FRAGMENTS: set[str] = set()
