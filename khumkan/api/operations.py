"""The operations of all programmes under one schema."""

import json
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI, Schema
from ninja.parser import Parser

from khumkan.api import problems
from khumkan.hotline.api import router as hotline
from khumkan.isolation.api import router as isolation
from khumkan.loans.api import router as loans
from khumkan.registry.api import router as registry
from khumkan.screening.api import router as screening
from khumkan.vaccination.api import router as vaccination
from khumkan.vaccination.api_records import fhir_router as fhir
from khumkan.vaccination.api_records import router as vaccination_records

VERSION = "1.0"
PREFIX = "/api/"


class Plain(Parser):
    """Reads JSON as the standard has it, without the sign of number zero, which no database can keep."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Read the body.

        :raises ValueError: when it is something else.
        """
        if b"\\u0000" in request.body:
            raise ValueError("the sign of number zero")
        found: dict[str, Any] = json.loads(request.body, parse_constant=_refuse_constant)
        return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


api = NinjaAPI(
    parser=Plain(),
    title="Khumkan",
    version=VERSION,
    description=(
        "Crisis services of the social-security office. Every request that changes something carries an "
        "`Idempotency-Key` header: the same key and body again give the same answer and have no second effect. "
        "Errors are problem documents (RFC 9457) with a sentence, a code and a reference."
    ),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api_operations",
)
problems.install(api)


class Health(Schema):
    """That the service answers, and in which version of this interface."""

    status: str
    version: str


@api.get("health", response=Health, auth=None, operation_id="health", tags=["Service"], url_name="health")
def health(request: HttpRequest) -> dict[str, str]:
    """Whether the service answers."""
    return {"status": "ok", "version": VERSION}


api.add_router("registry/", registry)
api.add_router("screening/", screening)
api.add_router("isolation/", isolation)
api.add_router("vaccination/", vaccination)
api.add_router("vaccination/", vaccination_records)
api.add_router("loans/", loans)
api.add_router("fhir/", fhir)
api.add_router("hotline/", hotline)
