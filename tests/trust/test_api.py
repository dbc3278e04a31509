"""S2 for other systems: every operation of the API, with the tokens of every scope, of other places and of nobody."""

import json
import uuid
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.urls import reverse

from khumkan.accounts import bearer
from khumkan.accounts.models import ApiToken, User
from khumkan.kernel import clock
from khumkan.record.models import Event
from tests.trust import forms
from tests.trust.sweep import TRACES, Writes, taken_back
from tests.trust.table import OPERATIONS
from tests.trust.world import (
    BANK_SCOPES,
    CALL_SCOPES,
    DOSE_SCOPES,
    EMPLOYER_SCOPES,
    EVERY_SCOPE,
    HOUSE_SCOPES,
    SCOPES,
    browser,
    unknown,
)

pytestmark = pytest.mark.xdist_group("trust")
SPECIMENS, RESULTS, REGISTRATIONS = SCOPES
OBSERVATIONS, BEDS = HOUSE_SCOPES
LISTS, FILINGS = EMPLOYER_SCOPES
IMMUNIZATIONS, FHIR = DOSE_SCOPES
(BOOK,) = BANK_SCOPES
(CALLS,) = CALL_SCOPES
#: What reports persons to a centre that knows them by nothing but name and number, and leaves a trace of each.
NAMES = frozenset({"immunizations"})
#: What speaks of persons by their reference, which tells nobody else anything.
REFERENCES = frozenset({"fhir_immunizations", "fhir_appointments"})
#: What gives rows back to whose software sent them, cell by cell; of the register it tells nothing.
ECHOES = frozenset({"list_rows_of"})
PLACES = ("here", "there", "country")


@dataclass(frozen=True)
class Operation:
    """What is promised of one operation.

    :param scope: what the token must be allowed; nothing where everybody may ask.
    :param thing: what stands in the address or the body, and must lie where the token is for.
    """

    method: str
    status: int
    scope: str = ""
    thing: str = ""


#: Written by hand from what the service promises.
PROMISED = {
    "health": Operation("GET", 200),
    "sessions": Operation("GET", 200),
    "register": Operation("POST", 201, REGISTRATIONS, "person"),
    "specimens": Operation("GET", 200, SPECIMENS, "laboratory"),
    "results": Operation("POST", 201, RESULTS, "laboratory"),
    "send_file": Operation("POST", 202, RESULTS, "laboratory"),
    "file_state": Operation("GET", 200, RESULTS, "file"),
    "file_rows": Operation("GET", 200, RESULTS, "file"),
    "send_filing": Operation("POST", 202, FILINGS, "filing_of"),
    "filing_state": Operation("GET", 200, FILINGS, "filing"),
    "filing_lines": Operation("GET", 200, FILINGS, "filing"),
    "observe": Operation("POST", 201, OBSERVATIONS, "in_bed"),
    "free_beds": Operation("GET", 200, BEDS, "house"),
    # a list of the employer is open already, which is said after it was found out who asks
    "send_list": Operation("POST", 422, LISTS, "employer"),
    "send_list_file": Operation("POST", 422, LISTS, "employer"),
    "list_state": Operation("GET", 200, LISTS, "vaccination_list"),
    "list_rows_of": Operation("GET", 200, LISTS, "vaccination_list"),
    "take_list": Operation("POST", 200, LISTS, "vaccination_list"),
    "drop_list": Operation("POST", 200, LISTS, "vaccination_list"),
    "loan_money": Operation("GET", 200, BOOK, "loan"),
    "book_drawing": Operation("POST", 201, BOOK, "loan"),
    "book_payment": Operation("POST", 201, BOOK, "loan"),
    # the file has no columns of money, which is said after it was found out who asks
    "send_money_file": Operation("POST", 422, BOOK, "bank"),
    "money_file": Operation("GET", 200, BOOK, "money_file"),
    "money_file_lines": Operation("GET", 200, BOOK, "money_file"),
    "take_money_file": Operation("POST", 200, BOOK, "money_file"),
    "drop_money_file": Operation("POST", 200, BOOK, "money_file"),
    "immunizations": Operation("GET", 200, IMMUNIZATIONS, "doses"),
    "fhir_immunizations": Operation("GET", 200, FHIR, "doses"),
    "fhir_appointments": Operation("GET", 200, FHIR, "doses"),
    "tell_of_call": Operation("POST", 200, CALLS),
}


