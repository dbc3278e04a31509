"""What the modules of a package say of the pages of one programme, put together.

A module has `PAGES`, and where they are needed `FILLED` (what is filled into forms beyond what they bring), `PREPARED`
(what is made ready before something is sent) and `THINGS` (what stands in an address).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from tests.trust.marks import Page

Filled = Mapping[str, Callable[[Any], dict[str, Any]]]
Prepared = Mapping[str, Callable[[Any, Any], list[object]]]
Things = Mapping[str, tuple[Callable[[Any], tuple[object, ...]], Callable[[], tuple[object, ...]]]]


@dataclass(frozen=True)
class Parts:
    """One programme's pages."""

    tables: tuple[Mapping[str, Page], ...]
    filled: Filled
    prepared: Prepared
    things: Things

    @classmethod
    def of(cls, package: str) -> "Parts":
        """Gather the modules of a package, whatever their names."""
        modules = tuple(_modules(package))
        return cls(
            tuple(module.PAGES for module in modules),
            _merged(modules, "FILLED"),
            _merged(modules, "PREPARED"),
            _merged(modules, "THINGS"),
        )


def _modules(package: str) -> Iterator[ModuleType]:
    for found in iter_modules(import_module(package).__path__):
        yield import_module(f"{package}.{found.name}")


def _merged(modules: tuple[ModuleType, ...], name: str) -> dict[str, Any]:
    return {key: value for module in modules for key, value in getattr(module, name, {}).items()}
