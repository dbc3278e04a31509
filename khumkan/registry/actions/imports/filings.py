"""Import of the monthly filing of an employer's branch: CSV, or text of fixed width as payroll programs write it."""

from datetime import date
from functools import partial
from pathlib import Path
from typing import BinaryIO

from django.db import connection, transaction

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Reason, Refused
from khumkan.kernel.words import N_
from khumkan.registry import permissions
from khumkan.registry.actions.filings import note_filing, open_filing
from khumkan.registry.actions.imports import filing_sql, reports, sets
from khumkan.registry.actions.imports.fixed import as_table
from khumkan.registry.actions.imports.journal import FilingOf, Progress, examined, finish, journalled, opened, refuse
from khumkan.registry.actions.imports.stage import Stage
from khumkan.registry.models import Branch, Employer, Filing, Import
from khumkan.registry.models.employers import HEAD_OFFICE
from khumkan.registry.staging.filing_rows import STAGING, FixedWidth, staged
from khumkan.registry.staging.headings import FILING_FIELDS
from khumkan.registry.staging.pieces import pieces, work_through
from khumkan.registry.states import ImportKind

__all__ = ["FixedWidth", "import_filing"]
LINES_WRONG = N_(
    "%(wrong)d of %(all)d lines cannot be taken over, so nothing was. Correct them and send the whole file again."
)


def import_filing(
    source: Path | BinaryIO,
    *,
    employer_id: int,
    month: date,
    by: Actor,
    branch_serial: str = HEAD_OFFICE,
    name: str = "",
    fixed: FixedWidth | None = None,
    progress: Progress | None = None,
) -> Import:
    """Take a filing over. A second file for the same month is a correction; one with the same lines changes nothing.

    Lines name persons by number and name. When a single line is wrong, nothing is taken over, as half a filing would
    say that people have left: each line has its verdict, and the file is sent again as a whole.

    :param fixed: the columns of a file of fixed width; without it a file that begins like `LAYOUT` is read by that, and
        any other is CSV.
    :param progress: called with the number of the row that was reached; may raise `Cancelled`.
    :return: the finished import, whatever became of it; its counts add up to the lines of the file.
    :raises Refused: when the actor may not file for the employer, or for a month to come.
    """
    filing = checked_filing(employer_id=employer_id, branch_serial=branch_serial, month=month, by=by)
    named = name or _name_of(source)
    with opened(source, kind=ImportKind.FILING, by=by, name=named, filing=filing) as (batch, file):
        return read_filing(batch, file, by=by, progress=progress, fixed=fixed)


def read_filing(
    batch: Import, sent: BinaryIO, *, by: Actor, progress: Progress | None, fixed: FixedWidth | None = None
) -> Import:
    """Take the file of a noted import over; see `import_filing`."""
    with journalled(batch), transaction.atomic(), as_table(batch, sent, fixed) as file:
        form, heading, layout = examined(batch, file, FILING_FIELDS)
        work = partial(staged, layout=layout, width=len(heading))
        stage = Stage("import_staging", [(column, kind) for column, kind, _ in STAGING], joined=["number_index"])
        stage.fill(work_through(pieces(file, form), work, total_bytes=0), progress=progress)
        is_right = _take_over(batch, by)
        rows = sets.not_taken(filing_sql.NOT_TAKEN, refusals=filing_sql.REFUSALS, duplicate=filing_sql.DUPLICATE)
        reports.keep_rows(batch, rows, file=file, form=form)
        counts = sets.counts(filing_sql.COUNTS)
        if is_right:
            finish(batch, counts, by=by)
        else:
            wrong = counts.refused + counts.duplicate
            refuse(batch, counts, Reason("filing_lines", LINES_WRONG, {"wrong": wrong, "all": counts.rows_in}))
        with connection.cursor() as cursor:
            sets.run(cursor, [filing_sql.CLEARING], {})
    batch.refresh_from_db()
    return batch


def checked_filing(*, employer_id: int, branch_serial: str, month: date, by: Actor) -> FilingOf:
    """Check that the actor may file for the branch of an employer and a month that has begun.

    :param month: any day of the month.
    :raises Refused: when not, in words.
    """
    permissions.check_may_file(by, employer_id=employer_id)
    first = month.replace(day=1)
    if first > clock.today():
        raise Refused(N_("This month has not begun. A filing is for a month that has."), "month_to_come")
    if not Employer.objects.filter(pk=employer_id).exists():
        raise Missing
    if not Branch.objects.filter(employer_id=employer_id, serial=branch_serial).exists():
        raise Refused(N_("The employer has no branch with the number %(serial)s."), "no_branch", serial=branch_serial)
    return FilingOf(employer_id, branch_serial, first)


def _take_over(batch: Import, by: Actor) -> bool:
    """Write the filing unless a line of it is wrong; tell whether all are right."""
    month = batch.month
    assert batch.employer_id is not None, "noted with the filing"
    assert month is not None, "noted with the filing"
    # Two files for the same employer wait for each other, so that the numbers of filings follow one another.
    employer = Employer.objects.select_for_update().get(pk=batch.employer_id)
    branch = Branch.objects.get(employer=employer, serial=batch.branch_serial)
    latest = Filing.objects.filter(branch=branch, month=month).order_by("-number").first()
    values: dict[str, sets.Bound] = {"month": month, "latest": latest.pk if latest else 0}
    with connection.cursor() as cursor:
        sets.run(cursor, filing_sql.CHECKS, values)
        cursor.execute(filing_sql.ANY_WRONG)
        if cursor.fetchone()[0]:
            return False
        cursor.execute(filing_sql.DIFFERENCE, values)
        lines, differing = cursor.fetchone()
        if latest is not None and not differing:
            return True
        filing = open_filing(employer=employer, branch=branch, month=month, headcount=lines)
        sets.run(cursor, filing_sql.WRITES, {**values, "filing": filing.pk})
    note_filing(filing, by=by)
    return True


def _name_of(source: Path | BinaryIO) -> str:
    return Path(str(source if isinstance(source, Path) else getattr(source, "name", ""))).name
