"""The pages of sites and holidays in a real browser: accessible and fitting, in both languages, on phone and desk."""

from datetime import date

import pytest
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from khumkan.accounts import testing
from khumkan.accounts.sessions import cookie_name
from khumkan.kernel.actors import Role
from khumkan.places import actions
from khumkan.places.states import SiteKind
from khumkan.places.tests.test_places import HEAD_OFFICE, areas, details
from khumkan.ui.testing import assert_accessible, assert_no_sideways_scroll, take_picture

__all__ = ["areas"]
pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def pages(live_server: LiveServer, page: Page, areas: None) -> dict[str, str]:
    """Make a site and a holiday, sign the browser in as an officer, and name the pages there are."""
    site = actions.add_site(
        details=details(
            name_en="Stadium",
            kinds=[SiteKind.TESTING, SiteKind.VACCINATION],
            capacities={SiteKind.TESTING: 300},
            address="99 ถนนสุขุมวิท",
            phone="038 123 456",
        ),
        by=HEAD_OFFICE,
    )
    actions.close_days(site_id=site.pk, first=date(2999, 1, 1), last=date(2999, 1, 2), why="ซ่อม", by=HEAD_OFFICE)
    actions.set_holiday(on=date(2026, 4, 13), name_th="สงกรานต์", name_en="Songkran", is_closed=True, by=HEAD_OFFICE)
    key = testing.sign_in(Client(), testing.user(Role.OFFICER)).cookies[cookie_name()].value
    page.context.add_cookies([{"name": cookie_name(), "value": key, "url": live_server.url}])
    home = f"{live_server.url}/office/places/"
    return {
        "sites": home,
        "site": f"{home}{site.reference}/",
        "site_form": f"{home}{site.reference}/change/",
        "holidays": f"{home}holidays/?year=2026",
        "holiday": f"{home}holidays/2026-04-13/",
    }


@pytest.mark.parametrize("language", ["th", "en"])
def test_pages_are_accessible_and_fit(page: Page, pages: dict[str, str], language: str) -> None:
    for name, address in pages.items():
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"{address}{'&' if '?' in address else '?'}lang={language}")
            assert page.locator("h1").count() == 1, f"{name}: {page.title()}"
            assert_accessible(page)
            assert_no_sideways_scroll(page, width=width)
            take_picture(page, f"places-{name}-{language}-{width}")
