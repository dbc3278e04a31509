"""Payments as agreed, and taking one back that did not come."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from khumkan import record
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.loans.actions import books, posting
from khumkan.loans.actions.posting import Booking, Side
from khumkan.loans.models import Journal, Loan, LoanBook
from khumkan.loans.money_choices import AccountKind, MoneyEvent
from khumkan.loans.permissions.money import check_may_book
from khumkan.loans.rules.paying import split


@transaction.atomic
def repay(*, loan: Loan, amount: Decimal, on: date, number: str, by: Actor) -> Journal:
    """Book a payment of the employer: it fills the instalments in their order, in each the interest first.

    :param number: the bank's own of the payment; the same again changes nothing.
    :raises Refused: for more than all instalments that are left, and when nothing is owed.
    """
    check_may_book(by, loan.bank_id)
    posting.check_amount(amount)
    posting.check_day(on)
    key = posting.key_of(loan.bank_id, number)
    book = books.hold(loan)
    if found := posting.known(key, event=MoneyEvent.REPAID, amount=amount, on=on, loan=loan):
        return found
    held = books.opened(book, on, recalled=True)
    parts = split(held.rows, book.filled, amount)
    book.filled += amount
    book.save(update_fields=["filled"])
    journal = posting.post(
        Booking(key=key, event=MoneyEvent.REPAID, on=on, amount=amount, schedule=held.schedule),
        [
            Side(AccountKind.CASH, debit=amount),
            Side(AccountKind.INTEREST, credit=parts.interest),
            Side(AccountKind.PRINCIPAL, credit=parts.principal),
        ],
        bank=held.loan.bank,
        loan=held.loan,
        by=by,
    )
    books.close_when_paid(book, on)
    record.write("loans.money_repaid", by=by, about=held.loan, data={"journal": journal.pk, "amount": str(amount)})
    return journal


@transaction.atomic
def reverse(*, journal: Journal, why: str, by: Actor) -> Journal:
    """Take back a payment that did not come, such as a cheque that bounced. Doing it again changes nothing.

    Only the last payments of the present schedule can be taken back; those before a change of it are settled by the
    bank with a new payment or new terms.

    :raises Refused: without a reason, for anything but a payment, and when the schedule has changed since.
    """
    check_may_book(by, journal.bank_id)
    if not why.strip():
        raise Refused(N_("Please say why the payment is taken back."), "no_reason")
    if journal.event != MoneyEvent.REPAID or journal.loan is None:
        raise Refused(N_("Only payments can be taken back."), "money_not_a_payment")
    book = books.hold(journal.loan)
    if found := Journal.objects.filter(reverses=journal).first():
        return found
    if _schedule_changed(journal, book):
        raise Refused(N_("The schedule has changed since this payment; it stays booked."), "money_schedule_changed")
    made = _post_reversal(book, journal, why.strip(), by)
    book.filled -= journal.amount
    book.save(update_fields=["filled"])
    books.open_again(book)
    record.write("loans.money_reversed", by=by, about=book.loan, data={"journal": made.pk, "of": journal.pk})
    return made


def _post_reversal(book: LoanBook, journal: Journal, why: str, by: Actor) -> Journal:
    """Book a payment back from the end of what is filled."""
    back = split(books.rows_of(book), book.filled - journal.amount, journal.amount)
    return posting.post(
        Booking(
            key=f"{journal.bank_id}:reversal of journal {journal.pk}",
            event=MoneyEvent.REVERSED,
            on=clock.today(),
            amount=journal.amount,
            schedule=book.schedule,
            reverses=journal,
            why=why,
        ),
        [
            Side(AccountKind.INTEREST, debit=back.interest),
            Side(AccountKind.PRINCIPAL, debit=back.principal),
            Side(AccountKind.CASH, credit=journal.amount),
        ],
        bank=book.loan.bank,
        loan=book.loan,
        by=by,
    )


def _schedule_changed(journal: Journal, book: LoanBook) -> bool:
    """Tell whether another schedule is filled now, or this one was closed ahead of time."""
    changed = journal.schedule_id != (book.schedule.pk if book.schedule else None)
    return changed or Journal.objects.filter(schedule=journal.schedule_id, event=MoneyEvent.PREPAID).exists()
