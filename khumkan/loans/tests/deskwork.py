"""A browser of an officer of a bank, of the office or of an employer, for the tests of pages of loans."""

import uuid

from django.test import Client
from django.urls import reverse

from khumkan.accounts.testing import sign_in, user
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.loans.models import Bank
from khumkan.registry.models import Employer
from khumkan.ui.testing import assert_page_is_sound


def at_bank(bank: Bank) -> Client:
    """Sign an officer of a bank in; each call is another officer."""
    return _english(Role.BANKER, ScopeKind.BANK, bank.pk)


def at_office(role: Role = Role.OFFICER) -> Client:
    """Sign somebody of the whole country in; each call is another one."""
    return _english(role, ScopeKind.NATIONAL, "")


def at_province(code: str) -> Client:
    """Sign an officer of one province in."""
    return _english(Role.OFFICER, ScopeKind.PROVINCE, code)


def at_employer(employer: Employer) -> Client:
    """Sign the HR office of an employer in."""
    return _english(Role.EMPLOYER, ScopeKind.EMPLOYER, employer.pk)


def look(client: Client, name: str, *args: object, status: int = 200, query: str = "") -> str:
    """Open a page and return what stands on it."""
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == status, response.content.decode()[:2000]
    if status == 200 and response["Content-Type"].startswith("text/html"):
        assert_page_is_sound(response)
    return response.content.decode()


def send(client: Client, name: str, *args: object, status: int = 302, **given: object) -> str:
    """Send a form and return what came back; after it was led on, the page to which it led."""
    fields = {"form_key": uuid.uuid4().hex, **given}
    response = client.post(reverse(name, args=args), fields, follow=status == 302)
    assert response.status_code == (200 if status == 302 else status), response.content.decode()[:3000]
    if status == 302:
        assert response.redirect_chain, "it was not led on"
    if status in (302, 422):
        assert_page_is_sound(response)
    return response.content.decode()


def _english(role: Role, kind: ScopeKind, key: object) -> Client:
    client = sign_in(Client(), user(role, scope_kind=kind, key=key))
    client.cookies["django_language"] = "en"
    return client
