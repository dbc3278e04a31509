"""XLSX files behind guards: the archive is checked and counted first, and a process with limits reads it.

What the guards refuse: a file larger than it may be, an archive whose parts unpack to too much (by its own account, and
counted while unpacking, as accounts can lie), too many parts, paths that lead elsewhere, encrypted or exotic parts,
document type declarations (entity bombs), links to other files and embedded files.
"""

import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from khumkan.kernel.errors import Refused
from khumkan.kernel.files.cells import Value
from khumkan.kernel.files.limits import MEGABYTE, Limits
from khumkan.kernel.files.xlsx_child import TOO_MANY_COLUMNS, TOO_MANY_ROWS
from khumkan.kernel.words import N_

CHILD = Path(__file__).with_name("xlsx_child.py")
BLOCK = 256 * 1024
#: Sheets of text shrink to a tenth or a twentieth; a hundredth is no table that people made.
MOST_SHRUNK = 100
ALWAYS_ALLOWED = 16 * MEGABYTE
DECLARATIONS = tuple(
    text.encode(encoding) for text in ("<!DOCTYPE", "<!ENTITY") for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)
LONGEST_DECLARATION = max(map(len, DECLARATIONS))
ELSEWHERE = ("xl/externallinks/", "xl/embeddings/")
ENCRYPTED = 0x1


def read_xlsx(file: BinaryIO, *, limits: Limits) -> Iterator[tuple[int, list[Value]]]:
    """Yield row numbers and cells of the first sheet.

    :raises Refused: for a file that is no sound workbook within the limits.
    """
    check_archive(file, limits=limits)
    with tempfile.TemporaryFile() as rows:
        _read_apart(file, rows, limits)
        rows.seek(0)
        for line in rows:
            for number, cells in json.loads(line):
                yield number, [_moment(cell) if type(cell) is dict else cell for cell in cells]


def check_archive(file: BinaryIO, *, limits: Limits) -> None:
    """Check the archive before anything parses its parts.

    :raises Refused: for everything that the module's description names.
    """
    size = file.seek(0, 2)
    file.seek(0)
    allowed = min(limits.unpacked_bytes, max(ALWAYS_ALLOWED, MOST_SHRUNK * size))
    try:
        with zipfile.ZipFile(file) as archive:
            _check_contents(archive, limits, allowed)
            left = allowed
            for part in archive.infolist():
                left -= _unpacked(archive, part, left)
    except Refused:
        raise
    except Exception as error:  # a hostile archive can make the reader fail in any way
        raise _damaged() from error
    finally:
        file.seek(0)


def _check_contents(archive: zipfile.ZipFile, limits: Limits, allowed: int) -> None:
    parts = archive.infolist()
    names = [part.filename.casefold() for part in parts]
    if len(parts) > limits.entries:
        raise _too_much()
    if sum(part.file_size for part in parts) > allowed:
        raise _too_much()
    if "xl/workbook.xml" not in names or "[content_types].xml" not in names or len(set(names)) != len(names):
        raise _damaged()
    if any(".." in name or name.startswith("/") or "\\" in name for name in names):
        raise _damaged()
    if any(
        part.flag_bits & ENCRYPTED or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        for part in parts
    ):
        raise Refused(
            N_("The workbook is protected by a password or packed unusually. Save it again as a plain XLSX."),
            "xlsx_locked",
        )
    if any(name.startswith(ELSEWHERE) for name in names):
        raise Refused(
            N_("The workbook refers to other files or has some inside. Copy the table into a new workbook."),
            "xlsx_links",
        )


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    """Unpack a part without keeping it and return its size; its declared size and checksum must be true."""
    count, tail = 0, b""
    is_markup = part.filename.casefold().endswith((".xml", ".rels", ".vml"))
    with archive.open(part) as stream:
        while block := stream.read(BLOCK):
            count += len(block)
            if count > left:
                raise _too_much()
            if is_markup and any(mark in tail + block for mark in DECLARATIONS):
                raise _damaged()
            tail = block[-LONGEST_DECLARATION:]
    return count


def _read_apart(file: BinaryIO, rows: BinaryIO, limits: Limits) -> None:
    most = [limits.memory_bytes, limits.seconds, limits.rows + 1, limits.columns]
    command = [sys.executable, "-I", str(CHILD), *map(str, most)]
    with tempfile.TemporaryFile() as copy:
        file.seek(0)
        while block := file.read(BLOCK):
            copy.write(block)
        copy.seek(0)
        try:
            done = subprocess.run(
                command, stdin=copy, stdout=rows, stderr=subprocess.DEVNULL, timeout=2 * limits.seconds, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise _damaged() from error
    if done.returncode == TOO_MANY_ROWS:
        raise Refused(N_("The table has too many rows: at most %(most)d."), "file_too_many_rows", most=limits.rows)
    if done.returncode == TOO_MANY_COLUMNS:
        raise Refused(
            N_("The table has too many columns: at most %(most)d."), "file_too_many_columns", most=limits.columns
        )
    if done.returncode:
        raise _damaged()


def _moment(cell: dict[str, str]) -> Value:
    moment = datetime.fromisoformat(cell["at"])
    return moment if "T" in cell["at"] else moment.date()


def _too_much() -> Refused:
    return Refused(
        N_("The workbook unpacks to far more than a table of this size has. Save the table as CSV and send that."),
        "xlsx_too_much",
    )


def _damaged() -> Refused:
    return Refused(N_("The workbook cannot be read. Save it again as XLSX or as CSV and send that."), "xlsx_damaged")
