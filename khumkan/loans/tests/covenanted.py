"""Loans as the tests of the covenant need them: signed, with a baseline, and with headcounts written by hand."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import count

from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.loans.actions.drawing import draw
from khumkan.loans.actions.repaying import repay
from khumkan.loans.models import (
    Application,
    Bank,
    CovenantCase,
    CovenantMonth,
    EmployerCertificate,
    Loan,
    LoanBook,
    Schedule,
)
from khumkan.loans.queries import covenants as queries
from khumkan.policies.actions import seed_phase
from khumkan.policies.models import Phase
from khumkan.registry.models import Employer, EmployerMonth

SYSTEM = Actor.system("test")
_numbers = count(1)


def officer(number: int, province: str = "") -> Actor:
    """Return an officer of the whole country, or of a province."""
    grant = Grant(Role.OFFICER, ScopeKind.PROVINCE, province) if province else Grant(Role.OFFICER)
    return Actor(ActorKind.STAFF, number, frozenset({grant}))


def banker(number: int, bank: Bank) -> Actor:
    """Return an officer of a bank."""
    return Actor(ActorKind.STAFF, number, frozenset({Grant(Role.BANKER, ScopeKind.BANK, str(bank.pk))}))


def a_bank() -> Bank:
    """Add a bank."""
    number = next(_numbers)
    return Bank.objects.create(
        reference=references.new("B"), code=f"{number % 1000:03}", name_th=f"ธนาคาร {number}",
        name_en=f"Bank {number}", added_at=clock.now(),
    )  # fmt: skip


def an_employer(province: str = "20") -> Employer:
    """Register an employer."""
    number, now = next(_numbers), clock.now()
    return Employer.objects.create(
        reference=references.new("E"), account_number=f"30{number:08}", name_th=f"โรงแรม {number}",
        province_code=province, created_at=now, updated_at=now,
    )  # fmt: skip


def a_phase() -> Phase:
    """Open a phase that no other test knows, once."""
    return seed_phase(
        programme="loans", number=9, years="2019", title_th="ระยะที่ 9", title_en="Phase 9",
        opens_on=date(2020, 1, 1), by=SYSTEM,
    )  # fmt: skip


def a_loan(
    *, baseline: int = 120, signed_on: date = date(2020, 12, 10), employer: Employer | None = None,
    bank: Bank | None = None, state: str = "drawn",
) -> Loan:  # fmt: skip
    """Sign a loan, without money: rows as the signing leaves them."""
    number, now = next(_numbers), clock.now()
    employer, bank, phase = employer or an_employer(), bank or a_bank(), a_phase()
    whose = {"phase": phase, "employer": employer}
    certificate = EmployerCertificate.objects.create(
        code=references.new("C"), **whose, headcount=baseline, month=signed_on.replace(day=1), months=12, size="medium",
        terms_version=1, issued_on=clock.today(), issued_at=now, valid_until=clock.today(),
    )  # fmt: skip
    application = Application.objects.create(
        reference=references.new("A"), **whose, bank=bank, certificate=certificate, state="signed", size="medium",
        amount=Decimal(1_000_000), security="collateral", purpose="x", borrower_index=number.to_bytes(32, "big"),
        borrower_sealed=b"x", borrower_last4="0000", terms_version=1, changed_at=now, drafted_at=now, sent_at=now,
        proposal="approve", proposed_amount=Decimal(1_000_000), proposed_refinance=Decimal(0), proposed_by=1,
        decided_by=2, decided_at=now, claim_id=number,
    )  # fmt: skip
    return Loan.objects.create(
        reference=references.new("L"), application=application, **whose, bank=bank, state=state, size="medium",
        security="collateral", principal=Decimal(1_000_000), refinance=Decimal(0), rate=Decimal(3), term_months=36,
        contract_number=f"K{number}", signed_on=signed_on, signed_at=now, baseline=baseline,
        baseline_month=signed_on.replace(day=1), baseline_filings=[1], terms_version=1, claim_id=number,
        reserved=Decimal(1_000_000), drawable_until=signed_on,
    )  # fmt: skip


def drawn(loan: Loan) -> Loan:
    """Let all money of a loan be drawn on the day of signing."""
    Loan.objects.filter(pk=loan.pk).update(state="signed")
    loan.refresh_from_db()
    draw(loan=loan, amount=loan.principal, on=loan.signed_on, number=f"D{loan.pk}", by=SYSTEM)
    loan.refresh_from_db()
    return loan


def newest(loan: Loan) -> Schedule:
    """Return the schedule that is being filled."""
    found = LoanBook.objects.select_related("schedule").get(loan=loan).schedule
    assert found is not None
    return found


def paid_up(loan: Loan) -> Loan:
    """Let everything be paid that was due up to today."""
    today = clock.today()
    due = [row.total for row in newest(loan).rows() if row.due_on <= today]
    repay(loan=loan, amount=sum(due, Decimal(0)), on=today, number=f"R{loan.pk}", by=SYSTEM)
    return loan


def counted(employer: Employer, workers: Mapping[date, int | None]) -> None:
    """Write the headcounts of months; a month without one lacks a branch."""
    for month, count_ in workers.items():
        EmployerMonth.objects.update_or_create(
            employer=employer,
            month=month,
            defaults={
                "employees": count_ or 0, "joined": 0, "left": 0, "branches": 1, "awaited": int(count_ is None),
                "filing_id": next(_numbers), "counted_at": clock.now(),
            },
        )  # fmt: skip


def history(loan: Loan) -> list[tuple[date, str, int | None, int]]:
    """Return the months of a loan as they stand."""
    return [(each.month, each.standing, each.insured, each.below) for each in queries.latest_months(loan)]


def cases(loan: Loan) -> list[tuple[date, str, int]]:
    """Return the cases of a loan that are not void."""
    found = CovenantCase.objects.filter(loan=loan).exclude(state="void").order_by("began")
    return [(each.began, each.state, each.below) for each in found]


def revisions(loan: Loan) -> dict[date, int]:
    """Return how many revisions each month has."""
    return {
        month: CovenantMonth.objects.filter(loan=loan, month=month).count()
        for month in dict.fromkeys(
            CovenantMonth.objects.filter(loan=loan).order_by("month").values_list("month", flat=True)
        )
    }
