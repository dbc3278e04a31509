"""The phone that opens an account: changing it is proved, announced to the old phone, and waits.

Only the register's phone opens an account, so this is the one way by which it changes for a person. A hotline agent
cannot change it alone.
"""

from datetime import timedelta

from django.db import transaction

from khumkan import messages
from khumkan.accounts.actions import four_eyes, phones
from khumkan.accounts.models import FourEyesRequest, PhoneChange
from khumkan.accounts.states import RequestKind
from khumkan.kernel.actors import Actor
from khumkan.registry import actions as registry_actions
from khumkan.registry import queries as registry
from khumkan.registry.states import ContactKind

REGISTRAR = Actor.system("sign_in.phones")


@transaction.atomic
def ask_change(*, person_id: int, phone: str, by: Actor, asked_by: int | None = None) -> PhoneChange:
    """Note a new phone, and tell the old one. Without an old phone there is nobody to wait for.

    :param phone: as `+66812345678`.
    :raises Refused: as `accounts.actions.phones.open_change`.
    """
    contacts = registry.contacts_of([person_id]).get(person_id)
    old = contacts.phone if contacts else ""
    wait = phones.WAIT if old else timedelta()
    change = phones.open_change(person_id=person_id, phone=phone, wait=wait, by=by, asked_by=asked_by)
    if old and contacts:
        messages.send_to_address(
            "sign_in.phone_change_announced",
            address=old,
            language=contacts.language,
            params={"hours": int(wait.total_seconds() // 3600)},
            about=change,
            urgent=True,
        )
    return change


@transaction.atomic
def approve_change(*, request_id: int, by: Actor) -> PhoneChange:
    """Approve as the second person what a colleague asked for; the wait and the notice are the same as for the person.

    :raises Refused: when the actor may not be the second person.
    """
    asked = four_eyes.decide_as(kind=RequestKind.PHONE_CHANGE, request_id=request_id, by=by)
    phone = str(four_eyes.data_of(asked)["phone"])
    return ask_change(person_id=_person_of(asked), phone=phone, by=by, asked_by=asked.asked_by_id)


def complete_due() -> int:
    """Write the phones whose wait is over into the register; return how many. Each in a transaction of its own."""
    done = 0
    while _complete_one():
        done += 1
    return done


@transaction.atomic
def _complete_one() -> bool:
    due = phones.complete_next(by=REGISTRAR)
    if due is None:
        return False
    change, phone = due
    registry_actions.set_contact(
        person_id=change.person_id,
        kind=ContactKind.PHONE,
        address=phone,
        by=REGISTRAR,
        verified=change.approved_by is None,
    )
    return True


def _person_of(asked: FourEyesRequest) -> int:
    if asked.person_id is None:
        raise ValueError("a change of phone is about a person")
    return asked.person_id
