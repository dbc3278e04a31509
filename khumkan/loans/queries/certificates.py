"""Reading certificates of establishment status: an employer's own, a bank's by code, and what anybody may check."""

from collections.abc import Sequence

from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing
from khumkan.loans.models import EmployerCertificate
from khumkan.loans.permissions import scopes
from khumkan.loans.rules.certificates import Paper, Standing, standing
from khumkan.registry.models import Employer

#: What the codes of certificates begin with.
PREFIX = "LC"


def paper_of(certificate: EmployerCertificate) -> Paper:
    """Return what decides whether a certificate holds."""
    return Paper(certificate.issued_on, certificate.valid_until, certificate.revoked_at is not None)


def standing_of(certificate: EmployerCertificate) -> Standing:
    """Say how a certificate stands today."""
    return standing(paper_of(certificate), on=clock.today())


def check(code: str) -> EmployerCertificate | None:
    """Return what a code certifies, for whoever holds it; None for a code that is none. One query at most."""
    read = references.read(code) or ""
    if not read.startswith(f"{PREFIX}-"):
        return None
    return EmployerCertificate.objects.filter(code=read).select_related("employer", "phase").first()


def newest_valid(employer_id: int, phase_id: int) -> EmployerCertificate | None:
    """Return the newest certificate of an employer for a phase that holds today."""
    rows = EmployerCertificate.objects.filter(
        employer=employer_id, phase=phase_id, revoked_at=None, valid_until__gte=clock.today()
    )
    return rows.order_by("-issued_at", "-pk").first()


def of_employer(by: Actor, employer: Employer) -> Sequence[EmployerCertificate]:
    """Return the certificates of an actor's employer, the newest first.

    :raises Missing: for another employer.
    """
    scopes.check_is_of_employer(by, employer.pk)
    rows = EmployerCertificate.objects.filter(employer=employer).select_related("phase")
    return list(rows.order_by("-issued_at", "-pk"))


def own(by: Actor, code: str) -> EmployerCertificate:
    """Return one certificate of the actor's employers.

    :raises Missing: for anybody else's, and for one that nobody has.
    """
    rows = EmployerCertificate.objects.filter(employer__in=scopes.employer_ids(by))
    found = rows.select_related("employer", "phase").filter(code=references.normalise(code)).first()
    if found is None:
        raise Missing("no such certificate of this employer")
    return found


def for_officer(by: Actor, code: str) -> EmployerCertificate:
    """Return one certificate of an employer in the officer's provinces.

    :raises Missing: when there is none.
    """
    rows = EmployerCertificate.objects.select_related("employer", "phase")
    codes = scopes.province_codes(by, Role.OFFICER)
    if codes is not None:
        rows = rows.filter(employer__province_code__in=codes)
    found = rows.filter(code=references.normalise(code)).first()
    if found is None:
        raise Missing("no such certificate in these provinces")
    return found
