"""Many payments of one loan at once, real commits on real threads, with an auditor who reads all the while.

TRUST.md R13. The whole size is `khumkan bench loan_repayments`.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from django.db import connections, transaction

from khumkan.capacity.testing import broken, race, won
from khumkan.kernel.errors import Refused
from khumkan.loans import testing
from khumkan.loans.actions import posting
from khumkan.loans.actions.drawing import draw
from khumkan.loans.actions.repaying import repay, reverse
from khumkan.loans.models import Journal, LedgerAccount, Loan, LoanBook
from khumkan.loans.money_choices import AccountKind, MoneyEvent
from khumkan.loans.queries.money import disagreements

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
DRAWN = date(2021, 8, 20)
PAYMENTS = 100
EACH = Decimal("1234.57")


def a_drawn_loan() -> Loan:
    loan = testing.a_loan()
    draw(loan=loan, amount=loan.principal, on=DRAWN, number="D", by=testing.banker_of(loan.bank))
    return loan


def paying(loan: Loan, number: str, amount: Decimal = EACH) -> Callable[[], Journal]:
    return partial(repay, loan=loan, amount=amount, on=DRAWN, number=number, by=testing.banker_of(loan.bank))


@contextmanager
def an_auditor() -> Iterator[list[tuple[str, int]]]:
    """Read the books again and again on a connection of its own, and keep what ever differed."""
    found: list[tuple[str, int]] = []
    reads, over = [0], threading.Event()

    def look() -> None:
        try:
            while not over.is_set():
                found.extend(disagreements())
                reads[0] += 1
        finally:
            connections.close_all()

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()
    assert reads[0] > 1, "the auditor saw nothing"


def assert_exact(loan: Loan, payments: int) -> None:
    book = LoanBook.objects.select_related("schedule").get(loan=loan)
    assert book.filled == payments * EACH
    assert disagreements() == []
    sums = dict(LedgerAccount.objects.filter(loan=loan).values_list("kind", "balance"))
    assert loan.principal - sums[AccountKind.PRINCIPAL] - sums[AccountKind.INTEREST] == payments * EACH


def test_a_hundred_payments_at_once_are_exact_at_every_read() -> None:
    loan = a_drawn_loan()
    with an_auditor() as found:
        results = race([paying(loan, f"R{number}") for number in range(PAYMENTS)], threads=16)
    assert broken(results) == []
    assert len(won(results)) == PAYMENTS
    assert found == []
    assert_exact(loan, PAYMENTS)


def test_the_same_payment_a_hundred_times_counts_once() -> None:
    loan = a_drawn_loan()
    results = race([paying(loan, "R") for _ in range(PAYMENTS)], threads=16)
    assert broken(results) == []
    assert len({journal.pk for journal in won(results)}) == 1  # type: ignore[attr-defined]
    assert_exact(loan, 1)


def test_one_number_for_two_loans_at_once_counts_for_one() -> None:
    one = a_drawn_loan()
    other = testing.a_loan(bank=one.bank)
    draw(loan=other, amount=other.principal, on=DRAWN, number="D2", by=testing.banker_of(one.bank))
    for number in range(10):
        results = race([paying(one, f"R{number}"), paying(other, f"R{number}")], threads=2)
        assert broken(results) == []
        assert len(won(results)) == 1
    assert Journal.objects.filter(event=MoneyEvent.REPAID).count() == 10
    assert disagreements() == []


def test_the_last_satang_is_paid_once() -> None:
    """Two payments of all that is owed: one closes the loan, the other hears that nothing is owed."""
    for _ in range(5):
        loan = a_drawn_loan()
        whole = LoanBook.objects.get(loan=loan).scheduled
        results = race([paying(loan, "A", whole), paying(loan, "B", whole)], threads=2)
        assert broken(results) == []
        assert len(won(results)) == 1
        assert [one.code for one in results if isinstance(one, Refused)] == ["money_nothing_owed"]
        assert disagreements() == []


def test_payments_and_reversals_at_once() -> None:
    loan = a_drawn_loan()
    first = [paying(loan, f"F{number}")() for number in range(20)]
    by = testing.banker_of(loan.bank)
    jobs: list[Callable[[], Journal]] = []
    for number, journal in enumerate(first):
        jobs += [paying(loan, f"R{number}"), *[partial(reverse, journal=journal, why="bounced", by=by)] * 2]
    with an_auditor() as found:
        results = race(jobs, threads=16)
    assert broken(results) == []
    assert found == []
    assert_exact(loan, 20)


def test_control_without_the_lock_money_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both read how far the schedule is filled, and one payment is forgotten; the auditor sees it."""
    loan = a_drawn_loan()
    together = threading.Barrier(2, timeout=10)

    def unlocked(loan_id: int) -> LoanBook:
        book = LoanBook.objects.select_related("loan__bank", "schedule").get(loan_id=loan_id)
        together.wait()
        return book

    monkeypatch.setattr(posting, "hold", unlocked)
    amount = Decimal(60_000)
    results = race([paying(loan, "A", amount), paying(loan, "B", amount)], threads=2)
    assert len(won(results)) == 2
    assert LoanBook.objects.get(loan=loan).filled == amount
    assert disagreements() == [("book", loan.pk), ("paid", loan.pk)]


def test_control_an_auditor_sees_half_a_booking() -> None:
    """With the check at commit put off for good, a booking of one side is found."""
    loan = a_drawn_loan()
    with an_auditor() as found, connections["default"].cursor() as cursor:
        cursor.execute("ALTER TABLE loans_journalline DISABLE TRIGGER loans_journalline_balances")
        try:
            with transaction.atomic():
                cursor.execute(
                    "INSERT INTO loans_journalline (journal_id, account_id, debit, credit)"
                    " SELECT j.id, a.id, 5, 0 FROM loans_journal j, loans_ledgeraccount a"
                    " WHERE a.loan_id = %s AND a.kind = 'fee'",
                    [loan.pk],
                )
            while not found:
                pass
        finally:
            cursor.execute("ALTER TABLE loans_journalline ENABLE TRIGGER loans_journalline_balances")
    assert ("journal", Journal.objects.get().pk) in found
