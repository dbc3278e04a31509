"""Applications of the portfolio that are no loans, or not yet, and the files of its banks."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from khumkan.kernel import clock
from khumkan.loans.actions import applications, bank_files, deciding, documents, lapsing
from khumkan.loans.actions.bank_files import Sent
from khumkan.loans.choices import DocumentKind, Proposal
from khumkan.loans.models import Application, BankFile, Loan
from khumkan.loans.money_choices import BankFileKind
from khumkan.loans.queries import phases
from khumkan.loans.queries.desk import money_today
from khumkan.simulation.loans_firms import KHUMKAN, Firm
from khumkan.simulation.loans_lending import BY, DECIDED, SENT, Desk, asked, proposed, sent
from khumkan.simulation.loans_timetable import Story
from khumkan.ui.documents import render_pdf

SHEET = Path(__file__).with_name("loans_plan.typ")
HEADING = "เลขที่สินเชื่อ,เลขที่รายการ,วันที่,จำนวนเงิน"
PAPER_MISSING = "ขอรายการเดินบัญชีย้อนหลัง 6 เดือน และงบการเงินปีล่าสุด"
NO_SECURITY = "หลักประกันไม่เพียงพอ และมีหนี้ค้างชำระกับธนาคารอื่น"
NOT_NEEDED = "ได้สินเชื่อจากแหล่งอื่นแล้ว"
#: Day of the month and time at which the bank sends the payments of the month.
FILE_DAY, FILE_AT = 15, time(16, 30)


def draft(desk: Desk, firm: Firm) -> Story:
    """An enterprise writes."""
    yield desk.timetable.days_ago(2)
    asked(desk, firm, 1_500_000)


def with_the_bank(desk: Desk, firm: Firm) -> Story:
    """The bank has it, with a paper."""
    yield desk.timetable.days_ago(3)
    made = asked(desk, firm, 2_700_000, refinance=700_000)
    documents.add(application=made, kind=DocumentKind.PLAN, name="แผนการใช้เงิน.pdf", content=_plan(made), by=BY)
    applications.send(application=made, by=BY)


def returned(desk: Desk, firm: Firm) -> Story:
    """The bank asks for papers."""
    yield desk.timetable.days_ago(9)
    made = sent(desk, firm, 1_900_000)
    yield desk.timetable.days_ago(6)
    deciding.return_(application=made, why=PAPER_MISSING, by=desk.maker)


def waits_for_a_second_officer(desk: Desk, firm: Firm) -> Story:
    """One officer of the bank has proposed."""
    yield desk.timetable.days_ago(5)
    made = sent(desk, firm, 3_000_000)
    yield desk.timetable.days_ago(1)
    proposed(desk, made)


def approved(desk: Desk, firm: Firm) -> Story:
    """The money is reserved."""
    yield from _approved(desk, firm, desk.timetable.days_ago(12), desk.timetable.days_ago(8))


def declined(desk: Desk, firm: Firm) -> Story:
    """Two officers of the bank declined."""
    yield desk.timetable.days_ago(30)
    made = sent(desk, firm, 5_000_000)
    yield desk.timetable.days_ago(27)
    proposed(desk, made, Proposal.DECLINE, NO_SECURITY)
    yield desk.timetable.days_ago(26)
    deciding.decide(application=made, agrees=True, by=desk.checker)


def withdrawn(desk: Desk, firm: Firm) -> Story:
    """The enterprise does not want it any more."""
    yield desk.timetable.days_ago(40)
    made = sent(desk, firm, 1_000_000)
    yield desk.timetable.days_ago(35)
    applications.withdraw(application=made, why=NOT_NEEDED, by=BY)


def lapsed(desk: Desk, firm: Firm) -> Story:
    """The money was reserved, and the contract was not signed in time."""
    at = desk.timetable
    yield from _approved(desk, firm, at.on(4, SENT), at.on(4, DECIDED))
    yield at.on(4, DECIDED) + timedelta(days=phases.terms_of(desk.phase.pk).reserved_days, hours=1)
    lapsing.lapse_reservations(by=KHUMKAN)


ASKING = (draft, with_the_bank, returned, waits_for_a_second_officer, approved, declined, withdrawn, lapsed)


def files_are_sent(desk: Desk, *, first: int) -> Story:
    """The bank sends the payments of each month; one file was put aside, and one waits for somebody to book it."""
    at = desk.timetable
    for back in range(first, -2, -1):
        moment = at.on(back, FILE_DAY, FILE_AT)
        if moment >= at.now:
            break
        yield moment
        lines = [_line(loan, f"{clock.today():%y%m}-{loan.pk}", money_today(loan).due) for loan in desk.by_file]
        if lines:
            bank_files.take_file(file=_send(desk, f"ชำระคืน {at.month(back):%m-%Y}.csv", lines), by=desk.maker)
    if not desk.by_file:
        return
    loan = desk.by_file[0]
    yield at.days_ago(1)
    wrong = _send(desk, "ชำระคืน ผิดงวด.csv", [_line(loan, f"X-{loan.pk}", Decimal("99999999.00"))])
    bank_files.drop_file(file=wrong, by=desk.maker)
    yield at.now
    lines = [_line(each, f"N-{each.pk}", Decimal(12_000)) for each in desk.by_file]
    unknown = f"ไม่ทราบสัญญา,N-0,{clock.today().isoformat()},8500.00"
    _send(desk, "ชำระคืน รอตรวจ.csv", [*lines, unknown, lines[0]])


def _plan(application: Application) -> bytes:
    """Return a paper about what the money is for."""
    facts = (
        ("สถานประกอบการ", application.employer.name_th),
        ("จำนวนลูกจ้างตามมาตรา 33", f"{application.certificate.headcount:,} คน"),
        ("วงเงินที่ขอ", f"{application.amount:,.0f} บาท"),
        ("ใช้ชำระหนี้เดิม", f"{application.refinance:,.0f} บาท"),
        ("วัตถุประสงค์", application.purpose),
        ("การรักษาการจ้างงาน", "ไม่เลิกจ้างตลอดสัญญา และรับลูกจ้างใหม่แทนผู้ที่ลาออก"),
    )
    today = clock.today()
    data = {
        "title": "แผนการใช้เงินและรักษาการจ้างงาน",
        "author": application.employer.name_th,
        "made": {"year": today.year, "month": today.month, "day": today.day},
        "facts": facts,
        "note": "เอกสารสมมติเพื่อการสาธิต",
    }
    return render_pdf(SHEET, data)


def _approved(desk: Desk, firm: Firm, begins: datetime, decides: datetime) -> Story:
    yield begins
    made: Application = sent(desk, firm, 2_300_000)
    yield begins + timedelta(days=1)
    proposed(desk, made)
    yield decides
    deciding.decide(application=made, agrees=True, by=desk.checker)


def _line(loan: Loan, number: str, amount: Decimal) -> str:
    return f"{loan.contract_number},{number},{clock.today().isoformat()},{amount:.2f}"


def _send(desk: Desk, name: str, lines: list[str]) -> BankFile:
    content = "\n".join((HEADING, *lines)).encode()
    file, _is_new = bank_files.send_file(
        bank=desk.bank, sent=Sent(content=content, name=name, kind=BankFileKind.REPAYMENTS), by=desk.maker
    )
    return file
