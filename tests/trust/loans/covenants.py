"""The walks of trust: covenants, their cases, waivers and the decisions of banks."""

from collections.abc import Callable
from typing import Any

from khumkan.kernel import clock, references
from khumkan.kernel.actors import Role
from tests.trust.covenant import propose, refuse_waiver
from tests.trust.marks import E, O, Page, U, V, button, form, look

B = Role.BANKER
PAGES: dict[str, Page] = {
    "own_covenants": look(E),
    "own_covenant": look(E, thing="covenant", within="employer"),
    "own_evidence": look(E, thing="evidence", within="employer"),
    "bank_covenants": look(B),
    "bank_covenant": look(B, thing="covenant", within="bank"),
    "bank_evidence": look(B, thing="evidence", within="bank"),
    "bank_case": form(B, thing="covenant_case", within="bank"),
    "decide_breach": button(B, thing="breach_decision", within="bank"),
    "office_covenants": look(O, V, U),
    "office_covenant": look(O, V, U, thing="covenant", within="province"),
    "office_evidence": look(O, V, U, thing="evidence", within="province"),
    "office_case": look(O, V, U, thing="covenant_case", within="province"),
    "ask_waiver": form(O, thing="covenant_case", within="province"),
    "waiver": form(O, thing="covenant_case", within="province"),
}
FILLED: dict[str, Callable[[Any], dict[str, Any]]] = {
    "loans:bank_case": lambda _world: {"what": "keep", "why": "they hire", "from_on": clock.today().isoformat()},
    "loans:ask_waiver": lambda world: {"until": world.here.covenant.case.began.isoformat(), "why": "flood"},
    "loans:waiver": lambda _world: {"decision": "refuse", "why": "no flood there"},
}


def _proposed(world: Any, _visitor: Any) -> list[object]:
    propose(world.here.covenant)
    return [world.here.covenant.case.reference, "drop"]


def _none_waits(world: Any, _visitor: Any) -> list[object]:
    """Let the waiver that waits be refused, so that another one can be asked for."""
    refuse_waiver(world.here.covenant)
    return [world.here.covenant.case.reference]


PREPARED: dict[str, Callable[[Any, Any], list[object]]] = {
    "loans:decide_breach": _proposed,
    "loans:ask_waiver": _none_waits,
}
THINGS: dict[str, tuple[Callable[[Any], tuple[object, ...]], Callable[[], tuple[object, ...]]]] = {
    "covenant": (lambda corner: (corner.covenant.loan.reference,), lambda: (references.new("LN"),)),
    "evidence": (lambda corner: (corner.covenant.loan.reference, "xlsx"), lambda: (references.new("LN"), "xlsx")),
    "covenant_case": (lambda corner: (corner.covenant.case.reference,), lambda: (references.new("V"),)),
    "breach_decision": (
        lambda corner: (corner.covenant.case.reference, "drop"),
        lambda: (references.new("V"), "drop"),
    ),
}
