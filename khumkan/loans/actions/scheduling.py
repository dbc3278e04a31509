"""Writing schedules: each a new version, with the old ones kept as they were."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import partial

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.loans.actions import posting
from khumkan.loans.models import Instalment, Loan, LoanBook, Schedule
from khumkan.loans.money_choices import Repaying, ScheduleReason
from khumkan.loans.rules import schedules
from khumkan.loans.rules.paying import total_of
from khumkan.loans.rules.schedules import Plan, schedule


def open_book(*, loan: Loan, kind: Repaying = Repaying.EQUAL_INSTALMENTS, interest_only: int = 0) -> LoanBook:
    """Give a loan its book when it is signed, in the transaction of the signing.

    :param interest_only: months at first in which only interest is paid; for that kind alone.
    :raises Refused: when interest only would be paid in all months, or in none.
    """
    if kind != Repaying.INTEREST_FIRST:
        interest_only = 0
    elif not 0 < interest_only < loan.term_months:
        raise Refused(
            N_("Interest only is paid in some of the %(months)d instalments, not in all."),
            "restructure_interest_only", months=loan.term_months,
        )  # fmt: skip
    posting.open_accounts(loan)
    book, _is_new = LoanBook.objects.get_or_create(
        loan=loan,
        defaults={
            "kind": kind,
            "interest_only": interest_only,
            "limit": loan.principal,
            "opened_at": clock.now(),
        },
    )
    return book


def book_with(*, kind: Repaying, interest_only: int = 0) -> Callable[[Loan], LoanBook]:
    """Return what signing calls to give the new loan its book: see `signing.sign`."""
    return partial(_opened, kind=kind, interest_only=interest_only)


def _opened(loan: Loan, *, kind: Repaying, interest_only: int) -> LoanBook:
    return open_book(loan=loan, kind=kind, interest_only=interest_only)


def write_schedule(
    book: LoanBook, plan: Plan, *, reason: ScheduleReason, terms_version: int, by: Actor, why: str = ""
) -> Schedule:
    """Store the next version of a loan's schedule and begin to fill it. The caller holds the book, and saves it."""
    rows = schedule(plan)
    made = Schedule.objects.create(
        loan=book.loan,
        version=(book.schedule.version if book.schedule else 0) + 1,
        reason=reason,
        principal=plan.principal,
        rate=plan.rate,
        kind=plan.kind,
        day_count=plan.day_count,
        from_on=plan.from_on,
        interest_only=plan.interest_only,
        carried=plan.carried,
        spread=plan.spread,
        level=plan.level,
        total=total_of(rows),
        terms_version=terms_version,
        why=why,
        made_at=clock.now(),
        made_by_kind=by.kind,
        made_by=by.id,
    )
    Instalment.objects.bulk_create(_lines(made, rows))
    book.schedule, book.scheduled, book.filled = made, made.total, Decimal(0)
    return made


def _lines(made: Schedule, rows: Sequence[schedules.Instalment]) -> Iterator[Instalment]:
    reached = Decimal(0)
    for row in rows:
        reached += row.total
        yield Instalment(
            schedule=made,
            number=row.number,
            due_on=row.due_on,
            principal=row.principal,
            interest=row.interest,
            balance=row.balance,
            reached=reached,
        )
