"""Tables put together in Python: the same rows for the page and for the file."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import StringIO
from operator import attrgetter
from typing import Any

from django.http import HttpResponse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from khumkan.kernel.clock import bangkok
from khumkan.kernel.files.writing import DANGEROUS
from khumkan.ui.filters import date_short, datetime_words, number
from khumkan.ui.navigation import Words
from khumkan.ui.rendering import toned


@dataclass(frozen=True)
class Cell:
    """What stands in one cell.

    :param href: the value is a link there.
    :param tone: the value is a state, shown as a tag of this tone.
    """

    value: object
    href: str = ""
    tone: str = ""

    def __post_init__(self) -> None:
        if self.tone:
            toned(self.tone)

    @property
    def shown(self) -> str:
        """The value in words: dates in the page's era, thousands with commas, a dash for nothing."""
        if isinstance(self.value, SafeString):
            return self.value
        if isinstance(self.value, datetime):
            return datetime_words(self.value)
        if isinstance(self.value, date):
            return date_short(self.value)
        return number(self.value) if self.value != "" else "–"

    @property
    def plain(self) -> object:
        """The value for a file: dates in ISO 8601, figures without commas, no markup, no formula."""
        if isinstance(self.value, datetime):
            return bangkok(self.value).isoformat(timespec="seconds")
        if isinstance(self.value, date):
            return self.value.isoformat()
        if self.value is None or isinstance(self.value, int | float):
            return self.value
        text = strip_tags(str(self.value))
        return f"'{text}" if text.lstrip(" ").startswith(DANGEROUS) else text


@dataclass(frozen=True)
class Column:
    """One column.

    :param value: name of an attribute (dots lead on), key of a dict, place in a tuple, or a function of the row;
        the function may return a `Cell`.
    :param numeric: figures, set to the right.
    :param header: this cell names its row.
    """

    heading: Words
    value: str | int | Callable[[Any], object]
    numeric: bool = False
    header: bool = False

    def cell(self, row: Any) -> Cell:
        """Return the cell of a row."""
        found = self._found(row)
        return found if isinstance(found, Cell) else Cell(found)

    def _found(self, row: Any) -> object:
        if callable(self.value):
            return self.value(row)
        if isinstance(self.value, int) or isinstance(row, dict):
            found: object = row[self.value]
            return found
        return attrgetter(self.value)(row)


@dataclass(frozen=True)
class Table:
    """Rows under headings, with a caption that says what they are."""

    caption: Words
    columns: Sequence[Column]
    rows: Iterable[Any]
    empty: Words = field(default_factory=lambda: gettext_lazy("There is nothing here yet."))
    csv_href: str = ""

    def cells(self) -> Iterator[list[tuple[Column, Cell]]]:
        """Yield each row as its cells, each with its column."""
        for row in self.rows:
            yield [(column, column.cell(row)) for column in self.columns]


def csv_response(table: Table, name: str) -> HttpResponse:
    """Return the table as a file `<name>.csv` that spreadsheets open with Thai letters intact."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([str(column.heading) for column in table.columns])
    for row in table.cells():
        writer.writerow([cell.plain for _column, cell in row])
    response = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
