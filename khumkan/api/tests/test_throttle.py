"""Wrong tokens are counted by network; a right one passes whatever its neighbours try."""

import secrets
import uuid
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from khumkan.accounts import limits, testing, throttle, tokens
from khumkan.accounts.actions import tokens as actions
from khumkan.kernel.actors import Role
from khumkan.screening.api import RESULTS

pytestmark = pytest.mark.django_db
ALLOWED = int(limits.TOKEN_NETWORK.burst)


def wrong() -> str:
    return tokens.written(*tokens.new_parts())


def ask(token: str, *, address: str = "10.0.0.1", method: str = "get") -> HttpResponse:
    client = Client(headers={"Authorization": f"Bearer {token}", "Idempotency-Key": uuid.uuid4().hex})
    path = "/api/screening/registrations" if method == "post" else "/api/screening/result-files/F-22222-22222/rows"
    response: HttpResponse = getattr(client, method)(path, REMOTE_ADDR=address, content_type="application/json")
    return response


def spend(*, address: str = "10.0.0.1", method: str = "get") -> list[int]:
    return [ask(wrong(), address=address, method=method).status_code for _ in range(ALLOWED + 1)]


def issued() -> str:
    admin = testing.user(Role.ADMINISTRATOR, name=f"admin-{secrets.token_hex(3)}")
    by = testing.actor_of(admin)
    return actions.issue(name="Lab", scopes=[RESULTS], owner=admin, lifetime=timedelta(days=1), by=by)


@pytest.mark.parametrize("method", ["get", "post"])
def test_wrong_tokens_from_one_network_are_stopped(method: str) -> None:
    statuses = spend(method=method)

    assert set(statuses[:ALLOWED]) == {401}
    assert statuses[-1] == 429
    response = ask(wrong(), method=method)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Retry-After"] == "5"
    assert ask(wrong(), address="10.0.0.2").status_code == 401, "another network is not touched"


def test_a_token_without_the_scope_counts_as_wrong() -> None:
    held = issued()

    statuses = [ask(held, method="post").status_code for _ in range(ALLOWED + 1)]

    assert (statuses[0], statuses[-1]) == (401, 429)


def test_a_right_token_passes_beside_wrong_ones() -> None:
    held = issued()
    assert spend()[-1] == 429

    assert ask(held).status_code == 404, "known, and asked for a file that does not exist"


def test_control_without_the_limit_nothing_stops_wrong_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "take", lambda *_pair, **_how: True)

    assert set(spend()) == {401}
