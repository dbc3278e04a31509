"""Money to the satang: every schedule equals one that is computed another way, and what is wrong is found."""

import ast
import os
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khumkan.kernel.errors import Refused
from khumkan.loans import rules
from khumkan.loans.money_choices import DayCount, Delay, Prepaying, Repaying
from khumkan.loans.rules import delinquency, interest, prepaying, schedules
from khumkan.loans.rules.due_dates import due_dates, first_due, months_later
from khumkan.loans.rules.interest import days_between, interest_of
from khumkan.loans.rules.moratorium import Pause, check_pause, paused
from khumkan.loans.rules.paying import Standing, owed_on, split, standing, total_of
from khumkan.loans.rules.restructuring import NewTerms, check_new_terms, restructured
from khumkan.loans.rules.schedules import Instalment, Plan, schedule
from khumkan.loans.terms.servicing import ServicingTerms
from khumkan.loans.tests import money_oracle as oracle

LONG = bool(os.environ.get("KHUMKAN_LONG"))
EXAMPLES = settings(max_examples=100_000 if LONG else 2_000, deadline=None, derandomize=not LONG, database=None)
FEW = settings(max_examples=20_000 if LONG else 300, deadline=None, derandomize=not LONG, database=None)
TERMS = ServicingTerms()
YEARS = {DayCount.ACTUAL_365: 365, DayCount.THIRTY_360: 360}
ZERO = Decimal("0.00")
#: Rules that divide one `Decimal` by another; everywhere else a division is taken for one of whole numbers.
DIVIDING = {"amounts.py"}


def baht(satang: int) -> Decimal:
    return Decimal(satang).scaleb(-2)


def satang(amount: Decimal) -> int:
    return int(amount.scaleb(2))


@st.composite
def plans(draw: st.DrawFn, *, level: bool = False) -> Plan:
    """Return plans of all kinds: any day of four years, any rate, extra interest or none."""
    count = draw(st.integers(1, 84))
    kind = draw(st.sampled_from(list(Repaying)))
    start = date(2020, 1, 1) + timedelta(days=draw(st.integers(0, 1_500)))
    due_day = draw(st.integers(1, 31))
    first = first_due(start, due_day=due_day, at_least_days=draw(st.integers(0, 45)))
    only = draw(st.integers(0, count - 1)) if kind == Repaying.INTEREST_FIRST else 0
    plan = Plan(
        principal=baht(draw(st.integers(100 * count, 5_000_000_000))),
        rate=Decimal(draw(st.integers(0, 15_000))).scaleb(-3),
        from_on=start,
        due_on=due_dates(first, count, due_day=due_day),
        kind=kind,
        day_count=draw(st.sampled_from(list(DayCount))),
        interest_only=only,
        carried=baht(draw(st.sampled_from([0, 0, 1, 123_456]))),
        spread=baht(draw(st.sampled_from([0, 0, 7, 9_999_999]))),
    )
    if level and draw(st.booleans()):
        kept = schedules.level_of(plan) * draw(st.integers(1, 3))
        return replace(plan, level=max(kept, Decimal("0.01")))
    return plan


def by_the_oracle(plan: Plan) -> list[tuple[int, int]]:
    return oracle.schedule(
        satang(plan.principal),
        int(plan.rate.scaleb(3)),
        plan.from_on,
        list(plan.due_on),
        kind="parts" if plan.kind == Repaying.EQUAL_PRINCIPAL else "annuity",
        interest_only=plan.interest_only,
        year=YEARS[plan.day_count],
        carried=satang(plan.carried),
        spread=satang(plan.spread),
        level=None if plan.level is None else satang(plan.level),
    )


def differs(plan: Plan) -> bool:
    return [(satang(row.principal), satang(row.interest)) for row in schedule(plan)] != by_the_oracle(plan)


@given(plan=plans(level=True))
@EXAMPLES
def test_every_schedule_equals_one_that_is_computed_another_way(plan: Plan) -> None:
    rows = schedule(plan)
    assert not differs(plan)
    assert sum(row.principal for row in rows) == plan.principal
    assert total_of(rows) == plan.principal + sum(row.interest for row in rows)
    assert all(row.principal >= 0 and row.interest >= 0 and row.balance >= 0 for row in rows)
    assert rows[-1].balance == 0
    assert [row.due_on for row in rows] == list(plan.due_on[: len(rows)])


