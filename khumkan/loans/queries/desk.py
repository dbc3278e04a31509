"""What the officers of a bank look at: its loans with their money, schedules and bookings, its files, what is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from khumkan import policies
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing
from khumkan.loans.choices import SizeBand
from khumkan.loans.models import Application, Bank, BankFile, BankFileLine, Journal, Loan, Participation, Schedule
from khumkan.loans.money_choices import LineVerdict
from khumkan.loans.permissions import scopes
from khumkan.loans.queries import banks, money, phases
from khumkan.loans.queries.money import Money
from khumkan.loans.rules.interest import NOTHING
from khumkan.loans.states import ApplicationState, LoanState
from khumkan.loans.terms.lending import LoanTerms
from khumkan.loans.terms.servicing import ServicingTerms
from khumkan.policies.models import Phase
from khumkan.policies.states import PhaseState

#: What asks for an officer of the bank.
WAITING = (ApplicationState.SENT, ApplicationState.PROPOSED, ApplicationState.APPROVED)
#: Of the refused lines that are sent as a file.
MOST_REFUSED = 5_000


@dataclass(frozen=True)
class Line:
    """An instalment and what is paid of it, in baht."""

    number: int
    due_on: date
    principal: Decimal
    interest: Decimal
    balance: Decimal
    paid: Decimal

    @property
    def total(self) -> Decimal:
        """What is to be paid on the day."""
        return self.principal + self.interest

    @property
    def is_paid(self) -> bool:
        """Whether it is paid in full."""
        return self.paid == self.total


@dataclass(frozen=True)
class Left:
    """What is left of a tranche of a phase, in whole baht.

    :param free: for all banks together; `month` of the bank's share of this month, None while it has reserved nothing.
    """

    bank: Bank
    phase: Phase
    size: SizeBand
    total: int
    free: int
    cap: Decimal
    month: int | None


def count_waiting(by: Actor) -> int:
    """Return how many applications ask for an officer of the actor's banks. One query."""
    rows = Application.objects.filter(bank__in=scopes.bank_ids(by), sent_at__isnull=False)
    return rows.filter(state__in=list(WAITING)).count()


def loans_of_banks(by: Actor, *states: LoanState) -> "QuerySet[Loan]":
    """Return the loans of the actor's banks, the newest first."""
    rows = Loan.objects.filter(bank__in=scopes.bank_ids(by)).select_related("bank", "employer", "phase")
    if states:
        rows = rows.filter(state__in=list(states))
    return rows.order_by("-signed_on", "-pk")


def loan_of_bank(by: Actor, reference: str) -> Loan:
    """Return one loan of the actor's banks.

    :raises Missing: for another bank's.
    """
    return _one(loans_of_banks(by), reference)


def loan_of_employer(by: Actor, reference: str) -> Loan:
    """Return one loan of the actor's employers.

    :raises Missing: for anybody else's.
    """
    rows = Loan.objects.filter(employer__in=scopes.employer_ids(by))
    return _one(rows.select_related("bank", "employer", "phase"), reference)


def money_today(loan: Loan) -> Money:
    """Return the money of a loan today. Five queries at most."""
    today = clock.today()
    return money.money_of(loan, on=today, terms=policies.in_force(ServicingTerms, on=today))


def schedules_of(loan: Loan) -> Sequence[Schedule]:
    """Return every version of a loan's schedule, the newest first. One query."""
    return list(Schedule.objects.filter(loan=loan).order_by("-version"))


def schedule_of(loan: Loan, version: int) -> Schedule:
    """Return one version of a loan's schedule.

    :raises Missing: when there is none.
    """
    found = Schedule.objects.filter(loan=loan, version=version).first()
    if found is None:
        raise Missing("no such schedule of this loan")
    return found


def lines_of(schedule: Schedule) -> Sequence[Line]:
    """Return the instalments of a schedule; only of the one that is being filled something is paid. Two queries."""
    filled = Loan.objects.filter(pk=schedule.loan_id, book__schedule=schedule).values_list("book__filled", flat=True)
    left: Decimal = next(iter(filled), None) or NOTHING
    lines = []
    for row in schedule.rows():
        paid = min(left, row.total)
        left -= paid
        lines.append(Line(row.number, row.due_on, row.principal, row.interest, row.balance, paid))
    return lines


def journals_of(loan: Loan) -> "QuerySet[Journal]":
    """Return what was booked of a loan, the newest first, with its two sides."""
    rows = Journal.objects.filter(loan=loan).select_related("reversed_by")
    return rows.prefetch_related("lines__account").order_by("-posted_at", "-id")


def journal_of(loan: Loan, journal_id: int) -> Journal:
    """Return one booking of a loan.

    :raises Missing: for another loan's.
    """
    found = Journal.objects.filter(loan=loan, pk=journal_id).select_related("loan", "bank").first()
    if found is None:
        raise Missing("no such booking of this loan")
    return found


def files_of_banks(by: Actor) -> "QuerySet[BankFile]":
    """Return the files of the actor's banks, the newest first."""
    return BankFile.objects.filter(bank__in=scopes.bank_ids(by)).select_related("bank").order_by("-sent_at", "-id")


def file_of_bank(by: Actor, reference: str) -> BankFile:
    """Return one file of the actor's banks.

    :raises Missing: for another bank's.
    """
    found = files_of_banks(by).filter(reference=references.normalise(reference)).first()
    if found is None:
        raise Missing("no such file of this bank")
    return found


def lines_in(file: BankFile) -> "QuerySet[BankFileLine]":
    """Return the lines of a file in its order."""
    return file.lines.select_related("loan").order_by("row_number")


def refused_of(file: BankFile) -> Sequence[BankFileLine]:
    """Return the lines of a file that are not booked, in its order. One query."""
    return list(file.lines.exclude(verdict=LineVerdict.GOOD).order_by("row_number")[:MOST_REFUSED])


def left_for(by: Actor) -> Sequence[Left]:
    """Return what is left for the actor's banks in each phase that is open. A few queries for each bank and phase."""
    there = Participation.objects.filter(
        bank__in=scopes.bank_ids(by), left_at=None, phase__state=PhaseState.OPEN
    ).select_related("bank", "phase")
    return [left for each in there.order_by("bank__code", "-phase__opens_on") for left in _left(each)]


def terms_of(loan: Loan) -> LoanTerms:
    """Return the terms under which a loan was signed. One query at most."""
    return policies.version(LoanTerms, loan.terms_version)


def _left(each: Participation) -> Sequence[Left]:
    lending = phases.phase_called(each.phase_id)
    rooms = phases.room_of(lending.tranches)
    pace = {one.size: one.free for one in banks.pace_of(each.bank, each.phase_id, [t.size for t in lending.tranches])}
    return [
        Left(each.bank, each.phase, SizeBand(one.size), room.total, room.free, one.cap, pace.get(one.size))
        for one in lending.tranches
        if (room := rooms.get(one.pk)) is not None
    ]


def _one(rows: "QuerySet[Loan]", reference: str) -> Loan:
    found = rows.filter(reference=references.normalise(reference)).first()
    if found is None:
        raise Missing("no such loan")
    return found
