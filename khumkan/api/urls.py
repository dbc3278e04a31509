"""Addresses of the API; each operation is marked with who may call it, like every other view."""

from collections.abc import Iterable
from typing import Any, cast

from django.urls import URLPattern, URLResolver, include, path

from khumkan.accounts.access import Access, marked
from khumkan.api import views
from khumkan.api.operations import api
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
        marked(cast(Any, each.callback), access)
    return found


urlpatterns = [
    path("api/", views.documentation, name="documentation"),
    path("api/openapi.json", views.schema, name="schema"),
    path("api/", include((_operations(api.urls[0]), "ninja"), namespace=api.urls_namespace)),
]
