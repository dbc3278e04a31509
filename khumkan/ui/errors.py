"""Pages that say that something went wrong, in plain words and with a reference for the hotline."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from khumkan.kernel import references
from khumkan.kernel.words import N_
from khumkan.ui.context import Shell

logger = logging.getLogger("khumkan.errors")
#: Statuses at which the database or the code above may be what is broken: their page asks nothing of either.
ON_ITS_OWN = frozenset({500, 503})
#: Below this address other systems ask. They get a document and no page; the page about the interface is for people.
API = "/api/"


@dataclass(frozen=True)
class Sentence:
    """What a page says: the heading and what the reader can do now."""

    heading: str
    advice: str


SENTENCES = {
    400: Sentence(
        N_("We could not read your request"), N_("Please go back, check what you entered and try once more.")
    ),
    403: Sentence(
        N_("You may not do this"),
        N_("If you think that you should be able to, ask the person who manages accounts at your office."),
    ),
    404: Sentence(
        N_("There is no such page"),
        N_("Check the address if you typed it. It may also be that the page is not meant for your account."),
    ),
    409: Sentence(
        N_("Somebody was faster"),
        N_("What you wanted to change was changed in the meantime. Open the page again before you go on."),
    ),
    413: Sentence(N_("This is too large"), N_("Nothing was changed. Please send less at a time, or a smaller file.")),
    422: Sentence(N_("This cannot be done"), N_("Nothing was changed. Please go back and check what you entered.")),
    429: Sentence(
        N_("Too many attempts"),
        N_(
            "To protect everybody’s data we slow down after many attempts. Please wait a few minutes and try once more."
        ),
    ),
    500: Sentence(
        N_("Something went wrong on our side"),
        N_("It is not your fault, and we have been told. Please try once more in a few minutes."),
    ),
    503: Sentence(
        N_("The service is very busy"),
        N_("Please wait a minute and try once more. What you have already sent is kept."),
    ),
}
FORM_EXPIRED = N_(
    "The page was open for too long or cookies are switched off. Go back, load the page again and send it once more."
)


def error_page(
    request: HttpRequest, status: int, *, text: str = "", code: str = "", retry_after: int | None = None
) -> HttpResponse:
    """Return the page for a status, with a reference that also stands in the log; to other systems a document.

    :param text: what happened, translated, in place of the general advice.
    :param code: the same as a word for machines; a page does not show it.
    :param retry_after: seconds until it is worth trying once more.
    """
    if is_for_system(request):
        render: Callable[..., HttpResponse] = import_string(settings.UI_API_PROBLEM)
        response = render(request, status, code=code, detail=text)
    else:
        response = _page(request, status, text=text)
    response.headers["Cache-Control"] = "no-store"
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def is_for_system(request: HttpRequest) -> bool:
    """Tell whether another system asks, and not somebody with a browser."""
    return request.path_info.startswith(API) and request.path_info != API


def _page(request: HttpRequest, status: int, *, text: str) -> HttpResponse:
    sentence = SENTENCES[status]
    reference = references.new("E")
    logger.log(
        logging.ERROR if status >= 500 else logging.INFO, "%s %s %s %s", reference, status, request.method, request.path
    )
    context = {
        "heading": gettext(sentence.heading),
        "advice": text or gettext(sentence.advice),
        "reference": reference,
        "status": status,
    }
    if status in ON_ITS_OWN:
        body = render_to_string("ui/error.html", {**context, "shell": Shell(), "messages": ()})
    else:
        body = render_to_string("ui/error.html", context, request)
    return HttpResponse(body, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for a request that cannot be read, or is too large to be."""
    return error_page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for something that is not allowed."""
    return error_page(request, 403)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for an address that does not exist, or not for this reader: the menu must not tell them apart."""
    request.resolver_match = None
    return error_page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """The page for a fault of ours."""
    return error_page(request, 500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form without its protection token."""
    return error_page(request, 403, text=gettext(FORM_EXPIRED))
