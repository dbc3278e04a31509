"""The office: phases by two officers, banks, deposits, certificates, the portfolio, and whether the books agree."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.loans.actions.drawing import draw
from khumkan.loans.models import Bank, EmployerCertificate, LedgerAccount, Participation, PhaseTranche
from khumkan.loans.queries import money, portfolio
from khumkan.loans.queries.phases import phase_called
from khumkan.loans.rules.qualifying import first_of, months_before
from khumkan.loans.testing import a_loan as a_loan_in_books
from khumkan.loans.tests import covenanted
from khumkan.loans.tests.deskwork import at_office, at_province, look, send
from khumkan.loans.tests.lender import MILLION, OFFICE, a_bank, a_phase, approved, drafted
from khumkan.policies.models import Phase
from khumkan.policies.states import PhaseState
from khumkan.registry.models import Employer

pytestmark = pytest.mark.django_db


def draft_form() -> dict[str, str]:
    today = clock.today()
    return {
        "number": "8", "years": str(today.year), "title_th": "ระยะที่ 8", "title_en": "Phase 8",
        "opens_on": today.isoformat(), "small_budget": "1,000,000,000", "small_cap": "5,000,000",
    }  # fmt: skip


def test_a_phase_is_drafted_by_one_officer_and_signed_by_another() -> None:
    first, second = at_office(), at_office()
    send(first, "loans:new_lending_phase", **draft_form())
    phase = Phase.objects.get(programme="loans", number=8)

    assert "you proposed this yourself" in send(first, "loans:sign_lending_phase", phase.pk)
    phase.refresh_from_db()
    assert phase.state == PhaseState.PLANNED
    assert "The phase is signed" in send(second, "loans:sign_lending_phase", phase.pk)

    phase.refresh_from_db()
    assert phase.state == PhaseState.OPEN
    assert "1,000,000,000 baht" in look(at_office(Role.AUDITOR), "loans:lending_phase", phase.pk)


def test_a_phase_whose_envelope_makes_no_sense_is_refused() -> None:
    page = send(at_office(), "loans:new_lending_phase", status=422, **draft_form() | {"small_cap": "2000000000"})

    assert "holds at least one loan at the cap" in page
    assert not Phase.objects.filter(programme="loans", number=8).exists()


def test_the_money_of_a_phase_never_falls_below_what_is_reserved() -> None:
    phase, officer = a_phase(small=24 * MILLION), at_office()
    for _ in range(2):
        approved(phase=phase, bank=a_bank(phase=phase), amount=5 * MILLION)

    assert "Changed." in send(officer, "loans:change_budget", phase.pk, size="small", budget="30000000")
    send(officer, "loans:change_budget", phase.pk, status=422, size="small", budget="9999999")
    assert PhaseTranche.objects.get(phase=phase, size="small").budget == 30 * MILLION
    send(officer, "loans:change_budget", phase.pk, size="small", budget="10000000")

    assert PhaseTranche.objects.get(phase=phase, size="small").budget == 10 * MILLION


def test_a_phase_pauses_with_a_reason() -> None:
    phase = a_phase()

    send(at_office(), "loans:move_lending_phase", phase.pk, status=422, to="paused")
    send(at_office(), "loans:move_lending_phase", phase.pk, to="paused", why="the money is counted")

    phase.refresh_from_db()
    assert phase.state == PhaseState.PAUSED


def test_a_bank_is_added_joins_leaves_and_is_suspended() -> None:
    phase, officer = a_phase(), at_office()
    send(officer, "loans:new_bank", code="987", name_th="ธนาคารใหม่", name_en="New Bank")
    bank = Bank.objects.get(code="987")

    send(officer, "loans:bank_in_phase", bank.reference, phase.pk, "join")
    assert Participation.objects.get(bank=bank).left_at is None
    send(officer, "loans:bank_in_phase", bank.reference, phase.pk, "leave")
    assert Participation.objects.get(bank=bank).left_at is not None
    assert "it asked for it" in send(officer, "loans:suspend_bank", bank.reference, why="it asked for it")
    send(officer, "loans:resume_bank", bank.reference)

    bank.refresh_from_db()
    assert bank.suspended_at is None
    send(officer, "loans:bank_in_phase", bank.reference, phase.pk, "else", status=404)


def test_what_lies_at_a_bank_can_be_taken_back_and_no_more() -> None:
    bank, officer = a_bank(), at_office()
    today = clock.today().isoformat()

    send(officer, "loans:deposit", bank.reference, way="deposit", amount="1000.25", on=today, number="T1")
    page = send(
        officer, "loans:deposit", bank.reference, status=422, way="withdraw", amount="2000", on=today, number="T2"
    )
    assert "Only 1000.25 baht lie at the bank." in page
    send(officer, "loans:deposit", bank.reference, way="withdraw", amount="1000.25", on=today, number="T3")

    assert money.deposit_of(bank) == 0


@pytest.mark.parametrize("name", ["new_lending_phase", "new_bank"])
def test_an_officer_of_a_province_reads_and_changes_nothing_of_the_country(name: str) -> None:
    officer = at_province("20")

    look(officer, "loans:lending_phases")
    look(officer, f"loans:{name}", status=404)


def test_a_certificate_is_found_by_its_code_and_revoked_in_its_own_province_only() -> None:
    phase = a_phase()
    paper = drafted(phase=phase, bank=a_bank(phase=phase)).certificate
    own, other = at_province("10"), at_province("20")

    assert "Revoke the certificate" in look(own, "loans:office_certificates", query=f"?code={paper.code}")
    assert "no certificate with this code" in look(other, "loans:office_certificates", query=f"?code={paper.code}")
    send(other, "loans:revoke_certificate", paper.code, status=404, why="false filings")
    assert EmployerCertificate.objects.get(pk=paper.pk).revoked_at is None
    page = send(own, "loans:revoke_certificate", paper.code, why="false filings")

    assert "false filings" in page
    assert EmployerCertificate.objects.get(pk=paper.pk).revoked_at is not None


def test_the_portfolio_shows_what_is_used_and_by_whom() -> None:
    phase = a_phase()
    bank = a_bank(phase=phase)
    approved(phase=phase, bank=bank)

    page = look(at_office(Role.SUPERVISOR), "loans:office_loans")

    used = next(each for each in portfolio.use_of_envelopes() if each.size == "small")
    assert (used.used, used.budget) == (2_000_000, 18_000_000_000)
    assert str(bank) in page or bank.name_en in page
    assert "Takes no more applications" not in page
    Phase.objects.filter(pk=phase.pk).update(closes_on=clock.today() - timedelta(days=1))
    assert "Takes no more applications" in look(at_office(Role.SUPERVISOR), "loans:office_loans")


def test_books_that_agree_say_so_and_a_wrong_balance_is_found() -> None:
    loan = a_loan_in_books(signed_on=clock.today())
    draw(loan=loan, amount=Decimal(1000), on=clock.today(), number="D1", by=OFFICE)
    auditor = at_office(Role.AUDITOR)
    assert "Everything agrees" in look(auditor, "loans:books")

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")  # the database would not let it happen
        LedgerAccount.objects.filter(loan=loan, kind="principal").update(balance=999)
        cursor.execute("SET LOCAL session_replication_role = origin")

    page = look(auditor, "loans:books")
    assert "Everything agrees" not in page
    assert "The balance of an account is not the sum of its lines" in page


def others(count: int, industry: str, *, then: int, now: int) -> None:
    """Let employers that did not borrow have so many workers in the month of the baseline and in the last one."""
    for _ in range(count):
        employer = covenanted.an_employer()
        Employer.objects.filter(pk=employer.pk).update(industry=industry)
        covenanted.counted(employer, {baseline_month(): then, last_month(): now})


def last_month() -> date:
    return months_before(first_of(clock.today()), portfolio.MONTHS_BACK)


def baseline_month() -> date:
    return months_before(last_month(), 6)


def borrower(industry: str, *, then: int, now: int | None) -> None:
    employer = covenanted.an_employer()
    Employer.objects.filter(pk=employer.pk).update(industry=industry)
    covenanted.a_loan(employer=employer, baseline=then, signed_on=baseline_month())
    if now is not None:
        covenanted.counted(employer, {last_month(): now})


def test_jobs_kept_are_compared_with_those_of_the_same_month_size_and_industry() -> None:
    borrower("55", then=100, now=90)
    borrower("55", then=100, now=150)  # hired: no more than 100 are kept
    others(10, "55", then=100, now=60)
    others(10, "10", then=100, now=10)  # another industry
    others(10, "55", then=10, now=1)  # another size

    found = portfolio.jobs()

    assert (found.loans, found.apart, found.others) == (2, 0, 10)
    assert (found.jobs, found.kept, found.expected, found.more) == (200, 190, 120, 70)
    assert found.baht == 2 * MILLION
    assert found.baht_per_more == (2 * MILLION / 70).quantize(Decimal(1))
    assert "95.0%" in look(at_office(), "loans:jobs_kept")


def test_too_few_others_are_not_compared_and_who_has_not_filed_is_left_out() -> None:
    borrower("55", then=100, now=90)
    borrower("55", then=100, now=None)
    others(portfolio.LEAST_OTHERS - 1, "55", then=100, now=60)

    found = portfolio.jobs()

    assert (found.loans, found.apart, found.jobs, found.baht_per_more) == (0, 1, 0, None)
    assert "no loan yet that can be compared" in look(at_office(), "loans:jobs_kept")


def test_who_closed_kept_no_job() -> None:
    borrower("55", then=100, now=None)
    Employer.objects.update(closed_on=last_month())
    others(10, "55", then=100, now=60)

    found = portfolio.jobs()

    assert (found.jobs, found.kept, found.expected) == (100, 0, 60)


def test_a_phase_that_is_none_does_not_exist() -> None:
    assert phase_called(a_phase().pk)
    look(at_office(), "loans:lending_phase", 999_999_999, status=404)
