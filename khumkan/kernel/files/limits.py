"""How large a file may be before it is refused."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits for one file. The defaults suit an upload of 100,000 rows.

    :param file_bytes: of the file as it was sent.
    :param unpacked_bytes: of all parts of an XLSX file together.
    :param entries: parts of an XLSX file.
    :param rows: without the heading. `columns` and `cell_characters` are per row and cell.
    :param seconds: processor time, and twice as much by the clock, for reading an XLSX file.
    :param memory_bytes: of the process that reads an XLSX file, beyond what Python itself takes.
    """

    file_bytes: int = 50 * MEGABYTE
    unpacked_bytes: int = 300 * MEGABYTE
    entries: int = 200
    rows: int = 1_048_576
    columns: int = 200
    cell_characters: int = 4_000
    seconds: int = 60
    memory_bytes: int = 512 * MEGABYTE


#: For files of the whole register, which are CSV.
REGISTER = Limits(file_bytes=4096 * MEGABYTE, rows=30_000_000)
