"""What the tests of the registry build with."""

import io
from datetime import date
from itertools import count

from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.kernel.identifiers import IdentifierKind, thai_check_digit
from khumkan.registry import actions
from khumkan.registry.actions import EmployerDetails, PersonDetails
from khumkan.registry.actions.imports import import_people
from khumkan.registry.models import Employer, Import, Person

SYSTEM = Actor.system("test")
HEAD_OFFICE = Actor(ActorKind.STAFF, 999_000_001, frozenset({Grant(Role.OFFICER)}))
CHONBURI = Actor(ActorKind.STAFF, 2, frozenset({Grant(Role.OFFICER, ScopeKind.PROVINCE, "20")}))
AGENT = Actor(ActorKind.STAFF, 3, frozenset({Grant(Role.AGENT)}))
_numbers = count(1)
HEADING = "id_number,first_name,last_name,birth_date,phone,subdistrict_code,section,employer_account"


def thai_number(serial: int | None = None) -> str:
    """Return a Thai number with the right check digit; the next unused one."""
    first = f"1{serial if serial is not None else next(_numbers):011d}"
    return f"{first}{thai_check_digit(first)}"


def person(name: str = "สมชาย", last: str = "ใจดี", *, number: str = "", phone: str = "", **more: object) -> Person:
    """Register a person of Chonburi."""
    details = PersonDetails(first_name=name, last_name=last, **{"subdistrict_code": "200101", **more})  # type: ignore[arg-type]
    documents = [(IdentifierKind.THAI, number or thai_number())]
    return actions.register_person(details=details, documents=documents, phone=phone, by=SYSTEM)


def employer(account: str = "1000000015", **more: object) -> Employer:
    """Register an employer of Chonburi."""
    details = EmployerDetails(name_th="โรงงาน", **{"subdistrict_code": "200101", **more})  # type: ignore[arg-type]
    return actions.register_employer(account_number=account, details=details, by=SYSTEM)


def employed(someone: Person, somewhere: Employer, on: date = date(2021, 1, 1)) -> None:
    """Note that a person works for an employer."""
    actions.employ(person_id=someone.pk, employer_id=somewhere.pk, on=on, by=SYSTEM)


def imported(*rows: str, heading: str = HEADING, encoding: str = "utf-8", by: Actor = HEAD_OFFICE) -> Import:
    """Import a file of these rows."""
    text = "\n".join((heading, *rows)) + "\n"
    return import_people(io.BytesIO(text.encode(encoding)), by=by, name="persons.csv")
