"""Telephone numbers of callers: sealed where they stand, and whom one may belong to."""

from khumkan.hotline.models import Call, CallBack
from khumkan.hotline.queries import callers
from khumkan.kernel import crypto
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.registry import rules
from khumkan.registry.models import Person
from khumkan.registry.queries import persons
from khumkan.registry.queries.employers import employers


def read(number: str) -> str:
    """Return a number as an exchange writes it in the form `+66…`; nothing when it is withheld or cannot be one."""
    try:
        return rules.phone_number(number) if number.strip() else ""
    except Refused:
        return ""


def place(reference: str) -> str:
    """Return where the sealed number of a call stands, for sealing and opening."""
    return f"hotline_call.number_sealed.{reference}"


def number_of(call: Call) -> str:
    """Return the number that called, opened, or nothing."""
    if call.number_sealed is None:
        return ""
    return crypto.open_sealed(bytes(call.number_sealed), where=place(call.reference)).decode()


def number_to_call(call_back: CallBack) -> str:
    """Return the number under which somebody wants to be called back: the one that called, else the registered one."""
    called = number_of(call_back.call) if call_back.call is not None else ""
    case = call_back.case
    known = called or callers.phone_of(case)
    if known or case.person_id is None:
        return known
    return persons.phone_of(case.person_id)


def perhaps(number: str, *, by: Actor) -> list[Person]:
    """Return who may be calling: everybody whose registered telephone this is, as far as the actor may see them.

    A telephone is a channel and no identity: several may share one, so whoever it is is still to be verified. The
    record says who was seen.
    """
    return persons.find_people(by=by, phone=number) if number else []


def name_of_caller(call_back: CallBack) -> str:
    """Return whom a call-back is for, in the words of the register, or nothing. At most one query."""
    case = call_back.case
    if case.person is not None:
        return case.person.full_name
    if case.employer_id is None:
        return ""
    found = employers([case.employer_id]).get(case.employer_id)
    return str(found) if found is not None else ""
