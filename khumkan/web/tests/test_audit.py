"""The auditor begins from a colleague."""

import pytest
from django.test import Client

from khumkan.accounts import testing
from khumkan.kernel.actors import Role
from khumkan.ui.testing import assert_page_is_sound
from khumkan.web.queries import audit

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(client: Client) -> Client:
    return testing.sign_in(client, testing.user(Role.AUDITOR))


@pytest.mark.parametrize("language", ["th", "en"])
def test_a_colleague_is_found_by_user_name(auditor: Client, language: str) -> None:
    wanted, other = testing.user(Role.AGENT, name="anong.sri"), testing.user(Role.AGENT, name="boonmee")

    page = auditor.get(f"/audit/?q=Anong&lang={language}")

    assert_page_is_sound(page)
    assert f'href="/audit/staff/{wanted.pk}/"' in page.text
    assert f"/audit/staff/{other.pk}/" not in page.text
    found = auditor.get(f"/audit/staff/{wanted.pk}/")
    assert_page_is_sound(found)
    assert "anong.sri" in found.text


def test_nothing_is_listed_before_somebody_asks(auditor: Client) -> None:
    user = testing.user(Role.AGENT)

    page = auditor.get("/audit/")

    assert_page_is_sound(page)
    assert f"/audit/staff/{user.pk}/" not in page.text


def test_nobody_found_and_too_many_are_said(auditor: Client) -> None:
    assert "No member of staff has a name like this" in auditor.get("/audit/?q=zzz&lang=en").text
    for number in range(audit.MOST_STAFF + 1):
        testing.user(name=f"swabber{number:02}")

    page = auditor.get("/audit/?q=swabber&lang=en").text

    assert page.count("/audit/staff/") == audit.MOST_STAFF
    assert "There may be more" in page
