"""The exchange over the API: one scope, strict bodies, the same again harmless; and what the pages of the desk cost."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from khumkan.accounts import testing
from khumkan.accounts.actions import tokens
from khumkan.hotline.actions import surging
from khumkan.hotline.call_choices import Told
from khumkan.hotline.models import Call
from khumkan.hotline.permissions.calls import CALLS
from khumkan.hotline.tests.desk import agent, member
from khumkan.hotline.tests.telephone import a_missed_call, an_answered_call, call_name, give_phone, tell
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.record.models import Event
from khumkan.ui.testing import assert_page_is_sound
from khumkan.vaccination.tests.country import a_person

pytestmark = pytest.mark.django_db
PATH = "/api/hotline/calls/events"


@pytest.fixture
def token() -> str:
    owner = testing.user(Role.ADMINISTRATOR)
    return tokens.issue(
        name="exchange",
        scopes=(CALLS,),
        owner=owner,
        lifetime=timedelta(days=30),
        by=testing.actor_of(owner),
    )


def event(**values: Any) -> dict[str, Any]:
    at = clock.now().isoformat()
    return {"call": "c-1", "event": "ringing", "at": at, "number": "0812345678", **values}


def post(client: Client, token: str, body: object, *, key: str = "") -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key or uuid.uuid4().hex}
    return client.post(PATH, content, content_type="application/json", headers=headers)


def test_a_call_is_told_and_the_exchange_learns_what_to_play(client: Client, token: str) -> None:
    who = member()
    answer = post(client, token, event(agent=who.username, queue="care", language="en"))
    assert answer.status_code == 200
    told = answer.json()
    assert (told["state"], told["recorded_message"], told["offer_call_back"]) == ("ringing", None, False)
    call = Call.objects.get(reference=told["reference"])
    assert (call.agent_id, call.skill, call.language) == (who.pk, "care", "en")
    surging.begin(message="long-wait-1", hours=1, why="many calls", by=agent(Role.SUPERVISOR))
    told = post(client, token, event(call="c-2")).json()
    assert (told["recorded_message"], told["offer_call_back"]) == ("long-wait-1", True)
    assert post(client, token, event(call="c-3", number="")).json()["offer_call_back"] is False


def test_the_same_event_is_harmless_with_and_without_the_same_key(client: Client, token: str) -> None:
    body = event()
    answers = [post(client, token, body, key=key).content for key in ("one", "one", "two", "three")]
    assert len({json.loads(each)["reference"] for each in answers}) == 1
    assert Call.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b'{"call": "c\\u0000", "event": "ringing"}',
        b"[" * 50_000,
        {},
        event(call=""),
        event(call="x" * 81),
        event(call="a b"),
        event(call="../../etc"[:0] or "<b>"),
        event(exchange="x" * 21),
        event(event="melted"),
        event(at="yesterday"),
        event(at="2026-11-28T10:00:00"),
        event(at="2001-01-01T00:00:00Z"),
        event(at="9999-12-31T23:59:59Z"),
        event(at=1e308),
        event(number="0" * 41),
        event(number=["0812345678"]),
        event(queue="kitchen"),
        event(language="fr"),
        event(agent="x" * 61),
        event(state="ended"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_hostile_bodies_are_refused_and_change_nothing(client: Client, token: str, body: object) -> None:
    answer = post(client, token, body)
    assert answer.status_code in (400, 422), answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "0812345678" not in answer.content.decode()
    assert not Call.objects.exists()


def test_without_the_scope_or_a_token_nothing_is_told(client: Client, token: str) -> None:
    for wrong in ("", "khk_0123456789_" + "x" * 43, token[:-1]):
        assert post(client, wrong, event()).status_code == 401
    assert not Call.objects.exists()


def signed_in(role: Role = Role.AGENT) -> tuple[Client, Any]:
    user = member(role)
    return testing.sign_in(Client(), user), user


def test_the_part_that_rings_is_cheap_and_names_nobody() -> None:
    client, user = signed_in()
    person = a_person()
    give_phone(person)
    call = tell(call_name(), Told.RINGING, agent=user)
    client.get("/desk/calls/ringing/")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = client.get("/desk/calls/ringing/")
    assert len(asked) <= 6
    text = page.content.decode()
    assert call.reference in text
    assert "812345678" not in text
    assert person.last_name not in text
    assert not Event.objects.filter(name="record.saw").exists()
    other, _user = signed_in()
    assert call.reference not in other.get("/desk/calls/ringing/").content.decode()


def test_who_may_be_calling_is_shown_and_leaves_a_trace() -> None:
    client, user = signed_in()
    people = [a_person(), a_person()]
    for person in people:
        give_phone(person)
    call = an_answered_call(user)
    page = client.get(f"/desk/calls/{call.reference}/")
    assert_page_is_sound(page)
    text = page.content.decode()
    for person in people:
        assert person.reference in text
        assert Event.objects.filter(name="record.saw", person_id=person.pk).count() == 1


def test_the_call_of_a_colleague_looks_like_none_and_a_supervisor_sees_it() -> None:
    _client, user = signed_in()
    call = an_answered_call(user)
    other, _other = signed_in()
    boss, _boss = signed_in(Role.SUPERVISOR)
    assert other.get(f"/desk/calls/{call.reference}/").status_code == 404
    assert boss.get(f"/desk/calls/{call.reference}/").status_code == 200


def test_the_wallboard_asks_as_much_for_a_hundred_calls_as_for_one() -> None:
    client, user = signed_in()
    counts = []
    for number in (1, 30):
        for _ in range(number):
            a_missed_call(number="")
        client.get("/desk/wallboard/")
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/desk/wallboard/")
        counts.append(len(asked))
    assert_page_is_sound(page)
    assert counts[0] == counts[1]
    assert user.pk
