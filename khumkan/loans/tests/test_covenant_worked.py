"""The worked example of `docs/rules/loans.md` is what the rules find."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from django.utils import translation

import khumkan
from khumkan.loans.choices import Standing
from khumkan.loans.rules import covenant as rules
from khumkan.loans.rules.covenant import Reported
from khumkan.loans.terms.covenants import CovenantTerms

PAGE = (Path(khumkan.__file__).parents[1] / "docs" / "rules" / "loans.md").read_text(encoding="utf-8")
LINES = re.compile(r"with (\d+) workers on the day of signing needs (\d+), and is warned below (\d+)\.")
ROW = re.compile(r"^\| (\w+ \d{4}) \| (\d+|not filed) \| (.+?) \| (\d+) \|$", re.MULTILINE)
TERMS = CovenantTerms()


def printed() -> Iterator[tuple[Reported, str, int]]:
    """Yield each month of the example: what is known of it, how it is printed to stand, and the months below."""
    for month, workers, standing, below in ROW.findall(PAGE):
        first = datetime.strptime(month, "%B %Y").replace(day=1).date()  # noqa: DTZ007 a month, no moment
        insured = int(workers) if workers.isdecimal() else None
        yield Reported(first, insured, is_late=insured is None), standing, int(below)


def test_the_example_stands_month_by_month_as_it_is_printed() -> None:
    [(baseline, least, calm)] = LINES.findall(PAGE)
    assert rules.workers_for(int(baseline), TERMS.share) == int(least)
    assert rules.workers_for(int(baseline), TERMS.warn_at) == int(calm)
    rows = list(printed())
    assert [each.month for each, *_ in rows] == [date(2021, month, 1) for month in range(1, 12)]
    judged = rules.judge((each for each, *_ in rows), baseline=int(baseline), terms=TERMS)
    with translation.override("en"):
        assert [(str(each.standing.label), each.below) for each in judged] == [tuple(rest) for _, *rest in rows]
    assert {each.standing for each in judged} == set(Standing) - {Standing.AWAITED, Standing.WAIVED}
