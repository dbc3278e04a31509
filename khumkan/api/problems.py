"""Errors of the API: problem documents (RFC 9457) with a sentence, a code and a reference for the hotline."""

import json
import logging
from collections.abc import Mapping
from math import ceil

from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from khumkan.accounts import limits
from khumkan.accounts.bearer import TooManyTries
from khumkan.kernel import references
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_

logger = logging.getLogger("khumkan.errors")
TITLES: Mapping[int, str] = {
    400: N_("The request could not be read"),
    401: N_("A valid token with the right scope is needed"),
    403: N_("You may not do this"),
    404: N_("There is no such thing for this token"),
    405: N_("This address does not know this method"),
    409: N_("Your request is still being worked on. Wait a moment, then look again."),
    413: N_("This is too large"),
    415: N_("This operation reads JSON; say so in the header Content-Type"),
    422: N_("This cannot be done"),
    429: N_("Too many wrong tokens from this network. Wait a moment, then try again"),
    500: N_("Something went wrong on our side"),
    503: N_("The service is very busy"),
}
#: What went wrong, as a word for machines, where nothing more is known than the status.
CODES: Mapping[int, str] = {
    400: "unreadable", 401: "token", 403: "forbidden", 404: "missing", 405: "method", 409: "still_running",
    413: "too_large", 415: "type", 422: "refused", 429: "too_many", 500: "broken", 503: "busy",
}  # fmt: skip


def for_status(request: HttpRequest, status: int, *, code: str = "", detail: str = "") -> HttpResponse:
    """Return a problem document for a status; the same for what goes wrong before or behind an operation."""
    return problem(request, status, code=code or CODES.get(status, "broken"), detail=detail)


def problem(
    request: HttpRequest, status: int, *, code: str, detail: str = "", errors: list[dict[str, str]] | None = None
) -> HttpResponse:
    """Return a problem document; its reference also stands in the log."""
    reference = references.new("E")
    level = logging.ERROR if status >= 500 else logging.INFO
    logger.log(level, "%s %s %s %s", reference, status, request.method, request.path)
    title = gettext(TITLES.get(status, TITLES[500 if status >= 500 else 400]))
    body: dict[str, object] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail or title,
        "reference": reference,
    }
    if errors:
        body["errors"] = errors
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False), status=status, content_type="application/problem+json"
    )
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def install(api: NinjaAPI) -> None:
    """Let the API answer with problem documents, whatever goes wrong."""

    @api.exception_handler(Refused)
    def refused(request: HttpRequest, exc: Refused) -> HttpResponse:
        return problem(request, 422, code=exc.code, detail=str(exc))

    @api.exception_handler(Missing)
    @api.exception_handler(Http404)
    def missing(request: HttpRequest, exc: Exception) -> HttpResponse:
        return problem(request, 404, code="missing")

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, exc: AuthenticationError) -> HttpResponse:
        return problem(request, 401, code="token")

    @api.exception_handler(TooManyTries)
    def too_many(request: HttpRequest, exc: TooManyTries) -> HttpResponse:
        response = problem(request, 429, code="too_many_tries")
        response.headers["Retry-After"] = str(ceil(limits.TOKEN_NETWORK.wait.total_seconds()))
        return response

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, exc: ValidationError) -> HttpResponse:
        errors = [
            {"where": ".".join(str(part) for part in each["loc"]), "what": str(each["msg"])[:200]}
            for each in exc.errors[:100]
        ]
        return problem(request, 422, code="invalid", errors=errors)

    @api.exception_handler(RawPostDataException)
    def form(request: HttpRequest, exc: RawPostDataException) -> HttpResponse:
        return for_status(request, 415)  # a form was sent, and has been read as one

    @api.exception_handler(HttpError)
    def unreadable(request: HttpRequest, exc: HttpError) -> HttpResponse:
        return problem(request, exc.status_code, code="unreadable", detail=str(exc)[:200])
