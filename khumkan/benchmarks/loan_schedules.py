"""100,000 schedules of all kinds, each held against one that is computed another way, to the satang.

The other way is whole satang and fractions: the instalment from the present value of a row of payments, the days one
date at a time. It is also the limit: computing with whole numbers alone.
"""

import random
import time
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from khumkan.benchmarks import Result
from khumkan.loans.money_choices import Repaying
from khumkan.loans.rules.due_dates import due_dates, first_due
from khumkan.loans.rules.schedules import Plan, schedule

SIZE = 100_000
SEED = 2564
RATES = ("3.00", "5.00", "2.75", "4.75", "2.35", "0.00", "7.125")
MOST_TIMES = 20.0


def run(*, size: int | None = None) -> Result:
    """Compute so many schedules by the rules and by the other way, and compare every satang."""
    count = size or SIZE
    chance = random.Random(SEED)  # noqa: S311
    plans = [_plan(chance) for _ in range(count)]
    began = time.perf_counter()
    ours = [schedule(plan) for plan in plans]
    seconds = time.perf_counter() - began
    began = time.perf_counter()
    theirs = [_other_way(plan) for plan in plans]
    limit = time.perf_counter() - began
    wrong = sum(
        [(int(row.principal * 100), int(row.interest * 100)) for row in rows] != other
        for rows, other in zip(ours, theirs, strict=True)
    )
    unbalanced = sum(
        sum(row.principal for row in rows) != plan.principal or rows[-1].balance != 0
        for rows, plan in zip(ours, plans, strict=True)
    )
    return Result(
        name="loan_schedules",
        n=count,
        seconds=round(seconds, 3),
        limit_seconds=round(limit, 3),
        ratio=round(seconds / limit, 3),
        goal=f"every satang equal to the other computation; ≤ {MOST_TIMES:g} × its time",
        met=not wrong and not unbalanced and seconds <= MOST_TIMES * limit,
        detail={
            "wrong": wrong,
            "unbalanced": unbalanced,
            "instalments": sum(map(len, ours)),
            "a_second": round(count / seconds),
        },
    )


def _plan(chance: random.Random) -> Plan:
    count, due_day = chance.choice((12, 24, 36, 36, 36, 60, 84)), chance.randint(1, 31)
    start = date(2020, 1, 1) + timedelta(days=chance.randrange(2_000))
    kind = chance.choice(list(Repaying))
    return Plan(
        principal=Decimal(chance.randint(100 * count, 5_000_000_000)).scaleb(-2),
        rate=Decimal(chance.choice(RATES)),
        from_on=start,
        due_on=due_dates(first_due(start, due_day=due_day, at_least_days=15), count, due_day=due_day),
        kind=kind,
        interest_only=chance.randrange(1, count) if kind == Repaying.INTEREST_FIRST else 0,
    )


def _other_way(plan: Plan) -> list[tuple[int, int]]:
    """Return principal and interest in satang of each instalment."""
    owed, rate = int(plan.principal * 100), int(plan.rate * 1_000)
    dates = _dates(plan.due_on[0], len(plan.due_on), max(day.day for day in plan.due_on))
    level, rows, before = _level(owed, rate, len(dates) - plan.interest_only, plan.kind), [], plan.from_on.toordinal()
    for place, day in enumerate(dates, start=1):
        interest = _half_up(owed * rate * (day - before), 36_500_000)
        before = day
        pays = level if plan.kind == Repaying.EQUAL_PRINCIPAL else max(level - interest, 0)
        if place == len(dates):
            pays = owed
        elif place <= plan.interest_only:
            pays = 0
        pays = min(pays, owed)
        owed -= pays
        rows.append((pays, interest))
        if not owed:
            break
    return rows


def _dates(first: date, count: int, due_day: int) -> Sequence[int]:
    days, year, month = [], first.year, first.month
    for _ in range(count):
        days.append(date(year, month, min(due_day, monthrange(year, month)[1])).toordinal())
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return days


def _level(owed: int, rate: int, count: int, kind: Repaying) -> int:
    if kind == Repaying.EQUAL_PRINCIPAL:
        return _half_up(owed, count)
    if rate == 0:
        return _half_up(owed, count)
    step = Fraction(1_200_000, 1_200_000 + rate)
    # what one satang a month is worth today: the sum of a geometric row
    worth = step * (1 - step**count) / (1 - step)
    found = owed / worth
    return _half_up(found.numerator, found.denominator)


def _half_up(over: int, under: int) -> int:
    return (2 * over + under) // (2 * under)
