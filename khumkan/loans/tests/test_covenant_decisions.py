"""What a bank decides about a breach, and what that does to the money of the loan."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction

from khumkan.kernel.errors import Missing, Refused
from khumkan.loans.actions import banks, breaches, consequences, covenants, notices, waivers
from khumkan.loans.actions.breaches import Decision
from khumkan.loans.actions.repaying import repay, reverse
from khumkan.loans.choices import BankDecision, Standing
from khumkan.loans.models import BreachDecision, CovenantCase, Loan, Schedule
from khumkan.loans.money_choices import DayCount
from khumkan.loans.queries import covenants as queries
from khumkan.loans.queries.money import disagreements
from khumkan.loans.rules.interest import interest_of
from khumkan.loans.tests.covenanted import SYSTEM, a_loan, banker, cases, counted, drawn, newest, officer, paid_up
from khumkan.messages.models import Message

pytestmark = pytest.mark.django_db
BANGKOK = ZoneInfo("Asia/Bangkok")
MONTHS = [date(2021, month, 1) for month in range(1, 13)]
TODAY = date(2022, 1, 1)
MILLION = Decimal(1_000_000)


@pytest.fixture(autouse=True)
def new_year() -> Iterator[None]:
    """Let it be the first of January 2022."""
    with at(TODAY):
        yield


def at(day: date) -> time_machine.travel:
    """Let it be noon of a day."""
    return time_machine.travel(datetime(day.year, day.month, day.day, 12, tzinfo=BANGKOK), tick=False)


def breached(loan: Loan | None = None) -> Loan:
    """Let a loan, or one of which all money was drawn, have four months below the line."""
    made = loan or drawn(a_loan())
    counted(made.employer, dict.fromkeys(MONTHS[:4], 90))
    covenants.judge_employer(employer_id=made.employer_id, by=SYSTEM)
    return made


def decided(loan: Loan, what: BankDecision, *, from_on: date = TODAY, step: str = "0") -> BreachDecision:
    """Let two officers of the bank decide."""
    decision = Decision(what=what, from_on=from_on, step=Decimal(step), why="too few workers")
    case = CovenantCase.objects.get(loan=loan)
    proposed = breaches.propose(case=case, decision=decision, by=banker(1, loan.bank))
    return breaches.confirm(decision=proposed, by=banker(2, loan.bank))


def test_the_bank_decides_with_two_officers_and_a_recall_recalls_the_loan() -> None:
    loan = breached()
    case, first, second = CovenantCase.objects.get(), banker(1, loan.bank), banker(2, loan.bank)
    recall = Decision(what=BankDecision.RECALL, from_on=date(2022, 1, 1), why="closed for good")
    with pytest.raises(Missing):
        breaches.propose(case=case, decision=recall, by=banker(1, a_loan().bank))
    too_high = Decision(what=BankDecision.STEP_UP, step=Decimal("2.01"), from_on=date(2022, 1, 1), why="x")
    with pytest.raises(Refused):
        breaches.propose(case=case, decision=too_high, by=first)
    kept = Decision(what=BankDecision.KEEP, from_on=date(2022, 1, 1), why="they hire")
    breaches.drop(decision=breaches.propose(case=case, decision=kept, by=first), by=second)
    proposed = breaches.propose(case=case, decision=recall, by=first)
    with pytest.raises(Refused):
        breaches.propose(case=case, decision=kept, by=second)
    with pytest.raises(Refused):
        breaches.confirm(decision=proposed, by=first)

    breaches.confirm(decision=proposed, by=second)

    loan.refresh_from_db()
    assert loan.state == "recalled"
    assert cases(loan) == [(MONTHS[0], "recalled", 4)]
    with pytest.raises(Refused):
        breaches.drop(decision=proposed, by=second)
    assert BreachDecision.objects.filter(dropped_at=None).count() == 1


def test_a_step_raises_the_rate_of_a_new_schedule_and_leaves_the_old_one_on_file() -> None:
    loan = paid_up(breached())
    before = newest(loan)
    left = [row for row in before.rows() if row.due_on > TODAY]

    made = decided(loan, BankDecision.STEP_UP, step="1.50")

    after = newest(loan)
    assert made.schedule == after
    assert (after.version, after.reason, after.rate) == (
        before.version + 1,
        "stepped_up",
        before.rate + Decimal("1.50"),
    )
    rows = after.rows()
    assert [row.due_on for row in rows] == [row.due_on for row in left]
    assert sum(row.principal for row in rows) == after.principal == sum(row.principal for row in left)
    assert sum(row.interest for row in rows) > sum(row.interest for row in left)
    # up to the day the old rate, from it on the new one
    last = max(row.due_on for row in before.rows() if row.due_on <= TODAY)
    first = interest_of(after.principal, before.rate, last, TODAY, DayCount(before.day_count))
    then = interest_of(after.principal, after.rate, TODAY, rows[0].due_on, DayCount(before.day_count))
    assert rows[0].interest == first + then
    assert Schedule.objects.get(pk=before.pk).rate == before.rate
    assert disagreements() == []
    assert cases(loan) == [(MONTHS[0], "decided", 4)]


def test_a_step_waits_for_its_day_and_for_what_is_overdue() -> None:
    loan = paid_up(breached())
    day = date(2022, 1, 20)
    made = decided(loan, BankDecision.STEP_UP, from_on=day, step="2")
    assert made.schedule is None
    assert consequences.step_up_due(by=SYSTEM) == 0, "the day has not come"
    with at(day):
        assert consequences.step_up_due(by=SYSTEM) == 0, "the instalment of January is not paid"
        row = next(row for row in newest(loan).rows() if row.due_on > TODAY)
        assert row.due_on < day
        repay(loan=loan, amount=row.total, on=day, number="late", by=SYSTEM)
        assert consequences.step_up_due(by=SYSTEM) == 1
        assert consequences.step_up_due(by=SYSTEM) == 0
    made.refresh_from_db()
    assert made.schedule == newest(loan)
    assert (newest(loan).reason, newest(loan).from_on) == ("stepped_up", day)


def test_a_step_is_not_confirmed_while_something_is_overdue() -> None:
    loan = breached()
    with pytest.raises(Refused) as refused:
        decided(loan, BankDecision.STEP_UP, step="1")
    assert refused.value.code == "money_overdue"
    assert BreachDecision.objects.get().confirmed_at is None
    assert cases(loan) == [(MONTHS[0], "breached", 4)]


def test_a_recall_makes_all_that_is_owed_due_on_its_day() -> None:
    loan = breached()
    before, day = newest(loan), date(2022, 1, 31)
    overdue = [row for row in before.rows() if row.due_on <= TODAY]

    made = decided(loan, BankDecision.RECALL, from_on=day)

    after = newest(loan)
    assert (made.schedule, after.reason, after.principal) == (after, "recalled", MILLION)
    (row,) = after.rows()
    accrued = interest_of(overdue[-1].balance, before.rate, overdue[-1].due_on, TODAY, DayCount(before.day_count))
    runs = interest_of(MILLION, before.rate, TODAY, day, DayCount(before.day_count))
    assert (row.due_on, row.principal) == (day, MILLION)
    assert row.interest == sum((each.interest for each in overdue), accrued) + runs
    loan.refresh_from_db()
    assert loan.state == "recalled"
    assert disagreements() == []
    with at(day):
        journal = repay(loan=loan, amount=row.total, on=day, number="all", by=SYSTEM)
        loan.refresh_from_db()
        assert loan.state == "repaid"
        reverse(journal=journal, why="bounced", by=SYSTEM)
    loan.refresh_from_db()
    assert loan.state == "recalled", "what was recalled stays recalled when its payment did not come"
    assert disagreements() == []


def test_a_part_that_was_paid_ahead_does_not_hold_up_a_recall() -> None:
    loan = paid_up(breached())
    ahead = next(row for row in newest(loan).rows() if row.due_on > TODAY)
    repay(loan=loan, amount=ahead.interest + 10, on=TODAY, number="ahead", by=SYSTEM)
    owed = ahead.principal + ahead.balance - 10

    decided(loan, BankDecision.RECALL)

    (row,) = newest(loan).rows()
    assert (row.due_on, row.principal) == (ahead.due_on + timedelta(days=1), owed)
    assert disagreements() == []


def test_nothing_follows_before_money_was_drawn_or_since_before_the_bank_was_told() -> None:
    early = breached(a_loan(state="signed"))
    for what, step in ((BankDecision.RECALL, "0"), (BankDecision.STEP_UP, "1")):
        with pytest.raises(Refused) as refused:
            decided(early, what, step=step)
        assert refused.value.code == "money_not_drawn"
    loan = breached()
    with pytest.raises(Refused) as refused:
        decided(loan, BankDecision.STEP_UP, step="1", from_on=TODAY - timedelta(days=1))
    assert refused.value.code == "decision_too_early"
    decided(early, BankDecision.KEEP)
    assert cases(early) == [(MONTHS[0], "decided", 4)]


def test_control_no_recall_stands_without_its_schedule() -> None:
    loan = breached()
    decision = Decision(what=BankDecision.RECALL, from_on=TODAY, why="closed for good")
    proposed = breaches.propose(case=CovenantCase.objects.get(), decision=decision, by=banker(1, loan.bank))
    with pytest.raises(IntegrityError), transaction.atomic():
        BreachDecision.objects.filter(pk=proposed.pk).update(confirmed_by=2, confirmed_at=proposed.proposed_at)


def test_a_waived_month_is_the_latest_one_and_asks_for_nothing() -> None:
    loan = breached()
    case = CovenantCase.objects.get()
    assert queries.covenant_of(loan).latest == queries.latest_months(loan)[3]
    waiver = waivers.ask(case=case, until=MONTHS[3], why="flood", by=officer(1))
    waivers.give(waiver=waiver, by=officer(2))

    covenant = queries.covenant_of(loan)

    assert covenant.latest is not None
    assert (covenant.latest.month, covenant.latest.standing) == (MONTHS[3], Standing.WAIVED)
    assert (covenant.workers, covenant.advice) == (90, None)


def told() -> list[tuple[str, dict[str, object]]]:
    """Return what banks were sent, the oldest first."""
    return [(each.template, each.params) for each in Message.objects.order_by("pk") if "bank_breaches" in each.template]


def test_a_bank_is_told_of_each_breach_once_and_of_one_that_comes_back_again() -> None:
    loan = breached()
    assert notices.tell_banks(by=SYSTEM) == 0, "it gave no address"
    banks.set_notices_to(bank=loan.bank, address="breaches@example.com", by=officer(9))
    assert [notices.tell_banks(by=SYSTEM) for _ in range(2)] == [1, 0]
    assert told()[0][1] | {"count": 1, "waiting": 1} == told()[0][1]
    covenants.judge_employer(employer_id=loan.employer_id, by=SYSTEM)
    assert notices.tell_banks(by=SYSTEM) == 0
    counted(loan.employer, {MONTHS[1]: 120})
    covenants.judge_employer(employer_id=loan.employer_id, by=SYSTEM)
    assert CovenantCase.objects.get(loan=loan, began=MONTHS[0]).state != "breached"
    with at(TODAY + timedelta(days=3)):
        counted(loan.employer, {MONTHS[1]: 90})
        covenants.judge_employer(employer_id=loan.employer_id, by=SYSTEM)
        assert notices.tell_banks(by=SYSTEM) == 1
    assert len(told()) == 2


def test_a_bank_that_decided_is_told_nothing() -> None:
    loan = breached()
    banks.set_notices_to(bank=loan.bank, address="breaches@example.com", by=officer(9))
    decided(loan, BankDecision.KEEP)
    assert notices.tell_banks(by=SYSTEM) == 0
    assert told() == []
