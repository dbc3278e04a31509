"""The front desk, on a phone: who comes, walk-ins, who leaves, and beds to be cleaned."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan import record
from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.isolation.actions import stays as actions
from khumkan.isolation.forms.door import FindForm, OtherBedForm, WalkInForm
from khumkan.isolation.models import Care, Stay
from khumkan.isolation.permissions.cares import SITE_STAFF
from khumkan.isolation.queries import door as queries
from khumkan.isolation.states import CareState
from khumkan.isolation.views.showing_stays import bed_choices, lines
from khumkan.isolation.words import WORDS, time_left
from khumkan.kernel import clock
from khumkan.kernel.errors import Refused


@open_to(*SITE_STAFF)
@require_http_methods(["GET", "POST"])
def today(request: Request) -> HttpResponse:
    """Show who comes and who came today, and find somebody by code, number or name."""
    form = FindForm(request.POST or None)
    alike: list[Stay] = []
    if form.is_bound and form.is_valid():
        alike = queries.find(request.actor, form.cleaned_data["wanted"])
        if len(alike) == 1:
            return redirect("isolation:arriving", alike[0].care.reference)
        if not alike:
            form.add_error("wanted", str(_("Nobody with this code, number or name is here or expected.")))
    by, is_many = request.actor, len(queries.sites_of(request.actor)) > 1
    groups = [
        (_("On the way"), queries.on_the_way(by)),
        (_("Expected here"), queries.expected(by)),
        (_("The time is over, the bed may be free yet"), queries.late(by)),
        (_("Came today"), queries.arrived_today(by)),
    ]
    seen = [stay.person_id for _title, stays in groups for stay in stays] + [stay.person_id for stay in alike]
    record.saw(by=by, person_ids=seen, page="isolation:arrivals")
    context = {
        "form": form,
        "alike": lines(alike, with_site=is_many),
        "counts": [(title, len(stays)) for title, stays in (groups[0], groups[1], groups[3])],
        "groups": [(title, lines(stays, with_site=is_many)) for title, stays in groups],
    }
    return render(request, "isolation/door/today.html", context, status=422 if form.errors else 200)


@open_to(*SITE_STAFF)
@require_http_methods(["GET", "POST"])
def walk_in(request: Request) -> HttpResponse:
    """Take in somebody who waits for a bed and stands at the door: who it is first, then into which bed."""
    form = WalkInForm(request.POST or None)
    context: dict[str, object] = {"form": form}
    if form.is_bound and form.is_valid():
        care = queries.walk_in(form.cleaned_data["wanted"])
        if care is not None:
            return _take_in(request, care, form.cleaned_data["wanted"])
        form.add_error("wanted", str(_("Nobody who waits for a bed has this code or number. Please ask the hotline.")))
    return render(request, "isolation/door/walk_in.html", context, status=422 if form.errors else 200)


def _take_in(request: Request, care: Care, wanted: str) -> HttpResponse:
    """Show who stands at the door; with a bed chosen, let them in."""
    beds = queries.beds_for(care, site_ids=[site.pk for site in queries.sites_of(request.actor)])
    form = OtherBedForm(request.POST if "bed" in request.POST else None, beds=bed_choices(beds))
    if form.is_bound and form.is_valid():
        chosen = form.cleaned_data
        try:
            actions.admit(care=care, bed_ids=form.bed_ids(), belongings=chosen["belongings"], by=request.actor)
        except Refused as refusal:
            form.add_error("bed", str(refusal))
        else:
            messages.success(request, str(_("Checked in.")))
            return redirect("isolation:arriving", care.reference)
    record.saw(by=request.actor, person_ids=[care.person_id], page="isolation:walk_in")
    context = {
        "care": care,
        "person": care.person,
        "documents": queries.documents_of(care),
        "elsewhere": queries.promise_of(care),
        "shown": WORDS[CareState(care.state)],
        "beds": beds,
        "wanted": wanted,
        "form": form,
    }
    return render(request, "isolation/door/take_in.html", context, status=422 if form.errors else 200)


@open_to(*SITE_STAFF)
@require_GET
def leaving(request: Request) -> HttpResponse:
    """Show who may go, and which beds are being cleaned."""
    by, now, is_many = request.actor, clock.now(), len(queries.sites_of(request.actor)) > 1
    going = queries.leaving(by)
    record.saw(by=by, person_ids=[stay.person_id for stay in going], page="isolation:leaving")
    context = {
        "going": lines(going, with_site=is_many),
        "cleaning": [(stay, time_left(stay.blocks.upper, now=now)) for stay in queries.being_cleaned(by)],
        "is_many": is_many,
    }
    return render(request, "isolation/door/leaving.html", context)


@open_to(*SITE_STAFF)
@require_POST
def clean(request: Request, number: int) -> HttpResponse:
    """Note that a bed is clean."""
    stay = queries.left_stay(request.actor, number)
    return do(
        request,
        lambda: actions.clean(stay=stay, by=request.actor),
        to=reverse("isolation:leaving"),
        said=_("The bed is free."),
    )
