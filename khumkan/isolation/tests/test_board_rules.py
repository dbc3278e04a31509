"""What the bed board decides from values alone: counts, rooms to be made, the statement of a month."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khumkan.isolation.choices import Level, Numbering, RoomFor
from khumkan.isolation.rules import nights, rooms
from khumkan.isolation.rules.board import Counts, takes, together
from khumkan.isolation.rules.nights import Lain, Row, Statement
from khumkan.isolation.rules.rooms import Block
from khumkan.kernel.errors import Refused

HEADINGS = ("ชั้น", "เลขห้อง", "จำนวนเตียง", "level", "room_for", "รถเข็น")
FIRST, LAST = date(2021, 7, 1), date(2021, 7, 31)
AFTER = datetime(2021, 8, 2, tzinfo=UTC)
moments = st.integers(0, 40 * 24 * 60).map(
    lambda minutes: datetime(2021, 6, 26, tzinfo=UTC) + timedelta(minutes=minutes)
)


def read(*rows: tuple[str, ...], there: tuple[str, ...] = ()) -> rooms.Read:
    return rooms.read(HEADINGS, list(enumerate(rows, start=2)), there=there)


def test_each_bed_is_counted_once() -> None:
    counts = together([Counts(free=3, held=1), Counts(occupied=2, cleaning=1, out_of_order=1), Counts(shut=4)])
    assert (counts.total, counts.people) == (12, 3)
    assert counts.closed() == Counts(held=1, occupied=2, cleaning=1, out_of_order=1, shut=7)


@pytest.mark.parametrize(("free", "people", "expected"), [(5, 0, 5), (5, 18, 2), (5, 20, 0), (5, 31, 0), (0, 0, 0)])
def test_a_site_takes_as_many_as_it_has_beds_and_nurses_for(free: int, people: int, expected: int) -> None:
    assert takes(free, people=people, nurses=1, patients_per_nurse=20) == expected


def test_rooms_are_called_by_their_floor() -> None:
    plan = rooms.planned(Block(first_floor=2, last_floor=3, rooms=2, beds=2, prefix="A", level=Level.YELLOW))
    assert [(room.floor, room.number, room.beds) for room in plan] == [
        ("2", "A201", 2), ("2", "A202", 2), ("3", "A301", 2), ("3", "A302", 2),
    ]  # fmt: skip
    assert {room.level for room in plan} == {Level.YELLOW}


@pytest.mark.parametrize(
    ("numbering", "number"), [(Numbering.TWO, "1107"), (Numbering.THREE, "11007"), (Numbering.DASHED, "11-07")]
)
def test_the_numbering_is_chosen(numbering: Numbering, number: str) -> None:
    block = Block(first_floor=11, last_floor=11, rooms=1, beds=1, first_room=7, numbering=numbering)
    assert [room.number for room in rooms.planned(block)] == [number]


@pytest.mark.parametrize(
    ("first", "last", "prefix", "code"), [(3, 2, "", "floors_reversed"), (1, 1, "=1", "room_name")]
)
def test_a_pattern_that_makes_no_sense_is_refused(first: int, last: int, prefix: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        rooms.planned(Block(first_floor=first, last_floor=last, rooms=1, beds=1, prefix=prefix))
    assert refusal.value.code == code


def test_a_file_is_understood_in_thai_and_english() -> None:
    said = read(("2", "201", "2", "เขียว", "หญิง", "ได้"), ("๒", "๒๐๒", "๑", "Yellow", "", ""))
    assert said.wrong == ()
    assert [(room.floor, room.number, room.beds) for room in said.rooms] == [("2", "201", 2), ("2", "202", 1)]
    assert [(room.level, room.room_for, room.is_accessible) for room in said.rooms] == [
        (Level.GREEN, RoomFor.WOMEN, True), (Level.YELLOW, RoomFor.ANYBODY, False),
    ]  # fmt: skip


def test_every_wrong_row_says_all_that_is_wrong_and_nothing_is_made() -> None:
    said = read(
        ("2", "201", "2", "", "", ""),
        ("2", "201", "27", "pink", "cats", "maybe"),
        ("", "", "x", "", "", ""),
        ("2", "=SUM(A1)", "1", "", "", ""),
        ("2", "101", "1", "", "", ""),
        ("2", "2" * 13, "1", "", "", ""),
        there=("101",),
    )
    assert said.rooms == ()
    assert {wrong.row: [reason.code for reason in wrong.reasons] for wrong in said.wrong} == {
        3: ["twice", "beds", "level", "room_for", "accessible"],
        4: ["empty", "empty", "beds"],
        5: ["room_name"],
        6: ["room_exists"],
        7: ["long"],
    }
    assert all(str(reason) for wrong in said.wrong for reason in wrong.reasons)


@pytest.mark.parametrize(("headings", "code"), [(("floor", "number"), "column_missing"), (HEADINGS, "no_rooms")])
def test_a_file_without_its_columns_or_rows_is_refused(headings: tuple[str, ...], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        rooms.read(headings, [])
    assert refusal.value.code == code


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # the machine may be busy
@given(st.lists(st.tuples(moments, moments), max_size=12))
def test_rows_and_days_of_a_statement_add_up_to_the_same(spans: list[tuple[datetime, datetime]]) -> None:
    told = [(f"H-{n}", "1-A", Lain(min(span), max(span))) for n, span in enumerate(spans)]
    made = nights.statement(told, first=FIRST, last=LAST, now=AFTER)
    assert made.is_sound
    assert made.total == sum(row.nights for row in made.rows)
    assert len(made.days) == len(made.totals) == 31


def test_only_the_nights_of_the_month_count() -> None:
    lain = Lain(datetime(2021, 6, 28, 5, tzinfo=UTC), datetime(2021, 7, 3, 5, tzinfo=UTC))
    made = nights.statement([("H-1", "1-A", lain)], first=FIRST, last=LAST, now=AFTER)
    assert [row.nights for row in made.rows] == [2]
    assert made.totals[:3] == (1, 1, 0)


def test_control_a_statement_that_does_not_add_up_is_noticed() -> None:
    row = Row("H-1", "1-A", Lain(AFTER), (1, 0))
    assert Statement((FIRST, LAST), (row,), (1, 0)).is_sound
    assert not Statement((FIRST, LAST), (row,), (1, 1)).is_sound
    assert not Statement((FIRST, LAST), (), (0, 1)).is_sound
