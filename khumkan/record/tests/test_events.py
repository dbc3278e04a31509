"""Events: what they hold, what they refuse, who is told, and what can be asked of them."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction
from procrastinate.contrib.django import app

from khumkan import record
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.record import Entry, deliveries, listeners, partitions, queries
from khumkan.record.inline import run_jobs
from khumkan.record.models import Delivery, Event

pytestmark = pytest.mark.django_db

NURSE = Actor(ActorKind.STAFF, 7, name="Nurse Malee", origin="10.1.2.3", because="ward round")


def test_an_event_says_who_what_whom_when_and_why() -> None:
    record.write("record.tried", by=NURSE.acting_for(42), person_id=42, site_id=3, data={"code": "RT-PCR", "n": 2})
    event = Event.objects.get()
    assert (event.name, event.actor_kind, event.actor_id, event.on_behalf_of) == ("record.tried", "staff", 7, 42)
    assert (event.person_id, event.site_id, event.data) == (42, 3, {"code": "RT-PCR", "n": 2})
    assert (event.origin, event.because, event.system) == ("10.1.2.3", "ward round", "")


def test_the_name_of_a_person_who_acts_is_not_written_down() -> None:
    record.write("record.tried", by=NURSE)
    record.write("record.tried", by=Actor.system("journeys"))
    assert list(Event.objects.order_by("id").values_list("system", flat=True)) == ["", "journeys"]


def test_an_event_takes_person_and_site_from_its_row() -> None:
    about = Event.objects.get(pk=record.write("record.tried", by=NURSE, person_id=5, site_id=6))
    record.write("record.looked_at", by=NURSE, about=about)
    event = Event.objects.get(name="record.looked_at")
    assert (event.about_kind, event.about_id, event.person_id, event.site_id) == ("record.event", about.pk, 5, 6)
    assert list(queries.history_of(about)) == [event]


@pytest.mark.parametrize(
    "data",
    [
        {"name": "สมชาย ใจดี"},
        {"note": "feels unwell"},
        {"number": "1101700230708"},
        {"number": 1101700230708},
        {"list": [{"deep": "two words"}]},
        {"float": 1.5},
        {"long": "x" * 81},
    ],
)
def test_an_event_refuses_text(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="an event holds"):
        record.write("record.tried", by=NURSE, data=data)  # type: ignore[arg-type]


def test_an_event_name_has_two_parts() -> None:
    with pytest.raises(ValueError, match="the name of an event"):
        record.write("tried", by=NURSE)


def test_an_event_is_gone_with_the_transaction_that_it_tells_of() -> None:
    with transaction.atomic():
        record.write("record.tried", by=NURSE)
        transaction.set_rollback(True)
    assert not Event.objects.exists()


@pytest.mark.parametrize("table", ["record_event", "record_seal"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = now()", "DELETE FROM {}"])
def test_nobody_changes_or_deletes(table: str, statement: str) -> None:
    record.write("record.tried", by=NURSE)
    _one_seal()
    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


@pytest.mark.parametrize("table", ["record_event", "record_event_default", "record_seal"])
def test_nobody_empties_a_table(table: str) -> None:
    """The trigger is dropped in test databases, for the harness: it is put back as the migration made it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TRIGGER again BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION record_refuse_change()"
        )
        with pytest.raises(DatabaseError, match="only added to"), transaction.atomic():
            cursor.execute(f"TRUNCATE {table}")


def test_control_without_the_trigger_an_event_can_be_changed() -> None:
    record.write("record.tried", by=NURSE)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE record_event DISABLE TRIGGER append_only")
        cursor.execute("UPDATE record_event SET actor_id = 8")
    assert Event.objects.get().actor_id == 8


def test_a_hundred_thousand_events_take_seconds() -> None:
    entries = (Entry("record.event", number, number % 1000, None, {"n": number}) for number in range(100_000))
    assert record.write_many("record.tried", by=NURSE, entries=entries) == 100_000
    assert queries.events_of_person(5).count() == 100


def test_who_saw_a_person_and_whom_somebody_saw() -> None:
    record.saw(by=NURSE, person_ids=[1, 2, 2], page="registry:person")
    record.saw(by=Actor.person(1), person_ids=[1], page="web:home")
    assert [event.actor_id for event in queries.who_saw_or_acted_for(1)] == [7]
    assert {event.person_id for event in queries.done_by(ActorKind.STAFF, 7)} == {1, 2}


