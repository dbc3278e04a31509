"""Finding the person on the telephone: by something that only they can read out, never by name."""

from collections.abc import Callable

from khumkan.kernel import references
from khumkan.kernel.actors import Actor
from khumkan.kernel.digits import plain
from khumkan.kernel.errors import Missing
from khumkan.registry.models import Person
from khumkan.registry.queries import persons
from khumkan.screening.models import Contact, Registration

#: What the references of registrations and invitations begin with.
OF_REGISTRATION, OF_INVITATION = "T-", "N-"

#: Finds whose something with a reference of another programme is: the person's id, or None when there is none.
Owner = Callable[[str], int | None]
#: Finds the page of something with a reference that is about nobody in particular, or of which the page is wanted.
PageOf = Callable[[str], str]
_owners: dict[str, Owner] = {}
_pages: dict[str, PageOf] = {}
_first_page: list[str] = ["screening:desk_person"]


def offer_owner(prefix: str, owner: Owner) -> None:
    """Have callers found also by the references of another programme, such as `V-`."""
    _owners[prefix] = owner


def offer_page(prefix: str, page: PageOf) -> None:
    """Have references that begin so lead to a page of their own; an empty address means that there is none."""
    _pages[prefix] = page


def begin_at(view: str) -> None:
    """Have a caller who was found shown by this view, which takes the reference of a person."""
    _first_page[:] = [view]


def first_page() -> str:
    """Return the view that shows a caller who was found."""
    return _first_page[0]


def page_of(what: str) -> str:
    """Return the address of what was read out, where it leads to a page of its own, or nothing."""
    typed = references.read(plain(what))
    ask = _pages.get(f"{typed.split('-')[0]}-") if typed else None
    return ask(typed) if ask and typed else ""


def find(what: str, *, by: Actor) -> list[Person]:
    """Return whoever is meant, also by a registration, within what the actor may see; the record says who was seen.

    A telephone may belong to several persons.

    :raises Refused: for a number that cannot be one.
    """
    typed = plain(what)
    reference = references.normalise(typed) if references.problem(typed) is None else ""
    prefix = f"{reference.split('-')[0]}-"
    if prefix == OF_REGISTRATION:
        person_id = Registration.objects.filter(reference=reference).values_list("person", flat=True).first()
    elif prefix in _owners:
        person_id = _owners[prefix](reference)
    else:
        return persons.find_typed(what, by=by)
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
