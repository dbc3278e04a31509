"""Reads an XLSX file in a process of its own: standard input is the file, standard output lines of JSON.

A line is a list of rows, hundreds at a time; a row is its number and its cells.

Started with `python -I`, so it imports nothing of Khumkan. It limits its own memory and processor time before it
touches the file; what kills it is the file's fault and is reported as such by the parent. JSON instead of pickle:
nothing that it says can run in the parent.
"""

import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import islice

import python_calamine

TOO_MANY_ROWS = 3
TOO_MANY_COLUMNS = 4
#: Rows in one line: writing and reading them one by one takes twice as long.
ROWS_AT_ONCE = 500


def main() -> int:
    """Write the rows of the first sheet; the arguments are the limits: memory in bytes, seconds, rows, columns."""
    memory, seconds, rows, columns = map(int, sys.argv[1:5])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sheet = python_calamine.CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read())).get_sheet_by_index(0)
    if sheet.total_height > rows:
        return TOO_MANY_ROWS
    if sheet.total_width > columns:
        return TOO_MANY_COLUMNS
    first = (sheet.start or (0, 0))[0] + 1
    filled = (
        (number, [None if value == "" else value for value in row])
        for number, row in enumerate(sheet.iter_rows(), start=1)
        if number >= first and any(value != "" for value in row)
    )
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=plain).encode
    while some := list(islice(filled, ROWS_AT_ONCE)):
        sys.stdout.write(encode(some))
        sys.stdout.write("\n")
    return 0


def plain(value: object) -> object:
    """Return a cell that JSON has no word for as one that it has; a date as an object, so that it is told from text."""
    if isinstance(value, datetime | date):
        return {"at": value.isoformat()}
    if isinstance(value, time | timedelta):
        return str(value)
    raise TypeError(f"a cell is no {type(value)}")


if __name__ == "__main__":
    sys.exit(main())
