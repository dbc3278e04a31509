"""What the modules of a package give as examples for the pages of one programme, put together.

A module has `PLAIN` (who looks at which pages without anything more), `EXAMPLES` and `FRAGMENTS`, where it needs them.
"""

from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

from tests.pages.example import Example


@dataclass(frozen=True)
class Parts:
    """One programme's examples."""

    examples: dict[str, list[Example]]
    fragments: frozenset[str]

    @classmethod
    def of(cls, package: str) -> "Parts":
        """Gather the modules of a package, whatever their names."""
        examples: dict[str, list[Example]] = {}
        fragments: set[str] = set()
        for found in iter_modules(import_module(package).__path__):
            module = import_module(f"{package}.{found.name}")
            for who, names in getattr(module, "PLAIN", {}).items():
                examples.update({name: [Example(who)] for name in names})
            examples.update(getattr(module, "EXAMPLES", {}))
            fragments.update(getattr(module, "FRAGMENTS", ()))
        return cls(examples, frozenset(fragments))
