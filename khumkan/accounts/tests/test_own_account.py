"""One's own account: what changes it asks once more, and ends the other sign-ins (S15)."""

import uuid
from datetime import timedelta

import pyotp
import pytest
from django.db.models.functions import Now
from django.test import Client

from khumkan.accounts import sessions, testing, tickets
from khumkan.accounts.factors import recovery, totp
from khumkan.accounts.models import Factor, Session
from khumkan.accounts.states import TicketPurpose
from khumkan.kernel.actors import Role
from khumkan.ui.testing import assert_page_is_sound

pytestmark = pytest.mark.django_db
PASSWORD = "four more plain words"


@pytest.fixture
def officer():
    return testing.user(Role.OFFICER, name="somsri")


@pytest.fixture
def app(officer):
    secret = totp.new_secret()
    factor = totp.enrol(officer, secret=secret, typed=pyotp.TOTP(secret).now(), label="first phone")
    Factor.objects.filter(pk=factor.pk).update(last_step=0)
    return pyotp.TOTP(secret)


@pytest.fixture
def here(client, officer, app):
    return testing.sign_in(client, officer)


@pytest.fixture
def elsewhere(officer, app):
    return testing.sign_in(Client(), officer)


def is_in(browser):
    return sessions.find(browser.cookies[sessions.cookie_name()].value) is not None


def send(browser, address, **values):
    return browser.post(address, values | {"form_key": uuid.uuid4().hex})


def add_app(browser):
    browser.get("/account/app/")
    secret = tickets.look(browser.cookies["new_totp"].value, TicketPurpose.NEW_TOTP)["secret"]
    return send(browser, "/account/app/", code=pyotp.TOTP(secret).now(), label="second phone")


@pytest.mark.parametrize(
    "page", ["/account/", "/account/app/", "/account/passkey/", "/account/password/", "/sign-in/again/"]
)
@pytest.mark.parametrize("language", ["th", "en"])
def test_every_page_is_sound(here, page, language):
    assert_page_is_sound(here.get(f"{page}?lang={language}"))


CHANGES = {
    "another app": add_app,
    "password": lambda b: send(b, "/account/password/", new_password=PASSWORD, repeated=PASSWORD),
    "recovery codes": lambda b: send(b, "/account/recovery-codes/"),
    "signing out elsewhere": lambda b: send(b, "/account/sign-out-elsewhere/"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_ends_the_other_sign_ins_and_keeps_this_one(here, elsewhere, change):
    answer = CHANGES[change](here)
    assert answer.status_code in (200, 302), answer.content.decode()
    assert is_in(here)
    assert not is_in(elsewhere)


def test_a_factor_is_removed_but_not_the_last(here, elsewhere, officer):
    only = Factor.objects.get()
    assert send(here, f"/account/factors/{only.pk}/remove/").status_code == 422
    add_app(here)
    send(here, f"/account/factors/{only.pk}/remove/")
    assert Factor.objects.get().label == "second phone"


def test_somebody_elses_factor_is_not_removed(here, officer):
    other = testing.user(Role.OFFICER)
    theirs = Factor.objects.create(user=other, kind="totp", label="theirs")
    Factor.objects.create(user=officer, kind="totp", label="more")
    send(here, f"/account/factors/{theirs.pk}/remove/")
    assert Factor.objects.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize("entered", [("short", "short"), (PASSWORD, "another"), ("", "")])
def test_a_bad_new_password_is_explained(here, officer, entered):
    answer = send(here, "/account/password/", new_password=entered[0], repeated=entered[1])
    assert answer.status_code == 422
    assert_page_is_sound(answer)
    officer.refresh_from_db()
    assert not officer.has_usable_password()


@pytest.mark.parametrize("page", ["app/", "passkey/", "password/", "recovery-codes/", "factors/1/remove/"])
def test_after_ten_minutes_a_change_asks_once_more(here, page):
    Session.objects.update(proved_at=Now() - timedelta(minutes=11))
    answer = send(here, f"/account/{page}")
    assert answer.url.startswith("/sign-in/again/")


def test_proving_once_more_leads_back(here, app, officer):
    Session.objects.update(proved_at=Now() - timedelta(minutes=11))
    assert here.post("/sign-in/again/?next=/account/app/", {"code": "000000"}).status_code == 422
    assert here.post("/sign-in/again/?next=/account/app/", {"code": app.now()}).url == "/account/app/"
    assert here.get("/account/app/").status_code == 200


def test_new_recovery_codes_end_the_old_ones(here, officer):
    old = recovery.renew(officer)
    answer = send(here, "/account/recovery-codes/")
    assert_page_is_sound(answer)
    assert not recovery.check(officer, typed=old[0])
    assert recovery.check(officer, typed=answer.context["codes"][0])
