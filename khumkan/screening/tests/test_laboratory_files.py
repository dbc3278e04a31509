"""Files of results: every row is accounted for, nothing is doubled, nothing is half done."""

import io
import time
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from khumkan.kernel import clock
from khumkan.kernel.errors import Missing
from khumkan.messages.models import Message
from khumkan.record.models import Event
from khumkan.screening.actions import manifests, result_files, results
from khumkan.screening.choices import Outcome
from khumkan.screening.models import Case, Registration, Result, ResultFile, ResultFileRow, Specimen
from khumkan.screening.rules.result_files import ROW_REASONS
from khumkan.screening.states import FileState, SpecimenState
from khumkan.screening.tests.at_the_lab import (
    SYSTEM,
    a_laboratory,
    a_session_today,
    csv_file,
    lab_worker,
    refuses,
    specimens,
)

pytestmark = pytest.mark.django_db


def read(laboratory, content, *, name="results.csv", user_id=21):
    return results.import_file(laboratory_id=laboratory.pk, file=content, name=name, by=lab_worker(laboratory, user_id))


def counts(file):
    return file.rows_in, file.accepted, file.refused, file.duplicate


def thai_day(moment):
    """Write the day in Bangkok as laboratories do: day, month, Buddhist year."""
    here = clock.bangkok(moment)
    return f"{here.day}/{here.month}/{here.year + 543}"


def reasons(file):
    return dict(file.rows.values_list("row_number", "reason_code"))


def test_a_file_answers_everybody_in_it():
    laboratory = a_laboratory()
    taken = specimens(laboratory, 4)
    outcomes = ["positive", "negative", "Not detected", "ตรวจซ้ำ"]
    file = read(laboratory, csv_file([(each.code, said) for each, said in zip(taken, outcomes, strict=True)]))
    assert counts(file) == (4, 4, 0, 0)
    assert sorted(Result.objects.values_list("outcome", flat=True)) == ["invalid", "negative", "negative", "positive"]
    assert Case.objects.count() == 1
    assert Message.objects.filter(template="screening.result_ready").count() == 4
    assert Event.objects.filter(name="screening.result_released").count() == 4
    assert set(Specimen.objects.values_list("state", flat=True)) == {"resulted", "spoiled"}
    assert set(Registration.objects.values_list("state", flat=True)) == {"answered"}


def test_every_kind_of_bad_row_has_its_row_column_and_reason():
    laboratory = a_laboratory()
    good, told, pooled, spoiled, box, entered, two = specimens(laboratory, 7)
    foreign = specimens(a_laboratory())[0]
    read(laboratory, csv_file([(told.code, "negative")]))
    Specimen.objects.filter(pk=pooled.pk).update(state=SpecimenState.POOLED)
    Specimen.objects.filter(pk=spoiled.pk).update(state=SpecimenState.SPOILED)
    Specimen.objects.filter(pk=box.pk).update(state=SpecimenState.TAKEN)
    results.enter_by_hand(specimen=entered, outcome=Outcome.NEGATIVE, by=lab_worker(laboratory))
    wrong = good.code[:-1] + ("2" if good.code[-1] != "2" else "3")
    rows = [
        (good.code, "negative", "", ""),
        ("", "negative", "", ""),
        (wrong, "negative", "", ""),
        (foreign.code, "negative", "", ""),
        (pooled.code, "negative", "", ""),
        (spoiled.code, "negative", "", ""),
        (box.code, "negative", "", ""),
        (entered.code, "negative", "", ""),
        (told.code, "positive", "", ""),
        (told.code, "negative", "", ""),
        (two.code, "", "", ""),
        (two.code, "maybe", "", ""),
        (two.code, "negative", "31/02/2564", ""),
        (two.code, "negative", "01/01/2563", ""),
        (two.code, "negative", "01/01/2600", ""),
        (good.code, "negative", "", ""),
    ]
    file = read(laboratory, csv_file(rows, "Sample ID,ผลตรวจ,วันที่ตรวจ,แก้ไข"))
    assert counts(file) == (16, 1, 14, 1)
    assert reasons(file) == {
        3: "code_missing",
        4: "code_wrong",
        5: "code_unknown",
        6: "in_pool",
        7: "spoiled",
        8: "not_received",
        9: "waits_for_release",
        10: "rows_contradict",
        11: "rows_contradict",
        12: "outcome_missing",
        13: "outcome_unknown",
        14: "day_unreadable",
        15: "day_before_specimen",
        16: "day_in_future",
        17: "same_in_file",
    }
    columns = dict(file.rows.values_list("row_number", "column"))
    assert (columns[4], columns[12], columns[14], columns[15]) == ("Sample ID", "ผลตรวจ", "วันที่ตรวจ", "วันที่ตรวจ")
    assert set(reasons(file).values()) <= set(ROW_REASONS)
    assert file.rows.get(row_number=13).content[1] == "maybe"


