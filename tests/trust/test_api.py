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
from tests.trust import forms
from tests.trust.sweep import TRACES, Writes, taken_back
from tests.trust.table import OPERATIONS
from tests.trust.world import HOUSE_SCOPES, SCOPES, browser, unknown

pytestmark = pytest.mark.xdist_group("trust")
SPECIMENS, RESULTS, REGISTRATIONS = SCOPES
OBSERVATIONS, BEDS = HOUSE_SCOPES
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
    "observe": Operation("POST", 201, OBSERVATIONS, "in_bed"),
    "free_beds": Operation("GET", 200, BEDS, "house"),
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
    return promise.status


@pytest.fixture(scope="module")
def tokens(world):
    """Every token of the world, and those that have ended in one way or another."""
    held = dict(world.tokens)
    for name, ended in (
        ("revoked", {"revoked_at": Now()}),
        ("expired", {"expires_at": Now() - timedelta(seconds=1)}),
    ):
        held[name] = world.token("ended", (*SCOPES, *HOUSE_SCOPES))
        ApiToken.objects.filter(pk=ApiToken.objects.latest("pk").pk).update(**ended)
    held["left"] = world.token("ended", (*SCOPES, *HOUSE_SCOPES))
    gone = User.objects.create(username="gone", name="gone", password="!", is_active=False)
    ApiToken.objects.filter(pk=ApiToken.objects.latest("pk").pk).update(owner=gone)
    return {**held, "none": "", "nonsense": "nonsense"}


def request_of(world, name, thing):
    """Return the path and the body of an operation about a thing."""
    corner = {"here": world.here, "there": world.there}.get(thing)
    promise, args, body = PROMISED[name], [], None
    if promise.thing == "laboratory":
        args = [corner.laboratory.reference if corner else unknown("L")]
    elif promise.thing == "file":
        args = [corner.file.reference if corner else unknown("F")]
    elif promise.thing == "house":
        args = [corner.hospitel.facility.site.reference if corner else unknown("L")]
    elif promise.thing == "in_bed":
        args, body = [corner.hospitel.cares["in_bed"].reference if corner else unknown("H")], {"spo2": 97}
    if name == "results":
        code = corner.specimens["received"].code if corner else unknown("S")
        body = {"results": [{"code": code, "outcome": "negative"}]}
    elif name == "register":
        number = corner.people["free"].number if corner else world.nobodys_number
        answers = {"met_on": forms.day(-1)}
        body = {"number": number, "ground": "contact", "because": "asked by telephone", "answers": answers}
    return reverse(f"api:api_operations:{name}", args=args), body


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
            more = {"file": forms.results_file(world)} if name == "send_file" else json.dumps(body)
            kind = {} if name == "send_file" else {"content_type": "application/json"}
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
    told = {asked: response.content.decode() for asked, (response, *_) in answered.items()}
    assert [(asked, mark) for asked, text in told.items() for mark in marks if mark in text] == []


def test_control_a_token_that_is_good_for_everything_is_found(world, tokens, monkeypatch):
    """With the comparison of scopes taken away, a token for specimens sends results."""
    asked = ("results", f"{SPECIMENS}@here", "here")
    monkeypatch.setattr(bearer.tokens, "may", lambda actor, scope: True)
    response, changed, _ = call(world, asked[0], asked[2], tokens[asked[1]])
    assert response.status_code != expected(PROMISED[asked[0]], *asked[1:])
    assert changed
