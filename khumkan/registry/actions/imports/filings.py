"""Import of the monthly filing of an employer's branch: CSV, or text of fixed width as payroll programs write it."""

import csv
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import BinaryIO

from django.db import connection, transaction

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.files.limits import Limits
from khumkan.kernel.files.text import examine
from khumkan.kernel.words import N_
from khumkan.registry import permissions
from khumkan.registry.actions.filings import note_filing, open_filing
from khumkan.registry.actions.imports import filing_sql, reports, sets
from khumkan.registry.actions.imports.journal import FilingOf, Progress, examined, finish, journalled, opened
from khumkan.registry.actions.imports.stage import Stage
from khumkan.registry.models import Branch, Employer, Filing, Import
from khumkan.registry.models.employers import HEAD_OFFICE
from khumkan.registry.staging.filing_rows import STAGING, FixedWidth, staged
from khumkan.registry.staging.headings import FILING_FIELDS
from khumkan.registry.staging.pieces import pieces, work_through
from khumkan.registry.states import ImportKind

__all__ = ["FixedWidth", "import_filing"]


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

    Lines name persons by number and name; persons whom the register does not know are refused, and can be sent again
    once they are registered.

    :param fixed: the columns of a file of fixed width; without it the file is CSV.
    :param progress: called with the number of the row that was reached; may raise `Cancelled`.
    :return: the finished import, whatever became of it; its counts add up to the lines of the file.
    :raises Refused: when the actor may not file for the employer, or for a month to come.
    """
    filing = checked_filing(employer_id=employer_id, branch_serial=branch_serial, month=month, by=by)
    employer = Employer.objects.get(pk=employer_id)
    with (
        _as_csv(source, fixed, employer) as table,
        opened(table, kind=ImportKind.FILING, by=by, name=name or _name_of(source), filing=filing) as (batch, file),
    ):
        return read_filing(batch, file, by=by, progress=progress)


def read_filing(batch: Import, file: BinaryIO, *, by: Actor, progress: Progress | None) -> Import:
    """Take the file of a noted import over; see `import_filing`."""
    with journalled(batch), transaction.atomic():
        form, heading, layout = examined(batch, file, FILING_FIELDS)
        work = partial(staged, layout=layout, width=len(heading))
        stage = Stage("import_staging", [(column, kind) for column, kind, _ in STAGING], joined=["number_index"])
        stage.fill(work_through(pieces(file, form), work, total_bytes=0), progress=progress)
        _take_over(batch, by)
        rows = sets.not_taken(filing_sql.NOT_TAKEN, refusals=filing_sql.REFUSALS, duplicate=filing_sql.DUPLICATE)
        reports.keep_rows(batch, rows, file=file, form=form)
        finish(batch, sets.counts(filing_sql.COUNTS), by=by)
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


def _take_over(batch: Import, by: Actor) -> None:
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
        cursor.execute(filing_sql.DIFFERENCE, values)
        lines, differing = cursor.fetchone()
        if not lines or (latest is not None and not differing):
            return
        filing = open_filing(employer=employer, branch=branch, month=month, headcount=lines)
        sets.run(cursor, filing_sql.WRITES, {**values, "filing": filing.pk})
    note_filing(filing, by=by)


@contextmanager
def _as_csv(source: Path | BinaryIO, fixed: FixedWidth | None, employer: Employer) -> Iterator[Path | BinaryIO]:
    """Give the file as it is, or a file of fixed width as CSV with the same row numbers."""
    if fixed is None:
        yield source
        return
    with tempfile.TemporaryFile() as table:
        if isinstance(source, Path):
            with source.open("rb") as file:
                _convert(file, table, fixed, employer)
        else:
            _convert(source, table, fixed, employer)
        table.seek(0)
        yield table


def _convert(file: BinaryIO, table: BinaryIO, fixed: FixedWidth, employer: Employer) -> None:
    form = examine(file, limits=Limits())
    file.seek(form.start)
    lines = file.read().decode(form.encoding).splitlines()
    header = lines[0] if lines else ""
    if header[slice(*fixed.account)].strip() != employer.account_number:
        raise Refused(
            N_("The header of the file names another employer, or the columns are set wrongly."), "file_other_employer"
        )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(fixed.columns)
    # A line that is not about an employee leaves a blank row, so that row numbers stay those of the file.
    writer.writerows(fixed.cells(line) for line in lines[1:])
    table.write(text.getvalue().encode())


def _name_of(source: Path | BinaryIO) -> str:
    return Path(str(source if isinstance(source, Path) else getattr(source, "name", ""))).name
