"""States that are written alike keep what belongs to each."""

from enum import StrEnum

import pytest

from khumkan.kernel.by_state import ByState


class Bed(StrEnum):
    FREE = "free"
    HELD = "held"


class Stay(StrEnum):
    HELD = "held"


TABLE = ByState((Bed.FREE, 1), (Bed.HELD, 2), (Stay.HELD, 3))


def test_states_of_two_kinds_are_told_apart() -> None:
    assert (TABLE[Bed.HELD], TABLE[Stay.HELD], len(TABLE)) == (2, 3, 3)
    assert [(type(state), state) for state in TABLE] == [(Bed, "free"), (Bed, "held"), (Stay, "held")]


def test_control_a_dictionary_mixes_them_up() -> None:
    assert {Bed.HELD: 2, Stay.HELD: 3}[Bed.HELD] == 3


def test_text_is_no_state() -> None:
    with pytest.raises(KeyError):
        TABLE["held"]  # type: ignore[index]
    assert "held" not in TABLE
    assert Stay.HELD in TABLE


def test_a_state_stands_in_the_table_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        ByState((Bed.HELD, 1), (Bed.HELD, 2))