@given(plan=plans())
@FEW
def test_nobody_elses_precision_changes_a_satang(plan: Plan) -> None:
    with localcontext(prec=6, rounding=ROUND_HALF_EVEN):
        coarse = schedule(plan)
    assert [row.interest for row in coarse] == [row.interest for row in schedule(plan)]


TIES = Plan(
    principal=Decimal("36500.00"),
    rate=Decimal("0.5"),
    from_on=date(2021, 1, 1),
    due_on=(date(2021, 1, 2), date(2021, 2, 2)),
    kind=Repaying.EQUAL_PRINCIPAL,
)


def test_a_swap_of_rounding_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: halves to the even satang, as banks elsewhere round, differ from the oracle."""
    tie = replace(TIES, principal=Decimal("365.00"))
    assert not differs(tie)
    monkeypatch.setattr(interest, "satang", lambda amount: amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN))
    assert differs(tie)


def test_a_float_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: interest by floats differs from the oracle somewhere among a few hundred loans."""

    def floating(principal: Decimal, rate: Decimal, start: date, end: date, count: DayCount) -> Decimal:
        exact = float(principal) * float(rate) / 100 * days_between(start, end, count) / YEARS[count]
        return Decimal(str(round(exact, 2)))

    loans = [replace(TIES, principal=Decimal(365 * each)) for each in range(1, 400)]
    assert not any(map(differs, loans))
    monkeypatch.setattr(schedules, "interest_of", floating)
    assert any(map(differs, loans))


def floats_in(tree: ast.AST, *, divides_decimals: bool = False) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not divides_decimals)
    ]


def test_no_rule_of_money_knows_floats() -> None:
    files = sorted(Path(rules.__file__).parent.glob("*.py"))
    assert len(files) >= 9
    found = {
        file.name: floats_in(ast.parse(file.read_text()), divides_decimals=file.name in DIVIDING) for file in files
    }
    assert found == {file.name: [] for file in files}


@pytest.mark.parametrize("line", ["x = 0.5", "x = float(y)", "x = y / 2"])
def test_the_guard_sees_a_float(line: str) -> None:
    assert floats_in(ast.parse(line)) == [1]


@given(st.dates(date(2019, 1, 1), date(2030, 12, 31)), st.integers(0, 4_000))
@FEW
def test_days_are_counted_as_the_oracle_counts_them(start: date, more: int) -> None:
    end = start + timedelta(days=more)
    assert days_between(start, end, DayCount.THIRTY_360) == oracle.days_30e_360(start, end)
    assert days_between(start, end, DayCount.ACTUAL_365) == oracle.true_days(start, end)


def test_a_span_that_ends_before_it_begins_has_no_interest() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        days_between(date(2021, 1, 2), date(2021, 1, 1), DayCount.ACTUAL_365)


@given(st.dates(date(2019, 1, 1), date(2030, 12, 31)), st.integers(1, 120), st.integers(1, 31))
@FEW
def test_due_dates_walk_from_month_to_month(first: date, count: int, due_day: int) -> None:
    first = date(first.year, first.month, min(due_day, oracle.month_end(first.year, first.month)))
    dates = due_dates(first, count, due_day=due_day)
    assert list(dates) == oracle.monthly(first, count, due_day)
    assert all(one < other for one, other in pairwise(dates))


@pytest.mark.parametrize(
    ("drawn_on", "due_day", "least", "first"),
    [
        (date(2021, 1, 31), 0, 0, date(2021, 2, 28)),
        (date(2024, 1, 31), 0, 0, date(2024, 2, 29)),
        (date(2024, 2, 29), 0, 0, date(2024, 3, 29)),
        (date(2021, 3, 31), 0, 0, date(2021, 4, 30)),
        (date(2021, 8, 16), 5, 0, date(2021, 9, 5)),
        (date(2021, 8, 25), 5, 15, date(2021, 10, 5)),
        (date(2021, 12, 20), 31, 15, date(2022, 1, 31)),
    ],
)
def test_the_first_due_date(drawn_on: date, due_day: int, least: int, first: date) -> None:
    assert first_due(drawn_on, due_day=due_day, at_least_days=least) == first


