"""The pages of employers' lists as an HR clerk and an officer use them."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from khumkan.accounts.testing import sign_in, user
from khumkan.kernel import clock
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.record.models import Event
from khumkan.ui.testing import assert_page_is_sound
from khumkan.vaccination.actions.lists import locking, sending, taking
from khumkan.vaccination.choices import ListSource
from khumkan.vaccination.models import Enrolment, ListFile, Listing, ListRequest, PhaseDetail, Roster
from khumkan.vaccination.rules.lists import FIELDS
from khumkan.vaccination.states import ListFileState
from khumkan.vaccination.tests.country import OFFICE, an_employer
from khumkan.vaccination.tests.hr import a_desk, a_worker, csv_file, xlsx_file

pytestmark = pytest.mark.django_db


def signed_in(role, scope=ScopeKind.NATIONAL, key=""):
    client = sign_in(Client(), user(role, scope_kind=scope, key=key))
    client.get("/about/", {"lang": "en"})
    return client


def hr(desk):
    return signed_in(Role.EMPLOYER, ScopeKind.EMPLOYER, desk.employer.pk)


def home(desk):
    return f"/employer/vaccination/{desk.employer.reference}/{desk.phase.pk}/"


def post(client, path, **fields):
    return client.post(path, {"form_key": uuid4().hex, **fields}, follow=True)


def sound(client, path, status=200):
    """Fetch a page, check it, and return its text."""
    response = client.get(path)
    assert response.status_code == status, (path, response.status_code)
    assert_page_is_sound(response)
    return response.content.decode()


def upload(client, desk, content, name="list.csv", **more):
    return post(client, f"{home(desk)}send/", file=SimpleUploadedFile(name, content), **more)


def test_from_the_template_to_the_list():
    desk = a_desk(3)
    client = hr(desk)
    assert "Phase 1" in sound(client, "/employer/vaccination/")
    assert "Send a file" in sound(client, home(desk))
    for face in ("send/", "paste/", "one/"):
        sound(client, home(desk) + face)
    book = openpyxl.load_workbook(BytesIO(client.get("/employer/vaccination/template.xlsx").content))
    headings = [cell.value for cell in next(book.active.iter_rows())]
    assert headings == [field.headings[0] for field in FIELDS]
    assert "เลขประจำตัว" in client.get("/employer/vaccination/template.csv").content.decode()
    rows = [("บัตรประชาชน", each.number, "", each.person.first_name, "ใจดี", "17/05/2533", "") for each in desk.workers]
    answer = upload(client, desk, xlsx_file([*rows, ("", "1", "", "ใคร", "", "1/1/2530", "")], headings), "list.xlsx")
    assert_page_is_sound(answer)
    text = answer.content.decode()
    assert "4 rows = 3 new + 0 changed + 0 unchanged + 0 to look at + 1 not taken + 0 twice" in text
    assert "this one has 1." in text
    assert not Listing.objects.exists()
    file = ListFile.objects.get()
    done = post(client, f"/employer/vaccination/lists/{file.reference}/take/")
    assert "3 people were put on your list." in done.content.decode()
    assert Listing.objects.count() == Enrolment.objects.count() == 3
    assert "taken over" in sound(client, f"/employer/vaccination/lists/{file.reference}/").lower()


def test_a_row_is_looked_at_side_by_side_and_put_right():
    desk = a_desk(0)
    near, lost = a_worker(desk.employer, first="มาลี"), a_worker(desk.employer, first="ประยุทธ")
    client = hr(desk)
    page = upload(client, desk, csv_file([near.row(last="ใจดีย์"), lost.row(number="x")])).content.decode()
    assert "ใจดีย์" in page
    assert near.person.full_name in page
    assert near.number[-4:] in page
    assert Event.objects.filter(name="record.saw", person_id=near.person.pk).exists()
    file = ListFile.objects.get()
    here = f"/employer/vaccination/lists/{file.reference}/"
    row = sound(client, f"{here}rows/2/")
    assert "It is this person" in row
    assert lost.number[:9] not in sound(client, f"{here}rows/3/")  # of the register's number only the end is shown
    assert "Noted: it is this person." in post(client, f"{here}rows/2/accept/").content.decode()
    wrong = post(
        client, f"{here}rows/3/", id_number="123", first_name="ใคร", last_name="", birth_date="1/1/2530", title=""
    )
    assert "something is still not right" in wrong.content.decode()
    _number, _title, first, last, born, _branch = lost.row()
    right = post(
        client, f"{here}rows/3/", id_number=lost.number, first_name=first, last_name=last, birth_date=born, title="",
        person=near.person.pk, verdict="new", file=99,
    )  # fmt: skip
    assert "The row is in order now." in right.content.decode()
    assert {row.person_id for row in file.rows.filter(verdict="new")} == {near.person.pk, lost.person.pk}
    sound(client, f"{here}?show=new")
    assert "Left out" in post(client, f"{here}rows/3/leave/").content.decode()
    assert client.post(f"{here}rows/3/other/", {"form_key": uuid4().hex}).status_code == 404


def test_rows_that_are_not_taken_are_downloaded_with_the_reasons_and_no_formula():
    desk = a_desk(1)
    client = hr(desk)
    stranger = a_worker(None)
    upload(client, desk, csv_file([desk.workers[0].row(), stranger.row(first="=HYPERLINK(1)")]))
    file = ListFile.objects.get()
    answer = client.get(f"/employer/vaccination/lists/{file.reference}/rows.xlsx")
    [heading, row] = list(openpyxl.load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert heading[-2:] == ("Row", "Why")
    assert row[2] == "'=HYPERLINK(1)"
    assert row[-2] == "3"
    assert "does not know this person" in row[-1]
    sending.drop_list(file=file, by=desk.by)
    again = upload(client, desk, answer.content, "rows.xlsx").content.decode()  # sent again as it is
    assert "1 rows = 0 new" in again


def test_pasted_rows_one_person_and_the_office_s_list():
    desk = a_desk(3)
    client = hr(desk)
    one, two, _three = desk.workers
    line = "\t".join(("", one.number, "", one.person.first_name, "ใจดี", "17/05/2533", ""))
    assert "1 rows = 1 new" in post(client, f"{home(desk)}paste/", rows=line).content.decode()
    post(client, f"/employer/vaccination/lists/{ListFile.objects.get().reference}/drop/")
    typed = {"id_kind": "thai", "first_name": two.person.first_name, "last_name": "ใจดี", "branch": ""}
    born = {"birth_date": "1990-05-17"}
    sound(client, f"{home(desk)}one/")
    bad = client.post(f"{home(desk)}one/", {"form_key": uuid4().hex, **typed, **born, "id_number": "1234567890123"})
    assert bad.status_code == 422
    assert_page_is_sound(bad)
    done = post(client, f"{home(desk)}one/", **typed, **born, id_number=two.number)
    assert "On your list now." in done.content.decode()
    start = post(client, f"{home(desk)}from-office/").content.decode()
    assert "3 rows = 2 new + 0 changed + 1 unchanged" in start
    assert ListFile.objects.filter(source=ListSource.FILINGS).count() == 1


def test_what_cannot_be_read_is_said_in_words():
    desk = a_desk(1)
    client = hr(desk)
    answer = upload(client, desk, csv_file([("1", "2")], ("ชื่อ", "นามสกุล")))
    assert_page_is_sound(answer)
    assert "The file lacks the column" in answer.content.decode()
    empty = client.post(f"{home(desk)}send/", {"form_key": uuid4().hex, "file": SimpleUploadedFile("a.csv", b"  ")})
    assert empty.status_code == 422
    assert "The file is empty." in empty.content.decode()


def test_a_list_that_waits_says_so(monkeypatch):
    monkeypatch.setattr(sending, "AT_ONCE_BYTES", 1)
    desk = a_desk(1)
    answer = upload(hr(desk), desk, csv_file([desk.workers[0].row()]))
    assert_page_is_sound(answer)
    assert "is being checked" in answer.content.decode()


def test_who_is_on_the_list_and_taken_off():
    desk = a_desk(2)
    client = hr(desk)
    taking.take_list(file=desk.send(csv_file(each.row() for each in desk.workers)), by=desk.by)
    page = sound(client, f"{home(desk)}people/")
    one = desk.workers[0].person
    assert one.full_name in page
    assert "With so few people no numbers are shown" in sound(client, home(desk))
    sound(client, f"{home(desk)}people/{one.reference}/")
    done = post(client, f"{home(desk)}people/{one.reference}/")
    assert "Taken off your list." in done.content.decode()
    assert client.get(f"{home(desk)}people/{one.reference}/").status_code == 404
    assert Event.objects.filter(name="record.saw", person_id=one.pk, data__page="vaccination:listed_people").exists()


def test_a_list_that_replaces_names_who_would_be_taken_off():
    desk = a_desk(2)
    client = hr(desk)
    taking.take_list(file=desk.send(csv_file(each.row() for each in desk.workers)), by=desk.by)
    page = upload(client, desk, csv_file([desk.workers[0].row()]), replaces="on").content.decode()
    assert "1 person is missing in this list and will be taken off" in page
    assert desk.workers[1].person.full_name in page


def test_a_locked_list_is_changed_by_request_and_an_officer_decides():
    desk = a_desk(2)
    one, two = desk.workers
    client, officer = hr(desk), signed_in(Role.OFFICER, ScopeKind.PROVINCE, "10")
    taking.take_list(file=desk.send(csv_file([one.row()])), by=desk.by)
    PhaseDetail.objects.update(lists_lock_on=clock.today())
    locking.lock_due(by=OFFICE)
    assert "The list is locked." in sound(client, home(desk))
    sound(client, f"{home(desk)}one/")
    off = f"{home(desk)}people/{one.person.reference}/"
    sound(client, off)
    assert client.post(off, {"form_key": uuid4().hex, "why": ""}).status_code == 422
    assert "The office decides" in post(client, off, why="left the enterprise").content.decode()
    asked = ListRequest.objects.get()
    assert one.person.full_name in sound(officer, "/office/vaccination/requests/")
    path = f"/office/vaccination/requests/{asked.reference}/"
    assert "left the enterprise" in sound(officer, path)
    assert officer.post(path, {"form_key": uuid4().hex, "decision": "refuse"}).status_code == 422
    post(officer, path, decision="accept", why="")
    assert not Listing.objects.filter(state="listed").exists()
    assert "Agreed" in sound(client, home(desk))
    sound(officer, path)
    assert desk.employer.name_th in sound(officer, "/office/vaccination/lists/")
    assert "No employer has sent a list." in sound(officer, "/office/vaccination/lists/?q=nobody")
    reopen = f"/office/vaccination/lists/{desk.employer.reference}/{desk.phase.pk}/"
    sound(officer, reopen)
    until = clock.today() + timedelta(days=2)
    post(officer, reopen, until=until.isoformat())
    assert Roster.objects.get().reopened_until == until
    assert two.person.full_name not in sound(client, f"{home(desk)}people/")


def test_another_employer_s_pages_do_not_exist():
    desk = a_desk(1)
    file = desk.send(csv_file([desk.workers[0].row()]))
    other = signed_in(Role.EMPLOYER, ScopeKind.EMPLOYER, an_employer().pk)
    here = f"/employer/vaccination/lists/{file.reference}/"
    for path in (home(desk), f"{home(desk)}people/", here, f"{here}rows/2/", f"{here}rows.xlsx"):
        assert other.get(path).status_code == 404
    for path in (f"{here}take/", f"{here}drop/", f"{here}rows/2/accept/", f"{home(desk)}from-office/"):
        assert other.post(path, {"form_key": uuid4().hex}).status_code == 404
    far = signed_in(Role.OFFICER, ScopeKind.PROVINCE, "20")
    assert far.get(f"/office/vaccination/lists/{desk.employer.reference}/{desk.phase.pk}/").status_code == 404
    file.refresh_from_db()
    assert file.state == ListFileState.CHECKED
