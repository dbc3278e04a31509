"""Errors of the API: problem documents (RFC 9457) with a sentence, a code and a reference for the hotline."""

import json
import logging
from collections.abc import Mapping
from math import ceil

from django.http import Http404, HttpRequest, HttpResponse
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
    404: N_("There is no such thing for this token"),
    422: N_("This cannot be done"),
    429: N_("Too many wrong tokens from this network. Wait a moment, then try again"),
    500: N_("Something went wrong on our side"),
}


def problem(
    request: HttpRequest, status: int, *, code: str, detail: str = "", errors: list[dict[str, str]] | None = None
) -> HttpResponse:
    """Return a problem document; its reference also stands in the log."""
    reference = references.new("E")
    level = logging.ERROR if status >= 500 else logging.INFO
    logger.log(level, "%s %s %s %s", reference, status, request.method, request.path)
    body: dict[str, object] = {
        "type": "about:blank",
        "title": gettext(TITLES.get(status, TITLES[400])),
        "status": status,
        "code": code,
        "detail": detail or gettext(TITLES.get(status, TITLES[400])),
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

    @api.exception_handler(HttpError)
    def unreadable(request: HttpRequest, exc: HttpError) -> HttpResponse:
        return problem(request, exc.status_code, code="unreadable", detail=str(exc)[:200])
