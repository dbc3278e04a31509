"""Payments pause, as bank and employer agreed."""

from datetime import date

from django.db import transaction

from khumkan import policies, record
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.loans.actions import books, posting
from khumkan.loans.actions.capitalising import capitalise
from khumkan.loans.actions.scheduling import write_schedule
from khumkan.loans.models import Loan, Schedule
from khumkan.loans.money_choices import ScheduleReason
from khumkan.loans.permissions.money import check_may_book
from khumkan.loans.rules.moratorium import Pause, check_pause, paused
from khumkan.loans.terms.servicing import ServicingTerms


@transaction.atomic
def pause_payments(*, loan: Loan, pause: Pause, on: date, version: int, why: str, by: Actor) -> Schedule:
    """Let payments pause from a day on. Interest that joins the principal is booked on that day.

    :param version: of the schedule that was looked at; asking again after it was done changes nothing.
    :raises Refused: beyond the limits of the terms, without a reason, or when the schedule has changed meanwhile.
    """
    check_may_book(by, loan.bank_id)
    if not why.strip():
        raise Refused(N_("Please say why payments pause."), "no_reason")
    posting.check_day(on)
    book = books.hold(loan)
    if found := books.changed_since(book, version, reason=ScheduleReason.MORATORIUM):
        return found
    held = books.opened(book, on)
    terms = policies.in_force(ServicingTerms, on=on)
    check_pause(pause, months_before=book.paused_months, terms=terms)
    made = paused(held.plan, held.standing(on), pause, due_day=book.due_day)
    written = write_schedule(
        book, made.plan, reason=ScheduleReason.MORATORIUM, terms_version=terms.version, by=by, why=why.strip()
    )
    capitalise(book, made.capitalised, on=on, schedule=written, by=by)
    book.paused_months += pause.months
    book.save()
    data = {"months": pause.months, "schedule": written.pk}
    record.write("loans.payments_paused", by=by, about=held.loan, data=data)
    return written
