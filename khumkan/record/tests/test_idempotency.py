"""A request repeated by a double click, a retry or a lost connection has one effect and one answer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client

from khumkan.kernel import clock
from khumkan.record import answers, idempotency
from khumkan.record.models import Answer, Event

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("khumkan.record.tests.urls"),
    pytest.mark.usefixtures("plain_refusals"),
]
PARALLEL = 10


def plain_page(request: HttpRequest, status: int, *, text: str, code: str) -> HttpResponse:
    """Stand in for the page of the shell."""
    return HttpResponse(f"{code}: {text}", status=status)


@pytest.fixture
def plain_refusals(settings: object) -> None:
    settings.RECORD_REFUSAL_PAGE = f"{__name__}.plain_page"  # type: ignore[attr-defined]
    settings.MIDDLEWARE = ["khumkan.record.idempotency.IdempotencyMiddleware"]  # type: ignore[attr-defined]


def _client() -> Client:
    return Client(raise_request_exception=False)


def _in_parallel(request: Callable[[], HttpResponse], times: int = PARALLEL) -> list[HttpResponse]:
    def once(_: int) -> HttpResponse:
        try:
            return request()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(once, range(times)))


def _effects() -> int:
    return Event.objects.filter(name="record.acted").count()


@pytest.mark.race
def test_ten_clicks_at_once_have_one_effect_and_one_answer() -> None:
    answered = _in_parallel(lambda: _client().post("/act/?slowly=0.2", {"form_key": "k", "a": "1"}))
    assert _effects() == 1
    assert {each.status_code for each in answered} == {200}
    assert len({each.content for each in answered}) == 1
    assert {each["X-Ticket"] for each in answered} == {"yes"}
    assert sorted(each.get("Idempotency-Replayed", "") for each in answered) == [""] + ["true"] * 9


@pytest.mark.race
def test_control_without_the_lock_and_the_store_there_are_ten_effects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "LOCK", "SELECT %s, %s;")
    monkeypatch.setattr(answers, "store", lambda *args: None)
    _in_parallel(lambda: _client().post("/act/", {"form_key": "k"}))
    assert _effects() == PARALLEL


def _crossing() -> list[HttpResponse]:
    """Let two requests hold two things, each in the other's order."""
    orders = iter(["first=1&second=2", "first=2&second=1"])

    def once() -> HttpResponse:
        order = next(orders)
        file = SimpleUploadedFile("list.csv", b"a,b")
        return _client().post(f"/cross/?{order}", {"form_key": order, "file": file})

    return _in_parallel(once, 2)


@pytest.mark.race
def test_who_is_taken_back_by_a_deadlock_is_tried_again_and_never_sees_it() -> None:
    assert [(each.status_code, each.content) for each in _crossing()] == [(200, b"a,b")] * 2
    assert _effects() == 2


@pytest.mark.race
def test_control_without_another_try_one_of_them_sees_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "ATTEMPTS", 1)
    assert sorted(each.status_code for each in _crossing()) == [200, 500]
    assert _effects() == 1


@pytest.mark.race
def test_without_the_lock_the_database_still_refuses_a_second_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "LOCK", "SELECT %s, %s;")
    answered = _in_parallel(lambda: _client().post("/act/?slowly=0.2", {"form_key": "k"}))
    assert _effects() == 1
    assert {each.status_code for each in answered} == {200, 500}


@pytest.mark.race
def test_the_api_is_told_that_the_first_request_still_runs() -> None:
    answered = _in_parallel(lambda: _client().post("/api/act/?slowly=1", headers={"Idempotency-Key": "k"}))
    assert _effects() == 1
    assert sorted(each.status_code for each in answered) == [200] + [409] * 9
    waiting = [each.content for each in answered if each.status_code == 409]
    assert waiting
    assert all(each.startswith(b"still_running: ") for each in waiting)


@pytest.mark.race
def test_a_form_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "PATIENCE", "100ms")
    answered = _in_parallel(lambda: _client().post("/act/?slowly=1", {"form_key": "k"}), times=3)
    assert sorted(each.status_code for each in answered) == [200, 409, 409]


