"""The book of a loan while something is done with it: held, read once, closed when everything is paid."""

from dataclasses import dataclass
from datetime import date

from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.loans.actions import posting
from khumkan.loans.models import Loan, LoanBook, Schedule
from khumkan.loans.money_choices import ScheduleReason
from khumkan.loans.rules.paying import Standing, standing
from khumkan.loans.rules.schedules import Instalment, Plan
from khumkan.loans.states import LoanState, may_move


@dataclass(frozen=True)
class Held:
    """A book under its lock, with the schedule that is being filled."""

    book: LoanBook
    schedule: Schedule
    rows: tuple[Instalment, ...]
    plan: Plan

    @property
    def loan(self) -> Loan:
        """The loan as it is under the lock."""
        return self.book.loan

    def standing(self, on: date) -> Standing:
        """Return where the loan stands on a day.

        :raises Refused: see `khumkan.loans.rules.paying.standing`.
        """
        return standing(self.plan, self.rows, self.book.filled, on)


def hold(loan: Loan) -> LoanBook:
    """Lock the book of a loan of which money was drawn.

    :raises Refused: when nothing was drawn yet.
    """
    if not LoanBook.objects.filter(loan=loan, schedule__isnull=False).exists():
        raise Refused(N_("Nothing of this loan has been drawn yet."), "money_not_drawn")
    return posting.hold(loan.pk)


def opened(book: LoanBook, on: date, *, recalled: bool = False) -> Held:
    """Return a held book with its schedule, to book something for a day.

    :param recalled: whether it may be done with a loan that the bank recalled.
    :raises Refused: when the loan has ended, or the day is before its signing.
    """
    allowed = (LoanState.DRAWN, LoanState.RECALLED) if recalled else (LoanState.DRAWN,)
    if book.schedule is None or book.loan.state not in allowed:
        raise Refused(N_("Nothing is owed of this loan any more, or the bank has recalled it."), "money_nothing_owed")
    if on < book.loan.signed_on:
        raise Refused(
            N_("The loan was signed on %(day)s; nothing is booked for an earlier day."),
            "money_before_signing", day=book.loan.signed_on,
        )  # fmt: skip
    rows = rows_of(book)
    return Held(book, book.schedule, rows, book.schedule.plan(rows))


def rows_of(book: LoanBook) -> tuple[Instalment, ...]:
    """Return the instalments that a held book fills; none before money was drawn."""
    return book.schedule.rows() if book.schedule else ()


def changed_since(book: LoanBook, version: int, *, reason: ScheduleReason) -> Schedule | None:
    """Return the schedule that this very request made before, or None when it can be done now.

    :param version: of the schedule that was looked at when the request was made.
    :raises Refused: when the schedule was changed by something else meanwhile.
    """
    now = book.schedule
    if now is None or now.version == version:
        return None
    if now.version == version + 1 and now.reason == reason:
        return now
    raise Refused(
        N_("The schedule was changed meanwhile. Please look at it again."), "money_schedule_changed_meanwhile"
    )


def close_when_paid(book: LoanBook, on: date) -> None:
    """End the loan when its schedule is filled."""
    if book.filled == book.scheduled:
        _move(book.loan, LoanState.REPAID, on)


def open_again(book: LoanBook) -> None:
    """Let a loan that had ended run again, because a payment was taken back."""
    if book.loan.state == LoanState.REPAID:
        was_recalled = book.schedule is not None and book.schedule.reason == ScheduleReason.RECALLED
        _move(book.loan, LoanState.RECALLED if was_recalled else LoanState.DRAWN, None)


def recall(book: LoanBook) -> None:
    """Note that a loan of which money was drawn is asked back."""
    _move(book.loan, LoanState.RECALLED, None)


def _move(loan: Loan, state: LoanState, closed_on: date | None) -> None:
    check(may_move(LoanState(loan.state), state))
    loan.state, loan.closed_on = state, closed_on
    loan.save(update_fields=["state", "closed_on"])
