"""The tables of `docs/rules/hotline.md` are what the terms say."""

import re
from pathlib import Path

from django.utils import translation

import khumkan
from khumkan.hotline.choices import Reason
from khumkan.hotline.rules.reading import Budget, Post
from khumkan.hotline.rules.reasons import handling_of
from khumkan.hotline.terms import CaseTerms, ReadingTerms

PAGE = (Path(khumkan.__file__).parents[1] / "docs" / "rules" / "hotline.md").read_text(encoding="utf-8")
REASON = re.compile(r"^\| ([^|]+) \| ([^|]+) \| (?:([^|]+) )?\| (\d+) \| (\d+) \|$", re.MULTILINE)
BUDGET = re.compile(r"^\| [^|]+ \| ([\d,]+) \| ([\d,]+) \|$", re.MULTILINE)


def test_every_reason_stands_with_its_skill_thing_priority_and_minutes() -> None:
    terms = CaseTerms()
    said = {}
    with translation.override("en"):
        for reason in Reason:
            handling = handling_of(reason)
            thing = str(handling.thing.label) if handling.thing else ""
            known = (str(handling.skill.label), thing, str(terms.priorities[reason]), str(terms.minutes[reason]))
            said[str(reason.label)] = known
    printed = REASON.findall(PAGE)
    assert {reason: tuple(rest) for reason, *rest in printed} == said
    assert len(printed) == len(Reason)


def test_every_budget_stands_in_the_order_of_the_posts() -> None:
    printed = [Budget(int(hour.replace(",", "")), int(day.replace(",", ""))) for hour, day in BUDGET.findall(PAGE)]
    assert printed == [ReadingTerms().budget_of(post) for post in Post]
