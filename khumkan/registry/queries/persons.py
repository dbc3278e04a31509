"""Finding persons. There is no search by name, and there will be none: names open no record."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from khumkan import record
from khumkan.kernel import identifiers, references
from khumkan.kernel.actors import Actor, ActorKind, Role, ScopeKind
from khumkan.kernel.digits import only_digits, plain
from khumkan.kernel.errors import Missing, Refused, Verdict, check
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.kernel.words import N_
from khumkan.registry import rules
from khumkan.registry.models import Contact, IdentityDocument, Person, PersonChange
from khumkan.registry.models.persons import contact_index, document_index
from khumkan.registry.states import ContactKind

#: Who may look persons up in the register, within the scope of the grant.
FINDERS = (Role.OFFICER, Role.AGENT, Role.SUPERVISOR, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR, Role.SYSTEM)
#: Families share a telephone; more than this is a call box or a mistake.
MOST_PER_PHONE = 20
PHONE_LENGTHS = (9, 10, 11)


@dataclass(frozen=True, slots=True)
class Contacts:
    """How to reach a person: `+66…` and an e-mail address, each empty when there is none, and the language to use."""

    phone: str
    email: str
    language: str


def persons_for(by: Actor) -> "QuerySet[Person]":
    """Return the persons whom the actor may see, in no order: add one, and a limit."""
    if by.is_national(*FINDERS):
        return Person.objects.all()
    mine = Q(pk__in=[])
    if by.kind is ActorKind.PERSON and by.id is not None:
        mine |= Q(pk=by.id)
    provinces = {key for role in FINDERS for key in by.keys(role, ScopeKind.PROVINCE)}
    if provinces:
        mine |= Q(province_code__in=provinces)
    return Person.objects.filter(mine)


def person_for(by: Actor, person_id: int) -> Person:
    """Return one person whom the actor may see, and note that it was seen; two queries.

    :raises Missing: for an unknown person and for one whom the actor may not see alike.
    """
    person = persons_for(by).filter(pk=person_id).first()
    if person is None:
        raise Missing
    _saw(by, [person])
    return person


def people_for(by: Actor, person_ids: Iterable[int]) -> dict[int, Person]:
    """Return those of some persons whom the actor may see, by id, and note that they were seen; two queries."""
    found = {person.pk: person for person in persons_for(by).filter(pk__in=list(person_ids)).order_by("pk")}
    _saw(by, found.values())
    return found


def find_people(
    *,
    by: Actor,
    number: str = "",
    kind: IdentifierKind = IdentifierKind.THAI,
    phone: str = "",
    reference: str = "",
) -> list[Person]:
    """Find persons by one of: the number of a document, a telephone number, a reference. Whoever is found was seen.

    :raises Refused: when none or several were given, or when what was given cannot exist.
    """
    if sum(map(bool, (number, phone, reference))) != 1:
        raise Refused(
            N_("Search by an identity number, a telephone number or a reference: one of them."), "search_by_one"
        )
    if number:
        if wrong := identifiers.problem(kind, number):
            check(Verdict.no(wrong))
        wanted = Q(documents__blind_index=_index(kind, number), documents__withdrawn_at__isnull=True)
    elif phone:
        index = contact_index(ContactKind.PHONE, rules.phone_number(phone))
        wanted = Q(pk__in=Contact.objects.filter(blind_index=index).values("person_id"))
    else:
        if wrong := references.problem(reference):
            check(Verdict.no(wrong))
        wanted = Q(reference=references.normalise(reference))
    found = list(persons_for(by).filter(wanted).order_by("pk")[:MOST_PER_PHONE])
    _saw(by, found)
    return found


def find_typed(what: str, *, by: Actor) -> list[Person]:
    """Find persons by whatever was typed: a reference, a telephone number, the number of any document.

    Never by name, so that nobody can browse. Whoever is found was seen.

    :raises Refused: for a number that cannot be one.
    """
    typed = plain(what)
    if references.problem(typed) is None:
        return find_people(by=by, reference=typed)
    digits = only_digits(typed)
    if len(digits) == identifiers.THAI_LENGTH:
        return find_people(by=by, number=digits)
    if len(digits) in PHONE_LENGTHS and typed[:1] in "+0":
        return find_people(by=by, phone=typed)
    found = find_people(by=by, number=typed, kind=IdentifierKind.PASSPORT)
    return found or find_people(by=by, number=typed, kind=IdentifierKind.FOREIGN)


def person_referred(by: Actor, reference: str) -> Person:
    """Return the person with this reference whom the actor may see, and note that they were seen.

    :raises Missing: for an unknown person and for one whom the actor may not see alike.
    """
    found = find_people(by=by, reference=reference) if references.problem(reference) is None else []
    if len(found) != 1:
        raise Missing("no such person for this actor")
    return found[0]


def person_by_number(kind: IdentifierKind, number: str) -> Person | None:
    """Return the person who holds the document with this number, whoever asks; one query."""
    index = _index(kind, number)
    return Person.objects.filter(documents__blind_index=index, documents__withdrawn_at__isnull=True).first()


def person_by_reference(reference: str) -> Person | None:
    """Return the person with this reference, whoever asks; None also in the rare case that two persons share it."""
    found = list(Person.objects.filter(reference=references.normalise(reference)).order_by("pk")[:2])
    return found[0] if len(found) == 1 else None


def people(person_ids: Iterable[int]) -> dict[int, Person]:
    """Return persons by id, whoever asks; one query, unknown ids are left out."""
    return Person.objects.in_bulk(list(person_ids))


def contacts_of(person_ids: Iterable[int]) -> dict[int, Contacts]:
    """Return how to reach persons, opened; two queries whatever the number. Persons without a contact are there too."""
    ids = list(person_ids)
    opened: dict[int, dict[str, str]] = {}
    for contact in Contact.objects.filter(person_id__in=ids, is_primary=True):
        opened.setdefault(contact.person_id, {})[contact.kind] = contact.address
    languages = dict(Person.objects.filter(pk__in=ids).values_list("pk", "language"))
    return {
        person: Contacts(
            opened.get(person, {}).get(ContactKind.PHONE, ""),
            opened.get(person, {}).get(ContactKind.EMAIL, ""),
            language,
        )
        for person, language in languages.items()
    }


def phone_of(person_id: int) -> str:
    """Return the person's telephone number (`+66…`), or an empty text."""
    found = contacts_of([person_id]).get(person_id)
    return found.phone if found else ""


