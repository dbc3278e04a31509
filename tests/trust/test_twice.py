"""R6: a retry or a double click is harmless, at every address that changes something.

How the keys work when requests come at the same time is tested in `khumkan/record/tests/test_idempotency.py`, on real
transactions; here every real address is shown to stand behind them.
"""

import json
import uuid
from dataclasses import dataclass, field

import pytest
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.record.models import Event
from khumkan.vaccination.actions.lists import sending
from tests.trust import forms
from tests.trust.sweep import TRACES, Writes, addresses, taken_back
from tests.trust.table import TABLE
from tests.trust.things import may, things
from tests.trust.world import browser

pytestmark = pytest.mark.xdist_group("trust")
NOTHING_SENT = frozenset({404, 405})
#: Where a file of a picture or a figure is fetched: nothing is sent.
FETCHED = frozenset({"gallery_csv"})
#: Views that need no key, and why repeating is harmless or a stored answer is not. This list may only shrink.
COUNTED = "tries are counted in transactions of their own; a code or a ticket serves once"
ANEW = "asks for a code: throttled, and two codes asked for are two codes"
SECRET = "the answer shows a secret that must not be stored"
UNKEYED = {
    "accounts:add_app": COUNTED,
    "accounts:add_passkey": "the challenge of the ticket serves once",
    "accounts:change_password": "a password must not be stored; the same again changes nothing",
    "accounts:decide": SECRET,
    "accounts:enrol": COUNTED,
    "accounts:invitation": COUNTED,
    "accounts:new_token": SECRET,
    "accounts:new_user": SECRET,
    "accounts:prove_again": COUNTED,
    "accounts:provider": "leads to a provider, anew each time",
    "accounts:provider_link": "leads to a provider, anew each time",
    "accounts:renew_recovery_codes": "new codes replace the old ones",
    "accounts:second_factor": COUNTED,
    "accounts:sign_in": COUNTED,
    "accounts:sign_out": "ends this browser's sign-in once",
    "hotline:verify": COUNTED,
    "hotline:incoming": "a message that comes twice changes nothing; each is signed",
    "messaging:receipts": "a receipt that comes twice changes nothing; each is signed",
    "sign_in:code": COUNTED,
    "vaccination:verify": "only looks: nothing is changed, kept or counted",
    "sign_in:decide": SECRET,
    "sign_in:letter": COUNTED,
    "sign_in:new_phone": ANEW,
    "sign_in:new_phone_code": COUNTED,
    "sign_in:prove_again": ANEW,
    "sign_in:prove_again_code": COUNTED,
    "sign_in:provider": "leads to a provider, anew each time",
    "sign_in:start": ANEW,
    "vaccination:field_sync": "each step carries a key of its own, and is a transaction of its own",
}
#: Addresses that take a form and change nothing, for whoever sends it. This list may only shrink.
SHOWS = "a page that only shows, whichever way it is asked for"
LOOKS_UP = "looks something up and leads there; what is typed in must not stand in an address"
SIGN_INS = "ends sign-ins, which are traces of every visit and so not counted as an effect here"
MADE_UP = "is refused, for the places of the world of these tests stand on no map"
WITHOUT_EFFECT = {
    "accounts:end_sign_ins": SIGN_INS,
    "accounts:sign_out_elsewhere": SIGN_INS,
    "gallery": SHOWS,
    "isolation:arrivals": LOOKS_UP,
    "places:add_site": MADE_UP,
    "places:holidays": SHOWS,
    "places:site": SHOWS,
    "places:sites": SHOWS,
    "policies:kind": SHOWS,
    "policies:kinds": SHOWS,
    "policies:proposal": SHOWS,
    "policies:version": SHOWS,
    "registry:persons": LOOKS_UP,
    "screening:desk": LOOKS_UP,
    "screening:desk_invitation": LOOKS_UP,
    "screening:field_session": LOOKS_UP,
    "screening:field_today": LOOKS_UP,
    "screening:lab_find": LOOKS_UP,
    "sign_in:sign_out_elsewhere": SIGN_INS,
    "vaccination:field_day": LOOKS_UP,
    "vaccination:records": LOOKS_UP,
}
#: Tables of the keys themselves and of what every visit leaves behind.
KEYS = frozenset({"record_answer", "accounts_bucket"})
RECORD = frozenset({"record_event"})