def test_the_same_file_again_changes_nothing():
    laboratory = a_laboratory()
    content = csv_file([(each.code, "positive") for each in specimens(laboratory, 3)])
    first = read(laboratory, content)
    before = Result.objects.count(), Message.objects.count(), Event.objects.count(), Case.objects.count()
    again = read(laboratory, content, name="another name.csv", user_id=22)
    assert again.pk == first.pk
    assert (Result.objects.count(), Message.objects.count(), Event.objects.count(), Case.objects.count()) == before


def test_a_longer_file_of_the_next_day_counts_yesterdays_rows_as_duplicates():
    laboratory = a_laboratory()
    taken = specimens(laboratory, 5)
    read(laboratory, csv_file([(each.code, "negative") for each in taken[:3]]))
    file = read(laboratory, csv_file([(each.code, "negative") for each in taken]))
    assert counts(file) == (5, 2, 0, 3)
    assert Result.objects.count() == 5


def test_another_result_needs_the_mark_of_a_correction():
    laboratory = a_laboratory()
    specimen = specimens(laboratory)[0]
    read(laboratory, csv_file([(specimen.code, "positive")]))
    assert reasons(read(laboratory, csv_file([(specimen.code, "negative")]))) == {2: "differs"}
    file = read(laboratory, csv_file([(specimen.code, "negative", "yes")], "code,result,correction"))
    assert counts(file) == (1, 1, 0, 0)
    assert Case.objects.get().withdrawn_at is not None
    assert Message.objects.filter(template="screening.result_corrected").count() == 1
    assert reasons(
        read(laboratory, csv_file([(specimens(laboratory)[0].code, "negative", "ใช่")], "code,result,correction"))
    ) == {2: "correction_needs_result"}


def test_thai_words_in_tis_620_and_with_a_mark():
    laboratory = a_laboratory()
    old, new = specimens(laboratory, 2)
    text = "รหัสตัวอย่าง;ผลการตรวจ;วันที่ตรวจ\r\n{};ไม่พบเชื้อ;{}\r\n"
    day = thai_day(old.taken_at)
    assert counts(read(laboratory, text.format(old.code, day).encode("cp874"))) == (1, 1, 0, 0)
    assert counts(read(laboratory, text.format(new.code, day).encode("utf-8-sig"))) == (1, 1, 0, 0)


def test_a_workbook_with_what_excel_makes_of_codes_and_dates():
    laboratory = a_laboratory()
    one, two = specimens(laboratory, 2)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Barcode", "Result", "Test date"])
    sheet.append([one.code.lower().replace("-", " "), "NEGATIVE", clock.bangkok(one.taken_at).replace(tzinfo=None)])
    sheet.append([two.code, "พบเชื้อ", thai_day(two.taken_at)])
    sheet.append([1.1e12, "negative", None])
    file = io.BytesIO()
    book.save(file)
    read_file = read(laboratory, file.getvalue(), name="results.xlsx")
    assert counts(read_file) == (3, 2, 1, 0)
    assert reasons(read_file) == {4: "code_number"}


def test_a_file_that_cannot_be_read_is_refused_as_a_whole_and_may_come_again():
    laboratory = a_laboratory()
    file = read(laboratory, b"name,telephone\r\nSomchai,0812345678\r\n")
    assert (file.state, file.reason_code) == (FileState.REFUSED, "column_missing")
    assert "telephone" in file.reason_params["found"]
    assert read(laboratory, b"name,telephone\r\nSomchai,0812345678\r\n").pk != file.pk
    with refuses("file_empty"):
        read(laboratory, b"")


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 not a zip", b"\x00\x01\x02", b"\xff\xfec\x00o\x00", b'code,result\r\n"a,b\r\n']
)
def test_hostile_bytes_are_refused_in_words(content):
    file = read(a_laboratory(), content)
    assert file.state == FileState.REFUSED
    assert file.reason_text
    assert not ResultFileRow.objects.exists()


