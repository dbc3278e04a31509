"""The office's pages of sites and holidays."""

import secrets
from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from khumkan.accounts import testing
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.places import actions
from khumkan.places.models import Holiday, Site
from khumkan.places.tests.test_places import HEAD_OFFICE, areas, details
from khumkan.ui.testing import assert_page_is_sound

__all__ = ["areas"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("areas")]
SITES = "/office/places/"
FILLED = {
    "name_th": "สนามกีฬา",
    "name_en": "Stadium",
    "kinds": ["testing", "vaccination"],
    "province": "20",
    "district": "เมือง",
    "subdistrict": "บางปลาสร้อย",
    "latitude": "13.3611",
    "longitude": "100.9847",
    "opens_0": "08:00",
    "closes_0": "16.30",
    "capacity_testing": "300",
}


@pytest.fixture
def officer(client: Client) -> Client:
    return testing.sign_in(client, testing.user(Role.OFFICER))


def sent(**more: object) -> dict[str, object]:
    return {**FILLED, "form_key": secrets.token_hex(16), **more}


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_page_is_sound_in_both_languages(officer: Client, language: str) -> None:
    officer.cookies["django_language"] = language
    site = actions.add_site(details=details(), by=HEAD_OFFICE)
    actions.set_holiday(on=date(2026, 4, 13), name_th="สงกรานต์", name_en="Songkran", is_closed=True, by=HEAD_OFFICE)
    actions.close_days(site_id=site.pk, first=date(2999, 1, 1), last=date(2999, 1, 2), why="ซ่อม", by=HEAD_OFFICE)

    for address in (
        SITES,
        f"{SITES}add/",
        f"{SITES}{site.reference}/",
        f"{SITES}{site.reference}/change/",
        f"{SITES}holidays/?year=2026",
        f"{SITES}holidays/add/",
        f"{SITES}holidays/2026-04-13/",
    ):
        answer = officer.get(address)
        assert answer.status_code == 200, address
        assert_page_is_sound(answer)


def test_a_site_is_added_and_changed_by_the_names_on_the_map(officer: Client) -> None:
    answer = officer.post(f"{SITES}add/", sent())

    site = Site.objects.get()
    assert answer.headers["Location"] == f"{SITES}{site.reference}/"
    assert (site.subdistrict_id, site.province_code, site.kinds) == ("200101", "20", ["testing", "vaccination"])
    page = officer.get(f"{SITES}{site.reference}/change/").content.decode()
    assert "สนามกีฬา" in page
    assert 'value="300"' in page

    officer.post(f"{SITES}{site.reference}/change/", sent(name_th="หอประชุม", capacity_testing=""))

    site.refresh_from_db()
    assert site.name_th == "หอประชุม"
    assert not site.capacities.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"district": "อะไรก็ไม่รู้"},
        {"subdistrict": "ที่ไหน"},
        {"closes_0": ""},
        {"closes_0": "07:00"},
        {"latitude": "100.98", "longitude": "13.36"},
        {"kinds": []},
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_nothing_is_lost(officer: Client, wrong: dict[str, object]) -> None:
    answer = officer.post(f"{SITES}add/", sent(**wrong))

    assert answer.status_code == 422
    assert_page_is_sound(answer)
    assert "สนามกีฬา" in answer.content.decode()
    assert not Site.objects.exists()


def test_a_site_is_suspended_closed_and_opened_again(officer: Client) -> None:
    site = actions.add_site(details=details(), by=HEAD_OFFICE)
    base = f"{SITES}{site.reference}/"

    officer.post(f"{base}open/", sent(open="no"))
    site.refresh_from_db()
    assert not site.is_open
    days = {"first": "2100-01-01", "last": "2643-01-02", "why": "ซ่อม"}
    assert officer.post(f"{base}closures/add/", sent(**days)).status_code == 302
    closure = site.closures.get()
    assert (closure.closed_from, closure.closed_to) == (date(2100, 1, 1), date(2100, 1, 2)), "both eras are understood"
    assert officer.post(f"{base}closures/add/", sent(why="")).status_code == 422
    officer.post(f"{base}closures/{closure.pk}/reopen/", sent())
    assert not site.closures.exists()


def test_a_holiday_is_changed_by_the_head_office_only(officer: Client, client: Client) -> None:
    actions.set_holiday(on=date(2026, 4, 13), name_th="สงกรานต์", is_closed=True, by=HEAD_OFFICE)
    officer.post(f"{SITES}holidays/2026-04-13/", {"name_th": "เปิด", "form_key": secrets.token_hex(16)})
    changed = Holiday.objects.get()
    assert (changed.name_th, changed.is_closed) == ("เปิด", False)
    assert officer.get(f"{SITES}holidays/2026-04-14/").status_code == 404
    assert officer.get(f"{SITES}holidays/nonsense/").status_code == 404

    region = testing.user(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key="20")
    answer = testing.sign_in(Client(), region).get(f"{SITES}holidays/2026-04-13/")
    assert answer.status_code in (403, 422)


def test_an_officer_of_a_region_sees_its_sites_only(client: Client) -> None:
    other = actions.add_site(details=details(code="100101"), by=HEAD_OFFICE)
    region = testing.sign_in(client, testing.user(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key="20"))

    assert other.reference not in region.get(SITES).content.decode()
    assert region.get(f"{SITES}{other.reference}/").status_code == 404
    assert region.post(f"{SITES}{other.reference}/open/", sent(open="no")).status_code == 404


def test_the_list_costs_the_same_for_many_sites(
    officer: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        actions.add_site(details=details(f"ที่ {number}"), by=HEAD_OFFICE)

    with django_assert_max_num_queries(10):
        assert officer.get(SITES).status_code == 200
