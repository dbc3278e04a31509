"""Who may open which page of the hospitels; see `table.py`."""

from tests.trust.marks import DESK, O, P, Page, button, form, look

BOARD: dict[str, Page] = {}
WAITING: dict[str, Page] = {
    "waiting_beds": look(O),
    "waiting_bed": look(O, thing="waits_for_bed", within="province"),
    "waiting_bed_place": button(O, thing="waits_for_bed", within="province"),
    "matching": form(O, within="nation"),
}
MINE: dict[str, Page] = {
    "my_cares": look(P),
    "my_care": look(P, thing="own_care", within="person"),
    "my_questions": form(P, thing="own_care", within="person"),
    "my_report": form(P, thing="own_care", within="person"),
    "my_family": form(P, thing="own_care", within="person"),
    "my_family_answer": button(P, thing="own_request", within="person"),
    "my_decline": form(P, thing="own_care", within="person"),
}
CALLERS: dict[str, Page] = {
    "desk_cares": look(*DESK),
    "desk_call": look(*DESK, thing="care_to_call", within="known", get=302),
    "desk_care": look(*DESK, thing="in_care", within="known"),
    "desk_questions": form(*DESK, thing="in_care", within="known"),
    "desk_report": form(*DESK, thing="in_care", within="known"),
    "desk_family": form(*DESK, thing="in_care", within="known"),
    "desk_called": button(*DESK, thing="in_care", within="known"),
    "desk_decline_care": form(*DESK, thing="in_care", within="known"),
    "desk_take_up_again": form(*DESK, thing="in_care", within="known"),
}
TRANSPORT: dict[str, Page] = {}
STAYS: dict[str, Page] = {}
ROUNDS: dict[str, Page] = {}
PAPERS: dict[str, Page] = {}
TABLES = (BOARD, WAITING, MINE, CALLERS, TRANSPORT, STAYS, ROUNDS, PAPERS)
