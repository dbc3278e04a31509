"""Examples for the pages of the hospitels; see `addresses.py`."""

from collections.abc import Mapping

from tests.pages.example import Example

#: Pages without anything in the path, by who opens them.
PLAIN: Mapping[str, tuple[str, ...]] = {}

EXAMPLES: dict[str, list[Example]] = {
    **{name: [Example(who)] for who, names in PLAIN.items() for name in names},
}
FRAGMENTS: set[str] = set()
