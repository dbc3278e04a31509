"""The door of the ledger. Everything that is booked of a loan is booked here, under the lock of its row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.money import baht
from khumkan.kernel.words import N_
from khumkan.loans.models import Bank, Journal, JournalLine, LedgerAccount, Loan, LoanBook, Schedule
from khumkan.loans.money_choices import AccountKind, MoneyEvent

LONGEST_NUMBER = 60
OF_LOANS = (AccountKind.PRINCIPAL, AccountKind.INTEREST, AccountKind.FEE)


@dataclass(frozen=True, kw_only=True)
class Booking:
    """What is booked.

    :param key: the same key again is the same booking: it changes nothing.
    :param on: the day for which it counts.
    :param amount: baht that are moved, above 0.
    """

    key: str
    event: MoneyEvent
    on: date
    amount: Decimal
    schedule: Schedule | None = None
    reverses: Journal | None = None
    why: str = ""


@dataclass(frozen=True)
class Side:
    """One side of a booking, in baht; sides of nothing are left out."""

    account: AccountKind
    debit: Decimal = Decimal(0)
    credit: Decimal = Decimal(0)


def hold(loan_id: int) -> LoanBook:
    """Lock a loan until the transaction ends and return its book; whoever comes second waits and sees what was booked.

    Loan, book and schedule are read by a statement of their own after the wait: joined to the row that is waited for,
    they would be those of before it.
    """
    Loan.objects.select_for_update(no_key=True).only("pk").get(pk=loan_id)
    return LoanBook.objects.select_related("loan__bank", "schedule").get(loan_id=loan_id)


def key_of(bank_id: int, number: str) -> str:
    """Return the key of a booking that a bank numbers itself.

    :raises Refused: without a number, or with one that is too long to be one.
    """
    if not number.strip():
        raise Refused(N_("Each booking needs the bank’s own number, so that it counts once."), "money_no_number")
    if len(number) > LONGEST_NUMBER:
        raise Refused(
            N_("The number of a booking has at most %(most)d letters."), "money_number_long", most=LONGEST_NUMBER
        )
    return f"{bank_id}:{number.strip()}"


def known(key: str, *, event: MoneyEvent, amount: Decimal, on: date, loan: Loan | None = None) -> Journal | None:
    """Return the booking that was made under a key, or None.

    :raises Refused: when the key was used for something else.
    """
    found = Journal.objects.filter(key=key).first()
    if found is None:
        return None
    same = (found.event, found.amount, found.booked_on, found.loan_id) == (event, amount, on, loan.pk if loan else None)
    if not same:
        raise _used(key)
    return found


def check_amount(amount: Decimal) -> None:
    """Refuse an amount that is not above 0 or not exact to the satang.

    :raises Refused: with the amount.
    """
    if amount <= 0 or amount != baht(amount):
        raise Refused(N_("%(amount)s is no amount in baht and satang."), "money_no_amount", amount=amount)


def check_day(on: date) -> None:
    """Refuse a day that has not come.

    :raises Refused: with the day.
    """
    if on > clock.today():
        raise Refused(N_("%(day)s has not come yet."), "money_in_future", day=on)


def post(booking: Booking, sides: Sequence[Side], *, bank: Bank, loan: Loan | None, by: Actor) -> Journal:
    """Book both sides; that they balance, the database checks at commit. The caller holds the book of the loan.

    :raises Refused: when another booking has the key.
    """
    sides = [side for side in sides if side.debit or side.credit]
    values = {
        "event": booking.event,
        "bank": bank,
        "loan": loan,
        "schedule": booking.schedule,
        "amount": booking.amount,
        "booked_on": booking.on,
        "lines_in": len(sides),
        "reverses": booking.reverses,
        "why": booking.why,
        "posted_at": clock.now(),
        "by_kind": by.kind,
        "by": by.id,
    }
    journal, is_new = Journal.objects.get_or_create(key=booking.key, defaults=values)
    if not is_new:  # another loan's booking took the key since it was asked for
        raise _used(booking.key)
    accounts = _accounts([side.account for side in sides], bank, loan)
    JournalLine.objects.bulk_create(
        JournalLine(journal=journal, account_id=accounts[side.account], debit=side.debit, credit=side.credit)
        for side in sides
    )
    return journal


def open_accounts(loan: Loan) -> None:
    """Give a loan its accounts, and its bank the cash account, where they are missing."""
    LedgerAccount.objects.bulk_create(
        [
            *(LedgerAccount(kind=kind, bank_id=loan.bank_id, loan=loan) for kind in OF_LOANS),
            LedgerAccount(kind=AccountKind.CASH, bank_id=loan.bank_id),
        ],
        ignore_conflicts=True,
    )


def open_deposits(bank: Bank) -> None:
    """Give a bank its deposit account, and the fund its own, where they are missing."""
    LedgerAccount.objects.bulk_create(
        [LedgerAccount(kind=AccountKind.DEPOSIT, bank=bank), LedgerAccount(kind=AccountKind.FUND)],
        ignore_conflicts=True,
    )


def _used(key: str) -> Refused:
    return Refused(
        N_("The number “%(number)s” was used for another booking."), "money_number_used", number=key.partition(":")[2]
    )


def _accounts(kinds: Sequence[AccountKind], bank: Bank, loan: Loan | None) -> dict[AccountKind, int]:
    found: dict[AccountKind, int] = {}
    for kind in kinds:
        of_loan = loan if kind in OF_LOANS else None
        of_bank = None if kind == AccountKind.FUND else bank
        found[kind] = LedgerAccount.objects.only("pk").get(kind=kind, loan=of_loan, bank=of_bank).pk
    return found
