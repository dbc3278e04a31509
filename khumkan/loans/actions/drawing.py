"""Drawing money of a loan, in one part or several."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from khumkan import policies, record
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.loans.actions import books, posting, signing
from khumkan.loans.actions.posting import Booking, Side
from khumkan.loans.actions.scheduling import open_book, write_schedule
from khumkan.loans.models import Journal, Loan, LoanBook
from khumkan.loans.money_choices import AccountKind, MoneyEvent, Repaying, ScheduleReason
from khumkan.loans.permissions.money import check_may_book
from khumkan.loans.rules.drawing import drawn_more, first_plan
from khumkan.loans.rules.schedules import Plan
from khumkan.loans.states import LoanState, may_move
from khumkan.loans.terms.servicing import ServicingTerms


@transaction.atomic
def draw(*, loan: Loan, amount: Decimal, on: date, number: str, by: Actor) -> Journal:
    """Book that the bank paid out money of a loan. The schedule is made, or made anew, with it.

    :param number: the bank's own of the payment; the same again changes nothing.
    :raises Refused: for more than the contract, an expired certificate, after the last day for drawing, while something
        is overdue, or when the loan has ended.
    """
    check_may_book(by, loan.bank_id)
    posting.check_amount(amount)
    posting.check_day(on)
    key = posting.key_of(loan.bank_id, number)
    open_book(loan=loan)
    book = posting.hold(loan.pk)
    if found := posting.known(key, event=MoneyEvent.DRAWN, amount=amount, on=on, loan=loan):
        return found
    _check_may_draw(book, amount, on)
    terms = policies.in_force(ServicingTerms, on=book.loan.signed_on)
    plan = _plan(book, amount, on, terms)
    made = write_schedule(book, plan, reason=ScheduleReason.DRAWN, terms_version=terms.version, by=by)
    book.drawn += amount
    book.due_day = book.due_day or terms.due_day or on.day
    book.save()
    _move_to_drawn(book.loan)
    journal = posting.post(
        Booking(key=key, event=MoneyEvent.DRAWN, on=on, amount=amount, schedule=made),
        [Side(AccountKind.PRINCIPAL, debit=amount), Side(AccountKind.CASH, credit=amount)],
        bank=book.loan.bank,
        loan=book.loan,
        by=by,
    )
    record.write("loans.money_drawn", by=by, about=book.loan, data={"journal": journal.pk, "amount": str(amount)})
    return journal


@transaction.atomic
def finish_drawing(*, loan: Loan, by: Actor) -> Loan:
    """Note that nothing more is going to be drawn: the rest of the reservation goes back to the envelope at once.

    :raises Refused: when nothing was drawn; then the contract is given up instead.
    """
    check_may_book(by, loan.bank_id)
    book = books.hold(loan)
    return signing.keep_only(loan=book.loan, drawn=book.drawn, by=by)


def _check_may_draw(book: LoanBook, amount: Decimal, on: date) -> None:
    loan = book.loan
    if loan.state not in (LoanState.SIGNED, LoanState.DRAWN):
        raise Refused(N_("This loan has ended; nothing can be drawn."), "money_loan_ended")
    if on < loan.signed_on or on > loan.drawable_until:
        raise Refused(
            N_("Money of this loan can be drawn from %(first)s to %(last)s."),
            "money_not_drawable", first=loan.signed_on, last=loan.drawable_until,
        )  # fmt: skip
    if not book.drawn and on > loan.application.certificate.valid_until:
        raise Refused(
            N_("The certificate of establishment status ended on %(day)s; it must hold when money is first drawn."),
            "money_certificate_ended", day=loan.application.certificate.valid_until,
        )  # fmt: skip
    left = min(book.limit, loan.reserved) - book.drawn
    if amount > left:
        raise Refused(
            N_("Only %(left)s baht of the contract are left to be drawn."), "money_above_contract", left=left
        )  # fmt: skip


def _plan(book: LoanBook, amount: Decimal, on: date, terms: ServicingTerms) -> Plan:
    if book.schedule is None:
        return first_plan(
            amount=amount,
            rate=book.loan.rate,
            term_months=book.loan.term_months,
            drawn_on=on,
            kind=Repaying(book.kind),
            interest_only=book.interest_only,
            terms=terms,
        )
    held = books.opened(book, on)
    return drawn_more(held.plan, held.standing(on), amount)


def _move_to_drawn(loan: Loan) -> None:
    if loan.state == LoanState.SIGNED:
        check(may_move(LoanState.SIGNED, LoanState.DRAWN))
        loan.state = LoanState.DRAWN
        loan.save(update_fields=["state"])
