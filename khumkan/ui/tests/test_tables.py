"""Tables: what stands in the cells, and in the file."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.utils import translation
from django.utils.html import format_html

from khumkan.ui.tables import Cell, Column, Table, csv_response

AT = datetime(2021, 8, 16, 20, 30, tzinfo=UTC)


def test_a_column_finds_its_value_in_any_kind_of_row() -> None:
    assert Column("a", "site.name").cell(SimpleNamespace(site=SimpleNamespace(name="x"))).value == "x"
    assert Column("a", "name").cell({"name": "x"}).value == "x"
    assert Column("a", 1).cell(("x", "y")).value == "y"
    assert Column("a", lambda row: Cell(row, tone="bad")).cell("x").tone == "bad"


def test_cells_are_shown_in_words() -> None:
    with translation.override("th"):
        assert Cell(AT).shown == "17 สิงหาคม 2564 03.30 น."
        assert Cell(date(2021, 8, 16)).shown == "16 ส.ค. 2564"
    assert Cell(1234567).shown == "1,234,567"
    assert Cell(None).shown == "–"
    assert Cell("").shown == "–"
    assert Cell(True).shown == "True"


def test_a_misspelt_tone_fails() -> None:
    with pytest.raises(ValueError, match="red"):
        Cell("x", tone="red")


def test_the_file_has_plain_values() -> None:
    rows = [("สมชาย", AT, date(2021, 8, 16), 1234, None, format_html("<b>{}</b>", "x"))]
    table = Table(caption="t", rows=rows, columns=[Column(f"c{place}", place) for place in range(6)])
    body = csv_response(table, "people").content.decode("utf-8-sig").splitlines()
    assert body == ["c0,c1,c2,c3,c4,c5", "สมชาย,2021-08-17T03:30:00+07:00,2021-08-16,1234,,x"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\tx", " =1", "\n=1", "\uff1d1"])
def test_no_text_becomes_a_formula(text: str) -> None:
    assert str(Cell(text).plain).startswith("'")
    assert Cell(-1).plain == -1


def test_the_file_has_a_name_and_a_mark_for_spreadsheets() -> None:
    response = csv_response(Table(caption="t", rows=[], columns=[]), "late-results")
    assert response["Content-Disposition"] == 'attachment; filename="late-results.csv"'
    assert response.content.startswith(b"\xef\xbb\xbf")
