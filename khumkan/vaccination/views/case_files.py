"""Figures of cases that somebody else counted, and how many insured persons live where."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.ui.tables import Cell, Column, Table
from khumkan.vaccination.actions import case_files as actions
from khumkan.vaccination.actions import insured
from khumkan.vaccination.forms.areas import CaseFileForm
from khumkan.vaccination.models import CaseFile
from khumkan.vaccination.permissions import areas as permissions
from khumkan.vaccination.queries import case_counts


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def case_files(request: Request) -> HttpResponse:
    """List the files of figures, and take over another."""
    permissions.check_may_choose(request.actor)
    form = CaseFileForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        said = {"content": file.read(), "name": file.name, "source": form.cleaned_data["source"]}
        try:
            return redirect("vaccination:case_file", actions.import_cases(**said, by=request.actor).pk)
        except Refused as refusal:
            form.add_error("file", str(refusal))
    context = {"form": form, "table": _table(case_counts.files()), "insured": case_counts.insured()}
    return render(request, "vaccination/areas/case_files.html", context, status=422 if form.is_bound else 200)


@open_to(Role.OFFICER)
@require_GET
def case_file(request: Request, file_id: int) -> HttpResponse:
    """Show what was taken over of a file: which names were read as which area, and which fit none."""
    permissions.check_may_choose(request.actor)
    file = case_counts.file_called(file_id)
    context = {
        "file": file,
        "respelt": _names(_("Names that were read as another"), file.respelt, _("Read as")),
        "apart": _names(_("Cases that lie in no area"), file.apart, _("Cases")),
        "unmatched": _names(_("Names that fit no area"), file.unmatched, _("Cases")),
        "missing": (file.last_on - file.first_on).days + 1 - file.days,
    }
    return render(request, "vaccination/areas/case_file.html", context)


@open_to(Role.OFFICER)
@require_POST
def count_insured(request: Request) -> HttpResponse:
    """Count the insured persons of every district now; every night it is done by itself."""
    permissions.check_may_choose(request.actor)
    return do(
        request,
        lambda: insured.count(by=request.actor),
        to=reverse("vaccination:case_files"),
        said=gettext_lazy("The insured persons of every district were counted."),
    )


def _names(caption: str, found: dict[str, object], heading: str) -> Table:
    columns = (Column(_("Name in the file"), 0, header=True), Column(heading, 1))
    return Table(caption=caption, rows=sorted(found.items()), columns=columns, empty=_("None."))


def _table(files: list[CaseFile]) -> Table:
    return Table(
        caption=_("Files of figures"),
        rows=files,
        columns=(
            Column(_("File"), lambda file: Cell(file.file_name, href=_address(file)), header=True),
            Column(_("Who counted"), "source"),
            Column(_("Of"), lambda file: _("districts") if file.by_district else _("provinces")),
            Column(_("From"), "first_on"),
            Column(_("To"), "last_on"),
            Column(_("Days with figures"), "days", numeric=True),
            Column(_("Cases"), "cases", numeric=True),
            Column(_("Cases in no known area"), lambda file: sum(file.unmatched.values()), numeric=True),
            Column(_("Taken over"), "sent_at"),
        ),
        empty=_("No file has been taken over yet."),
    )


def _address(file: CaseFile) -> str:
    return reverse("vaccination:case_file", args=[file.pk])
