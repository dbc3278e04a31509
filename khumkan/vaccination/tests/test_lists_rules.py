"""Whether two names mean one person, and until when an employer may change its list."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from khumkan.vaccination.actions.lists.sending import with_heading
from khumkan.vaccination.rules.lists import Known, compare, is_open, likeness, nearest

NEAR = Decimal("0.45")
BORN = date(1990, 5, 17)
NAMES = some.text(alphabet="กขคงจดตนบมรลสหอาิีุูเแ่้ ab", min_size=1, max_size=40)


@given(NAMES, NAMES)
def test_likeness_is_the_same_from_both_sides_and_between_0_and_1(one, other):
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1


@given(NAMES)
def test_a_name_is_like_itself(name):
    assert likeness(name, name) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("มาลี ใจดี", "มาลี ใจดีย์"),
        ("สมชาย รักไทย", "สมชย รักไทย"),
        ("ณัฐพล ศรีสุข", "ณัฐพงษ์ ศรีสุข"),
        ("somchai jaidee", "somchay jaidee"),
    ],
)  # fmt: skip
def test_a_slip_is_near(one, other):
    assert likeness(one, other) >= NEAR


@pytest.mark.parametrize(("one", "other"), [("มาลี ใจดี", "ประยุทธ ทองคำ"), ("สมชาย รักไทย", "กนกวรรณ ศรีสุข")])
def test_another_name_is_not(one, other):
    assert likeness(one, other) < NEAR


def test_what_is_compared_and_what_comes_of_it():
    register = Known("มาลี ใจดี", BORN)
    assert compare(Known("มาลี ใจดี", BORN), register, near_from=NEAR) == ""
    assert compare(Known("มาลี ใจดีย์", BORN), register, near_from=NEAR) == "name_differs"
    assert compare(Known("มาลี วงศ์สุวรรณ", BORN), register, near_from=NEAR) == "name_differs"  # married
    assert compare(Known("มาลี ใจดี", date(1990, 5, 18)), register, near_from=NEAR) == "birth_differs"
    assert compare(Known("มาลี ใจดีย์", date(1990, 5, 18)), register, near_from=NEAR) == "other_person"
    assert compare(Known("ประยุทธ ทองคำ", BORN), register, near_from=NEAR) == "other_person"


def test_a_date_of_birth_is_compared_as_far_as_the_register_knows_it():
    assert compare(Known("ก ข", date(1990, 5, 18)), Known("ก ข", date(1990, 1, 1), "Y"), near_from=NEAR) == ""
    assert compare(Known("ก ข", date(1991, 1, 1)), Known("ก ข", date(1990, 1, 1), "Y"), near_from=NEAR) != ""
    assert compare(Known("ก ข", BORN), Known("ก ข", None), near_from=NEAR) == ""


def test_nobody_is_guessed_between_two_who_are_alike_equally():
    assert nearest("มาลี ใจดี", [(1, "มาลี ใจดีย์"), (2, "สุดา แก้วใส")], near_from=NEAR) == 1
    assert nearest("มาลี ใจดี", [(1, "มาลี ใจดี"), (2, "มาลี ใจดี")], near_from=NEAR) is None
    assert nearest("มาลี ใจดี", [(2, "สุดา แก้วใส")], near_from=NEAR) is None
    assert nearest("มาลี ใจดี", [], near_from=NEAR) is None


def test_a_list_is_open_until_the_day_of_the_lock_and_while_there_is_more_time():
    lock_on = date(2021, 6, 10)
    assert is_open(date(2021, 6, 9), lock_on=lock_on, reopened_until=None)
    assert not is_open(date(2021, 6, 10), lock_on=lock_on, reopened_until=None)
    assert is_open(date(2021, 6, 12), lock_on=lock_on, reopened_until=date(2021, 6, 12))
    assert not is_open(date(2021, 6, 13), lock_on=lock_on, reopened_until=date(2021, 6, 12))


def test_pasted_rows_get_the_usual_heading_only_where_they_bring_none():
    bare = "บัตรประชาชน\t1101700203450\tนางสาว\tมาลี\tใจดี\t16/08/2530\t"
    assert with_heading(bare).startswith("ประเภทบัตร\tเลขประจำตัว\t")
    own = "เลขประจำตัว\tชื่อ\tวันเกิด\n1101700203450\tมาลี\t16/08/2530"
    assert with_heading(f"\n{own}") == own
