"""What a bank has of money in each corner: a loan of which a part was drawn, and a file that was checked."""

from dataclasses import dataclass
from decimal import Decimal

from khumkan.kernel import clock
from khumkan.loans import testing
from khumkan.loans.actions.bank_files import Sent, send_file
from khumkan.loans.actions.drawing import draw
from khumkan.loans.models import Bank, BankFile, Loan
from khumkan.loans.money_choices import BankFileKind


@dataclass
class BankMoney:
    """A bank with one loan and one file."""

    bank: Bank
    loan: Loan
    file: BankFile


def a_bank_with_money() -> BankMoney:
    """Make a bank of which one loan was drawn in part today, and whose file of payments waits to be booked."""
    bank, today = testing.a_bank(), clock.today()
    by = testing.banker_of(bank)
    loan = testing.a_loan(bank=bank, signed_on=today)
    draw(loan=loan, amount=Decimal(1_000_000), on=today, number="D1", by=by)
    content = f"loan,number,date,amount\n{loan.reference},R1,{today},250.00\n".encode()
    file, _is_new = send_file(bank=bank, sent=Sent(content=content, name="r.csv", kind=BankFileKind.REPAYMENTS), by=by)
    return BankMoney(bank, loan, file)
