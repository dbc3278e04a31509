"""Waiving too few workers: one officer asks and says why, another one decides."""

from datetime import date

from django.db import IntegrityError, transaction

from khumkan import record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.loans.actions import covenants
from khumkan.loans.actions.steps import why_of
from khumkan.loans.models import BreachDecision, CovenantCase, CovenantStep, Loan, Waiver
from khumkan.loans.permissions import covenants as permissions
from khumkan.loans.states import CaseState, WaiverState, may_move

#: A waiver for longer is a new one.
MOST_MONTHS = 12


@transaction.atomic
def ask(*, case: CovenantCase, until: date, why: str, by: Actor) -> Waiver:
    """Ask that the months of a case up to one do not count.

    :param until: the first day of the last month.
    :raises Missing: for an officer of another province.
    :raises Refused: without a reason, for a case that is over, or when another waiver waits.
    """
    permissions.check_may_ask_waiver(by, case)
    reason = why_of(why)
    _loan, held = hold(case)
    check(may_move(CaseState(held.state), CaseState.WAIVED))
    months = (until.year - held.began.year) * 12 + until.month - held.began.month + 1
    if not 1 <= months <= MOST_MONTHS or until.day != 1:
        raise Refused(
            N_("Choose a month from the first one of this case on, %(most)d months at most."),
            "month_out_of_range",
            most=MOST_MONTHS,
        )
    try:
        with transaction.atomic():
            waiver = Waiver.objects.create(
                case=held, until=until, why=reason, asked_by=by.id or 0, asked_at=clock.now()
            )
    except IntegrityError as error:
        raise Refused(N_("A waiver is waiting for a second officer already."), "waiver_waits") from error
    record.write("loans.waiver_asked", by=by, about=waiver, data={"case": held.pk, "until": until.isoformat()})
    return waiver


@transaction.atomic
def give(*, waiver: Waiver, why: str = "", by: Actor) -> Waiver:
    """Give a waiver: its months do not count, and the case is over.

    :raises Refused: for everybody but officers of the head office, for the officer who asked, or when the case has
        moved on.
    """
    held = _decide(waiver, WaiverState.GIVEN, why, by=by)
    case = held.case
    check(may_move(CaseState(case.state), CaseState.WAIVED))
    now = clock.now()
    case.state, case.changed_at = CaseState.WAIVED, now
    case.save(update_fields=["state", "changed_at"])
    CovenantStep.objects.create(case=case, state=CaseState.WAIVED, because=held.why, by_id=by.id, at=now)
    BreachDecision.objects.filter(case=case, confirmed_at=None, dropped_at=None).update(dropped_at=now)
    record.write("loans.waiver_given", by=by, about=held, data={"case": case.pk, "until": held.until.isoformat()})
    covenants.judge_loans([case.loan_id], by=by)
    return held


@transaction.atomic
def refuse(*, waiver: Waiver, why: str, by: Actor) -> Waiver:
    """Refuse a waiver; the case goes on.

    :raises Refused: for everybody but officers of the head office, for the officer who asked, or without a reason.
    """
    held = _decide(waiver, WaiverState.REFUSED, why_of(why), by=by)
    record.write("loans.waiver_refused", by=by, about=held, data={"case": held.case_id})
    return held


def hold(case: CovenantCase) -> tuple[Loan, CovenantCase]:
    """Lock a loan and a case of it until the commit, in this order, and return them as they are now."""
    covenants.take_turn(alone=False)
    loan = Loan.objects.select_for_update(no_key=True).get(pk=case.loan_id)
    held = CovenantCase.objects.select_for_update(of=("self",), no_key=True).select_related(
        "loan__employer", "loan__bank"
    )
    return loan, held.get(pk=case.pk)


def _decide(waiver: Waiver, state: WaiverState, why: str, *, by: Actor) -> Waiver:
    permissions.check_may_decide_waiver(by, waiver)
    _loan, case = hold(waiver.case)
    held = Waiver.objects.select_for_update(no_key=True).get(pk=waiver.pk)
    held.case = case
    check(may_move(WaiverState(held.state), state))
    held.state, held.decided_by, held.decided_at, held.decided_why = state, by.id, clock.now(), why
    held.save(update_fields=["state", "decided_by", "decided_at", "decided_why"])
    return held
