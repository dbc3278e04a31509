"""Whatever goes wrong, another system gets a problem document with a reference that also stands in the log."""

import json
import logging
import uuid
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from khumkan.api.operations import PREFIX, api
from khumkan.kernel import clock, crypto
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.places.models import Site
from khumkan.record import answers
from khumkan.registry.models import IdentityDocument
from khumkan.registry.models.persons import document_index, document_place
from khumkan.screening.api import REGISTRATIONS, RESULTS, SPECIMENS
from khumkan.screening.queries import open_sessions
from khumkan.screening.tests.at_the_lab import a_laboratory, specimens
from khumkan.screening.tests.registering import a_person
from khumkan.screening.tests.test_laboratory_api import token

pytestmark = pytest.mark.django_db
SENDS_JSON = {"content_type": "application/json"}
REGISTER = "/api/screening/registrations"
#: What stands in addresses.


@pytest.fixture(autouse=True)
def log_is_read(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="khumkan.errors")


def system(*scopes: str, key: str = "", site: str | int = "") -> Client:
    headers = {"Authorization": f"Bearer {token(site, *scopes)}"}
    return Client(headers=headers | ({"Idempotency-Key": key} if key else {}), raise_request_exception=False)


def told(response: HttpResponse, status: int, code: str, caplog: pytest.LogCaptureFixture) -> dict[str, Any]:
    """Check that an answer is a problem document, and return it."""
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    body: dict[str, Any] = json.loads(response.content)
    assert {"type", "title", "status", "code", "detail", "reference"} <= set(body)
    assert (body["status"], body["code"]) == (status, code)
    assert body["detail"]
    assert any(record.getMessage().startswith(f"{body['reference']} {status} ") for record in caplog.records)
    assert response["Cache-Control"] == "no-store"
    return body


def test_what_cannot_be_read(caplog: pytest.LogCaptureFixture) -> None:
    for body in ("{", '{"number": NaN}', '{"number": "\\u0000"}', "[" * 100_000):
        response = system(REGISTRATIONS, key=uuid.uuid4().hex).post(REGISTER, body, **SENDS_JSON)
        told(response, 400, "unreadable", caplog)


def test_an_address_with_the_sign_zero(caplog: pytest.LogCaptureFixture) -> None:
    held = system(SPECIMENS)
    told(held.get("/api/screening/laboratories/%00/specimens"), 400, "unreadable", caplog)
    told(held.get("/api/screening/sessions?province_code=%00"), 400, "unreadable", caplog)
    assert held.get("/tests/?district=%00")["Content-Type"].startswith("text/html")


def test_no_token_and_no_such_thing(caplog: pytest.LogCaptureFixture) -> None:
    stranger = Client()
    refused = stranger.get("/api/screening/laboratories/X-1/specimens")
    told(refused, 401, "token", caplog)
    assert refused["WWW-Authenticate"] == "Bearer"
    told(system(SPECIMENS).get("/api/screening/laboratories/X-1/specimens"), 404, "missing", caplog)
    told(stranger.get("/api/nowhere"), 404, "missing", caplog)


def test_a_method_that_is_not_known(caplog: pytest.LogCaptureFixture) -> None:
    for path, allowed in ((REGISTER, "POST"), ("/api/openapi.json", "GET"), ("/api/health", "GET")):
        response = system(REGISTRATIONS, key="k").delete(path)
        told(response, 405, "method", caplog)
        assert response["Allow"] == allowed


