"""Drives for officers: who is to be fetched, planning a drive, and how far each one is."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan import record
from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.isolation.actions import transport as actions
from khumkan.isolation.forms.transport import Choice, PeopleForm, PlanForm, SeatsForm
from khumkan.isolation.models import Run
from khumkan.isolation.queries import transport as queries
from khumkan.isolation.queries.transport import Fetch, ToSite
from khumkan.isolation.rules.transport import lists
from khumkan.isolation.states import LIVE_RUNS, PickupState, RunState
from khumkan.isolation.words import WORDS, time_left
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.ui.tables import Cell, Column, Table

#: A van, until the officer says otherwise.
USUAL_SEATS = 4


@open_to(Role.OFFICER)
@require_GET
def listed(request: Request) -> HttpResponse:
    """Show to which sites people are to be fetched, and the drives of today."""
    waiting = queries.waiting_by_site(request.actor)
    context = {
        "waiting": _waiting_table(waiting),
        "people": sum(each.people for each in waiting),
        "runs": _runs_table(queries.runs_for(request.actor)),
    }
    return render(request, "isolation/transport/runs.html", context)


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def plan(request: Request, reference: str) -> HttpResponse:
    """Plan a drive to a site; the people of the best first drive are ticked beforehand."""
    site = queries.site_for(request.actor, reference)
    waiting = queries.waiting_for(site)
    seats_form = SeatsForm(request.GET or None, auto_id="vehicle_%s")
    seats = seats_form.asked(USUAL_SEATS)
    drives = lists([fetch.stop for fetch in waiting], seats=seats, start=queries.start_of(site))
    first = [str(key) for key in next(iter(drives), ())]
    initial = {"seats": seats, "time": clock.bangkok(clock.now()).time(), "people": first}
    form = PlanForm(request.POST or None, choices=_choices(waiting), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            run = actions.plan_run(
                site=site,
                vehicle=form.cleaned_data["vehicle"],
                seats=int(form.cleaned_data["seats"]),
                starts_at=form.starts_at(clock.today()),
                stay_ids=form.stay_ids(),
                by=request.actor,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The drive is planned. Drivers of the province see it."))
            return redirect("isolation:run", run.reference)
    record.saw(by=request.actor, person_ids=[each.stay.person_id for each in waiting], page="isolation:plan_run")
    context = {"site": site, "waiting": waiting, "drives": len(drives), "seats_form": seats_form, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "isolation/transport/plan.html", context, status=status)


@open_to(Role.OFFICER)
@require_GET
def one(request: Request, reference: str) -> HttpResponse:
    """Show one drive: who is on it, and what became of each."""
    return _page(request, queries.run_for(request.actor, reference))


@open_to(Role.OFFICER)
@require_POST
def add(request: Request, reference: str) -> HttpResponse:
    """Put more people on the list."""
    run = queries.run_for(request.actor, reference)
    form = PeopleForm(request.POST, choices=_choices(queries.waiting_for(run.site)))
    if not form.is_valid():
        return _page(request, run, form=form)
    return do(
        request,
        lambda: actions.add_people(run=run, stay_ids=form.stay_ids(), by=request.actor),
        to=_to(run),
        said=_("The list was changed."),
    )


@open_to(Role.OFFICER)
@require_POST
def take_off(request: Request, reference: str, position: int) -> HttpResponse:
    """Take somebody off the list."""
    run = queries.run_for(request.actor, reference)
    pickup = queries.pickup_of(run, position)
    return do(
        request,
        lambda: actions.take_off(pickup=pickup, by=request.actor),
        to=_to(run),
        said=_("The list was changed."),
    )


@open_to(Role.OFFICER)
@require_POST
def cancel(request: Request, reference: str) -> HttpResponse:
    """Call a drive off."""
    run = queries.run_for(request.actor, reference)
    return do(
        request,
        lambda: actions.cancel(run=run, by=request.actor),
        to=_to(run),
        said=_("The drive is called off. Its people wait for another one."),
    )


def _page(request: Request, run: Run, *, form: PeopleForm | None = None) -> HttpResponse:
    on_it, now, state = queries.pickups_of(run), clock.now(), RunState(run.state)
    waiting = queries.waiting_for(run.site) if state in LIVE_RUNS else []
    seen = [fetch.stay.person_id for _pickup, fetch in on_it] + [fetch.stay.person_id for fetch in waiting]
    record.saw(by=request.actor, person_ids=seen, page="isolation:run")
    people = [
        (pickup, fetch, WORDS[PickupState(pickup.state)], time_left(fetch.until, now=now)) for pickup, fetch in on_it
    ]
    context = {
        "run": run,
        "shown": WORDS[state],
        "is_planned": state is RunState.PLANNED,
        "is_live": state in LIVE_RUNS,
        "people": people,
        "add_form": form or PeopleForm(choices=_choices(waiting)),
        "waiting": waiting,
        "form": form,
    }
    return render(request, "isolation/transport/run.html", context, status=422 if form else 200)


def _choices(waiting: Sequence[Fetch]) -> list[Choice]:
    now = clock.now()
    return [
        (
            str(fetch.stay.pk),
            fetch.stay.person.full_name,
            " · ".join(
                filter(None, [fetch.area, time_left(fetch.until, now=now), *(str(n.label) for n in fetch.needs)])
            ),
        )
        for fetch in waiting
    ]


def _to(run: Run) -> str:
    return reverse("isolation:run", args=[run.reference])


def _waiting_table(rows: Sequence[ToSite]) -> Table:
    now = clock.now()
    return Table(
        caption=gettext_lazy("People to be fetched"),
        rows=rows,
        columns=(
            Column(
                gettext_lazy("Site"),
                lambda row: Cell(str(row.site), href=reverse("isolation:plan_run", args=[row.site.reference])),
                header=True,
            ),
            Column(gettext_lazy("People"), "people", numeric=True),
            Column(gettext_lazy("First hold"), lambda row: time_left(row.until, now=now)),
        ),
        empty=gettext_lazy("Nobody waits for a drive."),
    )


def _runs_table(rows: Sequence[Run]) -> Table:
    return Table(
        caption=gettext_lazy("Drives of today"),
        rows=rows,
        columns=(
            Column(gettext_lazy("Drive"), lambda row: Cell(row.reference, href=_to(row)), header=True),
            Column(gettext_lazy("Starts at"), "starts_at"),
            Column(gettext_lazy("Site"), lambda row: str(row.site)),
            Column(gettext_lazy("Vehicle"), "vehicle"),
            Column(gettext_lazy("People"), "people", numeric=True),
            Column(gettext_lazy("Brought"), "brought", numeric=True),
            Column(gettext_lazy("Not brought"), "missed", numeric=True),
            Column(gettext_lazy("State"), _state),
        ),
        empty=gettext_lazy("No drive is planned for today."),
    )


def _state(run: Run) -> Cell:
    shown = WORDS[RunState(run.state)]
    return Cell(str(shown.words), tone=shown.tone)
