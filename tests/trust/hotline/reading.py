"""The walks of trust: alerts about who looked at too many people, and decoys."""

from collections.abc import Callable
from typing import Any

from tests.trust.marks import D, Page, V, button, form, look
from tests.trust.noticing import noticed

NO_ID = 999_999_999
PAGES: dict[str, Page] = {
    "reading_alerts": look(V, D),
    "reading_alert": form(V, D, thing="r_alert"),
    "decoys": form(D),
    "withdraw_decoy": button(D, thing="r_decoy"),
}
FILLED: dict[str, Callable[[Any], dict[str, Any]]] = {
    "hotline:reading_alert": lambda _world: {"decision": "allow", "why": "many calls after the announcement"},
    "hotline:decoys": lambda world: {"reference": world.here.people["free"].person.reference},
}
PREPARED: dict[str, Callable[[Any, Any], list[object]]] = {}
THINGS: dict[str, tuple[Callable[[Any], tuple[object, ...]], Callable[[], tuple[object, ...]]]] = {
    "r_alert": (lambda _corner: (noticed().too_many.pk,), lambda: (NO_ID,)),
    "r_decoy": (lambda _corner: (noticed().decoy.pk,), lambda: (NO_ID,)),
}
