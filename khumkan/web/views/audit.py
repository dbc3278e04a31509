"""For auditors and the data-protection officer: who saw a person, whom somebody saw, and the seals of the record."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from khumkan.accounts.access import Request, open_to
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.ui.tables import Cell, Column, Table
from khumkan.web import navigation
from khumkan.web.queries import audit

WATCHERS = (Role.AUDITOR, Role.PRIVACY_OFFICER)


@open_to(*WATCHERS)
@require_GET
def home(request: Request) -> HttpResponse:
    """Show the first page of those who watch over the record, with a search for a colleague to begin from."""
    search = request.GET.get("q", "").strip()
    context = {
        "heading": _("Record and data protection"),
        "parts": navigation.cards_of(request.actor),
        "search": search,
        "staff": audit.staff_called(search),
        "most": audit.MOST_STAFF,
    }
    return render(request, "web/audit_home.html", context)


@open_to(*WATCHERS)
@require_GET
def person(request: Request) -> HttpResponse:
    """Show all that happened with the data of one person, found by reference."""
    reference = request.GET.get("reference", "").strip()
    problem, page = "", None
    if reference:
        try:
            page = paginate(audit.of_person(request.actor, reference), number=request.GET.get("page"))
        except Refused as refusal:
            problem = str(refusal)
    context = {"reference": reference, "problem": problem, "page": page, "table": _table(page.rows) if page else None}
    return render(request, "web/audit_person.html", context)


@open_to(*WATCHERS)
@require_GET
def staff(request: Request, user_id: int) -> HttpResponse:
    """Show all that one member of staff did and saw."""
    page = paginate(audit.of_staff(request.actor, user_id), number=request.GET.get("page"))
    context = {"user_id": user_id, "name": audit.user_name(user_id), "page": page, "table": _table(page.rows)}
    return render(request, "web/audit_staff.html", context)


@open_to(*WATCHERS)
@require_GET
def seals(request: Request) -> HttpResponse:
    """Show the newest seals, and how to check the record without trusting this page."""
    rows = audit.newest_seals()
    table = Table(
        caption=_("Newest seals"),
        rows=rows,
        columns=(
            Column(_("Seal"), "number", header=True, numeric=True),
            Column(_("Sealed"), "at"),
            Column(_("Events"), "events", numeric=True),
            Column(_("Link"), "link"),
        ),
        empty=_("Nothing is sealed yet."),
    )
    return render(request, "web/audit_seals.html", {"table": table, "head": rows[0] if rows else None})


def _table(rows: object) -> Table:
    return Table(
        caption=_("Newest first"),
        rows=audit.lines(rows),  # type: ignore[arg-type]
        columns=(
            Column(_("When"), "at", header=True),
            Column(_("Who"), _who),
            Column(_("What"), "what"),
            Column(_("Person"), _person),
            Column(_("About"), "about"),
            Column(_("Why"), "because"),
            Column(_("Network address"), "origin"),
        ),
        empty=_("Nothing stands in the record."),
    )


def _who(line: audit.Line) -> Cell:
    return Cell(line.who, href=reverse("web:audit_staff", args=[line.staff_id]) if line.staff_id else "")


def _person(line: audit.Line) -> Cell:
    return Cell(line.person, href=f"{reverse('web:audit_person')}?reference={line.person}" if line.person else "")
