"""The walks of trust: the hotline's pages."""

from collections.abc import Callable
from typing import Any

from khumkan.kernel import references
from tests.trust import campaign
from tests.trust.marks import DESK, O, Page, V, button, form, look

BECAUSE = {"because": "caller has no phone"}
PAGES: dict[str, Page] = {
    "desk_calls": look(*DESK),
    "desk_call": look(*DESK, thing="dose_to_call", within="known", get=302),
    "desk_person": look(*DESK, thing="listed_caller", within="known"),
    "desk_confirm": form(*DESK, thing="listed_caller", within="known"),
    "desk_refuse": form(*DESK, thing="listed_caller", within="known"),
    "desk_near": form(*DESK, thing="listed_caller", within="known"),
    "desk_change_date": form(*DESK, thing="listed_caller", within="known"),
    "desk_give_back": form(*DESK, thing="listed_caller", within="known"),
    "desk_called": button(*DESK, thing="listed_caller", within="known"),
    "desk_plan_again": form(O, V, thing="listed_caller", within="known"),
}
FILLED: dict[str, Callable[[Any], dict[str, Any]]] = {
    "vaccination:desk_confirm": lambda _world: {"near": "home", **BECAUSE},
    "vaccination:desk_refuse": lambda _world: BECAUSE,
    "vaccination:desk_near": lambda _world: {"near": "home", **BECAUSE},
    "vaccination:desk_change_date": lambda _world: BECAUSE,
    "vaccination:desk_give_back": lambda _world: BECAUSE,
    "vaccination:desk_called": lambda _world: {"answered": "yes"},
    "vaccination:desk_plan_again": lambda _world: BECAUSE,
}


def _reference(name: str) -> Callable[[Any, Any], list[object]]:
    """Return who is called for, whatever the table names."""
    return lambda world, _visitor: [world.here.people[name].person.reference]


def _other_dates(world: Any, visitor: Any) -> list[object]:
    campaign.more_dates(world.here.campaign)
    return [world.here.people["v_booked"].person.reference]


PREPARED: dict[str, Callable[[Any, Any], list[object]]] = {
    "vaccination:desk_confirm": _reference("v_invited"),
    "vaccination:desk_change_date": _other_dates,
    "vaccination:desk_called": _reference("v_missed"),
    "vaccination:desk_plan_again": _reference("v_missed"),
}
THINGS: dict[str, tuple[Callable[[Any], tuple[object, ...]], Callable[[], tuple[object, ...]]]] = {
    "listed_caller": (lambda c: (c.people["v_booked"].person.reference,), lambda: (references.new("P"),)),
    "dose_to_call": (lambda c: (c.campaign.doses["v_missed"].reference,), lambda: (references.new("V"),)),
}
