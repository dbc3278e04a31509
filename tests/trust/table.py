"""Who may open what: one line for each address. An address without a line fails the test.

This is written by hand from what the service promises, not from the marks of the views, so that the two must agree.
"""

from dataclasses import dataclass

from khumkan.kernel.actors import Role

P, E, O, S, L, A, V = (  # noqa: E741
    *(Role.PERSON, Role.EMPLOYER, Role.OFFICER, Role.SWABBER, Role.LAB, Role.AGENT, Role.SUPERVISOR),
)
U, D, M = Role.AUDITOR, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR
DESK, WATCH, TERMS = (A, V, O), (U, D), (O, U, D, V)
STAFF = tuple(role for role in Role if role not in (P, Role.CLIENT, Role.SYSTEM))
EVERYBODY: tuple[Role, ...] = ()
#: Answers to a form that somebody may send: done and led on, shown, or shown again with what is wrong.
SENT = frozenset({200, 302, 422})


@dataclass(frozen=True)
class Page:
    """What is expected of one address.

    :param roles: who may open it; nobody named means everybody, signed in or not.
    :param thing: what kind of object stands in the address.
    :param within: what the actor must share with the object: province, site, laboratory, employer, person, box; or the
        whole nation.
    :param get: the answers to GET by somebody who may; 405 for a button.
    :param post: the answers to POST; 405 where nothing is sent.
    """

    roles: tuple[Role, ...] = EVERYBODY
    thing: str = ""
    within: str = ""
    get: frozenset[int] = frozenset({200})
    post: frozenset[int] = frozenset({405})

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that do something here."""
        either = (("GET", self.get), ("POST", self.post))
        return tuple(method for method, expected in either if expected != frozenset({405}))


def look(*roles: Role, thing: str = "", within: str = "", get: int = 200) -> Page:
    """A page that only shows."""
    return Page(roles, thing, within, frozenset({get}))


def form(*roles: Role, thing: str = "", within: str = "", get: int = 200) -> Page:
    """A page with a form that is sent to the same address."""
    return Page(roles, thing, within, frozenset({get}), SENT)


def button(*roles: Role, thing: str = "", within: str = "") -> Page:
    """Something done by one button on another page."""
    return Page(roles, thing, within, frozenset({405}), SENT)


WEB = {
    "front": Page(get=frozenset({200, 302})),
    "about": look(),
    "health": look(),
    "my": look(P),
    "who_looked": look(P),
    "employer": look(E),
    "office": look(O, M),
    "field": look(S, L),
    "desk": look(A, V),
    "audit": look(*WATCH),
    "audit_person": look(*WATCH),
    "audit_staff": look(*WATCH, thing="nothing"),
    "audit_seals": look(*WATCH),
}
SIGN_IN = {
    "start": form(),
    "code": form(get=302),
    "letter": form(),
    "provider": Page(thing="nothing", get=frozenset({405}), post=frozenset({404})),
    "provider_back": Page(thing="nothing", get=frozenset({404})),
    "prove_again": form(P),
    "prove_again_code": form(P),
    "account": look(P),
    "new_phone": form(P),
    "new_phone_code": form(P),
    "cancel_new_phone": button(P),
    "sign_out_elsewhere": button(P),
    "ask_letter": form(*DESK, thing="person", within="known"),
    "ask_phone": form(*DESK, thing="person", within="known"),
    "cancel_phone": button(*DESK, thing="person", within="known"),
    "requests": look(*DESK),
    "decide": button(V, O, thing="request", within="known"),
}
ACCOUNTS = {
    "sign_in": form(),
    "second_factor": form(get=302),
    "passkey_options": look(get=404),
    "enrol": form(get=302),
    "invitation": form(),
    "provider": Page(thing="nothing", get=frozenset({405}), post=frozenset({404})),
    "provider_link": Page(STAFF, "nothing", get=frozenset({405}), post=frozenset({404})),
    "provider_back": Page(thing="nothing", get=frozenset({404})),
    "prove_again": Page((P, *STAFF), get=frozenset({200, 302}), post=SENT),
    "passkey_again": look(*STAFF),
    "sign_out": button(),
    "account": look(*STAFF),
    "add_app": form(*STAFF),
    "add_passkey": form(*STAFF),
    "new_passkey_options": look(*STAFF),
    "remove_factor": button(*STAFF, thing="nothing"),
    "renew_recovery_codes": button(*STAFF),
    "change_password": form(*STAFF),
    "sign_out_elsewhere": button(*STAFF),
    "users": look(M),
    "new_user": form(M),
    "requests": look(M),
    "decide": Page((M,), "nothing", get=frozenset({405}), post=frozenset({404})),
    "signed_in": look(M),
    "user": look(M, thing="user"),
    "add_grant": button(M, thing="user"),
    "withdraw_grant": button(M, thing="grant"),
    "set_active": button(M, thing="user"),
    "end_sign_ins": button(M, thing="user"),
    "ask_reset": button(M, thing="user"),
    "tokens": look(M),
    "new_token": form(M),
    "revoke_token": button(M, thing="token"),
}
POLICIES = {
    "kinds": Page(TERMS, post=frozenset({200})),
    "proposal": Page(TERMS, "proposal", post=frozenset({200})),
    "approve": Page((O,), "proposal", get=frozenset({302}), post=SENT),
    "reject": Page((O,), "proposal", post=SENT),
    "kind": Page(TERMS, "terms", post=frozenset({200})),
    "propose": Page((O,), "terms", get=frozenset({200, 422}), post=SENT),
    "version": Page(TERMS, "version", post=frozenset({200})),
}
LED = frozenset({302})
OFFICERS = (O, M)
PLACES = {
    "sites": Page(OFFICERS, post=frozenset({200})),
    "site": Page(OFFICERS, "site", "province", post=frozenset({200})),
    "add_site": form(*OFFICERS),
    "change_site": form(*OFFICERS, thing="site", within="province"),
    "set_open": Page(OFFICERS, "site", "province", LED, SENT),
    "close_days": Page(OFFICERS, "site", "province", LED, SENT),
    "reopen_days": Page(OFFICERS, "closure", "province", LED, SENT),
    "holidays": Page(OFFICERS, post=frozenset({200})),
    "add_holiday": Page(OFFICERS, get=frozenset({200, 422}), post=SENT),
    "holiday": Page(OFFICERS, "holiday", get=frozenset({200, 422}), post=SENT),
}
REGISTRY = {
    # an officer of a region finds the list empty, and is told that the head office sends files
    "imports": look(*OFFICERS),
    "send": Page(OFFICERS, "import_kind", get=frozenset({200, 422}), post=SENT),
    "template": look(*OFFICERS, thing="import_kind"),
    "import": look(*OFFICERS, thing="import", within="nation"),
    "import_rows": look(*OFFICERS, thing="import", within="nation"),
    "cancel_import": button(*OFFICERS, thing="import", within="nation"),
    "employers": look(*OFFICERS),
    "employer": look(*OFFICERS, thing="enterprise", within="province"),
    "persons": form(*OFFICERS),
    "person": look(*OFFICERS, thing="person", within="known"),
    "correct_person": form(*OFFICERS, thing="person", within="known"),
    "add_document": form(*OFFICERS, thing="person", within="known"),
    "withdraw_document": form(*OFFICERS, thing="person", within="known"),
}
MESSAGING = {
    "inbox": Page(get=frozenset({200, 404}), post=frozenset({405})),
    "receipts": Page(thing="nothing", get=frozenset({405}), post=frozenset({400, 403})),
}
LABORATORY = {
    "lab": look(L, get=302),
    "lab_find": button(L),
    "lab_box": form(L, thing="box", within="laboratory"),
    "lab_specimen": form(L, thing="specimen", within="laboratory"),
    "lab_found_later": button(L, thing="specimen", within="laboratory"),
    "lab_spoiled": button(L, thing="specimen", within="laboratory"),
    "lab_pool": form(L, thing="pool", within="laboratory"),
    "lab_decide": button(L, thing="result", within="laboratory"),
    "lab_file": look(L, thing="file", within="laboratory"),
    "lab_file_rows": look(L, thing="file", within="laboratory"),
    "lab_pools": form(L, thing="laboratory", within="laboratory"),
    "lab_release": look(L, thing="laboratory", within="laboratory"),
    "lab_late": look(L, thing="laboratory", within="laboratory"),
    "lab_files": form(L, thing="laboratory", within="laboratory"),
    "lab_one": look(L, thing="laboratory", within="laboratory"),
}
FIELD = {
    "field_today": form(S),
    # somebody booked elsewhere is told where and when, and nothing else: see `TELLS_WHERE`
    "arrival": look(S, thing="arrival", within="site"),
    "check_in": button(S, thing="arrival", within="site"),
    "take_specimen": button(S, thing="arrival", within="site"),
    "read_rapid": button(S, thing="rapid", within="site"),
    "correct_rapid": button(S, thing="rapid", within="site"),
    "corrections": look(S, O),
    "decide_correction": button(S, O, thing="correction", within="site_or_province"),
    "cannot_use": button(S, thing="rapid", within="site"),
    "note_at_door": button(S, thing="arrival", within="site"),
    "label": look(S, thing="specimen", within="site"),
    "box_list": look(S, L, thing="box", within="box"),
    "field_session": form(S, thing="session", within="site"),
    "walk_in": form(S, thing="session", within="site"),
    "not_on_list": button(S, thing="session", within="site"),
    "labels": look(S, thing="session", within="site"),
    "blank_labels": look(S, thing="session", within="site"),
    "box": form(S, thing="session", within="site"),
    "close_session": form(S, thing="session", within="site"),
}
PERSONS = {
    "answer_letter": look(P, thing="own_answer", within="person"),
    "name_contacts": form(P, thing="case", within="person"),
    "public": look(),
    "invitation": look(thing="contact"),
    "my_tests": look(P),
    "register_choose": look(P),
    "register": form(P, thing="ground"),
    "take_up": form(P, thing="contact"),
    "registration": look(P, thing="own_registration", within="person"),
    "change_place": form(P, thing="own_registration", within="person"),
    "decline": form(P, thing="own_registration", within="person"),
    "desk": form(*DESK),
    "desk_person": look(*DESK, thing="person", within="known"),
    "desk_register": form(*DESK, thing="person_and_ground", within="known"),
    "desk_change": form(*DESK, thing="person_and_registration", within="known"),
    "desk_invitation": form(*DESK, thing="contact"),
    "desk_contacts": form(*DESK, thing="person", within="known"),
    "desk_decline": form(*DESK, thing="person_and_registration", within="known"),
}
OFFICE = {
    "overview": look(O),
    "figures_file": look(O, thing="figures"),
    "late_specimens": look(O),
    "alerts": look(O),
    "alert": form(O, thing="alert", within="province"),
    "close_alert": button(O, thing="alert", within="province"),
    "contacts": look(O),
    "contact": look(O, thing="contact", within="province"),
    "sessions": look(O),
    "open_sessions": form(O),
    "session": look(O, thing="session", within="province"),
    "session_places": button(O, thing="session", within="province"),
    "session_cancel": button(O, thing="session", within="province"),
    "waiting_list": look(O),
    "waiting_one": look(O, thing="waiting", within="province"),
    "waiting_decide": button(O, thing="waiting", within="province"),
    "waiting_place": button(O, thing="waiting", within="province"),
    "rounds": look(O, U),
    "round_area": Page((O,), get=frozenset({200, 302})),
    "new_round": form(O, thing="province", within="province"),
    "round": look(O, U, thing="round", within="province"),
    "round_enterprises": look(O, U, thing="round", within="province"),
    "round_choose": form(O, thing="planned", within="province"),
    "round_design": form(O, thing="planned", within="province"),
    "round_preview": look(O, thing="planned", within="province"),
    "round_freeze": button(O, thing="planned", within="province"),
    "round_draw": button(O, thing="frozen", within="province"),
    "round_arrange": button(O, thing="drawn", within="province"),
    "round_announce": button(O, thing="drawn", within="province"),
    "round_substitutes": button(O, thing="round", within="province"),
    "round_close": button(O, thing="round", within="province"),
    "round_cancel": button(O, thing="round", within="province"),
    "draws": look(),
    "draw": look(thing="frozen"),
    "draw_file": look(thing="announced"),
    "employer_tests": look(E),
    "employer_visit": look(E, thing="visit", within="employer"),
}
API = {"documentation": look(), "schema": look()}
GALLERY = {
    "gallery": Page(post=frozenset({200, 405})),
    "gallery_csv": Page(thing="nothing", get=frozenset({200, 404}), post=frozenset({200, 404, 405})),
}
TABLE: dict[str, Page] = {
    f"{app}:{name}" if app else name: page
    for app, pages in (
        ("web", WEB),
        ("sign_in", SIGN_IN),
        ("accounts", ACCOUNTS),
        ("policies", POLICIES),
        ("places", PLACES),
        ("registry", REGISTRY),
        ("messaging", MESSAGING),
        ("screening", LABORATORY),
        ("screening", FIELD),
        ("screening", PERSONS),
        ("screening", OFFICE),
        ("api", API),
        ("", GALLERY),
    )
    for name, page in pages.items()
}
#: Pages that tell of a foreign object where it belongs, because a person stands before the wrong door with it.
TELLS_WHERE = frozenset({"screening:arrival"})
#: Operations of the API are tried with tokens instead of browsers; see `test_api.py`.
OPERATIONS = frozenset(
    f"api:api_operations:{name}"
    for name in ("health", "sessions", "register", "specimens", "results", "send_file", "file_state", "file_rows")
)
