"""The fund's money at the banks: deposited so that they can lend, and taken back."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from khumkan import record
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.loans.actions import posting
from khumkan.loans.actions.posting import Booking, Side
from khumkan.loans.models import Bank, Journal
from khumkan.loans.money_choices import AccountKind, MoneyEvent
from khumkan.loans.permissions.money import check_may_deposit
from khumkan.loans.queries.money import deposit_of


@transaction.atomic
def deposit(*, bank: Bank, amount: Decimal, on: date, number: str, by: Actor) -> Journal:
    """Book that the office deposited money at a bank.

    :param number: the office's own of the transfer; the same again changes nothing.
    """
    return _move(MoneyEvent.DEPOSITED, bank=bank, amount=amount, on=on, number=number, by=by)


@transaction.atomic
def withdraw(*, bank: Bank, amount: Decimal, on: date, number: str, by: Actor) -> Journal:
    """Book that the office took money out of its deposit.

    :raises Refused: for more than lies there.
    """
    return _move(MoneyEvent.WITHDRAWN, bank=bank, amount=amount, on=on, number=number, by=by)


def _move(event: MoneyEvent, *, bank: Bank, amount: Decimal, on: date, number: str, by: Actor) -> Journal:
    check_may_deposit(by)
    posting.check_amount(amount)
    posting.check_day(on)
    key = posting.key_of(bank.pk, f"deposit {number.strip()}" if number.strip() else "")
    Bank.objects.select_for_update(no_key=True).get(pk=bank.pk)
    if found := posting.known(key, event=event, amount=amount, on=on):
        return found
    posting.open_deposits(bank)
    if event == MoneyEvent.WITHDRAWN and amount > deposit_of(bank):
        raise Refused(N_("Only %(left)s baht lie at the bank."), "money_deposit_too_small", left=deposit_of(bank))
    here, there = (AccountKind.DEPOSIT, AccountKind.FUND)
    if event == MoneyEvent.WITHDRAWN:
        here, there = there, here
    journal = posting.post(
        Booking(key=key, event=event, on=on, amount=amount),
        [Side(here, debit=amount), Side(there, credit=amount)],
        bank=bank,
        loan=None,
        by=by,
    )
    record.write(f"loans.money_{event.value}", by=by, about=bank, data={"journal": journal.pk, "amount": str(amount)})
    return journal
