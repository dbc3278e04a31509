"""100 payments of one loan at once, an auditor reading all the while, beside the same statements bare.

The balance must be exact, and debits equal credits at every read. The limit is one hot row that is locked, counted up
and written a journal of two lines for, by as many threads.
"""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial

from django.db import connection, connections, transaction

from khumkan.benchmarks import Result
from khumkan.capacity.testing import broken, race, won
from khumkan.loans import testing
from khumkan.loans.actions.drawing import draw
from khumkan.loans.actions.repaying import repay
from khumkan.loans.models import LedgerAccount, Loan, LoanBook
from khumkan.loans.money_choices import AccountKind
from khumkan.loans.queries.money import disagreements

SIZE = 100
THREADS = 16
EACH = Decimal("1234.57")
LEAST_RATIO = 0.1
_BARE = (
    "CREATE TABLE IF NOT EXISTS bare_loan (id int PRIMARY KEY, filled numeric NOT NULL)",
    "CREATE TABLE IF NOT EXISTS bare_journal (id bigserial PRIMARY KEY, key text UNIQUE, amount numeric)",
    "CREATE TABLE IF NOT EXISTS bare_line (journal_id bigint REFERENCES bare_journal, debit numeric, credit numeric)",
    "TRUNCATE bare_loan, bare_journal, bare_line",
    "INSERT INTO bare_loan VALUES (1, 0)",
)


def run(*, size: int | None = None) -> Result:
    """Pay so often, and look at what came of it."""
    count = size or SIZE
    loan = testing.a_loan(principal=Decimal(1_000) * max(count, SIZE) * 2)
    by = testing.banker_of(loan.bank)
    on = testing.SIGNED_ON + timedelta(days=4)
    draw(loan=loan, amount=loan.principal, on=on, number=f"D{loan.pk}", by=by)
    limit = _timed([partial(_bare, number) for number in _prepared(count)])
    reads: list[int] = []
    found, seconds = _watched(
        [partial(repay, loan=loan, amount=EACH, on=on, number=f"R{loan.pk}.{n}", by=by) for n in range(count)], reads
    )
    exact = _is_exact(loan, count)
    return Result(
        name="loan_repayments",
        n=count,
        seconds=round(seconds, 3),
        limit_seconds=round(limit, 3),
        ratio=round(limit / seconds, 3),
        goal=f"balance exact, debits = credits at every read, ≥ {LEAST_RATIO:.0%} of the rate of the bare statements",
        met=exact and not found and bool(reads) and limit / seconds >= LEAST_RATIO,
        detail={
            "rate": round(count / seconds),
            "bare_rate": round(count / limit),
            "exact": exact,
            "reads_of_the_auditor": len(reads),
            "found_by_the_auditor": len(found),
        },
    )


def _watched(jobs: list[Callable[[], object]], reads: list[int]) -> tuple[list[tuple[str, int]], float]:
    """Do jobs while an auditor reads the books on a connection of its own; return what differed, and the seconds."""
    found: list[tuple[str, int]] = []
    over = threading.Event()

    def look() -> None:
        try:
            while not over.is_set():
                found.extend(disagreements())
                reads.append(1)
        finally:
            connections.close_all()

    auditor = threading.Thread(target=look)
    auditor.start()
    try:
        return found, _timed(jobs)
    finally:
        over.set()
        auditor.join()


def _timed(jobs: list[Callable[[], object]]) -> float:
    began = time.perf_counter()
    results = race(jobs, threads=THREADS)
    seconds = time.perf_counter() - began
    if broken(results) or len(won(results)) != len(jobs):
        raise RuntimeError(f"a payment failed: {broken(results)[:1]}")
    return seconds


def _is_exact(loan: Loan, count: int) -> bool:
    book = LoanBook.objects.get(loan=loan)
    sums = dict(LedgerAccount.objects.filter(loan=loan).values_list("kind", "balance"))
    paid = loan.principal - sums[AccountKind.PRINCIPAL.value] - sums[AccountKind.INTEREST.value]
    return book.filled == paid == count * EACH and not disagreements()


def _prepared(count: int) -> range:
    with connection.cursor() as cursor:
        for statement in _BARE:
            cursor.execute(statement)
    return range(count)


def _bare(number: int) -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT filled FROM bare_loan WHERE id = 1 FOR UPDATE")
        cursor.execute("UPDATE bare_loan SET filled = filled + %s WHERE id = 1", [EACH])
        cursor.execute("INSERT INTO bare_journal (key, amount) VALUES (%s, %s) RETURNING id", [f"{number}", EACH])
        (journal,) = cursor.fetchone()
        cursor.execute("INSERT INTO bare_line VALUES (%s, %s, 0), (%s, 0, %s)", [journal, EACH, journal, EACH])
    return True
