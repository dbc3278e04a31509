"""An example for every address that answers GET: who opens it, and with what in the path.

A page with several faces has several examples. An address without any fails `test_every_address_has_an_example`.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from khumkan.accounts import codes, tickets
from khumkan.accounts.states import CodePurpose, TicketPurpose
from khumkan.places.models import Holiday
from khumkan.screening.models import Session
from khumkan.screening.states import RoundState
from tests.pages import addresses_isolation, hotline, loans, registry, situation, vaccination, web
from tests.pages.example import Example, Who
from tests.pages.lively import LivelyTown


def _of(attribute: str) -> Callable[[LivelyTown], list[Any]]:
    """Return the reference of the registration of a person of the town."""
    return lambda town: [getattr(town, attribute).registration().reference]


def _lab(town: LivelyTown) -> list[Any]:
    return [town.laboratory.reference]


def _stadium(town: LivelyTown) -> list[Any]:
    return [town.stadium.reference]


def _today(town: LivelyTown) -> list[Any]:
    return [town.today.reference]


def _person(town: LivelyTown) -> list[Any]:
    return [town.untouched.person.reference]


def _half(purpose: TicketPurpose, name: str = "auditor") -> Callable[[LivelyTown], dict[str, str]]:
    def cookies(town: LivelyTown) -> dict[str, str]:
        note = {"user": town.staff[name].pk, "next": "/", "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}
        return {tickets.cookie_name(purpose): tickets.issue(purpose, note)}

    return cookies


def _code(purpose: CodePurpose) -> Callable[[LivelyTown], dict[str, str]]:
    def cookies(town: LivelyTown) -> dict[str, str]:
        asked = codes.ask(purpose, target=f"thai:{town.untouched.number}", person_id=town.untouched.id)
        return {tickets.named(f"code-{purpose}"): asked.handle}

    return cookies


def _round(state: RoundState) -> Callable[[LivelyTown], list[Any]]:
    return lambda town: [town.rounds[state].reference]


def _behalf(attribute: str) -> Callable[[LivelyTown], list[Any]]:
    return lambda town: [getattr(town, attribute).person.reference, getattr(town, attribute).registration().reference]


def _visit(town: LivelyTown) -> list[Any]:
    session = Session.objects.filter(round=town.rounds[RoundState.ANNOUNCED]).order_by("pk").first()
    assert session
    return [town.factory.reference, session.reference]


PLAIN: Mapping[Who, tuple[str, ...]] = {
    "": (
        "web:front", "web:about", "web:health", "sign_in:start", "sign_in:demonstration", "sign_in:letter",
        "accounts:sign_in",
        "accounts:invitation", "messaging:inbox", "screening:public", "screening:draws", "api:documentation",
        "api:schema", "api:api_operations:health", "api:api_operations:sessions", "gallery",
    ),
    "untouched": (
        "web:who_looked", "sign_in:prove_again", "sign_in:account", "sign_in:new_phone",
        "screening:my_tests", "screening:register_choose",
    ),
    "personnel": ("screening:employer_tests",),
    "minister": (
        "web:office", "policies:kinds", "screening:overview", "screening:alerts", "screening:contacts",
        "screening:late_specimens",
        "screening:sessions", "screening:open_sessions", "screening:waiting_list", "screening:rounds",
        "screening:round_area",
        "places:sites", "places:add_site", "places:holidays", "places:add_holiday",
    ),
    "swabber": ("web:field", "screening:field_today", "screening:corrections"),
    "agent": ("web:desk", "screening:desk"),
    "officer": ("sign_in:requests",),
    "auditor": ("web:audit", "web:audit_seals"),
    "admin": (
        "accounts:prove_again", "accounts:account", "accounts:add_app", "accounts:add_passkey",
        "accounts:new_passkey_options", "accounts:change_password", "accounts:users", "accounts:new_user",
        "accounts:requests", "accounts:signed_in", "accounts:tokens", "accounts:new_token",
    ),
}  # fmt: skip
AT_LAB = (
    "lab_one",
    "lab_pools",
    "lab_release",
    "lab_late",
    "lab_files",
)
AT_SITE = ("site", "change_site")
#: Forms of a site that a GET only leads back from.
BACK_TO_SITE = ("close_days", "set_open")
AT_SESSION = ("field_session", "walk_in", "labels", "blank_labels", "box", "close_session")
#: Addresses that speak to machines with a token, to other sites that come back, or to a browser in the middle of
#: something: they have tests of their own and no page.
NO_PAGE: Mapping[str, str] = {
    "sign_in:provider_back": "a provider sends the browser here: web/sign_in/tests/test_providers.py",
    "accounts:provider_back": "the same for staff",
    "accounts:passkey_again": "asked by a script for a passkey: web/sign_in/tests/test_in_browser.py",
    "api:api_operations:register": "needs the token of another system",
    "api:api_operations:specimens": "needs the token of another system",
    "api:api_operations:results": "needs the token of another system",
    "api:api_operations:send_file": "needs the token of another system",
    "api:api_operations:file_state": "needs the token of another system",
    "api:api_operations:file_rows": "needs the token of another system",
    "api:api_operations:observe": "needs the token of another system",
    "api:api_operations:free_beds": "needs the token of another system",
    **dict.fromkeys(
        (f"api:api_operations:{name}_list" for name in ("send", "take", "drop")), "needs the token of another system"
    ),
    **dict.fromkeys(
        (
            f"api:api_operations:{name}"
            for name in (
                "send_filing",
                "filing_state",
                "filing_lines",
                "loan_money",
                "book_drawing",
                "book_payment",
                "send_money_file",
                "money_file",
                "money_file_lines",
                "take_money_file",
                "drop_money_file",
                "tell_of_call",
            )
        ),
        "needs the token of another system",
    ),
    "api:api_operations:send_list_file": "needs the token of another system",
    "api:api_operations:list_state": "needs the token of another system",
    "api:api_operations:list_rows_of": "needs the token of another system",
    "api:api_operations:immunizations": "needs the token of another system",
    "api:api_operations:fhir_immunizations": "needs the token of another system",
    "api:api_operations:fhir_appointments": "needs the token of another system",
}

EXAMPLES: dict[str, list[Example]] = {
    **{name: [Example(who)] for who, names in PLAIN.items() for name in names},
    **{f"screening:{name}": [Example("lab2", _lab)] for name in AT_LAB},
    **{f"places:{name}": [Example("officer", _stadium)] for name in AT_SITE},
    **{f"places:{name}": [Example("officer", _stadium, status=302)] for name in BACK_TO_SITE},
    "places:reopen_days": [Example("officer", lambda town: [*_stadium(town), 1], status=302)],
    "places:holiday": [Example("minister", lambda _town: [Holiday.objects.latest("on").on.isoformat()])],
    **{f"screening:{name}": [Example("swabber", _today)] for name in AT_SESSION},
    "gallery_csv": [Example(path=lambda _town: ["map"])],
    "sign_in:code": [Example(cookies=_code(CodePurpose.SIGN_IN))],
    "sign_in:prove_again_code": [Example("untouched", cookies=_code(CodePurpose.STEP_UP))],
    "sign_in:new_phone_code": [Example("untouched", cookies=_code(CodePurpose.NEW_PHONE))],
    "sign_in:ask_letter": [Example("agent", _person)],
    "sign_in:ask_phone": [Example("agent", _person)],
    "accounts:second_factor": [Example(cookies=_half(TicketPurpose.SECOND_FACTOR))],
    "accounts:passkey_options": [Example(cookies=_half(TicketPurpose.SECOND_FACTOR))],
    "accounts:enrol": [Example(cookies=_half(TicketPurpose.ENROLMENT))],
    "accounts:user": [Example("admin", lambda town, name=name: [town.staff[name].pk]) for name in ("lab2", "admin")],
    "web:audit_person": [
        Example("auditor"),
        Example("auditor", query="reference={0.booked.person.reference}"),
        Example("privacy", query="reference=P-WRONG"),
    ],
    "web:audit_staff": [Example("auditor", lambda town: [town.staff["agent"].pk])],
    "policies:proposal": [Example(who, lambda town: [town.proposal.pk]) for who in ("minister", "second", "auditor")],
    "policies:approve": [Example("second", lambda town: [town.proposal.pk], status=302)],
    "policies:reject": [Example("second", lambda town: [town.proposal.pk])],
    "policies:kind": [
        Example("minister", lambda _town: ["screening.tests"]),
        Example("supervisor", lambda _town: ["screening.registration"]),
    ],
    "policies:propose": [Example("minister", lambda _town: ["screening.risk"])],
    "policies:version": [Example("minister", lambda _town: ["screening.registration", 2])],
    **{
        f"registry:{name}": [Example("officer", lambda town: [town.booked.person.reference])]
        for name in ("correct_person", "add_document", "withdraw_document")
    },
    "registry:person": [
        Example("officer", lambda town, name=name: [getattr(town, name).person.reference])
        for name in ("booked", "untouched")
    ],
    "registry:persons": [Example("officer")],
    "registry:employers": [Example("officer"), Example("officer", query="account=12", status=422)],
    "registry:employer": [Example("officer", lambda town: [town.factory.reference])],
    "registry:imports": [Example("minister"), Example("officer")],
    "registry:send": [
        *(Example("minister", lambda _town, kind=kind: [kind]) for kind in ("persons", "employers", "filing")),
        Example("officer", lambda _town: ["persons"], status=422),
    ],
    "registry:template": [Example("minister", lambda _town: ["persons"])],
    "registry:import": [
        Example("minister", lambda town, name=name: [town.imports[name].reference])
        for name in ("done", "refused", "waiting")
    ],
    "registry:import_rows": [Example("minister", lambda town: [town.imports["done"].reference])],
    "screening:figures_file": [
        Example("minister", lambda _town, part=part: [part]) for part in ("day", "province", "site", "section")
    ],
    "screening:lab": [Example("lab", status=302), Example("roaming_lab")],
    "screening:lab_box": [
        Example("lab", lambda town: [town.box_on_its_way.reference]),
        Example("lab", lambda town: [town.specimen.manifest.reference]),
    ],
    "screening:lab_specimen": [
        Example("lab", lambda town: [town.specimen.code]),
        Example("lab", lambda town: [town.positive.specimen().code]),
        Example("lab", lambda town: [town.swabbed.specimen().code]),
    ],
    "screening:lab_pool": [Example("lab", lambda town: [town.pool.reference])],
    "screening:lab_file": [
        Example("lab", lambda town: [town.file.reference]),
        Example("lab", lambda town: [town.file_waiting.reference]),
    ],
    "screening:lab_file_rows": [Example("lab", lambda town: [town.file.reference])],
    "screening:answer_letter": [Example("positive", _of("positive"))],
    "screening:name_contacts": [Example("positive", lambda town: [town.contact.case.reference])],
    "screening:contact": [Example("officer", lambda town: [town.contact.reference])],
    "screening:desk_invitation": [Example("agent", lambda town: [town.contact.reference])],
    "screening:desk_contacts": [
        Example("agent", lambda town, who=who: [getattr(town, who).person.reference]) for who in ("positive", "booked")
    ],
    "screening:alert": [Example("officer", lambda town: [town.alert.reference])],
    "screening:invitation": [Example(path=lambda town: [town.contact.reference])],
    "screening:my_tests": [
        Example(who)
        for who in ("untouched", "booked", "waiting", "positive", "negative", "invalid", "swabbed", "refused")
    ],
    "screening:register": [
        Example("untouched", lambda _town, ground=ground: [ground]) for ground in ("contact", "symptoms", "high_risk")
    ],
    "screening:take_up": [Example("untouched", lambda town: [town.contact.reference])],
    "screening:registration": [
        Example(who, _of(who))
        for who in ("booked", "waiting", "inside", "swabbed", "refused", "positive", "negative", "invalid")
    ],
    "screening:change_place": [Example("booked", _of("booked")), Example("waiting", _of("waiting"))],
    "screening:decline": [Example("booked", _of("booked"))],
    "screening:desk_person": [
        Example("agent", lambda town, who=who: [getattr(town, who).person.reference])
        for who in ("untouched", "booked", "waiting", "positive")
    ],
    "screening:desk_register": [
        Example("agent", lambda town: [town.untouched.person.reference, "symptoms"]),
    ],
    "screening:desk_change": [Example("agent", _behalf("booked"))],
    "screening:desk_decline": [Example("agent", _behalf("booked"))],
    "screening:session": [
        Example("officer", lambda town, name=name: [getattr(town, name).reference])
        for name in ("today", "over", "cancelled")
    ],
    "screening:waiting_one": [Example("officer", _of("waiting"))],
    "screening:new_round": [Example("minister", lambda _town, area=area: [area]) for area in ("all", "10")],
    "screening:round": [Example("officer", _round(state)) for state in RoundState]
    + [Example("auditor", _round(RoundState.ANNOUNCED))],
    "screening:round_enterprises": [
        Example("officer", _round(state)) for state in (RoundState.PLANNED, RoundState.ANNOUNCED)
    ],
    "screening:round_choose": [
        Example("officer", _round(RoundState.PLANNED), query=query) for query in ("", "q=nobody")
    ],
    "screening:round_design": [Example("officer", _round(RoundState.PLANNED))],
    "screening:round_preview": [Example("officer", _round(RoundState.PLANNED), query="share=10")],
    "screening:draw": [Example(path=_round(RoundState.FROZEN)), Example(path=_round(RoundState.ANNOUNCED))],
    "screening:draw_file": [Example(path=_round(RoundState.ANNOUNCED))],
    "screening:employer_visit": [Example("personnel", _visit)],
    "screening:arrival": [
        Example("swabber", _of(who)) for who in ("booked", "inside", "swabbed", "refused", "at_rapid", "elsewhere")
    ],
    "screening:label": [Example("swabber", lambda town: [town.swabbed.specimen().code])],
    "screening:box_list": [Example("swabber", lambda town: [town.box_on_its_way.reference])],
    "screening:close_session": [
        Example("swabber", _today),
        Example("swabber", lambda town: [town.rapid_today.reference]),
    ],
}
EXAMPLES |= addresses_isolation.EXAMPLES | vaccination.EXAMPLES
EXAMPLES |= (
    web.PARTS.examples
    | registry.PARTS.examples
    | loans.PARTS.examples
    | hotline.PARTS.examples
    | situation.PARTS.examples
)
#: Fragments that a script exchanges: they are no whole pages.
FRAGMENTS = {
    "screening:round_preview", *addresses_isolation.FRAGMENTS, *vaccination.FRAGMENTS, *loans.PARTS.fragments,
    *hotline.PARTS.fragments, *situation.PARTS.fragments,
}  # fmt: skip


def addresses(
    patterns: list[URLPattern | URLResolver] | None = None, space: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Yield every address of the service with its full name."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, f"{space}{each.namespace}:" if each.namespace else space)
        else:
            yield f"{space}{each.name}", each


def where(name: str, example: Example, town: LivelyTown) -> str:
    """Return the path of an example."""
    query = f"?{example.query.format(town)}" if example.query else ""
    return reverse(name, args=example.path(town)) + query
