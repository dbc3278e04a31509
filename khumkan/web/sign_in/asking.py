"""Asking for a code from a page: the same work for every number."""

from django.db import transaction
from procrastinate.contrib.django import app

from khumkan.accounts import addresses, codes, limits, log, throttle
from khumkan.accounts.access import Request
from khumkan.accounts.codes import Asked
from khumkan.accounts.states import CodePurpose, Outcome
from khumkan.kernel.actors import ActorKind
from khumkan.kernel.identifiers import IdentifierKind


def for_number(request: Request, kind: IdentifierKind, number: str) -> Asked | None:
    """Ask for a code to the phone of whoever holds an identity number, if anybody does; None when asked too often."""
    if not throttle.take_all(
        (limits.CODE_NUMBER, f"{kind}:{number}"), (limits.CODE_NETWORK, addresses.network(request))
    ):
        log.note(request, Outcome.THROTTLED, kind=ActorKind.PERSON)
        return None
    log.note(request, Outcome.CODE_ASKED, kind=ActorKind.PERSON)
    return _ask(request, CodePurpose.SIGN_IN, target=f"{kind}:{number}")


def for_person(request: Request, purpose: CodePurpose, *, phone: str = "") -> Asked | None:
    """Ask for a code for the person who is signed in: to the phone in the register, or to a new one."""
    person_id = request.actor.id
    if not throttle.take_all(
        (limits.CODE_NUMBER, f"person:{person_id}"), (limits.CODE_NETWORK, addresses.network(request))
    ):
        return None
    return _ask(request, purpose, target=phone, person_id=person_id)


def _ask(request: Request, purpose: CodePurpose, *, target: str, person_id: int | None = None) -> Asked:
    """Store the wish and queue its delivery together, or neither."""
    with transaction.atomic():
        language = getattr(request, "LANGUAGE_CODE", "th")
        asked = codes.ask(purpose, target=target, person_id=person_id, language=language)
        app.configure_task("sign_in.deliver_code").defer(code_id=asked.code_id)
    return asked
