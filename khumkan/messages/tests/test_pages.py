"""The inbox page, the calls of providers, and the texts themselves."""

import json

import pytest
from django.template import TemplateDoesNotExist
from django.test import Client
from pytest_django import Settings

from khumkan import messages
from khumkan.kernel import clock
from khumkan.messages import State, receipts, safety, templates
from khumkan.messages.models import Message, Shown
from khumkan.messages.tests.support import TRIAL, WORDS, settings_for
from khumkan.record.inline import run_jobs
from khumkan.ui.testing import assert_page_is_sound

pytestmark = pytest.mark.django_db
KEY = "shared key"

#: A reference that no message has.
STRANGER = "3f8e0f9a-6f0a-4d5e-9d57-0f4a3f9d1c11"


@pytest.fixture
def demonstration(settings: Settings) -> None:
    settings.KHUMKAN_DEMO = True
    settings.KHUMKAN_MESSAGES = {}


def _three_messages() -> None:
    for number in range(3):
        words = {"number": number, "on": "2021-07-28"}
        messages.send_to_address(TRIAL, address=f"+6681234567{number}", params=words, urgent=True)
    run_jobs()


@pytest.mark.usefixtures("demonstration")
@pytest.mark.parametrize("language", ["th", "en"])
def test_the_inbox_shows_the_newest_first(client: Client, language: str) -> None:
    _three_messages()
    response = client.get("/inbox/", headers={"accept-language": language}, query_params={"lang": language})
    assert_page_is_sound(response)
    page = response.content.decode()
    assert [page.index(f"ทดสอบ {number}") for number in (2, 1, 0)] == sorted(
        page.index(f"ทดสอบ {number}") for number in (0, 1, 2)
    )


@pytest.mark.usefixtures("demonstration")
def test_the_inbox_finds_the_messages_to_one_phone(client: Client) -> None:
    _three_messages()
    page = client.get("/inbox/?phone=081-234-5671").content.decode()
    assert "ทดสอบ 1" in page
    assert "ทดสอบ 2" not in page


@pytest.mark.usefixtures("demonstration")
def test_an_empty_inbox_says_so(client: Client) -> None:
    assert_page_is_sound(client.get("/inbox/"))


@pytest.mark.usefixtures("demonstration")
def test_a_shown_message_is_sealed_and_shown_once() -> None:
    _three_messages()
    assert Shown.objects.count() == 3
    Message.objects.update(state=State.QUEUED, person_id=1)
    assert not any(b"812345" in bytes(shown.sealed) for shown in Shown.objects.all())


def test_outside_a_demonstration_there_is_no_inbox(client: Client, settings: Settings) -> None:
    settings.KHUMKAN_DEMO = False
    assert client.get("/inbox/").status_code == 404


@pytest.fixture
def accepted(settings: Settings) -> Message:
    settings.KHUMKAN_MESSAGES = settings_for(gateway={"adapter": "-", "receipt_key": KEY}, other={"adapter": "-"})
    messages.send_to_address(TRIAL, address="+66812345678", params=WORDS)
    Message.objects.update(state=State.ACCEPTED, provider="gateway")
    return Message.objects.get()


def _call(client: Client, body: bytes, *, provider: str = "gateway", key: str = KEY, age: int = 0) -> int:
    timestamp = str(clock.now().timestamp() - age)
    headers = {"X-Timestamp": timestamp, "X-Signature": receipts.sign(key, body=body, timestamp=timestamp)}
    url = f"/messages/receipts/{provider}/"
    return client.post(url, body, content_type="application/json", headers=headers).status_code


def _receipt(message: Message, status: str = "delivered", reason: str = "") -> bytes:
    return json.dumps(
        {"receipts": [{"reference": str(message.reference), "status": status, "reason": reason}]}
    ).encode()


def _state(message: Message) -> tuple[str, str]:
    message.refresh_from_db()
    return message.state, message.problem


def test_a_receipt_is_noted_once_and_in_any_order(client: Client, accepted: Message) -> None:
    assert _call(client, _receipt(accepted, "failed", "expired")) == 200
    assert _state(accepted) == (State.FAILED, "expired")
    for status in ("delivered", "delivered", "failed"):
        assert _call(client, _receipt(accepted, status)) == 200
        assert _state(accepted) == (State.DELIVERED, "")


def test_a_call_that_is_not_genuine_changes_nothing(client: Client, accepted: Message) -> None:
    body = _receipt(accepted)
    assert _call(client, body, key="guessed") == 403
    assert _call(client, body, key="", provider="other") == 403
    assert _call(client, body, key="no key", provider="other") == 403
    assert _call(client, body, provider="nobody") == 403
    assert _call(client, body, age=600) == 403
    assert client.post("/messages/receipts/gateway/", body, content_type="application/json").status_code == 403
    assert _state(accepted) == (State.ACCEPTED, "")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b'{"receipts": [{}]}', 400),
        (b'{"receipts": [{"reference": "x", "status": "delivered"}]}', 400),
        (b'{"receipts": [{"reference": "%s", "status": "lost"}]}' % STRANGER.encode(), 400),
        (b'{"receipts": [{"reference": "%s", "status": "failed"}]}' % STRANGER.encode(), 200),
        (json.dumps({"receipts": [{"reference": STRANGER, "status": "failed"}] * 5_001}).encode(), 413),
    ],
)
@pytest.mark.usefixtures("accepted")
def test_strange_calls_are_answered_calmly(client: Client, body: bytes, status: int) -> None:
    assert _call(client, body) == status


def test_what_a_text_needs_is_asked_for_when_it_is_queued() -> None:
    with pytest.raises(ValueError, match="needs on"):
        messages.send(TRIAL, person_id=1, params={"number": 1})
    with pytest.raises(TemplateDoesNotExist):
        messages.send("messaging.nothing", person_id=1)
    with pytest.raises(ValueError, match="never holds an identity number"):
        messages.send(TRIAL, person_id=1, params={"number": "1101700230708", "on": "2021-07-28"})
    with pytest.raises(ValueError, match="text and whole numbers"):
        messages.send(TRIAL, person_id=1, params={"number": 1.5, "on": "2021-07-28"})  # type: ignore[dict-item]


def test_a_language_without_texts_gets_english() -> None:
    assert templates.render(TRIAL, "my", WORDS).body.startswith("Khumkan: trial message")


@pytest.mark.parametrize("text", ["1101700230708", "1-1017-00230-70-8", "x 1 1017 00230 70 8.", "๑๑๐๑๗๐๐๒๓๐๗๐๘"])
def test_identity_numbers_are_seen(text: str) -> None:
    assert safety.holds_identity_number(text)


@pytest.mark.parametrize("text", ["1101700230709", "0812345678 1506", "T-7K4M-92QX-C", "11017002307081"])
def test_other_numbers_are_not(text: str) -> None:
    assert not safety.holds_identity_number(text)
