"""Pieces of a file as columns of cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from khumkan.kernel.errors import Reason, Refused
from khumkan.kernel.files.text import HEADING_BYTES, TextForm
from khumkan.kernel.words import N_
from khumkan.registry.staging.headings import Field
from khumkan.registry.staging.pieces import Piece, pieces


@dataclass(frozen=True)
class Cells:
    """Rows of a piece as columns of stripped cells, by field; a field that the file lacks has empty cells.

    :param spoiled: rows that do not have as many cells as the heading, by position; their cells are empty.
    """

    columns: Mapping[str, Sequence[str]]
    row_numbers: Sequence[int]
    spoiled: Mapping[int, Reason] = field(default_factory=dict)


def heading_of(file: BinaryIO, form: TextForm) -> list[str]:
    """Return the headings of a file.

    :raises Refused: when it has no rows below them.
    """
    rows = (row for piece in pieces(file, form, size=HEADING_BYTES) for row in piece.rows())
    number, heading = next(rows, (0, []))
    if number != 1 or next(rows, None) is None:
        raise Refused(N_("The file must begin with a row of headings and have rows below it."), "file_no_rows")
    return heading


def cells_of(piece: Piece, *, layout: Mapping[str, int], fields: Sequence[Field], width: int) -> Cells:
    """Return the cells of a piece; the heading (row 1) is left out.

    :param width: the number of headings.
    """
    numbers, rows = piece.table()
    if numbers and numbers[0] == 1:
        numbers, rows = numbers[1:], rows[1:]
    spoiled: dict[int, Reason] = {}
    if set(map(len, rows)) - {width}:
        spoiled = {position: _miscounted(len(row), width) for position, row in enumerate(rows) if len(row) != width}
        rows = [row if len(row) == width else [""] * width for row in rows]
    transposed = list(zip(*rows, strict=True))
    empty = [""] * len(rows)
    columns = {
        each.name: list(map(str.strip, transposed[layout[each.name]])) if rows and each.name in layout else empty
        for each in fields
    }
    return Cells(columns, numbers, spoiled)


def _miscounted(count: int, width: int) -> Reason:
    text = N_("The row has %(count)d cells and the heading %(width)d. Is a comma missing or too many?")
    return Reason("row_cells", text, {"count": count, "width": width})