def test_the_31st_comes_back_after_february() -> None:
    assert due_dates(date(2024, 1, 31), 4) == (
        date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30),
    )  # fmt: skip
    assert months_later(date(2023, 12, 31), 14) == date(2025, 2, 28)


@pytest.mark.parametrize(
    "wrong",
    [
        {"due_on": ()},
        {"principal": Decimal("1.99")},
        {"from_on": date(2021, 1, 2)},
        {"rate": Decimal(-1)},
        {"interest_only": 2},
        {"level": Decimal(0)},
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        replace(TIES, **wrong)


@given(plan=plans(), data=st.data())
@FEW
def test_payments_in_any_parts_come_to_the_same(plan: Plan, data: st.DataObject) -> None:
    """However a total is cut into payments, their interest and principal are those of the schedule."""
    rows = schedule(plan)
    left, paid, parts = total_of(rows), ZERO, []
    while left:
        part = baht(data.draw(st.integers(1, satang(left)))) if len(parts) < 5 else left
        parts.append(split(rows, paid, part))
        paid, left = paid + part, left - part
    assert sum(part.principal for part in parts) == plan.principal
    assert sum(part.interest for part in parts) == total_of(rows) - plan.principal
    assert all(part.interest >= 0 and part.principal >= 0 for part in parts)
    with pytest.raises(Refused, match="only"):
        split(rows, paid, Decimal("0.01"))


LOAN = Plan(
    principal=Decimal("3600000.00"),
    rate=Decimal("2.75"),
    from_on=date(2021, 8, 16),
    due_on=due_dates(date(2021, 9, 16), 36),
)


def test_interest_comes_first_within_an_instalment() -> None:
    rows = schedule(LOAN)
    first = rows[0]
    assert split(rows, ZERO, first.interest) == split(rows, ZERO, first.interest)
    assert split(rows, ZERO, first.interest).principal == 0
    assert split(rows, ZERO, first.total).principal == first.principal
    assert split(rows, first.interest, Decimal("1.00")).interest == 0


def stand_at(day: date, paid: Decimal = ZERO, plan: Plan = LOAN) -> Standing:
    return standing(plan, schedule(plan), paid, day)


@given(plan=plans(), data=st.data())
@FEW
def test_a_standing_holds_all_that_is_owed(plan: Plan, data: st.DataObject) -> None:
    """What is owed on a day is the principal that is not paid and the interest that has run up, to the satang."""
    rows = schedule(plan)
    full = data.draw(st.integers(0, len(rows) - 1))
    day = data.draw(st.dates(plan.from_on, rows[-1].due_on))
    paid = total_of(rows[:full])
    stand = standing(plan, rows, paid, day)
    assert stand.principal == plan.principal - sum(row.principal for row in rows[:full])
    assert stand.overdue == owed_on(rows, paid, day)
    assert stand.start >= day
    assert stand.due_on == tuple(row.due_on for row in rows if row.due_on > stand.start)
    unpaid = [row for row in rows[full:] if row.due_on <= day]
    assert stand.interest_due == sum(row.interest for row in unpaid)


def test_the_schedule_cannot_be_changed_while_an_instalment_is_paid_in_part_ahead() -> None:
    with pytest.raises(Refused) as refused:
        stand_at(date(2021, 9, 1), Decimal("5.00"))
    assert refused.value.code == "money_part_ahead"
    with pytest.raises(Refused) as refused:
        stand_at(date(2021, 8, 15))
    assert refused.value.code == "money_too_early"


def prepay(amount: str, way: Prepaying, day: date = date(2022, 1, 1), fee: str = "0") -> prepaying.Prepayment:
    paid = total_of([row for row in schedule(LOAN) if row.due_on <= day])
    return prepaying.prepaid(LOAN, stand_at(day, paid), Decimal(amount), way=way, fee_percent=Decimal(fee))


def test_paying_ahead_makes_it_shorter_or_smaller() -> None:
    shorter, smaller = prepay("1000000", Prepaying.SHORTER), prepay("1000000", Prepaying.SMALLER)
    assert (
        shorter.interest
        == smaller.interest
        == interest_of(schedule(LOAN)[3].balance, LOAN.rate, date(2021, 12, 16), date(2022, 1, 1), LOAN.day_count)
    )
    assert shorter.principal + shorter.interest == Decimal("1000000")
    old, short, small = schedule(LOAN), schedule(shorter.plan), schedule(smaller.plan)
    assert len(short) < len(small) == 32
    assert short[1].total == old[1].total
    assert small[1].total < old[1].total
    assert small[-1].due_on == old[-1].due_on
    assert not differs(shorter.plan)
    assert not differs(smaller.plan)


@pytest.mark.parametrize(("amount", "code"), [("0.01", "money_interest_first"), ("9999999", "money_too_much")])
def test_what_pays_nothing_ahead_is_refused(amount: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        prepay(amount, Prepaying.SHORTER)
    assert refused.value.code == code


def test_nothing_is_paid_ahead_while_something_is_overdue() -> None:
    with pytest.raises(Refused) as refused:
        prepaying.prepaid(LOAN, stand_at(date(2022, 1, 1)), Decimal(500_000), way=Prepaying.SMALLER, fee_percent=ZERO)
    assert refused.value.code == "money_overdue"


@given(st.integers(100, 10**9), st.integers(0, 500))
@FEW
def test_one_sum_closes_a_loan_with_its_fee(owed: int, percent: int) -> None:
    stand = Standing(
        on=date(2022, 1, 1), start=date(2022, 1, 1), principal=baht(owed), overdue=ZERO, interest_due=ZERO,
        accrued=ZERO, spread=ZERO, due_on=(date(2022, 2, 1),), interest_only=0,
    )  # fmt: skip
    fee = Decimal(percent).scaleb(-2)
    whole = prepaying.closing_amount(stand, fee)
    assert whole - prepaying.fee_of(whole, fee) == baht(owed)
    assert prepaying.prepaid(LOAN, stand, whole, way=Prepaying.SHORTER, fee_percent=fee).plan is None


@given(plan=plans(), months=st.integers(1, 6), capital=st.booleans(), extends=st.booleans(), data=st.data())
@FEW
def test_a_pause_keeps_every_satang(plan: Plan, months: int, capital: bool, extends: bool, data: st.DataObject) -> None:
    rows = schedule(plan)
    day = data.draw(st.dates(plan.from_on, rows[-1].due_on))
    full = data.draw(st.integers(0, len([row for row in rows if row.due_on <= day])))
    stand = standing(plan, rows, total_of(rows[:full]), day)
    pause = Pause(months=months, is_capitalised=capital, extends=extends)
    if stand.principal < len(stand.due_on):
        return  # too little is left for so many instalments
    if len(stand.due_on) < months + (not extends):
        with pytest.raises(Refused, match="dates are left"):
            paused(plan, stand, pause, due_day=plan.due_on[-1].day)
        return
    made = paused(plan, stand, pause, due_day=plan.due_on[-1].day)
    new = schedule(made.plan)
    assert not differs(made.plan)
    assert made.plan.principal == stand.principal + (made.interest if capital else 0)
    assert made.plan.spread == stand.spread + (0 if capital else made.interest)
    assert new[0].due_on > made.plan.from_on == stand.due_on[months - 1]
    assert len(made.plan.due_on) == len(stand.due_on) - (0 if extends else months)
    if not extends:
        assert new[-1].due_on == plan.due_on[-1] or len(new) < len(made.plan.due_on)


def test_a_pause_moves_the_end_or_makes_instalments_larger_never_both() -> None:
    stand = stand_at(date(2022, 1, 1), total_of(schedule(LOAN)[:4]))
    moved = paused(LOAN, stand, Pause(months=3, is_capitalised=False, extends=True), due_day=16)
    kept = paused(LOAN, stand, Pause(months=3, is_capitalised=False, extends=False), due_day=16)
    assert moved.plan.due_on[-1] == date(2024, 11, 16)
    assert kept.plan.due_on[-1] == LOAN.due_on[-1] == date(2024, 8, 16)
    assert abs(schedules.level_of(moved.plan) - schedules.level_of(LOAN)) < 250  # days differ, nothing else
    assert schedules.level_of(kept.plan) > schedules.level_of(LOAN) * Decimal("1.08")


@pytest.mark.parametrize(("months", "before", "code"), [(0, 0, "length"), (7, 0, "length"), (6, 7, "in_all")])
def test_pauses_have_limits(months: int, before: int, code: str) -> None:
    with pytest.raises(Refused) as refused:
        check_pause(Pause(months=months, is_capitalised=True, extends=True), months_before=before, terms=TERMS)
    assert refused.value.code == f"pause_{code}"
    check_pause(Pause(months=6, is_capitalised=True, extends=True), months_before=6, terms=TERMS)


NEW = NewTerms(
    rate=Decimal("2.00"), months=48, first_due_on=date(2022, 3, 31), kind=Repaying.INTEREST_FIRST, interest_only=6,
    is_capitalised=True,
)  # fmt: skip


@pytest.mark.parametrize("is_capitalised", [True, False])
def test_new_terms_carry_over_all_that_is_owed(is_capitalised: bool) -> None:
    """Nothing was ever paid: overdue interest and that of the last days join the principal, or are due at first."""
    stand = stand_at(date(2022, 1, 1))
    made = restructured(LOAN, stand, replace(NEW, is_capitalised=is_capitalised))
    unpaid = sum(row.interest for row in schedule(LOAN)[:4]) + stand.accrued
    assert made.capitalised == (unpaid if is_capitalised else 0)
    assert made.plan.principal == LOAN.principal + made.capitalised
    assert made.plan.carried == unpaid - made.capitalised
    assert not differs(made.plan)
    assert [row.principal for row in schedule(made.plan)[:6]] == [ZERO] * 6
    assert schedule(made.plan)[1].due_on == date(2022, 4, 30)


@pytest.mark.parametrize(
    ("change", "times", "code"),
    [
        ({"rate": Decimal("2.751")}, 0, "rate"),
        ({"months": 80}, 0, "end"),
        ({"months": 0}, 0, "end"),
        ({}, 2, "times"),
    ],
)
def test_new_terms_have_limits(change: dict[str, object], times: int, code: str) -> None:
    with pytest.raises(Refused) as refused:
        check_new_terms(replace(NEW, **change), LOAN, signed_on=date(2021, 8, 1), times_before=times, terms=TERMS)
    assert refused.value.code == f"restructure_{code}"
    check_new_terms(NEW, LOAN, signed_on=date(2021, 8, 1), times_before=1, terms=TERMS)


@pytest.mark.parametrize("change", [{"first_due_on": date(2022, 1, 1)}, {"interest_only": 48}])
def test_new_terms_that_make_no_schedule_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(Refused):
        restructured(LOAN, stand_at(date(2022, 1, 1)), replace(NEW, **change))


@pytest.mark.parametrize(
    ("days", "delay"),
    [
        (0, Delay.NONE), (3, Delay.NONE), (4, Delay.LATE), (30, Delay.LATE), (31, Delay.WATCH), (90, Delay.WATCH),
        (91, Delay.SUBSTANDARD), (181, Delay.DOUBTFUL), (360, Delay.DOUBTFUL), (361, Delay.LOST),
    ],
)  # fmt: skip
def test_classes_of_delay(days: int, delay: Delay) -> None:
    assert delinquency.delay_of(days, TERMS) == delay


def test_days_past_due_count_from_the_oldest_that_is_not_paid_in_full() -> None:
    rows = schedule(LOAN)
    assert delinquency.days_past_due(rows, ZERO, date(2021, 9, 16)) == 0
    assert delinquency.days_past_due(rows, ZERO, date(2021, 9, 17)) == 1
    almost = rows[0].total - Decimal("0.01")
    assert delinquency.days_past_due(rows, almost, date(2021, 10, 20)) == 34
    assert delinquency.days_past_due(rows, rows[0].total, date(2021, 10, 20)) == 4
    assert delinquency.days_past_due(rows, total_of(rows), date(2031, 1, 1)) == 0


def test_a_schedule_knows_its_totals() -> None:
    row = Instalment(1, date(2021, 9, 16), Decimal("10.00"), Decimal("0.25"), ZERO)
    assert row.total == Decimal("10.25")
    assert Decimal("10.005").quantize(Decimal("0.01"), rounding=ROUND_HALF_UP) == interest.satang(Decimal("10.005"))
