"""Reads an XLSX file in a process of its own: standard input is the file, standard output a line of JSON for each row.

Started with `python -I`, so it imports nothing of Khumkan. It limits its own memory and processor time before it
touches the file; what kills it is the file's fault and is reported as such by the parent. JSON instead of pickle:
nothing that it says can run in the parent.
"""

import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from io import BytesIO

import python_calamine

TOO_MANY_ROWS = 3
TOO_MANY_COLUMNS = 4


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
    out = sys.stdout
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if number >= first and any(value != "" for value in row):
            out.write(json.dumps([number, [plain(value) for value in row]], ensure_ascii=False))
            out.write("\n")
    return 0


def plain(value: object) -> object:
    """Return a cell as JSON can say it; a date as an object, so that it is told from text."""
    if value == "":
        return None
    if isinstance(value, datetime | date):
        return {"at": value.isoformat()}
    if isinstance(value, time | timedelta):
        return str(value)
    return value


if __name__ == "__main__":
    sys.exit(main())
