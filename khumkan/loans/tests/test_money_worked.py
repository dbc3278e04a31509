"""The worked examples of `docs/rules/loans-money.md` are what the rules compute, and what a calculator says."""

import re
from datetime import date
from decimal import Decimal
from math import isclose
from pathlib import Path

import pytest

import khumkan
from khumkan.loans.rules.due_dates import due_dates, first_due
from khumkan.loans.rules.paying import total_of
from khumkan.loans.rules.schedules import Plan, level_of, schedule
from khumkan.loans.terms.servicing import ServicingTerms

PAGE = (Path(khumkan.__file__).parents[1] / "docs" / "rules" / "loans-money.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"### Phase (\d): ([\d.]+)% .*drawn on (\S+)\n((?:\|.*\n)+)")
TERMS = ServicingTerms()
EXAMPLES = EXAMPLE.findall(PAGE)


def the_plan(rate: str, drawn_on: date) -> Plan:
    first = first_due(drawn_on, due_day=TERMS.due_day, at_least_days=TERMS.first_due_days)
    return Plan(
        principal=Decimal("1000000.00"), rate=Decimal(rate), from_on=drawn_on, due_on=due_dates(first, 36),
        day_count=TERMS.day_count,
    )  # fmt: skip


def printed(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"phase {example[0]} {example[1]}")
def test_the_printed_lines_are_those_of_the_rules(example: tuple[str, str, str, str]) -> None:
    _phase, rate, drawn_on, table = example
    rows = schedule(the_plan(rate, date.fromisoformat(drawn_on)))
    *lines, totals = printed(table)
    assert len(lines) == 4
    for line in lines:
        row = rows[int(line[0]) - 1]
        money = [f"{amount:,.2f}" for amount in (row.principal, row.interest, row.total, row.balance)]
        assert line == [str(row.number), row.due_on.isoformat(), *money]
    interest = total_of(rows) - 1_000_000
    assert totals[2:5] == ["1,000,000.00", f"{interest:,.2f}", f"{total_of(rows):,.2f}"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"phase {example[0]} {example[1]}")
def test_a_calculator_finds_the_same_instalment(example: tuple[str, str, str, str]) -> None:
    """The formula on the page with floating point, as a pocket calculator has it."""
    _phase, rate, drawn_on, _table = example
    i = float(rate) / 1200
    assert isclose(
        float(level_of(the_plan(rate, date.fromisoformat(drawn_on)))), 1e6 * i / (1 - (1 + i) ** -36), abs_tol=0.005
    )


def test_every_phase_has_its_examples() -> None:
    assert [(phase, rate) for phase, rate, *_ in EXAMPLES] == [
        ("1", "3"), ("1", "5"), ("2", "2.75"), ("2", "4.75"), ("3", "2.35"),
    ]  # fmt: skip
