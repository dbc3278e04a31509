"""Files of results: kept, read, judged row by row in the database, and settled in one commit.

A file is kept first and read by the queue. Reading is one transaction: a worker that dies leaves the file waiting and
nothing half done. The rows are streamed into a temporary table and judged there by sets, under the locks of their
specimens, so that of two officers at once each row counts for one of them and is a duplicate for the other.
"""

import csv
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO, StringIO
from typing import Any

from django.db import connection, transaction
from procrastinate.contrib.django import app

from khumkan import policies, record
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Refused
from khumkan.kernel.files import Limits, Table, cell_text, read_table
from khumkan.kernel.files.cells import Value
from khumkan.kernel.words import N_
from khumkan.screening.actions import result_sql as sql
from khumkan.screening.actions.settling import settle
from khumkan.screening.choices import Outcome, ResultSource
from khumkan.screening.models import ResultFile
from khumkan.screening.permissions import laboratory as permissions
from khumkan.screening.rules.result_files import Layout, Row, RowReader, layout_of
from khumkan.screening.states import FileState
from khumkan.screening.terms.laboratory import ResultFileTerms

FILE_PREFIX = "F"
LARGEST_BYTES = 30 * 1024 * 1024
#: A larger file is refused as a whole; nothing is ever cut off silently.
LIMITS = Limits(file_bytes=LARGEST_BYTES, rows=200_000, columns=60)
_json = json.JSONEncoder(ensure_ascii=False).encode
BATCH_HEADING = ("code", "result", "date", "correction")
#: Cells of a row that are kept for the laboratory to look at.
SHOWN_CELLS = 30


@dataclass(frozen=True)
class Counts:
    """What became of the rows of a file: rows in = accepted + refused + duplicate."""

    rows_in: int
    accepted: int
    refused: int
    duplicate: int


@transaction.atomic
def receive_file(
    *, laboratory_id: int, content: bytes, name: str, by: Actor, source: ResultSource = ResultSource.FILE
) -> tuple[ResultFile, bool]:
    """Keep a file and queue its reading; return it and whether it is new.

    The same bytes from the same laboratory give the file that is there, unless rows of it were refused.

    :raises Refused: when it is empty or too large.
    """
    kept, is_new = _keep(laboratory_id, content, name, by, source)
    if is_new:
        app.configure_task("screening.read_result_file").defer(file_id=kept.pk)
    return kept, is_new


def import_file(
    *, laboratory_id: int, file: bytes, name: str, by: Actor, source: ResultSource = ResultSource.FILE
) -> ResultFile:
    """Keep a file and read it at once; the same file twice changes nothing.

    Rows that were refused are judged again, because what they lacked may have come in the meantime: the box was closed,
    the pool has its result. A file that cannot be read comes back with the state `refused` and its reason.
    """
    kept, is_new = _keep(laboratory_id, file, name, by, source)
    return read_file(kept.pk) if is_new or kept.state == FileState.WAITING else kept


def import_batch(
    *, laboratory_id: int, rows: Sequence[tuple[str, Outcome, date | None, bool]], by: Actor
) -> ResultFile:
    """Judge results that another system sent as values, exactly as if they had come in a file.

    :param rows: code, outcome, day of the test, whether it is a correction.
    """
    lines = StringIO()
    writer = csv.writer(lines)
    writer.writerow(BATCH_HEADING)
    for code, outcome, tested_on, is_correction in rows:
        writer.writerow([code, outcome, tested_on.isoformat() if tested_on else "", "yes" if is_correction else ""])
    return import_file(
        laboratory_id=laboratory_id, file=lines.getvalue().encode(), name="api.csv", by=by, source=ResultSource.API
    )


def read_file(file_id: int) -> ResultFile:
    """Read a kept file in one transaction. Reading it again, or by two workers at once, changes nothing."""
    try:
        return _read(file_id)
    except Refused as refusal:
        return _refuse_whole(file_id, refusal)


@transaction.atomic
def _keep(laboratory_id: int, content: bytes, name: str, by: Actor, source: ResultSource) -> tuple[ResultFile, bool]:
    permissions.check_may_test_for(by, laboratory_id)
    if not content:
        raise Refused(N_("The file is empty."), "file_empty")
    if len(content) > LARGEST_BYTES:
        raise Refused(
            N_("The file is larger than %(most)d MB. Please send it in parts."),
            "file_large",
            most=LARGEST_BYTES // 1024**2,
        )
    digest = hashlib.sha256(content).hexdigest()
    draft = ResultFile(
        reference=references.new(FILE_PREFIX),
        laboratory_id=laboratory_id,
        name=name[:200],
        sha256=digest,
        content=content,
        source=source,
        by_staff=by.id if by.kind is ActorKind.STAFF else None,
        by_client=by.id if by.kind is ActorKind.CLIENT else None,
        received_at=clock.now(),
    )
    ResultFile.objects.bulk_create([draft], ignore_conflicts=True)
    # if it is not the draft that was stored, it is the file that was in its way, whatever became of that by now
    kept = ResultFile.objects.filter(laboratory=laboratory_id, sha256=digest).latest("pk")
    return kept, kept.reference == draft.reference


