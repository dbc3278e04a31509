"""What the system of a bank can do with the money of its loans. Translation only: queries and actions do the work."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, cast

from django.http import HttpRequest
from ninja import File, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import ConfigDict, Field

from khumkan import policies
from khumkan.accounts.access import Request
from khumkan.accounts.bearer import TokenWith
from khumkan.accounts.tokens import SCOPES
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.words import N_
from khumkan.loans.actions import bank_files
from khumkan.loans.actions.bank_files import Sent
from khumkan.loans.actions.drawing import draw
from khumkan.loans.actions.prepaying import prepay
from khumkan.loans.actions.repaying import repay
from khumkan.loans.models import BankFile, Journal, Loan
from khumkan.loans.money_choices import BankFileKind, Delay, LineVerdict, MoneyEvent, Prepaying
from khumkan.loans.permissions.money import BOOK
from khumkan.loans.queries import money as queries
from khumkan.loans.states import BankFileState, LoanState
from khumkan.loans.terms.servicing import ServicingTerms

SCOPES[BOOK] = N_("Book drawings and payments of a bank’s loans, and see where they stand")
router = Router(tags=["Loans"])
Baht = Annotated[
    str, Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,2})?$", description="Baht as text, such as 1234.50: exact.")
]


class Strict(Schema):
    """What is sent; a field that nobody knows is refused, for it was meant to do something."""

    model_config = ConfigDict(extra="forbid")


class MovementIn(Strict):
    """One movement of money. The number is the bank's own: the same again is the same movement."""

    number: str = Field(min_length=1, max_length=60)
    amount: Baht
    booked_on: date


class PaymentIn(MovementIn):
    """A payment as agreed, or with `ahead` one ahead of time that makes the loan shorter or the instalments smaller."""

    ahead: Prepaying | None = None


class BookingOut(Schema):
    """What was booked."""

    number: str
    event: MoneyEvent
    amount: str
    booked_on: date


class MoneyOut(Schema):
    """Where a loan stands today, in baht."""

    reference: str
    contract_number: str
    state: LoanState
    principal: str
    drawn: str
    owed: str
    interest_paid: str
    due: str
    next_due_on: date | None
    next_amount: str
    behind_since: date | None
    delay: Delay


class FileOut(Schema):
    """A file and what became of its lines: rows_in = good + doubled + refused. Nothing is booked before it is taken."""

    reference: str
    kind: BankFileKind
    state: BankFileState
    rows_in: int
    good: int
    doubled: int
    refused: int
    good_amount: str
    sent_at: datetime
    taken_at: datetime | None


class LineOut(Schema):
    """One line of a file; the heading is row 1."""

    row: int
    verdict: LineVerdict
    column: str
    code: str
    why: str
    number: str


@router.get("loans/{reference}", response=MoneyOut, auth=TokenWith(BOOK), operation_id="get_loan_money")
def loan_money(request: HttpRequest, reference: str) -> dict[str, object]:
    """Where a loan stands today."""
    return _money(queries.loan_for(_actor(request), reference))


@router.post(
    "loans/{reference}/drawings", response={201: BookingOut}, auth=TokenWith(BOOK), operation_id="book_loan_drawing"
)
def book_drawing(request: HttpRequest, reference: str, movement: MovementIn) -> Any:
    """Report that money of a loan was paid out."""
    by = _actor(request)
    journal = draw(
        loan=queries.loan_for(by, reference),
        amount=Decimal(movement.amount),
        on=movement.booked_on,
        number=movement.number,
        by=by,
    )
    return Status(201, _booking(journal, movement.number))


@router.post(
    "loans/{reference}/payments", response={201: BookingOut}, auth=TokenWith(BOOK), operation_id="book_loan_payment"
)
def book_payment(request: HttpRequest, reference: str, payment: PaymentIn) -> Any:
    """Report that money of a loan was paid back."""
    by = _actor(request)
    loan, amount, on = queries.loan_for(by, reference), Decimal(payment.amount), payment.booked_on
    if payment.ahead is None:
        journal = repay(loan=loan, amount=amount, on=on, number=payment.number, by=by)
    else:
        journal = prepay(loan=loan, amount=amount, on=on, way=payment.ahead, number=payment.number, by=by)
    return Status(201, _booking(journal, payment.number))


