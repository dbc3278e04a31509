"""Examples for the help pages and the knowledge base; see `addresses.py`."""

from collections.abc import Callable
from typing import Any

from tests.pages.example import Example
from tests.pages.lively import LivelyTown
from tests.trust.knowing import Known, known


def _of(take: Callable[[Known], list[Any]]) -> Callable[[LivelyTown], list[Any]]:
    return lambda _town: take(known())


def _slug(name: str) -> Callable[[LivelyTown], list[Any]]:
    return _of(lambda found: [getattr(found, name).slug])


#: The articles must be there before a page without anything in its path is opened.
THERE = _of(lambda _found: [])
ALL_TRUE = "&".join(
    f"about={each}" for each in ("severe", "positive", "contact", "vaccination", "lost_work", "employer")
)
EXAMPLES: dict[str, list[Example]] = {
    "hotline:help": [
        Example("", THERE),
        Example("", THERE, query="q=ผลตรวจออกเมื่อไร"),
        Example("", THERE, query="q=xqzv"),
    ],
    "hotline:help_results": [Example("", THERE, query="q=หาเตียง"), Example("", THERE, query="q=xqzv")],
    "hotline:help_article": [
        Example("", lambda _town, slug=slug: [*THERE(_town), slug])
        for slug in ("how-many-days", "my-test-is-positive", "complain", "which-vaccine")
    ],
    "hotline:checker": [
        Example("", THERE),
        Example("", THERE, query="section=33&about=contact&province=10&district=ดินแดง"),
        Example("", THERE, query=f"section=unsure&province=10&{ALL_TRUE}"),
        Example("", THERE, query="section=none"),
        Example("", THERE, query="about=contact&district=ดินแดง", status=422),
    ],
    "hotline:knowledge": [
        Example("agent", THERE),
        Example("supervisor", THERE, query="q=วัคซีน"),
        Example("minister", THERE, query="state=draft"),
    ],
    "hotline:article": [
        Example("supervisor", _slug(name)) for name in ("published", "drafted", "reviewed", "changed", "withdrawn")
    ]
    + [Example("agent", _slug("drafted")), Example("officer", _slug("for_staff"))],
    "hotline:new_article": [Example("agent")],
    "hotline:revise_article": [Example("agent", _slug("published"))],
    "hotline:translate_article": [Example("agent", _slug("drafted"))],
    "hotline:synonyms": [Example("supervisor", THERE)],
    "hotline:gaps": [Example("supervisor", THERE)],
}
FRAGMENTS: set[str] = {"hotline:help_results"}