def views() -> dict[str, object]:
    """Return the view behind every address."""
    found = {}

    def walk(patterns, spaces):
        for each in patterns:
            if isinstance(each, URLResolver):
                walk(each.url_patterns, (*spaces, each.namespace) if each.namespace else spaces)
            elif isinstance(each, URLPattern):
                found[":".join((*spaces, each.name or "?"))] = each.callback

    walk(get_resolver().url_patterns, ())
    return found


def unkeyed_addresses():
    return {name for name, view in views().items() if hasattr(view, "unkeyed_because")}


def keyed_forms():
    """Return the addresses that take a form, from the resolver; those on the list of the unkeyed left out."""
    return [
        name
        for name in sorted(addresses())
        if name in TABLE and TABLE[name].post - NOTHING_SENT and name not in FETCHED.union(UNKEYED)
    ]


@dataclass
class Tried:
    """What one request did."""

    status: int
    content: bytes
    replayed: bool
    changed: frozenset[str]
    events: int = field(compare=False, default=0)


def tried(client, path, data, key):
    """Send a form under a key, and see what it changed."""
    for value in data.values():
        if hasattr(value, "seek"):
            value.seek(0)
    writes = Writes()
    before = Event.objects.count()
    with connection.execute_wrapper(writes):
        response = client.post(path, data, headers={"Idempotency-Key": key} if key else {})
    content = response.getvalue() if response.streaming else response.content
    replayed = response.get("Idempotency-Replayed") == "true"
    changed = frozenset(writes.tables - KEYS)
    return Tried(response.status_code, content, replayed, changed, Event.objects.count() - before)


def wrong_after(client, path, data, key, first):
    """Return what is wrong with a repetition of a request that had an effect."""
    again = tried(client, path, data, key)
    if (again.status, again.content, again.replayed) != (first.status, first.content, True):
        yield f"the repetition is answered otherwise: {again.status}"
    if again.changed - TRACES or again.events:
        yield f"the repetition changed {sorted(again.changed)}"
    other = tried(client, path, {**data, "something": "else"}, key)
    if other.status != 422 or other.changed - TRACES:
        yield f"another form under the same key: {other.status} {sorted(other.changed)}"
    without = tried(client, path, data, "")
    if without.status != 400 or without.changed - TRACES:
        yield f"without a key: {without.status} {sorted(without.changed)}"


def repeat(world, name):
    """Try an address as whoever may until something comes of it; return whether it did, and what is wrong."""
    page = TABLE[name]
    for visitor in world.visitors.values():
        if page.roles and visitor.role not in page.roles:
            continue
        for thing in things(world, page, list(addresses()[name])):
            if not may(visitor, page, thing):
                continue
            with taken_back():
                path = forms.path_of(world, visitor, name, thing)
                data, key = forms.filled_in(world, visitor.client, name, path), uuid.uuid4().hex
                first = tried(visitor.client, path, data, key)
                if first.status < 400 and first.changed - TRACES - RECORD:
                    return True, list(wrong_after(visitor.client, path, data, key, first))
    return False, []


@pytest.fixture(scope="module")
def repeated(world):
    """What came of every form that was sent twice."""
    return {name: repeat(world, name) for name in keyed_forms()}


def test_every_form_sent_twice_has_one_effect_and_one_answer(repeated):
    wrong = [f"{name}: {each}" for name, (_, found) in repeated.items() for each in found]
    assert not wrong, "\n".join(wrong)
    assert len(repeated) > 60


def test_every_form_was_seen_to_have_an_effect(repeated):
    without = sorted(name for name, (has_effect, _) in repeated.items() if not has_effect)
    assert without == sorted(WITHOUT_EFFECT), " ".join(without)


