"""Tokens of other systems."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from khumkan.accounts import testing, tokens
from khumkan.accounts.actions import tokens as actions
from khumkan.accounts.models import ApiToken, User
from khumkan.kernel.actors import ActorKind, Role, ScopeKind
from khumkan.kernel.errors import Refused

pytestmark = pytest.mark.django_db
WRITE = "screening:results:write"


@pytest.fixture(autouse=True)
def _an_operation_that_asks_for_it(monkeypatch):
    monkeypatch.setitem(tokens.SCOPES, WRITE, "Send results")


@pytest.fixture
def admin():
    return testing.user(Role.ADMINISTRATOR, name="admin")


@pytest.fixture
def token(admin):
    return issue(admin)


def issue(admin, **changes):
    values = {
        "scopes": [WRITE],
        "owner": admin,
        "lifetime": timedelta(days=30),
        "scope_kind": ScopeKind.SITE,
        "key": "4",
    }
    return actions.issue(name="Lab", by=testing.actor_of(admin), **values | changes)


def test_a_token_is_an_actor_with_its_scopes(token):
    actor = tokens.authenticate(f"Bearer {token}", origin="10.0.0.1")
    assert (actor.kind, actor.id, actor.origin) == (ActorKind.CLIENT, ApiToken.objects.get().pk, "10.0.0.1")
    assert actor.keys(Role.CLIENT, ScopeKind.SITE) == {"4"}
    assert tokens.may(actor, WRITE)
    assert not tokens.may(actor, "screening:results:read")
    assert ApiToken.objects.get().used_at


def test_staff_have_no_scopes(admin):
    assert not tokens.may(testing.actor_of(admin), WRITE)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda t: None,
        lambda t: "",
        lambda t: t,
        lambda t: f"Basic {t}",
        lambda t: f"Bearer {t}x",
        lambda t: f"Bearer {t[:-1]}",
        lambda t: f"Bearer {t.replace('khk', 'abc')}",
        lambda t: "Bearer khk__",
        lambda t: f"Bearer {'_'.join(t.split('_')[:2])}_",
        lambda t: f"Bearer {t.split('_')[0]}_0000000000_{t.split('_', 2)[2]}",
    ],
)
def test_anything_not_wholly_right_is_nobody(token, wrong):
    assert tokens.authenticate(wrong(token)) is None


def test_revoked_expired_and_orphaned_tokens_stop(admin):
    for end in (
        lambda: actions.revoke(token_id=ApiToken.objects.latest("id").pk, by=testing.actor_of(admin)),
        lambda: ApiToken.objects.update(expires_at=Now() - timedelta(seconds=1)),
        lambda: User.objects.update(is_active=False),
    ):
        token = issue(admin)
        assert tokens.authenticate(f"Bearer {token}")
        end()
        assert tokens.authenticate(f"Bearer {token}") is None


def test_the_secret_is_not_stored(token):
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM accounts_apitoken t")
        dump = cursor.fetchone()[0]
    secret = token.split("_", 2)[2]
    assert secret not in dump
    assert secret.encode().hex() not in dump
    assert token.split("_")[1] in dump, "the prefix shows which token it is"


def test_use_is_noted_at_most_once_a_minute(token, django_assert_num_queries):
    tokens.authenticate(f"Bearer {token}")
    before = ApiToken.objects.get().used_at
    tokens.authenticate(f"Bearer {token}")
    assert ApiToken.objects.get().used_at == before


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"scopes": []}, "token_scopes"),
        ({"scopes": ["everything"]}, "token_scopes"),
        ({"scopes": ["*:*"]}, "token_scopes"),
        ({"scopes": ["screening:results:wirte"]}, "token_scope_unknown"),
        ({"scopes": [WRITE, "screening:everything:write"]}, "token_scope_unknown"),
        ({"lifetime": timedelta(days=366)}, "token_lifetime"),
        ({"lifetime": timedelta(0)}, "token_lifetime"),
        ({"key": ""}, "scope_key"),
        ({"scope_kind": ScopeKind.NATIONAL}, "scope_key"),
    ],
)
def test_what_makes_no_sense_is_refused(admin, change, code):
    with pytest.raises(Refused) as refused:
        issue(admin, **change)
    assert refused.value.code == code


def test_only_administrators_issue(admin):
    with pytest.raises(Refused):
        actions.issue(name="x", scopes=[WRITE], owner=admin, lifetime=timedelta(days=1), by=testing.actor(Role.OFFICER))
