"""Who may open which page of the hospitels; see `table.py`."""

from tests.trust.marks import DESK, A, F, N, O, P, Page, T, V, button, form, look

BOARD: dict[str, Page] = {
    "board": look(O, A, V),
    "forecast": look(O),
    "join_site": form(O),
    "rooms_template": look(O),
    "house": look(O, thing="house", within="province"),
    "house_people": look(O, thing="house", within="province"),
    "house_change": form(O, thing="house", within="province"),
    "house_state": form(O, thing="house", within="province"),
    "add_rooms": form(O, thing="house", within="province"),
    "rooms_file": form(O, thing="house", within="province"),
    "withdraw_beds": form(O, thing="house", within="province"),
    "nights": look(O, thing="house", within="province"),
    "nights_csv": look(O, thing="house", within="province"),
    "nights_xlsx": look(O, thing="house", within="province"),
    "field_beds": Page((F, N), get=frozenset({200, 302})),
    "field_house": look(F, N, thing="house", within="house"),
    "bed": form(F, N, O, thing="bed", within="house_or_province"),
}
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
TRANSPORT: dict[str, Page] = {
    "runs": look(O),
    "plan_run": form(O, thing="house", within="province"),
    "run": look(O, thing="drive", within="province"),
    "add_to_run": button(O, thing="drive", within="province"),
    "take_off_run": button(O, thing="on_drive", within="province"),
    "cancel_run": button(O, thing="drive", within="province"),
    "drives": look(T),
    # names and telephones are shown to whoever drives, once the drive has begun
    "drive": look(T, thing="drive", within="province"),
    "start_drive": button(T, thing="drive", within="province"),
    "take_over_drive": button(T, thing="drive", within="province"),
    "finish_drive": button(T, thing="drive", within="province"),
    "pickup_outcome": button(T, thing="on_drive", within="province"),
    "not_found": look(*DESK),
    "not_found_one": form(*DESK, thing="sought", within="known"),
}
STAYS: dict[str, Page] = {
    "arrivals": form(F, N),
    "walk_in": form(F, N),
    "leaving": look(F, N),
    "clean_bed": button(F, N, thing="left_stay", within="house"),
    "arriving": look(F, N, thing="arriving", within="house"),
    "arrive": button(F, N, thing="arriving", within="house"),
    "other_bed": button(F, N, thing="arriving", within="house"),
    "not_let_in": button(F, N, thing="arriving", within="house"),
    "change_bed": button(F, N, thing="in_bed", within="house"),
    "leave": button(F, N, thing="in_bed", within="house"),
}
#: A nurse of one site is led to it, one of several chooses.
LED_OR_CHOOSES = Page((N,), get=frozenset({200, 302}))
ROUNDS: dict[str, Page] = {
    "rounds": LED_OR_CHOOSES,
    "round_list": look(N, thing="house", within="house"),
    "bedside": form(N, thing="in_bed", within="house"),
    "decide_escalation": button(N, thing="worse", within="house"),
    "step_down": button(N, thing="in_bed", within="house"),
    "escalations": look(N),
    "office_escalations": look(O),
    "going_home": LED_OR_CHOOSES,
    "going_home_list": look(N, thing="house", within="house"),
    "going_one": look(N, thing="in_bed", within="house"),
    "go_home": form(N, thing="in_bed_and_reason", within="house"),
    "take_back_discharge": button(N, thing="confirmed", within="house"),
}
PAPERS: dict[str, Page] = {
    # whoever holds a paper checks it; a code that nobody has is not found, and the page says so
    "paper": look(thing="paper"),
    "certificate_pdf": look(P, thing="own_paper", within="person"),
    "papers": look(O),
    "office_paper": form(O, thing="paper", within="province"),
    "issue_again": button(O, thing="revoked_paper", within="province"),
}
TABLES = (BOARD, WAITING, MINE, CALLERS, TRANSPORT, STAYS, ROUNDS, PAPERS)
