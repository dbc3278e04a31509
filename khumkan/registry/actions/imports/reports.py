"""The rows that were not taken over: kept sealed, with the reason, and handed back as a file to correct."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.db import connection, transaction
from django.utils.translation import gettext

from khumkan import record
from khumkan.kernel import crypto
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Reason
from khumkan.kernel.files.text import TextForm
from khumkan.kernel.files.writing import csv_safe
from khumkan.registry.models import Import
from khumkan.registry.models.imports import import_row_place
from khumkan.registry.queries.imports import rows_not_taken_over
from khumkan.registry.staging import binary
from khumkan.registry.staging.pieces import pieces
from khumkan.registry.states import RowVerdict

ROWS_AT_ONCE = 2_000
_COPY = """
    COPY registry_importrow (batch_id, row_number, verdict, "column", code, text, sealed) FROM STDIN (FORMAT binary)
"""


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A row that is refused or stands in the file twice."""

    row: int
    verdict: RowVerdict
    column: str
    reason: Reason


def keep_rows(batch: Import, rows: Iterable[NotTaken], *, file: BinaryIO, form: TextForm) -> None:
    """Store the rows that are not taken over; the file is read once more for how they stood there, if there are any.

    :param rows: in the order of the file.
    """
    waiting = iter(rows)
    wanted = next(waiting, None)
    if wanted is None:
        return
    chunk: list[tuple[NotTaken, list[str]]] = []
    for number, cells in _rows_of(file, form):
        if wanted is None:
            break
        if number == wanted.row:
            chunk.append((wanted, cells))
            wanted = next(waiting, None)
        if len(chunk) >= ROWS_AT_ONCE:
            _keep(batch.pk, chunk)
            chunk = []
    _keep(batch.pk, chunk)


def _keep(import_id: int, chunk: list[tuple[NotTaken, list[str]]]) -> None:
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        copy.write(binary.HEADER + _encoded(import_id, chunk) + binary.TRAILER)


@transaction.atomic
def hand_out_rows(*, batch: Import, by: Actor) -> Iterator[bytes]:
    """Return the file of the rows not taken over, and keep on record who was given it."""
    record.write("registry.rows_handed_out", by=by, about=batch, data={"rows": batch.refused + batch.duplicate})
    return corrected_file(batch)


def corrected_file(batch: Import) -> Iterator[bytes]:
    """Yield a CSV file of the rows not taken over: row number and reason, then the cells as they stood in the file.

    No cell can be mistaken for a formula. Corrected, it can be sent again: the first two columns are left alone.
    """
    yield "\ufeff".encode()
    yield csv_safe([gettext("Row"), gettext("Reason"), *batch.heading])
    for row in rows_not_taken_over(batch).iterator(chunk_size=ROWS_AT_ONCE):
        cells, reason = row.opened()
        yield csv_safe([str(row.row_number), str(reason), *cells])


def _rows_of(file: BinaryIO, form: TextForm) -> Iterator[tuple[int, list[str]]]:
    for piece in pieces(file, form):
        yield from piece.rows()


def _encoded(import_id: int, chunk: list[tuple[NotTaken, list[str]]]) -> bytes:
    sealed = crypto.seal_many(
        (
            json.dumps([cells, dict(row.reason.params)], ensure_ascii=False).encode(),
            import_row_place(import_id, row.row),
        )
        for row, cells in chunk
    )
    return binary.rows(
        [
            binary.bigints([import_id] * len(chunk)),
            binary.integers([row.row for row, _ in chunk]),
            binary.common_texts([row.verdict.value for row, _ in chunk]),
            binary.common_texts([row.column for row, _ in chunk]),
            binary.common_texts([row.reason.code for row, _ in chunk]),
            binary.common_texts([row.reason.text for row, _ in chunk]),
            binary.long_blobs(sealed),
        ]
    )
