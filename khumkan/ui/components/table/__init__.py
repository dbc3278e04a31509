"""Tables: a box of rows on a wide screen, a stack of cards on a phone."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from khumkan.ui.rendering import anchor, render
from khumkan.ui.tables import Table


def table(table: Table) -> SafeString:
    """Write a table that Python has put together."""
    return render("table/table", {"table": table, "rows": list(table.cells()), "key": anchor(table.caption)})


def table_of(content: str, caption: str, headings: Sequence[str], empty: str = "") -> SafeString:
    """Write a table whose rows (`<tr>` with `cell`s) stand in the template, for rows that hold buttons or fields."""
    values = {"content": content if content.strip() else "", "caption": caption, "headings": headings, "empty": empty}
    return render("table/table_of", values | {"key": anchor(caption)})


def cell(content: str, heading: str, numeric: bool = False, header: bool = False) -> SafeString:
    """Write one cell; `heading` is what stands above its column, `header` marks the cell that names the row."""
    return render("table/cell", {"content": content, "heading": heading, "numeric": numeric, "header": header})
