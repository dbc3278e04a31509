"""Hostile and messy lists: rows in = new + changed + unchanged + look + refused + doubled, whatever is sent."""

import itertools
import random

import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from khumkan.kernel.errors import Refused
from khumkan.vaccination.actions.lists import judging, mending, sending, taking
from khumkan.vaccination.models import Enrolment, Listing, ListRow
from khumkan.vaccination.states import ListFileState
from khumkan.vaccination.tests.hr import HEADING, Desk, a_desk, a_number, counts, csv_file, xlsx_file

pytestmark = pytest.mark.django_db
NASTY = (
    "", " ", "=cmd|' /C calc'!A0", "1.1E+12", "'; DROP TABLE registry_person; --", "ก" * 300, "\u200b\ufeff", "๑๒๓",
    "<script>alert(1)</script>", "%s %(x)s", "0", "-1", "9999999999999", "NULL", "\\N", '"', "a\tb", "🙂", "2533-02-30",
    "\x01", "{}", "ํา", "1101700203450.0",
)  # fmt: skip
CELLS = some.one_of(some.sampled_from(NASTY), some.text(max_size=30).filter(lambda text: "\x00" not in text))


def a_messy_list(desk: Desk, chance: random.Random) -> list[tuple[str, ...]]:
    """Return rows of every kind in any order: good, doubled, near, mangled, of strangers, of nonsense."""
    worker = chance.choice(desk.workers)
    kinds = (
        lambda: chance.choice(desk.workers).row(),
        lambda: chance.choice(desk.workers).row(last="ใจดีย์"),
        lambda: chance.choice(desk.workers).row(number="1.1017E+12"),
        lambda: chance.choice(desk.workers).row(born="1/1/2500"),
        lambda: chance.choice(desk.workers).row(branch="123"),
        lambda: worker.row(),
        lambda: (a_number(chance.randrange(10**9, 10**10)), "", "ใคร", "ไม่รู้", "1/1/2530", ""),
        lambda: tuple(chance.choice(NASTY).replace("\n", " ") or "x" for _ in HEADING),
    )
    return [chance.choice(kinds)() for _ in range(chance.randrange(1, 60))]


@pytest.fixture
def two_workers():
    return a_desk(2)


def accounts_for_everything(file, rows: int) -> bool:
    """Tell whether every row has one verdict, and the counts are those of the table."""
    found = sorted(ListRow.objects.filter(file=file).values_list("row_number", flat=True))
    rows_in, *parts = counts(file)
    return rows_in == rows == sum(parts) == len(found) and found == list(range(2, rows + 2))


def test_of_many_messy_lists_no_row_is_lost():
    desk = a_desk(8)
    for seed in range(40):
        chance = random.Random(seed)
        rows = a_messy_list(desk, chance)
        if seed % 4 == 0:  # a workbook cannot hold every letter
            rows = [tuple(cell.replace("\x01", "?") for cell in row) for row in rows]
        file = desk.send(xlsx_file(rows) if seed % 4 == 0 else csv_file(rows))
        assert file.state == ListFileState.CHECKED, (seed, file.problem_code)
        assert accounts_for_everything(file, len(rows)), seed
        assert len(named_in(file)) == len(set(named_in(file))), "a person is in a list once"
        if seed % 3:
            sending.drop_list(file=file, by=desk.by)
            continue
        try:
            taking.take_list(file=file, by=desk.by)
        except Refused:
            sending.drop_list(file=file, by=desk.by)
    assert Listing.objects.count() == len(set(Listing.objects.values_list("person_id", flat=True)))
    assert Enrolment.objects.count() == Listing.objects.count()


def test_control_a_check_that_loses_the_last_row_is_found_by_the_database(monkeypatch):
    desk = a_desk(4)
    judge = judging.judge
    monkeypatch.setattr(judging, "judge", lambda *args, **more: judge(*args, **more)[:-1])
    with pytest.raises(IntegrityError, match="vaccination_listfile_rows_accounted_for"):
        desk.send(csv_file(worker.row() for worker in desk.workers))


def named_in(file) -> list[int]:
    """Return whom the rows mean that count, or may."""
    rows = file.rows.filter(verdict__in=("new", "changed", "unchanged", "look"))
    return list(rows.values_list("person_id", flat=True))


def changed_by_chance(desk: Desk, file, row: int, chance: random.Random) -> None:
    """Write a row anew, leave it out, or say that it is the person it was likened to."""
    what = chance.choice(("mend", "leave", "accept"))
    if what == "mend":
        fields = ("id_number", "first_name", "last_name", "birth_date")
        values = dict(zip(fields, worker_cells(desk, chance), strict=True))
        mending.mend_row(file=file, row_number=row, values=values, by=desk.by)
    elif what == "leave":
        mending.leave_out(file=file, row_number=row, by=desk.by)
    elif file.rows.get(row_number=row).verdict == "look":
        mending.accept_row(file=file, row_number=row, by=desk.by)


def test_mended_in_any_order_no_row_is_lost():
    desk = a_desk(5)
    for seed in range(12):
        chance = random.Random(seed)
        rows = a_messy_list(desk, chance)
        file = desk.send(csv_file(rows))
        for _ in range(10):
            changed_by_chance(desk, file, chance.randrange(2, len(rows) + 2), chance)
            file.refresh_from_db()
            named = named_in(file)
            assert accounts_for_everything(file, len(rows)), seed
            assert len(named) == len(set(named)), seed
            doubles = file.rows.filter(verdict="doubled")
            assert all(row.person_id in named for row in doubles), "a double has the row that it doubles"
        sending.drop_list(file=file, by=desk.by)


def worker_cells(desk, chance):
    number, _title, first, last, born, _branch = chance.choice(desk.workers).row()
    return number, first, last, born


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(some.lists(some.tuples(*itertools.repeat(CELLS, len(HEADING))), min_size=1, max_size=12))
def test_whatever_stands_in_the_cells_every_row_is_told_why(two_workers, rows):
    desk = two_workers
    if any(not "".join(row).strip() for row in rows):
        rows = [("x", *row[1:]) for row in rows]
    file = desk.send(csv_file(rows))
    assert file.state in (ListFileState.CHECKED, ListFileState.REFUSED)
    if file.state == ListFileState.CHECKED:
        assert file.rows_in == sum(counts(file)[1:]) <= len(rows)
        assert all(row.code for row in file.rows.exclude(verdict__in=("new", "unchanged")))
        sending.drop_list(file=file, by=desk.by)
    else:
        assert file.problem_text


def test_a_bomb_of_a_workbook_is_refused_and_the_next_list_is_checked():
    desk = a_desk(1)
    heading = [f"ช่อง {number}" for number in range(300)]
    assert desk.send(xlsx_file([range(300)], heading)).problem_code == "file_too_many_columns"
    assert desk.send(csv_file([desk.workers[0].row()])).new == 1


def test_a_list_with_very_many_columns_keeps_those_that_are_understood():
    desk = a_desk(1)
    heading = [*(f"ช่อง {number}" for number in range(60)), *HEADING]
    file = desk.send(csv_file([[*("x" * 60), *desk.workers[0].row()]], heading))
    assert file.new == 1
    assert len(file.heading) == len(HEADING)