def expected(promise, token, thing):
    """Return the status that is promised."""
    if not promise.scope:
        return promise.status
    scope, _, place = token.partition("@")
    if scope != promise.scope:
        return 401
    if thing == "nobody" or place not in (thing, "country") or (promise.thing == "person" and place != "country"):
        return 404
    if scope == FILINGS and place == "country":
        return 404  # what an employer pays is its own: no token is for the filings of everybody
    return promise.status


@pytest.fixture(scope="module")
def tokens(world):
    """Every token of the world, and those that have ended in one way or another."""
    held = dict(world.tokens)
    for name, ended in (
        ("revoked", {"revoked_at": Now()}),
        ("expired", {"expires_at": Now() - timedelta(seconds=1)}),
    ):
        held[name] = world.token("ended", EVERY_SCOPE)
        ApiToken.objects.filter(pk=ApiToken.objects.latest("pk").pk).update(**ended)
    held["left"] = world.token("ended", EVERY_SCOPE)
    gone = User.objects.create(username="gone", name="gone", password="!", is_active=False)
    ApiToken.objects.filter(pk=ApiToken.objects.latest("pk").pk).update(owner=gone)
    return {**held, "none": "", "nonsense": "nonsense"}


#: What stands in the address: the reference of a corner's thing, and the prefix of one that nobody has.
NAMED = {
    "laboratory": (lambda corner: corner.laboratory.reference, "L"),
    "file": (lambda corner: corner.file.reference, "F"),
    "house": (lambda corner: corner.hospitel.facility.site.reference, "L"),
    "in_bed": (lambda corner: corner.hospitel.cares["in_bed"].reference, "H"),
    "employer": (lambda corner: corner.employer.reference, "E"),
    "filing_of": (lambda corner: corner.employer.reference, "E"),
    "filing": (lambda corner: corner.filing.reference, "F"),
    "doses": (lambda corner: corner.campaign.site.reference, "L"),
    "vaccination_list": (lambda corner: corner.campaign.sent_list.reference, "L"),
    "loan": (lambda corner: corner.money.loan.reference, "L"),
    "bank": (lambda corner: corner.money.bank.code, "B"),
    "money_file": (lambda corner: corner.money.file.reference, "F"),
}
BODIES = {
    "tell_of_call": {"call": "c-1", "event": "ringing", "at": clock.now().isoformat(), "number": "0812345678"},
    "observe": {"spo2": 97},
    "book_drawing": {"number": "D9", "amount": "1000.50", "booked_on": forms.day(0)},
    "book_payment": {"number": "R9", "amount": "1000.50", "booked_on": forms.day(0)},
    "send_list": {"workers": [{"number": "1", "first_name": "x", "birth_date": "1990-01-01"}]},
}


def request_of(world, name, thing):
    """Return the path and the body of an operation about a thing."""
    corner = {"here": world.here, "there": world.there}.get(thing)
    promise, args, body = PROMISED[name], [], BODIES.get(name)
    if promise.thing in NAMED:
        reference, prefix = NAMED[promise.thing]
        args = [reference(corner) if corner else unknown(prefix)]
    if promise.thing == "employer":
        args.append(world.here.campaign.roster.phase_id)
    if name == "results":
        code = corner.specimens["received"].code if corner else unknown("S")
        body = {"results": [{"code": code, "outcome": "negative"}]}
    elif name == "register":
        number = corner.people["free"].number if corner else world.nobodys_number
        answers = {"met_on": forms.day(-1)}
        body = {"number": number, "ground": "contact", "because": "asked by telephone", "answers": answers}
    path = reverse(f"api:api_operations:{name}", args=[] if name in REFERENCES else args)
    return path + _query(name, args), body


def _query(name, args):
    """Return what is asked in the query of an operation: the site and today, or the month of a filing."""
    today = forms.day(0)
    if name == "send_money_file":
        return "?kind=repayments"
    if name == "send_filing":
        return f"?month={today}"
    if name in REFERENCES:
        return f"?location={args[0]}&date={today}"
    return f"?day={today}" if name in NAMES else ""


