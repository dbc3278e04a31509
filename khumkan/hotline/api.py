"""What telephone exchanges tell the hotline. Translation only: actions do the work."""

from datetime import datetime
from typing import Any, cast

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import AwareDatetime, ConfigDict, Field

from khumkan.accounts.access import Request
from khumkan.accounts.bearer import TokenWith
from khumkan.hotline.actions import calls
from khumkan.hotline.actions.calls import Heard
from khumkan.hotline.call_choices import Told
from khumkan.hotline.call_states import CallState
from khumkan.hotline.choices import Skill, Spoken
from khumkan.hotline.permissions.calls import CALLS
from khumkan.hotline.queries import surges
from khumkan.kernel.actors import Actor

router = Router(tags=["Hotline"])
NAME = r"^[A-Za-z0-9_.:@/-]+$"


class CallEventIn(Schema):
    """One thing that an exchange tells of one call. It may come twice, late, and in any order."""

    model_config = ConfigDict(extra="forbid")

    exchange: str = Field("main", pattern=NAME, max_length=20, description="The name of the exchange.")
    call: str = Field(pattern=NAME, max_length=80, description="The exchange’s own name of the call.")
    event: Told
    at: AwareDatetime = Field(description="When it happened, with its time zone; within the last 24 hours.")
    number: str = Field("", max_length=40, description="The number that calls; empty when it is withheld.")
    agent: str = Field("", max_length=60, description="The user name in Khumkan of whom it rings for, or who answered.")
    queue: Skill | None = Field(None, description="What the caller chose in the menu.")
    language: Spoken | None = Field(None, description="The language that the caller chose in the menu.")


class CallOut(Schema):
    """What is known of the call now, and what the exchange plays to callers at this moment."""

    reference: str
    state: CallState
    recorded_message: str | None = Field(description="The recorded message to play in a surge, or nothing.")
    offer_call_back: bool = Field(description="Whether the caller is offered to press a key for a call back.")
    heard_at: datetime


@router.post("calls/events", response=CallOut, auth=TokenWith(CALLS), operation_id="tell_of_call")
def tell_of_call(request: HttpRequest, told: CallEventIn) -> Any:
    """Tell of a call: it rings, somebody answered, it is over, the caller hung up, the caller wants a call back."""
    heard = Heard(
        exchange=told.exchange,
        exchange_call=told.call,
        what=told.event,
        at=told.at,
        number=told.number,
        agent=told.agent,
        skill=told.queue,
        language=told.language,
    )
    call = calls.hear(heard=heard, by=_actor(request))
    surge = surges.now_in_force()
    return {
        "reference": call.reference,
        "state": call.state,
        "recorded_message": surge.message if surge is not None else None,
        "offer_call_back": surge is not None and call.number_index is not None,
        "heard_at": call.heard_at,
    }


def _actor(request: HttpRequest) -> Actor:
    return cast(Request, request).actor
