"""The rows of a list in tables, by what the check says about them."""

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khumkan.ui.filters import date_words, masked
from khumkan.ui.tables import Cell, Column, Table
from khumkan.vaccination.choices import RowVerdict
from khumkan.vaccination.models import ListFile
from khumkan.vaccination.queries.list_rows import SeenRow
from khumkan.vaccination.states import ListFileState

#: In which colour a verdict stands.
FACES: Mapping[RowVerdict, str] = {
    RowVerdict.NEW: "good",
    RowVerdict.CHANGED: "info",
    RowVerdict.UNCHANGED: "plain",
    RowVerdict.LOOK: "wait",
    RowVerdict.REFUSED: "bad",
    RowVerdict.DOUBLED: "done",
}
#: Which rows are shown first: those with which somebody has to do something.
FIRST = (RowVerdict.LOOK, RowVerdict.REFUSED, RowVerdict.DOUBLED, RowVerdict.NEW, RowVerdict.CHANGED)
#: What the link to a row says.
LINKS = {
    RowVerdict.LOOK: gettext_lazy("Decide"),
    RowVerdict.REFUSED: gettext_lazy("Put right"),
    RowVerdict.DOUBLED: gettext_lazy("Put right"),
}


def verdict_of(file: ListFile, wanted: str | None) -> RowVerdict:
    """Return which rows a page shows: those that were asked for, or those with which there is something to do."""
    if wanted in RowVerdict.values:
        return RowVerdict(wanted)
    return next((each for each in FIRST if getattr(file, each.value)), RowVerdict.UNCHANGED)


def rows_table(file: ListFile, verdict: RowVerdict, rows: Sequence[SeenRow]) -> Table:
    """Return rows of one verdict; those that somebody has to look at beside the employee who may be meant."""
    columns = [
        Column(gettext_lazy("Row"), lambda each: each.row.row_number, numeric=True, header=True),
        Column(gettext_lazy("Your list says"), _said),
    ]
    if verdict is RowVerdict.LOOK:
        columns.append(Column(gettext_lazy("The office has"), _known))
    if verdict is not RowVerdict.UNCHANGED:
        columns.append(Column(gettext_lazy("Remark"), _why))
    if file.state == ListFileState.CHECKED:
        columns.append(Column(gettext_lazy("Change"), lambda each: _link(file, each)))
    return Table(caption=verdict.label, rows=rows, columns=columns, empty=_("There is no such row in this list."))


def _said(each: SeenRow) -> Cell:
    return Cell(format_html("{}<br>{}<br>{}", each.name or "–", each.born or "–", each.number or "–"))


def _known(each: SeenRow) -> Cell:
    person = each.person
    if person is None:
        return Cell("")
    born = date_words(person.birth_date) if person.birth_date else "–"
    return Cell(format_html("{}<br>{}<br>{}", person.full_name, born, masked(each.last4)))


def _why(each: SeenRow) -> Cell:
    if each.reason is None:
        return Cell("")
    return Cell(f"{each.row.column}: {each.reason}" if each.row.column else str(each.reason))


def _link(file: ListFile, each: SeenRow) -> Cell:
    words = LINKS.get(RowVerdict(each.row.verdict), gettext_lazy("Change this row"))
    return Cell(words, href=reverse("vaccination:list_row", args=[file.reference, each.row.row_number]))
