"""Asking for what a second person must approve, and deciding it."""

import json
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from khumkan import record
from khumkan.accounts import permissions
from khumkan.accounts.actions import grants, users
from khumkan.accounts.actions.users import Invited
from khumkan.accounts.models import FourEyesRequest, User
from khumkan.accounts.states import RequestKind, RequestState
from khumkan.kernel.actors import Actor, Grant, Role
from khumkan.kernel.crypto import open_sealed, seal
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_


@transaction.atomic
def ask(
    *,
    kind: RequestKind,
    why: str,
    by: Actor,
    user: User | None = None,
    person_id: int | None = None,
    data: dict[str, Any] | None = None,
) -> FourEyesRequest:
    """Ask for something about a user or a person.

    :param data: what is needed to carry it out; kept sealed.
    :raises Refused: when the actor may not ask, or gives no reason.
    """
    permissions.check_may_ask(by, kind, user=user)
    if not why.strip():
        raise Refused(N_("Say why this is needed."), "why_missing")
    asked = FourEyesRequest.objects.create(
        kind=kind, user=user, person_id=person_id, why=why.strip(), asked_by_id=permissions.staff_id(by)
    )
    if data is not None:
        asked.sealed_data = seal(json.dumps(data).encode(), where=_where(asked))
        asked.save(update_fields=["sealed_data"])
    record.write("accounts.second_person_asked", by=by, about=asked, data={"kind": kind.value})
    return asked


@transaction.atomic
def decide(*, request_id: int, approve: bool, by: Actor) -> FourEyesRequest:
    """Decide as the second person. The caller carries out what was approved, in the same transaction.

    :raises Missing: when there is no such request.
    :raises Refused: when the actor may not be the second person, or it was decided.
    """
    asked = FourEyesRequest.objects.select_for_update().filter(pk=request_id).first()
    if asked is None:
        raise Missing
    permissions.check_may_decide(by, asked)
    asked.state = RequestState.APPROVED if approve else RequestState.REFUSED
    asked.decided_by_id, asked.decided_at = by.id, Now()
    asked.save(update_fields=["state", "decided_by", "decided_at"])
    name = "accounts.second_person_approved" if approve else "accounts.second_person_refused"
    record.write(name, by=by, about=asked, data={"kind": asked.kind})
    return asked


@transaction.atomic
def decide_as(*, kind: RequestKind, request_id: int, by: Actor) -> FourEyesRequest:
    """Approve a request of one kind; the caller carries it out in the same transaction.

    :raises Missing: when there is no such request of this kind.
    :raises Refused: as `decide`.
    """
    asked = decide(request_id=request_id, approve=True, by=by)
    if asked.kind != kind:
        raise Missing
    return asked


@transaction.atomic
def approve_reset(*, request_id: int, by: Actor) -> Invited:
    """Approve that a user's factors and password are taken away, and return the invitation for the user."""
    asked = decide_as(kind=RequestKind.FACTOR_RESET, request_id=request_id, by=by)
    return users.reset(user=_user(asked), by=by, asked_by=asked.asked_by_id)


@transaction.atomic
def approve_administrator(*, request_id: int, by: Actor) -> None:
    """Approve that a user becomes administrator."""
    asked = decide_as(kind=RequestKind.ADMINISTRATOR, request_id=request_id, by=by)
    grants.add(user=_user(asked), grant=Grant(Role.ADMINISTRATOR), by=by)


def data_of(request: FourEyesRequest) -> dict[str, Any]:
    """Return what is needed to carry a request out."""
    found: dict[str, Any] = json.loads(open_sealed(bytes(request.sealed_data or b""), where=_where(request)))
    return found


def _user(asked: FourEyesRequest) -> User:
    if asked.user is None:
        raise Missing
    return asked.user


def _where(request: FourEyesRequest) -> str:
    return f"accounts_foureyesrequest.sealed_data.{request.pk}"
