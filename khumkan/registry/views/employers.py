"""An employer as the office sees it: where it is, its branches, what it filed."""

from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from khumkan.accounts.access import Request, open_to
from khumkan.kernel import dates
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.registry import permissions, queries
from khumkan.registry.forms import EmployerForm
from khumkan.registry.models import Branch, Filing
from khumkan.ui.tables import Column, Table

OFFICE = (Role.OFFICER, Role.ADMINISTRATOR)


@open_to(*OFFICE)
@require_GET
def find(request: Request) -> HttpResponse:
    """Find an employer by its account number."""
    form = EmployerForm(request.GET or None)
    if form.is_valid():
        try:
            found = queries.find_employer(request.actor, form.cleaned_data["account"])
        except Refused as refusal:
            form.add_error("account", str(refusal))
        else:
            if found is not None:
                return redirect("registry:employer", found.reference)
            form.add_error("account", _("No employer with this account number was found."))
    return render(request, "registry/employers.html", {"form": form}, status=422 if form.errors else 200)


@open_to(*OFFICE)
@require_GET
def one(request: Request, reference: str) -> HttpResponse:
    """Show one employer."""
    found = queries.employer_for(request.actor, reference)
    language = get_language() or "th"
    page = paginate(queries.filings_of(found), number=request.GET.get("page"), size=12)
    context = {
        "employer": found,
        "area": queries.area_of(found.subdistrict_code, language),
        "branches": _branches(queries.branches_of(found), language),
        "page": page,
        "filings": _filings(page.rows, language),
        "may_import": permissions.may_import(request.actor),
    }
    return render(request, "registry/employer.html", context)


def _branches(rows: Iterable[Branch], language: str) -> Table:
    return Table(
        caption=gettext_lazy("Branches"),
        rows=rows,
        columns=(
            Column(gettext_lazy("Branch"), "serial", header=True),
            Column(gettext_lazy("Name"), lambda row: (row.name_th if language == "th" else row.name_en) or row.name_th),
            Column(gettext_lazy("Address"), lambda row: queries.area_of(row.subdistrict_code, language)),
        ),
    )


def _filings(rows: Iterable[Filing], language: str) -> Table:
    return Table(
        caption=gettext_lazy("Monthly filings"),
        rows=rows,
        columns=(
            Column(gettext_lazy("Month"), lambda row: dates.show_month(row.month, language), header=True),
            Column(gettext_lazy("Branch"), "branch.serial"),
            Column(gettext_lazy("Kind"), lambda row: row.get_kind_display()),
            Column(gettext_lazy("Employees"), "headcount", numeric=True),
            Column(gettext_lazy("Received"), "received_at"),
        ),
        empty=gettext_lazy("This employer has not filed yet."),
    )
