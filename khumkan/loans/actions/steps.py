"""Moving an application from one state to the next, and writing that down. Every other action goes through here.

Order of locks: the application, the bank's participation, its share of the month, the tranche. A loan after its
application.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from khumkan import messages, record
from khumkan.kernel import clock, prepared
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.loans.actions import saving
from khumkan.loans.models import Application, ApplicationStep
from khumkan.loans.states import ApplicationState, may_move
from khumkan.messages.states import Channel
from khumkan.registry import queries as registry

NOTHING: Mapping[str, Any] = MappingProxyType({})
_HOLD = "WHERE own.id = %(id)s::bigint FOR NO KEY UPDATE OF own"
#: Of what somebody writes as a reason.
LONGEST_WHY = 500
#: By which message an employer learns of a step of the bank or of time.
TELLING: Mapping[ApplicationState, str] = {
    ApplicationState.RETURNED: "application_returned",
    ApplicationState.APPROVED: "application_approved",
    ApplicationState.DECLINED: "application_declined",
    ApplicationState.LAPSED: "application_lapsed",
}


def hold(application: Application) -> Application:
    """Lock an application until the commit and return it as it is now."""
    [held] = prepared.joined(Application, ("employer", "bank", "phase", "certificate"), _HOLD, {"id": application.pk})
    return held


def check_at(application: Application, to: ApplicationState) -> None:
    """Let pass an application that may become this.

    :raises Refused: when it has moved on in the meantime.
    """
    check(may_move(ApplicationState(application.state), to))


def why_of(text: str) -> str:
    """Return a reason as it is kept.

    :raises Refused: when nobody gives one.
    """
    if not text.strip():
        raise Refused(N_("Please say why."), "no_reason")
    return text.strip()[:LONGEST_WHY]


def move(
    application: Application,
    to: ApplicationState,
    *,
    by: Actor,
    event: str = "",
    why: str = "",
    changes: Mapping[str, Any] = NOTHING,
    at_last: Callable[[], Mapping[str, Any]] = dict,
) -> None:
    """Move an application that the caller holds, write its step and its event, and tell the employer where needed.

    :param event: what the event is called; the state, without a name.
    :param changes: further columns to write, with their values.
    :param at_last: takes what others wait for and returns the columns that come of it; all else is written before.
    :raises Refused: when it may not become this.
    """
    check_at(application, to)
    application.state, application.changed_at = to, clock.now()
    for name, value in changes.items():
        setattr(application, name, value)
    note(application, why=why, by=by)
    tell_record(event or f"application_{to.value}", application, by=by)
    if to in TELLING:
        _tell(TELLING[to], application)
    taken = at_last()
    for name, value in taken.items():
        setattr(application, name, value)
    saving.save(application, ["state", "changed_at", *changes, *taken])


def note(application: Application, *, by: Actor, why: str = "") -> None:
    """Add the step by which an application became what it is."""
    ApplicationStep.objects.create(
        application=application,
        state=application.state,
        at=application.changed_at,
        by_kind=by.kind.value,
        by_id=by.id,
        why=why,
    )


def tell_record(event: str, application: Application, *, by: Actor) -> None:
    """Write what happened to an application to the record."""
    record.write(f"loans.{event}", by=by, about=application, data=_data(application))


def _data(application: Application) -> dict[str, int | str | None]:
    amount = application.proposed_amount if application.proposed_amount is not None else application.amount
    return {
        "bank": application.bank_id,
        "employer": application.employer_id,
        "phase": application.phase_id,
        "baht": int(amount),
        "terms": application.terms_version,
    }


def _tell(template: str, application: Application) -> None:
    """Send the HR office one message; an enterprise that cannot be reached sees it on its page."""
    contact = registry.contacts_of_employers([application.employer_id]).get(application.employer_id)
    if contact is None or not (contact.email or contact.phone):
        return
    messages.send_to_address(
        f"loans.{template}",
        address=contact.email or contact.phone,
        channel=Channel.EMAIL if contact.email else Channel.SMS,
        language=contact.language,
        params={
            "reference": application.reference,
            "bank_th": application.bank.name_th,
            "bank_en": application.bank.name_en,
        },
        about=application,
    )
