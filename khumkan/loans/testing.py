"""What tests and benchmarks of the money of loans stand on: a loan that was signed, without its way there."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.loans.choices import Proposal, Security, SizeBand
from khumkan.loans.models import Application, Bank, EmployerCertificate, Loan
from khumkan.loans.states import ApplicationState
from khumkan.policies.models import Phase
from khumkan.policies.states import PhaseState
from khumkan.registry.models import Employer

SIGNED_ON = date(2021, 8, 16)
PHASE_YEARS = "2019"
_BANGKOK = ZoneInfo("Asia/Bangkok")


def a_bank() -> Bank:
    """Make a bank with the last free code: those that begin at 001 stay free."""
    taken = set(Bank.objects.values_list("code", flat=True))
    code = next(code for number in reversed(range(1000)) if (code := f"{number:03}") not in taken)
    return Bank.objects.create(
        reference=references.new("B"), code=code, name_th=f"ธนาคารตัวอย่าง {code}", name_en=f"Example Bank {code}",
        added_at=clock.now(),
    )  # fmt: skip


def banker_of(bank: Bank, user_id: int = 501) -> Actor:
    """Return an officer of a bank."""
    return Actor(ActorKind.STAFF, user_id, frozenset({Grant(Role.BANKER, ScopeKind.BANK, str(bank.pk))}))


def a_loan(
    *,
    bank: Bank | None = None,
    principal: Decimal | int = 3_600_000,
    rate: str = "2.75",
    term_months: int = 36,
    signed_on: date = SIGNED_ON,
    drawable_days: int = 365,
) -> Loan:
    """Make a loan that was signed on a day, of which nothing was drawn."""
    (loan,) = loans(
        1, bank=bank, principal=Decimal(principal), rate=rate, term_months=term_months, signed_on=signed_on,
        drawable_days=drawable_days,
    )  # fmt: skip
    return loan


def loans(
    count: int,
    *,
    bank: Bank | None = None,
    principal: Decimal,
    rate: str = "2.75",
    term_months: int = 36,
    signed_on: date = SIGNED_ON,
    drawable_days: int = 365,
) -> Sequence[Loan]:
    """Make loans of different employers at one bank, in five statements."""
    bank, at = bank or a_bank(), datetime.combine(signed_on, time(9), _BANGKOK)
    phase, employers = _phase(signed_on, at), _employers(count, at)
    certificates = _certificates(employers, phase, signed_on, at)
    applications = Application.objects.bulk_create(
        _application(employer, certificate, bank, phase, principal, at)
        for employer, certificate in zip(employers, certificates, strict=True)
    )
    until = signed_on + timedelta(days=drawable_days)
    return Loan.objects.bulk_create(
        _loan(application, Decimal(rate), term_months, signed_on, at, until) for application in applications
    )


def _loan(
    application: Application, rate: Decimal, term_months: int, signed_on: date, at: datetime, until: date
) -> Loan:
    return Loan(
        reference=references.new("L"),
        application=application,
        phase_id=application.phase_id,
        bank=application.bank,
        employer=application.employer,
        size=SizeBand.MEDIUM,
        security=Security.COLLATERAL,
        principal=application.amount,
        refinance=0,
        rate=rate,
        term_months=term_months,
        contract_number=f"C-{application.pk}",
        signed_on=signed_on,
        signed_at=at,
        baseline=120,
        baseline_month=signed_on.replace(day=1),
        baseline_filings=[],
        terms_version=1,
        claim_id=application.claim_id or 0,
        reserved=application.amount,
        drawable_until=until,
    )


def _employers(count: int, at: datetime) -> Sequence[Employer]:
    """Make employers with accounts of their own, which begin with 77."""
    newest = Employer.objects.filter(account_number__startswith="77").order_by("-account_number").first()
    free = int(newest.account_number) + 1 if newest else 7_700_000_000
    return Employer.objects.bulk_create(
        Employer(
            reference=references.new("E"),
            account_number=str(free + place),
            name_th="บริษัทกู้เงิน",
            created_at=at,
            updated_at=at,
        )
        for place in range(count)
    )


def _phase(signed_on: date, at: datetime) -> Phase:
    found, _is_new = Phase.objects.get_or_create(
        programme="loans",
        years=PHASE_YEARS,
        number=9,
        defaults={
            "title_th": "สินเชื่อเพื่อทดสอบ",
            "title_en": "Loans for tests",
            "opens_on": signed_on - timedelta(days=30),
            "state": PhaseState.OPEN,
            "signed_at": at,
        },
    )
    return found


def _certificates(
    employers: Sequence[Employer], phase: Phase, signed_on: date, at: datetime
) -> Sequence[EmployerCertificate]:
    return EmployerCertificate.objects.bulk_create(
        EmployerCertificate(
            code=references.new("C"),
            employer=employer,
            phase=phase,
            headcount=120,
            month=signed_on.replace(day=1),
            months=12,
            size=SizeBand.MEDIUM,
            terms_version=1,
            issued_on=signed_on,
            issued_at=at,
            valid_until=signed_on + timedelta(days=90),
        )
        for employer in employers
    )


def _application(
    employer: Employer,
    certificate: EmployerCertificate,
    bank: Bank,
    phase: Phase,
    principal: Decimal,
    at: datetime,
) -> Application:
    return Application(
        reference=references.new("A"),
        phase=phase,
        employer=employer,
        bank=bank,
        certificate=certificate,
        state=ApplicationState.SIGNED,
        size=SizeBand.MEDIUM,
        amount=principal,
        security=Security.COLLATERAL,
        purpose="wages",
        borrower_index=employer.account_number.encode().rjust(32, b"0"),
        borrower_sealed=b"-",
        borrower_last4=employer.account_number[-4:],
        terms_version=1,
        changed_at=at,
        drafted_at=at,
        sent_at=at,
        proposal=Proposal.APPROVE,
        proposed_amount=principal,
        proposed_refinance=0,
        proposed_by=501,
        proposed_at=at,
        decided_by=502,
        decided_at=at,
        claim_id=10**12 + int(employer.account_number),
    )
