"""Files of persons: nothing lost, nothing twice, every refusal with its row, column and reason."""

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from khumkan.kernel import clock
from khumkan.kernel.errors import Refused
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.registry import queries
from khumkan.registry.actions.imports import Cancelled, close_broken_imports, corrected_file, import_people, journal
from khumkan.registry.actions.imports import persons as persons_module
from khumkan.registry.models import (
    Contact,
    Coverage,
    Employment,
    IdentityDocument,
    Import,
    ImportRow,
    Person,
    PersonChange,
)
from khumkan.registry.staging.pieces import Piece
from khumkan.registry.states import ImportKind, ImportState, RowVerdict
from khumkan.registry.tests.support import (
    AGENT,
    CHONBURI,
    HEAD_OFFICE,
    HEADING,
    employer,
    imported,
    person,
    thai_number,
)

pytestmark = pytest.mark.django_db


def verdicts(batch: Import) -> dict[int, tuple[str, str]]:
    return {row.row_number: (row.column, row.code) for row in queries.rows_not_taken_over(batch)}


def counts(batch: Import) -> tuple[int, int, int, int, int]:
    return batch.rows_in, batch.accepted, batch.refused, batch.duplicate, batch.unchanged


def test_a_file_becomes_persons_with_documents_contacts_cover_and_work() -> None:
    work, number = employer(), thai_number()

    batch = imported(f"{number},นายสมชาย,ใจดี,16/08/2530,081-234-5678,200101,33,{work.account_number}")

    assert counts(batch) == (1, 1, 0, 0, 0)
    someone = queries.person_by_number(IdentifierKind.THAI, number)
    assert someone is not None
    assert (someone.title, someone.first_name, someone.name_key) == ("นาย", "สมชาย", "สมชาย ใจดี")
    assert (someone.birth_date, someone.province_code, someone.section) == (date(1987, 8, 16), "20", 33)
    assert someone.came_with == batch.pk
    assert queries.documents_of(someone.pk)[0].number == number
    assert queries.phone_of(someone.pk) == "+66812345678"
    assert [worker.pk for worker in queries.workers_of(work.pk, on=clock.today())] == [someone.pk]
    work.refresh_from_db()
    assert work.size == 1


def test_the_same_file_twice_changes_nothing() -> None:
    work = employer()
    rows = [f"{thai_number()},คน,ที่{n},1/2/2530,0812345{n:03d},200101,33,{work.account_number}" for n in range(20)]
    imported(*rows)
    before = [list(model.objects.order_by("pk").values()) for model in (Person, IdentityDocument, Contact, Coverage)]

    again = imported(*rows)

    assert counts(again) == (20, 0, 0, 0, 20)
    assert before == [
        list(model.objects.order_by("pk").values()) for model in (Person, IdentityDocument, Contact, Coverage)
    ]
    assert Employment.objects.count() == 20
    assert not PersonChange.objects.exists()


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("1234567890123,ก,ข,,,,,", "id_number", "number_check"),
        ("123,ก,ข,,,,,", "id_number", "number_length"),
        ("1.10E+12,ก,ข,,,,,", "id_number", "number_mangled"),
        (",ก,ข,,,,,", "id_number", "number_missing"),
        ("{n},,ข,,,,,", "first_name", "name_missing"),
        ("{n},ก,ข,31/02/2530,,,,", "birth_date", "date_unreadable"),
        ("{n},ก,ข,1/1/2630,,,,", "birth_date", "birth_impossible"),
        ("{n},ก,ข,1/1/1530,,,,", "birth_date", "birth_impossible"),
        ("{n},ก,ข,,12345,,,", "phone", "phone"),
        ("{n},ก,ข,,,999999,,", "subdistrict_code", "area_unknown"),
        ("{n},ก,ข,,,,38,", "section", "not_a_choice"),
        ("{n},ก,ข,,,,,123", "employer_account", "account"),
        ("{n},ก,ข,,,,,9999999999", "employer_account", "employer_unknown"),
        ("{n},ก,ข", "", "row_cells"),
        ("{n},ก,ข,,,,,,,,", "", "row_cells"),
    ],
)
def test_a_wrong_row_is_refused_with_its_column_and_reason_in_words(row: str, column: str, code: str) -> None:
    batch = imported(f"{thai_number()},ดี,ดี,,,,,", row.format(n=thai_number()))

    assert counts(batch) == (2, 1, 1, 0, 0)
    assert verdicts(batch) == {3: (column, code)}
    for language in ("th", "en"):
        with translation.override(language):
            assert str(ImportRow.objects.get().opened()[1])


