"""Pages of rows that are there already."""

import pytest

from khumkan.kernel.pages import LAST_PAGE, cut


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


@pytest.mark.parametrize("number", ["9" * 40, "9" * 5_000, LAST_PAGE + 1])
def test_no_page_lies_beyond_what_a_database_can_count_to(number: str | int) -> None:
    """A start of more than 63 bits would be an error of the database, not an empty page."""
    page = cut(range(7), number=number, size=3)
    assert page.number in (1, LAST_PAGE)
    assert page.number * 100 < 2**63
