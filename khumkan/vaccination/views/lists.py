"""An employer's lists: the phases that are open, one list with its numbers, the people on it, the template."""

from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from khumkan import record
from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing
from khumkan.kernel.files import write_csv_safe, write_xlsx
from khumkan.kernel.pages import paginate
from khumkan.ui.tables import Cell, Column, Table
from khumkan.vaccination.actions.lists import requests as actions
from khumkan.vaccination.actions.lists.checking import HEADING
from khumkan.vaccination.forms.lists import WhyForm
from khumkan.vaccination.models import ListFile, Listing, ListRequest
from khumkan.vaccination.queries import lists as queries
from khumkan.vaccination.queries.lists import Offer
from khumkan.vaccination.queries.phases import title_of
from khumkan.vaccination.rules.lists import FIELDS
from khumkan.vaccination.states import ListFileState, RequestState, RosterState
from khumkan.vaccination.words import WORDS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@open_to(Role.EMPLOYER)
@require_GET
def overview(request: Request) -> HttpResponse:
    """Show the phases of vaccination that are open for the actor's employers, with the list for each."""
    table = Table(
        caption=_("Phases that are open for you"),
        rows=queries.offers_for(request.actor),
        columns=(
            Column(_("Phase"), lambda each: Cell(title_of(each.phase), href=_roster(each)), header=True),
            Column(_("Enterprise"), "employer"),
            Column(_("On your list"), lambda each: each.roster.listed if each.roster else 0, numeric=True),
            Column(_("State"), _state),
            Column(_("Locked from"), "locks_on"),
        ),
        empty=_("No phase of vaccination is open for your enterprise now."),
    )
    return render(request, "vaccination/lists/overview.html", {"table": table})


@open_to(Role.EMPLOYER)
@require_GET
def roster(request: Request, employer: str, phase: int) -> HttpResponse:
    """Show an employer one list: its numbers, ways to send, what was sent and what was asked for."""
    offer = queries.offer_for(request.actor, employer, phase)
    files = paginate(queries.files_of(offer.roster), number=request.GET.get("page")) if offer.roster else None
    asked = list(queries.requests_of(offer.roster)[:20]) if offer.roster else []
    record.saw(by=request.actor, person_ids=[each.person_id for each in asked], page="vaccination:roster")
    state = RosterState.OPEN if offer.is_open else RosterState.LOCKED
    context = {
        "offer": offer,
        "title": title_of(offer.phase),
        "shown": WORDS[state],
        "figures": queries.figures_of(offer.roster) if offer.roster else None,
        "page": files,
        "table": _files(files.rows if files else ()),
        "requests": _requests(asked) if asked else None,
    }
    return render(request, "vaccination/lists/roster.html", context)


@open_to(Role.EMPLOYER)
@require_GET
def template(request: Request, kind: str) -> HttpResponse:
    """Send the template of a list, with one row as an example."""
    example = [field.example for field in FIELDS]
    if kind == "xlsx":
        response = HttpResponse(write_xlsx(HEADING, [example], title="list"), content_type=XLSX)
    elif kind == "csv":
        response = HttpResponse(b"".join(write_csv_safe(HEADING, [example])), content_type="text/csv; charset=utf-8")
    else:
        raise Missing("no such template")
    response.headers["Content-Disposition"] = f'attachment; filename="vaccination-list.{kind}"'
    return response


@open_to(Role.EMPLOYER)
@require_GET
def people(request: Request, employer: str, phase: int) -> HttpResponse:
    """Show who is on the list; nothing of what they answered."""
    offer = queries.offer_for(request.actor, employer, phase)
    if offer.roster is None:
        raise Missing("nobody was listed yet")
    page = paginate(queries.listed_on(offer.roster), number=request.GET.get("page"))
    record.saw(by=request.actor, person_ids=[row.person_id for row in page.rows], page="vaccination:listed_people")
    context = {
        "offer": offer,
        "title": title_of(offer.phase),
        "page": page,
        "table": _people(page.rows, offer),
    }
    return render(request, "vaccination/lists/people.html", context)


