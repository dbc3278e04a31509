"""Drives for the driver, on a phone: the drives of today, and one person after the other."""

from collections.abc import Callable, Mapping
from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from khumkan import record
from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.isolation.actions import transport as actions
from khumkan.isolation.models import Pickup, Run
from khumkan.isolation.queries import door
from khumkan.isolation.queries import transport as queries
from khumkan.isolation.queries.transport import Fetch
from khumkan.isolation.states import PickupState, RunState
from khumkan.isolation.words import WORDS, time_left
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.registry.queries.persons import contacts_of

#: What a driver says of a person, by the value of the button: what is done, and what is said then.
OUTCOMES: Mapping[str, tuple[Callable[..., object], Promise]] = {
    "picked_up": (actions.picked_up, _("In the vehicle. The bed is held until you can be there.")),
    "not_found": (actions.not_found, _("Noted. The hotline calls this person.")),
    "not_now": (partial(actions.refused, wants_a_bed=True), _("Noted. The person waits for another bed.")),
    "no_bed": (partial(actions.refused, wants_a_bed=False), _("Noted. The person is left in peace.")),
    "brought_back": (actions.brought_back, _("Noted.")),
}


@open_to(Role.DRIVER)
@require_GET
def listed(request: Request) -> HttpResponse:
    """Show the drives of today in the driver's provinces."""
    runs = [(run, WORDS[RunState(run.state)], queries.is_driver(request.actor, run)) for run in _runs(request)]
    return render(request, "isolation/transport/drives.html", {"runs": runs})


@open_to(Role.DRIVER)
@require_GET
def one(request: Request, reference: str) -> HttpResponse:
    """Show one drive: to its driver whom to fetch where, to everybody else how many, and in which area."""
    run = queries.drive_for(request.actor, reference)
    context: dict[str, object] = {"run": run, "shown": WORDS[RunState(run.state)], "site": run.site}
    if not queries.is_driver(request.actor, run):
        people = queries.pickups_of(run)
        context |= {"areas": queries.areas_of(people), "tally": _tally(people)}
        return render(request, "isolation/transport/other_drive.html", context)
    people = queries.pickups_of(run)
    context |= _people(request, people)
    return render(request, "isolation/transport/drive.html", context)


@open_to(Role.DRIVER)
@require_POST
def start(request: Request, reference: str) -> HttpResponse:
    """Begin a drive."""
    run = queries.drive_for(request.actor, reference)
    return do(request, lambda: actions.start(run=run, by=request.actor), to=_to(run))


@open_to(Role.DRIVER)
@require_POST
def take_over(request: Request, reference: str) -> HttpResponse:
    """Drive on in another driver's place."""
    run = queries.drive_for(request.actor, reference)
    return do(request, lambda: actions.take_over(run=run, by=request.actor), to=_to(run))


@open_to(Role.DRIVER)
@require_POST
def finish(request: Request, reference: str) -> HttpResponse:
    """End a drive on which nobody is left."""
    run = queries.drive_for(request.actor, reference)
    return do(request, lambda: actions.finish(run=run, by=request.actor), to=_to(run), said=_("The drive is finished."))


@open_to(Role.DRIVER)
@require_POST
def outcome(request: Request, reference: str, position: int) -> HttpResponse:
    """Note what became of one person."""
    run = queries.drive_for(request.actor, reference)
    pickup = queries.pickup_of(run, position)
    if request.POST.get("outcome", "") not in OUTCOMES:
        return redirect(_to(run))
    act, said = OUTCOMES[request.POST["outcome"]]
    return do(request, lambda: act(pickup=pickup, by=request.actor), to=_to(run), said=said)


def _runs(request: Request) -> list[Run]:
    """Return the drives: own ones under way first, then those to come, then those that are over."""
    runs = queries.drives_for(request.actor)
    over = (RunState.FINISHED,)
    return sorted(runs, key=lambda run: (not queries.is_driver(request.actor, run), run.state in over, run.starts_at))


def _people(request: Request, people: list[tuple[Pickup, Fetch]]) -> dict[str, object]:
    """Put the people of the driver's own drive in order: to be fetched, in the vehicle, late ones, done.

    Only who is still to be fetched is shown with address and telephone; nobody who is done has a name any more.
    """
    now = clock.now()
    to_fetch = [each for each in people if each[0].state == PickupState.PLANNED]
    riding = [each for each in people if each[0].state == PickupState.PICKED_UP]
    late = [each for each in people if queries.may_be_late(each[0])]
    named = [fetch.stay.person_id for _pickup, fetch in (*to_fetch, *riding, *late)]
    record.saw(by=request.actor, person_ids=named, page="isolation:drive")
    reach = contacts_of(fetch.stay.person_id for _pickup, fetch in (*to_fetch, *late))
    return {
        "to_fetch": [
            (pickup, fetch, reach[fetch.stay.person_id].phone, time_left(fetch.until, now=now))
            for pickup, fetch in to_fetch
        ],
        "riding": [(pickup, fetch, door.is_over(fetch.stay, now=now)) for pickup, fetch in riding],
        "late": [(pickup, fetch, reach[fetch.stay.person_id].phone) for pickup, fetch in late],
        "tally": _tally(people),
        "may_finish": not to_fetch and not riding,
    }


def _tally(people: list[tuple[Pickup, Fetch]]) -> list[tuple[object, int]]:
    """Return how many people are in which state, in the words of the driver; nobody is counted twice."""
    counts = {state: sum(pickup.state == state for pickup, _fetch in people) for state in PickupState}
    return [(WORDS[state].words, count) for state, count in counts.items() if count]


def _to(run: Run) -> str:
    return reverse("isolation:drive", args=[run.reference])
