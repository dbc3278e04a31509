"""Letters with a sign-in code, for persons without a phone: two members of staff vouch for who gets one."""

from dataclasses import dataclass

from django.db import transaction

from khumkan import record
from khumkan.accounts import codes
from khumkan.accounts.actions import four_eyes
from khumkan.accounts.states import RequestKind
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.kernel.words import N_
from khumkan.registry import queries as registry
from khumkan.registry.models import Person


@dataclass(frozen=True)
class Letter:
    """What is printed: shown once, to the second person.

    :param number: the identity number to sign in with, all but its end hidden.
    """

    person: Person
    number: str
    code: str


@transaction.atomic
def approve_letter(*, request_id: int, by: Actor) -> Letter:
    """Approve as the second person that a person gets a letter, and make its code.

    :raises Refused: when the actor may not be the second person, or the person has no identity document.
    """
    asked = four_eyes.decide_as(kind=RequestKind.LETTER, request_id=request_id, by=by)
    person = registry.people([asked.person_id or 0]).get(asked.person_id or 0)
    if person is None:
        raise Missing
    documents = registry.documents_of(person.pk)
    if not documents:
        raise Refused(N_("The person has no identity document in the register."), "no_document")
    document = documents[0]
    code = codes.write_letter(kind=IdentifierKind(document.kind), number=document.number, person_id=person.pk)
    record.write("sign_in.letter_written", by=by, person_id=person.pk, data={"asked_by": asked.asked_by_id})
    return Letter(person, document.masked, code)
