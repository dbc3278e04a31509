"""Files of results: sending one, what became of it, row by row."""

from collections.abc import Iterable
from functools import partial

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from khumkan.accounts.access import Request, open_to
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.screening.actions import result_files as actions
from khumkan.screening.choices import RowVerdict
from khumkan.screening.forms.laboratory import UploadForm
from khumkan.screening.models import ResultFile, ResultFileRow
from khumkan.screening.queries import laboratory as queries
from khumkan.screening.rules.result_files import reason
from khumkan.screening.states import FileState
from khumkan.screening.words import WORDS
from khumkan.ui.tables import Cell, Column, Table, csv_response

TONES = {RowVerdict.REFUSED: "bad", RowVerdict.DUPLICATE: "done"}
#: So many cells of a row are shown; the file has them all.
SHOWN_CELLS = 6


@open_to(Role.LAB)
@require_http_methods(["GET", "POST"])
def files(request: Request, site: str) -> HttpResponse:
    """Send a file, and list those sent before."""
    laboratory = queries.laboratory_for(request.actor, site)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            kept, is_new = actions.receive_file(
                laboratory_id=laboratory.pk, content=sent.read(), name=sent.name, by=request.actor
            )
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            if not is_new:
                messages.info(request, _("This file was sent before. Nothing was changed; here is what became of it."))
            return HttpResponseRedirect(reverse("screening:lab_file", args=[kept.reference]))
    page = paginate(queries.files_of(laboratory), number=request.GET.get("page"))
    context = {"laboratory": laboratory, "form": form, "page": page, "table": _files(page.rows)}
    return render(request, "screening/laboratory/files.html", context, status=422 if form.errors else 200)


@open_to(Role.LAB)
@require_GET
def file(request: Request, reference: str) -> HttpResponse:
    """Show what became of a file."""
    found = queries.file_for(request.actor, reference)
    page = paginate(queries.rows_of(found), number=request.GET.get("page"))
    context = {
        "file": found,
        "shown": WORDS[FileState(found.state)],
        "is_being_read": found.state == FileState.WAITING,
        "why": queries.why_refused(found),
        "page": page,
        "table": _rows(page.rows, csv_href=reverse("screening:lab_file_rows", args=[found.reference])),
    }
    return render(request, "screening/laboratory/file.html", context)


@open_to(Role.LAB)
@require_GET
def rows_file(request: Request, reference: str) -> HttpResponse:
    """Send the rows that were not simply accepted, with their reasons; nothing in it is a formula."""
    found = queries.file_for(request.actor, reference)
    return csv_response(_rows_to_correct(found), f"rows-{found.reference}")


def _files(rows: Iterable[ResultFile]) -> Table:
    return Table(
        caption=gettext_lazy("Files sent"),
        rows=rows,
        columns=(
            Column(
                gettext_lazy("File"),
                lambda each: Cell(each.name, href=reverse("screening:lab_file", args=[each.reference])),
                header=True,
            ),
            Column(gettext_lazy("Sent"), "received_at"),
            Column(gettext_lazy("State"), lambda each: _state(each)),
            Column(gettext_lazy("Rows"), "rows_in", numeric=True),
            Column(gettext_lazy("Accepted"), "accepted", numeric=True),
            Column(gettext_lazy("Not accepted"), "refused", numeric=True),
            Column(gettext_lazy("Duplicate"), "duplicate", numeric=True),
        ),
        empty=gettext_lazy("No file was sent yet."),
    )


def _state(each: ResultFile) -> Cell:
    shown = WORDS[FileState(each.state)]
    return Cell(shown.words, tone=shown.tone)


def _rows(rows: Iterable[ResultFileRow], *, csv_href: str = "") -> Table:
    said = Column(gettext_lazy("What it said"), lambda row: Cell(" · ".join(row.content[:SHOWN_CELLS])))
    return Table(
        caption=gettext_lazy("Rows that were not simply accepted"),
        rows=rows,
        columns=(*VERDICT, said),
        empty=gettext_lazy("Every row was accepted."),
        csv_href=csv_href,
    )


def _rows_to_correct(file: ResultFile) -> Table:
    """Return the rows with the columns that they came in, so that they can be corrected and sent again as they are."""
    own = (Column(name, partial(_said, place)) for place, name in enumerate(file.columns))
    return Table(caption="", rows=queries.rows_of(file).iterator(), columns=(*own, *VERDICT))


def _said(place: int, row: ResultFileRow) -> str:
    return row.content[place] if place < len(row.content) else ""


VERDICT = (
    Column(gettext_lazy("Row"), "row_number", header=True, numeric=True),
    Column(gettext_lazy("Verdict"), lambda row: Cell(row.get_verdict_display(), tone=TONES[row.verdict])),
    Column(gettext_lazy("Column"), "column"),
    Column(gettext_lazy("Why"), lambda row: Cell(str(reason(row.reason_code, row.reason_params)))),
)