def phones_of(person_ids: Iterable[int]) -> dict[int, str]:
    """Return the telephone numbers of persons that have one; two queries whatever the number."""
    return {person: contacts.phone for person, contacts in contacts_of(person_ids).items() if contacts.phone}


def documents_of(person_id: int) -> list[IdentityDocument]:
    """Return the documents of a person that are not withdrawn, the oldest first."""
    return list(
        IdentityDocument.objects.filter(person_id=person_id, withdrawn_at__isnull=True).order_by("added_at", "last4")
    )


def numbers_of(person_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """Return the numbers of the documents of persons, opened, by kind; one query. The caller notes who sees them."""
    found: dict[int, dict[str, str]] = {}
    rows = IdentityDocument.objects.filter(person_id__in=list(person_ids), withdrawn_at__isnull=True)
    for document in rows.order_by("added_at", "last4"):
        found.setdefault(document.person_id, {})[document.kind] = document.number
    return found


def changes_of(person: Person) -> "QuerySet[PersonChange]":
    """Return the corrections of a person, the latest first."""
    return PersonChange.objects.filter(person=person).order_by("-at", "-id")


def _index(kind: IdentifierKind, number: str) -> bytes:
    return document_index(kind, identifiers.normalise(kind, number))


def _saw(by: Actor, persons: Iterable[Person]) -> None:
    if by.kind in (ActorKind.STAFF, ActorKind.CLIENT):
        record.saw(by=by, person_ids=[person.pk for person in persons], page="registry:person")
