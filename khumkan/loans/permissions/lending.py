"""Who adds banks, opens phases, issues certificates, applies, decides and signs."""

from khumkan.kernel.actors import Actor, ActorKind, Role
from khumkan.kernel.errors import Missing, Reason, Refused, Verdict, check
from khumkan.kernel.words import N_
from khumkan.loans.models import Application, EmployerCertificate, Loan
from khumkan.loans.permissions import scopes
from khumkan.policies import permissions as policy_permissions
from khumkan.registry.models import Employer

#: Who reads phases, banks and the portfolio, which name no enterprise.
READERS = (Role.OFFICER, Role.SUPERVISOR, Role.AUDITOR)


def check_may_run(by: Actor) -> None:
    """Officers of the whole country add and suspend banks and draft phases.

    :raises Missing: for everybody else.
    """
    if not may_run(by):
        raise Missing("banks and phases are for officers of the whole country")


def may_run(by: Actor) -> bool:
    """Tell whether `check_may_run` would pass, for buttons."""
    return by.kind is ActorKind.SYSTEM or bool(policy_permissions.may_change(by))


def check_may_sign_phase(by: Actor, *, drafted_by: int | None) -> None:
    """Another officer than the one who drafted a phase signs it.

    :raises Missing: for everybody but officers of the whole country.
    :raises Refused: for the officer who drafted it.
    """
    check_may_run(by)
    policy_permissions.check_may_decide(by, proposed_by=drafted_by)


def may_sign_phase(by: Actor, *, drafted_by: int | None) -> Verdict:
    """Say whether `check_may_sign_phase` would pass, for buttons and for the sentence in their place."""
    return policy_permissions.may_decide(by, proposed_by=drafted_by)


def check_may_ask(by: Actor, employer: Employer) -> None:
    """The HR office of an employer asks for certificates and applies for it.

    :raises Missing: for another employer.
    """
    scopes.check_is_of_employer(by, employer.pk)


def check_may_revoke(by: Actor, certificate: EmployerCertificate) -> None:
    """Officers of the employer's province revoke its certificates.

    :raises Missing: for everybody else.
    """
    scopes.check_is_officer_of(by, certificate.employer.province_code)


def check_may_change(by: Actor, application: Application) -> None:
    """The employer writes, sends and withdraws its application.

    :raises Missing: for another employer.
    """
    scopes.check_is_of_employer(by, application.employer_id)


def check_may_handle(by: Actor, application: Application) -> None:
    """Officers of the bank look at what was sent to it, return it and propose what to decide.

    :raises Missing: for another bank, and for what was never sent.
    """
    scopes.check_is_banker_of(by, application.bank_id)
    if not application.is_seen_by_bank:
        raise Missing("this was not sent to the bank")


def check_may_decide(by: Actor, application: Application) -> None:
    """A second officer of the bank decides what the first one proposed.

    :raises Missing: for another bank.
    :raises Refused: for the officer who proposed it.
    """
    check_may_handle(by, application)
    check(is_second(by, application))


def is_second(by: Actor, application: Application) -> Verdict:
    """Say whether the actor is somebody else than the officer who proposed, for buttons too.

    Nobody but a member of staff decides: Khumkan and the software of a bank cannot be a second pair of eyes.
    """
    if by.kind is not ActorKind.STAFF or by.id is None:
        return Verdict.no(Reason("needs_banker", N_("An officer of the bank has to decide this.")))
    if by.id == application.proposed_by:
        return Verdict.no(
            Reason("needs_second", N_("You proposed this yourself. A second officer of the bank has to decide."))
        )
    return Verdict.yes()


def check_may_sign(by: Actor, application: Application) -> None:
    """Officers of the bank sign the contract with the employer.

    :raises Missing: for another bank.
    """
    check_may_handle(by, application)


def check_may_give_up(by: Actor, loan: Loan) -> None:
    """Officers of the bank note that a contract was given up before any money.

    :raises Missing: for another bank.
    """
    scopes.check_is_banker_of(by, loan.bank_id)


def may_decide(by: Actor, application: Application) -> bool:
    """Tell whether the buttons of the second officer are shown."""
    try:
        check_may_decide(by, application)
    except (Missing, Refused):
        return False
    return True