@transaction.atomic
def _read(file_id: int) -> ResultFile:
    kept = ResultFile.objects.select_for_update().get(pk=file_id)
    if kept.state != FileState.WAITING or kept.content is None:
        return kept
    by = _sender(kept)
    terms = policies.in_force(ResultFileTerms, on=clock.today())
    layout = _stage(read_table(BytesIO(kept.content), limits=LIMITS), terms)
    counts, result_ids = _judge(kept, layout)
    settle(result_ids, by=by, at=clock.now())
    kept.columns = [name[:60] for name in layout.names[:SHOWN_CELLS]]
    kept.rows_in, kept.accepted = counts.rows_in, counts.accepted
    kept.refused, kept.duplicate = counts.refused, counts.duplicate
    kept.state, kept.read_at, kept.content = FileState.READ, clock.now(), None
    kept.save()
    record.write(
        "screening.file_read",
        by=by,
        about=kept,
        site_id=kept.laboratory_id,
        data={
            "rows_in": counts.rows_in,
            "accepted": counts.accepted,
            "refused": counts.refused,
            "duplicate": counts.duplicate,
        },
    )
    return kept


def _stage(table: Table, terms: ResultFileTerms) -> Layout:
    """Stream the rows into a temporary table and return where the columns were found."""
    layout = layout_of(table.columns, terms)
    reader = RowReader(layout, terms)
    with connection.cursor() as cursor:
        cursor.execute(sql.STAGING)
        with cursor.copy(sql.COPY) as copy:
            for line in table.rows:
                copy.write_row(_staged(reader.read(line.number, line.cells), line.cells))
        cursor.execute(sql.ANALYZE_STAGED)
    return layout


def _staged(row: Row, cells: Sequence[Value]) -> tuple[object, ...]:
    content = _json([_shown(cell) for cell in cells[:SHOWN_CELLS]])
    params = json.dumps(dict(row.params), ensure_ascii=False) if row.params else "{}"
    return (
        *(row.number, content, row.code, row.outcome, row.tested_on),
        *(row.is_correction, row.column, row.reason, params),
    )


def _shown(cell: Value) -> str:
    """Return a cell as it is kept for the laboratory to look at; a NUL cannot be stored and is never meant."""
    text = cell if isinstance(cell, str) else cell_text(cell)
    return text[:200].replace("\x00", "") if "\x00" in text else text[:200]


def _judge(kept: ResultFile, layout: Layout) -> tuple[Counts, list[int]]:
    """Give every staged row its verdict, store results and verdicts, and return the counts and the new results."""
    values: dict[str, Any] = {
        "laboratory": kept.laboratory_id,
        "file": kept.pk,
        "reference": kept.reference,
        "sha256": kept.sha256,
        "source": kept.source,
        "staff": kept.by_staff,
        "today": clock.today(),
        "now": clock.now(),
        "code_column": layout.names[layout.code][:60],
        "outcome_column": layout.names[layout.outcome][:60],
        "day_column": _name(layout, layout.day),
        "correction_column": _name(layout, layout.correction),
    }
    with connection.cursor() as cursor:
        for statement in (sql.LOCK, sql.JUDGE, sql.ANALYZE_JUDGED, sql.ARRIVED, sql.SUPERSEDE, sql.RESULTS):
            cursor.execute(statement, values)
        result_ids = [row[0] for row in cursor.fetchall()]
        cursor.execute(sql.ROWS, values)
        cursor.execute(sql.COUNTS)
        counts = Counts(*cursor.fetchone())
        cursor.execute("DROP TABLE screening_reading, screening_judged")
    return counts, result_ids


def _name(layout: Layout, column: int | None) -> str:
    return layout.names[column][:60] if column is not None else ""


def _sender(kept: ResultFile) -> Actor:
    """Return who sent the file, as the record names them; what they might do was checked when it was received."""
    if kept.by_client is not None:
        return Actor(ActorKind.CLIENT, kept.by_client)
    return Actor(ActorKind.STAFF, kept.by_staff) if kept.by_staff is not None else Actor.system("result_files")


@transaction.atomic
def _refuse_whole(file_id: int, refusal: Refused) -> ResultFile:
    kept = ResultFile.objects.select_for_update().get(pk=file_id)
    if kept.state == FileState.WAITING:
        first = refusal.reasons[0]
        kept.state, kept.read_at, kept.content = FileState.REFUSED, clock.now(), None
        kept.reason_code, kept.reason_text = first.code[:40], first.text[:300]
        kept.reason_params = {
            name: value if isinstance(value, int) else str(value) for name, value in first.params.items()
        }
        kept.save()
        record.write("screening.file_refused", by=_sender(kept), about=kept, site_id=kept.laboratory_id)
    return kept
