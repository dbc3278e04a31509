"""Workbooks that are handed out: figures stay figures, and nothing is a formula."""

import io
from datetime import UTC, date, datetime

import openpyxl

from khumkan.kernel.files import read_table, write_xlsx


def written(*rows: tuple[object, ...]) -> openpyxl.worksheet.worksheet.Worksheet:
    """Return the sheet of a workbook with one heading."""
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(["one", "two"], rows, title="a title")))
    return book["a title"]


def test_figures_days_and_moments_stay_what_they_are() -> None:
    moment = datetime(2021, 7, 1, 20, 30, tzinfo=UTC)
    sheet = written((3, 1.5), (date(2021, 7, 1), moment), (None, "x"))
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == [
        [3, 1.5], [datetime(2021, 7, 1), datetime(2021, 7, 2, 3, 30)], [None, "x"],  # noqa: DTZ001 by clocks in Bangkok
    ]  # fmt: skip


def test_no_text_becomes_a_formula() -> None:
    sheet = written(("=1+1", "@SUM(A1)"), ("-5", "+66"))
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert [cell.data_type for cell in cells] == ["s"] * 4
    assert [cell.value for cell in cells] == ["'=1+1", "'@SUM(A1)", "-5", "+66"]


def test_what_is_written_can_be_read_again() -> None:
    table = read_table(io.BytesIO(write_xlsx(["room", "beds"], [("201", 2)], title="rooms")))
    assert (table.columns, [row.texts() for row in table.rows]) == (("room", "beds"), [("201", "2")])
