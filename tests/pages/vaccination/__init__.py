"""Examples for the pages of vaccination, by subject."""

from tests.pages.example import Example
from tests.pages.vaccination import after, areas, desk, field, lists, mine, plans

_PARTS = (lists, mine, desk, areas, plans, field, after)
EXAMPLES: dict[str, list[Example]] = {
    **{name: [Example(who)] for part in _PARTS for who, names in part.PLAIN.items() for name in names},
    **{name: examples for part in _PARTS for name, examples in part.EXAMPLES.items()},
}
FRAGMENTS: set[str] = {name for part in _PARTS for name in part.FRAGMENTS}
