"""Pages on which the office sends files for the register, and the queue that reads them."""

import csv
import io
import uuid
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from khumkan.accounts.models import User
from khumkan.accounts.testing import sign_in, user
from khumkan.kernel import clock, crypto
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.kernel.errors import Refused
from khumkan.record.inline import run_jobs
from khumkan.record.models import Event
from khumkan.registry.actions import imports as actions
from khumkan.registry.actions.imports import journal, kept
from khumkan.registry.models import Employer, Filing, Import, KeptFile, KeptPiece, Person
from khumkan.registry.states import ImportKind, ImportState
from khumkan.registry.tests.support import (
    AGENT,
    CHONBURI,
    HEAD_OFFICE,
    HEADING,
    imported,
    person,
    thai_number,
)
from khumkan.ui.testing import assert_page_is_sound

pytestmark = pytest.mark.django_db


def browser(role: Role = Role.OFFICER, province: str = "") -> tuple[Client, User]:
    scope = ScopeKind.PROVINCE if province else ScopeKind.NATIONAL
    member = user(role, scope_kind=scope, key=province)
    return sign_in(Client(), member), member


def look(client: Client, name: str, *args: object, status: int = 200) -> str:
    response = client.get(reverse(f"registry:{name}", args=args))
    assert response.status_code == status, response.content.decode()[:2000]
    if status == 200:
        assert_page_is_sound(response)
    return response.content.decode()


def send(client: Client, kind: str, content: bytes, name: str = "persons.csv", **more: str) -> HttpResponse:
    data = {"form_key": uuid.uuid4().hex, "file": SimpleUploadedFile(name, content), **more}
    response: HttpResponse = client.post(reverse("registry:send", args=[kind]), data, follow=True)
    return response


def persons(*rows: str, heading: str = HEADING, encoding: str = "utf-8") -> bytes:
    return ("\n".join((heading, *rows)) + "\n").encode(encoding)


def received(content: bytes) -> Import:
    batch, _is_new = actions.receive_import(
        kind=ImportKind.PERSONS, chunks=[content], name="persons.csv", by=HEAD_OFFICE
    )
    return batch


@pytest.mark.parametrize("language", ["th", "en"])
def test_a_file_is_sent_read_by_the_queue_and_every_row_has_its_answer(language: str) -> None:
    client, member = browser()
    client.cookies["django_language"] = language
    number = thai_number()
    rows = (f"{number},สมชาย,ใจดี,,,,33,", "1234567890123,ผิด,เลข,,,,,", f"{number},สมชาย,ใจดี,,,,33,")
    look(client, "send", "persons")

    response = send(client, "persons", persons(*rows))

    batch = Import.objects.get()
    assert response.redirect_chain[-1][0] == reverse("registry:import", args=[batch.reference])
    assert 'hx-trigger="every 3s"' in look(client, "import", batch.reference)
    assert run_jobs() == 1
    page = look(client, "import", batch.reference)
    assert "hx-trigger" not in page
    batch.refresh_from_db()
    assert (batch.state, batch.by_id) == (ImportState.DONE, member.pk)
    assert (batch.rows_in, batch.accepted, batch.refused, batch.duplicate, batch.unchanged) == (3, 1, 1, 1, 0)
    assert ("3 rows = 1" if language == "en" else "3 แถว = นำเข้า 1") in page
    assert batch.file_name in look(client, "imports")
    assert Person.objects.get().first_name == "สมชาย"
    assert not KeptFile.objects.exists()
    assert not KeptPiece.objects.exists()


def test_the_refused_rows_come_back_as_a_file_in_the_language_of_the_page_and_that_is_on_record() -> None:
    client, member = browser()
    client.cookies["django_language"] = "en"
    batch = imported("1234567890123,ผิด,เลข,,,,,", '123,"=1+1",ข,,,,,')

    response = client.get(reverse("registry:import_rows", args=[batch.reference]))

    lines = list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig"))))  # type: ignore[arg-type]
    assert lines[0][:3] == ["Row", "Reason", "id_number"]
    assert [line[0] for line in lines[1:]] == ["2", "3"]
    assert "digit" in lines[1][1]
    assert lines[2][3] == "'=1+1"
    event = Event.objects.get(name="registry.rows_handed_out")
    assert (event.actor_id, event.data) == (member.pk, {"rows": 2})


def test_the_same_file_sent_again_changes_nothing_and_one_that_waits_is_not_queued_twice() -> None:
    client, _member = browser()
    content = persons(*(f"{thai_number()},คน,ที่{n},,,,33," for n in range(5)))
    send(client, "persons", content)
    send(client, "persons", content)
    assert Import.objects.count() == 1
    assert run_jobs() == 1
    before = list(Person.objects.order_by("pk").values())

    send(client, "persons", content)
    run_jobs()

    again = Import.objects.order_by("-pk")[0]
    assert (Import.objects.count(), again.accepted, again.unchanged) == (2, 0, 5)
    assert list(Person.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874"])
def test_thai_offices_files_are_understood_and_numbers_that_a_spreadsheet_broke_are_named(encoding: str) -> None:
    client, _member = browser()
    rows = (f"{thai_number()},ด.ญ. แก้ว,ใจดี", "1.10E+12,ก,ข", "110170020345,สั้น,ไป")
    content = persons(*rows, heading="เลขประจำตัวประชาชน,ชื่อ,นามสกุล", encoding=encoding)

    send(client, "persons", content)
    run_jobs()

    batch = Import.objects.get()
    assert (batch.accepted, batch.refused) == (1, 2)
    assert Person.objects.get().full_name == "เด็กหญิงแก้ว ใจดี"
    page = look(client, "import", batch.reference)
    assert "1.10E+12" in page


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04rest", "file_not_csv"),
        (b"\x00\x01", "file_not_text"),
        (b"a,b\n1,2\n", "column_missing"),
        (f'{HEADING}\n1,"ก,ข\n'.encode(), "file_quotes"),
    ],
)
def test_a_file_that_cannot_be_read_gets_a_sentence(content: bytes, code: str) -> None:
    client, _member = browser()
    send(client, "persons", content)
    run_jobs()

    batch = Import.objects.get()
    assert (batch.state, batch.problem_code) == (ImportState.REFUSED, code)
    assert str(batch.problem) in look(client, "import", batch.reference).replace("&quot;", '"')
    assert not KeptPiece.objects.exists()


