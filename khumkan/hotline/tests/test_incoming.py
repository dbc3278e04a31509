"""Messages that people write: signed, once, sealed; they become cases, and are answered the way they came."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from khumkan.capacity.testing import broken, race, won
from khumkan.hotline.actions import closing, incoming, working
from khumkan.hotline.choices import CaseChannel, Closed, Reply, Spoken, StepKind, Thing
from khumkan.hotline.models import Case, CaseStep, IncomingMessage
from khumkan.hotline.queries import callers
from khumkan.hotline.states import CaseState
from khumkan.hotline.tests.desk import SYSTEM, agent
from khumkan.hotline.tests.telephone import give_phone
from khumkan.kernel import clock
from khumkan.kernel.errors import Missing
from khumkan.messages import receipts, sending
from khumkan.messages.adapters.inbox import opened
from khumkan.messages.inbound import Inbound
from khumkan.messages.models import Message, Shown
from khumkan.messages.states import Channel
from khumkan.messages.tests.support import settings_for
from khumkan.policies.actions import seed
from khumkan.record.models import Event
from khumkan.vaccination.tests.country import a_person

pytestmark = pytest.mark.django_db
KEY = "a key that only the provider has"
TEXT = "ลูกสาวชื่อสมศรีติดเชื้อ หาเตียงไม่ได้"


def sms(key: str = "m1", sender: str = "0812345678", text: str = TEXT) -> Inbound:
    return Inbound(key, Channel.SMS, sender, text)


def come_in(*messages: Inbound) -> int:
    return incoming.take_in(provider="gateway", messages=messages, by=SYSTEM)


def notes(case: Case) -> list[str]:
    rows = CaseStep.objects.filter(case=case, kind=StepKind.CAME_IN).order_by("at", "pk")
    return [callers.note_of(row) for row in rows]


def test_a_message_becomes_a_case_of_whoever_has_the_number() -> None:
    person = a_person()
    give_phone(person)
    assert come_in(sms()) == 1
    case = Case.objects.get()
    assert (case.person_id, case.channel, case.state) == (person.pk, CaseChannel.SMS, CaseState.NEW)
    assert notes(case) == [TEXT]
    answer = Message.objects.get()
    assert (answer.template, answer.person_id) == ("hotline.working", person.pk)


def test_what_was_written_stands_nowhere_in_clear() -> None:
    come_in(sms())
    row = IncomingMessage.objects.get()
    for sealed in (row.sender_sealed, row.text_sealed, row.sender_index):
        assert "สมศรี".encode() not in bytes(sealed)
        assert b"812345678" not in bytes(sealed)
    assert not any("สมศรี" in str(event.data) or "8123" in str(event.data) for event in Event.objects.order_by("pk"))


def test_a_number_that_several_share_names_nobody() -> None:
    for _ in range(2):
        give_phone(a_person())
    come_in(sms())
    case = Case.objects.get()
    assert case.person_id is None
    assert callers.phone_of(case) == "+66812345678"
    assert Message.objects.get().person_id is None, "the answer goes to the number that wrote"


def test_the_same_message_again_changes_nothing() -> None:
    assert [come_in(sms()) for _ in range(3)] == [1, 0, 0]
    assert come_in(sms(), sms("m2", text="ยังรออยู่")) == 1
    case = Case.objects.get()
    assert notes(case) == [TEXT, "ยังรออยู่"]
    assert Message.objects.count() == 1, "one answer for one case"


def test_an_answer_of_the_caller_brings_the_case_back() -> None:
    by = agent()
    come_in(sms())
    case = working.take(case=Case.objects.get(), by=by)
    working.wait(case=case, thing=Thing.CALLER, by=by)
    come_in(sms("m2", text="พรุ่งนี้ได้"))
    case.refresh_from_db()
    assert (case.state, case.owner_id, case.waits_for) == (CaseState.OPEN, by.id, "")


def test_after_the_end_of_a_case_a_message_opens_another() -> None:
    come_in(sms())
    closing.close(case=Case.objects.get(), because=Closed.SOLVED, by=SYSTEM)
    come_in(sms("m2"))
    assert Case.objects.count() == 2


@pytest.mark.parametrize(
    ("text", "language"), [(TEXT, Spoken.THAI), ("no bed for my mother", Spoken.ENGLISH), ("", Spoken.THAI)]
)
def test_it_is_answered_in_the_language_in_which_it_was_written(text: str, language: Spoken) -> None:
    come_in(sms(text=text))
    assert Case.objects.get().language == language


def test_who_writes_on_line_is_answered_on_line(settings: Settings) -> None:
    sender = "U4af4980629aabbccddeeff0011223344"
    assert come_in(Inbound("x1", Channel.LINE, sender, "ขอใบรับรอง")) == 1
    case = Case.objects.get()
    assert (case.channel, case.person_id, case.caller_index) == (CaseChannel.LINE, None, None)
    assert Message.objects.get().channel == Channel.LINE
    by = agent()
    working.reply(case=working.take(case=case, by=by), with_=Reply.BRING_PAPERS, by=by)
    settings.KHUMKAN_MESSAGES = {}
    Message.objects.update(is_urgent=True)
    sending.send_due()
    shown = Shown.objects.filter(channel=Channel.LINE)
    assert {opened(each)[0] for each in shown} == {sender}
    assert shown.count() == 2


def test_nobody_but_khumkan_takes_messages_in() -> None:
    with pytest.raises(Missing):
        incoming.take_in(provider="gateway", messages=[sms()], by=agent())


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_the_same_message_ten_times_at_once_is_one() -> None:
    seed()
    results = race([partial(come_in, sms())] * 10, threads=10)
    assert broken(results) == []
    assert sum(won(results)) == 1  # type: ignore[arg-type]
    assert IncomingMessage.objects.count() == Case.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_many_messages_of_one_sender_at_once_are_one_case() -> None:
    seed()
    results = race([partial(come_in, sms(f"m{number}")) for number in range(10)], threads=10)
    assert broken(results) == []
    assert (IncomingMessage.objects.count(), Case.objects.count()) == (10, 1)


@pytest.fixture
def provider(settings: Settings) -> None:
    settings.KHUMKAN_MESSAGES = settings_for(gateway={"adapter": "-", "receipt_key": KEY})


def send(client: Client, body: bytes, *, key: str = KEY, provider: str = "gateway", age: int = 0) -> int:
    timestamp = str(clock.now().timestamp() - age)
    headers = {"X-Timestamp": timestamp, "X-Signature": receipts.sign(key, body=body, timestamp=timestamp)}
    url = f"/messages/incoming/{provider}/"
    return client.post(url, body, content_type="application/json", headers=headers).status_code


def written(**values: Any) -> Mapping[str, Any]:
    return {"id": "m1", "channel": "sms", "from": "+66812345678", "text": TEXT, **values}


def body_of(*messages: object) -> bytes:
    return json.dumps({"messages": messages}).encode()


@pytest.mark.usefixtures("provider")
def test_a_signed_call_is_taken_in(client: Client) -> None:
    for _ in range(2):
        assert send(client, body_of(written())) == 200
    assert Case.objects.count() == 1


@pytest.mark.usefixtures("provider")
def test_a_call_that_is_not_genuine_is_turned_away(client: Client) -> None:
    body = body_of(written())
    assert send(client, body, key="guessed") == 403
    assert send(client, body, key="", provider="nobody") == 403
    assert send(client, body, age=600) == 403
    assert client.post("/messages/incoming/gateway/", body, content_type="application/json").status_code == 403
    assert client.get("/messages/incoming/gateway/").status_code == 405
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"\xff\xfe", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"messages": 7}', 400),
        (b'{"messages": [null]}', 400),
        (b'{"messages": "abc"}', 400),
        (b"[" * 100_000, 400),
        (body_of(written(channel="fax")), 400),
        (body_of(written(id="")), 400),
        (body_of(written(id="x" * 81)), 400),
        (body_of(written(id="a\nb")), 400),
        (body_of({**written(), "from": "<script>"}), 400),
        (body_of(written(text=7)), 400),
        (body_of(written(), written(id=None)), 400),
        (body_of(*[written(id=f"m{number}") for number in range(201)]), 413),
        (body_of(), 200),
        (body_of(written(text="\x00")), 200),
        (body_of(written(text="\ud800")), 200),
        (body_of(written(text="x" * 100_000)), 200),
        (body_of({**written(), "from": "12"}), 200),
    ],
    ids=lambda value: str(value)[:40] if not isinstance(value, bytes) else value[:40].decode("latin-1"),
)
@pytest.mark.usefixtures("provider")
def test_strange_calls_are_answered_calmly(client: Client, body: bytes, status: int) -> None:
    assert send(client, body) == status
    assert Case.objects.exists() is (status == 200 and b"id" in body)
