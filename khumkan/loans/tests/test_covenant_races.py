"""Filings that come at once, the night, and two officers at once: each month has one newest finding."""

import time
from datetime import date

import pytest

from khumkan import policies
from khumkan.capacity.testing import broken, race, won
from khumkan.kernel import clock
from khumkan.loans.actions import breaches, covenants, waivers
from khumkan.loans.actions.breaches import Decision
from khumkan.loans.choices import BankDecision
from khumkan.loans.models import BreachDecision, CovenantCase, CovenantMonth, Loan
from khumkan.loans.terms.covenants import CovenantTerms
from khumkan.loans.tests.covenanted import SYSTEM, a_loan, banker, cases, counted, officer, revisions
from khumkan.registry.rules import month_before

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
AT_ONCE = 6


def last_months(count: int) -> list[date]:
    found = [month_before(clock.today())]
    while len(found) < count:
        found.append(month_before(found[-1]))
    return list(reversed(found))


def a_signed_loan() -> Loan:
    policies.history(CovenantTerms)  # stored now, or the first to store them holds up the others
    today = clock.today()
    return a_loan(signed_on=date(today.year - 1, today.month, 1))


def test_a_filing_that_is_told_of_several_times_at_once_adds_each_month_once() -> None:
    loan = a_signed_loan()
    counted(loan.employer, dict.fromkeys(last_months(12), 90))

    def judge() -> int:
        return covenants.judge_employer(employer_id=loan.employer_id, by=SYSTEM)

    results = race([*[judge] * AT_ONCE, lambda: covenants.judge_all(by=SYSTEM)])

    assert not broken(results)
    assert set(revisions(loan).values()) == {1}
    assert [each[1:] for each in cases(loan)] == [("breached", 11)]  # from the month after that of signing


def test_a_control_without_locks_the_same_months_are_added_twice_or_clash(monkeypatch: pytest.MonkeyPatch) -> None:
    loan = a_signed_loan()
    counted(loan.employer, dict.fromkeys(last_months(12), 90))
    monkeypatch.setattr(covenants, "take_turn", lambda **_how: None)
    monkeypatch.setattr(covenants, "_apply", lambda *_args, **_more: time.sleep(1))  # nobody commits before all looked

    results = race([lambda: covenants.judge_all(by=SYSTEM)] * AT_ONCE)

    assert broken(results)
    assert CovenantMonth.objects.filter(loan=loan).exists()


def test_a_waiver_and_a_decision_of_the_bank_at_once_leave_one_of_them() -> None:
    loan = a_signed_loan()
    counted(loan.employer, dict.fromkeys(last_months(12), 90))
    covenants.judge_employer(employer_id=loan.employer_id, by=SYSTEM)
    case = CovenantCase.objects.get(loan=loan)
    waiver = waivers.ask(case=case, until=case.began, why="flood", by=officer(1))
    decision = Decision(what=BankDecision.KEEP, from_on=clock.today(), why="they hire")
    proposed = breaches.propose(case=case, decision=decision, by=banker(1, loan.bank))

    results = race(
        [
            lambda: waivers.give(waiver=waiver, by=officer(2)),
            lambda: breaches.confirm(decision=proposed, by=banker(2, loan.bank)),
        ]
    )

    assert len(won(results)) == 1
    case.refresh_from_db()
    assert case.state in ("waived", "decided")
    is_confirmed = BreachDecision.objects.get(pk=proposed.pk).confirmed_at is not None
    assert is_confirmed is (case.state == "decided")
