"""The walks of trust: phases, districts and coverage."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from khumkan.kernel import clock
from tests.trust.chosen import Chosen, cases_csv
from tests.trust.marks import O, Page, U, V, button, form, look

READERS = (O, V, U)
NO_ID = 999_999_999
NO_CHOICE = "O-22222-22222"


def _day(ahead: int) -> str:
    return clock.today().replace(day=1).replace(year=clock.today().year + ahead).isoformat()


def _phase(_world: Any) -> dict[str, Any]:
    names = {"number": "9", "title_th": "ระยะที่ 9", "title_en": "Phase 9"}
    days = {"opens_on": _day(1), "closes_on": _day(2), "lists_lock_on": _day(1)}
    return {**names, **days, "doses": "100", "areas": "provinces"}


def _wish(world: Any) -> dict[str, Any]:
    chosen = world.here.campaign.chosen
    until_on = (clock.today() - timedelta(days=1)).isoformat()
    rule = {"until_on": until_on, "days": "14", "least_rate": "50", "doses": "1000"}
    return {"phase": str(chosen.awaiting.pk), "figures": str(chosen.file.pk), **rule}


def _file(_world: Any) -> dict[str, Any]:
    content = cases_csv(f"{clock.today().isoformat()},Rayong,Pluak Daeng,1")
    return {"file": SimpleUploadedFile("cases.csv", content), "source": "the briefings"}


def _there(take: Callable[[Chosen], object], none: object) -> tuple[Callable[[Any], tuple[object, ...]], Any]:
    """Return how to find something of the office, which is the same for both corners."""
    return (lambda corner: (take(corner.campaign.chosen),)), (lambda: (none,))


PAGES: dict[str, Page] = {
    "open_phases": look(),
    "public_choice": look(thing="v_signed_choice"),
    "public_choice_file": look(thing="v_signed_choice"),
    "phases": look(*READERS),
    "phase": look(*READERS, thing="v_phase"),
    "new_phase": form(O, within="nation"),
    "sign_phase": button(O, thing="v_phase", within="nation"),
    "move_phase": button(O, thing="v_phase", within="nation"),
    "choices": look(*READERS),
    "choice": look(*READERS, thing="v_choice"),
    "choice_csv": look(*READERS, thing="v_choice"),
    "new_choice": form(O, within="nation"),
    "sign_choice": button(O, thing="v_choice", within="nation"),
    "drop_choice": button(O, thing="v_choice", within="nation"),
    "case_files": form(O, within="nation"),
    "case_file": look(O, thing="v_case_file", within="nation"),
    "count_insured": button(O, within="nation"),
    "coverage": look(*READERS),
    "coverage_file": look(*READERS, thing="v_coverage"),
}
FILLED: dict[str, Callable[[Any], dict[str, Any]]] = {
    "vaccination:new_phase": _phase,
    "vaccination:move_phase": lambda _world: {"to": "closed", "why": "another phase takes its place"},
    "vaccination:new_choice": _wish,
    "vaccination:sign_choice": lambda world: {"figures_hash": world.here.campaign.chosen.choice.figures_hash},
    "vaccination:case_files": _file,
}
PREPARED: dict[str, Callable[[Any, Any], list[object]]] = {}
THINGS: dict[str, tuple[Callable[[Any], tuple[object, ...]], Callable[[], tuple[object, ...]]]] = {
    "v_phase": _there(lambda found: found.drafted.pk, NO_ID),
    "v_choice": _there(lambda found: found.choice.reference, NO_CHOICE),
    "v_signed_choice": _there(lambda found: found.signed.reference, NO_CHOICE),
    "v_case_file": _there(lambda found: found.file.pk, NO_ID),
    "v_coverage": (lambda _corner: ("district",), lambda: ("no-such-table",)),
}
