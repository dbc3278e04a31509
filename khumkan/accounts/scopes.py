"""What a role or a token may be limited to, in words that people know: provinces, sites, employers and banks.

They live in layers above this one, which hand in a directory by the setting `ACCOUNTS_SCOPES`: the dotted path of a
class.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from khumkan.kernel.actors import ScopeKind

#: The kind of a scope and its key, as grants and tokens store them.
Scope = tuple[str, str]


class Directory(Protocol):
    """Knows what scopes are called."""

    def find(self, kind: ScopeKind, typed: str) -> str | None:
        """Return the key of what somebody typed, or None when there is no such thing."""

    def names(self, scopes: Iterable[Scope]) -> Mapping[Scope, str]:
        """Return what scopes are called in the language of this request; unknown ones are left out."""


def directory() -> Directory:
    """Return the directory of the layers above."""
    make: Callable[[], Directory] = import_string(settings.ACCOUNTS_SCOPES)
    return make()


def names_of(scopes: Iterable[Scope]) -> dict[Scope, str]:
    """Return what scopes are called. One that is gone keeps its key; one without limit has no name."""
    limited = {(kind, key) for kind, key in scopes if key}
    known = directory().names(limited) if limited else {}
    return {scope: known.get(scope, scope[1]) for scope in limited}
