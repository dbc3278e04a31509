"""What the walks of trust need to know of the pages of vaccination, by subject."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.trust.marks import Page
from tests.trust.vaccination import after, areas, desk, field, lists, mine, plans

_PARTS = (lists, mine, desk, areas, plans, field, after)
#: Who may open which page.
TABLES: tuple[Mapping[str, Page], ...] = tuple(part.PAGES for part in _PARTS)
#: What is filled into the forms beyond what they bring.
FILLED: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    name: fill for part in _PARTS for name, fill in part.FILLED.items()
}
#: What is made ready before something is sent, and what then stands in the address.
PREPARED: Mapping[str, Callable[[Any, Any], list[object]]] = {
    name: prepare for part in _PARTS for name, prepare in part.PREPARED.items()
}
#: What stands in an address: of a corner, and what nobody has.
THINGS: Mapping[str, tuple[Callable[[Any], tuple[object, ...]], Callable[[], tuple[object, ...]]]] = {
    name: made for part in _PARTS for name, made in part.THINGS.items()
}