def test_a_worker_that_dies_in_the_middle_leaves_nothing_half(monkeypatch):
    laboratory = a_laboratory()
    content = csv_file([(each.code, "positive") for each in specimens(laboratory, 3)])
    kept, is_new = result_files.receive_file(
        laboratory_id=laboratory.pk, content=content, name="a.csv", by=lab_worker(laboratory)
    )

    def die(*_args, **_kwargs):
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(result_files, "settle", die)
        with pytest.raises(SystemExit):
            result_files.read_file(kept.pk)
    kept.refresh_from_db()
    assert (is_new, kept.state, Result.objects.count()) == (True, FileState.WAITING, 0)
    assert counts(result_files.read_file(kept.pk)) == (3, 3, 0, 0)
    assert result_files.read_file(kept.pk).accepted == 3
    assert Result.objects.count() == 3


def test_only_the_laboratory_itself_sends_files():
    laboratory, other = a_laboratory(), a_laboratory()
    with pytest.raises(Missing):
        results.import_file(laboratory_id=laboratory.pk, file=b"code,result\r\n", name="x", by=lab_worker(other))
    assert not ResultFile.objects.exists()


def test_a_formula_is_kept_as_text():
    laboratory = a_laboratory()
    file = read(laboratory, csv_file([("=HYPERLINK(1)", "negative")]))
    assert file.rows.get().content[0] == "=HYPERLINK(1)"


def test_a_workbook_that_unpacks_to_a_gigabyte_is_refused_before_it_is_unpacked():
    laboratory, bomb = a_laboratory(), io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(400):
                sheet.write(b" " * 1024 * 1024)
    start = time.perf_counter()
    file = read(laboratory, bomb.getvalue(), name="bomb.xlsx")
    assert file.state == FileState.REFUSED
    assert time.perf_counter() - start < 3


def test_a_file_with_too_many_rows_is_refused_as_a_whole(monkeypatch):
    monkeypatch.setattr(result_files, "LIMITS", replace(result_files.LIMITS, rows=2))
    laboratory = a_laboratory()
    file = read(laboratory, csv_file([(each.code, "negative") for each in specimens(laboratory, 3)]))
    assert (file.state, file.reason_code) == (FileState.REFUSED, "file_too_many_rows")
    assert not Result.objects.exists()


def test_a_refused_row_is_judged_again_when_the_same_file_comes_later():
    laboratory, session = a_laboratory(), a_session_today()
    early, known = specimens(None, session=session, state=SpecimenState.TAKEN)[0], specimens(laboratory)[0]
    rows = [(early.code, Outcome.NEGATIVE, None, False), (known.code, Outcome.NEGATIVE, None, False)]

    def send():
        return result_files.import_batch(laboratory_id=laboratory.pk, rows=rows, by=lab_worker(laboratory))

    first = send()
    assert (first.accepted, first.refused, first.rows.get().reason_code) == (1, 1, "code_unknown")
    manifests.close_box(session=session, laboratory=laboratory, by=SYSTEM)
    second = send()
    assert (second.accepted, second.refused, second.duplicate) == (1, 0, 1)
    assert send() == second
    assert Result.objects.count() == 2


def test_a_file_that_is_read_again_does_not_repeat_a_correction_that_was_corrected_since():
    laboratory = a_laboratory()
    specimen, by = specimens(laboratory)[0], lab_worker(laboratory)

    def send(*rows):
        content = csv_file(list(rows), heading="code,result,correction")
        return results.import_file(laboratory_id=laboratory.pk, file=content, name="r.csv", by=by)

    correction = ((specimen.code, "negative", "yes"), ("S-22222-22222", "negative", ""))
    send((specimen.code, "positive", ""))
    assert send(*correction).accepted == 1
    send((specimen.code, "positive", "yes"))
    again = send(*correction)
    assert (again.accepted, again.duplicate, again.refused) == (0, 1, 1)
    assert Result.objects.get(state="released").outcome == "positive"
