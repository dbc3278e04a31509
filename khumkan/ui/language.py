"""Which language a page is in: Thai, unless the reader chose another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

QUERY_NAME = "lang"
A_YEAR = 365 * 24 * 3600
OWN_NAMES = {"th": "ไทย", "en": "English"}


@dataclass(frozen=True)
class Choice:
    """A language that the page can be read in."""

    code: str
    name: str
    href: str
    current: bool


class ChosenLanguage:
    """Middleware: `?lang=en` chooses and is remembered in a cookie; without a choice the page is in Thai.

    The browser's own list of languages is not asked: most telephones sold in Thailand come with English on top of it.
    A link is enough to choose, because nothing but the cookie changes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = _known(request.GET.get(QUERY_NAME))
        language = asked or _known(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)) or settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
            patch_vary_headers(response, ("Cookie",))
            response.headers.setdefault("Content-Language", language)
            if asked:
                _remember(response, asked)
            return response


def choices(request: HttpRequest) -> Sequence[Choice]:
    """Return the languages of the office with a link to this page in each."""
    current = translation.get_language()
    found = []
    for code, _name in settings.LANGUAGES:
        query = request.GET.copy()
        query[QUERY_NAME] = code
        found.append(Choice(code, OWN_NAMES.get(code, code), f"{request.path}?{query.urlencode()}", code == current))
    return found


def _known(code: str | None) -> str | None:
    return code if code and code in dict(settings.LANGUAGES) else None


def _remember(response: HttpResponseBase, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=A_YEAR,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.LANGUAGE_COOKIE_SECURE or settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
