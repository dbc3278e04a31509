"""The walks of trust: help pages and the knowledge base."""

from collections.abc import Callable
from typing import Any

from tests.trust.knowing import Known, known
from tests.trust.marks import A, O, Page, V, button, form, look

WRITERS, EDITORS = (A, V, O), (V, O)
NO_ID = 999_999_999
NO_SLUG = "no-such-article"
WORDS = {
    "title_th": "หน้ากากแบบใดดี", "summary_th": "หน้ากากอนามัยก็พอ", "body_th": "เปลี่ยนทุกวัน",
    "title_en": "Which mask?", "summary_en": "A surgical mask will do.", "body_en": "A new one each day.",
}  # fmt: skip


def _there(
    take: Callable[[Known], tuple[object, ...]], *none: object
) -> tuple[Callable[[Any], tuple[object, ...]], Any]:
    """Return how to find something that is the same for both corners."""
    return (lambda _corner: take(known())), (lambda: none)


PAGES: dict[str, Page] = {
    "help": look(),
    "help_results": look(),
    "checker": look(),
    "help_article": look(thing="k_published"),
    "knowledge": look(*WRITERS),
    "article": look(*WRITERS, thing="k_published"),
    "new_article": form(*WRITERS, within="nation"),
    "revise_article": form(*WRITERS, thing="k_published", within="nation"),
    "translate_article": form(*WRITERS, thing="k_published", within="nation"),
    "review_article": button(*EDITORS, thing="k_drafted", within="nation"),
    "publish_article": button(*EDITORS, thing="k_reviewed", within="nation"),
    "withdraw_article": button(*EDITORS, thing="k_published", within="nation"),
    "synonyms": form(*EDITORS, within="nation"),
    "remove_synonym": button(*EDITORS, thing="k_synonym", within="nation"),
    "gaps": look(*EDITORS, within="nation"),
    "settle_gap": button(*EDITORS, thing="k_gap", within="nation"),
}
FILLED: dict[str, Callable[[Any], dict[str, Any]]] = {
    "hotline:new_article": lambda _world: {**WORDS, "slug": "which-mask", "topic": "start", "source": "made up"},
    "hotline:revise_article": lambda _world: {**WORDS, "why": "shorter"},
    "hotline:translate_article": lambda _world: {name: text for name, text in WORDS.items() if name.endswith("_en")},
    "hotline:withdraw_article": lambda _world: {"why": "no longer so"},
    "hotline:synonyms": lambda _world: {"word": "ปวดหัวตึ้บ", "meant": "ปวดหัว"},
}
PREPARED: dict[str, Callable[[Any, Any], list[object]]] = {}
THINGS: dict[str, tuple[Callable[[Any], tuple[object, ...]], Callable[[], tuple[object, ...]]]] = {
    "k_published": _there(lambda found: (found.published.slug,), NO_SLUG),
    "k_drafted": _there(lambda found: (found.drafted.slug, 1), NO_SLUG, 1),
    "k_reviewed": _there(lambda found: (found.reviewed.slug, 1), NO_SLUG, 1),
    "k_synonym": _there(lambda found: (found.synonym.pk,), NO_ID),
    "k_gap": _there(lambda found: (found.gap.pk,), NO_ID),
}
