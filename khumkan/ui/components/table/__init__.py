"""Tables: a box of rows on a wide screen, a stack of cards on a phone."""

from collections.abc import Sequence

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from khumkan.ui.rendering import anchor, render
from khumkan.ui.tables import Cell, Column, Table


def table(table: Table) -> SafeString:
    """Write a table that Python has put together."""
    return render("table/table", {"table": table, "rows": _rows(table), "key": anchor(table.caption)})


def table_of(content: str, caption: str, headings: Sequence[str], empty: str = "") -> SafeString:
    """Write a table whose rows (`<tr>` with `cell`s) stand in the template, for rows that hold buttons or fields."""
    values = {"content": content if content.strip() else "", "caption": caption, "headings": headings, "empty": empty}
    return render("table/table_of", values | {"key": anchor(caption)})


def cell(content: str, heading: str, numeric: bool = False, header: bool = False) -> SafeString:
    """Write one cell; `heading` is what stands above its column, `header` marks the cell that names the row."""
    return render("table/cell", {"content": content, "heading": heading, "numeric": numeric, "header": header})


def _rows(table: Table) -> SafeString:
    """Write the rows without a template: a template for each of a thousand cells takes longer than all the rest."""
    frames: list[tuple[str, str]] = [_frame(column) for column in table.columns]
    written = (
        "".join(f"{begin}{_value(each)}{end}" for (begin, end), (_column, each) in zip(frames, row, strict=True))
        for row in table.cells()
    )
    return mark_safe("".join(f'<tr class="govuk-table__row" role="row">{row}</tr>' for row in written))  # noqa: S308


def _frame(column: Column) -> tuple[str, str]:
    """Return what stands around the value of each cell of a column."""
    if column.header:
        return '<th scope="row" role="rowheader" class="govuk-table__header">', "</th>"
    style = "govuk-table__cell govuk-table__cell--numeric" if column.numeric else "govuk-table__cell"
    return f'<td role="cell" data-label="{conditional_escape(str(column.heading))}" class="{style}">', "</td>"


def _value(cell: Cell) -> str:
    """Write what stands in a cell: a link, a state, or the value alone."""
    shown = conditional_escape(cell.shown)
    if cell.href:
        return f'<a class="govuk-link" href="{conditional_escape(cell.href)}">{shown}</a>'
    if cell.tone:
        return f'<strong class="govuk-tag kk-tag--{cell.tone}">{shown}</strong>'
    return f"<span>{shown}</span>"
