"""The texts of all apps: both languages, no result, short enough, nothing left to guess."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from khumkan.messages import templates

ROOTS = [Path(config.path) / "templates" for config in apps.get_app_configs() if config.name.startswith("khumkan.")]
FILES = sorted(file for root in ROOTS for file in root.glob("*/messages/*.txt"))
TEMPLATES = sorted({f"{file.parts[-3]}.{file.name.split('.')[0]}" for file in FILES})
#: What would tell whoever holds the phone how a test came out.
RESULTS = re.compile(
    r"\b(positive|negative|detected|infected)\b|พบเชื้อ|ไม่พบ|ผลบวก|ผลลบ|ติดเชื้อ|เป็นบวก|เป็นลบ", re.IGNORECASE
)
#: Parts of an SMS in Thai; each costs money, and nobody reads a fifth.
MOST_PARTS = 5
CHARACTERS_IN_A_PART = 67


def _source(template: str, language: str) -> str:
    return templates._load(template, language).source


def test_there_are_texts() -> None:
    assert "messaging.trial" in TEMPLATES


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_text_has_both_languages_and_no_result(template: str) -> None:
    for language in templates.LANGUAGES:
        source = _source(template, language)
        assert not RESULTS.search(source), f"{template} in {language} tells a result"
        assert "|safe" not in source


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_text_is_rendered_with_what_it_asks_for(template: str) -> None:
    names = templates._names_used(template) - templates.GIVEN
    templates.check(template, names)
    for language in templates.LANGUAGES:
        words = dict.fromkeys(names, "2021-07-28T10:00+07:00")
        body = templates.render(template, language, words).body
        assert body
        assert "{{" not in body
        assert len(body) <= MOST_PARTS * CHARACTERS_IN_A_PART


def test_the_guard_sees_a_result() -> None:
    """A guard that cannot fail proves nothing."""
    assert RESULTS.search("ผลตรวจของคุณ: พบเชื้อ")
    assert RESULTS.search("Your test was positive.")