@router.post("banks/{code}/files", response={201: FileOut}, auth=TokenWith(BOOK), operation_id="send_loan_file")
def send_money_file(
    request: HttpRequest, code: str, kind: Annotated[BankFileKind, Query()], file: File[UploadedFile]
) -> Any:
    """Send drawings or payments as CSV or XLSX. Each line is tried at once; take the file to book the good ones."""
    by = _actor(request)
    sent = Sent(content=file.read(), name=file.name or "file", kind=kind)
    kept, _is_new = bank_files.send_file(bank=queries.bank_for(by, code), sent=sent, by=by)
    return Status(201, _file(kept))


@router.get("files/{reference}", response=FileOut, auth=TokenWith(BOOK), operation_id="get_loan_file")
def money_file(request: HttpRequest, reference: str) -> dict[str, object]:
    """What became of a file."""
    return _file(queries.file_for(_actor(request), reference))


@router.get(
    "files/{reference}/lines", response=list[LineOut], auth=TokenWith(BOOK), operation_id="list_loan_file_lines"
)
def money_file_lines(
    request: HttpRequest, reference: str, verdict: LineVerdict | None = None, after: Annotated[int, Query(ge=0)] = 0
) -> list[dict[str, object]]:
    """Lines of a file in its order, of one verdict or all, 1,000 at most; ask for more with the last row as `after`."""
    found = queries.lines_of(queries.file_for(_actor(request), reference), verdict=verdict, after=after)
    return [
        {
            "row": line.row_number,
            "verdict": line.verdict,
            "column": line.column,
            "code": line.code,
            "why": str(line.reason or ""),
            "number": line.number,
        }
        for line in found
    ]


@router.post("files/{reference}/take", response=FileOut, auth=TokenWith(BOOK), operation_id="take_loan_file")
def take_money_file(request: HttpRequest, reference: str) -> dict[str, object]:
    """Book all good lines at once, or none: when one cannot be booked any more, the file comes back as `checked`."""
    by = _actor(request)
    return _file(bank_files.take_file(file=queries.file_for(by, reference), by=by))


@router.post("files/{reference}/drop", response=FileOut, auth=TokenWith(BOOK), operation_id="drop_loan_file")
def drop_money_file(request: HttpRequest, reference: str) -> dict[str, object]:
    """Put a file aside that was not taken; the same file can then be sent again."""
    by = _actor(request)
    return _file(bank_files.drop_file(file=queries.file_for(by, reference), by=by))


def _actor(request: HttpRequest) -> Actor:
    return cast(Request, request).actor


def _booking(journal: Journal, number: str) -> dict[str, object]:
    return {
        "number": number,
        "event": journal.event,
        "amount": f"{journal.amount:.2f}",
        "booked_on": journal.booked_on,
    }


def _money(loan: Loan) -> dict[str, object]:
    today = clock.today()
    money = queries.money_of(loan, on=today, terms=policies.in_force(ServicingTerms, on=today))
    return {
        "reference": loan.reference,
        "contract_number": loan.contract_number,
        "state": loan.state,
        "principal": f"{loan.principal:.2f}",
        "drawn": f"{money.drawn:.2f}",
        "owed": f"{money.owed:.2f}",
        "interest_paid": f"{money.interest:.2f}",
        "due": f"{money.due:.2f}",
        "next_due_on": money.next_on,
        "next_amount": f"{money.next_amount:.2f}",
        "behind_since": money.behind_since,
        "delay": money.delay,
    }


def _file(kept: BankFile) -> dict[str, object]:
    return {
        "reference": kept.reference,
        "kind": kept.kind,
        "state": kept.state,
        "rows_in": kept.rows_in,
        "good": kept.good,
        "doubled": kept.doubled,
        "refused": kept.refused,
        "good_amount": f"{kept.good_amount:.2f}",
        "sent_at": kept.sent_at,
        "taken_at": kept.taken_at,
    }