@open_to(Role.EMPLOYER)
@require_http_methods(["GET", "POST"])
def take_off(request: Request, employer: str, phase: int, person: str) -> HttpResponse:
    """Take somebody off the list, or ask the office to do it when the list is locked."""
    offer = queries.offer_for(request.actor, employer, phase)
    if offer.roster is None:
        raise Missing("nobody was listed yet")
    listing, found = queries.listing_on(offer.roster, person), offer.roster
    form = WhyForm(request.POST or None) if not offer.is_open else None
    if request.method == "GET" or (form is not None and not form.is_valid()):
        record.saw(by=request.actor, person_ids=[listing.person_id], page="vaccination:take_off")
        context = {"offer": offer, "listing": listing, "form": form}
        return render(request, "vaccination/lists/take_off.html", context, status=422 if form and form.errors else 200)
    back = reverse("vaccination:roster", args=[offer.employer.reference, offer.phase.pk])
    if form is None:
        return do(
            request,
            lambda: actions.take_off(roster=found, person=listing.person, by=request.actor),
            to=back,
            said=_("Taken off your list. What the person wants, and the date, stay as they are."),
        )
    why = form.cleaned_data["why"]
    return do(
        request,
        lambda: actions.ask_to_remove(roster=found, person=listing.person, why=why, by=request.actor),
        to=back,
        said=_("Sent. The office decides, and you see the answer here."),
    )


def _roster(offer: Offer) -> str:
    return reverse("vaccination:roster", args=[offer.employer.reference, offer.phase.pk])


def _state(offer: Offer) -> Cell:
    shown = WORDS[RosterState.OPEN if offer.is_open else RosterState.LOCKED]
    return Cell(shown.words, tone=shown.tone)


def _files(rows: Iterable[ListFile]) -> Table:
    return Table(
        caption=_("Lists that you sent"),
        rows=rows,
        columns=(
            Column(
                _("Sent at"),
                lambda each: Cell(each.sent_at, href=reverse("vaccination:list_file", args=[each.reference])),
                header=True,
            ),
            Column(_("Way of sending"), lambda each: each.get_source_display()),
            Column(_("State"), lambda each: _of_state(ListFileState(each.state))),
            Column(_("Rows"), "rows_in", numeric=True),
            Column(_("People taken"), lambda each: each.new + each.changed if each.taken_at else 0, numeric=True),
            Column(_("Taken off"), "removed", numeric=True),
        ),
        empty=_("No list was sent yet."),
    )


def _requests(rows: Iterable[ListRequest]) -> Table:
    return Table(
        caption=_("What you asked to change"),
        rows=rows,
        columns=(
            Column(_("Person"), lambda each: each.person.full_name, header=True),
            Column(_("Wish"), lambda each: _("To be put on the list") if each.adds else _("To be taken off the list")),
            Column(_("Asked"), "asked_at"),
            Column(_("State"), lambda each: _of_state(RequestState(each.state))),
            Column(_("Answer of the office"), "decided_why"),
        ),
    )


def _people(rows: Iterable[Listing], offer: Offer) -> Table:
    words = _("Take off") if offer.is_open else _("Ask to take off")

    def off(row: Listing) -> Cell:
        args = [offer.employer.reference, offer.phase.pk, row.person.reference]
        return Cell(words, href=reverse("vaccination:take_off", args=args))

    return Table(
        caption=_("On your list"),
        rows=rows,
        columns=(
            Column(_("Name"), lambda row: row.person.full_name, header=True),
            Column(_("Branch"), "branch_serial"),
            Column(_("On the list since"), "listed_at"),
            Column(_("Change"), off),
        ),
        empty=_("Nobody is on the list."),
    )


def _of_state(state: ListFileState | RequestState) -> Cell:
    return Cell(WORDS[state].words, tone=WORDS[state].tone)
