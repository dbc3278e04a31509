"""Reference codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khumkan.kernel import references
from khumkan.kernel.references import ALPHABET, RANDOM_LENGTH

BODIES = st.text(ALPHABET, min_size=RANDOM_LENGTH, max_size=RANDOM_LENGTH)


def coded(body: str) -> str:
    return references.normalise("T" + body + references.check_character(body))


@given(BODIES)
def test_a_code_is_right_however_it_is_written(body: str) -> None:
    code = coded(body)
    assert references.problem(code) is None
    assert references.normalise(code.lower().replace("-", " ")) == code


@given(BODIES, st.integers(0, RANDOM_LENGTH - 1), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_found(body: str, position: int, other: str) -> None:
    wrong = body[:position] + other + body[position + 1 :]
    code = references.normalise("T" + wrong + references.check_character(body))
    assert (references.problem(code) is None) == (wrong == body)


@given(BODIES, st.integers(0, RANDOM_LENGTH - 2))
def test_every_swap_of_neighbours_is_found(body: str, position: int) -> None:
    swapped = body[:position] + body[position + 1] + body[position] + body[position + 2 :]
    code = references.normalise("T" + swapped + references.check_character(body))
    assert (references.problem(code) is None) == (swapped == body)


def test_new_codes_are_right_and_do_not_follow_each_other() -> None:
    codes = [references.new("T") for _ in range(1_000)]
    assert all(references.problem(code) is None for code in codes)
    assert len(set(codes)) == len(codes)
    assert codes != sorted(codes)


@pytest.mark.parametrize("text", ["", "T", "T-", "hello", "7K4M92QXC7", "T-00000-00000", "T-IIIII-IIIII", "ก" * 12])
def test_what_cannot_be_a_code_is_said(text: str) -> None:
    assert references.problem(text) is not None
