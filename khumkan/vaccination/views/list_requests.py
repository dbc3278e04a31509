"""Employers' lists, for officers: all lists, more time for one of them, and changes that were asked for."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from khumkan import record
from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel.actors import Role
from khumkan.kernel.pages import paginate
from khumkan.ui.tables import Cell, Column, Table
from khumkan.vaccination.actions.lists import locking
from khumkan.vaccination.actions.lists import requests as actions
from khumkan.vaccination.forms.lists import DecideForm, ReopenForm
from khumkan.vaccination.models import ListRequest, Roster
from khumkan.vaccination.queries import lists as queries
from khumkan.vaccination.queries.phases import title_of
from khumkan.vaccination.states import RequestState, RosterState
from khumkan.vaccination.words import WORDS


@open_to(Role.OFFICER)
@require_GET
def requests(request: Request) -> HttpResponse:
    """Show which changes of locked lists were asked for, the oldest first."""
    page = paginate(queries.requests_for(request.actor), number=request.GET.get("page"))
    record.saw(by=request.actor, person_ids=[row.person_id for row in page.rows], page="vaccination:list_requests")
    table = Table(
        caption=_("Changes of locked lists that employers asked for"),
        rows=page.rows,
        columns=(
            Column(
                _("Person"),
                lambda row: Cell(row.person.full_name, href=reverse("vaccination:list_request", args=[row.reference])),
                header=True,
            ),
            Column(_("Enterprise"), "roster.employer"),
            Column(_("Wish"), _wish),
            Column(_("Asked"), "asked_at"),
        ),
        empty=_("No employer asks for a change."),
    )
    return render(request, "vaccination/lists/requests.html", {"table": table, "page": page})


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def one(request: Request, reference: str) -> HttpResponse:
    """Show one request, and decide on it."""
    found = queries.request_for(request.actor, reference)
    is_open = found.state == RequestState.ASKED
    form = DecideForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        record.saw(by=request.actor, person_ids=[found.person_id], page="vaccination:list_request")
        context = {
            "asked": found,
            "wish": _wish(found),
            "title": title_of(found.roster.phase),
            "last4": queries.last_four([found.person_id]).get(found.person_id, ""),
            "shown": WORDS[RequestState(found.state)],
            "is_open": is_open,
            "form": form,
        }
        return render(request, "vaccination/lists/request.html", context, status=422 if form.errors else 200)
    accept, why = form.cleaned_data["decision"] == "accept", form.cleaned_data["why"]
    return do(
        request,
        lambda: actions.decide(request=found, accept=accept, why=why, by=request.actor),
        to=reverse("vaccination:list_requests"),
        said=_("The employer’s list was changed.") if accept else _("The list stays as it is."),
    )


@open_to(Role.OFFICER)
@require_GET
def rosters(request: Request) -> HttpResponse:
    """Show the lists of employers within the officer's provinces."""
    search = request.GET.get("q", "").strip()[:100]
    page = paginate(queries.rosters_for(request.actor, search=search), number=request.GET.get("page"))
    table = Table(
        caption=_("Employers’ lists"),
        rows=page.rows,
        columns=(
            Column(_("Enterprise"), "employer", header=True),
            Column(_("Phase"), lambda row: title_of(row.phase)),
            Column(_("On the list"), "listed", numeric=True),
            Column(_("State"), _state),
            Column(_("Last changed"), "changed_at"),
            Column(_("More time"), _more),
        ),
        empty=_("No employer has sent a list."),
    )
    return render(request, "vaccination/lists/rosters.html", {"table": table, "page": page, "search": search})


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def reopen(request: Request, employer: str, phase: int) -> HttpResponse:
    """Give an employer more time to change its list."""
    found = queries.roster_for(request.actor, employer, phase)
    form = ReopenForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        context = {"roster": found, "title": title_of(found.phase), "form": form}
        return render(request, "vaccination/lists/reopen.html", context, status=422 if form.errors else 200)
    until = form.cleaned_data["until"]
    return do(
        request,
        lambda: locking.reopen(roster=found, until=until, by=request.actor),
        to=reverse("vaccination:rosters"),
        said=_("The employer can change the list again."),
    )


def _wish(row: ListRequest) -> object:
    return _("To be put on the list") if row.adds else _("To be taken off the list")


def _state(row: Roster) -> Cell:
    shown = WORDS[RosterState(row.state)]
    return Cell(shown.words, tone=shown.tone)


def _more(row: Roster) -> Cell:
    if row.state != RosterState.LOCKED:
        return Cell("")
    return Cell(
        _("Give more time"), href=reverse("vaccination:reopen_roster", args=[row.employer.reference, row.phase_id])
    )
