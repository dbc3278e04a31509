"""The API: scoped tokens, keys against repetition, problem documents, and never a name."""

import json
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from khumkan.accounts import tokens
from khumkan.accounts.models import ApiToken
from khumkan.accounts.testing import user
from khumkan.kernel import clock, crypto
from khumkan.kernel.actors import ScopeKind
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.registry.models import IdentityDocument
from khumkan.registry.models.persons import document_index, document_place
from khumkan.screening.actions import result_files
from khumkan.screening.api import REGISTRATIONS, RESULTS, SPECIMENS
from khumkan.screening.models import Registration, Result, ResultFile
from khumkan.screening.tests.at_the_lab import a_laboratory, a_session_today, csv_file, specimens
from khumkan.screening.tests.registering import a_person, a_session
from khumkan.ui.testing import assert_page_is_sound

pytestmark = pytest.mark.django_db


def token(site_id="", *scopes):
    prefix, secret = tokens.new_parts()
    ApiToken.objects.create(
        name="lab system",
        prefix=prefix,
        secret_hash=tokens.hash_of(secret),
        scopes=list(scopes or (RESULTS, SPECIMENS)),
        scope_kind=ScopeKind.SITE if site_id else ScopeKind.NATIONAL,
        key=str(site_id),
        owner=user(),
        expires_at=clock.now().replace(year=clock.now().year + 1),
    )
    return tokens.written(prefix, secret)


def call(held, method, path, body=None, *, key=None, **more):
    headers = {"Authorization": f"Bearer {held}"} if held else {}
    headers |= {"Idempotency-Key": key} if key else {}
    client = Client(headers=headers)
    if body is None:
        return getattr(client, method)(f"/api/{path}", more or None)
    return getattr(client, method)(f"/api/{path}", json.dumps(body), content_type="application/json")


def test_a_laboratorys_system_asks_for_specimens_and_sends_results():
    laboratory = a_laboratory()
    taken = sorted(specimens(laboratory, 3), key=lambda each: each.code)
    held = token(laboratory.pk)
    listed = call(held, "get", f"screening/laboratories/{laboratory.reference}/specimens").json()
    assert [each["code"] for each in listed] == [each.code for each in taken]
    assert set(listed[0]) == {"code", "method", "state", "taken_at", "box", "pool"}
    body = {"results": [{"code": each.code, "outcome": "negative"} for each in taken]}
    body["results"].append({"code": "S-22222-22222", "outcome": "positive"})
    path, key = f"screening/laboratories/{laboratory.reference}/results", uuid.uuid4().hex
    first = call(held, "post", path, body, key=key)
    assert (first.status_code, first.json()["accepted"], first.json()["refused"]) == (201, 3, 1)
    again = call(held, "post", path, body, key=key)
    assert again.content == first.content
    assert Result.objects.count() == 3
    rows = call(held, "get", f"screening/result-files/{first.json()['reference']}/rows").json()
    assert [(each["row"], each["code"]) for each in rows] == [(5, "code_unknown")]


def test_a_change_without_a_key_is_refused():
    laboratory = a_laboratory()
    response = call(
        token(laboratory.pk), "post", f"screening/laboratories/{laboratory.reference}/results", {"results": []}
    )
    assert response.status_code == 400
    assert not ResultFile.objects.exists()


@pytest.mark.parametrize("held", ["", "khk_wrong_secret", "nonsense"])
def test_without_a_token_there_is_nothing_but_a_problem(held):
    response = call(held, "get", f"screening/laboratories/{a_laboratory().reference}/specimens")
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert set(response.json()) >= {"title", "status", "code", "detail", "reference"}


def test_a_token_without_the_scope_or_for_another_laboratory_gets_nowhere():
    laboratory, other = a_laboratory(), a_laboratory()
    path = f"screening/laboratories/{laboratory.reference}/specimens"
    assert call(token(laboratory.pk, RESULTS), "get", path).status_code == 401
    foreign, missing = call(token(other.pk), "get", path), call(token(other.pk), "get", path.replace("L-", "L-X"))
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.json()["detail"] == missing.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        {"results": []},
        {"results": [{"code": "x"}]},
        {"results": [{"code": "x", "outcome": "perhaps"}]},
        {"results": [{"code": "x", "outcome": "negative", "name": "Somchai"}]},
        {"results": "x"},
        [],
    ],
)
def test_a_body_that_does_not_fit_is_named(body):
    laboratory = a_laboratory()
    path = f"screening/laboratories/{laboratory.reference}/results"
    response = call(token(laboratory.pk), "post", path, body, key=uuid.uuid4().hex)
    assert response.status_code == 422
    assert response.json()["errors"]


def test_a_file_is_kept_and_read_later():
    laboratory = a_laboratory()
    content = csv_file([(each.code, "negative") for each in specimens(laboratory, 2)])
    held = token(laboratory.pk)
    path = f"screening/laboratories/{laboratory.reference}/files"
    sent = call(held, "post", path, key=uuid.uuid4().hex, file=SimpleUploadedFile("r.csv", content))
    assert (sent.status_code, sent.json()["state"]) == (202, "waiting")
    result_files.read_file(ResultFile.objects.get().pk)
    state = call(held, "get", f"screening/result-files/{sent.json()['reference']}").json()
    assert (state["state"], state["rows_in"], state["accepted"]) == ("read", 2, 2)


def test_another_system_registers_a_person_by_number_and_only_with_a_national_token():
    person = a_person()
    number = "1101700230705"
    index = document_index(IdentifierKind.THAI, number)
    sealed = crypto.seal(number.encode(), where=document_place(index))
    IdentityDocument.objects.create(
        blind_index=index, kind="thai", sealed=sealed, last4=number[-4:], person=person, added_at=clock.now()
    )
    session = a_session()
    met_on = (clock.today() - timedelta(days=1)).isoformat()
    body = {"number": number, "ground": "contact", "answers": {"met_on": met_on}, "because": "asked at the counter"}
    path = "screening/registrations"
    local = call(token(session.site_id, REGISTRATIONS), "post", path, body, key="a")
    assert (local.status_code, Registration.objects.count()) == (404, 0)
    held = token("", REGISTRATIONS)
    made = call(held, "post", path, body, key="b")
    assert (made.status_code, made.json()["session"]) == (201, session.reference)
    again = call(held, "post", path, body, key="c")
    assert (again.status_code, again["Content-Type"]) == (422, "application/problem+json")
    assert call(held, "post", path, body | {"number": "1101700230704"}, key="d").status_code == 404
    assert number not in made.content.decode()


def test_sessions_with_room_are_public():
    session = a_session(places=3)
    a_session_today(places=0)
    found = call("", "get", "screening/sessions").json()
    assert [(each["reference"], each["free"]) for each in found] == [(session.reference, 3)]
    assert call("", "get", "screening/sessions?province_code=99").json() == []
    assert call("", "get", "screening/sessions?first=never").status_code == 422


def test_the_schema_and_its_page_and_the_health():
    schema = call("", "get", "openapi.json").json()
    assert schema["openapi"] == "3.1.0"
    assert "/api/screening/laboratories/{site}/results" in schema["paths"]
    assert call("", "get", "health").json()["status"] == "ok"
    assert_page_is_sound(Client().get("/api/"))
