"""An employer's monthly filings: month by month, sending one, what became of its lines."""

from collections.abc import Iterable, Sequence

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel import clock, dates
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.registry import queries
from khumkan.registry.actions import filings as actions
from khumkan.registry.actions import imports
from khumkan.registry.forms import BranchMonthForm, OwnFilingForm
from khumkan.registry.models import Employer, Import
from khumkan.registry.queries import FilingMonth
from khumkan.registry.queries import filings as filed
from khumkan.registry.staging.headings import FIELDS
from khumkan.registry.states import FilingState, ImportKind, ImportState
from khumkan.registry.views.imports import (
    BESIDE,
    CHUNK,
    UNPROCESSABLE,
    columns_table,
    download,
    headings_of,
    rows_table,
    spoken,
)
from khumkan.registry.words import MONTH_TONES, TONES
from khumkan.ui.tables import Cell, Column, Table


@open_to(Role.EMPLOYER)
@require_GET
def overview(request: Request) -> HttpResponseBase:
    """List the actor's employers; with a single one, its months are shown at once."""
    employers = list(filed.own_employers(request.actor))
    if len(employers) == 1:
        return HttpResponseRedirect(reverse("registry:employer_filings", args=[employers[0].reference]))
    return render(request, "registry/filings/overview.html", {"table": _employers(employers)})


@open_to(Role.EMPLOYER)
@require_GET
def months(request: Request, employer: str) -> HttpResponse:
    """Show an employer its months: filed, due, late; who came and who went; and the files that were sent."""
    own = filed.own_employer(request.actor, employer)
    page = paginate(queries.files_of(own), number=request.GET.get("page"))
    found = queries.months_of(own, today=clock.today())
    context = {
        "employer": own,
        "months": _months(found),
        "late": [each for each in found if each.state in (FilingState.LATE, FilingState.LATE_IN_PART)],
        "page": page,
        "files": _files(page.rows),
    }
    return render(request, "registry/filings/months.html", context)


@open_to(Role.EMPLOYER)
@require_http_methods(["GET", "POST"])
def send(request: Request, employer: str) -> HttpResponse:
    """Send the filing of a month as a file."""
    own = filed.own_employer(request.actor, employer)
    form = OwnFilingForm(request.POST or None, request.FILES or None, branches=queries.branches_of(own))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            filing = imports.checked_filing(
                employer_id=own.pk, branch_serial=given["branch"], month=given["month"], by=request.actor
            )
            file = given["file"]
            batch, is_new = imports.receive_import(
                kind=ImportKind.FILING, chunks=file.chunks(CHUNK), name=file.name, filing=filing, by=request.actor
            )
        except Refused as refusal:
            form.add_error(BESIDE.get(refusal.code, "file"), str(refusal))
        else:
            if not is_new:
                messages.info(request, _("This file is being read already. Here is how far it is."))
            return HttpResponseRedirect(reverse("registry:filing_file", args=[batch.reference]))
    context = {"employer": own, "form": form, "table": columns_table(FIELDS[ImportKind.FILING])}
    return render(request, "registry/filings/send.html", context, status=UNPROCESSABLE if form.errors else 200)


@open_to(Role.EMPLOYER)
@require_http_methods(["GET", "POST"])
def nobody(request: Request, employer: str) -> HttpResponse:
    """File that nobody worked in a branch in a month."""
    own = filed.own_employer(request.actor, employer)
    form = BranchMonthForm(request.POST or None, branches=queries.branches_of(own))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        branch = queries.own_branch(own, given["branch"])
        return do(
            request,
            lambda: actions.file_nobody(branch=branch, month=given["month"], by=request.actor),
            to=reverse("registry:employer_filings", args=[own.reference]),
            said=_("Filed: nobody worked there in this month."),
        )
    context = {"employer": own, "form": form}
    return render(request, "registry/filings/nobody.html", context, status=UNPROCESSABLE if form.errors else 200)


