"""The walks of trust: employers' lists."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.vaccination.actions.lists import sending
from khumkan.vaccination.models import Roster
from khumkan.vaccination.states import RosterState
from tests.trust.marks import E, O, Page, button, form, look

SYSTEM = Actor.system("test")
PAGES: dict[str, Page] = {
    "employer_lists": look(E),
    "list_template": look(E, thing="list_template"),
    "roster": look(E, thing="roster", within="employer"),
    "send_list": form(E, thing="roster", within="employer"),
    "paste_list": form(E, thing="roster", within="employer"),
    "list_one": form(E, thing="roster", within="employer"),
    "list_from_office": button(E, thing="roster", within="employer"),
    "listed_people": look(E, thing="roster", within="employer"),
    "take_off": form(E, thing="listed", within="employer"),
    "list_file": look(E, thing="vaccination_list", within="employer"),
    "list_row": form(E, thing="list_row", within="employer"),
    "decide_row": button(E, thing="row_and_decision", within="employer"),
    "rows_to_mend": look(E, thing="vaccination_list", within="employer"),
    "take_list": button(E, thing="vaccination_list", within="employer"),
    "drop_list": button(E, thing="vaccination_list", within="employer"),
    "list_requests": look(O),
    "list_request": form(O, thing="list_request", within="province"),
    "rosters": look(O),
    "reopen_roster": form(O, thing="roster", within="province"),
}


def _roster(corner: Any) -> tuple[object, ...]:
    roster = corner.campaign.roster
    return (roster.employer.reference, roster.phase_id)


def _nowhere(*more: object) -> tuple[object, ...]:
    return (references.new("E"), 999_999_999, *more)


def _dropped(world: Any, _visitor: Any) -> list[object]:
    """Put aside the list that is open, so that another one can be sent."""
    sending.drop_list(file=world.here.campaign.sent_list, by=SYSTEM)
    return list(_roster(world.here))


def _locked(world: Any, _visitor: Any) -> list[object]:
    Roster.objects.filter(pk=world.here.campaign.roster.pk).update(state=RosterState.LOCKED, locked_at=clock.now())
    return list(_roster(world.here))


def _worker(world: Any) -> dict[str, Any]:
    """Return somebody who works for the employer and is not on its list."""
    free = world.here.people["booked"]
    return {
        "id_kind": "thai", "id_number": free.number, "first_name": free.person.first_name,
        "last_name": free.person.last_name, "birth_date": free.person.birth_date.isoformat(),
    }  # fmt: skip


def _line(world: Any) -> str:
    given = _worker(world)
    cells = (given["id_number"], given["first_name"], given["last_name"], given["birth_date"])
    return f"เลขประจำตัว,ชื่อ,นามสกุล,วันเกิด\n{','.join(cells)}\n"


FILLED: dict[str, Callable[[Any], dict[str, Any]]] = {
    "vaccination:send_list": lambda world: {"file": SimpleUploadedFile("list.csv", _line(world).encode())},
    "vaccination:paste_list": lambda world: {"rows": _line(world)},
    "vaccination:list_one": _worker,
    "vaccination:list_request": lambda _world: {"decision": "accept"},
    "vaccination:reopen_roster": lambda _world: {"until": (clock.today() + timedelta(days=2)).isoformat()},
}
PREPARED: dict[str, Callable[[Any, Any], list[object]]] = {
    "vaccination:send_list": _dropped,
    "vaccination:paste_list": _dropped,
    "vaccination:list_one": _dropped,
    "vaccination:list_from_office": _dropped,
    "vaccination:reopen_roster": _locked,
}
THINGS: dict[str, tuple[Callable[[Any], tuple[object, ...]], Callable[[], tuple[object, ...]]]] = {
    "roster": (_roster, _nowhere),
    "listed": (
        lambda corner: (*_roster(corner), corner.people["v_invited"].person.reference),
        lambda: _nowhere(references.new("P")),
    ),
    "vaccination_list": (
        lambda corner: (corner.campaign.sent_list.reference,), lambda: (references.new("L"),)
    ),
    "list_row": (lambda corner: (corner.campaign.sent_list.reference, 2), lambda: (references.new("L"), 2)),
    "row_and_decision": (
        lambda corner: (corner.campaign.sent_list.reference, 2, "accept"),
        lambda: (references.new("L"), 2, "accept"),
    ),
    "list_request": (lambda corner: (corner.campaign.list_request.reference,), lambda: (references.new("Q"),)),
}  # fmt: skip
