"""Examples for calls, call-backs, the wallboard and surges; see `addresses.py`."""

from collections.abc import Callable
from typing import Any

from tests.pages.example import Example
from tests.pages.lively import LivelyTown


def _call(name: str) -> Callable[[LivelyTown], list[Any]]:
    """Return the reference of a call of the busy morning."""
    return lambda town: [town.telephone.calls[name].reference]


def _promised(name: str) -> Callable[[LivelyTown], list[Any]]:
    """Return the reference of a call-back."""
    return lambda town: [town.telephone.promised[name].reference]


#: Pages without anything in the path, by who opens them.
PLAIN: dict[str, tuple[str, ...]] = {"supervisor": ("hotline:surge",)}
EXAMPLES: dict[str, list[Example]] = {
    "hotline:my_call_back": [Example("untouched"), Example("waiting")],
    "hotline:calls": [Example("agent"), Example("supervisor")],
    "hotline:ringing": [Example("agent"), Example("supervisor")],
    "hotline:call": [
        *(Example("agent", _call(name)) for name in ("rings", "answered", "withheld")),
        Example("supervisor", _call("noted")),
        Example("supervisor", _call("missed")),
    ],
    "hotline:call_backs": [Example("agent")],
    "hotline:call_back": [Example("agent", _promised(name)) for name in ("due", "mine", "tried", "reached", "later")],
    "hotline:case_call_back": [Example("agent", lambda town: [town.desk.cases["open"].reference])],
    "hotline:file_call_back": [Example("agent", lambda town: [town.booked.person.reference])],
    "hotline:wallboard": [Example("agent"), Example("supervisor")],
}
FRAGMENTS: set[str] = {"hotline:ringing"}
