"""What was booked: balances, where a loan stands, delays of a portfolio; and whether the books agree."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Q, Sum

from khumkan.kernel import references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing
from khumkan.loans.models import Bank, BankFile, BankFileLine, JournalLine, LedgerAccount, Loan, LoanBook
from khumkan.loans.money_choices import AccountKind, Delay, LineVerdict
from khumkan.loans.permissions.money import check_may_book
from khumkan.loans.rules.delinquency import delay_of, overdue_since
from khumkan.loans.rules.interest import NOTHING
from khumkan.loans.rules.paying import owed_on
from khumkan.loans.terms.servicing import ServicingTerms

MOST_LINES = 1_000
CODE = re.compile(r"[0-9]{3}")


@dataclass(frozen=True, kw_only=True)
class Money:
    """The money of one loan on a day, in baht.

    :param rate: percent a year of the schedule that is being filled; None before money was drawn.
    :param owed: the principal that is not paid; `due` what was due by the day and is not paid, interest included.
    :param behind_since: when the oldest instalment was due that is not paid in full.
    """

    drawn: Decimal
    rate: Decimal | None
    owed: Decimal
    interest: Decimal
    due: Decimal
    next_on: date | None
    next_amount: Decimal
    behind_since: date | None
    delay: Delay


def money_of(loan: Loan, *, on: date, terms: ServicingTerms) -> Money:
    """Return the money of a loan on a day; three queries."""
    book = LoanBook.objects.select_related("schedule").filter(loan=loan).first()
    balances = dict(LedgerAccount.objects.filter(loan=loan).values_list("kind", "balance"))
    rows = book.schedule.rows() if book and book.schedule else ()
    paid = book.filled if book else NOTHING
    next_row = next((row for row in rows if row.due_on > on), None)
    since = overdue_since(rows, paid, on)
    due = owed_on(rows, paid, on)
    return Money(
        drawn=book.drawn if book else NOTHING,
        rate=book.schedule.rate if book and book.schedule else None,
        owed=balances.get(AccountKind.PRINCIPAL.value, NOTHING),
        interest=-balances.get(AccountKind.INTEREST.value, NOTHING),
        due=due,
        next_on=next_row.due_on if next_row else None,
        next_amount=(owed_on(rows, paid, next_row.due_on) - due) if next_row else NOTHING,
        behind_since=since,
        delay=delay_of((on - since).days if since else 0, terms),
    )


@dataclass(frozen=True)
class Share:
    """How many loans of a portfolio are in one class of delay, and the principal that they owe, in baht."""

    loans: int
    owed: Decimal


_BEHIND = """
SELECT book.loan_id, min(due.due_on), account.balance
FROM loans_loanbook book
JOIN loans_loan loan ON loan.id = book.loan_id AND loan.state IN ('drawn', 'recalled')
JOIN loans_ledgeraccount account ON account.loan_id = book.loan_id AND account.kind = 'principal'
LEFT JOIN loans_instalment due ON due.schedule_id = book.schedule_id AND due.due_on < %(on)s
     AND due.reached > book.filled
WHERE (%(banks)s::bigint[] IS NULL OR loan.bank_id = ANY(%(banks)s::bigint[]))
AND (%(loans)s::bigint[] IS NULL OR loan.id = ANY(%(loans)s::bigint[]))
GROUP BY book.loan_id, account.balance
"""


def delays(*, on: date, terms: ServicingTerms, bank_ids: Sequence[int] | None = None) -> dict[Delay, Share]:
    """Return the classes of delay of all loans that are being paid back; one query whatever their number.

    :param bank_ids: of these banks only; None for all.
    """
    shares = dict.fromkeys(Delay, Share(0, NOTHING))
    for _loan_id, delay, owed in _behind(on, terms, bank_ids=bank_ids):
        shares[delay] = Share(shares[delay].loans + 1, shares[delay].owed + owed)
    return shares


def delay_of_each(loan_ids: Iterable[int], *, on: date, terms: ServicingTerms) -> dict[int, Delay]:
    """Return how far loans are behind, by id; one query, those that are not being paid back are left out."""
    return {loan_id: delay for loan_id, delay, _owed in _behind(on, terms, loan_ids=loan_ids)}


def _behind(
    on: date, terms: ServicingTerms, *, bank_ids: Iterable[int] | None = None, loan_ids: Iterable[int] | None = None
) -> list[tuple[int, Delay, Decimal]]:
    values = {
        "on": on,
        "banks": None if bank_ids is None else list(bank_ids),
        "loans": None if loan_ids is None else list(loan_ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, values)
        rows = cursor.fetchall()
    return [(loan_id, delay_of((on - since).days if since else 0, terms), owed) for loan_id, since, owed in rows]


def loan_of_bank(bank: Bank, number: str) -> Loan | None:
    """Return the loan that a bank means: by our reference, or by the number of its contract. Never another bank's."""
    meant = Q(contract_number=number)
    if reference := references.read(number):
        meant |= Q(reference=reference)
    return Loan.objects.filter(meant, bank=bank).select_related("bank", "application__certificate").first()


