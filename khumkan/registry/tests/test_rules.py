"""Names, numbers and contacts: from values alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khumkan.kernel import identifiers, references
from khumkan.kernel.errors import Refused
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.registry import rules
from khumkan.registry.staging.cells import is_thai_number
from khumkan.registry.staging.columns import new_references

digits = st.text("0123456789", min_size=12, max_size=12)


@given(digits, st.integers(0, 9))
def test_the_quick_check_of_a_number_is_the_check(first: str, last: int) -> None:
    number = f"{first}{last}"

    assert is_thai_number(number) == (identifiers.problem(IdentifierKind.THAI, number) is None)


@given(st.text(max_size=20))
def test_the_quick_check_passes_nothing_that_the_check_refuses(text: str) -> None:
    assert not is_thai_number(text) or identifiers.problem(IdentifierKind.THAI, text) is None


def test_many_references_are_as_good_as_single_ones() -> None:
    codes = new_references("P", 5_000)

    assert len(set(codes)) == len(codes)
    assert not any(references.problem(code) for code in codes)
    assert {code[0] for code in codes} == {"P"}


@pytest.mark.parametrize(
    ("written", "title", "rest"),
    [
        ("นายสมชาย", "นาย", "สมชาย"),
        ("น.ส. มาลี", "นางสาว", "มาลี"),
        ("นางสาวมาลี", "นางสาว", "มาลี"),
        ("ด.ช.กล้า", "เด็กชาย", "กล้า"),
        ("Mr. John", "Mr.", "John"),
        ("Mrs John", "Mrs", "John"),
        ("Mrsmith", "", "Mrsmith"),
        ("Missy", "", "Missy"),
        ("นาย", "", "นาย"),
        ("นางค์", "", "นางค์"),
        ("มาลี", "", "มาลี"),
    ],
)
def test_titles_are_taken_off_names(written: str, title: str, rest: str) -> None:
    assert rules.split_title(written) == (title, rest)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("นํ้าฝน", "น้ำฝน"),
        ("เเก้ว", "แก้ว"),
        ("ก่่อน", "ก่อน"),
        ("นาย สมชาย", "สมชาย"),
        ("SOMCHAI", "Somchai"),
        (" มาลี\u200b ", "มาลี"),
    ],
)
def test_spellings_that_look_alike_compare_equal(one: str, other: str) -> None:
    assert rules.name_key(one, "x") == rules.name_key(other, "X")


@given(st.text(max_size=20), st.text(max_size=20))
def test_cleaning_a_name_twice_changes_nothing_more(first: str, last: str) -> None:
    clean = rules.clean_name(first)

    assert rules.clean_name(clean) == clean
    assert rules.name_key(clean, rules.clean_name(last)) == rules.name_key(first, last)


@pytest.mark.parametrize("written", ["0812345678", "081-234-5678", "+66 81 234 5678", "๐๘๑๒๓๔๕๖๗๘", "66812345678"])
def test_a_telephone_number_has_one_form(written: str) -> None:
    assert rules.phone_number(written) == "+66812345678"


@pytest.mark.parametrize("written", ["1506", "081234567", "abc", "0112345678", "+1"])
def test_what_is_no_telephone_number_is_refused_in_words(written: str) -> None:
    with pytest.raises(Refused, match=r"telephone|โทรศัพท์"):
        rules.phone_number(written)


def test_accounts_and_branches_have_one_form() -> None:
    assert rules.account_number("10-0000001-5") == "1000000015"
    assert rules.branch_serial("") == rules.branch_serial("0") == "000000"
    assert rules.branch_serial("12") == "000012"
    for wrong in ("12345", "100000001X", ""):
        with pytest.raises(Refused):
            rules.account_number(wrong)
    with pytest.raises(Refused):
        rules.branch_serial("1234567")
