"""Files for the register: sending one, how far it is, what became of its rows."""

from collections.abc import Iterable, Iterator

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.kernel import dates
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.files.writing import write_csv_safe
from khumkan.kernel.pages import paginate
from khumkan.kernel.words import N_
from khumkan.registry import permissions, queries
from khumkan.registry.actions import imports as actions
from khumkan.registry.actions.imports import FilingOf
from khumkan.registry.forms import FileForm, FilingForm
from khumkan.registry.models import Import, ImportRow
from khumkan.registry.staging.headings import FIELDS, Field
from khumkan.registry.states import ImportKind, ImportState, RowVerdict
from khumkan.registry.words import ROW_TONES, TONES
from khumkan.ui.tables import Cell, Column, Table

OFFICE = (Role.OFFICER, Role.ADMINISTRATOR)
UNPROCESSABLE = 422
CHUNK = 1024 * 1024
#: Beside which field a refusal stands, by its code.
BESIDE = {"employer_unknown": "account", "no_branch": "branch"}


@open_to(*OFFICE)
@require_GET
def imports(request: Request) -> HttpResponse:
    """List the files that were sent, the newest first."""
    page = paginate(queries.imports_for(request.actor), number=request.GET.get("page"))
    context = {
        "page": page,
        "table": _imports(page.rows),
        "kinds": [(kind.value, kind.label) for kind in ImportKind],
        "may_import": permissions.may_import(request.actor),
    }
    return render(request, "registry/imports.html", context)


