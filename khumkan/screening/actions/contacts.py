"""Contacts: named by a case, invited to a test without a word about who named them."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from khumkan import messages, record
from khumkan.kernel import clock, crypto, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.screening.models import Case, Contact
from khumkan.screening.permissions import laboratory as permissions
from khumkan.screening.rules.contacts import may_have_met, may_name_contact

CONTACT_PREFIX = "N"
PHONE_INDEX = "screening.contact.phone"
#: A case names so many contacts at most; a longer list is a matter for the officers of disease control.
MOST_CONTACTS = 30


@transaction.atomic
def name_contact(*, case: Case, name: str, phone: str, last_met_on: date, by: Actor) -> Contact:
    """Keep, sealed, somebody whom a case met, and invite them to a test by an SMS that names neither case nor illness.

    The hotline and officers do it for a case who says whom, and why they do it for the person.

    :param phone: as `+66812345678`.
    :raises Refused: for a withdrawn case, somebody named before, a day that cannot be, or too many.
    """
    case = Case.objects.select_for_update().get(pk=case.pk)
    permissions.check_is_case(by, case)
    check(may_name_contact(is_withdrawn=case.withdrawn_at is not None, named=case.contacts.count(), most=MOST_CONTACTS))
    check(may_have_met(last_met_on, today=clock.today()))
    reference, index = references.new(CONTACT_PREFIX), crypto.blind_index(phone, purpose=PHONE_INDEX)
    if case.contacts.filter(phone_index=index).exists():
        raise Refused(N_("You have named somebody with this telephone number already."), "contact_named_before")
    contact = Contact.objects.create(
        reference=reference,
        case=case,
        name_sealed=crypto.seal(name.encode(), where=sealed_at("name_sealed", reference)),
        phone_sealed=crypto.seal(phone.encode(), where=sealed_at("phone_sealed", reference)),
        phone_index=index,
        last_met_on=last_met_on,
        named_at=clock.now(),
        invited_at=clock.now(),
    )
    record.write("screening.contact_named", by=by, about=contact, person_id=case.person_id)
    messages.send_to_address("screening.contact_invited", address=phone, params={"reference": reference}, about=contact)
    return contact


@dataclass(frozen=True)
class Told:
    """What a case said of a contact."""

    name: str
    phone: str


@transaction.atomic
def open_contact(*, contact: Contact, by: Actor) -> Told:
    """Return name and telephone of a contact, so that an officer can call; each opening is written down."""
    permissions.check_may_call(by, contact)
    record.write("screening.contact_opened", by=by, about=contact, person_id=contact.case.person_id)
    return Told(
        name=_opened(contact.name_sealed, "name_sealed", contact.reference),
        phone=_opened(contact.phone_sealed, "phone_sealed", contact.reference),
    )


def _opened(sealed: bytes | memoryview, column: str, reference: str) -> str:
    return crypto.open_sealed(bytes(sealed), where=sealed_at(column, reference)).decode()


def sealed_at(column: str, reference: str) -> str:
    """Return the place to which a contact's sealed words are bound."""
    return f"screening_contact.{column}.{reference}"
