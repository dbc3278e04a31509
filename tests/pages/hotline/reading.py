"""Examples for alerts about looks at people, and for decoys; see `addresses.py`."""

from collections.abc import Callable
from typing import Any

from tests.pages.example import Example
from tests.pages.lively import LivelyTown
from tests.trust.noticing import Noticed, noticed


def _of(take: Callable[[Noticed], list[Any]]) -> Callable[[LivelyTown], list[Any]]:
    return lambda _town: take(noticed())


THERE = _of(lambda _found: [])
EXAMPLES: dict[str, list[Example]] = {
    "hotline:reading_alerts": [
        Example("supervisor", THERE),
        Example("supervisor", THERE, query="list=decided"),
        Example("privacy", THERE),
    ],
    "hotline:reading_alert": [
        Example("supervisor", _of(lambda found: [found.too_many.pk])),
        Example("privacy", _of(lambda found: [found.opened_decoy.pk])),
    ],
    "hotline:decoys": [Example("privacy", THERE)],
}
FRAGMENTS: set[str] = set()
