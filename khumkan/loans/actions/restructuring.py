"""New terms for a loan, as bank and employer agreed. The contract and all older schedules stay on file."""

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
from khumkan.loans.rules.restructuring import NewTerms, check_new_terms, restructured
from khumkan.loans.terms.servicing import ServicingTerms


@transaction.atomic
def restructure(*, loan: Loan, new: NewTerms, on: date, version: int, why: str, by: Actor) -> Schedule:
    """Give a loan new terms from a day on.

    :param version: of the schedule that was looked at; asking again after it was done changes nothing.
    :raises Refused: beyond the limits of the terms, without a reason, or when the schedule has changed meanwhile.
    """
    check_may_book(by, loan.bank_id)
    if not why.strip():
        raise Refused(N_("Please say why the terms change."), "no_reason")
    posting.check_day(on)
    book = books.hold(loan)
    if found := books.changed_since(book, version, reason=ScheduleReason.RESTRUCTURED):
        return found
    held = books.opened(book, on)
    terms = policies.in_force(ServicingTerms, on=on)
    check_new_terms(new, held.plan, signed_on=held.loan.signed_on, times_before=book.restructured, terms=terms)
    made = restructured(held.plan, held.standing(on), new)
    written = write_schedule(
        book, made.plan, reason=ScheduleReason.RESTRUCTURED, terms_version=terms.version, by=by, why=why.strip()
    )
    capitalise(book, made.capitalised, on=on, schedule=written, by=by)
    book.restructured += 1
    book.kind, book.due_day = new.kind, new.first_due_on.day
    book.save()
    record.write("loans.terms_changed", by=by, about=held.loan, data={"schedule": written.pk})
    return written
