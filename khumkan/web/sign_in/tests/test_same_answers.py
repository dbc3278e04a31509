"""Before somebody is signed in, nothing tells whether a number is insured, or anything else about its holder (S6)."""

import random
import re
import statistics
import time
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from khumkan.accounts import codes, testing, throttle
from khumkan.accounts.models import OneTimeCode, PhoneChange, Session
from khumkan.kernel.actors import Actor
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.record.inline import run_jobs
from khumkan.registry import queries as registry
from khumkan.registry.actions.periods import end_cover, start_cover
from khumkan.registry.states import Section
from khumkan.screening.actions import results
from khumkan.screening.models import Case, Result
from khumkan.screening.tests.at_the_lab import a_laboratory, csv_file, specimens
from khumkan.situation.queries import announcements
from khumkan.web.sign_in import asking, phones
from khumkan.web.sign_in.tests.support import REGISTRAR, register, sms, thai_number

pytestmark = pytest.mark.django_db
SECRETS = re.compile(r'name="(csrfmiddlewaretoken|form_key)" value="[^"]*"')
#: What differs between two runs of one statement: texts and numbers.
VALUES = re.compile(r"'[^']*'(?:::bytea)?|\d+")
SHARED = "+66810000001"


def leave_alone(person):
    """Registered, and nothing else is known."""


def insured(person):
    start_cover(person_id=person.pk, section=Section.EMPLOYEE, on=date(2020, 1, 1), by=REGISTRAR)


def died(person):
    insured(person)
    type(person).objects.filter(pk=person.pk).update(died_on="2021-07-01")


def left(person):
    insured(person)
    end_cover(person_id=person.pk, on=date(2021, 3, 31), by=REGISTRAR)
    person.refresh_from_db()
    assert person.section is None


def has_a_letter(person):
    codes.write_letter(kind=IdentifierKind.THAI, number=registry.documents_of(person.pk)[0].number, person_id=person.pk)
    assert OneTimeCode.objects.filter(person_id=person.pk, code_hash__isnull=False).exists()


def has_a_result(outcome):
    def arrange(person):
        laboratory = a_laboratory()
        (swab,) = specimens(laboratory, persons=[person])
        file = csv_file([(swab.code, outcome)])
        results.import_file(laboratory_id=laboratory.pk, file=file, name="results.csv", by=REGISTRAR)
        assert Result.objects.get(specimen=swab).outcome == outcome
        assert Case.objects.filter(person=person).exists() is (outcome == "positive")

    return arrange


def changes_the_phone(person):
    phones.ask_change(person_id=person.pk, phone="+66899999999", by=Actor.person(person.pk))
    assert PhoneChange.objects.filter(person_id=person.pk, state="waiting").exists()


def is_signed_in_elsewhere(person):
    testing.sign_in(Client(), person.pk)
    assert Session.objects.filter(person_id=person.pk).exists()


#: In which states somebody may be whose number is typed in, and what brings them there.
ARRANGED = {
    "registered": leave_alone,
    "insured": insured,
    "no_phone": insured,
    "shared_phone": insured,
    "english": insured,
    "died": died,
    "left": left,
    "letter": has_a_letter,
    "positive": has_a_result("positive"),
    "negative": has_a_result("negative"),
    "new_phone": changes_the_phone,
    "signed_in": is_signed_in_elsewhere,
}
STATES = ["unknown", *ARRANGED]
PHONES = {"no_phone": "", "shared_phone": SHARED, "insured": SHARED}


def number_of(state):
    return thai_number(1000 + STATES.index(state))


@pytest.fixture
def everybody():
    """One person in each state."""
    for index, (state, arrange) in enumerate(ARRANGED.items()):
        phone = PHONES.get(state, f"+668100001{index:02d}")
        arrange(register(number_of(state), phone=phone, language="en" if state == "english" else "th"))


def browser(place):
    """Return a browser in a network of its own, so that what one tried does not slow the next."""
    return Client(REMOTE_ADDR=f"10.{place}.0.1")


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


