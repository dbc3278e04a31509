"""Examples for employers' lists; see `addresses.py`."""

from typing import Any

from tests.pages.example import Example
from tests.pages.lively import LivelyTown


def _list(town: LivelyTown) -> list[Any]:
    return [town.campaign.sent_list.reference]


def _row(town: LivelyTown) -> list[Any]:
    return [*_list(town), 2]


def _fault(town: LivelyTown) -> list[Any]:
    return [*_list(town), 4]


def _roster(town: LivelyTown) -> list[Any]:
    return [town.factory.reference, town.campaign.roster.phase_id]


def _listed(town: LivelyTown) -> list[Any]:
    return [*_roster(town), town.campaign.enrolments["v_invited"].person.reference]


#: Pages without anything in the path, by who opens them.
PLAIN: dict[str, tuple[str, ...]] = {
    "personnel": ("vaccination:employer_lists",),
    "officer": ("vaccination:list_requests", "vaccination:rosters"),
}
EXAMPLES: dict[str, list[Example]] = {
    "vaccination:list_template": [
        Example("personnel", lambda _town: ["xlsx"]),
        Example("personnel", lambda _town: ["csv"]),
    ],
    "vaccination:roster": [Example("personnel", _roster)],
    "vaccination:send_list": [Example("personnel", _roster)],
    "vaccination:paste_list": [Example("personnel", _roster)],
    "vaccination:list_one": [Example("personnel", _roster)],
    "vaccination:listed_people": [Example("personnel", _roster)],
    "vaccination:take_off": [Example("personnel", _listed)],
    "vaccination:list_file": [
        Example("personnel", _list),
        Example("personnel", _list, query="show=refused"),
        Example("personnel", _list, query="show=unchanged"),
    ],
    "vaccination:list_row": [Example("personnel", _row), Example("personnel", _fault)],
    "vaccination:rows_to_mend": [Example("personnel", _list)],
    "vaccination:list_request": [
        Example("officer", lambda town: [town.campaign.list_request.reference]),
    ],
    "vaccination:reopen_roster": [Example("officer", _roster)],
}
FRAGMENTS: set[str] = set()