def test_nothing_is_sent_without_a_key_where_it_is_not_on_the_list():
    assert unkeyed_addresses() == set(UNKEYED)


def test_no_address_takes_anything_without_a_key(world):
    """Whoever asks, whatever stands in the address: the key is looked for first."""
    client, open_doors = browser(), []
    for name, page in TABLE.items():
        if name in UNKEYED:
            continue
        (thing, *_) = things(world, page, list(addresses()[name]))
        with taken_back():
            response = client.post(forms.reverse(name, args=thing.args), {"form_key": ""})
        if response.status_code != 400:
            open_doors.append(f"{name}: {response.status_code}")
    assert not open_doors, "\n".join(open_doors)


def test_control_a_form_without_a_key_is_found(world, monkeypatch):
    """One address taken out of the keys: it stands on no list, and its repetition asks twice."""
    name = "sign_in:ask_letter"
    monkeypatch.setattr(views()[name], "unkeyed_because", "forgotten", raising=False)
    assert unkeyed_addresses() - set(UNKEYED) == {name}
    has_effect, wrong = repeat(world, name)
    assert has_effect
    assert len(wrong) == 4


def operations(world):
    """Return the operations of the API that change something, as a system that may sends them: token, path and body."""
    here = world.here
    site, in_bed = here.laboratory.reference, here.hospitel.cares["in_bed"].reference
    result = {"results": [{"code": here.specimens["received"].code, "outcome": "negative"}]}
    person = {"number": here.people["free"].number, "ground": "contact", "because": "asked by telephone"}
    wish = {**person, "answers": {"met_on": forms.day(-1)}}
    lists = world.tokens["vaccination:lists:write@here"]
    roster, sent = here.campaign.roster, f"vaccination/lists/{here.campaign.sent_list.reference}"
    worker = {"number": here.people["booked"].number, "first_name": "สมใจ", "birth_date": "1985-05-05"}
    return {
        "results": (world.tokens["screening:results:write@here"], f"screening/laboratories/{site}/results", result),
        "register": (world.tokens["screening:registrations:write@country"], "screening/registrations", wish),
        "observe": (
            world.tokens["isolation:observations:write@here"],
            f"isolation/cares/{in_bed}/observations",
            {"temperature": "36.8", "spo2": 97},
        ),
        "tell_of_call": (
            world.tokens["hotline:calls:write@country"],
            "hotline/calls/events",
            {"call": "c-1", "event": "ringing", "at": clock.now().isoformat(), "number": "0812345678"},
        ),
        "send_list": (
            lists,
            f"vaccination/employers/{roster.employer.reference}/phases/{roster.phase_id}/lists",
            {"workers": [worker]},
        ),
        "take_list": (lists, f"{sent}/take", {}),
        "drop_list": (lists, f"{sent}/drop", {}),
    }


#: What is answered where nothing is made, but something that is there is decided.
ANSWERED = {"take_list": 200, "drop_list": 200}


@pytest.mark.parametrize("operation", ["results", "register", "observe", "send_list", "take_list", "drop_list"])
def test_every_operation_sent_twice_has_one_effect_and_one_answer(world, operation):
    token, path, body = operations(world)[operation]
    client = browser()

    def call(key, body=body):
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        before = Event.objects.count()
        response = client.post(f"/api/{path}", json.dumps(body), content_type="application/json", headers=headers)
        return response.status_code, response.content, Event.objects.count() - before

    with taken_back():
        if operation == "send_list":  # the employer's own list is open; one at a time
            sending.drop_list(file=world.here.campaign.sent_list, by=Actor.system("test"))
        first, again = call("one"), call("one")
        assert first[0] == ANSWERED.get(operation, 201)
        assert first[2] > 0
        assert again == (first[0], first[1], 0)
        assert call("one", {**body, "something": "else"})[::2] == (422, 0)
        assert call("")[::2] == (400, 0)
