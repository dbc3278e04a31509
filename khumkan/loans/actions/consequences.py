"""What a decision about a breach does to the loan: a step raises the rate from its day on, a recall makes all due."""

import logging
from datetime import date, datetime

from django.db import transaction

from khumkan import policies, record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.loans.actions import books, covenants, signing
from khumkan.loans.actions.reserving import Day
from khumkan.loans.actions.scheduling import write_schedule
from khumkan.loans.choices import BankDecision
from khumkan.loans.models import BreachDecision, Loan, LoanBook, Schedule
from khumkan.loans.money_choices import ScheduleReason
from khumkan.loans.rules import stepping
from khumkan.loans.rules.schedules import Plan
from khumkan.loans.states import LoanState
from khumkan.loans.terms.servicing import ServicingTerms

#: Of the words of a decision on its schedule.
LONGEST_WHY = 200
logger = logging.getLogger(__name__)


def check_can(loan: Loan, *, told_at: datetime | None, from_on: date) -> None:
    """Refuse what cannot be done to a loan: nothing is owed, or it would hold since before the bank was told.

    :raises Refused: with the day on which the bank was told.
    """
    if loan.state == LoanState.SIGNED:
        raise Refused(N_("Nothing of this loan has been drawn yet."), "money_not_drawn")
    if loan.state != LoanState.DRAWN:
        raise Refused(N_("Nothing is owed of this loan any more, or the bank has recalled it."), "money_nothing_owed")
    told_on = clock.bangkok(told_at).date() if told_at else clock.today()
    if from_on < told_on:
        raise Refused(
            N_("The bank was told of this breach on %(day)s; a decision cannot hold since before that day."),
            "decision_too_early", day=Day(told_on),
        )  # fmt: skip


def follow(decision: BreachDecision, loan: Loan, *, by: Actor) -> Schedule | None:
    """Do to a loan what was confirmed, and return the schedule that came of it: none yet before the day of a step.

    The caller holds the loan and the decision.

    :raises Refused: when the schedule cannot be changed as it stands.
    """
    if decision.decision == BankDecision.RECALL:
        return _recall(decision, loan, by=by)
    if decision.decision == BankDecision.STEP_UP and decision.from_on <= clock.today():
        return _step_up(decision, loan, by=by)
    return None


def step_up_due(*, by: Actor) -> int:
    """Raise the rate of loans whose step was confirmed and whose day has come; return of how many.

    One that cannot be changed yet, as while something is overdue, is tried again the next time; its rate then rises
    from the day that was decided, or from the last date that was paid.
    """
    due = BreachDecision.objects.filter(
        decision=BankDecision.STEP_UP, schedule=None, confirmed_at__isnull=False, from_on__lte=clock.today()
    )
    return sum(_try(pk, by=by) for pk in due.order_by("from_on", "pk").values_list("pk", flat=True))


def _try(decision_id: int, *, by: Actor) -> bool:
    try:
        with transaction.atomic():
            return _late_step(decision_id, by=by)
    except Refused as refused:
        logger.info("the step of decision %s waits: %s", decision_id, refused.code)
        return False


def _late_step(decision_id: int, *, by: Actor) -> bool:
    covenants.take_turn(alone=False)
    loan_id = BreachDecision.objects.values_list("case__loan", flat=True).get(pk=decision_id)
    loan = Loan.objects.select_for_update(no_key=True).get(pk=loan_id)
    held = BreachDecision.objects.select_for_update(no_key=True).get(pk=decision_id)
    if held.schedule_id is not None or loan.state != LoanState.DRAWN:
        return False
    held.schedule = _step_up(held, loan, by=by)
    held.save(update_fields=["schedule"])
    return True


def _step_up(decision: BreachDecision, loan: Loan, *, by: Actor) -> Schedule:
    book = books.hold(loan)
    held = books.opened(book, clock.today())
    stand = held.standing(stepping.stepped_on(held.plan, decision.from_on))
    plan = stepping.stepped_up(held.plan, stand, decision.step)
    return _write(book, plan, ScheduleReason.STEPPED_UP, decision, by=by)


def _recall(decision: BreachDecision, loan: Loan, *, by: Actor) -> Schedule:
    """Make everything due on the day of the decision; what was never drawn goes back to the envelope."""
    book = books.hold(loan)
    held = books.opened(book, clock.today())
    day = stepping.looked_at(held.plan, held.rows, book.filled, due_on=decision.from_on, today=clock.today())
    plan = stepping.recalled(held.plan, held.standing(day), decision.from_on)
    written = _write(book, plan, ScheduleReason.RECALLED, decision, by=by)
    books.recall(book)
    signing.keep_only(loan=book.loan, drawn=book.drawn, by=by)
    return written


def _write(book: LoanBook, plan: Plan, reason: ScheduleReason, decision: BreachDecision, *, by: Actor) -> Schedule:
    terms = policies.in_force(ServicingTerms, on=clock.today())
    why = decision.why[:LONGEST_WHY]
    written = write_schedule(book, plan, reason=reason, terms_version=terms.version, by=by, why=why)
    book.save()
    record.write("loans.terms_changed", by=by, about=book.loan, data={"schedule": written.pk})
    return written
