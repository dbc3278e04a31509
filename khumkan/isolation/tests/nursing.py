"""What the tests of the nurses share: people in beds, browsers of nurses, and the answers of pages."""

import uuid
from decimal import Decimal

from django.test import Client
from django.urls import reverse

from khumkan.accounts.testing import actor_of, sign_in, user
from khumkan.isolation.actions import rounds, stays
from khumkan.isolation.choices import Symptom
from khumkan.isolation.models import Care, Facility, Observation
from khumkan.isolation.rules.answers import Vitals
from khumkan.isolation.tests import hotel
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.registry.models import Person
from khumkan.ui.testing import assert_page_is_sound

ILL = Vitals(temperature=Decimal("38.6"), spo2=93)


def in_bed(person: Person | None = None, *, days_ago: int = 1) -> Care:
    """Let somebody lie in the nearest bed."""
    stay = stays.arrive(stay=hotel.held(hotel.waiting(person, days_ago=days_ago)), by=hotel.OFFICE)
    return hotel.fresh(stay.care)


def observed(care: Care, vitals: Vitals = hotel.WELL, *symptoms: Symptom) -> Observation:
    """Let the office store what was measured."""
    return rounds.observe(care=hotel.fresh(care), vitals=vitals, symptoms=symptoms, by=hotel.OFFICE)


def browser(role: Role, key: str | int = "", scope: ScopeKind = ScopeKind.SITE, *, language: str = "en") -> Client:
    """Sign a member of staff in; `client.actor` is who acts."""
    member = user(role, scope_kind=scope, key=key)
    client = sign_in(Client(), member)
    client.cookies["django_language"] = language
    client.actor = actor_of(member)  # type: ignore[attr-defined]
    return client


def nurse(facility: Facility, *, language: str = "en") -> Client:
    """Sign a nurse of a site in."""
    return browser(Role.NURSE, facility.pk, language=language)


def look(client: Client, name: str, *args: object, status: int = 200, query: str = "") -> str:
    """Open a page, hold it against what holds for every page, and return what it says."""
    response = client.get(reverse(f"isolation:{name}", args=args) + query)
    assert response.status_code == status, response.content.decode()[:2000]
    if status == 200 and "html" in response["Content-Type"]:
        assert_page_is_sound(response)
    return str(response.content.decode())


def press(client: Client, name: str, *args: object, **data: object):  # type: ignore[no-untyped-def]
    """Send a form and follow where it leads."""
    address = reverse(f"isolation:{name}", args=args)
    return client.post(address, {"form_key": uuid.uuid4().hex, **data}, follow=True)
