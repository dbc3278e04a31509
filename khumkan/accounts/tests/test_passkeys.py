"""Passkeys as a second factor."""

import pytest

from khumkan.accounts import limits, testing, throttle
from khumkan.accounts.models import Factor, Session
from khumkan.accounts.states import FactorKind, Method
from khumkan.accounts.tests.authenticator import Authenticator
from khumkan.kernel.actors import Role
from khumkan.ui.testing import assert_page_is_sound

pytestmark = pytest.mark.django_db
PASSWORD = "three plain words"
OPTIONS, FACTOR = "/sign-in/staff/factor/passkey/", "/sign-in/staff/factor/"


@pytest.fixture
def officer():
    made = testing.user(Role.OFFICER, name="somsri")
    made.set_password(PASSWORD)
    made.save()
    return made


@pytest.fixture
def passkey(client, officer):
    """A passkey that the officer has added while signed in."""
    testing.sign_in(client, officer)
    assert_page_is_sound(client.get("/account/passkey/"))
    made = Authenticator()
    options = client.get("/account/passkey/options/").json()
    answer = client.post("/account/passkey/", {"passkey": made.make(options), "label": "key"})
    assert answer.status_code == 200, "the recovery codes are shown with the first factor"
    client.cookies.clear()
    return made


def half_way(client):
    client.post("/sign-in/staff/", {"username": "somsri", "password": PASSWORD})
    return client.get(OPTIONS).json()


def test_a_passkey_opens_the_door(client, officer, passkey):
    options = half_way(client)
    assert client.post(FACTOR, {"passkey": passkey.use(options)}).status_code == 302
    assert Session.objects.get(method=Method.PASSKEY).user == officer
    assert Factor.objects.get(kind=FactorKind.PASSKEY).sign_count == 1


def test_an_answer_counts_once(client, officer, passkey):
    answer = passkey.use(half_way(client))
    handle = client.cookies["passkey"].value
    client.post(FACTOR, {"passkey": answer})
    half_way(client)
    client.cookies["passkey"] = handle
    assert client.post(FACTOR, {"passkey": answer}).status_code == 422


def test_another_sites_answer_is_worth_nothing(client, officer, passkey):
    passkey.origin = "https://khumkan.evil.example"
    assert client.post(FACTOR, {"passkey": passkey.use(half_way(client))}).status_code == 422


def test_somebody_elses_passkey_is_worth_nothing(client, officer, passkey):
    stranger = Authenticator()
    stranger.id = passkey.id
    assert client.post(FACTOR, {"passkey": stranger.use(half_way(client))}).status_code == 422


def test_a_copied_key_is_noticed_by_its_counter(client, officer, passkey):
    client.post(FACTOR, {"passkey": passkey.use(half_way(client))})
    client.cookies.clear()
    passkey.count = 0
    assert client.post(FACTOR, {"passkey": passkey.use(half_way(client))}).status_code == 422


@pytest.mark.parametrize("answer", ["x", "{}", "[]", '{"id": "a"}', "null", '{"id":"a","rawId":"a","response":1}'])
def test_rubbish_is_refused_and_not_a_crash(client, officer, passkey, answer):
    half_way(client)
    assert client.post(FACTOR, {"passkey": answer}).status_code == 422


def test_the_challenge_is_given_only_half_way(client, officer, passkey):
    assert client.get(OPTIONS).status_code == 404


def test_wrong_passkeys_are_throttled(client, officer, passkey):
    while throttle.take(limits.FACTOR, str(officer.pk)):
        pass
    assert client.post(FACTOR, {"passkey": passkey.use(half_way(client))}).status_code == 422
