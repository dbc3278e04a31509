"""Tables by state. States of two kinds that are written alike are equal as text: a plain dictionary mixes them up."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TypeVar

Value = TypeVar("Value")


class ByState(Mapping[StrEnum, Value]):
    """What belongs to each state, of as many kinds as one likes.

    :raises ValueError: when a state stands in the table twice.
    """

    def __init__(self, *rows: tuple[StrEnum, Value]) -> None:
        self._rows = {(type(state), state.value): (state, value) for state, value in rows}
        if len(self._rows) != len(rows):
            raise ValueError("a state stands in the table twice")

    def __getitem__(self, state: StrEnum) -> Value:
        found = self._rows.get((type(state), str(state)))
        if found is None:
            raise KeyError(state)
        return found[1]

    def __iter__(self) -> Iterator[StrEnum]:
        return (state for state, _value in self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)