@open_to(Role.EMPLOYER)
@require_GET
def file(request: Request, reference: str) -> HttpResponse:
    """Show how far a file is, and which of its lines are wrong."""
    found = filed.file_of(request.actor, reference)
    assert found.employer is not None, "a filing is of an employer"
    assert found.month is not None, "a filing is of a month"
    page = paginate(queries.rows_not_taken_over(found), number=request.GET.get("page"))
    wrong = found.refused + found.duplicate
    csv_href = reverse("registry:filing_rows", args=[found.reference]) if wrong else ""
    context = {
        "import": found,
        "tone": TONES[ImportState(found.state)],
        "kept": queries.kept_file_of(found),
        "month": dates.show_month(found.month, translation.get_language()),
        "wrong": wrong,
        "right": found.rows_in - wrong,
        "page": page,
        "table": rows_table(page.rows, csv_href=csv_href),
    }
    return render(request, "registry/filings/file.html", context)


@open_to(Role.EMPLOYER)
@require_GET
def rows_file(request: Request, reference: str) -> HttpResponseBase:
    """Send the lines that are wrong, with their reasons."""
    found = filed.file_of(request.actor, reference)
    rows = imports.hand_out_rows(batch=found, by=request.actor)
    return download(spoken(rows, translation.get_language()), f"rows-{found.reference}.csv")


@open_to(Role.EMPLOYER)
@require_GET
def template(request: Request) -> HttpResponseBase:
    """Send a file with nothing but the headings."""
    return download(headings_of(ImportKind.FILING, translation.get_language()), "filing.csv")


def _employers(rows: Iterable[Employer]) -> Table:
    return Table(
        caption=gettext_lazy("Your enterprises"),
        rows=rows,
        columns=(
            Column(
                gettext_lazy("Enterprise"),
                lambda each: Cell(str(each), href=reverse("registry:employer_filings", args=[each.reference])),
                header=True,
            ),
            Column(gettext_lazy("Account number"), "account_number"),
        ),
        empty=gettext_lazy("You file for no enterprise."),
    )


def _months(rows: Sequence[FilingMonth]) -> Table:
    def state(each: FilingMonth) -> Cell:
        return Cell(each.state.label, tone=MONTH_TONES[each.state])

    return Table(
        caption=gettext_lazy("Months"),
        rows=rows,
        columns=(
            Column(
                gettext_lazy("Month of the wages"),
                lambda each: dates.show_month(each.month, translation.get_language()),
                header=True,
            ),
            Column(gettext_lazy("State"), state),
            Column(gettext_lazy("Due by"), "due_on"),
            Column(gettext_lazy("Employees"), lambda each: _counted(each, "employees"), numeric=True),
            Column(gettext_lazy("Joined"), lambda each: _counted(each, "joined"), numeric=True),
            Column(gettext_lazy("Left"), lambda each: _counted(each, "left"), numeric=True),
            Column(gettext_lazy("Not under section 33"), lambda each: _counted(each, "others"), numeric=True),
        ),
        empty=gettext_lazy("No month was filed yet."),
    )


def _counted(each: FilingMonth, name: str) -> int | str:
    value: int | None = getattr(each.counted, name) if each.counted else None
    return "–" if value is None else value


def _files(rows: Iterable[Import]) -> Table:
    return Table(
        caption=gettext_lazy("Files sent"),
        rows=rows,
        columns=(
            Column(
                gettext_lazy("File"),
                lambda each: Cell(each.file_name, href=reverse("registry:filing_file", args=[each.reference])),
                header=True,
            ),
            Column(
                gettext_lazy("Month of the wages"),
                lambda each: dates.show_month(each.month, translation.get_language()),
            ),
            Column(gettext_lazy("Branch"), "branch_serial"),
            Column(gettext_lazy("Sent"), "started_at"),
            Column(
                gettext_lazy("State"),
                lambda each: Cell(each.get_state_display(), tone=TONES[ImportState(each.state)]),
            ),
            Column(gettext_lazy("Rows"), "rows_in", numeric=True),
        ),
        empty=gettext_lazy("No file was sent yet."),
    )
