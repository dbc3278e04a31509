"""Signing: the baseline comes from the filings and stands for good, and the money is taken or nothing happens."""

from datetime import time, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from khumkan.capacity.models import Claim, Supply
from khumkan.kernel import clock
from khumkan.kernel.errors import Missing, Refused
from khumkan.loans.actions import applications, certificates, lapsing, phases, signing
from khumkan.loans.actions.signing import Contract
from khumkan.loans.choices import Finding
from khumkan.loans.models import Application, EmployerCertificate, Loan, Participation, PhaseTranche
from khumkan.loans.rules.qualifying import first_of, months_before
from khumkan.loans.states import ApplicationState, LoanState
from khumkan.loans.tests.lender import (
    MILLION,
    OFFICE,
    OFFICER,
    a_bank,
    a_phase,
    an_employer,
    approved,
    banker,
    drafted,
    file_month,
    hr_of,
    insured,
    signed,
)
from khumkan.policies.models import Phase
from khumkan.policies.states import PhaseState
from khumkan.record.models import Event
from khumkan.registry.models import Branch, Employer, Filing

pytestmark = pytest.mark.django_db
CONTRACT = Contract(rate=Decimal("2.35"), term_months=36, number="2564/1")


@pytest.fixture
def phase() -> Phase:
    """Return a phase that runs."""
    return a_phase()


def sign(application: Application, contract: Contract = CONTRACT, **more: object) -> Loan:
    """Sign an application as an officer of its bank."""
    values: dict[str, object] = {"schedule": lambda loan: None, "by": banker(application.bank), **more}
    return signing.sign(application=application, contract=contract, **values)  # type: ignore[arg-type]


def taken(phase: Phase) -> int:
    """Return how many baht of the tranche for small employers are taken."""
    return Supply.objects.get(pk=PhaseTranche.objects.get(phase=phase, size="small").supply_id).taken


def test_a_loan_is_signed_with_its_baseline_and_its_schedule(phase: Phase) -> None:
    made = approved(phase=phase, bank=a_bank(phase=phase))
    scheduled: list[Loan] = []
    loan = sign(made, schedule=scheduled.append)
    assert scheduled == [loan]
    assert (loan.principal, loan.rate, loan.baseline, loan.state) == (2 * MILLION, Decimal("2.35"), 10, "signed")
    assert loan.baseline_month == months_before(first_of(clock.today()), 1)
    assert loan.baseline_filings == list(
        Filing.objects.filter(employer=loan.employer_id, month=loan.baseline_month).values_list("pk", flat=True)
    )
    assert Claim.objects.get(pk=loan.claim_id).state == "taken"
    assert loan.drawable_until == clock.today() + timedelta(days=90)
    made.refresh_from_db()
    assert made.state == ApplicationState.SIGNED


def test_the_baseline_counts_employees_of_section_33_once_over_all_branches(phase: Phase) -> None:
    employer = an_employer(workers=10)
    made = approved(phase=phase, bank=a_bank(phase=phase), employer=employer)
    month = months_before(first_of(clock.today()), 1)
    head = Branch.objects.get(employer=employer)
    other = Branch.objects.create(employer=employer, serial="000001")
    both, elsewhere, voluntary = insured(3), insured(4), insured(5, section=39)
    file_month(head, month, insured(20))
    file_month(head, month, [*both, *voluntary])
    file_month(other, month, [*both, *elsewhere])
    loan = sign(made)
    assert loan.baseline == 7, "the correction counts, nobody twice, and nobody of another section"
    assert len(loan.baseline_filings) == 2


def test_the_filing_of_the_month_of_signing_comes_first(phase: Phase) -> None:
    employer = an_employer(workers=10)
    made = approved(phase=phase, bank=a_bank(phase=phase), employer=employer)
    this_month = first_of(clock.today())
    file_month(Branch.objects.get(employer=employer), this_month, insured(12))
    loan = sign(made)
    assert (loan.baseline, loan.baseline_month) == (12, this_month)


