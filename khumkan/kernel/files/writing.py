"""Writing tables, as CSV and as XLSX, that a spreadsheet cannot mistake for formulas.

A cell that begins with `= + - @`, a tab or a line end is a formula to a spreadsheet, and can call programs or send data
away. It gets an apostrophe in front (https://owasp.org/www-community/attacks/CSV_Injection). Plain numbers keep their
sign.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from openpyxl import Workbook

from khumkan.kernel.clock import bangkok

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
BYTE_ORDER_MARK = "\ufeff"


def safe_cell(value: object) -> str:
    """Return a value as the text of a cell that no spreadsheet evaluates; None is empty."""
    text = "" if value is None else str(value)
    begins = text.lstrip(" ")[:1]
    if begins and begins in DANGEROUS and not (isinstance(value, int | float) or NUMBER.fullmatch(text)):
        return f"'{text}"
    return text


def csv_safe(cells: Sequence[object]) -> bytes:
    """Return one row of a CSV file: RFC 4180, UTF-8, no formulas."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([safe_cell(cell) for cell in cells])
    return line.getvalue().encode()


def write_csv_safe(heading: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield a whole CSV file, with the mark by which spreadsheets know UTF-8; for a streamed download."""
    yield BYTE_ORDER_MARK.encode()
    yield csv_safe(heading)
    for row in rows:
        yield csv_safe(row)


def write_xlsx(heading: Sequence[object], rows: Iterable[Sequence[object]], *, title: str) -> bytes:
    """Return a whole XLSX file of one sheet: figures stay figures, days stay days, text is no formula.

    :param title: of the sheet, at most 31 letters.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.append([safe_cell(cell) for cell in heading])
    for row in rows:
        sheet.append([_cell(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(value: object) -> object:
    """Return a value as a sheet holds it; moments have no time zone there and are those of clocks in Bangkok."""
    if isinstance(value, datetime):
        return bangkok(value).replace(tzinfo=None)
    return value if value is None or isinstance(value, int | float | date) else safe_cell(value)
