"""Changing the phone that opens a person's account: proved, announced to the old phone, and waiting before it counts.

Messages and the register are above this layer: `web.sign_in` tells the old phone and writes the new one.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from khumkan import record
from khumkan.accounts import permissions
from khumkan.accounts.models import PhoneChange
from khumkan.accounts.states import PhoneChangeState
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.crypto import open_sealed, seal
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_

#: How long the holder of the old phone has to object.
WAIT = timedelta(hours=48)


@transaction.atomic
def open_change(*, person_id: int, phone: str, wait: timedelta, by: Actor, asked_by: int | None = None) -> PhoneChange:
    """Note a new phone that will count after the wait.

    :param phone: as `+66812345678`; that its holder can read messages has been proved, or two members of staff vouch.
    :param asked_by: the member of staff who asked, when another one (`by`) approved.
    :raises Refused: when another change is waiting, or one member of staff acts alone.
    """
    asker, approver = _two(by, person_id, asked_by)
    try:
        with transaction.atomic():
            change = PhoneChange.objects.create(
                person_id=person_id,
                sealed_phone=b"",
                asked_kind=by.kind.value,
                asked_by=asker,
                approved_by=approver,
                effective_at=Now() + wait,
            )
    except IntegrityError as error:
        raise Refused(N_("A change of phone is already waiting. Cancel it first."), "change_waiting") from error
    change.sealed_phone = seal(phone.encode(), where=_where(change))
    change.save(update_fields=["sealed_phone"])
    record.write("accounts.phone_change_asked", by=by, about=change)
    return change


@transaction.atomic
def cancel(*, person_id: int, by: Actor) -> bool:
    """Cancel the change that waits, and tell whether there was one.

    :raises Refused: when it is neither the person nor staff who act for the person.
    """
    permissions.check_may_cancel_phone(by, person_id)
    return _close(PhoneChange.objects.filter(person_id=person_id), PhoneChangeState.CANCELLED, by=by) is not None


@transaction.atomic
def complete_next(*, by: Actor) -> tuple[PhoneChange, str] | None:
    """Close one change whose wait is over, and return it with its phone; None when none is due."""
    change = _close(PhoneChange.objects.filter(effective_at__lte=Now()), PhoneChangeState.DONE, by=by)
    return (change, phone_of(change)) if change else None


def phone_of(change: PhoneChange) -> str:
    """Return the new phone."""
    return open_sealed(bytes(change.sealed_phone), where=_where(change)).decode()


def _two(by: Actor, person_id: int, asked_by: int | None) -> tuple[int, int | None]:
    """Return who asked and who approved: the person alone, or two members of staff."""
    if by.kind is ActorKind.PERSON:
        if by.id != person_id:
            raise Refused(N_("You can change your own phone only."), "own_phone")
        return person_id, None
    if asked_by is None or asked_by == by.id:
        raise Refused(N_("A second person must decide this."), "second_person")
    return asked_by, permissions.staff_id(by)


def _close(changes: QuerySet[PhoneChange], state: PhoneChangeState, *, by: Actor) -> PhoneChange | None:
    waiting = changes.filter(state=PhoneChangeState.WAITING).order_by("effective_at", "id")
    change = waiting.select_for_update(skip_locked=state is PhoneChangeState.DONE).first()
    if change is None:
        return None
    change.state, change.closed_at = state, Now()
    change.save(update_fields=["state", "closed_at"])
    record.write(f"accounts.phone_change_{state}", by=by, about=change)
    return change


def _where(change: PhoneChange) -> str:
    return f"accounts_phonechange.sealed_phone.{change.pk}"