def test_what_the_contract_says_stands_for_good(phase: Phase) -> None:
    loan = signed(phase=phase, bank=a_bank(phase=phase))
    for change in ({"baseline": 1}, {"principal": 1}, {"rate": 0}, {"signed_on": "2020-01-01"}, {"bank": a_bank()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Loan.objects.filter(pk=loan.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Loan.objects.filter(pk=loan.pk).delete()
    assert Loan.objects.filter(pk=loan.pk).update(state=LoanState.DRAWN) == 1, "control: the state moves"


@pytest.mark.parametrize(
    ("contract", "code"),
    [
        (Contract(rate=Decimal("2.36"), term_months=36, number="1"), "rate_too_high"),
        (Contract(rate=Decimal("2.35"), term_months=37, number="1"), "term_too_long"),
        (Contract(rate=Decimal("2.35"), term_months=36, number=" "), "no_contract"),
    ],
)
def test_a_contract_keeps_to_the_terms_of_the_phase(phase: Phase, contract: Contract, code: str) -> None:
    made = approved(phase=phase, bank=a_bank(phase=phase))
    with pytest.raises(Refused) as refusal:
        sign(made, contract)
    assert refusal.value.code == code


def test_a_number_of_a_contract_is_used_once_by_a_bank(phase: Phase) -> None:
    bank = a_bank(phase=phase)
    first, second = approved(phase=phase, bank=bank), approved(phase=phase, bank=bank)
    sign(first)
    with pytest.raises(Refused) as refusal:
        sign(second)
    assert refusal.value.code == "contract_there"
    assert sign(approved(phase=phase, bank=a_bank(phase=phase))), "another bank numbers its own"


def test_what_is_not_approved_or_of_another_bank_is_not_signed(phase: Phase) -> None:
    bank = a_bank(phase=phase)
    made = approved(phase=phase, bank=bank)
    with pytest.raises(Missing):
        sign(made, by=banker(a_bank()))
    with pytest.raises(Missing):
        sign(made, by=hr_of(made.employer))
    with pytest.raises(Missing):
        sign(drafted(phase=phase, bank=bank))
    sign(made)
    with pytest.raises(Refused) as refusal:
        sign(made)
    assert refusal.value.code == "state_moved_on"


def test_a_reservation_that_lapsed_is_not_signed(phase: Phase) -> None:
    made = approved(phase=phase, bank=a_bank(phase=phase))
    Claim.objects.filter(pk=made.claim_id).update(expires_at=clock.now() - timedelta(seconds=1))
    with pytest.raises(Refused) as refusal:
        sign(made)
    assert refusal.value.code == "reservation_lapsed"
    assert not Loan.objects.exists()
    assert Claim.objects.get(pk=made.pace_claim_id).state == "held", "nothing is half taken"


def test_what_stands_against_a_loan_is_looked_for_once_more(phase: Phase) -> None:
    made = approved(phase=phase, bank=a_bank(phase=phase))
    Employer.objects.filter(pk=made.employer_id).update(closed_on=clock.today())
    with pytest.raises(Refused) as refusal:
        sign(made)
    assert refusal.value.code == Finding.CLOSED


def test_a_certificate_that_was_revoked_stops_the_signing(phase: Phase) -> None:
    made = approved(phase=phase, bank=a_bank(phase=phase))
    paper = EmployerCertificate.objects.get(pk=made.certificate_id)
    certificates.revoke(certificate=paper, why="false filings", by=OFFICER)
    with pytest.raises(Refused) as refusal:
        sign(made)
    assert refusal.value.code == "certificate_over"


def test_in_a_closed_phase_nothing_is_signed(phase: Phase) -> None:
    made = approved(phase=phase, bank=a_bank(phase=phase))
    phases.move(phase_id=phase.pk, to=PhaseState.CLOSED, why="over", by=OFFICER)
    with pytest.raises(Refused) as refusal:
        sign(made)
    assert refusal.value.code == "phase_closed"


def test_a_schedule_that_cannot_be_made_takes_everything_back(phase: Phase) -> None:
    made = approved(phase=phase, bank=a_bank(phase=phase))

    def refuse(loan: Loan) -> None:
        raise Refused("no", "no_schedule")

    with pytest.raises(Refused):
        sign(made, schedule=refuse)
    made.refresh_from_db()
    assert (made.state, Loan.objects.count()) == (ApplicationState.APPROVED, 0)
    assert Claim.objects.get(pk=made.claim_id).state == "held"


def test_a_contract_that_was_given_up_before_any_money_frees_the_envelope(phase: Phase) -> None:
    bank = a_bank(phase=phase)
    loan = signed(phase=phase, bank=bank)
    assert taken(phase) == 2_000_000
    with pytest.raises(Missing):
        signing.give_up(loan=loan, why="x", by=banker(a_bank()))
    done = signing.give_up(loan=loan, why="sold", by=banker(bank))
    assert (done.state, taken(phase)) == (LoanState.CANCELLED, 0)
    assert Participation.objects.get(bank=bank, phase=phase).lent == 0
    assert drafted(phase=phase, bank=bank, employer=loan.employer), "the employer may apply again"


def test_a_contract_of_which_nothing_is_drawn_in_time_frees_the_envelope(phase: Phase) -> None:
    bank = a_bank(phase=phase)
    loan = signed(phase=phase, bank=bank)
    with clock.set_to(clock.at(loan.drawable_until + timedelta(days=30), time(12))):
        assert lapsing.free_undrawn(by=OFFICE) == 0, "the bank may still report what was drawn on the last day"
    with clock.set_to(clock.at(loan.drawable_until + timedelta(days=31), time(12))):
        assert lapsing.free_undrawn(by=OFFICE) == 1
        assert lapsing.free_undrawn(by=OFFICE) == 0
    loan.refresh_from_db()
    assert (loan.state, loan.application.state) == (LoanState.CANCELLED, ApplicationState.LAPSED)
    assert (loan.reserved, taken(phase)) == (0, 0)
    assert Participation.objects.get(bank=bank, phase=phase).lent == 0
    assert Event.objects.filter(name="loans.loan_lapsed", about_id=loan.application_id).count() == 1
    assert drafted(phase=phase, bank=bank, employer=loan.employer), "the employer may apply again"


def test_a_loan_with_money_is_not_given_up_nor_its_application_withdrawn(phase: Phase) -> None:
    bank = a_bank(phase=phase)
    loan = signed(phase=phase, bank=bank)
    with pytest.raises(Refused) as refusal:
        applications.withdraw(application=loan.application, why="x", by=hr_of(loan.employer))
    assert refusal.value.code == "signed_already"
    Loan.objects.filter(pk=loan.pk).update(state=LoanState.DRAWN)
    with pytest.raises(Refused) as refusal:
        signing.give_up(loan=loan, why="x", by=banker(bank))
    assert refusal.value.code == "loan_drawn"


def test_a_loan_keeps_only_what_was_drawn_of_the_envelope(phase: Phase) -> None:
    bank = a_bank(phase=phase)
    loan = signed(phase=phase, bank=bank)
    signing.keep_only(loan=loan, drawn=Decimal("1200000.50"), by=banker(bank))
    loan.refresh_from_db()
    assert (loan.reserved, loan.principal, taken(phase)) == (Decimal(1_200_001), 2 * MILLION, 1_200_001)
    assert Participation.objects.get(bank=bank, phase=phase).lent == Decimal(1_200_001)
    signing.keep_only(loan=loan, drawn=2 * MILLION, by=banker(bank))
    assert taken(phase) == 1_200_001, "never more than before"
