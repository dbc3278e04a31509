"""Checking an employer's list: every row gets its verdict, and every verdict its reason."""

from datetime import date, timedelta

import pytest

from khumkan.kernel import clock
from khumkan.registry.models import Branch, Employment, Person
from khumkan.registry.states import Section
from khumkan.vaccination.actions import enrolling
from khumkan.vaccination.actions.lists import sending, taking
from khumkan.vaccination.choices import ListSource
from khumkan.vaccination.models import Enrolment, Listing, ListRow
from khumkan.vaccination.queries.list_rows import seen
from khumkan.vaccination.rules.lists import ROW_REASONS
from khumkan.vaccination.states import ListFileState
from khumkan.vaccination.tests.country import OFFICE, a_roster, an_employer
from khumkan.vaccination.tests.hr import HEADING, a_desk, a_number, a_worker, counts, csv_file, verdicts, xlsx_file

pytestmark = pytest.mark.django_db


def test_good_rows_are_new_and_nobody_is_listed_yet():
    desk = a_desk(3)
    file = desk.send(csv_file(worker.row() for worker in desk.workers))
    assert file.state == ListFileState.CHECKED
    assert counts(file) == (3, 3, 0, 0, 0, 0, 0)
    assert {row.person_id for row in file.rows.all()} == {worker.person.pk for worker in desk.workers}
    assert not Listing.objects.exists()
    assert not Enrolment.objects.exists()


def test_every_fault_of_a_cell_has_its_reason():
    desk = a_desk(1)
    good = desk.workers[0]
    wrong_digit = good.number[:-1] + str((int(good.number[-1]) + 1) % 10)
    other = {"first": "กนกวรรณ", "last": "ศรีสุข"}  # like nobody here
    file = desk.send(
        csv_file(
            [
                good.row(number="", **other),
                good.row(number="1.10170E+12", **other),
                good.row(number="12345", **other),
                good.row(number=wrong_digit, **other),
                good.row(first=" ", last=""),
                good.row(born=""),
                good.row(born="31/02/2530"),
                good.row(born="01/01/2999"),
                good.row(branch="ab"),
                good.row(branch="77"),
                good.row(first="ก" * 101),
            ]
        )
    )
    codes = [code for _verdict, code in verdicts(file).values()]
    assert codes == [
        "number_missing", "number_mangled", "number_length", "number_check", "name_missing", "birth_missing",
        "date_unreadable", "birth_impossible", "branch", "branch_unknown", "name_long",
    ]  # fmt: skip
    assert file.refused == file.rows_in == 11
    assert {row.column for row in file.rows.filter(row_number__lte=5)} == {HEADING[0]}


def test_what_the_register_says_against_somebody():
    desk = a_desk(0)
    stranger, elsewhere, gone = a_worker(None), a_worker(an_employer()), a_worker(desk.employer)
    Employment.objects.filter(person=gone.person).update(ended_on=clock.today() - timedelta(days=70))
    informal = a_worker(desk.employer, section=Section.INFORMAL)
    uninsured = a_worker(desk.employer, section=None)
    child = a_worker(desk.employer, born=clock.today() - timedelta(days=365 * 17))
    dead = a_worker(desk.employer)
    Person.objects.filter(pk=dead.person.pk).update(died_on=clock.today())
    unborn = a_worker(desk.employer, born=None)
    rows = [each.row() for each in (stranger, elsewhere, gone, informal, uninsured, child, dead)]
    file = desk.send(
        csv_file([*rows, unborn.row(born="17/05/1990"), (a_number(10**9), "", "ใคร", "ไม่รู้", "1/1/2530", "")])
    )
    codes = [code for _verdict, code in verdicts(file).values()]
    assert codes == [
        "not_employed", "not_employed", "not_employed", "section", "section", "too_young", "ask_office",
        "age_unknown", "not_employed",
    ]  # fmt: skip
    assert file.refused == 9


def test_a_stranger_s_number_looks_like_one_that_nobody_has():
    """An employer who tries numbers learns nothing about anybody: the rows differ in nothing."""
    desk = a_desk(0)
    stranger = a_worker(an_employer())
    unknown = a_number(10**9)
    file = desk.send(csv_file([stranger.row(), stranger.row(number=unknown), stranger.row(first="ผิด", last="คน")]))
    rows = list(file.rows.all())
    assert {(row.verdict, row.person_id, row.column, row.code) for row in rows} == {
        ("refused", None, "", "not_employed")
    }
    assert {str(row.opened()[1]) for row in rows} == {"{}"}


def test_somebody_who_left_last_month_is_still_employed_this_month():
    desk = a_desk(1)
    first_of_month = clock.today().replace(day=1)
    Employment.objects.update(ended_on=first_of_month - timedelta(days=1))
    assert desk.send(csv_file([desk.workers[0].row()])).new == 1


def test_name_and_birth_are_compared_and_near_ones_are_looked_at():
    desk = a_desk(0)
    worker = a_worker(desk.employer, first="มาลี")
    file = desk.send(
        csv_file(
            [
                worker.row(title="นางสาว"),
                worker.row(last="ใจดีย์"),
                worker.row(born="18/05/2533"),
                worker.row(last="ใจดีย์", born="18/05/2533"),
            ]
        )
    )
    assert list(verdicts(file).values()) == [
        ("new", ""), ("doubled", "same_in_file"), ("doubled", "same_in_file"), ("refused", "other_person"),
    ]  # fmt: skip
    alone = a_desk(0)
    married = a_worker(alone.employer, first="มาลี")
    looked = alone.send(csv_file([married.row(last="ใจดีย์")]))
    assert verdicts(looked) == {2: ("look", "name_differs")}
    [shown] = seen(looked, list(looked.rows.all()))
    assert shown.person == married.person
    assert shown.last4 == married.number[-4:]
    assert shown.name == "มาลี ใจดีย์"


