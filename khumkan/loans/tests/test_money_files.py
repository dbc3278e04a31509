"""Files of banks: every line has its verdict, the same file changes nothing, nothing is booked by half."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khumkan.capacity.testing import broken, race
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.files import write_xlsx
from khumkan.loans import testing
from khumkan.loans.actions import bank_files
from khumkan.loans.actions.bank_files import Sent, drop_file, send_file, take_file
from khumkan.loans.actions.drawing import draw
from khumkan.loans.actions.repaying import repay
from khumkan.loans.models import Bank, BankFile, BankFileLine, Journal, Loan, LoanBook
from khumkan.loans.money_choices import BankFileKind, LineVerdict
from khumkan.loans.queries.money import disagreements
from khumkan.loans.rules.bank_files import LineFault, amount_of, movement_of
from khumkan.loans.states import BankFileState

pytestmark = pytest.mark.django_db
HEADING = "เลขที่สินเชื่อ,เลขที่รายการ,วันที่,จำนวนเงิน,ชำระก่อนกำหนด"
DRAWN = date(2021, 8, 20)
GOOD, DOUBLED, REFUSED = LineVerdict.GOOD, LineVerdict.DOUBLED, LineVerdict.REFUSED


@pytest.fixture
def bank() -> Bank:
    return testing.a_bank()


@pytest.fixture
def loan(bank: Bank) -> Loan:
    made = testing.a_loan(bank=bank)
    draw(loan=made, amount=made.principal, on=DRAWN, number="D", by=testing.banker_of(bank))
    return made


def a_file(*lines: str, heading: str = HEADING) -> bytes:
    return "\n".join((heading, *lines)).encode()


def sent(bank: Bank, content: bytes, kind: BankFileKind = BankFileKind.REPAYMENTS) -> BankFile:
    made, _is_new = send_file(
        bank=bank, sent=Sent(content=content, name="money.csv", kind=kind), by=testing.banker_of(bank)
    )
    return made


def verdicts(file: BankFile) -> list[tuple[int, str, str]]:
    return list(file.lines.order_by("row_number").values_list("row_number", "verdict", "code"))


def test_every_line_has_its_verdict_in_the_order_of_the_file(bank: Bank, loan: Loan) -> None:
    by = testing.banker_of(bank)
    repay(loan=loan, amount=Decimal("10.00"), on=DRAWN, number="K1", by=by)
    other = testing.a_loan()
    file = sent(
        bank,
        a_file(
            f'{loan.reference},R1,20/09/2564,"100,000.50",',
            f"{loan.contract_number},R2,2021-09-21,50000,",
            f"{loan.reference},R1,20/09/2564,100000.50,",
            f"{loan.reference},R1,20/09/2564,1.00,",
            f"{loan.reference},K1,20/08/2564,10,",
            f"{other.reference},R3,20/09/2564,1.00,",
            f"{loan.reference},R4,31/02/2564,1.00,",
            f"{loan.reference},R5,20/09/2564,1.005,",
            f"{loan.reference},,20/09/2564,1.00,",
            f"{loan.reference},R6,20/09/2564,9999999.00,",
            f"{loan.reference},R7,20/09/2564,1.00,ไม่รู้",
            f"{loan.reference},R8,20/09/2999,1.00,",
            f"{loan.reference},{'9' * 61},20/09/2564,1.00,",
        ),
    )
    assert verdicts(file) == [
        (2, GOOD, ""),
        (3, GOOD, ""),
        (4, DOUBLED, "money_known"),
        (5, REFUSED, "money_number_used"),
        (6, DOUBLED, "money_known"),
        (7, REFUSED, "money_no_such_loan"),
        (8, REFUSED, "date_unreadable"),
        (9, REFUSED, "amount_unreadable"),
        (10, REFUSED, "cell_empty"),
        (11, REFUSED, "money_too_much"),
        (12, REFUSED, "not_a_choice"),
        (13, REFUSED, "money_in_future"),
        (14, REFUSED, "money_number_long"),
    ]
    assert (file.rows_in, file.good, file.doubled, file.refused) == (13, 2, 2, 9)
    assert file.good_amount == Decimal("150000.50")
    assert Journal.objects.count() == 2, "nothing was booked by looking"
    assert "9999999.00 baht were paid" in str(BankFileLine.objects.get(file=file, row_number=11).reason)


def test_taking_books_the_good_lines_and_taking_again_nothing(bank: Bank, loan: Loan) -> None:
    by = testing.banker_of(bank)
    content = a_file(f"{loan.reference},R1,20/09/2564,100000,", f"{loan.reference},,20/09/2564,1,")
    file = take_file(file=sent(bank, content), by=by)
    assert file.state == BankFileState.TAKEN
    assert LoanBook.objects.get(loan=loan).filled == 100_000
    booked = file.lines.get(row_number=2).journal
    assert booked is not None
    assert (booked.key, booked.amount) == (f"{bank.pk}:R1", 100_000)
    count = Journal.objects.count()
    assert take_file(file=file, by=by).state == BankFileState.TAKEN
    again, is_new = send_file(
        bank=bank, sent=Sent(content=content, name="other.csv", kind=BankFileKind.REPAYMENTS), by=by
    )
    assert (again, is_new) == (file, False)
    assert Journal.objects.count() == count
    # the same lines in another file: all are known
    renamed = sent(bank, content + b"\n")
    assert [verdict for _, verdict, _ in verdicts(renamed)] == [DOUBLED, REFUSED]
    with pytest.raises(Refused, match="booked already"):
        drop_file(file=file, by=by)
    assert disagreements() == []


def test_nothing_is_booked_when_a_line_cannot_be_any_more(bank: Bank, loan: Loan) -> None:
    by = testing.banker_of(bank)
    whole = LoanBook.objects.get(loan=loan).scheduled
    file = sent(bank, a_file(f"{loan.reference},R1,20/09/2564,100,", f"{loan.reference},R2,20/09/2564,{whole - 100},"))
    assert file.good == 2
    repay(loan=loan, amount=Decimal(500), on=DRAWN, number="X", by=by)
    count = Journal.objects.count()
    file = take_file(file=file, by=by)
    assert file.state == BankFileState.CHECKED
    assert [verdict for _, verdict, _ in verdicts(file)] == [GOOD, REFUSED]
    assert Journal.objects.count() == count
    assert take_file(file=file, by=by).state == BankFileState.TAKEN
    assert Journal.objects.count() == count + 1


def test_a_crash_in_the_middle_books_nothing(bank: Bank, loan: Loan, monkeypatch: pytest.MonkeyPatch) -> None:
    by = testing.banker_of(bank)
    file = sent(bank, a_file(*(f"{loan.reference},R{each},20/09/2564,100," for each in range(5))))
    count, calls = Journal.objects.count(), []

    def crashing(**asked: object) -> Journal:
        calls.append(asked)
        if len(calls) == 4:
            raise OSError("the power went")
        return repay(**asked)  # type: ignore[arg-type]

    monkeypatch.setattr(bank_files, "repay", crashing)
    with pytest.raises(OSError, match="power"):
        take_file(file=file, by=by)
    assert Journal.objects.count() == count
    assert BankFile.objects.get().state == BankFileState.CHECKED


def test_drawings_and_payments_ahead_come_by_file_too(bank: Bank) -> None:
    by = testing.banker_of(bank)
    made = testing.a_loan(bank=bank)
    heading = "contract,transaction number,booking date,baht"
    draws = a_file(f"{made.contract_number},D1,20/08/2021,1000000", heading=heading)
    take_file(file=sent(bank, draws, BankFileKind.DRAWDOWNS), by=by)
    ahead = a_file(f"{made.reference},P1,27/08/2564,500000,สั้นลง")
    file = take_file(file=sent(bank, ahead), by=by)
    assert file.state == BankFileState.TAKEN
    assert list(made.schedules.order_by("version").values_list("reason", flat=True)) == ["drawn", "prepaid"]


def test_a_workbook_is_read_as_well(bank: Bank, loan: Loan) -> None:
    rows = [[loan.reference, "R1", date(2021, 9, 20), 1234.5], [loan.reference, 17, "20/09/2564", "1,000.25"]]
    content = write_xlsx(["loan", "number", "date", "amount"], rows, title="money")
    file = sent(bank, content)
    assert [line.amount for line in file.lines.order_by("row_number")] == [Decimal("1234.50"), Decimal("1000.25")]
    assert file.good == 2


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (HEADING.encode(), "file_no_rows"),
        ("เลขที่สินเชื่อ,วันที่\nx,y".encode(), "no_column"),
        (b"\x00\x01", "file_not_text"),
    ],
)
def test_what_is_no_file_of_money_is_refused_whole(bank: Bank, content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        sent(bank, content)
    assert refused.value.code == code
    assert not BankFile.objects.exists()


def test_a_file_put_aside_can_be_sent_again(bank: Bank, loan: Loan) -> None:
    by = testing.banker_of(bank)
    content = a_file(f"{loan.reference},R1,20/09/2564,100,")
    file = drop_file(file=sent(bank, content), by=by)
    assert drop_file(file=file, by=by).state == BankFileState.DROPPED
    with pytest.raises(Refused):
        take_file(file=file, by=by)
    assert sent(bank, content) != file


def test_another_bank_cannot_touch_it(bank: Bank, loan: Loan) -> None:
    file = sent(bank, a_file(f"{loan.reference},R1,20/09/2564,100,"))
    stranger = testing.banker_of(testing.a_bank())
    with pytest.raises(Missing):
        take_file(file=file, by=stranger)
    with pytest.raises(Missing):
        drop_file(file=file, by=stranger)
    with pytest.raises(Missing):
        send_file(bank=bank, sent=Sent(content=b"x", name="", kind=BankFileKind.REPAYMENTS), by=stranger)


@given(st.text(max_size=30))
def test_an_amount_is_exact_or_refused(text: str) -> None:
    """Whatever stands in a cell: what is read, written again with two places, is the same number."""
    try:
        found = amount_of(text)
    except Refused:
        return
    assert found == Decimal(text.replace(",", ""))
    assert found >= 0


@pytest.mark.parametrize(
    "text", ["1,23", "1.234", "-1", "1e5", "๑๐", "", "1,0000", "฿5", "1,234,567,890,123", "1" * 13]
)
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(Refused):
        amount_of(text)


def test_a_fault_names_its_column() -> None:
    with pytest.raises(LineFault) as fault:
        movement_of({"loan": "L", "number": "1", "date": "x", "amount": "1"})
    assert (fault.value.column, fault.value.reason.code) == ("date", "date_unreadable")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_taken_by_two_officers_at_once_it_counts_once() -> None:
    bank = testing.a_bank()
    made = testing.a_loan(bank=bank)
    draw(loan=made, amount=made.principal, on=DRAWN, number="D", by=testing.banker_of(bank))
    content = a_file(*(f"{made.reference},R{each},20/09/2564,100," for each in range(20)))
    results = race([lambda: sent(bank, content)] * 4, threads=4)
    assert broken(results) == []
    file = BankFile.objects.get()
    results = race([lambda: take_file(file=file, by=testing.banker_of(bank))] * 4, threads=4)
    assert broken(results) == []
    assert LoanBook.objects.get(loan=made).filled == 2_000
    assert disagreements() == []
