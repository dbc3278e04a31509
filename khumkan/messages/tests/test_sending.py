"""From the queue to a provider: language, channel, quiet hours, budgets, refusals, retries, another provider."""

import time
from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import Mock

import pytest
import time_machine
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from khumkan import messages
from khumkan.kernel import crypto, prepared
from khumkan.messages import Channel, State, providers, queries, sending
from khumkan.messages.actions import JOBS_AT_ONCE, ROWS_AT_ONCE, sealed_at
from khumkan.messages.models import Message, Provider
from khumkan.messages.tests.support import DAY, NIGHT, TRIAL, WORDS, FakeGateway, settings_for
from khumkan.record.inline import run_jobs
from khumkan.registry.queries import Contacts

pytestmark = pytest.mark.django_db

PEOPLE = {
    1: Contacts("+66812345671", "one@example.com", "th"),
    2: Contacts("+66812345672", "", "en"),
    3: Contacts("", "three@example.com", "my"),
    4: Contacts("", "", "th"),
}


@pytest.fixture(autouse=True)
def people(monkeypatch: pytest.MonkeyPatch) -> None:
    """The register knows four persons."""
    monkeypatch.setattr(sending, "contacts_of", lambda ids: {each: PEOPLE[each] for each in ids if each in PEOPLE})


