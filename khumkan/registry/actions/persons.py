"""Registering and correcting persons."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date

from django.db import IntegrityError, transaction

from khumkan import record
from khumkan.kernel import clock, crypto, identifiers, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused, Verdict, check
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.kernel.words import N_
from khumkan.record.entries import Data
from khumkan.registry import permissions, rules
from khumkan.registry.models import Contact, IdentityDocument, Person, PersonChange
from khumkan.registry.models.persons import contact_index, contact_place, document_index, document_place
from khumkan.registry.states import BirthPrecision, ChangeReason, ContactKind, Language

PREFIX = "P"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDetails:
    """What the register says of a person, besides documents, contacts and cover."""

    first_name: str
    last_name: str = ""
    title: str = ""
    birth_date: date | None = None
    birth_precision: BirthPrecision = BirthPrecision.DAY
    sex: str = ""
    nationality: str = "TH"
    language: Language = Language.THAI
    subdistrict_code: str = ""
    #: Only where the subdistrict is unknown.
    district_code: str = ""
    province_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """How a person is called and when they were born, after a correction; all of it, not only what differs."""

    title: str = ""
    first_name: str
    last_name: str = ""
    birth_date: date | None = None


@transaction.atomic
def register_person(
    *,
    details: PersonDetails,
    documents: Iterable[tuple[IdentifierKind, str]],
    phone: str = "",
    email: str = "",
    by: Actor,
) -> Person:
    """Add a person to the register.

    :param documents: kinds and numbers, at least one.
    :raises Refused: for an impossible number, one that somebody holds already, or an impossible contact.
    """
    columns = _columns(details)
    permissions.check_may_write(by, province_code=columns["province_code"])
    numbers = list(documents)
    if not numbers:
        raise Refused(N_("Give at least one identity document."), "no_document")
    now = clock.now()
    person = Person.objects.create(
        reference=references.new(PREFIX), created_at=now, updated_at=now, birth_date=details.birth_date, **columns
    )
    for kind, number in numbers:
        _add_document(person, kind, number)
    for contact_kind, address in ((ContactKind.PHONE, phone), (ContactKind.EMAIL, email)):
        if address:
            _set_contact(person, contact_kind, address)
    record.write("registry.person_registered", by=by, about=person, person_id=person.pk)
    return person


@transaction.atomic
def correct_person(*, person_id: int, correction: Correction, why: ChangeReason, by: Actor) -> Person:
    """Correct a person's name and date of birth; what stood there is kept. Nothing changes when nothing differs.

    :raises Missing: for an unknown person.
    :raises Refused: when nobody can have such a name or have been born on such a day.
    """
    person = _locked(person_id)
    permissions.check_may_write(by, province_code=person.province_code)
    if correction.birth_date is not None:
        check(rules.can_be_born_on(correction.birth_date, today=clock.today()))
    columns: dict[str, date | str | None] = {
        **_names(correction.title, correction.first_name, correction.last_name),
        "birth_date": correction.birth_date,
    }
    before = {name: getattr(person, name) for name, value in columns.items() if getattr(person, name) != value}
    if not before:
        return person
    if "birth_date" in before:
        columns["birth_precision"] = BirthPrecision.DAY
    PersonChange.objects.create(
        person=person,
        at=clock.now(),
        by_kind=by.kind.value,
        by_id=by.id,
        why=why.value,
        before={name: value.isoformat() if isinstance(value, date) else value for name, value in before.items()},
    )
    for name, value in columns.items():
        setattr(person, name, value)
    person.updated_at = clock.now()
    person.save(update_fields=[*columns, "updated_at"])
    record.write(
        "registry.person_corrected", by=by, about=person, person_id=person.pk, data={"columns": sorted(before)}
    )
    return person


@transaction.atomic
def add_document(*, person_id: int, kind: IdentifierKind, number: str, by: Actor) -> IdentityDocument:
    """Add an identity document to a person who may hold others already.

    :raises Refused: for an impossible number or one that somebody holds already.
    """
    person = _locked(person_id)
    permissions.check_may_write(by, province_code=person.province_code)
    document = _add_document(person, kind, number)
    record.write("registry.document_added", by=by, about=person, person_id=person.pk, data={"kind": kind.value})
    return document


@transaction.atomic
def withdraw_document(*, person_id: int, document: IdentityDocument, by: Actor) -> None:
    """Withdraw a number that turned out wrong. The last document of a person stays.

    :raises Refused: for the last one.
    """
    person = _locked(person_id)
    permissions.check_may_write(by, province_code=person.province_code)
    held = IdentityDocument.objects.filter(person=person, withdrawn_at__isnull=True)
    if not held.exclude(pk=document.pk).exists():
        raise Refused(N_("A person keeps at least one identity document. Add the right one first."), "last_document")
    if held.filter(pk=document.pk).update(withdrawn_at=clock.now()):
        record.write(
            "registry.document_withdrawn", by=by, about=person, person_id=person.pk, data={"kind": document.kind}
        )


@transaction.atomic
def set_contact(*, person_id: int, kind: ContactKind, address: str, by: Actor, verified: bool = False) -> Contact:
    """Set the telephone number or e-mail address by which a person is reached; the one before stays, no longer primary.

    :param verified: the person has just confirmed a code that was sent there.
    :raises Refused: when the address is impossible, or the actor may not change it.
    """
    person = _locked(person_id)
    if kind is ContactKind.PHONE:
        permissions.check_may_change_phone(by)
    else:
        permissions.check_may_change_contact(by, person_id=person_id, province_code=person.province_code)
    contact, changed = _set_contact(person, kind, address)
    if verified:
        contact.verified_at = clock.now()
        contact.save(update_fields=["verified_at"])
    if changed or verified:
        data: Data = {"kind": kind.value, "verified": verified}
        record.write("registry.contact_set", by=by, about=contact, person_id=person.pk, data=data)
    return contact


def _columns(details: PersonDetails) -> dict[str, str]:
    columns = {each.name: str(getattr(details, each.name)) for each in fields(details) if each.name != "birth_date"}
    district = details.subdistrict_code[:4] or details.district_code
    return {
        **columns,
        **_names(details.title, details.first_name, details.last_name),
        "district_code": district,
        "province_code": district[:2] or details.province_code,
    }


def _names(title: str, first: str, last: str) -> dict[str, str]:
    """Return the columns of a name as it is stored."""
    title, first, last = rules.clean_name(title), rules.clean_name(first), rules.clean_name(last)
    if not title:
        title, first = rules.split_title(first)
    if not first:
        raise Refused(N_("A person needs a first name."), "no_name")
    return {"title": title, "first_name": first, "last_name": last, "name_key": rules.name_key(first, last)}


def _locked(person_id: int) -> Person:
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None:
        raise Missing
    return person


def _add_document(person: Person, kind: IdentifierKind, written: str) -> IdentityDocument:
    if wrong := identifiers.problem(kind, written):
        check(Verdict.no(wrong))
    number = identifiers.normalise(kind, written)
    index = document_index(kind, number)
    # A number that was withdrawn is free again: it turned out wrong for one person and may be right for another.
    withdrawn = IdentityDocument.objects.filter(pk=index, withdrawn_at__isnull=False)
    if withdrawn.update(person=person, added_at=clock.now(), withdrawn_at=None):
        return IdentityDocument.objects.get(pk=index)
    sealed = crypto.seal(number.encode(), where=document_place(index))
    try:
        with transaction.atomic():
            return IdentityDocument.objects.create(
                blind_index=index,
                kind=kind.value,
                sealed=sealed,
                last4=number[-4:],
                person=person,
                added_at=clock.now(),
            )
    except IntegrityError as error:
        raise Refused(N_("Somebody in the register holds this number already."), "number_taken") from error


def _set_contact(person: Person, kind: ContactKind, written: str) -> tuple[Contact, bool]:
    address = rules.phone_number(written) if kind is ContactKind.PHONE else rules.email_address(written)
    index = contact_index(kind, address)
    primary = Contact.objects.filter(person=person, kind=kind, is_primary=True)
    same = primary.filter(blind_index=index).first()
    if same is not None:
        return same, False
    primary.update(is_primary=False)
    contact = Contact.objects.create(
        person=person,
        kind=kind,
        blind_index=index,
        sealed=crypto.seal(address.encode(), where=contact_place(index)),
        hint=address[-2:] if kind is ContactKind.PHONE else address[:1],
        added_at=clock.now(),
    )
    return contact, True
