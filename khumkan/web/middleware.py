"""What holds for every page: personal pages are never kept by a cache, and a refusal is a page and not a crash."""

from collections.abc import Callable
from urllib.parse import unquote_plus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from khumkan.kernel.errors import Missing, Refused
from khumkan.ui.errors import error_page

PERMISSIONS = "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"


class PersonalPages:
    """Forbids caching of every answer that does not say otherwise itself, and names what the browser may not do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response


class ReadableAddresses:
    """Refuses an address with the sign of number zero, which no database can look for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path or "\0" in unquote_plus(request.META.get("QUERY_STRING", "")):
            return error_page(request, 400)
        return self.get_response(request)


class Refusals:
    """Turns an uncaught refusal into a page with its sentence (422), and what is missing into page 404."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for a view that raised."""
        if isinstance(exception, Refused):
            return error_page(request, 422, text=str(exception))
        if isinstance(exception, Missing):
            raise Http404 from exception
        return None
