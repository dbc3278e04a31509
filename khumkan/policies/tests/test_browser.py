"""The pages of terms in a real browser: accessible and fitting, in both languages, on a phone and a desk."""

from dataclasses import replace

import pytest
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from khumkan import policies
from khumkan.accounts import testing
from khumkan.accounts.sessions import cookie_name
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.policies import actions
from khumkan.policies.tests.test_terms import Sample
from khumkan.ui.testing import assert_accessible, assert_no_sideways_scroll, take_picture

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def pages(live_server: LiveServer, page: Page) -> dict[str, str]:
    """Make a proposal by one officer, sign the browser in as another, and name the pages there are."""
    today = clock.today()
    one, other = testing.user(Role.OFFICER, name="anne"), testing.user(Role.OFFICER, name="boon")
    proposal = actions.propose(
        values=replace(policies.in_force(Sample, on=today), nights=7),
        effective_from=today,
        why="ลดวันพัก",
        source="คำสั่งที่ 3/2569",
        by=testing.actor_of(one),
    )
    key = testing.sign_in(Client(), other).cookies[cookie_name()].value
    page.context.add_cookies([{"name": cookie_name(), "value": key, "url": live_server.url}])
    home = f"{live_server.url}/office/policies/"
    return {
        "kinds": home,
        "kind": f"{home}tests.sample/",
        "version": f"{home}tests.sample/2/",
        "propose": f"{home}tests.sample/propose/",
        "proposal": f"{home}proposals/{proposal.pk}/",
    }


@pytest.mark.parametrize("language", ["th", "en"])
def test_pages_are_accessible_and_fit(page: Page, pages: dict[str, str], language: str) -> None:
    for name, address in pages.items():
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"{address}?lang={language}")
            assert page.locator("h1").count() == 1, f"{name}: {page.title()}"
            assert_accessible(page)
            assert_no_sideways_scroll(page, width=width)
            take_picture(page, f"policies-{name}-{language}-{width}")


def test_a_second_officer_approves_with_two_taps(page: Page, pages: dict[str, str]) -> None:
    page.goto(f"{pages['proposal']}?lang=en")
    page.get_by_role("button", name="Approve").click()
    assert page.locator("h1").inner_text() == "Version 3"
    assert policies.in_force(Sample, on=clock.today()).nights == 7