@pytest.fixture(autouse=True)
def daytime() -> Iterator[time_machine.Traveller]:
    """It is ten in the morning in Bangkok, and stays so."""
    with time_machine.travel(DAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def gateway(settings: Settings) -> Iterator[FakeGateway]:
    """One provider for SMS."""
    with FakeGateway() as fake:
        settings.KHUMKAN_MESSAGES = settings_for(first=fake.config())
        yield fake


def _state(person_id: int) -> tuple[str, str]:
    message = Message.objects.get(person_id=person_id)
    return message.state, message.problem


def test_each_person_is_told_in_their_language_over_what_they_have(gateway: FakeGateway) -> None:
    messages.send_many(TRIAL, [(person, WORDS) for person in (1, 2, 3, 4, 5)])
    run_jobs()
    assert gateway.texts["+66812345671"].startswith("คุ้มกัน: ข้อความทดสอบ 1 วันที่ 28 กรกฎาคม 2564")
    assert gateway.texts["+66812345672"].startswith("Khumkan: trial message 1 of 28 July 2021")
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (["three@example.com"], "A trial message from Khumkan")
    message = Message.objects.get(person_id=3)
    assert letter.extra_headers["Message-ID"] == f"<{message.reference}@sso.example>"
    assert message.channel == Channel.EMAIL
    assert _state(1) == _state(3) == (State.ACCEPTED, "")
    assert _state(4) == _state(5) == (State.UNREACHABLE, "no_address")


def test_at_night_only_what_is_urgent_is_sent(gateway: FakeGateway, daytime: time_machine.Traveller) -> None:
    daytime.move_to(NIGHT)
    messages.send(TRIAL, person_id=1, params=WORDS)
    messages.send(TRIAL, person_id=2, params=WORDS, urgent=True)
    run_jobs()
    assert (_state(1)[0], _state(2)[0]) == (State.QUEUED, State.ACCEPTED)
    assert queries.due(at_most=10) == 0
    daytime.move_to("2021-07-29T07:00+07:00")
    assert queries.due(at_most=10) == 1
    sending.send_due()
    assert _state(1)[0] == State.ACCEPTED


def test_not_before_is_kept(gateway: FakeGateway, daytime: time_machine.Traveller) -> None:
    now = messages.actions.clock.now()
    messages.send(TRIAL, person_id=1, params=WORDS, not_before=now + timedelta(hours=1))
    run_jobs()
    assert gateway.calls == 0
    daytime.shift(timedelta(hours=1))
    sending.send_due()
    assert gateway.calls == 1


def test_an_address_and_a_code_are_sealed_and_forgotten_after_sending(gateway: FakeGateway) -> None:
    secrets = {"number": "493817"}
    messages.send_to_address(TRIAL, address="+66898765432", params={"on": "2021-07-28"}, secrets=secrets, urgent=True)
    message = Message.objects.get()
    assert b"493817" not in bytes(message.sealed)
    assert "493817" in crypto.open_sealed(bytes(message.sealed), where=sealed_at(message.reference)).decode()
    run_jobs()
    assert "493817" in gateway.texts["+66898765432"]
    message.refresh_from_db()
    assert (message.state, message.sealed) == (State.ACCEPTED, None)


def test_sealed_words_moved_to_another_message_are_not_sent(gateway: FakeGateway) -> None:
    for number in ("1", "2"):
        messages.send_to_address(TRIAL, address=f"+6681000000{number}", params=WORDS)
    one, other = Message.objects.order_by("id")
    Message.objects.filter(pk=one.pk).update(sealed=other.sealed)
    run_jobs()
    assert set(gateway.texts) == {"+66810000002"}
    one.refresh_from_db()
    assert (one.state, one.problem) == (State.FAILED, "unwritable")


def test_a_refused_number_fails_for_good(gateway: FakeGateway) -> None:
    gateway.refuse.add(PEOPLE[1].phone)
    messages.send_many(TRIAL, [(1, WORDS), (2, WORDS)])
    run_jobs()
    assert _state(1) == (State.FAILED, "unknown_number")
    assert _state(2) == (State.ACCEPTED, "")


def test_a_provider_that_took_it_but_did_not_say_so_is_asked_again_and_delivers_once(
    gateway: FakeGateway, daytime: time_machine.Traveller
) -> None:
    gateway.silent = 1.0
    messages.send(TRIAL, person_id=1, params=WORDS)
    run_jobs()
    assert _state(1) == (State.QUEUED, "no_answer")
    assert Message.objects.get().provider == "first"
    gateway.silent = 0.0
    assert sending.send_due().taken == 0  # not at once
    daytime.shift(sending.FIRST_WAIT)
    sending.send_due()
    assert _state(1) == (State.ACCEPTED, "")
    assert (gateway.calls, list(gateway.delivered.values())) == (2, [1])


@pytest.mark.parametrize(
    ("status", "body", "problem", "bound_to"),
    [(503, b"", "status_503", ""), (500, b"", "status_500", "first"), (200, b"<html>", "garbage", "first")],
)
def test_waits_grow_and_end(
    gateway: FakeGateway, daytime: time_machine.Traveller, status: int, body: bytes, problem: str, bound_to: str
) -> None:
    gateway.status, gateway.body = status, body
    messages.send(TRIAL, person_id=1, params=WORDS)
    for attempt in range(1, sending.MOST_ATTEMPTS):
        Provider.objects.update(failures=0, rests_until=None)
        assert sending.send_due().handed_over == 1
        assert _state(1) == (State.QUEUED, problem)
        assert Message.objects.get().provider == (bound_to if attempt < sending.BOUND_ATTEMPTS else "")
        daytime.shift(sending.LONGEST_WAIT)
    sending.send_due()
    assert _state(1) == (State.FAILED, problem)


def test_when_one_provider_is_down_the_other_takes_over(settings: Settings, daytime: time_machine.Traveller) -> None:
    with FakeGateway() as second:
        down = second.config(url="http://127.0.0.1:9/")
        settings.KHUMKAN_MESSAGES = settings_for(first=down, second=second.config())
        messages.send_many(TRIAL, [(1, WORDS)] * 30)
        sending.send_due()
        daytime.shift(sending.FIRST_WAIT)
        sending.send_due()
        assert sum(second.delivered.values()) == 30
        assert set(Message.objects.values_list("provider", flat=True)) == {"second"}
        for _ in range(providers.FAILURES):
            providers.failed("first")
        assert providers.choose(Channel.SMS) == "second"  # at once, while the first rests


def test_a_rested_provider_gets_one_try_and_a_longer_rest(
    settings: Settings, daytime: time_machine.Traveller, gateway: FakeGateway
) -> None:
    Provider.objects.create(name="first")
    for _ in range(providers.FAILURES):
        providers.failed("first")
    assert providers.choose(Channel.SMS) is None
    daytime.shift(providers.FIRST_REST)
    assert providers.choose(Channel.SMS) == "first"
    providers.failed("first")
    daytime.shift(providers.FIRST_REST)
    assert providers.choose(Channel.SMS) is None
    daytime.shift(providers.FIRST_REST)
    providers.succeeded("first")
    assert Provider.objects.get().failures == 0


def test_messages_wait_while_all_providers_rest(gateway: FakeGateway, daytime: time_machine.Traveller) -> None:
    Provider.objects.create(name="first", failures=9)
    providers.failed("first")
    messages.send(TRIAL, person_id=1, params=WORDS)
    sending.send_due()
    message = Message.objects.get()
    assert (message.state, message.attempts) == (State.QUEUED, 0)
    assert message.due_at == Provider.objects.get().rests_until


def test_a_provider_is_given_no_more_than_its_rate(settings: Settings, gateway: FakeGateway) -> None:
    settings.KHUMKAN_MESSAGES = settings_for(first=gateway.config(per_second=20))
    messages.send_many(TRIAL, [(1, WORDS)] * 50)
    began = time.monotonic()
    done = sending.send_due()
    assert (done.taken, done.handed_over, done.put_back) == (50, 20, 30)
    assert providers.take("first", 50) <= 20 * (time.monotonic() - began) + 1
    assert set(Message.objects.filter(state=State.QUEUED).values_list("attempts", flat=True)) == {0}


def test_who_died_while_sending_is_followed_by_somebody_else(
    gateway: FakeGateway, daytime: time_machine.Traveller
) -> None:
    messages.send(TRIAL, person_id=1, params=WORDS)
    [claimed] = sending._claim()
    sending._bind("first", [claimed])
    assert sending.send_due().taken == 0
    daytime.shift(sending.LEASE)
    assert sending.send_due().handed_over == 1
    assert list(gateway.delivered) == [str(claimed.reference)]


def test_a_number_that_slipped_into_a_text_stops_it(gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending.templates, "render", lambda *_: sending.templates.Text("", "no. 1-1017-00230-70-8"))
    messages.send(TRIAL, person_id=1, params=WORDS)
    run_jobs()
    assert (_state(1), gateway.calls) == ((State.FAILED, "identity_number"), 0)


def test_a_mass_message_costs_a_few_statements_and_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    put = Mock(side_effect=prepared.rows)
    monkeypatch.setattr(prepared, "rows", put)
    many = 2 * ROWS_AT_ONCE
    with CaptureQueriesContext(connection) as asked:
        assert messages.send_many(TRIAL, ((number, WORDS) for number in range(many))) == many
    assert (put.call_count, Message.objects.count()) == (2, many)
    assert len(asked) < 10
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone()[0] == JOBS_AT_ONCE


def test_a_query_queues_a_reference_for_each_of_its_rows() -> None:
    rows = "SELECT n AS person_id, 'T-7K4M9-2QXC' || n AS reference FROM generate_series(1, %(last)s) n"
    assert messages.send_each("screening.result_ready", rows=rows, values={"last": 3}) == 3
    found = list(Message.objects.order_by("person_id"))
    assert [(each.person_id, each.params) for each in found] == [
        (number, {"reference": f"T-7K4M9-2QXC{number}"}) for number in (1, 2, 3)
    ]
    assert len({each.reference for each in found}) == 3
    messages.send("screening.result_ready", person_id=1, params={"reference": "T-7K4M9-2QXC1"})
    alike = [field.attname for field in Message._meta.fields if not field.attname.endswith("_at")]
    alike = [name for name in alike if name not in ("id", "reference", "person_id", "params")]
    assert len(set(Message.objects.values_list(*alike))) == 1


@pytest.mark.parametrize("reference", ["1101700230708", "T-1101700230708", "๑๑๐๑๗๐๐๒๓๐๗๐๘", "Somchai, who is ill"])
def test_a_query_queues_nothing_where_one_row_holds_no_reference_of_ours(reference: str) -> None:
    rows = "SELECT 1 AS person_id, 'T-7K4M9-2QXC3' AS reference UNION ALL SELECT 2, %(reference)s"
    with pytest.raises(ValueError, match="reference"), transaction.atomic():
        messages.send_each("screening.result_ready", rows=rows, values={"reference": reference})
    assert not Message.objects.exists()


def test_people_see_their_messages_newest_first(gateway: FakeGateway) -> None:
    first = messages.send(TRIAL, person_id=1, params=WORDS)
    second = messages.send(TRIAL, person_id=1, params=WORDS)
    assert [message.pk for message in queries.messages_of(1)] == [second, first]
