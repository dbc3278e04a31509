"""Writes `docs/generated/` from the code: state diagrams and who may call what. A test compares them."""

import os
import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import django
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parents[1]
GENERATED = ROOT / "docs" / "generated"
Moves = Mapping[StrEnum, frozenset[StrEnum]]


def state_modules() -> list[ModuleType]:
    """Return every module of states, such as `states` and `call_states`, in the order of their names."""
    return [
        import_module(f"khumkan.{file.parent.name}.{file.stem}")
        for file in sorted((ROOT / "khumkan").glob("*/*states.py"))
    ]


def machines(module: ModuleType) -> dict[type[StrEnum], Moves]:
    """Return the tables of moves of a module: one table, or one for each kind of state."""
    moves: Mapping[Any, Any] = getattr(module, "MOVES", {})
    if not moves:
        return {}
    first = next(iter(moves))
    return dict(moves) if isinstance(first, type) else {type(first): moves}


def documents() -> dict[Path, str]:
    """Return every generated document by its file."""
    return {GENERATED / "states.md": _states(), GENERATED / "permissions.md": _permissions()}


def _states() -> str:
    lines = [
        "# States",
        "",
        "Printed from the `states` modules by `make docs`. Each state names who answers for it.",
        "",
    ]
    for module in state_modules():
        owners = getattr(module, "OWNERS", {})
        for kind, moves in machines(module).items():
            lines += [f"## {module.__name__.split('.')[1]}: {kind.__name__}", "", "```mermaid", "stateDiagram-v2"]
            for state in kind:
                owner = owners.get(state)
                lines.append(f"    {state.value} : {state.value}" + (f" ({owner})" if owner else ""))
                lines += [f"    {state.value} --> {new.value}" for new in sorted(moves[state])]
                lines += [f"    {state.value} --> [*]"] if not moves[state] else []
            lines += ["```", ""]
    return "\n".join(lines)


def _permissions() -> str:
    lines = [
        "# Who may call what",
        "",
        "Printed from the marks on the views by `make docs`. What exactly within a role's scope may be seen or done is",
        "decided by the queries and permissions of each programme; a foreign thing looks like one that does not exist.",
        "",
        "| address | who |",
        "|---|---|",
    ]
    for path, view in sorted(_views(get_resolver().url_patterns)):
        mark = view.access
        who = f"everybody: {mark.public}" if mark.public else ", ".join(sorted(role.value for role in mark.roles))
        lines.append(f"| `/{path}` | {who} |")
    return "\n".join([*lines, ""])


def _views(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _views(pattern.url_patterns, path)
        else:
            yield path, pattern.callback


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khumkan.config.settings")
    django.setup()
    for file, text in documents().items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        print(file.relative_to(ROOT))
