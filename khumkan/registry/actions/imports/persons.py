"""Import of insured persons."""

from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.registry import permissions
from khumkan.registry.actions.imports import indexes, people_sql, reports, sets
from khumkan.registry.actions.imports.journal import Counts, Progress, examined, finish, journalled, opened
from khumkan.registry.actions.imports.stage import Stage
from khumkan.registry.models import Import
from khumkan.registry.staging.headings import PERSON_FIELDS
from khumkan.registry.staging.people_rows import STAGING, staged
from khumkan.registry.staging.pieces import Piece, pieces, work_through
from khumkan.registry.states import ImportKind

#: About 200,000 rows.
PIECES_A_WAVE = 48
Results = Iterator[tuple[Piece, bytes]]


def import_people(
    source: Path | BinaryIO, *, by: Actor, name: str = "", progress: Progress | None = None, processes: bool = True
) -> Import:
    """Take a CSV file of insured persons over into the register, all accepted rows in one commit.

    Columns and their headings: `staging.headings.PERSON_FIELDS`. The number identifies. For somebody whom the register
    knows, title, sex, area, e-mail address, section and workplace are brought up to date (an empty cell changes
    nothing); a row with another name, date of birth or telephone number is refused.

    :param progress: called with the number of the row that was reached; may raise `Cancelled`.
    :param processes: whether a large file may use worker processes.
    :return: the finished import, whatever became of it; its counts add up to the rows of the file.
    :raises Refused: when the actor may not import. What is wrong with the file is in the result.
    """
    permissions.check_may_import(by)
    with opened(source, kind=ImportKind.PERSONS, by=by, name=name) as (batch, file):
        return read_people(batch, file, by=by, progress=progress, processes=processes)


def read_people(
    batch: Import, file: BinaryIO, *, by: Actor, progress: Progress | None, processes: bool = True
) -> Import:
    """Take the file of a noted import over; see `import_people`."""
    with journalled(batch), transaction.atomic():
        form, heading, layout = examined(batch, file, PERSON_FIELDS)
        work = partial(staged, layout=layout, width=len(heading), today=clock.today())
        results = work_through(pieces(file, form), work, total_bytes=form.size if processes else 0)
        with indexes.rebuilt_after() if _fills_the_register(form.lines) else nullcontext():
            counts = _take_over(batch, results, by=by, progress=progress)
        rows = sets.not_taken(people_sql.NOT_TAKEN, refusals=people_sql.REFUSALS, duplicate=people_sql.DUPLICATE)
        reports.keep_rows(batch, rows, file=file, form=form)
        finish(batch, counts, by=by)
        with connection.cursor() as cursor:
            sets.run(cursor, [people_sql.CLEARING], {})
    batch.refresh_from_db()
    return batch


def _take_over(batch: Import, results: Results, *, by: Actor, progress: Progress | None) -> Counts:
    """Take the rows over in waves: while the database compares and writes one, the next is sealed and indexed."""
    stage = Stage("import_staging", [(column, kind) for column, kind, _ in STAGING], joined=["number_index", "account"])
    with connection.cursor() as cursor:
        sets.run(cursor, [people_sql.OPENING], {})
    counts = Counts(0, 0, 0, 0)
    while stage.fill(islice(results, PIECES_A_WAVE), progress=progress):
        sets.tried_again(partial(_take_wave_over, batch, by))
        counts += sets.counts(people_sql.COUNTS)
        with connection.cursor() as cursor:
            sets.run(cursor, [people_sql.CLOSING], {})
    return counts


def _take_wave_over(batch: Import, by: Actor) -> None:
    values: dict[str, sets.Bound] = {
        "today": clock.today(),
        "now": clock.now(),
        "batch": batch.pk,
        "by_kind": by.kind.value,
        "by_id": by.id,
    }
    with connection.cursor() as cursor:
        sets.run(cursor, people_sql.CHECKS, values)
        facts = _facts(cursor)
        values["any_known"] = bool(facts["known"])
        if facts["known"]:
            sets.run(cursor, people_sql.KNOWN_CHECKS, values)
        sets.run(cursor, people_sql.COMPARISON, values)
        sets.run(cursor, [script for needed, script in people_sql.WRITES if facts[needed]], values)


def _facts(cursor: CursorWrapper) -> dict[str, int]:
    cursor.execute(people_sql.FACTS)
    return dict(zip((column.name for column in cursor.description), cursor.fetchone(), strict=True))


def _fills_the_register(lines: int) -> bool:
    """Tell whether a file of so many lines could at least double the register."""
    if lines < indexes.FEWEST:
        return False
    with connection.cursor() as cursor:
        cursor.execute(people_sql.REGISTERED, {"enough": lines + 1})
        return bool(cursor.fetchone()[0] * 2 <= lines)
