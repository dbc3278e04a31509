"""The source of Khumkan as the guards read it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "khumkan"
#: The rooms that every programme has, wherever in its folder they lie.
ROOMS = frozenset({"rules", "states", "models", "permissions", "queries", "actions", "forms", "views", "urls", "tasks"})


def all_python_files() -> list[Path]:
    """Return every module of the project with its tests and scripts, without migrations."""
    return [*python_files(with_tests=True), *sorted((ROOT / "tests").rglob("*.py")), *(ROOT / "scripts").glob("*.py")]


def python_files(*, with_tests: bool = False) -> list[Path]:
    """Return the modules of the package, without migrations."""
    return sorted(
        file
        for file in PACKAGE.rglob("*.py")
        if "migrations" not in file.parts and (with_tests or "tests" not in file.parts)
    )


@cache
def tree_of(file: Path) -> ast.Module:
    """Return the syntax tree of a module."""
    return ast.parse(file.read_text(encoding="utf-8"))


def room_of(file: Path) -> str:
    """Return the room of a module: `actions` for `actions.py` and for everything in a folder `actions`."""
    inside = [part.removesuffix(".py") for part in file.relative_to(PACKAGE).parts[1:]]
    return next((part for part in inside if part in ROOMS), inside[0] if inside else file.stem)


def name_of(file: Path) -> str:
    """Return how a module is called in a list of exceptions."""
    return str(file.relative_to(ROOT))


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a module, methods included."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
