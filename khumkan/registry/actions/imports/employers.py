"""Import of employers and their branches."""

from functools import partial
from pathlib import Path
from typing import BinaryIO

from django.db import connection, transaction

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.registry import permissions
from khumkan.registry.actions.imports import employer_sql, reports, sets
from khumkan.registry.actions.imports.journal import Progress, examined, finish, journalled, opened
from khumkan.registry.actions.imports.stage import Stage
from khumkan.registry.models import Import
from khumkan.registry.staging.employer_rows import STAGING, staged
from khumkan.registry.staging.headings import EMPLOYER_FIELDS
from khumkan.registry.staging.pieces import pieces, work_through
from khumkan.registry.states import ImportKind


def import_employers(
    source: Path | BinaryIO, *, by: Actor, name: str = "", progress: Progress | None = None, processes: bool = True
) -> Import:
    """Take a CSV file of employers and branches over, all accepted rows in one commit.

    A row without a branch, or with branch 0, is the head office and says what is known of the employer; a row of
    another branch needs its employer in the register or in the file. Known ones are brought up to date.

    :param progress: called with the number of the row that was reached; may raise `Cancelled`.
    :return: the finished import, whatever became of it; its counts add up to the rows of the file.
    :raises Refused: when the actor may not import. What is wrong with the file is in the result.
    """
    permissions.check_may_import(by)
    with opened(source, kind=ImportKind.EMPLOYERS, by=by, name=name) as (batch, file):
        return read_employers(batch, file, by=by, progress=progress, processes=processes)


def read_employers(
    batch: Import, file: BinaryIO, *, by: Actor, progress: Progress | None, processes: bool = True
) -> Import:
    """Take the file of a noted import over; see `import_employers`."""
    with journalled(batch), transaction.atomic():
        form, heading, layout = examined(batch, file, EMPLOYER_FIELDS)
        work = partial(staged, layout=layout, width=len(heading))
        stage = Stage("import_staging", [(column, kind) for column, kind, _ in STAGING], joined=["account"])
        stage.fill(work_through(pieces(file, form), work, total_bytes=form.size if processes else 0), progress=progress)
        sets.tried_again(_take_over)
        rows = sets.not_taken(employer_sql.NOT_TAKEN, refusals=employer_sql.REFUSALS, duplicate=employer_sql.DUPLICATE)
        reports.keep_rows(batch, rows, file=file, form=form)
        finish(batch, sets.counts(employer_sql.COUNTS), by=by)
        with connection.cursor() as cursor:
            sets.run(cursor, [employer_sql.CLEARING], {})
    batch.refresh_from_db()
    return batch


def _take_over() -> None:
    with connection.cursor() as cursor:
        sets.run(cursor, employer_sql.SCRIPTS, {"now": clock.now()})
