"""Addresses of the API; each operation is marked with who may call it, like every other view."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path

from khumkan.accounts.access import Access, marked
from khumkan.api import views
from khumkan.api.operations import api
from khumkan.api.problems import for_status
from khumkan.kernel.actors import Role

app_name = "api"
#: Operations that need no token, with the reason.
OPEN = {
    "health": "tells that the service answers, and nothing else",
    "sessions": "places and free capacity, published for everybody",
}


def _operations(patterns: Iterable[URLPattern | URLResolver]) -> list[URLPattern]:
    found = [cast(URLPattern, each) for each in patterns if getattr(each, "name", "") != "api-root"]
    for each in found:
        reason = OPEN.get(str(each.name), "")
        access = Access(public=reason) if reason else Access(roles=frozenset({Role.CLIENT}))
        each.callback = marked(_with_problems(cast(Any, each.callback)), access)
    return found


def _with_problems(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a view tell in a problem document, too, which methods it knows."""

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code != 405:
            return response
        told = for_status(request, 405)
        told.headers["Allow"] = response.headers["Allow"]
        return told

    return answered


urlpatterns = [
    path("api/", views.documentation, name="documentation"),
    path("api/openapi.json", _with_problems(views.schema), name="schema"),
    path("api/", include((_operations(api.urls[0]), "ninja"), namespace=api.urls_namespace)),
]
