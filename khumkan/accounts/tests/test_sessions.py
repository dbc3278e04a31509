"""Sign-ins end when they should (S15)."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.http import HttpResponse
from django.test import RequestFactory

from khumkan.accounts import sessions, testing
from khumkan.accounts.models import Session
from khumkan.accounts.states import Method
from khumkan.kernel.actors import Grant, Role, ScopeKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def nurse():
    return testing.user(Role.NURSE, scope_kind=ScopeKind.SITE, key=7)


@pytest.fixture
def key(nurse):
    sessions.create("a-key", method=Method.TOTP, user=nurse)
    return "a-key"


def test_one_query_finds_user_and_grants(nurse, key, django_assert_num_queries):
    testing.grant(nurse, Role.SWABBER, scope_kind=ScopeKind.SITE, key=8)
    with django_assert_num_queries(1):
        actor = sessions.find(key).actor
    assert actor.id == nurse.pk
    assert actor.grants == {Grant(Role.NURSE, ScopeKind.SITE, "7"), Grant(Role.SWABBER, ScopeKind.SITE, "8")}


def test_the_key_itself_is_not_stored(key):
    assert bytes(Session.objects.get().key_hash) != key.encode()
    assert sessions.find(Session.objects.get().key_hash.hex()) is None


def test_a_role_taken_away_is_gone_at_the_next_request(nurse, key):
    nurse.role_grants.update(withdrawn_at=Now())
    assert not sessions.find(key).actor.has(Role.NURSE)


def test_a_disabled_user_is_out_at_the_next_request(nurse, key):
    type(nurse).objects.update(is_active=False)
    assert sessions.find(key) is None


@pytest.mark.parametrize("column", ["idle_until", "expires_at"])
def test_idle_and_absolute_limits_end_a_sign_in(key, column):
    Session.objects.update(**{column: Now() - timedelta(seconds=1)})
    assert sessions.find(key) is None


@pytest.mark.parametrize(("who", "idle", "absolute"), [("nurse", 15, 600), ("person", 30, 720)])
def test_the_limits_are_those_promised(nurse, who, idle, absolute):
    owner = {"user": nurse} if who == "nurse" else {"person_id": 3}
    made = sessions.create("other", method=Method.OIDC, **owner)
    made.refresh_from_db()
    assert made.idle_until - made.started_at == timedelta(minutes=idle)
    assert made.expires_at - made.started_at == timedelta(minutes=absolute)


def test_use_keeps_a_sign_in_alive_but_not_for_ever(key, django_assert_num_queries):
    Session.objects.update(idle_until=Now() + timedelta(minutes=5))
    before = Session.objects.get()
    with django_assert_num_queries(2):
        sessions.find(key)
    after = Session.objects.get()
    assert after.idle_until > before.idle_until
    assert after.expires_at == before.expires_at


def test_signing_in_gives_a_new_key_and_drops_the_old_one(nurse, key):
    request = RequestFactory().get("/", HTTP_COOKIE=f"{sessions.cookie_name()}={key}")
    response = HttpResponse()
    sessions.begin(request, response, method=Method.TOTP, user=nurse)
    fresh = response.cookies[sessions.cookie_name()].value
    assert fresh != key
    assert sessions.find(key) is None
    assert sessions.find(fresh).actor.id == nurse.pk


def test_all_sign_ins_of_a_user_can_be_ended_but_one(nurse, key):
    kept = sessions.create("second", method=Method.TOTP, user=nurse)
    sessions.create("third", method=Method.PHONE_CODE, person_id=5)
    assert sessions.end_all(user_id=nurse.pk, but=kept) == 1
    assert sessions.find(key) is None
    assert sessions.find("second")
    assert sessions.find("third").actor.person_id == 5
