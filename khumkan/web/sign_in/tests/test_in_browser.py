"""The doors in a real browser: accessible in both languages and widths, with and without a passkey."""

import os
from pathlib import Path

import pytest

from khumkan.accounts import sessions, testing
from khumkan.accounts.factors import recovery
from khumkan.accounts.models import Factor, Session
from khumkan.accounts.states import Method
from khumkan.kernel.actors import Role
from khumkan.ui.testing import assert_accessible, assert_no_sideways_scroll
from khumkan.web.sign_in.tests.support import NUMBER, last_code, register

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PASSWORD = "three plain words"
PUBLIC = ["/sign-in/", "/sign-in/letter/", "/sign-in/staff/", "/sign-in/staff/invitation/"]
OWN = ["/my/account/", "/my/account/phone/", "/my/again/"]
STAFF = ["/account/", "/account/app/", "/account/passkey/", "/account/password/", "/sign-in/again/"]
OFFICE = [
    "/office/users/",
    "/office/users/new/",
    "/office/users/signed-in/",
    "/office/tokens/new/",
    "/office/users/{id}/",
]


def look(page, address):
    """Open a page at two widths, and keep pictures where `KHUMKAN_PICTURES` says."""
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address)
        assert_accessible(page)
        if "KHUMKAN_PICTURES" in os.environ:
            name = address.split("/", 3)[3].replace("/", "_").replace("?", "")
            page.screenshot(path=Path(os.environ["KHUMKAN_PICTURES"]) / f"{name}-{width}.png", full_page=True)
    assert_no_sideways_scroll(page)


def carry(page, live_server, client):
    """Give the browser the sign-in of a test client."""
    name = sessions.cookie_name()
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])


@pytest.mark.parametrize("language", ["th", "en"])
def test_everybody_can_use_the_doors(page, live_server, client, language):
    for address in PUBLIC:
        look(page, f"{live_server.url}{address}?lang={language}")
    carry(page, live_server, testing.sign_in(client, register().pk))
    for address in OWN:
        look(page, f"{live_server.url}{address}?lang={language}")


@pytest.mark.parametrize("language", ["th", "en"])
def test_everybody_can_use_the_pages_of_staff(page, live_server, client, language):
    admin = testing.user(Role.ADMINISTRATOR)
    other = testing.user(Role.OFFICER)
    carry(page, live_server, testing.sign_in(client, admin))
    for address in [*STAFF, *OFFICE]:
        look(page, f"{live_server.url}{address.format(id=other.pk)}?lang={language}")


def test_a_person_comes_in_by_telephone(page, live_server):
    somchai = register()
    page.goto(f"{live_server.url}/sign-in/?next=/my/account/")
    page.get_by_label("หมายเลข").fill(NUMBER)
    page.get_by_role("button", name="ส่งรหัสให้ฉัน").click()
    assert_accessible(page)
    page.get_by_label("รหัส").fill("000000")
    page.get_by_role("button", name="ดำเนินการต่อ").click()
    assert_accessible(page)
    page.get_by_label("รหัส").fill(last_code())
    page.get_by_role("button", name="ดำเนินการต่อ").click()
    page.wait_for_url("**/my/account/")
    assert Session.objects.get().person_id == somchai.pk


def test_staff_add_a_passkey_and_come_in_with_it(page, live_server, client):
    address = live_server.url.replace("127.0.0.1", "localhost")
    officer = testing.user(Role.OFFICER, name="somsri")
    officer.set_password(PASSWORD)
    officer.save()
    recovery.renew(officer)
    developer = page.context.new_cdp_session(page)
    developer.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    key |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    developer.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    testing.sign_in(client, officer)
    name = sessions.cookie_name()
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])

    page.goto(f"{address}/account/passkey/")
    page.get_by_label("ชื่ออุปกรณ์นี้").fill("กุญแจของฉัน")
    page.get_by_role("button", name="เพิ่มพาสคีย์").click()
    page.wait_for_url("**/account/")
    assert Factor.objects.get().label == "กุญแจของฉัน"

    page.context.clear_cookies()
    page.goto(f"{address}/sign-in/staff/?next=/account/")
    page.get_by_label("ชื่อผู้ใช้").fill("somsri")
    page.get_by_label("รหัสผ่าน", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="ดำเนินการต่อ").click()
    page.wait_for_url("**/factor/")
    assert_accessible(page)
    page.get_by_role("button", name="ใช้พาสคีย์").click()
    page.wait_for_url("**/account/")
    assert Session.objects.filter(user=officer, method=Method.PASSKEY).exists()


def test_without_scripts_the_passkey_is_not_offered_and_the_code_works(browser, live_server):
    officer = testing.user(Role.OFFICER, name="somsri")
    officer.set_password(PASSWORD)
    officer.save()
    Factor.objects.create(user=officer, kind="passkey", label="key", credential_id=b"x", public_key=b"y")
    codes = recovery.renew(officer)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/sign-in/staff/?next=/account/")
    page.get_by_label("ชื่อผู้ใช้").fill("somsri")
    page.get_by_label("รหัสผ่าน", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="ดำเนินการต่อ").click()
    assert not page.get_by_role("button", name="ใช้พาสคีย์").is_visible()
    page.get_by_label("รหัส", exact=True).fill(codes[0])
    page.get_by_role("button", name="ดำเนินการต่อ").click()
    page.wait_for_url("**/account/")
    context.close()
