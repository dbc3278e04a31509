"""The API's schema, and the same in words for people, without anything from elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from khumkan.accounts import tokens
from khumkan.accounts.access import Request, public
from khumkan.api.operations import PREFIX, api


@dataclass(frozen=True)
class Operation:
    """One operation, as the page lists it."""

    method: str
    path: str
    summary: str
    description: str
    tag: str


@public("says how other systems connect; tells nothing about anybody")
@require_GET
def documentation(request: Request) -> HttpResponse:
    """List the operations and scopes in words."""
    context = {"operations": list(_operations()), "scopes": sorted(tokens.SCOPES.items())}
    return render(request, "api/documentation.html", context)


@public("says how other systems connect; tells nothing about anybody")
@require_GET
def schema(request: Request) -> HttpResponse:
    """Send the OpenAPI schema."""
    return JsonResponse(_schema(), json_dumps_params={"ensure_ascii": False})


@cache
def _schema() -> dict[str, Any]:
    return dict(api.get_openapi_schema(path_prefix=PREFIX))


def _operations() -> Iterator[Operation]:
    for path, methods in _schema()["paths"].items():
        for method, each in methods.items():
            yield Operation(
                method.upper(), path, each.get("summary", ""), each.get("description", ""), each.get("tags", [""])[0]
            )