@pytest.mark.parametrize(
    "query",
    [queries.who_saw_or_acted_for(5), queries.done_by(ActorKind.STAFF, 7), queries.history("record.event", 5)],
    ids=["who_saw_or_acted_for", "done_by", "history"],
)
def test_questions_are_answered_from_an_index(query: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    plan = query[:100].explain()  # type: ignore[index]
    assert "Index" in plan
    assert "Seq Scan" not in plan
    assert "Sort  (" not in plan


def test_partitions_are_made_once_and_a_far_month_goes_to_the_default() -> None:
    assert partitions.make_all() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_inherits WHERE inhparent = 'record_event'::regclass")
        assert cursor.fetchone()[0] == 6  # last month, this month, three more, and the default


class _Told(list[int]):
    """A listener that remembers what it was told."""


told = _Told()


def _hear(events: list[Event]) -> None:
    told.extend(event.pk for event in events)


def _choke_on_seven(events: list[Event]) -> None:
    if any(event.person_id == 7 for event in events):
        raise RuntimeError("seven")
    told.extend(event.pk for event in events)


@pytest.fixture
def listening() -> Iterator[None]:
    told.clear()
    record.listen("record.tried", _hear)
    yield
    listeners.forget("record.tried", _hear)


@pytest.mark.usefixtures("listening")
def test_a_listener_is_told_in_batches() -> None:
    record.write_many("record.tried", by=NURSE, entries=[Entry(person_id=number) for number in range(1_200)])
    record.write("record.other", by=NURSE)
    assert Delivery.objects.count() == 3
    assert run_jobs() == 3
    assert sorted(told) == sorted(Event.objects.filter(name="record.tried").values_list("pk", flat=True))
    assert deliveries.waiting() == 0


@pytest.mark.usefixtures("listening")
def test_events_of_a_query_are_the_same_and_are_told_in_the_same_batches() -> None:
    rows = "SELECT n, n + 1, n + 2 FROM generate_series(1, %(last)s) n ORDER BY n"
    made = record.write_each("record.tried", by=NURSE, about_kind="record.event", rows=rows, values={"last": 1_200})
    record.write_many("record.tried", by=NURSE, entries=[Entry("record.event", 1, person_id=2, site_id=3)])
    assert made == 1_200
    columns = [field.attname for field in Event._meta.fields if field.attname not in ("id", "at")]
    first, last = Event.objects.order_by("pk").values(*columns)[0], Event.objects.order_by("-pk").values(*columns)[0]
    assert first == last
    assert [len(each.event_ids) for each in Delivery.objects.order_by("pk")] == [500, 500, 200, 1]
    assert run_jobs() == 4
    assert sorted(told) == sorted(Event.objects.values_list("pk", flat=True))


def test_a_query_can_say_nothing_but_ids() -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        record.write_each("record.tried", by=NURSE, about_kind="record.event", rows="SELECT 1, 'Somchai', 2")
    with pytest.raises(ValueError, match="name of an event"):
        record.write_each("tried", by=NURSE, about_kind="record.event", rows="SELECT 1, 2, 3")
    assert not Event.objects.exists()


@pytest.mark.usefixtures("listening")
def test_a_delivery_made_twice_is_heard_once() -> None:
    record.write("record.tried", by=NURSE)
    delivery = Delivery.objects.get()
    app.configure_task("record.deliver").defer(delivery_id=delivery.pk)
    assert run_jobs() == 2
    assert len(told) == 1


def test_an_event_that_spoils_its_batch_soon_stands_alone() -> None:
    told.clear()
    record.listen("record.tried", _choke_on_seven)
    try:
        record.write_many("record.tried", by=NURSE, entries=[Entry(person_id=number) for number in range(500)])
        with pytest.raises(RuntimeError, match="seven"):
            run_jobs()
        run_jobs()
    finally:
        listeners.forget("record.tried", _choke_on_seven)
    assert len(told) == 499
    assert deliveries.waiting() == 1


def _one_seal() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO record_seal VALUES (1, 0, 0, 1, 5, 1, now(), '', '', '')")