@open_to(*OFFICE)
@require_http_methods(["GET", "POST"])
def send(request: Request, kind: str) -> HttpResponse:
    """Let an officer of the head office send a file."""
    permissions.check_may_import(request.actor)
    chosen = _kind(kind)
    form_class = FilingForm if chosen is ImportKind.FILING else FileForm
    form = form_class(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            batch, is_new = _received(chosen, form, by=request.actor)
        except Refused as refusal:
            form.add_error(BESIDE.get(refusal.code, "file"), str(refusal))
        else:
            if not is_new:
                messages.info(request, _("This file is being read already. Here is how far it is."))
            return redirect("registry:import", batch.reference)
    context = {"form": form, "kind": chosen, "table": columns_table(FIELDS[chosen])}
    return render(request, "registry/send.html", context, status=UNPROCESSABLE if form.errors else 200)


@open_to(*OFFICE)
@require_GET
def one(request: Request, reference: str) -> HttpResponse:
    """Show how far a file is, and what became of its rows."""
    found = queries.import_for(request.actor, reference)
    page = paginate(queries.rows_not_taken_over(found), number=request.GET.get("page"))
    context = {
        "import": found,
        "tone": TONES[ImportState(found.state)],
        "kept": queries.kept_file_of(found),
        "month": dates.show_month(found.month, translation.get_language()) if found.month else "",
        "page": page,
        "table": rows_table(page.rows, csv_href=reverse("registry:import_rows", args=[found.reference])),
        "has_rows": found.state == ImportState.DONE or found.refused or found.duplicate,
        "may_cancel": found.is_open and permissions.may_import(request.actor),
    }
    return render(request, "registry/import.html", context)


@open_to(*OFFICE)
@require_GET
def rows_file(request: Request, reference: str) -> HttpResponseBase:
    """Send the rows that were not taken over, with their reasons, as a file to correct and send again."""
    found = queries.import_for(request.actor, reference)
    rows = actions.hand_out_rows(batch=found, by=request.actor)
    return download(spoken(rows, translation.get_language()), f"rows-{found.reference}.csv")


@open_to(*OFFICE)
@require_GET
def template_file(request: Request, kind: str) -> HttpResponseBase:
    """Send a file with nothing but the headings."""
    return download(headings_of(_kind(kind), translation.get_language()), f"{kind}.csv")


@open_to(*OFFICE)
@require_POST
def cancel(request: Request, reference: str) -> HttpResponse:
    """Cancel an import that waits or runs."""
    found = queries.import_for(request.actor, reference)
    try:
        actions.cancel_import(import_id=found.pk, by=request.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You have asked to stop. This page says what became of the file."))
    return HttpResponseRedirect(reverse("registry:import", args=[reference]))


def _kind(text: str) -> ImportKind:
    if text not in ImportKind.values:
        raise Missing("no such kind of file")
    return ImportKind(text)


def _received(kind: ImportKind, form: FileForm, *, by: Actor) -> tuple[Import, bool]:
    """Keep the file of a valid form; return its import and whether it is new."""
    given = form.cleaned_data
    filing: FilingOf | None = None
    if kind is ImportKind.FILING:
        employer = queries.employer_by_account(given["account"])
        if employer is None:
            raise Refused(N_("There is no employer with this account number in the register."), "employer_unknown")
        filing = actions.checked_filing(
            employer_id=employer.pk, branch_serial=given["branch"], month=given["month"], by=by
        )
    sent = given["file"]
    return actions.receive_import(kind=kind, chunks=sent.chunks(CHUNK), name=sent.name, filing=filing, by=by)


def _imports(rows: Iterable[Import]) -> Table:
    return Table(
        caption=gettext_lazy("Files sent"),
        rows=rows,
        columns=(
            Column(
                gettext_lazy("File"),
                lambda each: Cell(each.file_name, href=reverse("registry:import", args=[each.reference])),
                header=True,
            ),
            Column(gettext_lazy("What it brings"), lambda each: each.get_kind_display()),
            Column(gettext_lazy("Sent"), "started_at"),
            Column(
                gettext_lazy("State"),
                lambda each: Cell(each.get_state_display(), tone=TONES[ImportState(each.state)]),
            ),
            Column(gettext_lazy("Rows"), "rows_in", numeric=True),
            Column(gettext_lazy("Taken over"), "accepted", numeric=True),
            Column(gettext_lazy("Not taken over"), "refused", numeric=True),
        ),
        empty=gettext_lazy("No file was sent yet."),
    )


def columns_table(of_kind: Iterable[Field]) -> Table:
    """Return the columns of a kind of file, with an example of each."""
    return Table(
        caption=gettext_lazy("Columns that are understood"),
        rows=of_kind,
        columns=(
            Column(gettext_lazy("Heading"), lambda each: Cell(each.headings[0]), header=True),
            Column(gettext_lazy("or"), lambda each: Cell(each.name)),
            Column(
                gettext_lazy("Needed"),
                lambda each: Cell(_("Yes"), tone="info") if each.required else Cell(_("No")),
            ),
            Column(gettext_lazy("Example"), lambda each: Cell(each.example)),
        ),
    )


def rows_table(rows: Iterable[ImportRow], *, csv_href: str) -> Table:
    """Return the rows that were not taken over, with their reasons."""
    return Table(
        caption=gettext_lazy("Rows that were not taken over"),
        rows=rows,
        columns=(
            Column(gettext_lazy("Row"), "row_number", header=True, numeric=True),
            Column(
                gettext_lazy("Verdict"),
                lambda row: Cell(row.get_verdict_display(), tone=ROW_TONES[RowVerdict(row.verdict)]),
            ),
            Column(gettext_lazy("Column"), "column"),
            Column(gettext_lazy("Why"), lambda row: Cell(str(row.opened()[1]))),
        ),
        empty=gettext_lazy("No row was left out."),
        csv_href=csv_href,
    )


def headings_of(kind: ImportKind, language: str) -> Iterator[bytes]:
    """Yield a file with nothing but the headings of a kind, in Thai or by their names."""
    heading = [each.headings[0] if language == "th" else each.name for each in FIELDS[kind]]
    return iter(write_csv_safe(heading, []))


def spoken(chunks: Iterator[bytes], language: str) -> Iterator[bytes]:
    """Yield what is written while it is sent, in the language of the page: by then the request is over."""
    while True:
        with translation.override(language):
            chunk = next(chunks, None)
        if chunk is None:
            return
        yield chunk


def download(chunks: Iterator[bytes], name: str) -> StreamingHttpResponse:
    """Send a CSV file as it is written."""
    response = StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
