"""Interest that is not paid joins the principal, as was agreed."""

from datetime import date
from decimal import Decimal

from khumkan.kernel.actors import Actor
from khumkan.loans.actions import posting
from khumkan.loans.actions.posting import Booking, Side
from khumkan.loans.models import LoanBook, Schedule
from khumkan.loans.money_choices import AccountKind, MoneyEvent


def capitalise(book: LoanBook, interest: Decimal, *, on: date, schedule: Schedule, by: Actor) -> None:
    """Book that interest was added to the principal, when there is any. The caller holds the book."""
    if not interest:
        return
    posting.post(
        Booking(
            key=f"{book.loan.bank_id}:interest added by schedule {schedule.pk}",
            event=MoneyEvent.CAPITALISED,
            on=on,
            amount=interest,
            schedule=schedule,
        ),
        [Side(AccountKind.PRINCIPAL, debit=interest), Side(AccountKind.INTEREST, credit=interest)],
        bank=book.loan.bank,
        loan=book.loan,
        by=by,
    )
