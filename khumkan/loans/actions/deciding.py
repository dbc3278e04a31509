"""What a bank does with an application: return it, propose what to decide, and decide by a second officer."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.loans.actions import reserving, steps
from khumkan.loans.choices import Proposal
from khumkan.loans.models import Application
from khumkan.loans.permissions import lending as permissions
from khumkan.loans.queries import certificates, checking, phases
from khumkan.loans.rules import amounts
from khumkan.loans.rules.certificates import Standing
from khumkan.loans.rules.checking import may_go_on
from khumkan.loans.states import ApplicationState
from khumkan.policies.states import PhaseState


@transaction.atomic
def return_(*, application: Application, why: str, by: Actor) -> Application:
    """Give an application back to the employer, with what is missing.

    :raises Missing: for another bank.
    :raises Refused: without a reason, or when it is not with the bank.
    """
    held = steps.hold(application)
    permissions.check_may_handle(by, held)
    steps.move(held, ApplicationState.RETURNED, why=steps.why_of(why), by=by)
    return held


@transaction.atomic
def propose(
    *,
    application: Application,
    proposal: Proposal,
    why: str,
    by: Actor,
    amount: Decimal | None = None,
    refinance: Decimal | None = None,
) -> Application:
    """Propose to a second officer of the bank what to decide.

    :param amount: baht to approve, `refinance` of it; as asked for when none is named. Never more than asked for.
    :raises Missing: for another bank.
    :raises Refused: without a reason, with amounts that make no sense, or when it is not with the bank.
    """
    held = steps.hold(application)
    permissions.check_may_handle(by, held)
    steps.check_at(held, ApplicationState.PROPOSED)
    reason = steps.why_of(why)
    asked = held.amount if amount is None else amount
    part = min(held.refinance, asked) if refinance is None else refinance
    check(amounts.may_ask(asked, part, cap=held.amount))
    changes = {
        "proposal": proposal,
        "proposed_amount": asked,
        "proposed_refinance": part,
        "proposed_by": by.id,
        "proposed_at": clock.now(),
        "decided_by": None,
        "decided_at": None,
    }
    steps.move(held, ApplicationState.PROPOSED, why=reason, by=by, changes=changes)
    return held


@transaction.atomic
def decide(*, application: Application, agrees: bool, by: Actor, why: str = "") -> Application:
    """Decide as the second officer: approve or decline as proposed, or give it back to the colleague.

    An approval reserves the money in the same moment, or is refused: nobody is promised what is not there.

    :param why: needed when the officer does not agree.
    :raises Missing: for another bank.
    :raises Refused: for the officer who proposed it, when a check finds what stops it, or when no money is left.
    """
    held = steps.hold(application)
    permissions.check_may_decide(by, held)
    if held.state != ApplicationState.PROPOSED:
        steps.check_at(held, ApplicationState.APPROVED)
    if not agrees:
        steps.move(held, ApplicationState.SENT, event="application_sent_back", why=steps.why_of(why), by=by)
        return held
    decided = {"decided_by": by.id, "decided_at": clock.now()}
    if held.proposal == Proposal.DECLINE:
        steps.move(held, ApplicationState.DECLINED, why=why.strip(), by=by, changes=decided)
        return held
    return _approve(held, decided, why=why.strip(), by=by)


def _approve(held: Application, decided: Mapping[str, object], *, why: str, by: Actor) -> Application:
    amount = held.amount if held.proposed_amount is None else held.proposed_amount
    refinance = held.refinance if held.proposed_refinance is None else held.proposed_refinance
    if held.phase.state != PhaseState.OPEN:
        raise Refused(N_("No money of this phase can be reserved at this time."), "phase_closed")
    if certificates.standing_of(held.certificate) is not Standing.VALID:
        raise Refused(
            N_("The certificate does not hold any more. Please return the application: the employer gets a new one."),
            "certificate_over",
        )
    terms = phases.terms_of(held.phase_id)
    check(may_go_on(checking.findings(held, terms=terms)))

    def reserved() -> Mapping[str, object]:
        money = reserving.reserve(held, amount=amount, refinance=refinance, terms=terms, by=by)
        return {"claim_id": money.claim_id, "pace_claim_id": money.pace_claim_id, "reserved_until": money.until}

    changes = {**decided, "terms_version": terms.version}
    steps.move(held, ApplicationState.APPROVED, why=why, by=by, changes=changes, at_last=reserved)
    return held
