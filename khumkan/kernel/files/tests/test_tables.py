"""Reading the tables that people send."""

import io
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from khumkan.kernel.errors import Refused
from khumkan.kernel.files import Limits, cell_date, cell_number_text, cell_text, read_table, safe_cell, write_csv_safe
from khumkan.kernel.files.tables import Table
from khumkan.kernel.files.xlsx_child import ROWS_AT_ONCE


def read(data: bytes, **limits: int) -> Table:
    return read_table(io.BytesIO(data), limits=Limits(**limits))


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("encoded", "read_as"),
    [
        ("ชื่อ,อายุ\nมาลี,40\n".encode(), "UTF-8 ,"),
        ("\ufeffชื่อ;อายุ\r\nมาลี;40\r\n".encode(), "UTF-8 ;"),
        ("ชื่อ\tอายุ\nมาลี\t40\n".encode("cp874"), "TIS-620 tab"),
        ("ชื่อ|อายุ\rมาลี|40\r".encode("cp874"), "TIS-620 |"),
        ('"ชื่อ","อายุ"\n"มาลี","40"\n'.encode(), "UTF-8 ,"),
    ],
)
def test_text_of_thai_offices_is_understood(encoded: bytes, read_as: str) -> None:
    table = read(encoded)

    assert table.columns == ("ชื่อ", "อายุ")
    assert [row.texts() for row in table.rows] == [("มาลี", "40")]
    assert table.read_as == read_as


def test_a_workbook_gives_the_rows_and_numbers_that_it_shows() -> None:
    table = read(workbook([], ["เลข", "วันเกิด"], [1101700230705, date(1990, 1, 2)], [None, None], ["x", 33000]))

    rows = list(table.rows)
    assert [row.number for row in rows] == [3, 5]
    assert rows[0].texts() == ("1101700230705", "1990-01-02")
    assert table.read_as == "XLSX"


def test_a_long_workbook_keeps_every_row_and_what_its_cells_are() -> None:
    count, at = 2 * ROWS_AT_ONCE + 3, datetime.fromisoformat("2021-06-07T08:30")
    rows: list[list[object]] = [["n", "on", "at", "text"]]
    rows += [[n, date(2021, 6, 7), at, f"แถว {n}"] for n in range(count)]
    found = list(read(workbook(*rows)).rows)

    assert [row.number for row in found] == list(range(2, count + 2))
    assert found[-1].cells == (count - 1, date(2021, 6, 7), at, f"แถว {count - 1}")


def test_rows_are_numbered_as_a_spreadsheet_does_over_blank_and_broken_lines() -> None:
    table = read(b'a,b\n\n1,"two\nlines"\n,\n3,4\n')

    assert [(row.number, row.texts()) for row in table.rows] == [(3, ("1", "two\nlines")), (5, ("3", "4"))]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"\xff\xfea\x00", "file_encoding"),
        (b"a,b\n\x00\n", "file_not_text"),
        (b"a,A\n1,2\n", "column_twice"),
        (b"\xd0\xcf\x11\xe0 old", "file_old_excel"),
        (b"PK\x03\x04 broken", "xlsx_damaged"),
        (b"\xfc\xfd\xfe,b\n", "file_encoding"),
        (b"\n\n", "file_no_rows"),
    ],
)
def test_what_is_no_table_is_refused_in_words(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        list(read(data).rows)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'a,b\n1,"open\n', "file_quotes"),
        (b"a,b\n1,2,3\n", "row_cells"),
        (b"a,b\n1," + b"x" * 5000, "cell_long"),
        (b"a,b\n1,2\n3,4\n5,6\n", "file_too_many_rows"),
    ],
)
def test_a_damaged_row_is_refused_while_reading(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        list(read(data, rows=2).rows)

    assert refused.value.code == code


def test_a_number_that_lost_its_zeros_gets_them_back_and_one_that_lost_its_digits_is_refused() -> None:
    assert cell_number_text(110170023070.0, digits=13) == "0110170023070"
    assert cell_number_text("0110170023070", digits=13) == "0110170023070"
    assert cell_number_text("1101700230705.0", digits=13) == "1101700230705"
    for lost in ("1.10E+12", 1.5, 1.1e17, date(2021, 1, 1), True):
        with pytest.raises(Refused):
            cell_number_text(lost, digits=13)


def test_dates_of_both_eras_and_serials_are_understood() -> None:
    assert cell_date("16/08/2564") == cell_date("2021-08-16") == cell_date(44424.0) == date(2021, 8, 16)
    assert cell_date(datetime(2564, 8, 16)) == date(2021, 8, 16)  # noqa: DTZ001 as a spreadsheet says it
    assert cell_date("") is None
    with pytest.raises(Refused):
        cell_date("31/02/2564")


def test_cells_become_text_without_traces_of_the_spreadsheet() -> None:
    assert [cell_text(value) for value in (None, True, 3.0, 3.5, date(2021, 8, 16), " ก\u200b ")] == [
        "", "1", "3", "3.5", "2021-08-16", "ก",
    ]  # fmt: skip


@given(st.text(max_size=30))
def test_no_cell_that_we_write_is_a_formula(text: str) -> None:
    written = safe_cell(text)

    assert written in (text, f"'{text}")
    begins = written.lstrip(" ")[:1]
    assert begins not in tuple("=@\t\r\n") or begins == ""
    assert begins not in tuple("+-") or written.lstrip("+-").replace(".", "", 1).isdigit()


def test_a_written_file_is_read_back() -> None:
    data = b"".join(write_csv_safe(["ชื่อ", "คำนวณ"], [["มาลี", "=1+1"], ["-5", "a,b\nc"]]))

    assert [row.texts() for row in read(data).rows] == [("มาลี", "'=1+1"), ("-5", "a,b\nc")]
