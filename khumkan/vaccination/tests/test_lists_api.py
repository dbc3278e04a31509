"""HR software: an own scope, keys against repetition, problem documents, and nothing of the register but the reason."""

import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from khumkan.accounts import tokens
from khumkan.accounts.models import ApiToken
from khumkan.accounts.testing import user
from khumkan.kernel import clock
from khumkan.kernel.actors import ScopeKind
from khumkan.record.inline import run_jobs
from khumkan.vaccination.actions.lists import sending
from khumkan.vaccination.api import LISTS
from khumkan.vaccination.models import Enrolment, ListFile, Listing
from khumkan.vaccination.tests.country import an_employer
from khumkan.vaccination.tests.hr import a_desk, a_worker, csv_file

pytestmark = pytest.mark.django_db


def token(employer, *scopes):
    prefix, secret = tokens.new_parts()
    ApiToken.objects.create(
        name="hr system",
        prefix=prefix,
        secret_hash=tokens.hash_of(secret),
        scopes=list(scopes or (LISTS,)),
        scope_kind=ScopeKind.EMPLOYER,
        key=str(employer.pk),
        owner=user(),
        expires_at=clock.now().replace(year=clock.now().year + 1),
    )
    return tokens.written(prefix, secret)


def call(held, method, path, body=None, *, key=None):
    headers = {"Authorization": f"Bearer {held}"}
    if method == "post":
        headers["Idempotency-Key"] = key or uuid.uuid4().hex
    client = Client(headers=headers)
    if method == "get":
        return client.get(f"/api/vaccination/{path}")
    return client.post(f"/api/vaccination/{path}", json.dumps(body or {}), content_type="application/json")


def as_json(worker, **values):
    person = worker.person
    usual = {"number": worker.number, "first_name": person.first_name, "last_name": person.last_name}
    return {**usual, "birth_date": person.birth_date.isoformat(), **values}


def place(desk):
    return f"employers/{desk.employer.reference}/phases/{desk.phase.pk}"


def test_hr_software_sends_looks_and_takes():
    desk = a_desk(2)
    near = a_worker(desk.employer, first="มาลี")
    held, key = token(desk.employer), uuid.uuid4().hex
    people = [*(as_json(each) for each in desk.workers), as_json(near, last_name="ใจดีย์"), as_json(a_worker(None))]
    first = call(held, "post", f"{place(desk)}/lists", {"workers": people}, key=key)
    assert first.status_code == 201
    told = first.json()
    assert (told["state"], told["rows_in"], told["new"], told["look"], told["refused"]) == ("checked", 4, 2, 1, 1)
    assert call(held, "post", f"{place(desk)}/lists", {"workers": people}, key=key).content == first.content
    assert ListFile.objects.count() == 1
    rows = call(held, "get", f"lists/{told['reference']}/rows").json()
    assert [(row["row"], row["verdict"]) for row in rows] == [(2, "new"), (3, "new"), (4, "look"), (5, "refused")]
    assert rows[3]["code"] == "not_employed"
    assert near.person.full_name not in json.dumps(rows, ensure_ascii=False)  # of the register nothing is told
    assert call(held, "get", f"lists/{told['reference']}/rows?verdict=look&after=3").json() == [rows[2]]
    taken = call(held, "post", f"lists/{told['reference']}/take").json()
    assert taken["state"] == "taken"
    assert Listing.objects.count() == Enrolment.objects.count() == 2
    again = call(held, "post", f"lists/{told['reference']}/take")
    assert (again.status_code, again.json()["code"]) == (422, "list_not_open")


def test_a_file_is_checked_by_the_queue_and_can_be_dropped(monkeypatch):
    monkeypatch.setattr(sending, "AT_ONCE_BYTES", 10)
    desk = a_desk(1)
    held = token(desk.employer)
    file = SimpleUploadedFile("list.csv", csv_file([desk.workers[0].row()]))
    headers = {"Authorization": f"Bearer {held}", "Idempotency-Key": uuid.uuid4().hex}
    sent = Client(headers=headers).post(f"/api/vaccination/{place(desk)}/list-files?replaces=true", {"file": file})
    assert (sent.status_code, sent.json()["state"]) == (202, "waiting")
    assert run_jobs() >= 1
    state = call(held, "get", f"lists/{sent.json()['reference']}").json()
    assert (state["state"], state["new"]) == ("checked", 1)
    assert call(held, "post", f"lists/{state['reference']}/drop").json()["state"] == "dropped"


@pytest.mark.parametrize(
    "body",
    [
        {"workers": []},
        {"workers": [{"number": "1", "first_name": "ก", "birth_date": "1990-01-01", "verdict": "new"}]},
        {"workers": [{"number": "1", "first_name": "ก", "birth_date": "1990-01-01"}], "take": True},
        {"workers": [{"number": "1", "first_name": "ก", "birth_date": "17/05/2533"}]},
    ],
)
def test_fields_that_nobody_knows_are_refused(body):
    desk = a_desk(1)
    answer = call(token(desk.employer), "post", f"{place(desk)}/lists", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert not ListFile.objects.exists()


def test_a_token_of_another_employer_or_scope_finds_nothing():
    desk = a_desk(1)
    file = desk.send(csv_file([desk.workers[0].row()]))
    foreign = token(an_employer())
    body = {"workers": [as_json(desk.workers[0])]}
    assert call(foreign, "post", f"{place(desk)}/lists", body).status_code == 404
    for path in (f"lists/{file.reference}", f"lists/{file.reference}/rows"):
        assert call(foreign, "get", path).status_code == 404
    for path in (f"lists/{file.reference}/take", f"lists/{file.reference}/drop"):
        assert call(foreign, "post", path).status_code == 404
    assert call(token(desk.employer, "screening:results:write"), "get", f"lists/{file.reference}").status_code == 401


def test_letters_that_no_text_can_have_are_no_accident():
    desk = a_desk(1)
    body = {"workers": [as_json(desk.workers[0], title="\ud800")]}
    answer = call(token(desk.employer), "post", f"{place(desk)}/lists", body)
    assert answer.status_code in (201, 400, 422)
