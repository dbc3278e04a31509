"""The certificate of establishment status: at once for whoever qualifies, with the figures of the filings."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from khumkan.accounts.testing import actor
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.loans.actions import certificates as actions
from khumkan.loans.models import EmployerCertificate
from khumkan.loans.queries import certificates as queries
from khumkan.loans.queries import phases, qualifying
from khumkan.loans.rules.certificates import Standing
from khumkan.loans.rules.qualifying import first_of, months_before
from khumkan.loans.tests.lender import OFFICER, a_bank, a_phase, an_employer, banker, file_month, hr_of, insured
from khumkan.policies.models import Phase
from khumkan.registry.models import Branch, Employer

pytestmark = pytest.mark.django_db


@pytest.fixture
def phase() -> Phase:
    """Return a phase that runs."""
    return a_phase()


def issue(employer: Employer, phase: Phase) -> EmployerCertificate:
    """Ask for a certificate as the HR office."""
    return actions.issue(employer=employer, phase_id=phase.pk, by=hr_of(employer))


def test_a_certificate_says_how_many_workers_and_for_how_long(phase: Phase) -> None:
    paper = issue(an_employer(workers=60), phase)
    assert (paper.headcount, paper.months, paper.size) == (60, 13, "medium")
    assert paper.month == months_before(first_of(clock.today()), 1)
    assert paper.valid_until == clock.today() + timedelta(days=90)
    assert queries.standing_of(paper) is Standing.VALID


def test_asking_twice_gives_the_same_one_until_the_figures_change(phase: Phase) -> None:
    employer = an_employer()
    first = issue(employer, phase)
    assert issue(employer, phase) == first
    EmployerCertificate.objects.filter(pk=first.pk)
    file_month(Branch.objects.get(employer=employer), first.month, insured(9))
    with pytest.raises(Refused) as refusal:
        issue(employer, phase)
    assert refusal.value.code == "certificate_today"
    with clock.set_to(clock.now() + timedelta(days=1)):
        newer = issue(employer, phase)
        assert (newer.headcount, newer.pk == first.pk) == (9, False)
        assert queries.standing_of(first) is Standing.VALID, "the older one says what was true"


@pytest.mark.parametrize(
    ("employer", "code"),
    [
        ({"workers": 0}, "months_too_few"),
        ({"months": 11}, "months_too_few"),
        ({"closed_on": clock.today()}, "employer_closed"),
    ],
)
def test_who_does_not_qualify_reads_why(phase: Phase, employer: dict[str, object], code: str) -> None:
    made = an_employer(**employer)  # type: ignore[arg-type]
    with pytest.raises(Refused) as refusal:
        issue(made, phase)
    assert code in {reason.code for reason in refusal.value.reasons}
    look = qualifying.look(made, phases.phase_called(phase.pk))
    assert not look.verdict.allowed


def test_nobody_asks_for_another_employer(phase: Phase) -> None:
    mine, theirs = an_employer(), an_employer()
    for by in (hr_of(mine), banker(a_bank()), OFFICER):
        with pytest.raises(Missing):
            actions.issue(employer=theirs, phase_id=phase.pk, by=by)
    paper = issue(theirs, phase)
    with pytest.raises(Missing):
        queries.own(hr_of(mine), paper.code)
    assert queries.own(hr_of(theirs), paper.code) == paper


def test_a_revoked_certificate_does_not_hold_and_says_why(phase: Phase) -> None:
    paper = issue(an_employer(province="50"), phase)
    for by in (hr_of(paper.employer), actor(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key="10")):
        with pytest.raises(Missing):
            actions.revoke(certificate=paper, why="x", by=by)
    with pytest.raises(Refused) as refusal:
        actions.revoke(certificate=paper, why=" ", by=OFFICER)
    assert refusal.value.code == "no_reason"
    chiang_mai = actor(Role.OFFICER, scope_kind=ScopeKind.PROVINCE, key="50")
    done = actions.revoke(certificate=paper, why="false filings", by=chiang_mai)
    assert queries.standing_of(done) is Standing.REVOKED
    with pytest.raises(IntegrityError), transaction.atomic():
        EmployerCertificate.objects.filter(pk=paper.pk).update(headcount=99)


def test_a_code_is_checked_by_whoever_holds_it(phase: Phase) -> None:
    paper = issue(an_employer(), phase)
    assert queries.check(paper.code.lower().replace("-", " ")) == paper
    for code in (references.new("LC"), references.new("LA"), "", "x", "'; --", paper.code[:-1]):
        assert queries.check(code) is None


def test_looking_costs_the_same_for_a_large_employer(phase: Phase, django_assert_max_num_queries: object) -> None:
    employer = an_employer(workers=120)
    lending = phases.phase_called(phase.pk)
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        assert qualifying.look(employer, lending).facts.headcount == 120