def test_a_lost_number_finds_the_employee_by_name_and_birth():
    desk = a_desk(0)
    worker = a_worker(desk.employer, first="มาลี")
    a_worker(desk.employer, first="ประยุทธ")
    file = desk.send(csv_file([worker.row(number="1.1017E+12"), worker.row(number="", last="ใจดีย์")]))
    assert verdicts(file) == {2: ("look", "number_differs"), 3: ("doubled", "same_in_file")}
    assert file.rows.get(row_number=2).person_id == worker.person.pk


def test_somebody_whom_another_row_names_by_number_is_not_guessed():
    desk = a_desk(0)
    worker = a_worker(desk.employer, first="มาลี")
    file = desk.send(csv_file([worker.row(number="123"), worker.row()]))
    assert verdicts(file) == {2: ("refused", "number_length"), 3: ("new", "")}


def test_the_list_as_it_stands_is_known():
    desk = a_desk(4)
    stays, moves, comes_back, elsewhere = desk.workers
    Branch.objects.create(employer=desk.employer, serial="000002")
    enrolling.list_people(
        roster=desk.roster, people=[(each.person.pk, "000000") for each in (stays, moves, comes_back)], by=OFFICE
    )
    enrolling.remove_people(roster=desk.roster, person_ids=[comes_back.person.pk], by=OFFICE)
    enrolling.list_people(roster=a_roster(), people=[(elsewhere.person.pk, "")], by=OFFICE)
    file = desk.send(csv_file([stays.row(), moves.row(branch="2"), comes_back.row(), elsewhere.row()]))
    assert verdicts(file) == {
        2: ("unchanged", ""), 3: ("changed", "branch_changed"), 4: ("changed", "comes_back"),
        5: ("new", "in_programme"),
    }  # fmt: skip


def test_excel_is_understood_in_every_form():
    desk = a_desk(3)
    zero = a_worker(desk.employer, number="0105536112014")
    one, two, three = desk.workers
    rows = [
        (int(one.number), "", one.person.first_name, "ใจดี", date(1990, 5, 17), ""),
        (two.number, "นาย", two.person.first_name, "ใจดี", date(2533, 5, 17), None),
        (float(three.number), None, f"นาย{three.person.first_name} ใจดี", None, "17 พ.ค. 2533", 0),
        (int(zero.number), "", zero.person.first_name, "ใจดี", 33010, "0"),
    ]
    file = desk.send(xlsx_file(rows))
    assert verdicts(file) == dict.fromkeys(range(2, 6), ("new", ""))
    assert file.read_as == "XLSX"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874"])
def test_encodings_of_thai_offices_are_understood(encoding):
    desk = a_desk(2)
    file = desk.send(csv_file([worker.row() for worker in desk.workers], encoding=encoding))
    assert file.new == 2


def test_columns_stand_anywhere_and_others_are_left_alone():
    desk = a_desk(1)
    number, _title, first, last, born, _branch = desk.workers[0].row()
    heading = ("ลำดับ", "วันเกิด", "นามสกุล", "ชื่อ", "แผนก", "เลขบัตรประชาชน")
    file = desk.send(csv_file([("1", born, last, first, "บัญชี", number)], heading))
    assert file.new == 1
    assert file.rows.get().opened()[0][4] == "บัญชี"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x00\x01\x02", "file_not_text"),
        (csv_file([("1", "2")], ("ชื่อ", "นามสกุล")), "column_missing"),
        (csv_file([]), "file_no_rows"),
        (b"PK\x03\x04 broken", "xlsx_damaged"),
        (csv_file([("a", "b", "c", "d", "e", "f", "g")]), "row_cells"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_as_a_whole_in_words(content, code):
    file = a_desk(1).send(content)
    assert (file.state, file.problem_code) == (ListFileState.REFUSED, code)
    assert file.problem_text
    assert not ListRow.objects.exists()


def standing():
    return [list(model.objects.order_by("pk").values()) for model in (Listing, Enrolment)]


def test_the_same_list_sent_twice_changes_nothing():
    desk = a_desk(3)
    content = csv_file(worker.row() for worker in desk.workers)
    file = desk.send(content)
    assert desk.send(content) == file
    taking.take_list(file=file, by=desk.by)
    before = standing()
    again = desk.send(content)
    assert counts(again) == (3, 0, 0, 3, 0, 0, 0)
    taking.take_list(file=again, by=desk.by)
    assert standing() == before


def test_the_office_s_own_list_has_everybody_and_no_numbers():
    desk = a_desk(3)
    child = a_worker(desk.employer, born=clock.today() - timedelta(days=365 * 10))
    file = sending.start_from_office(roster=desk.roster, by=desk.by)
    assert file.source == ListSource.FILINGS
    assert counts(file) == (4, 3, 0, 0, 0, 1, 0)
    assert all(row.opened()[0][1].startswith("••••") for row in file.rows.all())
    assert file.rows.get(code="too_young").person_id == child.person.pk
    taking.take_list(file=file, by=desk.by)
    assert desk.roster.listed == 3


def test_every_verdict_of_the_statements_has_a_sentence():
    for code, text in ROW_REASONS.items():
        assert text.endswith((".", "?")), code
