"""Finding the person on the telephone: by something that only they can read out, never by name."""

from khumkan.kernel import references
from khumkan.kernel.actors import Actor
from khumkan.kernel.digits import plain
from khumkan.kernel.errors import Missing
from khumkan.registry.models import Person
from khumkan.registry.queries import persons
from khumkan.screening.models import Contact, Registration

#: What the references of registrations and invitations begin with.
OF_REGISTRATION, OF_INVITATION = "T-", "N-"


def find(what: str, *, by: Actor) -> list[Person]:
    """Return whoever is meant, also by a registration, within what the actor may see; the record says who was seen.

    A telephone may belong to several persons.

    :raises Refused: for a number that cannot be one.
    """
    typed = plain(what)
    reference = references.normalise(typed) if references.problem(typed) is None else ""
    if not reference.startswith(OF_REGISTRATION):
        return persons.find_typed(what, by=by)
    person_id = Registration.objects.filter(reference=reference).values_list("person", flat=True).first()
    try:
        return [persons.person_for(by, person_id)] if person_id is not None else []
    except Missing:
        return []


def invitation(what: str) -> str:
    """Return the reference of the invitation that was read out, or nothing when it is none."""
    typed = references.normalise(plain(what))
    is_one = references.problem(typed) is None and typed.startswith(OF_INVITATION)
    return typed if is_one and Contact.objects.filter(reference=typed).exists() else ""


def caller(reference: str, *, by: Actor) -> Person:
    """Return the person with this reference, and note that the actor saw them.

    :raises Missing: for an unknown person and for one whom the actor may not see alike.
    """
    return persons.person_referred(by, reference)