def test_a_redirect_is_repeated() -> None:
    first, second = (_client().post("/redirect/", {"form_key": "k"}) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert _effects() == 1


def test_another_body_under_the_same_key_is_refused() -> None:
    _client().post("/act/", {"form_key": "k", "a": "1"})
    assert _client().post("/act/", {"form_key": "k", "a": "2"}).status_code == 422
    assert _client().post("/redirect/", {"form_key": "k", "a": "1"}).status_code == 422
    assert _client().post("/act/?b=1", {"form_key": "k", "a": "1"}).status_code == 422
    assert _effects() == 1


def test_the_csrf_token_is_not_part_of_the_body() -> None:
    _client().post("/act/", {"form_key": "k", "csrfmiddlewaretoken": "one"})
    assert _client().post("/act/", {"form_key": "k", "csrfmiddlewaretoken": "two"}).status_code == 200
    assert _effects() == 1


def test_a_file_is_part_of_the_body() -> None:
    def upload(content: bytes) -> HttpResponse:
        file = SimpleUploadedFile("people.csv", content)
        return _client().post("/act/", {"form_key": "k", "file": file})

    first, again, other = upload(b"a,b\n"), upload(b"a,b\n"), upload(b"a,c\n")
    assert (first.content, other.status_code) == (again.content, 422)
    assert _effects() == 1


@pytest.mark.parametrize("path", ["/act/", "/api/act/"])
def test_a_change_without_a_key_is_refused(path: str) -> None:
    assert _client().post(path).status_code == 400
    assert _client().post(path, headers={"Idempotency-Key": "x" * 201}).status_code == 400
    assert _effects() == 0


def test_a_form_field_is_no_key_for_the_api() -> None:
    answered = _client().post("/api/act/", {"form_key": "k"})
    assert answered.status_code == 400
    assert answered.content.startswith(b"key_missing: ")
    assert b"Idempotency-Key" in answered.content


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_changing_methods_need_a_key_too(method: str) -> None:
    assert getattr(_client(), method)("/act/").status_code == 400
    assert getattr(_client(), method)("/act/", headers={"Idempotency-Key": "k"}).status_code == 200


def test_a_crash_in_the_middle_leaves_nothing_and_the_retry_works() -> None:
    for path in ("/break/", "/lose/"):
        assert _client().post(path, {"form_key": "k"}).status_code == 500
        connection.close()
        assert (_effects(), Answer.objects.count()) == (0, 0)
    assert _client().post("/act/", {"form_key": "k"}).status_code == 200
    assert _effects() == 1


def test_a_refusal_is_not_stored_but_its_trace_stays() -> None:
    first, second = (_client().post("/refuse/", {"form_key": "k"}) for _ in range(2))
    assert first.content != second.content
    assert Event.objects.filter(name="record.refused").count() == 2
    assert not Answer.objects.exists()


def test_a_stream_is_not_stored() -> None:
    assert _client().post("/stream/", {"form_key": "k"}).status_code == 200
    assert not Answer.objects.exists()


def test_a_view_that_needs_no_key_says_so() -> None:
    assert _client().post("/free/").status_code == 200
    with pytest.raises(ValueError, match="say why"):
        idempotency.unkeyed("")


def test_reading_needs_no_key_and_an_unknown_address_stays_unknown() -> None:
    assert _client().get("/act/").status_code == 200
    assert _client().post("/nowhere/").status_code == 404


def test_keys_of_different_askers_do_not_meet() -> None:
    _client().post("/api/act/", headers={"Idempotency-Key": "k", "Authorization": "Bearer a"})
    _client().post("/api/act/", headers={"Idempotency-Key": "k", "Authorization": "Bearer b"})
    assert _effects() == 2


def test_the_stored_answer_cannot_be_read_from_the_database() -> None:
    answered = _client().post("/act/", {"form_key": "k"})
    assert answered.content not in bytes(Answer.objects.get().sealed)


def test_answers_are_forgotten_after_a_day() -> None:
    _client().post("/act/", {"form_key": "old"})
    Answer.objects.update(at=clock.now() - timedelta(hours=25))
    _client().post("/act/", {"form_key": "new"})
    assert answers.expire() == 1
    assert Answer.objects.get().key == "new"
