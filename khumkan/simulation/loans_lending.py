"""How money gets from a bank to an enterprise of the portfolio and back: the steps that its loans have in common."""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from khumkan.accounts.models import User
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.kernel.identifiers import thai_check_digit
from khumkan.loans.actions import applications, deciding, drawing, repaying, signing
from khumkan.loans.actions.applications import Wish
from khumkan.loans.actions.scheduling import book_with
from khumkan.loans.actions.signing import Contract
from khumkan.loans.choices import Proposal, Security
from khumkan.loans.models import Application, Bank, Loan
from khumkan.loans.money_choices import Repaying
from khumkan.loans.queries.desk import schedules_of
from khumkan.policies.models import Phase
from khumkan.simulation.loans_firms import Firm
from khumkan.simulation.loans_timetable import Timetable

BY = Actor.system("simulation")
Steps = Generator[datetime, None, Loan]
Pause = Generator[datetime, None, None]
#: Of the month of signing: sent, proposed, decided, signed, drawn. The month before is filed in between.
SENT, PROPOSED, DECIDED, SIGNED, DRAWN = 3, 4, 7, 9, 12
AFTERNOON, BOOKED = time(14, 20), time(11)
SOUND = "ตรวจงบการเงินและหลักประกันแล้ว กิจการมีรายได้สม่ำเสมอ"
PURPOSES = (
    "ค่าจ้างพนักงานและค่าเช่าสถานที่",
    "ซื้อวัตถุดิบและจ่ายค่าแรงช่วงคำสั่งซื้อลดลง",
    "ปรับปรุงเครื่องจักรและรักษาการจ้างงาน",
    "เงินทุนหมุนเวียนระหว่างปิดปรับปรุง",
)


@dataclass
class Desk:
    """A bank of the portfolio with two of its officers, and the loans whose payments it reports by file."""

    bank: Bank
    phase: Phase
    timetable: Timetable
    maker: Actor
    checker: Actor
    by_file: list[Loan] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a loan of the portfolio is like; the month of signing is told as so many before the last one filed."""

    back: int
    amount: int = 2_000_000
    security: Security = Security.COLLATERAL
    rate: str = "2.250"
    months: int = 36
    kind: Repaying = Repaying.EQUAL_INSTALMENTS
    interest_only: int = 0


def actor(user: User, role: Role, kind: ScopeKind = ScopeKind.NATIONAL, key: object = "") -> Actor:
    """Return somebody of the staff as an actor."""
    return Actor(ActorKind.STAFF, user.pk, frozenset({Grant(role, kind, str(key))}), name=user.name)


def wish(firm: Firm, amount: int, *, security: Security = Security.COLLATERAL, refinance: int = 0) -> Wish:
    """Return what an enterprise asks for."""
    serial = firm.employer.pk
    body = f"0{serial:011d}"
    return Wish(
        amount=Decimal(amount),
        refinance=Decimal(refinance),
        security=security,
        purpose=PURPOSES[serial % len(PURPOSES)],
        borrower=body + str(thai_check_digit(body)),
    )


def asked(desk: Desk, firm: Firm, amount: int, **wanted: object) -> Application:
    """Let an enterprise draft an application now."""
    given = wish(firm, amount, **wanted)  # type: ignore[arg-type]
    return applications.draft(employer=firm.employer, phase_id=desk.phase.pk, bank=desk.bank, wish=given, by=BY)


def sent(desk: Desk, firm: Firm, amount: int, **wanted: object) -> Application:
    """Let an enterprise send an application now."""
    return applications.send(application=asked(desk, firm, amount, **wanted), by=BY)


def proposed(desk: Desk, made: Application, proposal: Proposal = Proposal.APPROVE, why: str = SOUND) -> Application:
    """Let the first officer of the bank propose what to decide."""
    return deciding.propose(application=made, proposal=proposal, why=why, by=desk.maker)


def signed(desk: Desk, firm: Firm, terms: Terms) -> Steps:
    """Let an enterprise apply, two officers approve, and the contract be signed."""
    at = desk.timetable
    yield at.on(terms.back, SENT)
    made = sent(desk, firm, terms.amount, security=terms.security)
    yield at.on(terms.back, PROPOSED, AFTERNOON)
    proposed(desk, made)
    yield at.on(terms.back, DECIDED, BOOKED)
    deciding.decide(application=made, agrees=True, by=desk.checker)
    yield at.on(terms.back, SIGNED)
    number = f"{desk.bank.code}-{clock.today().year + 543}-{made.pk:04}"
    contract = Contract(rate=Decimal(terms.rate), term_months=terms.months, number=number)
    schedule = book_with(kind=terms.kind, interest_only=terms.interest_only)
    return signing.sign(application=made, contract=contract, schedule=schedule, by=desk.maker)


def lent(desk: Desk, firm: Firm, terms: Terms) -> Steps:
    """Let a loan be signed, and all of it be drawn."""
    loan = yield from signed(desk, firm, terms)
    yield desk.timetable.on(terms.back, DRAWN)
    draw(desk, loan, loan.principal)
    return loan


def draw(desk: Desk, loan: Loan, amount: Decimal | int) -> None:
    """Let the bank pay money out now."""
    number = f"D-{loan.pk}-{clock.today():%y%m%d}"
    drawing.draw(loan=loan, amount=Decimal(amount), on=clock.today(), number=number, by=desk.maker)


def pays(desk: Desk, loan: Loan, *, until: date | None = None, times: int | None = None) -> Pause:
    """Let each instalment be paid on its day, up to a day or so many of them; those of days to come are not.

    What was due before is paid, and the schedule stays the same meanwhile.
    """
    last, today = until or desk.timetable.today, clock.today()
    due = [row for row in schedules_of(loan)[0].rows() if today < row.due_on <= last]
    for row in due[:times]:
        yield clock.at(row.due_on, BOOKED)
        number = f"P-{loan.pk}-{row.due_on:%y%m%d}"
        repaying.repay(loan=loan, amount=row.total, on=row.due_on, number=number, by=desk.maker)
