"""Rooms and beds that join and leave, for officers: from a pattern, from a file, and by floor."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from khumkan.accounts.access import Request, open_to
from khumkan.isolation.actions import room_files, sites
from khumkan.isolation.forms.houses import RoomsFileForm, RoomsForm, WithdrawForm
from khumkan.isolation.models import Facility, Stay
from khumkan.isolation.queries import houses
from khumkan.isolation.rules import rooms as rules
from khumkan.isolation.rules.rooms import RoomPlan, Wrong
from khumkan.isolation.states import StayState
from khumkan.isolation.words import WORDS
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.files import write_csv_safe
from khumkan.ui.tables import Cell, Column, Table

UNPROCESSABLE = 422
#: So many wrong rows, or people, stand on a page.
MOST_SHOWN = 200
#: A room as the template of a file shows it.
EXAMPLE = {"floor": "2", "number": "201", "beds": "2", "level": "green", "room_for": "any", "accessible": "no"}


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def add(request: Request, reference: str) -> HttpResponse:
    """Make equal rooms on several floors: first show what would be made, then make it."""
    facility = houses.facility_for(request.actor, reference)
    data = request.POST if request.method == "POST" else request.GET if "rooms" in request.GET else None
    form = RoomsForm(data, initial={"offered_from": clock.today()})
    plan: list[RoomPlan] = []
    if form.is_bound and form.is_valid():
        try:
            plan = _plan(facility, form)
            if request.method == "POST":
                return _make(request, facility, form, plan)
        except Refused as refusal:
            plan = []
            form.add_error(None, str(refusal))
    context = {
        "form": form,
        "facility": facility,
        "sent": _sent(request),
        "plan": plan,
        "beds": sum(room.beds for room in plan),
        "table": _rooms(plan),
    }
    return render(request, "isolation/board/add_rooms.html", context, status=UNPROCESSABLE if form.errors else 200)


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def from_file(request: Request, reference: str) -> HttpResponse:
    """Make the rooms of a file: all, or none and every row that is wrong."""
    facility = houses.facility_for(request.actor, reference)
    form = RoomsFileForm(request.POST or None, request.FILES or None, initial={"offered_from": clock.today()})
    wrong: Sequence[Wrong] = ()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made, said = room_files.make_rooms(
                facility=facility, file=given["file"], offered_from=given["offered_from"], by=request.actor
            )
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            wrong = said.wrong
            if not wrong:
                messages.success(request, _("%(count)s beds were added.") % {"count": made})
                return redirect("isolation:house", reference)
            form.add_error("file", _("Nothing was added: %(count)s rows are wrong.") % {"count": len(wrong)})
    context = {
        "form": form,
        "facility": facility,
        "columns": _columns(),
        "wrong": _wrong(wrong[:MOST_SHOWN]) if wrong else None,
        "more": max(0, len(wrong) - MOST_SHOWN),
    }
    return render(request, "isolation/board/rooms_file.html", context, status=UNPROCESSABLE if form.errors else 200)


@open_to(Role.OFFICER)
@require_GET
def template_file(request: Request) -> HttpResponseBase:
    """Send a file with the headings and one room, to be filled in."""
    in_thai = get_language() == "th"
    headings = [others[0] if in_thai else name for name, others in rules.HEADINGS.items()]
    response = StreamingHttpResponse(write_csv_safe(headings, [list(EXAMPLE.values())]), content_type="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="rooms.csv"'
    return response


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def withdraw(request: Request, reference: str) -> HttpResponse:
    """Let the beds of some floors leave the programme on a day: first show who lies there, then do it."""
    facility = houses.facility_for(request.actor, reference)
    data = request.POST if request.method == "POST" else request.GET if "until" in _names(request) else None
    initial = {"until": clock.today() + timedelta(days=7)}
    form = WithdrawForm(data, floors=houses.floor_names(facility), initial=initial)
    beds: list[int] = []
    people: Sequence[Stay] = ()
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        beds = houses.beds_on(facility, given["floors"], until=given["until"])
        people = list(houses.lying_in(beds))
        try:
            if request.method == "POST":
                return _withdraw(request, facility, beds, form)
        except Refused as refusal:
            form.add_error("until", str(refusal))
    context = {
        "form": form,
        "facility": facility,
        "sent": _sent(request),
        "is_shown": form.is_bound and form.is_valid(),
        "beds": beds,
        "people": len(people),
        "table": _lying(people[:MOST_SHOWN]),
    }
    return render(request, "isolation/board/withdraw.html", context, status=UNPROCESSABLE if form.errors else 200)


def _names(request: Request) -> set[str]:
    """Return what a search is about; a date comes in three boxes."""
    return {name.split("_")[0] for name in request.GET}


def _sent(request: Request) -> list[tuple[str, str]]:
    """Return what was asked for, to be sent again by the button that does it."""
    return [(name, str(value)) for name, values in request.GET.lists() for value in values]


def _plan(facility: Facility, form: RoomsForm) -> list[RoomPlan]:
    plan = rules.planned(form.block())
    there = set(houses.room_numbers(facility))
    twice = next((room.number for room in plan if room.number in there), None)
    if twice:
        raise Refused(sites.ROOM_EXISTS, "room_exists", number=twice)
    return plan


def _make(request: Request, facility: Facility, form: RoomsForm, plan: Sequence[RoomPlan]) -> HttpResponse:
    offered_from = form.cleaned_data["offered_from"]
    made = sites.make_rooms(facility=facility, rooms=plan, offered_from=offered_from, by=request.actor)
    messages.success(request, _("%(count)s beds were added.") % {"count": made})
    return redirect("isolation:house", facility.site.reference)


def _withdraw(request: Request, facility: Facility, beds: Sequence[int], form: WithdrawForm) -> HttpResponse:
    until = form.cleaned_data["until"]
    count = sites.withdraw_beds(facility=facility, bed_ids=beds, until=until, by=request.actor)
    messages.success(request, _("%(count)s beds leave. Who lies in one then is moved.") % {"count": count})
    return redirect("isolation:house", facility.site.reference)


def _rooms(plan: Sequence[RoomPlan]) -> Table:
    """Return the rooms that would be made, floor by floor, as they would be called."""
    by_floor = [(floor, list(rooms)) for floor, rooms in groupby(plan, key=lambda room: room.floor)]
    return Table(
        caption=gettext_lazy("What would be made"),
        rows=by_floor,
        columns=(
            Column(gettext_lazy("Floor"), 0, header=True),
            Column(gettext_lazy("Rooms"), lambda row: ", ".join(room.number for room in row[1])),
            Column(gettext_lazy("Beds"), lambda row: sum(room.beds for room in row[1]), numeric=True),
        ),
    )


def _wrong(rows: Sequence[Wrong]) -> Table:
    return Table(
        caption=gettext_lazy("Rows that are wrong"),
        rows=rows,
        columns=(
            Column(gettext_lazy("Row"), "row", header=True),
            Column(gettext_lazy("Room"), "number"),
            Column(gettext_lazy("What is wrong"), lambda row: " ".join(map(str, row.reasons))),
        ),
    )


def _columns() -> Table:
    return Table(
        caption=gettext_lazy("Columns"),
        rows=[(name, others, EXAMPLE[name]) for name, others in rules.HEADINGS.items()],
        columns=(
            Column(gettext_lazy("Heading"), lambda row: row[1][0], header=True),
            Column(gettext_lazy("Or"), lambda row: ", ".join((row[0], *row[1][1:]))),
            Column(gettext_lazy("Example"), lambda row: row[2]),
            Column(gettext_lazy("Needed"), lambda row: _("Yes") if row[0] in rules.REQUIRED else _("No")),
        ),
    )


def _lying(rows: Sequence[Stay]) -> Table:
    return Table(
        caption=gettext_lazy("Who has these beds now"),
        rows=rows,
        columns=(
            Column(gettext_lazy("Bed"), lambda row: row.bed.label, header=True),
            Column(gettext_lazy("Care"), "care.reference"),
            Column(gettext_lazy("State"), _state),
            Column(gettext_lazy("Since"), lambda row: row.arrived_at or row.made_at),
        ),
        empty=gettext_lazy("Nobody."),
    )


def _state(row: Stay) -> Cell:
    shown = WORDS[StayState(row.state)]
    return Cell(shown.words, tone=shown.tone)
