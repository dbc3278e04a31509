"""Sites that care for people, for officers: one site, who is there, joining, changing, suspending and closing."""

from collections.abc import Sequence
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from khumkan import record
from khumkan.accounts.access import Request, open_to
from khumkan.isolation.actions import sites as actions
from khumkan.isolation.choices import FacilityKind
from khumkan.isolation.forms.houses import ChangeForm, JoinForm, StateForm
from khumkan.isolation.models import Facility, Stay
from khumkan.isolation.queries import board, forecasts, houses
from khumkan.isolation.states import MOVES, FacilityState, StayState
from khumkan.isolation.views.board import EVERY
from khumkan.isolation.views.forecasts import days_table
from khumkan.isolation.words import WORDS
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.places import queries as places
from khumkan.ui.charts import day_bars
from khumkan.ui.tables import Cell, Column, Table

#: So many days back and ahead the beds of a site are shown by day.
DAYS = 30
UNPROCESSABLE = 422


@open_to(Role.OFFICER)
@require_GET
def house(request: Request, reference: str) -> HttpResponse:
    """Show one site: its beds floor by floor, its nurses, what is expected of it."""
    facility = houses.facility_for(request.actor, reference)
    today = clock.today()
    state = FacilityState(facility.state)
    standing = houses.standing(facility)
    found = board.house(facility)
    offered = houses.offered(facility, first=today - timedelta(days=DAYS), last=today + timedelta(days=DAYS))
    context = {
        "facility": facility,
        "house": found,
        "state": WORDS[state],
        "is_team": facility.kind == FacilityKind.HOME,
        "as_of": clock.now(),
        "standing": standing,
        "is_emptied": state is FacilityState.CLOSED,
        "here": request.path,
        "every": EVERY,
        "goes_on": state is FacilityState.CLOSED and standing.left > 0,
        "floors": houses.floors(facility),
        "offered": day_bars(_("Beds offered, by day"), offered, heading=_("Beds")),
        "tables": [days_table(level, days) for level, days in forecasts.of_house(facility)],
        "months": f"{clock.today():%Y-%m}",
    }
    return render(request, "isolation/board/house.html", context)


@open_to(Role.OFFICER)
@require_GET
def people(request: Request, reference: str) -> HttpResponse:
    """Show who lies at a site or is expected there, and who is still to be moved."""
    facility = houses.facility_for(request.actor, reference)
    left_only = "left" in request.GET
    page = paginate(houses.people_at(facility, left_only=left_only), number=request.GET.get("page"))
    record.saw(by=request.actor, person_ids=[row.person_id for row in page.rows], page="isolation:house_people")
    context = {"facility": facility, "page": page, "left_only": left_only, "table": _people(page.rows)}
    return render(request, "isolation/board/people.html", context)


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def join(request: Request) -> HttpResponse:
    """Let a hospitel or a hospital care for people from now on."""
    sites = {each.reference: each for each in houses.may_join(request.actor)}
    names = [(reference, str(site)) for reference, site in sites.items()]
    form = JoinForm(request.POST or None, sites=names)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = actions.join(
            site=sites[given["site"]],
            kind=FacilityKind(given["kind"]),
            nurses=given["nurses"],
            home_places=given["home_places"] or 0,
            by=request.actor,
        )
        return redirect("isolation:house", made.site.reference)
    context = {"form": form, "has_sites": bool(sites)}
    return render(request, "isolation/board/join.html", context, status=UNPROCESSABLE if form.errors else 200)


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def change(request: Request, reference: str) -> HttpResponse:
    """Change how many people the nurses of a site can look after."""
    facility = houses.facility_for(request.actor, reference)
    initial = {"nurses": facility.nurses, "home_places": facility.home_places}
    form = ChangeForm(request.POST or None, initial=initial, is_team=facility.kind == FacilityKind.HOME)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        places_at_home = given.get("home_places", 0)
        actions.change(facility=facility, nurses=given["nurses"], home_places=places_at_home, by=request.actor)
        return redirect("isolation:house", reference)
    context = {"form": form, "facility": facility}
    return render(request, "isolation/board/change.html", context, status=UNPROCESSABLE if form.errors else 200)


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def set_state(request: Request, reference: str) -> HttpResponse:
    """Suspend a site, close it, or open it again; before, say how many people that concerns."""
    facility = houses.facility_for(request.actor, reference)
    moves = [move.value for move in MOVES[FacilityState][FacilityState(facility.state)]]
    form = StateForm(request.POST or None, moves=moves)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.set_state(facility=facility, to=FacilityState(given["to"]), why=given["why"], by=request.actor)
        except Refused as refusal:
            form.add_error("why" if refusal.code == "no_reason" else None, str(refusal))
        else:
            return redirect("isolation:house", reference)
    context = {
        "form": form,
        "facility": facility,
        "state": WORDS[FacilityState(facility.state)],
        "standing": houses.standing(facility),
        "elsewhere": _elsewhere(request, facility),
    }
    return render(request, "isolation/board/state.html", context, status=UNPROCESSABLE if form.errors else 200)


def _elsewhere(request: Request, facility: Facility) -> int:
    """Return how many people the other sites can take, in beds of the levels that this site has."""
    found = board.board(request.actor)
    here = next((each for each in found.houses if each.facility.pk == facility.pk), None)
    others = [each for each in found.houses if each.facility.pk != facility.pk]
    return sum(each.takes(level) for each in others for level in (here.levels if here else ()))


def _people(rows: Sequence[Stay]) -> Table:
    sites = places.sites(row.moves_to for row in rows if row.moves_to)  # type: ignore[attr-defined]
    return Table(
        caption=gettext_lazy("By bed"),
        rows=rows,
        columns=(
            Column(gettext_lazy("Bed"), lambda row: row.bed.label, header=True),
            Column(gettext_lazy("Person"), lambda row: row.person.full_name),
            Column(gettext_lazy("Care"), "care.reference"),
            Column(gettext_lazy("State"), _state),
            Column(gettext_lazy("Since"), lambda row: row.arrived_at or row.made_at),
            Column(gettext_lazy("Other bed held at"), lambda row: str(sites.get(row.moves_to, ""))),
        ),
        empty=gettext_lazy("Nobody."),
    )


def _state(row: Stay) -> Cell:
    shown = WORDS[StayState(row.state)]
    return Cell(shown.words, tone=shown.tone)


def address(facility: Facility) -> str:
    """Return the address of the page of a site."""
    return reverse("isolation:house", args=[facility.site.reference])
