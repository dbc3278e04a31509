"""A loan of an employer with too few workers: its case is a breach, and somebody has asked for a waiver."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.loans.actions import breaches, covenants, waivers
from khumkan.loans.actions.breaches import Decision
from khumkan.loans.choices import BankDecision
from khumkan.loans.models import Bank, CovenantCase, Loan, Waiver
from khumkan.loans.tests.covenanted import a_loan, banker, counted, officer
from khumkan.registry.models import Employer
from khumkan.registry.rules import month_before

SYSTEM = Actor.system("test")
#: Workers of the last months, the latest first; before these there were enough.
WORKERS = (70, 72, 75, 80, 90, 104, 118)
#: Ids of officers that nobody who looks has.
SOMEBODY, SOMEBODY_ELSE = 999_999_000, 999_999_001


@dataclass
class Covenanted:
    """What the pages of the covenant show."""

    loan: Loan
    case: CovenantCase
    waiver: Waiver | None = None


def a_covenant(
    employer: Employer, bank: Bank | None = None, *, workers: tuple[int, ...] = WORKERS, baseline: int = 120
) -> Covenanted:
    """Sign a loan a year ago, count too few workers, and judge them."""
    today = clock.today()
    loan = a_loan(employer=employer, bank=bank, baseline=baseline, signed_on=date(today.year - 1, today.month, 1))
    counts, month = {}, month_before(today)
    for count in workers:
        counts[month] = count
        month = month_before(month)
    counted(employer, counts)
    covenants.judge_employer(employer_id=employer.pk, by=SYSTEM)
    return Covenanted(loan, CovenantCase.objects.filter(loan=loan).latest("began"))


def ask_waiver(made: Covenanted) -> Covenanted:
    """Ask for a waiver as an officer whom nobody knows."""
    made.waiver = waivers.ask(
        case=made.case, until=made.case.began, why="น้ำท่วมโรงงาน เครื่องจักรเสียหาย", by=officer(SOMEBODY)
    )
    return made


def refuse_waiver(made: Covenanted) -> None:
    """Refuse the waiver that was asked for, as another officer whom nobody knows."""
    assert made.waiver is not None
    waivers.refuse(waiver=made.waiver, why="ไม่พบความเสียหายในพื้นที่", by=officer(SOMEBODY_ELSE))


def propose(made: Covenanted) -> Covenanted:
    """Propose a higher rate as an officer of the bank whom nobody knows."""
    decision = Decision(
        what=BankDecision.STEP_UP, step=Decimal("0.50"), from_on=clock.today(), why="ลูกจ้างต่ำกว่าเกณฑ์เกินสามเดือน"
    )
    breaches.propose(case=made.case, decision=decision, by=banker(SOMEBODY, made.loan.bank))
    return made
