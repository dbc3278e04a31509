"""A higher rate and a recall, from values alone, beside sums that are computed another way."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khumkan.kernel.errors import Refused
from khumkan.loans.money_choices import Repaying
from khumkan.loans.rules.due_dates import due_dates
from khumkan.loans.rules.paying import standing, total_of
from khumkan.loans.rules.schedules import Plan, schedule
from khumkan.loans.rules.stepping import looked_at, recalled, stepped_up

START = date(2021, 1, 15)
DATES = due_dates(date(2021, 2, 15), 36, due_day=15)
LOAN = Plan(principal=Decimal(1_200_000), rate=Decimal("2.75"), from_on=START, due_on=DATES)
ROWS = schedule(LOAN)


def half_up(amount: Fraction) -> Decimal:
    """Round an amount of baht half up to the satang, in whole numbers."""
    return Decimal((2 * amount.numerator * 100 + amount.denominator) // (2 * amount.denominator)).scaleb(-2)


def interest(owed: Decimal, rate: Decimal, days: int) -> Decimal:
    """Return the interest of some days of a year of 365."""
    return half_up(Fraction(owed) * Fraction(rate) * days / 36_500)


@given(
    st.integers(0, 34), st.integers(0, 27), st.decimals("0.01", "5", places=2), st.sampled_from([*Repaying]),
)  # fmt: skip
def test_a_step_leaves_what_is_owed_and_the_dates_and_counts_both_rates(
    paid: int, days: int, step: Decimal, kind: Repaying
) -> None:
    plan = replace(LOAN, kind=kind, interest_only=6 if kind is Repaying.INTEREST_FIRST else 0)
    rows = schedule(plan)
    begun = rows[paid - 1].due_on if paid else START
    day = begun + timedelta(days=days)
    made = stepped_up(plan, standing(plan, rows, total_of(rows[:paid]), day), step)
    after = schedule(made)
    owed = rows[paid - 1].balance if paid else plan.principal
    assert (made.principal, made.rate, made.from_on) == (owed, plan.rate + step, day)
    assert [row.due_on for row in after] == [row.due_on for row in rows[paid:]]
    assert sum(row.principal for row in after) == owed
    assert after[-1].balance == 0
    to_next = (rows[paid].due_on - day).days
    assert after[0].interest == interest(owed, plan.rate, days) + interest(owed, plan.rate + step, to_next)


def test_a_step_is_refused_while_something_is_overdue_and_after_the_last_date() -> None:
    day = ROWS[3].due_on
    with pytest.raises(Refused) as refused:
        stepped_up(LOAN, standing(LOAN, ROWS, total_of(ROWS[:3]), day), Decimal(1))
    assert refused.value.code == "money_overdue"
    with pytest.raises(Refused) as refused:
        stepped_up(LOAN, standing(LOAN, ROWS, total_of(ROWS), ROWS[-1].due_on), Decimal(1))
    assert refused.value.code == "step_no_dates"


@given(st.integers(0, 35), st.integers(0, 35), st.integers(0, 27), st.integers(-30, 60))
def test_a_recall_asks_for_all_that_is_owed_and_its_interest_up_to_the_day(
    paid: int, gone: int, days: int, later: int
) -> None:
    gone = max(paid, gone)
    today = (ROWS[gone - 1].due_on if gone else START) + timedelta(days=days)
    due_on = today + timedelta(days=later)
    filled = total_of(ROWS[:paid])
    day = looked_at(LOAN, ROWS, filled, due_on=due_on, today=today)
    if later > 0:
        assert day == today
    stand = standing(LOAN, ROWS, filled, day)
    (row,) = schedule(recalled(LOAN, stand, due_on))
    owed = ROWS[paid - 1].balance if paid else LOAN.principal
    assert (row.principal, row.balance) == (owed, 0)
    assert row.due_on == max(due_on, stand.start + timedelta(days=1))
    were_due = [each for each in ROWS[paid:] if each.due_on <= day]
    left = were_due[-1].balance if were_due else owed
    since = were_due[-1].due_on if were_due else (ROWS[paid - 1].due_on if paid else START)
    expected = sum((each.interest for each in were_due), interest(left, LOAN.rate, (stand.start - since).days))
    assert row.interest == expected + interest(owed, LOAN.rate, (row.due_on - stand.start).days)


def test_of_an_instalment_that_is_paid_in_part_ahead_the_rest_is_due_on_its_date() -> None:
    today = ROWS[2].due_on + timedelta(days=3)
    filled = total_of(ROWS[:3]) + 100
    assert looked_at(LOAN, ROWS, filled, due_on=today, today=today) == ROWS[3].due_on
    assert looked_at(LOAN, ROWS, filled - 100, due_on=today, today=today) == today - timedelta(days=1)
    # the control: as of today itself the schedule cannot be changed
    with pytest.raises(Refused) as refused:
        standing(LOAN, ROWS, filled, today)
    assert refused.value.code == "money_part_ahead"
