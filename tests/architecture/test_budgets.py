"""No module, template or function grows past what a reader can hold. The lists of exceptions may only shrink."""

from collections.abc import Mapping
from pathlib import Path

from tests.architecture.source import PACKAGE, ROOT, functions, name_of, python_files, room_of

MODULE, VIEWS, TEMPLATE, TESTS, FUNCTION = 400, 300, 150, 500, 40
LONG_FILES: Mapping[str, str] = {}
LONG_FUNCTIONS: Mapping[str, str] = {}


def lines_of(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())


def budget_of(file: Path) -> int:
    if "tests" in file.parts:
        return TESTS
    if file.suffix == ".html":
        return TEMPLATE
    return VIEWS if file.is_relative_to(PACKAGE) and room_of(file) == "views" else MODULE


def test_files_fit_their_budget() -> None:
    files = [
        *python_files(with_tests=True),
        *(ROOT / "tests").rglob("*.py"),
        *PACKAGE.rglob("*.html"),
        *(ROOT / "scripts").glob("*.py"),
    ]
    too_long = {name_of(file) for file in files if lines_of(file) > budget_of(file)}
    assert too_long == set(LONG_FILES)


def test_functions_fit_their_budget() -> None:
    too_long = {
        f"{name_of(file)}:{function.name}"
        for file in python_files()
        for function in functions(file)
        if function.end_lineno is not None and function.end_lineno - function.lineno + 1 > FUNCTION
    }
    assert too_long == set(LONG_FUNCTIONS)
