"""What follows from a breach is the bank's decision: one officer proposes it, another one confirms it.

What a confirmed decision does to the loan is done in the same transaction: see `consequences`.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction

from khumkan import record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.loans.actions import consequences
from khumkan.loans.actions.steps import why_of
from khumkan.loans.actions.waivers import hold
from khumkan.loans.choices import BankDecision
from khumkan.loans.models import BreachDecision, CovenantCase, CovenantStep
from khumkan.loans.permissions import covenants as permissions
from khumkan.loans.queries.covenants import terms_of
from khumkan.loans.states import CaseState, may_move


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What an officer of the bank proposes.

    :param from_on: since when it holds; a recall is due on this day.
    :param step: percent a year that are added to the rate; 0 unless the rate is stepped up.
    """

    what: BankDecision
    from_on: date
    why: str
    step: Decimal = Decimal(0)


@transaction.atomic
def propose(*, case: CovenantCase, decision: Decision, by: Actor) -> BreachDecision:
    """Propose what follows from a breach that was reported to the bank.

    :raises Missing: for another bank.
    :raises Refused: when there is no breach, a proposal waits already, the step is higher than the terms allow, no
        money is owed, or it would hold since before the bank was told.
    """
    permissions.check_may_propose(by, case)
    reason = why_of(decision.why)
    loan, held = hold(case)
    if held.state != CaseState.BREACHED:
        raise Refused(N_("This is no breach that waits for a decision of the bank."), "no_breach")
    most = terms_of(loan).step_up
    is_step = decision.what is BankDecision.STEP_UP
    if is_step != (decision.step > 0) or decision.step > most:
        raise Refused(
            N_("The rate can be stepped up by more than 0 and at most %(most)s percent a year."),
            "step_out_of_range",
            most=str(most),
        )
    if decision.what is not BankDecision.KEEP:
        consequences.check_can(loan, told_at=held.breached_at, from_on=decision.from_on)
    try:
        with transaction.atomic():
            proposed = BreachDecision.objects.create(
                case=held, decision=decision.what, step=decision.step, from_on=decision.from_on, why=reason,
                proposed_by=by.id or 0, proposed_at=clock.now(),
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(N_("A colleague has proposed something already. Look at it first."), "proposal_waits") from error
    record.write("loans.breach_proposed", by=by, about=proposed, data=_data(proposed))
    return proposed


@transaction.atomic
def confirm(*, decision: BreachDecision, by: Actor) -> BreachDecision:
    """Confirm a proposal as a second officer of the bank: the loan is recalled by this, or its rate rises on its day.

    :raises Missing: for another bank.
    :raises Refused: for the officer who proposed it, when the breach is none any more, or when the schedule cannot be
        changed now, as while something is overdue.
    """
    permissions.check_may_confirm(by, decision)
    loan, case = hold(decision.case)
    held = _open(decision)
    now = clock.now()
    new = CaseState.RECALLED if held.decision == BankDecision.RECALL else CaseState.DECIDED
    check(may_move(CaseState(case.state), new))
    held.confirmed_by, held.confirmed_at = by.id, now
    held.schedule = consequences.follow(held, loan, by=by)
    held.save(update_fields=["confirmed_by", "confirmed_at", "schedule"])
    case.state, case.changed_at = new, now
    case.save(update_fields=["state", "changed_at"])
    CovenantStep.objects.create(case=case, state=new, because=held.why, by_id=by.id, at=now)
    record.write("loans.breach_decided", by=by, about=held, data=_data(held))
    return held


@transaction.atomic
def drop(*, decision: BreachDecision, by: Actor) -> BreachDecision:
    """Put a proposal aside, as its author or as a second officer who does not agree; another one can be made.

    :raises Missing: for another bank.
    :raises Refused: when it was confirmed or dropped already.
    """
    permissions.check_may_propose(by, decision.case)
    hold(decision.case)
    held = _open(decision)
    held.dropped_at = clock.now()
    held.save(update_fields=["dropped_at"])
    record.write("loans.breach_proposal_dropped", by=by, about=held, data=_data(held))
    return held


def _open(decision: BreachDecision) -> BreachDecision:
    held = BreachDecision.objects.select_for_update(no_key=True).get(pk=decision.pk)
    if held.confirmed_at is not None or held.dropped_at is not None:
        raise Refused(N_("This was decided in the meantime. Please look at it again."), "decided_already")
    return held


def _data(decision: BreachDecision) -> dict[str, int | str]:
    return {
        "case": decision.case_id,
        "decision": decision.decision,
        "step": str(decision.step),
        "from": decision.from_on.isoformat(),
    }
