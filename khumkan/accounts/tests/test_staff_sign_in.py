"""Staff sign in with two factors, and nothing personal opens before the second (S16)."""

import time

import pyotp
import pytest
from django.db import connection
from django.urls import reverse

from khumkan.accounts import sessions, testing, tickets
from khumkan.accounts.actions import users
from khumkan.accounts.factors import recovery, totp
from khumkan.accounts.models import Factor, Session, SignInEvent, User
from khumkan.accounts.states import Outcome, TicketPurpose
from khumkan.kernel.actors import Role
from khumkan.ui.testing import assert_page_is_sound

pytestmark = pytest.mark.django_db
PASSWORD = "three plain words"
SIGN_IN, FACTOR, ENROL = "/sign-in/staff/", "/sign-in/staff/factor/", "/sign-in/staff/enrol/"


@pytest.fixture
def officer():
    made = testing.user(Role.OFFICER, name="somsri")
    made.set_password(PASSWORD)
    made.save()
    return made


@pytest.fixture
def app(officer):
    """The officer's authenticator app."""
    secret = totp.new_secret()
    factor = totp.enrol(officer, secret=secret, typed=pyotp.TOTP(secret).now(), label="phone")
    Factor.objects.filter(pk=factor.pk).update(last_step=0)
    return pyotp.TOTP(secret)


def give_password(client, username="somsri", password=PASSWORD, next_page=""):
    address = f"{SIGN_IN}?next={next_page}" if next_page else SIGN_IN
    return client.post(address, {"username": username, "password": password})


def is_signed_in(client):
    cookie = client.cookies.get(sessions.cookie_name())
    return bool(cookie and cookie.value and sessions.find(cookie.value))


def test_password_and_app_open_the_door(client, officer, app):
    assert_page_is_sound(client.get(SIGN_IN))
    assert give_password(client, next_page="/account/").url == FACTOR
    assert not is_signed_in(client)
    assert_page_is_sound(client.get(FACTOR))
    answer = client.post(FACTOR, {"code": app.now()})
    assert (answer.status_code, answer.url) == (302, "/account/")
    assert is_signed_in(client)
    assert_page_is_sound(client.get("/account/"))
    assert SignInEvent.objects.get(outcome=Outcome.SIGNED_IN).user_id == officer.pk


def test_before_the_second_factor_no_page_opens(client, officer, app):
    give_password(client)
    answer = client.get("/account/")
    assert answer.status_code == 302
    assert answer.url.startswith(SIGN_IN)


def test_without_a_factor_the_first_thing_is_to_enrol_one(client, officer):
    assert give_password(client).url == ENROL
    assert not is_signed_in(client)
    page = client.get(ENROL)
    assert_page_is_sound(page)
    secret = tickets.look(client.cookies["enrolment"].value, TicketPurpose.ENROLMENT)["secret"]
    answer = client.post(ENROL, {"code": pyotp.TOTP(secret).now(), "label": ""})
    assert answer.status_code == 200
    assert_page_is_sound(answer)
    assert len(answer.context["codes"]) == recovery.HOW_MANY
    assert is_signed_in(client)


def test_a_wrong_first_code_enrols_nothing(client, officer):
    give_password(client)
    assert client.post(ENROL, {"code": "000000"}).status_code == 422
    assert not Factor.objects.exists()
    assert not is_signed_in(client)


def test_unknown_name_wrong_password_and_disabled_user_are_answered_alike(client, officer):
    User.objects.create(username="gone", name="Gone", is_active=False)
    answers = [give_password(client, *who) for who in [("nobody", "x"), ("somsri", "x"), ("gone", "x")]]
    assert {answer.status_code for answer in answers} == {422}
    bodies = {visible(answer, name) for answer, name in zip(answers, ["nobody", "somsri", "gone"], strict=True)}
    assert len(bodies) == 1


def visible(answer, name):
    """Return what is left of a page without what differs by nature."""
    kept = [line for line in answer.content.decode().splitlines() if "csrf" not in line and "form_key" not in line]
    return "\n".join(kept).replace(name, "NAME")


def test_a_hash_is_computed_for_an_unknown_name_too(client, officer, monkeypatch):
    computed = []
    monkeypatch.setattr(User, "set_password", lambda self, raw: computed.append(raw))
    give_password(client, "nobody", "anything")
    assert computed == ["anything"]


