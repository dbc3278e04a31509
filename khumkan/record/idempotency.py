"""A request repeated by a double click, a retry or a lost connection has one effect and one answer.

Every request that changes something carries a key: the form field `form_key`, or the header `Idempotency-Key`. The
view runs in one transaction in which its answer is stored under that key, so that either both are there or neither.
The same key again gets the stored answer, byte for byte; with another body it is refused. While the first request
still runs, the API is told so at once and a form waits for it.

This must be the last middleware: the transaction ends when the answer is ready. An answer of 500 or above takes
everything back. One of 400 or above is not stored: what the view did stays, and the request may be tried again. A
streamed answer cannot be stored, so a view that changes something must not stream.

Two acts that wait for each other's rows are no fault of either: the database takes one of them back, and that one is
done again from the beginning, before anybody sees an error.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected

from khumkan.record import answers
from khumkan.record.answers import Question

FIELD = "form_key"
HEADER = "Idempotency-Key"
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
API = "/api/"
LONGEST_KEY = 200
#: How often a request is tried in all, when the database takes it back because of a deadlock.
ATTEMPTS = 3
#: How long a form waits for its twin.
PATIENCE = "20s"

P = ParamSpec("P")
Response = TypeVar("Response", bound=HttpResponseBase)
View = Callable[P, Response]


def unkeyed(reason: str) -> Callable[[View[P, Response]], View[P, Response]]:
    """Mark a view that needs no key, and say why repeating it is harmless or why it must not run in one transaction.

    Such a view gets no transaction around it: it opens its own.
    """
    if not reason:
        raise ValueError("say why")

    def mark(view: View[P, Response]) -> View[P, Response]:
        @wraps(view)
        def marked(*args: P.args, **kwargs: P.kwargs) -> Response:
            return view(*args, **kwargs)

        marked.unkeyed_because = reason  # type: ignore[attr-defined]
        return marked

    return mark


class IdempotencyMiddleware:
    """See the module."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        route = _keyed_route(request)
        if route is None:
            return self.get_response(request)
        key = _key_of(request)
        if not 0 < len(key) <= LONGEST_KEY:
            return _refusal(request, 400, "key_missing")
        question = Question(answers.asker_of(request), key, route, answers.hash_of(request))
        try:
            return self._answer_in_the_end(request, question)
        except answers.StillRunning:
            return _refusal(request, 409, "still_running")
        except answers.OtherBody:
            return _refusal(request, 422, "key_reused")

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Note on a request that the database took it back because of a deadlock."""
        if isinstance(exception, OperationalError) and isinstance(exception.__cause__, DeadlockDetected):
            request.met_deadlock = True  # type: ignore[attr-defined]

    def _answer_in_the_end(self, request: HttpRequest, question: Question) -> HttpResponseBase:
        for _attempt in range(ATTEMPTS - 1):
            request.met_deadlock = False  # type: ignore[attr-defined]
            response = self._answer(request, question)
            if not request.met_deadlock:  # type: ignore[attr-defined]
                return response
            for _name, files in request.FILES.lists():
                for file in files:
                    file.seek(0)
        return self._answer(request, question)

    def _answer(self, request: HttpRequest, question: Question) -> HttpResponseBase:
        with transaction.atomic():
            stored = answers.claim(question, patience=None if _is_api(request) else PATIENCE)
            if stored is not None:
                return answers.replay(question, stored, request)
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            elif response.status_code < 400:
                answers.store(question, response, request)
        return response


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith(API)


def _keyed_route(request: HttpRequest) -> str | None:
    """Return the route of a request that needs a key; nothing for one that changes nothing, is unknown or is exempt."""
    if request.method not in CHANGING:
        return None
    view, route = _resolved(request.path_info, getattr(request, "urlconf", None) or settings.ROOT_URLCONF)
    return None if hasattr(view, "unkeyed_because") else route


@lru_cache(maxsize=4096)
def _resolved(path: str, urlconf: str) -> tuple[Callable[..., Any] | None, str | None]:
    """Return view and route of an address; Django itself looks through all of them once more."""
    try:
        match = resolve(path, urlconf)
    except Resolver404:
        return None, None
    return match.func, match.route


def _key_of(request: HttpRequest) -> str:
    key = request.headers.get(HEADER, "")
    if not key and not _is_api(request) and request.method == "POST":
        key = request.POST.get(FIELD, "")
    return key


def _refusal(request: HttpRequest, status: int, code: str) -> HttpResponse:
    sentences = {
        "key_missing": _("This form has expired. Go back, reload the page and try again."),
        "still_running": _("Your request is still being worked on. Wait a moment, then look again."),
        "key_reused": _("This form was already sent with other content. Go back, reload the page and try again."),
    }
    sentences_for_systems = {
        "key_missing": _("Send an Idempotency-Key of 1 to 200 characters with everything that changes something."),
        "key_reused": _("This Idempotency-Key was used before, for something else. Send a new one."),
    }
    known = sentences | sentences_for_systems if _is_api(request) else sentences
    page: Callable[..., HttpResponse] = import_string(settings.RECORD_REFUSAL_PAGE)
    return page(request, status, text=known[code], code=code)
