"""SMS straight to a message centre."""

from uuid import uuid4

import pytest
from pytest_django import Settings

from khumkan import messages
from khumkan.messages import Channel, State, sending
from khumkan.messages.adapters import Letter, Outcome, Result, Unavailable, adapter_of
from khumkan.messages.config import ProviderConfig
from khumkan.messages.models import Message
from khumkan.messages.tests.smsc import UCS2, UDHI, Smsc
from khumkan.messages.tests.support import TRIAL, WORDS, settings_for

THAI = "คุ้มกัน: ผลการตรวจของคุณพร้อมแล้ว เข้าดูได้ที่ https://khumkan.example/my/tests/T-7K4M-92QX-C/ หรือโทร 1506 ได้ตลอด 24 ชั่วโมง"


def _letter(address: str, body: str = THAI) -> Letter:
    return Letter(uuid4(), Channel.SMS, address, "", body, TRIAL)


def _send(centre: Smsc, letters: list[Letter], **options: object) -> list[Outcome]:
    config = centre.config(**options)
    return adapter_of(ProviderConfig("centre", config.pop("adapter"), 1e6, config)).send(letters)


def test_a_long_thai_text_arrives_whole_in_several_parts() -> None:
    with Smsc() as centre:
        [outcome] = _send(centre, [_letter("+66812345678")])
    assert (outcome.result, outcome.provider_reference) == (Result.ACCEPTED, "m2")
    assert centre.texts() == {"66812345678": [THAI]}
    assert [(part.coding, part.esm_class, len(part.content)) for part in centre.submitted] == [
        (UCS2, UDHI, 140),
        (UCS2, UDHI, 6 + 2 * (len(THAI) - 67)),
    ]


def test_a_short_text_is_one_message() -> None:
    with Smsc() as centre:
        _send(centre, [_letter("+66812345678", "สวัสดี"), _letter("+66812345679", "Hello")])
    assert centre.texts() == {"66812345678": ["สวัสดี"], "66812345679": ["Hello"]}
    assert {part.esm_class for part in centre.submitted} == {0}


def test_a_batch_larger_than_the_window_is_handed_over() -> None:
    letters = [_letter(f"+6681{number:07}", "ok") for number in range(200)]
    with Smsc() as centre:
        outcomes = _send(centre, letters)
    assert {outcome.result for outcome in outcomes} == {Result.ACCEPTED}
    assert [outcome.reference for outcome in outcomes] == [letter.reference for letter in letters]
    assert len(centre.submitted) == 200


def test_each_message_has_its_own_fate() -> None:
    letters = [_letter(f"+66{number}", "ok") for number in (1, 2, 3)]
    with Smsc(statuses={"661": 0x0B, "662": 0x58}) as centre:
        outcomes = _send(centre, letters)
    assert [(outcome.result, outcome.problem) for outcome in outcomes] == [
        (Result.REFUSED, "smpp_b"),
        (Result.LATER, "smpp_58"),
        (Result.ACCEPTED, ""),
    ]


def test_a_centre_that_falls_silent_leaves_the_rest_for_later() -> None:
    letters = [_letter(f"+66{number}", "ok") for number in range(30)]
    with Smsc(mute_after=5) as centre:
        outcomes = _send(centre, letters)
    found = [outcome.result for outcome in outcomes]
    assert found[:5] == [Result.ACCEPTED] * 5
    assert set(found[5:15]) == {Result.UNKNOWN}
    assert set(found[15:]) == {Result.LATER}


@pytest.mark.parametrize("options", [{"password": "wrong"}, {"port": 9}])
def test_a_centre_that_does_not_let_us_in_is_unavailable(options: dict[str, object]) -> None:
    with Smsc() as centre, pytest.raises(Unavailable) as caught:
        _send(centre, [_letter("+661")], **options)
    assert not caught.value.maybe_taken


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stat", "state", "problem"),
    [("DELIVRD", State.DELIVERED, ""), ("UNDELIV", State.FAILED, "undeliv_011"), ("ENROUTE", State.ACCEPTED, "")],
)
def test_receipts_come_along(settings: Settings, stat: str, state: State, problem: str) -> None:
    with Smsc(stat=stat) as centre:
        settings.KHUMKAN_MESSAGES = settings_for(centre=centre.config())
        messages.send_to_address(TRIAL, address="+66812345678", params=WORDS, urgent=True)
        sending.send_due()
        sending.hear("centre")
    message = Message.objects.get()
    assert (message.state, message.problem) == (state, problem)


@pytest.mark.django_db
def test_late_receipts_are_fetched_when_there_is_nothing_to_send(settings: Settings) -> None:
    with Smsc(stat="ENROUTE") as centre:
        settings.KHUMKAN_MESSAGES = settings_for(centre=centre.config())
        messages.send_to_address(TRIAL, address="+66812345678", params=WORDS, urgent=True)
        sending.send_due()
        centre.stat, centre.backlog = "DELIVRD", [Message.objects.get().provider_reference]
        assert sending.hear("centre") == 1
    assert Message.objects.get().state == State.DELIVERED
    assert sending.hear("centre") == 0  # the centre is gone; nothing happens
