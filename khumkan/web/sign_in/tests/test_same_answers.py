"""Before somebody is signed in, nothing tells whether a number is insured, or anything else about its holder (S6)."""

import random
import re
import statistics
import time

import pytest
from django.test import Client

from khumkan.accounts.models import OneTimeCode
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.registry import queries as registry
from khumkan.web.sign_in import asking
from khumkan.web.sign_in.tests.support import register, sms, thai_number

pytestmark = pytest.mark.django_db
STATES = ["unknown", "insured", "no_phone", "died", "left", "shared_phone", "english", "letter"]
SECRETS = re.compile(r'name="(csrfmiddlewaretoken|form_key)" value="[^"]*"')


def number_of(state):
    return thai_number(1000 + STATES.index(state))


@pytest.fixture
def everybody():
    """One person in each state."""
    phones = {"no_phone": "", "shared_phone": "+66810000001", "insured": "+66810000001"}
    for index, state in enumerate(STATES[1:]):
        phone = phones.get(state, f"+6681000010{index}")
        person = register(number_of(state), phone=phone, language="en" if state == "english" else "th")
        if state == "died":
            type(person).objects.filter(pk=person.pk).update(died_on="2021-07-01")


def seen(response):
    """Return all that a browser sees of an answer, without what is random by nature."""
    headers = {name: value for name, value in response.items() if name != "X-Request-Id"}
    cookies = {
        name: {part: morsel[part] for part in ("max-age", "path", "samesite", "httponly", "secure")}
        | {"long": len(morsel.value)}
        for name, morsel in response.cookies.items()
        if name != "csrftoken"
    }
    return response.status_code, headers, cookies, SECRETS.sub("", response.content.decode())


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("delivered", [False, True])
def test_every_step_is_the_same_in_every_state(everybody, language, delivered):
    walks = {}
    for state in STATES:
        browser, number = Client(), number_of(state)
        steps = [browser.get(f"/sign-in/?lang={language}")]
        steps.append(browser.post("/sign-in/", {"kind": "thai", "number": number}))
        if delivered:
            sms()
        steps.append(browser.get("/sign-in/code/"))
        steps += [browser.post("/sign-in/code/", {"code": "000000"}) for _ in range(6)]
        steps.append(browser.post("/sign-in/letter/", {"kind": "thai", "number": number, "code": "L-22222-22222"}))
        steps += [browser.post("/sign-in/", {"kind": "thai", "number": number}) for _ in range(4)]
        walks[state] = [tuple(map(mask(number), seen(step))) for step in steps]
    for state, walk in walks.items():
        assert walk == walks["unknown"], state


def mask(number):
    """Return a function that hides the number typed in, which a page may repeat."""
    return lambda part: part.replace(number, "NUMBER") if isinstance(part, str) else part


def test_the_request_leaves_the_register_alone(everybody, monkeypatch):
    """The reason why it holds: between browser and answer nobody asks the register."""

    def asked(*args):
        raise AssertionError("the register was asked while a browser waits")

    monkeypatch.setattr(registry, "person_by_number", asked)
    monkeypatch.setattr(registry, "phone_of", asked)
    for state in STATES:
        browser = Client()
        assert browser.post("/sign-in/", {"kind": "thai", "number": number_of(state)}).status_code == 302
        browser.post("/sign-in/code/", {"code": "000000"})
        browser.post("/sign-in/letter/", {"kind": "thai", "number": number_of(state), "code": "L-22222-22222"})


def test_the_database_does_the_same_work(everybody):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    shapes = set()
    for state in ("unknown", "insured", "died"):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            browser = Client()
            browser.post("/sign-in/", {"kind": "thai", "number": number_of(state)})
            browser.post("/sign-in/code/", {"code": "000000"})
        shapes.add(tuple(query["sql"].split(" ")[0] for query in captured))
    assert len(shapes) == 1


def medians(known, unknown, *, times=60):
    """Return the median seconds of asking for known and unknown numbers, in random order."""
    taken = {"known": [], "unknown": []}
    order = ["known", "unknown"] * times
    random.Random(6).shuffle(order)
    for which in order:
        number = known if which == "known" else unknown
        OneTimeCode.objects.all().delete()
        browser = Client()
        begun = time.perf_counter()
        browser.post("/sign-in/", {"kind": "thai", "number": number})
        browser.post("/sign-in/code/", {"code": "000000"})
        taken[which].append(time.perf_counter() - begun)
    return statistics.median(taken["known"]), statistics.median(taken["unknown"])


@pytest.fixture
def no_limits(monkeypatch):
    from khumkan.accounts import throttle

    monkeypatch.setattr(throttle, "take_all", lambda *pairs: True)


def test_it_takes_as_long(everybody, no_limits):
    known, unknown = medians(number_of("insured"), number_of("unknown"))
    assert abs(known - unknown) <= 0.005


def test_control_looking_first_takes_longer(everybody, no_limits, monkeypatch):
    """The usual way, looking into the register and sending at once, is seen by its time."""
    from khumkan.web.sign_in import delivery

    usual = asking._ask

    def early_return(request, purpose, *, target, person_id=None):
        kind, _, number = target.partition(":")
        asked = usual(request, purpose, target=target, person_id=person_id)
        if registry.person_by_number(IdentifierKind(kind), number) is not None:
            time.sleep(0.008)  # the gateway's answer, at its fastest
            delivery.deliver(asked.code_id)
        return asked

    monkeypatch.setattr(asking, "_ask", early_return)
    known, unknown = medians(number_of("insured"), number_of("unknown"), times=15)
    assert known - unknown > 0.005
