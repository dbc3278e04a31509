"""Pages of rows that are there already."""

import pytest

from khumkan.kernel.pages import cut


@pytest.mark.parametrize(
    ("number", "rows", "has_previous", "has_next"),
    [
        (1, [0, 1, 2], False, True),
        ("2", [3, 4, 5], True, True),
        ("3", [6], True, False),
        ("4", [], True, False),
        (None, [0, 1, 2], False, True),
        ("", [0, 1, 2], False, True),
        ("-7", [0, 1, 2], False, True),
        ("much", [0, 1, 2], False, True),
    ],
)
def test_a_page_of_rows(number: str | int | None, rows: list[int], has_previous: bool, has_next: bool) -> None:
    page = cut(range(7), number=number, size=3)
    assert (list(page.rows), page.has_previous, page.has_next) == (rows, has_previous, has_next)
