"""Draws for everybody, and testing days for employers."""

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from khumkan.accounts.access import Request, open_to, public
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing
from khumkan.kernel.pages import paginate
from khumkan.screening import round_words as words
from khumkan.screening.models import Round
from khumkan.screening.queries import rounds as queries
from khumkan.screening.rules.draw_file import METHOD
from khumkan.ui.tables import Cell, Column, Table

EVERYBODY = "Anybody can check a draw; the pages hold hashes and pseudonyms only."


@public(EVERYBODY)
@require_GET
def draws(request: Request) -> HttpResponse:
    """List every draw whose frame was frozen."""
    page = paginate(queries.public_rounds(), number=request.GET.get("page"))
    table = Table(
        caption=_("Draws"),
        rows=page.rows,
        columns=(
            Column(
                _("Draw"),
                lambda row: Cell(row.reference, href=reverse("screening:draw", args=[row.reference])),
                header=True,
            ),
            Column(_("Frame frozen"), "frozen_at"),
            Column(_("Workers in the frame"), "frame_count", numeric=True),
            Column(_("Drawn"), lambda row: row.drawn_at or ""),
        ),
        empty=_("No frame has been frozen yet."),
    )
    return render(request, "screening/rounds/draws.html", {"table": table, "page": page})


@public(EVERYBODY)
@require_GET
def draw(request: Request, reference: str) -> HttpResponse:
    """Show what was published of a draw and how to check it."""
    row = queries.public_round(reference)
    context = {"round": row, "commands": _commands(row), "method": METHOD, "state": words.state_of(row)}
    return render(request, "screening/rounds/draw.html", context)


@public(EVERYBODY)
@require_GET
def draw_file(request: Request, reference: str) -> HttpResponseBase:
    """Send the published file."""
    row = queries.public_round(reference)
    if not row.file_name:
        raise Missing("the file is not written yet")
    name = f"{row.reference}.jsonl.gz"
    return FileResponse(
        default_storage.open(row.file_name), as_attachment=True, filename=name, content_type="application/gzip"
    )


@open_to(Role.EMPLOYER)
@require_GET
def testing_days(request: Request) -> HttpResponse:
    """Show an employer its testing days: day, place, how many are called."""
    visits = queries.visits_of(request.actor)
    table = Table(
        caption=_("Testing days"),
        rows=visits,
        columns=(
            Column(_("Day"), lambda each: Cell(each.session.day, href=_visit(each)), header=True),
            Column(_("Place"), lambda each: each.session.site),
            Column(_("Enterprise"), "employer"),
            Column(_("Employees called"), "people", numeric=True),
            Column(_("State"), _state),
        ),
        empty=_("No testing day is planned for your employees."),
    )
    return render(request, "screening/rounds/testing_days.html", {"table": table})


@open_to(Role.EMPLOYER)
@require_GET
def testing_day(request: Request, employer: str, session: str) -> HttpResponse:
    """Show an employer one testing day: whom to send, where, when and with what."""
    visit = queries.visit_for(request.actor, employer=employer, session=session)
    context = {"visit": visit, "people": queries.called_of(request.actor, visit)}
    return render(request, "screening/rounds/testing_day.html", context)


def _commands(row: Round) -> dict[str, str]:
    """Return what to type to check a draw: with Khumkan, and with the tools of any computer."""
    file, lines = f"{row.reference}.jsonl.gz", (row.frame_count or 0) + 2
    published = f"--frame-hash {row.frame_hash} --seed-commitment {row.seed_commitment}"
    return {
        "verify": f"khumkan draw verify {file} {published}",
        "frame": f"zcat {file} | sed -n '2,{lines}p' | sha256sum",
        "seed": f"printf '%s' '{row.seed}|{row.reference}' | sha256sum",
    }


def _state(visit: queries.Visit) -> Cell:
    return Cell(_("Cancelled"), tone="bad") if visit.is_cancelled else Cell("")


def _visit(visit: queries.Visit) -> str:
    return reverse("screening:employer_visit", args=[visit.employer.reference, visit.session.reference])
