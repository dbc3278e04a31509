"""Identity numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khumkan.kernel.identifiers import IdentifierKind, masked, normalise, problem, thai_check_digit

TWELVE = st.text("0123456789", min_size=12, max_size=12)


@given(TWELVE)
def test_every_number_with_its_check_digit_is_possible_whatever_it_begins_with(first: str) -> None:
    assert problem(IdentifierKind.THAI, first + str(thai_check_digit(first))) is None


@given(TWELVE, st.integers(0, 11), st.integers(1, 9))
def test_one_mistyped_digit_is_found_unless_the_check_digit_folds(first: str, position: int, shift: int) -> None:
    """The tenth and eleventh remainders share a check digit (1 and 11 both give 0 or 1), as the office defined it."""
    number = first + str(thai_check_digit(first))
    changed = str((int(number[position]) + shift) % 10)
    typo = number[:position] + changed + number[position + 1 :]
    folds = thai_check_digit(typo[:12]) == int(number[-1])
    assert (problem(IdentifierKind.THAI, typo) is None) == folds


@pytest.mark.parametrize(
    "written", ["1-2345-67890-12-1", "1 2345 67890 12 1", "๑๒๓๔๕๖๗๘๙๐๑๒๑", "\u200b1234567890121\ufeff"]
)
def test_blanks_hyphens_thai_digits_and_invisible_marks_do_not_matter(written: str) -> None:
    assert normalise(IdentifierKind.THAI, written) == "1234567890121"
    assert problem(IdentifierKind.THAI, written) is None


@pytest.mark.parametrize(
    ("written", "code"), [("123", "number_length"), ("1234567890120", "number_check"), ("", "number_length")]
)
def test_what_is_wrong_is_said(written: str, code: str) -> None:
    found = problem(IdentifierKind.THAI, written)
    assert found is not None
    assert found.code == code
    assert str(found)


@pytest.mark.parametrize(("written", "kept"), [("aa 1234567", "AA1234567"), ("MB-998877", "MB998877")])
def test_a_passport_number_keeps_letters_and_digits(written: str, kept: str) -> None:
    assert normalise(IdentifierKind.PASSPORT, written) == kept
    assert problem(IdentifierKind.PASSPORT, written) is None


def test_a_passport_number_of_symbols_is_refused() -> None:
    assert problem(IdentifierKind.PASSPORT, "****") is not None


def test_a_list_shows_the_last_four() -> None:
    assert masked("0121") == "•••••••••0121"
