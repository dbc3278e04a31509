"""One way to open an address."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.pages.lively import LivelyTown

#: A member of staff by name, an insured person of the lively town by the name of the attribute, or nobody.
Who = str


@dataclass(frozen=True)
class Example:
    """One way to open an address.

    :param path: the values in the path.
    :param query: what stands behind the question mark.
    :param status: what is answered.
    :param cookies: what the browser must hold, such as the ticket of a first half.
    """

    who: Who = ""
    path: Callable[[LivelyTown], list[Any]] = lambda _town: []
    query: str = ""
    status: int = 200
    cookies: Callable[[LivelyTown], dict[str, str]] = lambda _town: {}
