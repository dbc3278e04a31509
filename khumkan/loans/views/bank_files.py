"""Files in which a bank reports drawings and payments: sent, looked at line by line, taken or put aside."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan import record
from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.loans.actions import bank_files as actions
from khumkan.loans.actions.bank_files import Sent
from khumkan.loans.forms.bank import BankFileForm
from khumkan.loans.models import BankFile, BankFileLine
from khumkan.loans.money_choices import BankFileKind, LineVerdict
from khumkan.loans.queries import banks, desk
from khumkan.loans.rules.bank_files import COLUMNS
from khumkan.loans.states import BankFileState
from khumkan.loans.words import WORDS
from khumkan.ui.filters import baht
from khumkan.ui.tables import Cell, Column, Table, csv_response


@open_to(Role.BANKER)
@require_GET
def files(request: Request) -> HttpResponse:
    """List the files of the bank, the newest first."""
    page = paginate(desk.files_of_banks(request.actor), number=request.GET.get("page"))
    table = Table(
        caption=_("Files of drawings and payments"),
        rows=page.rows,
        columns=(
            Column(_("File"), lambda row: Cell(row.reference, href=_home(row)), header=True),
            Column(_("Bank"), "bank"),
            Column(_("What it reports"), lambda row: row.get_kind_display()),
            Column(_("When it was sent"), "sent_at"),
            Column(_("Lines"), "rows_in", numeric=True),
            Column(_("In order"), "good", numeric=True),
            Column(_("Not taken"), "refused", numeric=True),
            Column(_("State"), _state),
        ),
        empty=_("No file was sent yet."),
    )
    return render(request, "loans/bank/files.html", {"table": table, "page": page})


@open_to(Role.BANKER)
@require_http_methods(["GET", "POST"])
def send(request: Request) -> HttpResponse:
    """Send a file: each line is tried at once, and nothing is booked before the file is taken."""
    form = BankFileForm(request.POST or None, request.FILES or None, banks=banks.banks_of(request.actor))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            sent = Sent(content=given["file"].read(), name=given["file"].name, kind=BankFileKind(given["kind"]))
            kept, is_new = actions.send_file(bank=form.chosen, sent=sent, by=request.actor)
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            if not is_new:
                messages.info(request, str(_("This file was sent already. Here is what became of it.")))
            return HttpResponseRedirect(_home(kept))
    columns = [" / ".join(names) for names in COLUMNS.values()]
    context = {"form": form, "columns": columns}
    return render(request, "loans/bank/send_file.html", context, status=422 if form.errors else 200)


@open_to(Role.BANKER)
@require_GET
def file(request: Request, reference: str) -> HttpResponse:
    """Show a file with the verdict of each line."""
    found = desk.file_of_bank(request.actor, reference)
    page = paginate(desk.lines_in(found), number=request.GET.get("page"), size=100)
    href = reverse("loans:bank_file_refused", args=[found.reference])
    table = _lines(page.rows, csv_href=href if found.refused or found.doubled else "")
    context = {
        "file": found,
        "shown": WORDS[BankFileState(found.state)],
        "waits": found.state == BankFileState.CHECKED,
        "page": page,
        "table": table,
    }
    return render(request, "loans/bank/file.html", context)


@open_to(Role.BANKER)
@require_GET
def refused(request: Request, reference: str) -> HttpResponse:
    """Send the lines that are not booked, with their reasons, as a file."""
    found = desk.file_of_bank(request.actor, reference)
    record.write("loans.bank_file_lines_handed_out", by=request.actor, about=found)
    return csv_response(_lines(desk.refused_of(found)), f"lines-{found.reference}")


@open_to(Role.BANKER)
@require_POST
def take(request: Request, reference: str) -> HttpResponse:
    """Book all good lines of a file, or none."""
    found = desk.file_of_bank(request.actor, reference)
    kept: list[BankFile] = []
    answer = do(
        request,
        lambda: kept.append(actions.take_file(file=found, by=request.actor)),
        to=_home(found),
    )
    if kept and kept[0].state == BankFileState.TAKEN:
        messages.success(request, str(_("All good lines are booked.")))
    elif kept:
        text = _("Something has changed since the file was sent: it was checked anew and nothing is booked.")
        messages.warning(request, str(text))
    return answer


@open_to(Role.BANKER)
@require_POST
def drop(request: Request, reference: str) -> HttpResponse:
    """Put a file aside."""
    found = desk.file_of_bank(request.actor, reference)
    return do(
        request,
        lambda: actions.drop_file(file=found, by=request.actor),
        to=_home(found),
        said=_("Put aside. The same file can be sent again."),
    )


def _lines(rows: Iterable[BankFileLine], csv_href: str = "") -> Table:
    return Table(
        caption=_("Lines of the file"),
        rows=rows,
        columns=(
            Column(_("Row"), "row_number", header=True),
            Column(_("Verdict"), _verdict),
            Column(_("Number"), lambda row: row.number or ""),
            Column(_("Day"), lambda row: row.booked_on or ""),
            Column(_("Amount"), lambda row: "" if row.amount is None else baht(row.amount), numeric=True),
            Column(_("Why not"), _why_not),
        ),
        empty=_("The file has no lines."),
        csv_href=csv_href,
    )


def _why_not(row: BankFileLine) -> str:
    """Return the reason behind the heading that the column at fault usually has."""
    reason = str(row.reason or "")
    return f"{COLUMNS[row.column][0]}: {reason}" if row.column in COLUMNS else reason


def _verdict(row: BankFileLine) -> Cell:
    shown = WORDS[LineVerdict(row.verdict)]
    return Cell(shown.words, tone=shown.tone)


def _state(row: BankFile) -> Cell:
    shown = WORDS[BankFileState(row.state)]
    return Cell(shown.words, tone=shown.tone)


def _home(row: BankFile) -> str:
    return reverse("loans:bank_file", args=[row.reference])