def test_somebody_known_by_another_name_birth_or_telephone_is_refused_and_not_overwritten() -> None:
    numbers = [thai_number() for _ in range(3)]
    for number in numbers:
        person("สมชาย", "ใจดี", number=number, phone="0811111111", birth_date=date(1987, 8, 16))

    batch = imported(
        f"{numbers[0]},มาลี,ใจดี,,,,,", f"{numbers[1]},สมชาย,ใจดี,1/1/2530,,,,", f"{numbers[2]},สมชาย,ใจดี,,0822222222,,,"
    )

    assert verdicts(batch) == {
        2: ("first_name", "name_differs"),
        3: ("birth_date", "birth_differs"),
        4: ("phone", "phone_differs"),
    }
    assert set(Person.objects.order_by("pk").values_list("first_name", flat=True)) == {"สมชาย"}
    assert Contact.objects.count() == 3


def test_a_known_person_is_brought_up_to_date_and_what_stood_there_is_kept() -> None:
    number = thai_number()
    imported(f"{number},นายสมชาย,ใจดี,,,200101,33,")
    Coverage.objects.update(started_on=clock.today() - timedelta(days=30))

    batch = imported(f"{number},สมชาย,ใจดี,16/08/2530,0812345678,200102,39,")

    assert counts(batch) == (1, 1, 0, 0, 0)
    someone = Person.objects.get()
    assert (someone.title, someone.subdistrict_code, someone.section) == ("นาย", "200102", 39)
    assert queries.phone_of(someone.pk) == "+66812345678"
    assert PersonChange.objects.get().before == {"birth_date": "", "subdistrict_code": "200101"}


def test_a_change_of_cover_on_the_day_it_began_is_refused_not_squeezed_in() -> None:
    number = thai_number()
    imported(f"{number},ก,ข,,,,33,")

    batch = imported(f"{number},ก,ข,,,,39,")

    assert verdicts(batch) == {2: ("covered_from", "cover_overlaps")}


def test_the_first_of_two_rows_of_one_person_counts() -> None:
    number = thai_number()
    batch = imported(f"{number},ก,ข,,,,,", f"{thai_number()},ค,ง,,,,,", f"{number},ก,ข,,,,,")

    assert counts(batch) == (3, 2, 0, 1, 0)
    assert verdicts(batch) == {4: ("id_number", "duplicate")}
    assert ImportRow.objects.get().verdict == RowVerdict.DUPLICATE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874"])
def test_encodings_of_thai_offices_and_thai_headings_are_understood(encoding: str) -> None:
    batch = imported(f'"{thai_number()}";"ด.ญ. แก้ว"', heading='"เลขประจำตัวประชาชน";"ชื่อ"', encoding=encoding)

    assert counts(batch) == (1, 1, 0, 0, 0)
    assert Person.objects.get().full_name == "เด็กหญิงแก้ว"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "file_empty"),
        (HEADING, "file_no_rows"),
        ("id_number,id_number,first_name\n1,2,3\n", "column_twice"),
        ("id_number\n1\n", "column_missing"),
        (f'{HEADING}\n1,"ก,ข\n', "file_quotes"),
        ("\x00\x01", "file_not_text"),
    ],
)
def test_a_file_that_is_no_list_of_persons_is_refused_as_a_whole(text: str, code: str) -> None:
    batch = import_people(io.BytesIO(text.encode()), by=HEAD_OFFICE)

    assert (batch.state, batch.problem_code) == (ImportState.REFUSED, code)
    assert batch.problem is not None
    assert str(batch.problem)
    assert not Person.objects.exists()


def test_only_the_head_office_imports() -> None:
    for by in (AGENT, CHONBURI):
        with pytest.raises(Refused):
            imported("1,2", by=by)
    assert not Import.objects.exists()


def test_a_cancelled_import_takes_nothing_over() -> None:
    def stop(row: int) -> None:
        raise Cancelled

    file = io.BytesIO(f"{HEADING}\n{thai_number()},ก,ข,,,,,\n".encode())
    batch = import_people(file, by=HEAD_OFFICE, progress=stop)

    assert batch.state == ImportState.CANCELLED
    assert not Person.objects.exists()


