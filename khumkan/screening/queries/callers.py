"""Finding the person on the telephone: by something that only they can read out, never by name."""

from khumkan.kernel import references
from khumkan.kernel.actors import Actor
from khumkan.kernel.digits import only_digits, plain
from khumkan.kernel.errors import Missing
from khumkan.kernel.identifiers import THAI_LENGTH, IdentifierKind
from khumkan.registry.models import Person
from khumkan.registry.queries import persons
from khumkan.screening.models import Contact, Registration

#: What the references of persons, registrations and invitations begin with.
OF_PERSON, OF_REGISTRATION, OF_INVITATION = "P-", "T-", "N-"
PHONE_LENGTHS = (9, 10, 11)


def find(what: str, *, by: Actor) -> list[Person]:
    """Return whoever is meant, within what the actor may see; whoever is found was seen, says the record.

    A telephone may belong to several persons.

    :raises Refused: for a number that cannot be one.
    """
    typed = plain(what)
    if references.problem(typed) is None:
        return _by_reference(references.normalise(typed), by=by)
    digits = only_digits(typed)
    if len(digits) == THAI_LENGTH:
        return persons.find_people(by=by, number=digits)
    if len(digits) in PHONE_LENGTHS and typed[:1] in "+0":
        return persons.find_people(by=by, phone=typed)
    found = persons.find_people(by=by, number=typed, kind=IdentifierKind.PASSPORT)
    return found or persons.find_people(by=by, number=typed, kind=IdentifierKind.FOREIGN)


def invitation(what: str) -> str:
    """Return the reference of the invitation that was read out, or nothing when it is none."""
    typed = references.normalise(plain(what))
    is_one = references.problem(typed) is None and typed.startswith(OF_INVITATION)
    return typed if is_one and Contact.objects.filter(reference=typed).exists() else ""


def caller(reference: str, *, by: Actor) -> Person:
    """Return the person with this reference, and note that the actor saw them.

    :raises Missing: for an unknown person and for one whom the actor may not see alike.
    """
    found = persons.find_people(by=by, reference=reference) if references.problem(reference) is None else []
    if len(found) != 1:
        raise Missing("no such person for this actor")
    return found[0]


def _by_reference(reference: str, *, by: Actor) -> list[Person]:
    if reference.startswith(OF_REGISTRATION):
        person_id = Registration.objects.filter(reference=reference).values_list("person", flat=True).first()
        try:
            return [persons.person_for(by, person_id)] if person_id is not None else []
        except Missing:
            return []
    return persons.find_people(by=by, reference=reference)
