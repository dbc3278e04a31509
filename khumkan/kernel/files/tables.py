"""One way to read the tables that people send, whatever the program that wrote them."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from khumkan.kernel.digits import plain
from khumkan.kernel.errors import Refused
from khumkan.kernel.files.cells import Value, cell_text
from khumkan.kernel.files.limits import Limits
from khumkan.kernel.files.text import TextForm, examine
from khumkan.kernel.files.xlsx import read_xlsx
from khumkan.kernel.words import N_

ZIP_MARK = b"PK\x03\x04"
OLD_EXCEL_MARK = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table.

    :param number: as the spreadsheet shows it; the heading is usually row 1.
    :param cells: as many as the table has columns.
    """

    number: int
    cells: tuple[Value, ...]

    def texts(self) -> tuple[str, ...]:
        """Return the cells as text: see `cells.cell_text`."""
        return tuple(map(cell_text, self.cells))


@dataclass(frozen=True, slots=True)
class Table:
    """A table that somebody sent.

    :param columns: the headings.
    :param rows: to be read once, in the order of the file; blank rows are left out. Reading may refuse the file.
    :param read_as: how the file was understood, such as `UTF-8 ;` or `XLSX`.
    """

    columns: tuple[str, ...]
    rows: Iterator[Row]
    read_as: str


def read_table(file: BinaryIO, *, limits: Limits | None = None) -> Table:
    """Read a CSV or XLSX file; which it is, its first bytes tell and not its name.

    CSV: UTF-8 with or without mark, or TIS-620; comma, semicolon, tab or bar between the columns. XLSX: the first
    sheet.

    :raises Refused: for a file that is too large, damaged or hostile, has no headings, or two equal ones. A damaged row
        of a CSV file is refused while the rows are read.
    """
    limits = limits or Limits()
    file.seek(0)
    mark = file.read(8)
    size = file.seek(0, 2)
    file.seek(0)
    if size > limits.file_bytes:
        raise Refused(
            N_("The file is too large: at most %(most)d megabytes."), "file_too_large", most=limits.file_bytes // 2**20
        )
    if mark.startswith(OLD_EXCEL_MARK):
        raise Refused(
            N_("This is a workbook of an old kind, or one with a password. Save it as XLSX or CSV."), "file_old_excel"
        )
    if mark.startswith(ZIP_MARK):
        return _table(read_xlsx(file, limits=limits), limits, "XLSX")
    form = examine(file, limits=limits)
    return _table(_csv_rows(file, form), limits, str(form))


def _table(numbered: Iterable[tuple[int, Sequence[Value]]], limits: Limits, read_as: str) -> Table:
    rows = iter(numbered)
    _, heading = next(rows, (0, ()))
    columns = [cell_text(cell) for cell in heading]
    while columns and not columns[-1]:
        columns.pop()
    if not columns:
        raise Refused(N_("The file must begin with a row of headings and have rows below it."), "file_no_rows")
    if len(columns) > limits.columns:
        raise Refused(
            N_("The table has too many columns: at most %(most)d."), "file_too_many_columns", most=limits.columns
        )
    named = [column.casefold() for column in columns if column]
    twice = next((column for column in named if named.count(column) > 1), None)
    if twice:
        raise Refused(N_("The column “%(heading)s” stands in the file twice."), "column_twice", heading=twice[:60])
    return Table(tuple(columns), _checked(rows, len(columns), limits), read_as)


def _checked(rows: Iterator[tuple[int, Sequence[Value]]], width: int, limits: Limits) -> Iterator[Row]:
    for count, (number, cells) in enumerate(rows, start=1):
        if count > limits.rows:
            raise Refused(N_("The table has too many rows: at most %(most)d."), "file_too_many_rows", most=limits.rows)
        _check_row(number, cells, width, limits)
        row = tuple(cells)
        yield Row(number, row if len(row) == width else row[:width] + (None,) * (width - len(row)))


def _check_row(number: int, cells: Sequence[Value], width: int, limits: Limits) -> None:
    if len(cells) > width and any(cell not in (None, "") for cell in cells[width:]):
        raise Refused(
            N_("Row %(row)d has more cells than there are headings. Is there a comma too many?"),
            "row_cells",
            row=number,
        )
    # a list and not a generator, this is asked for every row of millions
    if any([isinstance(cell, str) and len(cell) > limits.cell_characters for cell in cells]):
        raise Refused(
            N_("A cell in row %(row)d is longer than %(most)d letters."),
            "cell_long",
            row=number,
            most=limits.cell_characters,
        )


def _csv_rows(file: BinaryIO, form: TextForm) -> Iterator[tuple[int, Sequence[Value]]]:
    file.seek(form.start)
    newline = "\r" if form.newline == b"\r" else ""
    text = io.TextIOWrapper(_Unclosed(file), encoding=form.encoding, newline=newline)  # type: ignore[type-var]
    reader = csv.reader(text, delimiter=form.separator, strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            if any(map(plain, row)):
                yield number, row
    except (csv.Error, UnicodeDecodeError) as error:
        raise Refused(
            N_("The file cannot be read from row %(row)d on: a quotation mark is opened and not closed."),
            "file_quotes",
            row=number + 1,
        ) from error


class _Unclosed(io.RawIOBase):
    """The rest of a file for a text wrapper, which closes what it wraps: the file belongs to the caller."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
