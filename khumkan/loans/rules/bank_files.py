"""What a line of a bank's file says: which loan, which movement of money, when and how much."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from khumkan.kernel.dates import parse_date
from khumkan.kernel.digits import plain
from khumkan.kernel.errors import Reason, Refused
from khumkan.kernel.words import N_
from khumkan.loans.money_choices import BankFileKind, Prepaying

T = TypeVar("T")
#: The columns by the name of the program, with the headings that are understood, the usual Thai one first.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "loan": ("เลขที่สินเชื่อ", "เลขที่สัญญา", "contract", "loan reference"),
    "number": ("เลขที่รายการ", "เลขที่อ้างอิง", "transaction number"),
    "date": ("วันที่", "วันที่ทำรายการ", "booking date"),
    "amount": ("จำนวนเงิน", "จำนวนเงิน (บาท)", "baht"),
    "prepayment": ("ชำระก่อนกำหนด", "ahead of time"),
}
#: What a column of repayments may say about paying ahead of time; empty is a payment as agreed.
WAYS: Mapping[str, Prepaying] = {
    "shorter": Prepaying.SHORTER,
    "สั้นลง": Prepaying.SHORTER,
    "smaller": Prepaying.SMALLER,
    "น้อยลง": Prepaying.SMALLER,
}
NEEDED = ("loan", "number", "date", "amount")
TRILLION = Decimal(10**12)
AMOUNT = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})*(?:\.[0-9]{1,2})?|[0-9]{1,12}(?:\.[0-9]{1,2})?")


@dataclass(frozen=True, kw_only=True)
class Movement:
    """One movement of money as a bank reports it.

    :param loan: our reference, or the number of the contract at the bank; `number` the bank's own of the movement.
    :param way: what a payment ahead of time changes; None for a payment as agreed.
    """

    loan: str
    number: str
    on: date
    amount: Decimal
    way: Prepaying | None = None


class LineFault(Exception):
    """A line cannot be booked: which column is at fault, and why."""

    def __init__(self, column: str, reason: Reason) -> None:
        super().__init__(reason.text)
        self.column, self.reason = column, reason


def layout_of(headings: Sequence[str], kind: BankFileKind) -> dict[str, int]:
    """Return the place of each column.

    :raises Refused: when one is missing.
    """
    places = {plain(heading).casefold(): place for place, heading in enumerate(headings)}
    wanted = COLUMNS if kind == BankFileKind.REPAYMENTS else {name: COLUMNS[name] for name in NEEDED}
    found = {
        name: places[heading.casefold()]
        for name, known in wanted.items()
        for heading in (name, *reversed(known))
        if heading.casefold() in places
    }
    missing = next((name for name in NEEDED if name not in found), None)
    if missing:
        raise Refused(N_("The file has no column “%(column)s”."), "no_column", column=COLUMNS[missing][0])
    return found


def movement_of(cells: Mapping[str, str]) -> Movement:
    """Read a line from its cells by the names of the columns.

    :raises LineFault: for an empty or unreadable cell.
    """
    for name in NEEDED:
        if not cells.get(name):
            raise LineFault(name, Reason("cell_empty", N_("This cell is empty.")))
    return Movement(
        loan=cells["loan"],
        number=cells["number"],
        on=_read(cells, "date", parse_date),
        amount=_read(cells, "amount", amount_of),
        way=_read(cells, "prepayment", way_of),
    )


def _read(cells: Mapping[str, str], name: str, reader: Callable[[str], T]) -> T:
    try:
        return reader(cells.get(name, ""))
    except Refused as refusal:
        raise LineFault(name, refusal.reasons[0]) from refusal


def amount_of(text: str) -> Decimal:
    """Read baht and satang, with or without commas.

    :raises Refused: for anything else, such as an amount below 0 or three decimals.
    """
    plain_text = text.replace(",", "")
    if not AMOUNT.fullmatch(text) or Decimal(plain_text) >= TRILLION:
        raise Refused(N_("“%(text)s” is no amount in baht and satang."), "amount_unreadable", text=text[:30])
    return Decimal(plain_text).quantize(Decimal("0.01"))


def way_of(text: str) -> Prepaying | None:
    """Read how a payment ahead of time counts; None for an empty cell.

    :raises Refused: for other words.
    """
    if not text:
        return None
    way = WAYS.get(text.casefold())
    if way is None:
        raise Refused(
            N_("“%(text)s” is not one of: %(choices)s."), "not_a_choice", text=text[:30], choices="สั้นลง, น้อยลง"
        )
    return way
