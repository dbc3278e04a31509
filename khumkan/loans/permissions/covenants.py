"""Who waives too few workers, and who decides what follows from a breach."""

from khumkan.kernel.actors import Actor, ActorKind, Role
from khumkan.kernel.errors import Missing, Reason, Refused, Verdict, check
from khumkan.kernel.words import N_
from khumkan.loans.models import BreachDecision, CovenantCase, Waiver
from khumkan.loans.permissions import scopes


def check_may_ask_waiver(by: Actor, case: CovenantCase) -> None:
    """An officer of the employer's province asks for a waiver.

    :raises Missing: for everybody else.
    :raises Refused: for a system: a waiver is asked for by a person.
    """
    scopes.check_is_officer_of(by, case.loan.employer.province_code)
    check(_is_person(by))


def check_may_decide_waiver(by: Actor, waiver: Waiver) -> None:
    """Another officer than the one who asked decides about a waiver: of the head office, as money is at stake.

    :raises Refused: for everybody but officers of the head office, and for the officer who asked.
    """
    if not by.is_national(Role.OFFICER):
        raise Refused(N_("A second officer of the head office decides this."), "head_office")
    check(is_second(by, waiver.asked_by))


def check_may_propose(by: Actor, case: CovenantCase) -> None:
    """An officer of the bank proposes what follows from a breach.

    :raises Missing: for another bank.
    :raises Refused: for the software of a bank: an officer proposes.
    """
    scopes.check_is_banker_of(by, case.loan.bank_id)
    check(_is_person(by))


def check_may_confirm(by: Actor, decision: BreachDecision) -> None:
    """Another officer of the bank confirms it, or does not.

    :raises Missing: for another bank.
    :raises Refused: for the officer who proposed it.
    """
    scopes.check_is_banker_of(by, decision.case.loan.bank_id)
    check(is_second(by, decision.proposed_by))


def is_second(by: Actor, first: int) -> Verdict:
    """Say whether the actor is a person and somebody else than the first one, for buttons too."""
    verdict = _is_person(by)
    if not verdict:
        return verdict
    if by.id == first:
        return Verdict.no(Reason("needs_second", N_("You began this yourself. Somebody else has to decide.")))
    return Verdict.yes()


def may_decide_waiver(by: Actor, waiver: Waiver) -> bool:
    """Tell whether `check_may_decide_waiver` would pass, for buttons."""
    try:
        check_may_decide_waiver(by, waiver)
    except (Missing, Refused):
        return False
    return True


def _is_person(by: Actor) -> Verdict:
    if by.kind is not ActorKind.STAFF or by.id is None:
        return Verdict.no(Reason("needs_person", N_("An officer has to do this, not a program.")))
    return Verdict.yes()