def test_what_is_no_file_is_refused_on_the_form() -> None:
    client, _member = browser()
    assert send(client, "persons", b"").status_code == 422
    assert send(client, "persons", b"x", "persons.xlsx").status_code == 422
    assert client.post(reverse("registry:send", args=["persons"]), {"form_key": "k"}).status_code == 422
    assert client.get(reverse("registry:send", args=["pets"])).status_code == 404
    assert not Import.objects.exists()


def test_employers_and_filings_come_the_same_way() -> None:
    client, _member = browser()
    send(client, "employers", "account_number,name_th\n1000000015,โรงงาน\n".encode(), "employers.csv")
    run_jobs()
    number = thai_number()
    person("สมชาย", number=number)
    month = clock.today().replace(day=1).isoformat()
    lines = f"id_number,first_name,last_name,wage\n{number},สมชาย,ใจดี,15000\n".encode()
    wrong = send(client, "filing", lines, account="2000000023", branch="", month=month)
    assert wrong.status_code == 422

    send(client, "filing", lines, account="10-0000001-5", branch="", month=month)
    run_jobs()

    filing = Filing.objects.get()
    assert (filing.employer, filing.month, filing.headcount) == (Employer.objects.get(), date.fromisoformat(month), 1)
    batch = Import.objects.get(kind=ImportKind.FILING)
    assert "1000000015" in look(client, "import", batch.reference)


def test_only_the_head_office_sends_files_and_others_see_none() -> None:
    batch = imported(f"{thai_number()},ก,ข,,,,,")
    regional, _member = browser(province="20")
    look(regional, "send", "persons", status=422)
    assert send(regional, "persons", persons("1,2")).status_code == 422
    assert batch.file_name not in look(regional, "imports")
    for name in ("import", "import_rows"):
        look(regional, name, batch.reference, status=404)
    agent, _member = browser(Role.AGENT)
    look(agent, "imports", status=404)
    administrator, _member = browser(Role.ADMINISTRATOR)
    assert batch.file_name in look(administrator, "imports")
    for by in (AGENT, CHONBURI):
        with pytest.raises(Refused):
            actions.receive_import(kind=ImportKind.PERSONS, chunks=[b"x"], name="x", by=by)
        with pytest.raises(Refused):
            actions.cancel_import(import_id=batch.pk, by=by)


def test_the_headings_can_be_downloaded() -> None:
    client, _member = browser()
    response = client.get(reverse("registry:template", args=["filing"]))
    assert b"".join(response).decode("utf-8-sig").startswith("ประเภทบัตร,เลขประจำตัวประชาชน")  # type: ignore[arg-type]


def test_a_waiting_file_is_cancelled_at_once_and_one_that_is_over_cannot_be() -> None:
    client, _member = browser()
    batch = received(persons(f"{thai_number()},ก,ข,,,,,"))

    client.post(reverse("registry:cancel_import", args=[batch.reference]), {"form_key": "1"})
    run_jobs()

    batch.refresh_from_db()
    assert batch.state == ImportState.CANCELLED
    assert not Person.objects.exists()
    assert not KeptPiece.objects.exists()
    with pytest.raises(Refused):
        actions.cancel_import(import_id=batch.pk, by=HEAD_OFFICE)
    assert Event.objects.filter(name="registry.import_cancelled").count() == 1


def test_a_kept_file_is_sealed() -> None:
    received(persons("1234567890123,ลับมาก,ข,,,,,"))

    piece = KeptPiece.objects.get()
    assert "ลับมาก".encode() not in bytes(piece.sealed)
    KeptPiece.objects.filter(pk=piece.pk).update(number=7)
    with pytest.raises(crypto.CannotOpen):
        run_jobs()


def test_a_file_that_is_too_large_is_refused_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "LARGEST_BYTES", 10)
    with pytest.raises(Refused):
        actions.receive_import(kind=ImportKind.PERSONS, chunks=[b"123456", b"789012"], name="x", by=HEAD_OFFICE)
    assert not Import.objects.exists()
    assert not KeptPiece.objects.exists()


def test_a_reading_that_breaks_is_tried_again_and_given_up_after_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = received(persons(f"{thai_number()},ก,ข,,,,,"))
    monkeypatch.setattr("khumkan.registry.actions.imports.persons.finish", lambda *args, **kwargs: 1 / 0)

    for attempt in range(1, journal.MOST_ATTEMPTS + 1):
        with pytest.raises(ZeroDivisionError):
            actions.read_kept(batch.pk)
        batch.refresh_from_db()
        assert batch.state == (ImportState.FAILED if attempt == journal.MOST_ATTEMPTS else ImportState.WAITING)
    assert not Person.objects.exists()
    assert not KeptPiece.objects.exists()
    assert actions.read_kept(batch.pk) is None
