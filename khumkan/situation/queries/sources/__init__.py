"""Where each figure comes from: one function for a programme's figures of the same rows, asked by the hour.

A source says what it counts as cells at their finest grain; the room adds them up.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from khumkan.situation.queries.sources import isolation, screening, vaccination
from khumkan.situation.rules.cells import Cell

#: From the first to the last day, both included; a stock has only its today.
Source = Callable[[date, date], Mapping[str, Iterable[Cell]]]
_offered: list[Source] = [
    screening.tests,
    screening.cases,
    screening.late_results,
    isolation.beds,
    isolation.waiting,
    vaccination.given,
    vaccination.planned,
    vaccination.in_stock,
    vaccination.waiting,
]


def offer(source: Source) -> None:
    """Ask one more function from now on; offering it again changes nothing."""
    if source not in _offered:
        _offered.append(source)


def sources() -> tuple[Source, ...]:
    """Return everything that is asked."""
    return tuple(_offered)