def test_an_import_that_breaks_is_marked_and_takes_nothing_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persons_module, "finish", lambda *args, **kwargs: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        imported(f"{thai_number()},ก,ข,,,,,")

    assert Import.objects.get().state == ImportState.FAILED
    assert not Person.objects.exists()


def test_the_file_of_what_is_to_be_corrected_can_be_sent_again_and_holds_no_formula() -> None:
    bad = imported(f"{thai_number()},ดี,ดี,,,,,", '1234567890123,"=HYPERLINK(1)",ข,,,,,')
    data = b"".join(corrected_file(bad)).decode("utf-8-sig")

    rows = list(csv.reader(io.StringIO(data)))
    assert rows[0][2:] == HEADING.split(",")
    assert rows[1][0] == "3"
    assert rows[1][2:4] == ["1234567890123", "'=HYPERLINK(1)"]
    rows[1][2:4] = [thai_number(), "สมหญิง"]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    assert counts(import_people(io.BytesIO(text.getvalue().encode()), by=HEAD_OFFICE)) == (1, 1, 0, 0, 0)


def test_refused_rows_are_sealed() -> None:
    imported("1234567890123,ลับมาก,ข,,,,,")

    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM registry_importrow t")
        text = cursor.fetchone()[0]
    assert "1234567890123" not in text
    assert "ลับมาก" not in text


def test_the_number_of_statements_does_not_grow_with_the_rows(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for size in (10, 1000):
        with django_assert_max_num_queries(75):
            imported(*(f"{thai_number()},ก,ข,,,,33," for _ in range(size)))


def test_a_hundred_messy_files_lose_and_double_nothing() -> None:
    chance = random.Random(20260102)
    known = [thai_number() for _ in range(30)]
    for _ in range(100):
        rows = [messy_row(chance, known) for _ in range(chance.randint(1, 40))]
        filled = [row for row in rows if row.strip(", \t")]
        persons = Person.objects.count()

        batch = imported(*rows, encoding=chance.choice(["utf-8", "utf-8-sig", "cp874"]))

        if not filled:
            assert batch.state == ImportState.REFUSED
            continue
        assert batch.state == ImportState.DONE
        rows_in, accepted, refused, duplicate, unchanged = counts(batch)
        assert rows_in == len(filled) == accepted + refused + duplicate + unchanged
        assert ImportRow.objects.filter(batch=batch).count() == refused + duplicate
        assert Person.objects.count() - persons <= accepted
        again = imported(*rows)
        assert (again.accepted, again.refused, again.duplicate) == (0, refused, duplicate)
    assert set(queries.orphans().values()) == {0}
    assert IdentityDocument.objects.count() == Person.objects.count()


def messy_row(chance: random.Random, known: list[str]) -> str:
    number = chance.choice([chance.choice(known), thai_number(), "123", "1234567890123", "", thai_number()])
    first = chance.choice(["สมชาย", "นาย สมชาย", "มาลี", "", "=1+1", '"ก,ข"'])
    born = chance.choice(["", "16/08/2530", "1987-08-16", "31/02/2530", "๑๖/๐๘/๒๕๓๐"])
    phone = chance.choice(["", "0812345678", "+66 81 234 5678", "x"])
    area, section = chance.choice(["", "200101", "999999"]), chance.choice(["", "33", "x"])
    row = f"{number},{first},ใจดี,{born},{phone},{area},{section},"
    return chance.choice([row, row, row, row, "", ",,,,,,,", row + ",", row.rsplit(",", 2)[0]])


def test_counting_would_notice_a_lost_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a reader that drops the last row of a piece is found by comparing with the file."""
    whole = persons_module.pieces

    def lossy(*args: object) -> Iterator[Piece]:
        for piece in whole(*args):  # type: ignore[arg-type]
            yield replace(piece, data=piece.data[: piece.data.rstrip(b"\n").rfind(b"\n") + 1])

    monkeypatch.setattr(persons_module, "pieces", lossy)

    batch = imported(*(f"{thai_number()},ก,ข,,,,," for _ in range(5)))

    assert batch.rows_in == 4


def test_an_import_whose_process_is_gone_is_closed_and_a_running_one_is_not() -> None:
    gone = Import.objects.create(
        reference="F-1", kind=ImportKind.PERSONS, file_name="x", file_hash=b"", file_bytes=1, by_kind="staff",
        started_at=clock.now(),
    )  # fmt: skip

    assert close_broken_imports() == 1

    gone.refresh_from_db()
    assert gone.state == ImportState.FAILED
    assert journal.LOCKS
