"""Finding employers."""

from collections.abc import Iterable

import geothai
from django.db.models import Q, QuerySet

from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.kernel.errors import Missing
from khumkan.registry import rules
from khumkan.registry.models import Branch, Employer, EmployerContact, Filing
from khumkan.registry.queries.persons import Contacts
from khumkan.registry.states import ContactKind

#: Who may look employers up, within the scope of the grant. Employers are enterprises, not persons.
OFFICE = (Role.OFFICER, Role.AGENT, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR, Role.SYSTEM)


def employers_for(by: Actor) -> "QuerySet[Employer]":
    """Return the employers whom the actor may see, by account number."""
    if by.is_national(*OFFICE):
        return Employer.objects.all()
    provinces = {key for role in OFFICE for key in by.keys(role, ScopeKind.PROVINCE)}
    own = {int(key) for key in by.keys(Role.EMPLOYER, ScopeKind.EMPLOYER) if key.isdigit()}
    return Employer.objects.filter(Q(province_code__in=provinces) | Q(pk__in=own))


def employer_for(by: Actor, reference: str) -> Employer:
    """Return one employer whom the actor may see.

    :raises Missing: for an unknown employer and for one whom the actor may not see alike.
    """
    employer = employers_for(by).filter(reference=reference).first()
    if employer is None:
        raise Missing
    return employer


def find_employer(by: Actor, account_number: str) -> Employer | None:
    """Return the employer with this account number, if the actor may see them.

    :raises Refused: for a number that cannot be one.
    """
    return employers_for(by).filter(account_number=rules.account_number(account_number)).first()


def branches_of(employer: Employer) -> "QuerySet[Branch]":
    """Return the branches of an employer, the head office first."""
    return Branch.objects.filter(employer=employer).order_by("serial")


def filings_of(employer: Employer) -> "QuerySet[Filing]":
    """Return the filings of an employer, all branches and corrections, the latest month first."""
    return Filing.objects.filter(employer=employer).select_related("branch").order_by("-month", "branch", "-number")


def area_of(subdistrict_code: str, language: str) -> str:
    """Return subdistrict, district and province in words; the code itself where it is no longer in use.

    :param language: `th` or `en`.
    """
    found = geothai.subdistrict(subdistrict_code) if subdistrict_code else None
    if found is None:
        return subdistrict_code
    areas = (found, geothai.district(found.district_code), geothai.province(found.province_code))
    return " ".join(area.name_th if language == "th" else area.name_en for area in areas if area is not None)


def employer_by_account(account_number: str) -> Employer | None:
    """Return the employer with this account number (ten digits), whoever asks."""
    return Employer.objects.filter(account_number=account_number).first()


def employers(employer_ids: Iterable[int]) -> dict[int, Employer]:
    """Return employers by id, whoever asks; one query, unknown ids are left out."""
    return Employer.objects.in_bulk(list(employer_ids))


def contacts_of_employers(employer_ids: Iterable[int]) -> dict[int, Contacts]:
    """Return how to reach the HR offices of employers, opened.

    One query whatever the number, and one more when some of them have left neither telephone nor e-mail.
    """
    ids = set(employer_ids)
    opened: dict[int, dict[str, str]] = {}
    languages: dict[int, str] = {}
    for contact in EmployerContact.objects.filter(employer_id__in=ids).select_related("employer"):
        opened.setdefault(contact.employer_id, {})[contact.kind] = contact.address
        languages[contact.employer_id] = contact.employer.language
    if rest := ids - set(languages):
        languages |= dict(Employer.objects.filter(pk__in=rest).order_by("pk").values_list("pk", "language"))
    return {
        employer: Contacts(
            opened.get(employer, {}).get(ContactKind.PHONE, ""),
            opened.get(employer, {}).get(ContactKind.EMAIL, ""),
            language,
        )
        for employer, language in languages.items()
    }