def loan_for(by: Actor, reference: str) -> Loan:
    """Return a loan by its reference for whoever books its money.

    :raises Missing: for another bank's, and for one that does not exist.
    """
    loan = Loan.objects.select_related("bank").filter(reference=references.read(reference) or "").first()
    if loan is None:
        raise Missing("no such loan")
    check_may_book(by, loan.bank_id)
    return loan


def bank_for(by: Actor, code: str) -> Bank:
    """Return a bank by its three digits for whoever books its money.

    :raises Missing: for another bank, and for one that does not exist.
    """
    bank = Bank.objects.filter(code=code).first() if CODE.fullmatch(code) else None
    if bank is None:
        raise Missing("no such bank")
    check_may_book(by, bank.pk)
    return bank


def file_for(by: Actor, reference: str) -> BankFile:
    """Return a file by its reference for whoever books its bank's money.

    :raises Missing: for another bank's, and for one that does not exist.
    """
    file = BankFile.objects.select_related("bank").filter(reference=references.read(reference) or "").first()
    if file is None:
        raise Missing("no such file")
    check_may_book(by, file.bank_id)
    return file


def lines_of(file: BankFile, *, verdict: LineVerdict | None = None, after: int = 0) -> list[BankFileLine]:
    """Return the lines of a file behind a row, 1,000 at most, of one verdict or all."""
    lines = file.lines.filter(row_number__gt=after).order_by("row_number")
    return list((lines.filter(verdict=verdict) if verdict else lines)[:MOST_LINES])


def deposit_of(bank: Bank) -> Decimal:
    """Return what the office has deposited at a bank, in baht."""
    sums = JournalLine.objects.filter(account__bank=bank, account__kind=AccountKind.DEPOSIT).aggregate(
        debit=Sum("debit"), credit=Sum("credit")
    )
    return (sums["debit"] or NOTHING) - (sums["credit"] or NOTHING)


_DISAGREEMENTS = """
SELECT 'journal', j.id FROM loans_journal j LEFT JOIN loans_journalline l ON l.journal_id = j.id
GROUP BY j.id HAVING coalesce(sum(l.debit), 0) <> coalesce(sum(l.credit), 0) OR count(l.id) <> j.lines_in
UNION ALL
SELECT 'account', a.id FROM loans_ledgeraccount a LEFT JOIN loans_journalline l ON l.account_id = a.id
WHERE a.loan_id IS NOT NULL GROUP BY a.id HAVING a.balance <> coalesce(sum(l.debit - l.credit), 0)
UNION ALL
SELECT 'book', b.loan_id FROM loans_loanbook b JOIN loans_loan loan ON loan.id = b.loan_id
JOIN loans_ledgeraccount a ON a.loan_id = b.loan_id AND a.kind = 'principal'
WHERE b.schedule_id IS NOT NULL AND a.balance <> coalesce((
    SELECT sum(least(i.principal, greatest(i.reached - b.filled, 0)))
    FROM loans_instalment i WHERE i.schedule_id = b.schedule_id
), 0) AND NOT (loan.state = 'repaid' AND a.balance = 0)
UNION ALL
SELECT 'paid', b.loan_id FROM loans_loanbook b WHERE b.schedule_id IS NOT NULL
AND NOT EXISTS (SELECT FROM loans_journal j WHERE j.schedule_id = b.schedule_id AND j.event = 'prepaid')
AND b.filled <> coalesce((
    SELECT sum(CASE j.event WHEN 'repaid' THEN j.amount WHEN 'reversed' THEN -j.amount ELSE 0 END)
    FROM loans_journal j WHERE j.loan_id = b.loan_id AND j.schedule_id = b.schedule_id
), 0)
ORDER BY 1, 2
"""


def disagreements() -> list[tuple[str, int]]:
    """Return what does not agree: journals that do not balance, wrong balances, schedules that differ from the ledger.

    What is owed of an instalment is interest first, so its principal is paid by what reaches beyond its interest.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DISAGREEMENTS)
        return [(str(what), int(which)) for what, which in cursor.fetchall()]
