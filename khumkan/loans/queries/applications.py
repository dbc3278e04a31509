"""Reading applications: an employer's own, a bank's own, and those of the officer's provinces."""

from collections.abc import Sequence

from django.db.models import Count, QuerySet

from khumkan.kernel import references
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing
from khumkan.loans.models import Application, ApplicationDocument, ApplicationStep, Loan
from khumkan.loans.permissions import scopes
from khumkan.loans.states import ApplicationState
from khumkan.registry.models import Employer

#: What the references of applications and loans begin with.
PREFIX, LOAN_PREFIX = "LA", "LN"
#: Who reads applications at the office.
READERS = (Role.OFFICER, Role.AUDITOR)


def of_employer(by: Actor, employer: Employer) -> "QuerySet[Application]":
    """Return the applications of an actor's employer, the newest first.

    :raises Missing: for another employer.
    """
    scopes.check_is_of_employer(by, employer.pk)
    return _rows().filter(employer=employer).order_by("-drafted_at", "-pk")


def own(by: Actor, reference: str) -> Application:
    """Return one application of the actor's employers.

    :raises Missing: for anybody else's.
    """
    return _one(_rows().filter(employer__in=scopes.employer_ids(by)), reference)


def of_banks(by: Actor, *states: ApplicationState) -> "QuerySet[Application]":
    """Return what was sent to the actor's banks, what waits longest first."""
    rows = _rows().filter(bank__in=scopes.bank_ids(by), sent_at__isnull=False).exclude(state=ApplicationState.DRAFT)
    if states:
        rows = rows.filter(state__in=list(states))
    return rows.order_by("changed_at", "pk")


def counts_of_banks(by: Actor) -> dict[ApplicationState, int]:
    """Return how many applications of the actor's banks are in each state. One query."""
    rows = Application.objects.filter(bank__in=scopes.bank_ids(by), sent_at__isnull=False)
    counted = rows.order_by().values_list("state").annotate(Count("id"))
    return {ApplicationState(state): count for state, count in counted}


def for_banker(by: Actor, reference: str) -> Application:
    """Return one application that was sent to one of the actor's banks.

    :raises Missing: for another bank's, and for one that was never sent.
    """
    return _one(of_banks(by), reference)


def for_office(by: Actor, *states: ApplicationState) -> "QuerySet[Application]":
    """Return the applications of employers in the reader's provinces that were ever sent, the newest step first."""
    rows = _rows().filter(sent_at__isnull=False)
    codes = scopes.province_codes(by, *READERS)
    if codes is not None:
        rows = rows.filter(employer__province_code__in=codes)
    if states:
        rows = rows.filter(state__in=list(states))
    return rows.order_by("-changed_at", "-pk")


def for_officer(by: Actor, reference: str) -> Application:
    """Return one application of an employer in the reader's provinces.

    :raises Missing: for one elsewhere.
    """
    return _one(for_office(by), reference)


def steps_of(application: Application) -> Sequence[ApplicationStep]:
    """Return every step of an application, the first one first. One query."""
    return list(ApplicationStep.objects.filter(application=application).order_by("at", "id"))


def documents_of(application: Application) -> Sequence[ApplicationDocument]:
    """Return the documents of an application without their content, the first one first. One query."""
    rows = ApplicationDocument.objects.filter(application=application, removed_at=None).defer("sealed")
    return list(rows.order_by("sent_at", "id"))


def document_of(application: Application, document_id: int) -> ApplicationDocument:
    """Return one document of an application with its content.

    :raises Missing: for one of another application, and for one that was taken back.
    """
    rows = ApplicationDocument.objects.filter(application=application, removed_at=None)
    found = rows.filter(pk=document_id).first()
    if found is None:
        raise Missing("no such document of this application")
    return found


def loan_of(application: Application) -> Loan | None:
    """Return the loan that was signed for an application."""
    return Loan.objects.filter(application=application).first()


def loans_for(by: Actor) -> "QuerySet[Loan]":
    """Return the loans that the actor may see: of its employers, of its banks, of employers in its provinces."""
    rows = Loan.objects.select_related("employer", "bank", "phase").order_by("-signed_on", "-pk")
    codes = scopes.province_codes(by, *READERS)
    if codes is None:
        return rows
    mine = Loan.objects.filter(employer__in=scopes.employer_ids(by)) | Loan.objects.filter(bank__in=scopes.bank_ids(by))
    mine = mine | Loan.objects.filter(employer__province_code__in=codes)
    return rows.filter(pk__in=mine.values("pk"))


def loan_for(by: Actor, reference: str) -> Loan:
    """Return one loan that the actor may see.

    :raises Missing: for any other.
    """
    found = loans_for(by).filter(reference=references.normalise(reference)).first()
    if found is None:
        raise Missing("no such loan for this actor")
    return found


def _rows() -> "QuerySet[Application]":
    return Application.objects.select_related("employer", "bank", "phase", "certificate")


def _one(rows: "QuerySet[Application]", reference: str) -> Application:
    found = rows.filter(reference=references.normalise(reference)).first()
    if found is None:
        raise Missing("no such application for this actor")
    return found
