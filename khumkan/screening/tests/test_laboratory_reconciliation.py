"""No row of a file is lost or doubled, whatever is in it: 100 files made at random, each sent twice."""

import csv
import io
from collections.abc import Sequence
from datetime import timedelta

import openpyxl
import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khumkan.kernel import clock, references
from khumkan.screening.actions import result_files, result_sql, results
from khumkan.screening.models import Result, ResultFile
from khumkan.screening.states import FileState
from khumkan.screening.tests.at_the_lab import SYSTEM, a_laboratory, specimens

pytestmark = pytest.mark.django_db
KNOWN = 12
#: Indexes of known codes, codes nobody has, and what else stands in such a column.
CODES = st.one_of(
    st.integers(0, KNOWN - 1),
    st.sampled_from(["", "unknown", "S-AAAAA-AAAAA", "=1+1", "1.1E+12", "ตัวอย่าง", "\u200b", "S", "x" * 300]),
)
SAID = st.sampled_from(
    ["positive", "NEGATIVE", "ไม่พบเชื้อ", "พบเชื้อ", "ตรวจซ้ำ", "", "?", "@SUM(A1)", "neg.", "-", "+", "เชื้อ", "0", "1"]
)
DAYS = st.sampled_from(["", "today", "31/02/2564", "1/1/2560", "2999-01-01", "44424", "yesterday?", "๑/๑/๒๕๖๙"])
ROWS = st.lists(st.tuples(CODES, SAID, DAYS, st.sampled_from(["", "yes", "no"])), min_size=1, max_size=40)
FORM = st.sampled_from(["utf-8", "utf-8-sig", "cp874", "semicolon", "lf", "xlsx"])
HEADING = ("รหัสตัวอย่าง", "ผลการตรวจ", "วันที่ตรวจ", "แก้ไข")


def written(rows: Sequence[Sequence[str]], form: str) -> bytes:
    if form == "xlsx":
        book, out = openpyxl.Workbook(), io.BytesIO()
        for row in (HEADING, *rows):
            book.active.append(row)
        book.save(out)
        return out.getvalue()
    text = io.StringIO()
    writer = csv.writer(
        text, delimiter=";" if form == "semicolon" else ",", lineterminator="\n" if form == "lf" else "\r\n"
    )
    writer.writerows([HEADING, *rows])
    encoding = form if form in ("utf-8-sig", "cp874") else "utf-8"
    return text.getvalue().encode(encoding, "ignore")


def shown(rows, codes):
    """Return the rows as text, and how many of them are not blank."""
    today = f"{clock.today().day}/{clock.today().month}/{clock.today().year + 543}"
    fresh = {"unknown": references.new("S")}
    texts = [
        [codes[code] if isinstance(code, int) else fresh.get(code, code), said, today if day == "today" else day, mark]
        for code, said, day, mark in rows
    ]
    return texts, sum(any(cell.strip("\u200b ") for cell in text) for text in texts)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=ROWS, form=FORM)
def test_rows_in_are_rows_accepted_refused_and_duplicate(rows, form):
    laboratory = a_laboratory()
    codes = [each.code for each in specimens(laboratory, KNOWN, hours_ago=0)]
    texts, count = shown(rows, codes)
    content = written(texts, form)
    sent = {"laboratory_id": laboratory.pk, "file": content, "name": f"results.{form}", "by": SYSTEM}
    file = results.import_file(**sent)
    if not count:
        assert file.rows_in == 0
        return
    assert file.state == FileState.READ, file.reason_text
    assert file.rows_in == count == file.accepted + file.refused + file.duplicate
    assert file.rows.count() == file.refused + file.duplicate
    assert Result.objects.filter(file=file).count() == file.accepted
    assert all(row.column or row.reason_code == "too_long" for row in file.rows.all())
    again = results.import_file(**sent)
    assert (again.pk == file.pk) is (file.refused == 0)
    assert again.pk == file.pk or (again.accepted, again.refused) == (0, file.refused)
    assert Result.objects.filter(specimen__laboratory=laboratory).count() == file.accepted
    assert not Result.objects.filter(state="released", specimen__laboratory=laboratory).exclude(file=file).exists()


def test_a_reader_that_drops_the_last_row_is_found_out(monkeypatch):
    """The control: without the last row the counts would still add up, so they are held against the file itself."""
    laboratory = a_laboratory()
    texts, count = shown([(0, "positive", "", ""), (1, "negative", "", "")], [e.code for e in specimens(laboratory, 2)])
    read_table = result_files.read_table

    def forgetful(*args, **kwargs):
        table = read_table(*args, **kwargs)
        return type(table)(table.columns, iter(list(table.rows)[:-1]), table.read_as)

    monkeypatch.setattr(result_files, "read_table", forgetful)
    content = written(texts, "utf-8")
    file = results.import_file(laboratory_id=laboratory.pk, file=content, name="a.csv", by=SYSTEM)
    assert file.rows_in != count


def test_a_judgement_that_loses_a_row_cannot_be_stored(monkeypatch):
    laboratory = a_laboratory()
    texts, _count = shown(
        [(0, "positive", "", ""), (1, "negative", "", "")], [e.code for e in specimens(laboratory, 2)]
    )
    monkeypatch.setattr(
        result_sql, "JUDGE", result_sql.JUDGE.replace(") known\n", ") known WHERE known.row_number <> 3\n")
    )
    with pytest.raises(IntegrityError, match="reconciles"):
        results.import_file(laboratory_id=laboratory.pk, file=written(texts, "utf-8"), name="a.csv", by=SYSTEM)


def test_a_day_before_the_specimen_is_measured_in_bangkok():
    laboratory = a_laboratory()
    specimen = specimens(laboratory, hours_ago=1)[0]
    yesterday = clock.bangkok(specimen.taken_at).date() - timedelta(days=1)
    rows = [[specimen.code, "negative", yesterday.isoformat(), ""]]
    file = results.import_file(laboratory_id=laboratory.pk, file=written(rows, "utf-8"), name="a.csv", by=SYSTEM)
    assert ResultFile.objects.get(pk=file.pk).rows.get().reason_code == "day_before_specimen"
