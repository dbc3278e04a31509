"""What becomes of loans in the portfolio: of their workers, and of their money."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from khumkan import policies
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.loans.actions import breaches, moratorium, prepaying, restructuring, signing, waivers
from khumkan.loans.actions.breaches import Decision
from khumkan.loans.choices import BankDecision, Security
from khumkan.loans.models import CovenantCase, Loan
from khumkan.loans.money_choices import Prepaying, Repaying
from khumkan.loans.queries import desk as queries
from khumkan.loans.rules import moratorium as pauses
from khumkan.loans.rules.due_dates import months_later
from khumkan.loans.rules.paying import standing
from khumkan.loans.rules.prepaying import closing_amount
from khumkan.loans.rules.restructuring import NewTerms
from khumkan.loans.terms.servicing import ServicingTerms
from khumkan.record.inline import run_jobs
from khumkan.simulation.loans_firms import Firm, correct_month, planned
from khumkan.simulation.loans_lending import Desk, Terms, draw, lent, pays, signed
from khumkan.simulation.loans_timetable import Story

FLOOD = "น้ำท่วมโรงงานสามสัปดาห์ ลูกจ้างกลับเข้าทำงานหลังซ่อมเครื่องจักร"
FEWER_ORDERS = "คำสั่งซื้อลดลง ขอเวลาหาลูกจ้างเพิ่ม"
NOT_GROUND_ENOUGH = "ยังอยู่ในช่วงจ้างกลับ และไม่มีเหตุสุดวิสัย"
KEEPS = "กิจการเริ่มจ้างกลับและชำระตรงเวลา จึงคงอัตราเดิม"
STEPS_UP = "ลูกจ้างต่ำกว่าเกณฑ์ติดต่อกันเกินกำหนด"
RECALLS = "ลูกจ้างเหลือไม่ถึงครึ่ง กิจการหยุดดำเนินการ"
#: When the bank has read that the time to hire back is over: its officers propose and decide on these days.
PROPOSES, DECIDES = 8, 10


@dataclass(frozen=True)
class Office:
    """Two officers of the office: one asks for a waiver, the other one decides."""

    asks: Actor
    decides: Actor


# Workers


def warned(desk: Desk, firm: Firm, office: Office) -> Story:
    """The last month is close to the line."""
    planned(firm, desk.timetable, firm.at_the_line(), 0)
    loan = yield from lent(desk, firm, Terms(back=7, amount=3_500_000))
    yield from pays(desk, loan)


def curing(desk: Desk, firm: Firm, office: Office) -> Story:
    """For two months there are too few workers."""
    planned(firm, desk.timetable, firm.share(75), 1, 0)
    loan = yield from lent(desk, firm, Terms(back=6, amount=2_400_000))
    yield from pays(desk, loan)


def breached(desk: Desk, firm: Firm, office: Office) -> Story:
    """There were too few workers for too long; an officer asks for a waiver."""
    planned(firm, desk.timetable, firm.share(74), 3, 2, 1, 0)
    loan = yield from lent(desk, firm, Terms(back=6, amount=4_000_000))
    yield from pays(desk, loan)
    yield desk.timetable.now
    waivers.ask(case=_case(loan), until=desk.timetable.month(0), why=FLOOD, by=office.asks)


def waits_for_a_second_officer(desk: Desk, firm: Firm, office: Office) -> Story:
    """There were too few workers for too long, and an officer of the bank has proposed what follows."""
    planned(firm, desk.timetable, firm.share(72), 3, 2, 1, 0)
    loan = yield from lent(desk, firm, Terms(back=6, amount=1_800_000))
    yield from pays(desk, loan)
    yield desk.timetable.now
    decision = Decision(what=BankDecision.STEP_UP, from_on=clock.today(), why=STEPS_UP, step=Decimal("0.50"))
    breaches.propose(case=_case(loan), decision=decision, by=desk.maker)


def cured(desk: Desk, firm: Firm, office: Office) -> Story:
    """Too few workers for two months, then enough again."""
    planned(firm, desk.timetable, firm.share(78), 4, 3)
    loan = yield from lent(desk, firm, Terms(back=7, amount=1_500_000))
    yield from pays(desk, loan)


def waived(desk: Desk, firm: Firm, office: Office) -> Story:
    """Too few workers after a flood; two officers waive it up to the last month that was filed."""
    at = desk.timetable
    planned(firm, at, firm.share(70), 4, 3, 2, 1, 0)
    loan = yield from lent(desk, firm, Terms(back=7, amount=2_800_000))
    yield from pays(desk, loan, until=at.month(2))
    yield at.on(2, 9)
    asked = waivers.ask(case=_case(loan), until=at.month(0), why=FLOOD, by=office.asks)
    yield at.on(2, 11)
    waivers.give(waiver=asked, by=office.decides)
    yield from pays(desk, loan)


def not_waived(desk: Desk, firm: Firm, office: Office) -> Story:
    """Too few workers; the waiver is refused, and there are enough again."""
    at = desk.timetable
    planned(firm, at, firm.share(72), 3, 2)
    loan = yield from lent(desk, firm, Terms(back=6, amount=1_200_000))
    yield from pays(desk, loan, until=at.month(2))
    yield at.on(2, 9)
    asked = waivers.ask(case=_case(loan), until=at.month(1), why=FEWER_ORDERS, by=office.asks)
    yield at.on(2, 11)
    waivers.refuse(waiver=asked, why=NOT_GROUND_ENOUGH, by=office.decides)
    yield from pays(desk, loan)


def keeps_its_rate(desk: Desk, firm: Firm, office: Office) -> Story:
    """A breach, after which the bank keeps the rate."""
    planned(firm, desk.timetable, firm.share(76), 5, 4, 3, 2)
    loan = yield from lent(desk, firm, Terms(back=8, amount=3_000_000))
    yield from pays(desk, loan, until=desk.timetable.month(1))
    yield from _decided(desk, loan, BankDecision.KEEP, KEEPS)
    yield from pays(desk, loan)


def stepped_up(desk: Desk, firm: Firm, office: Office) -> Story:
    """A breach, after which the bank steps the rate up."""
    planned(firm, desk.timetable, firm.share(75), 5, 4, 3, 2, 1, 0)
    loan = yield from lent(desk, firm, Terms(back=8, amount=2_200_000))
    yield from pays(desk, loan, until=desk.timetable.month(1))
    yield from _decided(desk, loan, BankDecision.STEP_UP, STEPS_UP, step=Decimal("0.75"))
    yield from pays(desk, loan)


def recalled(desk: Desk, firm: Firm, office: Office) -> Story:
    """A breach of an enterprise that hardly works any more; the bank asks for its money back."""
    planned(firm, desk.timetable, firm.share(40), 5, 4, 3, 2, 1, 0)
    loan = yield from lent(desk, firm, Terms(back=8, amount=1_600_000))
    yield from pays(desk, loan, times=4)
    yield from _decided(desk, loan, BankDecision.RECALL, RECALLS, from_on=desk.timetable.month(1).replace(day=28))


def voided(desk: Desk, firm: Firm, office: Office) -> Story:
    """Too few workers by a filing that was wrong: the corrected one voids the case."""
    at = desk.timetable
    planned(firm, at, firm.share(70), 2)
    loan = yield from lent(desk, firm, Terms(back=5, amount=2_600_000))
    yield from pays(desk, loan, until=at.month(1).replace(day=15))
    yield at.on(1, 18)
    correct_month(firm, at.month(2))
    run_jobs()
    yield from pays(desk, loan)


def files_late(desk: Desk, firm: Firm, office: Office) -> Story:
    """The last two months are not filed."""
    planned(firm, desk.timetable, None, 1, 0)
    loan = yield from lent(desk, firm, Terms(back=6, amount=900_000))
    yield from pays(desk, loan)


# Money


def steady(desk: Desk, firm: Firm, office: Office) -> Story:
    """Everything is as agreed; the bank reports the payments by file."""
    loan = yield from lent(desk, firm, Terms(back=8, amount=4_500_000))
    desk.by_file.append(loan)


def interest_first(desk: Desk, firm: Firm, office: Office) -> Story:
    """With a guarantor, and only interest at first."""
    terms = Terms(
        back=7, amount=3_200_000, security=Security.GUARANTOR, rate="4.500", kind=Repaying.INTEREST_FIRST,
        interest_only=6,
    )  # fmt: skip
    loan = yield from lent(desk, firm, terms)
    yield from pays(desk, loan)


def paid_ahead(desk: Desk, firm: Firm, office: Office) -> Story:
    """A part is paid back ahead of time."""
    at = desk.timetable
    loan = yield from lent(desk, firm, Terms(back=8, amount=2_000_000, kind=Repaying.EQUAL_PRINCIPAL))
    yield from pays(desk, loan, until=at.month(1).replace(day=15))
    yield at.on(1, 20)
    number = f"A-{loan.pk}"
    prepaying.prepay(
        loan=loan, amount=Decimal(500_000), on=clock.today(), way=Prepaying.SHORTER, number=number, by=desk.maker
    )
    yield from pays(desk, loan)


def paused(desk: Desk, firm: Firm, office: Office) -> Story:
    """Payments pause for three months."""
    at = desk.timetable
    loan = yield from lent(desk, firm, Terms(back=7, amount=1_400_000))
    yield from pays(desk, loan, until=at.month(2).replace(day=15))
    yield at.on(2, 20)
    pause = pauses.Pause(months=3, is_capitalised=False, extends=True)
    version = queries.schedules_of(loan)[0].version
    moratorium.pause_payments(
        loan=loan, pause=pause, on=clock.today(), version=version, why="ปิดปรับปรุงเครื่องจักรสามเดือน", by=desk.maker
    )
    yield from pays(desk, loan)


def new_terms(desk: Desk, firm: Firm, office: Office) -> Story:
    """Bank and employer agree on more and smaller instalments."""
    at = desk.timetable
    loan = yield from lent(desk, firm, Terms(back=8, amount=1_700_000))
    yield from pays(desk, loan, until=at.month(2).replace(day=15))
    yield at.on(2, 20)
    new = NewTerms(
        rate=Decimal("2.000"), months=48, first_due_on=months_later(clock.today(), 1), kind=Repaying.EQUAL_INSTALMENTS,
        interest_only=0, is_capitalised=False,
    )  # fmt: skip
    version = queries.schedules_of(loan)[0].version
    restructuring.restructure(
        loan=loan, new=new, on=clock.today(), version=version, why="รายได้ลดลง ขอผ่อนชำระนานขึ้น", by=desk.maker
    )
    yield from pays(desk, loan)


def repaid(desk: Desk, firm: Firm, office: Office) -> Story:
    """All is paid back ahead of time."""
    at = desk.timetable
    loan = yield from lent(desk, firm, Terms(back=8, amount=800_000))
    yield from pays(desk, loan, until=at.month(1).replace(day=15))
    yield at.on(1, 20)
    prepaying.prepay(
        loan=loan, amount=_to_close(loan), on=clock.today(), way=Prepaying.SHORTER, number=f"A-{loan.pk}", by=desk.maker
    )


def watched(desk: Desk, firm: Firm, office: Office) -> Story:
    """The last instalments are not paid."""
    loan = yield from lent(desk, firm, Terms(back=8, amount=1_100_000))
    yield from pays(desk, loan, times=6)


def far_behind(desk: Desk, firm: Firm, office: Office) -> Story:
    """Nothing was paid for months."""
    loan = yield from lent(desk, firm, Terms(back=8, amount=1_300_000))
    yield from pays(desk, loan, times=3)


def not_drawn(desk: Desk, firm: Firm, office: Office) -> Story:
    """Signed, and nothing is drawn yet."""
    yield from signed(desk, firm, Terms(back=0, amount=2_500_000))


def given_up(desk: Desk, firm: Firm, office: Office) -> Story:
    """Signed, and given up before any money."""
    loan = yield from signed(desk, firm, Terms(back=2, amount=1_000_000))
    yield desk.timetable.on(2, 24)
    signing.give_up(loan=loan, why="ได้รับเงินทุนจากผู้ถือหุ้นแล้ว", by=desk.maker)


def drawn_in_parts(desk: Desk, firm: Firm, office: Office) -> Story:
    """The money is drawn in two parts; the bank reports the payments by file."""
    at = desk.timetable
    loan = yield from signed(desk, firm, Terms(back=3, amount=3_800_000))
    yield at.on(3, 12)
    draw(desk, loan, 1_500_000)
    desk.by_file.append(loan)
    yield at.on(2, 16, time(11))
    draw(desk, loan, 900_000)


LOANS = (
    *(warned, curing, breached, recalled, waits_for_a_second_officer, stepped_up, waived, cured, voided, files_late),
    *(not_waived, keeps_its_rate, repaid, not_drawn, given_up, steady, drawn_in_parts, watched, far_behind),
    *(interest_first, paid_ahead, paused, new_terms),
)


def _decided(
    desk: Desk, loan: Loan, what: BankDecision, why: str, *, step: Decimal = Decimal(0), from_on: date | None = None
) -> Story:
    """Let two officers of the bank decide in the month after the breach was found."""
    at = desk.timetable
    day = from_on or at.month(1).replace(day=DECIDES)
    yield at.on(1, PROPOSES)
    decision = breaches.propose(
        case=_case(loan), decision=Decision(what=what, from_on=day, why=why, step=step), by=desk.maker
    )
    yield at.on(1, DECIDES)
    breaches.confirm(decision=decision, by=desk.checker)


def _case(loan: Loan) -> CovenantCase:
    return CovenantCase.objects.select_related("loan__employer", "loan__bank").filter(loan=loan).latest("began")


def _to_close(loan: Loan) -> Decimal:
    """Return the payment that closes a loan today."""
    [schedule, *_older] = queries.schedules_of(loan)
    rows = schedule.rows()
    terms = policies.in_force(ServicingTerms, on=loan.signed_on)
    paid = sum((line.paid for line in queries.lines_of(schedule)), Decimal(0))
    return closing_amount(standing(schedule.plan(rows), rows, paid, clock.today()), terms.prepayment_fee)