def test_a_key_that_is_missing_used_before_or_in_use(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    laboratory = a_laboratory()
    path = f"/api/screening/laboratories/{laboratory.reference}/results"
    held = system(RESULTS, site=laboratory.pk)

    def send(outcome: str, **headers: str) -> HttpResponse:
        results = [{"code": "S-22222-22222", "outcome": outcome}]
        return held.post(path, json.dumps({"results": results}), headers=headers, **SENDS_JSON)

    assert "Idempotency-Key" in told(send("positive"), 400, "key_missing", caplog)["detail"]
    key = {"Idempotency-Key": "k"}
    assert send("positive", **key).status_code == 201
    assert "Idempotency-Key" in told(send("negative", **key), 422, "key_reused", caplog)["detail"]

    def still_running(*asked: object, **more: object) -> None:
        raise answers.StillRunning

    monkeypatch.setattr(answers, "claim", still_running)
    told(send("positive", **key), 409, "still_running", caplog)


def test_what_does_not_fit_the_schema_names_the_place(caplog: pytest.LogCaptureFixture) -> None:
    response = system(REGISTRATIONS, key="k").post(REGISTER, '{"number": 1}', **SENDS_JSON)
    body = told(response, 422, "invalid", caplog)
    assert {"where", "what"} == set(body["errors"][0])


def test_a_form_where_json_is_read(caplog: pytest.LogCaptureFixture) -> None:
    told(system(REGISTRATIONS, key="k").post(REGISTER, {"number": "1"}), 415, "type", caplog)


def test_too_much(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = system(REGISTRATIONS, key="k").post(REGISTER, json.dumps({"number": "1" * 200}), **SENDS_JSON)
    told(response, 413, "too_large", caplog)


def test_a_fault_of_ours_tells_nothing_of_its_cause(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(**asked: object) -> None:
        raise RuntimeError("secret cause")

    monkeypatch.setattr(open_sessions, "with_room", broken)
    response = Client(raise_request_exception=False).get("/api/screening/sessions")
    told(response, 500, "broken", caplog)
    assert b"secret" not in response.content


def test_control_people_still_get_a_page() -> None:
    client = Client(raise_request_exception=False)
    for path in ("/nowhere/", "/apis/"):
        assert client.get(path)["Content-Type"].startswith("text/html")


#: Values of every wrong kind for every field.
HOSTILE = (
    "", " ", "ก" * 300, "1" * 5000, "\ud800", "\x7f", "-1", "2021-13-45", "9999-12-31", "0001-01-01", "'; --",
    0, -1, 10**30, 1e308, True, None, [], {}, [[]], {"a": {"a": {}}},
)  # fmt: skip
TEXTS = [each for each in HOSTILE if isinstance(each, str)] + [str(10**30), "NaN"]


def variants(sound: Any) -> Iterator[Any]:
    """Yield a sound body with each of its parts replaced by each hostile value."""
    yield from HOSTILE
    parts = sound.items() if isinstance(sound, dict) else enumerate(sound) if isinstance(sound, list) else ()
    for place, part in parts:
        for variant in variants(part):
            copy = dict(sound) if isinstance(sound, dict) else list(sound)
            copy[place] = variant
            yield copy


def operations() -> dict[str, tuple[str, str, list[str]]]:
    """Return the operations of the schema by id: method, path, and names of what is asked in the address."""
    found = {}
    for path, methods in api.get_openapi_schema(path_prefix=PREFIX)["paths"].items():
        for method, operation in methods.items():
            asked = [each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"]
            found[operation["operationId"]] = (method, path, asked)
    return found


def bodies(laboratory: Site) -> dict[str, Any]:
    """Return a sound body for each operation that reads one."""
    taken = specimens(laboratory, 1)[0]
    person, today = a_person(), clock.today()
    number = "1101700230705"
    index = document_index(IdentifierKind.THAI, number)
    sealed = crypto.seal(number.encode(), where=document_place(index))
    IdentityDocument.objects.create(
        blind_index=index, kind="thai", sealed=sealed, last4=number[-4:], person=person, added_at=clock.now()
    )
    answers_ = {
        "met_on": today.isoformat(), "symptoms": ["cough"], "since": today.isoformat(), "risks": [],
        "pregnant": False, "illness": False,
    }  # fmt: skip
    result = {"code": taken.code, "outcome": "negative", "tested_on": today.isoformat(), "is_correction": False}
    return {
        "register_person": {
            "document": "thai", "number": number, "ground": "contact", "answers": answers_, "because": "asked",
        },
        "send_results": {"results": [result]},
    }  # fmt: skip


class Siege:
    """Asks as a national system and as a laboratory's, and keeps what was a fault of ours."""

    def __init__(self) -> None:
        self.laboratory = a_laboratory()
        scopes = (REGISTRATIONS, RESULTS, SPECIMENS)
        self.clients = [system(*scopes), system(*scopes, site=self.laboratory.pk)]
        self.asked = 0
        self.faults: list[tuple[object, ...]] = []

    def ask(self, method: str, path: str, *words: object, **more: Any) -> None:
        for client in self.clients:
            headers = {"Idempotency-Key": uuid.uuid4().hex}
            response = getattr(client, method)(path, headers=headers, **more)
            self.asked += 1
            if response.status_code >= 500:
                self.faults.append((response.status_code, method, path, *words))


@pytest.fixture
def siege(caplog: pytest.LogCaptureFixture) -> Iterator[Siege]:
    caplog.set_level(logging.CRITICAL)
    caplog.set_level(logging.CRITICAL, logger="khumkan.errors")
    siege = Siege()
    yield siege
    assert siege.faults == [], siege.faults
    assert siege.asked >= 20


def test_no_hostile_address_is_a_fault_of_ours(siege: Siege) -> None:
    for method, path, parameters in operations().values():
        real = path.format_map(defaultdict(lambda: "F-22222-22222", site=siege.laboratory.reference))
        for text in TEXTS:
            hostile = quote(text, errors="surrogatepass")
            siege.ask(method, path.format_map(defaultdict(partial(str, hostile))))
            for parameter in parameters:
                siege.ask("get", f"{real}?{parameter}={hostile}")


def test_no_hostile_body_is_a_fault_of_ours(siege: Siege) -> None:
    known = operations()
    for name, sound in bodies(siege.laboratory).items():
        path = known[name][1].format(site=siege.laboratory.reference)
        for body in variants(sound):
            siege.ask("post", path, body, data=json.dumps(body), **SENDS_JSON)


@pytest.mark.parametrize("name", ["", "\0", "x" * 500, "../../etc/passwd", "ก.csv"])
def test_no_hostile_file_is_a_fault_of_ours(siege: Siege, name: str) -> None:
    path = f"/api/screening/laboratories/{siege.laboratory.reference}/files"
    for content in (b"", b"\0" * 100, b"\xff\xfe", b"PK\x03\x04", b"specimen,result\n" + b"," * 5000):
        for client_name in (name, name + ".xlsx"):
            file = SimpleUploadedFile("r.csv", content)
            file._name = client_name  # as a hostile client sends it: the setter would tidy it up
            siege.ask("post", path, content, data={"file": file})