def test_five_wrong_passwords_close_the_account_for_a_while_even_to_the_right_one(client, officer, app):
    for _ in range(5):
        give_password(client, password="wrong")
    answer = give_password(client)
    assert answer.status_code == 422
    assert SignInEvent.objects.latest("id").outcome == Outcome.THROTTLED


def test_the_throttle_treats_a_name_that_does_not_exist_alike(client):
    for _ in range(5):
        give_password(client, "nobody", "wrong")
    give_password(client, "nobody", "wrong")
    assert SignInEvent.objects.latest("id").outcome == Outcome.THROTTLED


def test_a_code_from_the_app_counts_once(client, officer, app):
    code = app.now()
    assert totp.check(officer, typed=code)
    assert not totp.check(officer, typed=code)


def test_an_old_code_does_not_count(officer, app):
    assert not totp.check(officer, typed=app.at(time.time() - 120))


def test_wrong_codes_are_throttled_by_user(officer, app):
    for _ in range(5):
        assert not totp.check(officer, typed="000000")
    assert not totp.check(officer, typed=app.now())


def test_a_recovery_code_opens_once(client, officer, app):
    codes = recovery.renew(officer)
    give_password(client)
    assert client.post(FACTOR, {"code": codes[0].lower()}).status_code == 302
    assert recovery.left(officer) == recovery.HOW_MANY - 1
    client.cookies.clear()
    give_password(client)
    assert client.post(FACTOR, {"code": codes[0]}).status_code == 422


def test_recovery_codes_and_secrets_are_not_stored_readably(officer, app):
    codes = recovery.renew(officer)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM accounts_factor t")
        dump = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(t::text, ' ') FROM accounts_recoverycode t")
        dump += cursor.fetchone()[0]
    for secret in [app.secret, *codes]:
        assert secret not in dump
        assert secret.encode().hex() not in dump


def test_next_never_leads_elsewhere(client, officer, app):
    give_password(client, next_page="https://evil.example/")
    assert client.post(FACTOR, {"code": app.now()}).url == "/"


def test_the_ticket_of_the_first_half_is_gone_after_the_second(client, officer, app):
    give_password(client)
    handle = client.cookies["second_factor"].value
    client.post(FACTOR, {"code": app.now()})
    assert tickets.look(handle, TicketPurpose.SECOND_FACTOR) is None


def test_a_user_disabled_between_the_halves_does_not_get_in(client, officer, app):
    give_password(client)
    User.objects.update(is_active=False)
    assert client.post(FACTOR, {"code": app.now()}).url == SIGN_IN
    assert not Session.objects.exists()


def test_an_invited_user_sets_a_password_enrols_and_is_in(client):
    admin = testing.user(Role.ADMINISTRATOR)
    invited = users.create_user(username="New.One", name="New One", by=testing.actor_of(admin))
    assert_page_is_sound(client.get("/sign-in/staff/invitation/"))
    entered = {"username": "new.one", "code": invited.code, "new_password": PASSWORD, "repeated": PASSWORD}
    assert client.post("/sign-in/staff/invitation/", entered).url == ENROL
    assert client.post("/sign-in/staff/invitation/", entered).status_code == 422, "an invitation serves once"


@pytest.mark.parametrize(
    "change", [{"username": "someone"}, {"code": "W-22222-22222"}, {"new_password": "short", "repeated": "short"}]
)
def test_an_invitation_needs_everything_right(client, change):
    admin = testing.user(Role.ADMINISTRATOR)
    invited = users.create_user(username="new.one", name="New One", by=testing.actor_of(admin))
    entered = {"username": "new.one", "code": invited.code, "new_password": PASSWORD, "repeated": PASSWORD}
    assert client.post("/sign-in/staff/invitation/", entered | change).status_code == 422
    assert not User.objects.get(username="new.one").has_usable_password()


def test_signing_out_ends_the_sign_in(client, officer):
    testing.sign_in(client, officer)
    assert client.get("/account/").status_code == 200
    client.post(reverse("accounts:sign_out"))
    assert not Session.objects.exists()
    assert client.get("/account/").status_code == 302
