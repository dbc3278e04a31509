"""The walks of trust: the first pages of a person and of an employer, and one's own data."""

from collections.abc import Callable
from typing import Any

from tests.trust.marks import E, P, Page, look

PAGES: dict[str, Page] = {
    "my": look(P),
    "my_happened": look(P),
    "my_data": look(P),
    "my_data_json": look(P),
    "my_data_csv": look(P),
    "employer": look(E),
    "employer_happened": look(E),
}
FILLED: dict[str, Callable[[Any], dict[str, Any]]] = {}
PREPARED: dict[str, Callable[[Any, Any], list[object]]] = {}
THINGS: dict[str, tuple[Callable[[Any], tuple[object, ...]], Callable[[], tuple[object, ...]]]] = {}
