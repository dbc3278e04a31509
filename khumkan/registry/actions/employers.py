"""Registering employers singly; a file corrects them, see `imports`."""

from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction

from khumkan import record
from khumkan.kernel import clock, crypto, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.registry import permissions, rules
from khumkan.registry.models import Branch, Employer, EmployerContact
from khumkan.registry.models.employers import HEAD_OFFICE, employer_contact_place
from khumkan.registry.models.persons import contact_index
from khumkan.registry.states import ContactKind, Language

PREFIX = "E"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployerDetails:
    """What the register says of an employer."""

    name_th: str
    name_en: str = ""
    industry: str = ""
    has_housing: bool = False
    subdistrict_code: str = ""
    latitude: float | None = None
    longitude: float | None = None
    language: Language = Language.THAI

    def columns(self) -> dict[str, object]:
        """Return the columns of the row, the larger areas included."""
        code = self.subdistrict_code
        return {**asdict(self), "district_code": code[:4], "province_code": code[:2]}


@transaction.atomic
def register_employer(*, account_number: str, details: EmployerDetails, by: Actor) -> Employer:
    """Add an employer with its head office.

    :raises Refused: for an impossible account number or one that is taken.
    """
    permissions.check_may_write(by, province_code=details.subdistrict_code[:2])
    number = rules.account_number(account_number)
    now = clock.now()
    try:
        with transaction.atomic():
            employer = Employer.objects.create(
                reference=references.new(PREFIX),
                account_number=number,
                created_at=now,
                updated_at=now,
                **details.columns(),
            )
    except IntegrityError as error:
        raise Refused(N_("An employer with this account number is there already."), "account_taken") from error
    code = details.subdistrict_code
    Branch.objects.create(
        employer=employer, serial=HEAD_OFFICE, subdistrict_code=code, district_code=code[:4], province_code=code[:2]
    )
    record.write("registry.employer_registered", by=by, about=employer)
    return employer


@transaction.atomic
def set_employer_contact(*, employer_id: int, kind: ContactKind, address: str, by: Actor) -> EmployerContact:
    """Set the telephone number or e-mail address of the HR office.

    :raises Refused: when the address is impossible, or the actor may not change it.
    """
    employer = _locked(employer_id)
    permissions.check_may_file(by, employer_id=employer_id)
    written = rules.phone_number(address) if kind is ContactKind.PHONE else rules.email_address(address)
    index = contact_index(kind, written)
    contact, _ = EmployerContact.objects.update_or_create(
        employer=employer,
        kind=kind,
        defaults={
            "blind_index": index,
            "sealed": crypto.seal(written.encode(), where=employer_contact_place(index)),
            "hint": written[-2:] if kind is ContactKind.PHONE else written[:1],
        },
    )
    record.write("registry.employer_contact_set", by=by, about=employer, data={"kind": kind.value})
    return contact


def _locked(employer_id: int) -> Employer:
    employer = Employer.objects.select_for_update().filter(pk=employer_id).first()
    if employer is None:
        raise Missing
    return employer