def call(world, name, thing, token):
    """Call an operation; return the answer and the tables that it changed. Everything is taken back."""
    path, body = request_of(world, name, thing)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    client, writes = browser(), Writes()
    with taken_back(), connection.execute_wrapper(writes):
        if PROMISED[name].method == "GET":
            response = client.get(path, headers=headers)
        else:
            headers["Idempotency-Key"] = uuid.uuid4().hex
            is_file = name in ("send_file", "send_list_file", "send_money_file", "send_filing")
            more = {"file": forms.results_file(world)} if is_file else json.dumps(body)
            kind = {} if is_file else {"content_type": "application/json"}
            response = client.post(path, more, headers=headers, **kind)
    return response, frozenset(writes.tables - TRACES - {"accounts_apitoken"}), path


@pytest.fixture(scope="module")
def answered(world, tokens):
    """What every token got from every operation about every thing."""
    return {
        (name, token, thing): call(world, name, thing, tokens[token])
        for name, promise in PROMISED.items()
        for token in tokens
        for thing in (("here", "there", "nobody") if promise.thing else ("here",))
    }


def test_every_operation_is_promised_something():
    assert {name.rpartition(":")[2] for name in OPERATIONS} == set(PROMISED)


def test_every_token_gets_what_is_promised_and_nothing_else(answered):
    wrong = [
        f"{asked}: {response.status_code}, promised {expected(PROMISED[asked[0]], *asked[1:])}"
        for asked, (response, *_) in answered.items()
        if response.status_code != expected(PROMISED[asked[0]], *asked[1:])
    ]
    assert not wrong, "\n".join(wrong)
    assert len(answered) > 200


def test_whoever_is_turned_away_changes_nothing(answered):
    wrong = [
        f"{asked}: {sorted(changed)}"
        for asked, (response, changed, _) in answered.items()
        if response.status_code >= 400 and changed
    ]
    assert not wrong, "\n".join(wrong)


def test_what_lies_elsewhere_looks_like_what_does_not_exist(answered):
    """Word for word, apart from the reference of the error."""
    compared = 0
    for (name, token, thing), (response, _, path) in answered.items():
        if response.status_code == 404 and thing != "nobody":
            missing = answered[name, token, "nobody"][0]
            assert words_of(response) == words_of(missing), (name, token, path)
            compared += 1
    assert compared >= 14


def words_of(response):
    return {key: value for key, value in response.json().items() if key != "reference"}


def test_no_answer_names_anybody(answered, world):
    marks = {mark for marked in world.everybody.values() for mark in marked.marks}
    references = {marked.person.reference for marked in world.everybody.values()}
    told = {asked: response.content.decode() for asked, (response, *_) in answered.items()}
    named = [(asked, mark) for asked, text in told.items() for mark in marks if mark in text]
    assert [each for each in named if each[0][0] not in NAMES | REFERENCES | ECHOES] == []
    assert [each for each in named if each[0][0] in REFERENCES and each[1] not in references] == []
    assert {asked[0] for asked, _mark in named} == NAMES | REFERENCES | ECHOES, "control: who may be named is found"


def test_whom_an_operation_names_has_a_trace(world, tokens):
    """The centre is told name and number of who was given a dose here, and the person sees that on their own page."""
    given = world.here.people["v_given"]
    path, _body = request_of(world, "immunizations", "here")
    with taken_back():
        before = saw(given)
        headers = {"Authorization": f"Bearer {tokens[f'{IMMUNIZATIONS}@here']}"}
        answer = browser().get(path, headers=headers)
        assert [each["patient"]["CID"] for each in answer.json()] == [given.number]
        assert saw(given) == before + 1


def saw(marked):
    """Count the traces of looks at somebody."""
    return Event.objects.filter(name="record.saw", person_id=marked.person.pk).count()


def test_control_a_token_that_is_good_for_everything_is_found(world, tokens, monkeypatch):
    """With the comparison of scopes taken away, a token for specimens sends results."""
    asked = ("results", f"{SPECIMENS}@here", "here")
    monkeypatch.setattr(bearer.tokens, "may", lambda actor, scope: True)
    response, changed, _ = call(world, asked[0], asked[2], tokens[asked[1]])
    assert response.status_code != expected(PROMISED[asked[0]], *asked[1:])
    assert changed
