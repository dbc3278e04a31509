"""What a spreadsheet makes of a number, a date or a word, turned back; or refused in words when it is lost."""

import re
from datetime import date, datetime

from khumkan.kernel.dates import parse_excel_date
from khumkan.kernel.digits import plain
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_

Value = str | int | float | bool | date | datetime | None
SHORTENED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+")
#: Whole numbers up to here are exact in a spreadsheet.
EXACT = 10**15


def cell_text(value: Value) -> str:
    """Return the text of a cell.

    Whole numbers without “.0”, dates as 2021-08-16, blanks and invisible characters taken off.
    """
    if value is None:
        return ""
    if isinstance(value, str):  # most cells
        return plain(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def cell_number_text(value: Value, *, digits: int = 0) -> str:
    """Return an identity or account number from a cell, as text.

    :param digits: the length of the number, when it is fixed: zeros that a spreadsheet has taken off the front come
        back.
    :raises Refused: when the digits are lost: shortened to `1.10E+12`, with a fraction, or made into a date.
    """
    if isinstance(value, date | bool) or (isinstance(value, float) and not value.is_integer()):
        raise _lost(value)
    was_number = isinstance(value, int | float)
    if was_number and abs(value) >= EXACT:  # type: ignore[arg-type]
        raise _lost(value)
    text = cell_text(value)
    if SHORTENED.fullmatch(text.replace(" ", "")):
        raise _lost(text)
    text = text.removesuffix(".0") if text[:-2].isdigit() else text
    return text.zfill(digits) if text.isascii() and text.isdigit() and was_number else text


def cell_date(value: Value) -> date | None:
    """Return the day of a cell in either era: a date, a serial number or text; None for an empty cell.

    :raises Refused: when it is no date.
    """
    if value is None or (isinstance(value, str) and not plain(value)):
        return None
    if isinstance(value, bool):
        raise Refused(N_("“%(text)s” is not a date."), "date_unreadable", text=str(value))
    return parse_excel_date(value)


def _lost(value: object) -> Refused:
    return Refused(
        N_("A spreadsheet has changed this number to “%(text)s” and lost its digits. Format the column as text."),
        "number_mangled",
        text=str(value)[:30],
    )
