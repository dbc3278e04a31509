"""Paying back ahead of time."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from khumkan import policies, record
from khumkan.kernel.actors import Actor
from khumkan.loans.actions import books, posting
from khumkan.loans.actions.books import Held
from khumkan.loans.actions.posting import Booking, Side
from khumkan.loans.actions.scheduling import write_schedule
from khumkan.loans.models import Journal, Loan
from khumkan.loans.money_choices import AccountKind, MoneyEvent, Prepaying, ScheduleReason
from khumkan.loans.permissions.money import check_may_book
from khumkan.loans.rules.prepaying import Prepayment, prepaid
from khumkan.loans.terms.servicing import ServicingTerms


@transaction.atomic
def prepay(*, loan: Loan, amount: Decimal, on: date, way: Prepaying, number: str, by: Actor) -> Journal:
    """Book a payment ahead of time: the interest up to the day first, the rest lowers the principal.

    :param way: whether the loan becomes shorter or its instalments smaller; without meaning when it is paid back whole.
    :param number: the bank's own of the payment; the same again changes nothing.
    :raises Refused: while something is overdue, for too much, and for less than the interest up to the day.
    """
    check_may_book(by, loan.bank_id)
    posting.check_amount(amount)
    posting.check_day(on)
    key = posting.key_of(loan.bank_id, number)
    book = books.hold(loan)
    if found := posting.known(key, event=MoneyEvent.PREPAID, amount=amount, on=on, loan=loan):
        return found
    held = books.opened(book, on)
    terms = policies.in_force(ServicingTerms, on=held.loan.signed_on)
    parts = prepaid(held.plan, held.standing(on), amount, way=way, fee_percent=terms.prepayment_fee)
    journal = _post(held, parts, amount, on, key, by)
    if parts.plan is None:
        book.filled = book.scheduled
        books.close_when_paid(book, on)
    else:
        write_schedule(book, parts.plan, reason=ScheduleReason.PREPAID, terms_version=terms.version, by=by)
    book.save()
    record.write("loans.money_prepaid", by=by, about=held.loan, data={"journal": journal.pk, "amount": str(amount)})
    return journal


def _post(held: Held, parts: Prepayment, amount: Decimal, on: date, key: str, by: Actor) -> Journal:
    return posting.post(
        Booking(key=key, event=MoneyEvent.PREPAID, on=on, amount=amount, schedule=held.schedule),
        [
            Side(AccountKind.CASH, debit=amount),
            Side(AccountKind.INTEREST, credit=parts.interest),
            Side(AccountKind.PRINCIPAL, credit=parts.principal),
            Side(AccountKind.FEE, credit=parts.fee),
        ],
        bank=held.loan.bank,
        loan=held.loan,
        by=by,
    )
