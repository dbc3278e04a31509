"""A register with a few persons, and their phones."""

import random
import re
import uuid

from django.test import Client

from khumkan.accounts import sessions, testing
from khumkan.accounts.models import Session
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.identifiers import IdentifierKind, thai_check_digit
from khumkan.messages import inbox
from khumkan.messages import queries as messages
from khumkan.record.inline import run_jobs
from khumkan.registry.actions import PersonDetails, register_person

REGISTRAR = Actor.system("test")
PHONE, OTHER_PHONE = "+66812345678", "+66898765432"


def thai_number(seed: int) -> str:
    """Return a possible Thai identity number."""
    body = str(random.Random(seed).randrange(10**12)).zfill(12)
    return body + str(thai_check_digit(body))


NUMBER, UNKNOWN = thai_number(1), thai_number(2)


def register(number=NUMBER, *, phone=PHONE, kind=IdentifierKind.THAI, **details):
    """Put a person into the register."""
    values = {"first_name": "สมชาย", "last_name": "ใจดี"} | details
    return register_person(details=PersonDetails(**values), documents=[(kind, number)], phone=phone, by=REGISTRAR)


def sms():
    """Let the queue run, and return all messages shown so far as `(phone, text)`, oldest first."""
    run_jobs()
    letters = [inbox.opened(shown) for shown in messages.shown().order_by("id")]
    return [(letter.address, letter.body) for letter in letters]


def last_code():
    """Return the code in the latest message."""
    return re.search(r"\b\d{6,8}\b", sms()[-1][1]).group()


def ask(client, number=NUMBER, *, kind="thai", next_page=""):
    """Type an identity number in at the door."""
    page = f"/sign-in/?next={next_page}" if next_page else "/sign-in/"
    return client.post(page, {"kind": kind, "number": number})


def sign_in_by_code(client=None, number=NUMBER):
    """Come in by the front door."""
    client = client or Client()
    ask(client, number)
    client.post("/sign-in/code/", {"code": last_code()})
    return client


def is_signed_in(client) -> bool:
    """Tell whether a browser is signed in."""
    cookie = client.cookies.get(sessions.cookie_name())
    return bool(cookie and cookie.value and sessions.find(cookie.value))


def nobody_is_signed_in() -> bool:
    """Tell that there is no person's session at all."""
    return not Session.objects.filter(person_id__isnull=False).exists()


def staff(role=Role.AGENT, client=None):
    """Return a browser in which a member of staff is signed in."""
    return testing.sign_in(client or Client(), testing.user(role))


def send(client, address, **values):
    """Send a form with its key."""
    return client.post(address, values | {"form_key": uuid.uuid4().hex})
