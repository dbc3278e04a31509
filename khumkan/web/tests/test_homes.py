"""Where the day of each role begins: a page that opens, never a circle."""

import pytest
from django.test import Client
from django.urls import reverse

from khumkan.accounts import testing
from khumkan.accounts.models.staff import STAFF_ROLES
from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.ui.testing import assert_page_is_sound
from khumkan.web import navigation

pytestmark = pytest.mark.django_db
WITH_PAGES = {role for role, _view in navigation.HOMES}
NO_PAGES = "บทบาทของคุณยังไม่มีหน้าให้ใช้งาน"
NO_ROLE = "คุณยังไม่มีบทบาท"


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_the_day_of_each_role_begins_on_a_page_that_opens(client: Client, role: Role) -> None:
    site = role is not Role.ADMINISTRATOR and role not in WITH_PAGES
    scope = {"scope_kind": ScopeKind.SITE, "key": 1} if site else {}
    testing.sign_in(client, testing.user(role, **scope))  # type: ignore[arg-type]

    response = client.get("/", follow=True)

    assert response.status_code == 200
    assert len(response.redirect_chain) == (1 if role in WITH_PAGES else 0)
    assert (NO_PAGES in response.text) is (role not in WITH_PAGES)
    assert_page_is_sound(response)


def test_who_was_invited_and_has_no_role_yet_is_told_whom_to_ask(client: Client) -> None:
    testing.sign_in(client, testing.user())

    response = client.get("/", follow=True)

    assert (response.status_code, response.redirect_chain) == (200, [])
    assert NO_ROLE in response.text
    assert NO_PAGES not in response.text
    assert_page_is_sound(response)


def test_somebody_not_signed_in_reads_nothing_of_roles(client: Client) -> None:
    page = client.get(reverse("web:front")).text

    assert NO_ROLE not in page
    assert NO_PAGES not in page


def test_officers_find_a_person_from_their_menu_and_each_page_stands_there_once() -> None:
    officer = testing.actor(Role.OFFICER)
    both = Actor(officer.kind, officer.id, officer.grants | testing.actor(Role.AGENT).grants)

    for actor in (officer, both):
        views = [place.view for place in navigation.places_of(actor)]
        assert views.count("screening:desk") == 1
        assert len(views) == len(set(views))
