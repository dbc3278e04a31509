"""Filings of fixed width, as payroll programs write them, read as the table that a CSV file would be."""

import csv
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import BinaryIO

from khumkan.kernel import dates
from khumkan.kernel.errors import Refused
from khumkan.kernel.files.limits import REGISTER
from khumkan.kernel.files.text import TextForm, examine
from khumkan.kernel.words import N_
from khumkan.registry.models import Import
from khumkan.registry.staging.filing_rows import LAYOUT, FixedWidth, has_layout

HEADER_BYTES = 1024
Span = tuple[int, int] | None


@contextmanager
def as_table(batch: Import, file: BinaryIO, fixed: FixedWidth | None) -> Iterator[BinaryIO]:
    """Give the file as it is, or a file of fixed width as CSV with the same row numbers.

    The journal keeps the hash and the size of what was sent.

    :param fixed: where its columns stand; without it a file that begins like `LAYOUT` is taken for one.
    :raises Refused: when the header names another employer, branch or month, or its count or total is not that of the
        lines: a file that was cut off, or put together by hand.
    """
    layout = fixed or _guessed(file)
    if layout is None:
        yield file
        return
    form = examine(file, limits=REGISTER)
    with tempfile.TemporaryFile() as table:
        _convert(batch, file, table, layout, form)
        table.seek(0)
        yield table
    read_as = str(replace(form, separator=""))
    Import.objects.filter(pk=batch.pk).update(file_hash=form.digest, file_bytes=form.size, read_as=read_as)


def _guessed(file: BinaryIO) -> FixedWidth | None:
    file.seek(0)
    head = file.read(HEADER_BYTES).decode("cp874", "replace")
    file.seek(0)
    return LAYOUT if has_layout(head.split("\n", 1)[0]) else None


def _convert(batch: Import, file: BinaryIO, table: BinaryIO, layout: FixedWidth, form: TextForm) -> None:
    file.seek(form.start)
    header, *lines = file.read().decode(form.encoding).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    _check_whose(batch, header, layout)
    # A line that is not about an employee leaves a blank row, so that row numbers stay those of the file.
    rows = [layout.cells(line) for line in lines]
    _check_sums(header, rows, layout)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(layout.columns)
    writer.writerows(rows)
    table.write(text.getvalue().encode())


def _check_whose(batch: Import, header: str, layout: FixedWidth) -> None:
    """Check that the header names the employer, the branch and the month for which the file was sent."""
    assert batch.employer is not None, "noted with the filing"
    assert batch.month is not None, "noted with the filing"
    if _at(header, layout.account) != batch.employer.account_number:
        raise Refused(
            N_("The header of the file names another employer, or the columns are set wrongly."), "file_other_employer"
        )
    branch = _at(header, layout.branch)
    if branch is not None and branch.zfill(6) != batch.branch_serial:
        raise Refused(N_("The header of the file names the branch %(named)s."), "file_other_branch", named=branch[:6])
    month = f"{batch.month.month:02}{(batch.month.year + dates.BUDDHIST_OFFSET) % 100:02}"
    if _at(header, layout.month) not in (None, month):
        raise Refused(
            N_("The header of the file names another month: %(named)s. Here it would be %(month)s."),
            "file_other_month",
            named=(_at(header, layout.month) or "")[:4],
            month=month,
        )


def _check_sums(header: str, rows: list[list[str]], layout: FixedWidth) -> None:
    """Check the count of lines and, where every wage is a number, the total of the wages."""
    lines = [row for row in rows if row]
    count, total = _at(header, layout.count), _at(header, layout.total)
    if count is not None and count.isdigit() and int(count) != len(lines):
        raise Refused(
            N_("The header of the file counts %(said)d employees; the file has %(found)d. Was it cut off?"),
            "file_count",
            said=int(count),
            found=len(lines),
        )
    place = list(layout.columns).index("wage")
    wages = [row[place].replace(".", "") for row in lines]
    if total is None or not total.isdigit() or not all(map(str.isdigit, wages)):
        return
    found = sum(map(int, wages))
    if int(total) != found:
        raise Refused(
            N_("The wages in the file add up to %(found)s baht; its header says %(said)s."),
            "file_total",
            said=_baht(int(total), layout.decimals),
            found=_baht(found, layout.decimals),
        )


def _at(header: str, span: Span) -> str | None:
    return header[slice(*span)].strip() if span else None


def _baht(amount: int, decimals: int) -> str:
    whole, rest = divmod(amount, 10**decimals)
    return f"{whole:,}.{rest:0{decimals}}" if decimals else f"{whole:,}"
