"""What other systems can do in the hospitels. Translation only: queries and actions do the work."""

from datetime import datetime
from decimal import Decimal
from typing import cast

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from khumkan.accounts.access import Request
from khumkan.accounts.bearer import TokenWith
from khumkan.accounts.tokens import SCOPES
from khumkan.isolation.actions import rounds
from khumkan.isolation.choices import Level, Symptom
from khumkan.isolation.queries import systems as queries
from khumkan.isolation.rules.answers import Vitals
from khumkan.kernel.actors import Actor
from khumkan.kernel.words import N_

OBSERVATIONS, BEDS = "isolation:observations:write", "isolation:beds:read"
SCOPES[OBSERVATIONS] = N_("Send what was measured of people in the care of a site")
SCOPES[BEDS] = N_("See how many beds of a site are free")
router = Router(tags=["Hospitels"])


class ObservationIn(Schema):
    """What was measured and asked at this moment; temperature, oxygen or a symptom at least."""

    model_config = ConfigDict(extra="forbid")

    temperature: Decimal | None = Field(None, ge=34, le=43, decimal_places=1, description="°C")
    spo2: int | None = Field(None, ge=50, le=100, description="Oxygen in the blood at rest, percent.")
    spo2_after: int | None = Field(None, ge=50, le=100, description="The same after a short exertion.")
    breaths: int | None = Field(None, ge=5, le=80, description="A minute.")
    symptoms: list[Symptom] = Field([], max_length=len(Symptom))
    medicine_taken: bool | None = None


class ObservationOut(Schema):
    """What the thresholds in force say of it: 1 green, 2 yellow, 3 red. A doctor is called where that is worse."""

    at: datetime
    level: Level


class FreeBedsOut(Schema):
    """Beds of one level of care at a site: 1 green, 2 yellow, 3 red."""

    level: Level
    free: int
    beds: int


@router.post(
    "cares/{reference}/observations",
    response={201: ObservationOut},
    auth=TokenWith(OBSERVATIONS),
    operation_id="send_observation",
)
def observe(request: HttpRequest, reference: str, seen: ObservationIn) -> Status[dict[str, object]]:
    """Send what was measured of somebody in the care of the token's site. What is a warning calls a doctor."""
    by = _actor(request)
    made = rounds.observe(
        care=queries.care_of_system(by, reference),
        vitals=Vitals(temperature=seen.temperature, spo2=seen.spo2, spo2_after=seen.spo2_after, breaths=seen.breaths),
        symptoms=list(dict.fromkeys(seen.symptoms)),
        medicine_taken=seen.medicine_taken,
        by=by,
    )
    return Status(201, {"at": made.at, "level": made.level})


@router.get("sites/{site}/free-beds", response=list[FreeBedsOut], auth=TokenWith(BEDS), operation_id="list_free_beds")
def free_beds(request: HttpRequest, site: str) -> list[dict[str, object]]:
    """How many beds of a site are free now, by level of care. A site that takes nobody now has none."""
    found = queries.free_beds(_actor(request), site)
    return [{"level": each.level, "free": each.free, "beds": each.beds} for each in found]


def _actor(request: HttpRequest) -> Actor:
    return cast(Request, request).actor