def walk(place, number, *, language, delivered):
    """Return all that a browser sees that tries everything at the door with one number."""
    window = browser(place)
    steps = [window.get(f"/sign-in/?lang={language}")]
    steps.append(window.post("/sign-in/", {"kind": "thai", "number": number}))
    if delivered:
        sms()
    steps.append(window.get("/sign-in/code/"))
    steps += [window.post("/sign-in/code/", {"code": "000000"}) for _ in range(6)]
    steps.append(window.post("/sign-in/letter/", {"kind": "thai", "number": number, "code": "L-22222-22222"}))
    steps += [window.post("/sign-in/", {"kind": "thai", "number": number}) for _ in range(4)]
    return [tuple(map(mask(number), seen(step))) for step in steps]


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("delivered", [False, True])
def test_every_step_is_the_same_in_every_state(everybody, language, delivered):
    walks = {
        state: walk(place, number_of(state), language=language, delivered=delivered)
        for place, state in enumerate(STATES)
    }
    for state, walked in walks.items():
        assert walked == walks["unknown"], state


def test_a_number_that_is_locked_tells_nothing_either(everybody):
    """Whoever was tried too often is refused in the same words, insured or not."""
    walks = {}
    for place, state in enumerate(("unknown", "insured", "letter", "died")):
        for tries in range(2):
            walks[state, tries] = walk(10 * place + tries, number_of(state), language="en", delivered=True)
    for (state, tries), walked in walks.items():
        assert walked == walks["unknown", tries], (state, tries)
    assert walks["unknown", 0] != walks["unknown", 1]


def test_control_a_page_that_knows_the_dead_is_noticed(everybody, monkeypatch):
    """Refusing a code for somebody who died, kind as it may be, is seen by the comparison."""
    usual = asking.for_number

    def kind_refusal(request, kind, number):
        person = registry.person_by_number(kind, number)
        return None if person and person.died_on else usual(request, kind, number)

    monkeypatch.setattr(asking, "for_number", kind_refusal)
    walks = [
        walk(place, number_of(state), language="en", delivered=True) for place, state in enumerate(("unknown", "died"))
    ]
    assert walks[0] != walks[1]


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
        window = Client()
        assert window.post("/sign-in/", {"kind": "thai", "number": number_of(state)}).status_code == 302
        window.post("/sign-in/code/", {"code": "000000"})
        window.post("/sign-in/letter/", {"kind": "thai", "number": number_of(state), "code": "L-22222-22222"})


def test_the_database_does_the_same_work(everybody, monkeypatch):
    monkeypatch.setattr(announcements, "BANNERS_KEPT", 3_600.0)  # or one of the states asks for them anew
    announcements.forget_banners()
    announcements.banners()
    shapes = {}
    for place, state in enumerate(STATES):
        window = browser(place)
        with CaptureQueriesContext(connection) as captured:
            window.post("/sign-in/", {"kind": "thai", "number": number_of(state)})
            window.post("/sign-in/code/", {"code": "000000"})
        shapes[state] = [VALUES.sub("?", query["sql"]) for query in captured]
    assert len(shapes["unknown"]) > 10
    announcements.forget_banners()
    for state, shape in shapes.items():
        assert shape == shapes["unknown"], state


def medians(known, unknown, *, times=60):
    """Return the median seconds of asking for known and unknown numbers, in random order."""
    taken = {"known": [], "unknown": []}
    order = ["known", "unknown"] * times
    random.Random(6).shuffle(order)
    for which in order:
        number = known if which == "known" else unknown
        OneTimeCode.objects.all().delete()
        window = Client()
        begun = time.perf_counter()
        window.post("/sign-in/", {"kind": "thai", "number": number})
        window.post("/sign-in/code/", {"code": "000000"})
        taken[which].append(time.perf_counter() - begun)
    return statistics.median(taken["known"]), statistics.median(taken["unknown"])


@pytest.fixture
def no_limits(monkeypatch):
    monkeypatch.setattr(throttle, "take_all", lambda *pairs: True)
    monkeypatch.setattr(throttle, "take", lambda *pair, **more: True)


def test_it_takes_as_long(everybody, no_limits):
    known, unknown = medians(number_of("insured"), number_of("unknown"))
    assert abs(known - unknown) <= 0.005


def test_control_an_early_return_is_seen_by_its_time(everybody, no_limits, monkeypatch):
    """The usual way: look into the register first, turn away who is not there, send to the others at once."""
    run_jobs()
    usual = asking._ask

    def early_return(request, purpose, *, target, person_id=None):
        kind, _, number = target.partition(":")
        if registry.person_by_number(IdentifierKind(kind), number) is None:
            return codes.Asked("nobody", 0)
        asked = usual(request, purpose, target=target, person_id=person_id)
        run_jobs()
        return asked

    monkeypatch.setattr(asking, "_ask", early_return)
    known, unknown = medians(number_of("insured"), number_of("unknown"), times=15)
    assert known - unknown > 0.005
