"""Pages of a list: at most a hundred rows at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet

Row = TypeVar("Row")
MOST_ROWS = 100
#: Nobody turns so many pages; a database cannot count to every number that somebody writes into an address.
LAST_PAGE = 10_000


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list and what is around them.

    The total is not counted: a list of millions would be counted at every look. One row more is fetched instead.
    """

    rows: Sequence[Row]
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        """Whether there are rows before these."""
        return self.number > 1


def paginate(rows: "QuerySet[Any, Any]", *, number: str | int | None, size: int = 50) -> Page[Any]:
    """Return one page of an ordered queryset, in one query; a number that makes no sense gives the first page."""
    size = min(size, MOST_ROWS)
    page = _number(number)
    start = (page - 1) * size
    found = list(rows[start : start + size + 1])
    return Page(found[:size], page, len(found) > size)


def cut(rows: Sequence[Row], *, number: str | int | None, size: int = 50) -> Page[Row]:
    """Return one page of rows that are there already; a number that makes no sense gives the first page."""
    page = _number(number)
    start = (page - 1) * size
    return Page(rows[start : start + size], page, len(rows) > start + size)


def _number(told: str | int | None) -> int:
    try:
        return min(max(1, int(told or 1)), LAST_PAGE)
    except ValueError:
        return 1
