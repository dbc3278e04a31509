"""One person at the front desk: checking in, another bed, why not, and leaving."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from khumkan import record
from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.isolation.actions import door as door_actions
from khumkan.isolation.actions import stays as actions
from khumkan.isolation.choices import NotLetIn
from khumkan.isolation.forms.door import BedForm, BelongingsForm, NotLetInForm, OtherBedForm
from khumkan.isolation.models import Bed, Care, Stay
from khumkan.isolation.permissions.cares import SITE_STAFF
from khumkan.isolation.queries import door as queries
from khumkan.isolation.states import PRESENT, PROMISED, StayState
from khumkan.isolation.views.showing_stays import bed_choices
from khumkan.isolation.words import WORDS, time_left
from khumkan.kernel import clock
from khumkan.ui.forms import Form

#: Who is still to come, or could not come in time.
COMING = (*PROMISED, StayState.LAPSED)
#: How the fields of the form for another bed are called, beside the same fields of checking in.
OTHER = "other_%s"


@open_to(*SITE_STAFF)
@require_GET
def one(request: Request, reference: str) -> HttpResponse:
    """Show who somebody is, which bed is theirs, and what is next."""
    return _page(request, queries.at_door(request.actor, reference))


@open_to(*SITE_STAFF)
@require_POST
def check_in(request: Request, reference: str) -> HttpResponse:
    """Let somebody in, into the bed that is held."""
    stay, form = queries.at_door(request.actor, reference), BelongingsForm(request.POST)
    if not form.is_valid():
        return _page(request, stay, check_in_form=form)
    return do(
        request,
        lambda: actions.arrive(stay=stay, belongings=form.cleaned_data["belongings"], by=request.actor),
        to=_to(stay.care),
        said=_("Checked in."),
    )


@open_to(*SITE_STAFF)
@require_POST
def other_bed(request: Request, reference: str) -> HttpResponse:
    """Let somebody in, into another bed than the one that was held."""
    stay = queries.at_door(request.actor, reference)
    form = OtherBedForm(request.POST, beds=bed_choices(_beds(stay)), auto_id=OTHER)
    if not form.is_valid():
        return _page(request, stay, other_form=form)
    chosen = form.cleaned_data
    return do(
        request,
        lambda: actions.admit(
            care=stay.care, bed_ids=form.bed_ids(), belongings=chosen["belongings"], by=request.actor
        ),
        to=_to(stay.care),
        said=_("Checked in."),
    )


@open_to(*SITE_STAFF)
@require_POST
def not_let_in(request: Request, reference: str) -> HttpResponse:
    """Note why somebody was not let in."""
    stay, form = queries.at_door(request.actor, reference), NotLetInForm(request.POST)
    if not form.is_valid():
        return _page(request, stay, door_form=form)
    chosen = form.cleaned_data
    return do(
        request,
        lambda: door_actions.not_let_in(stay=stay, why=NotLetIn(chosen["why"]), note=chosen["note"], by=request.actor),
        to=_to(stay.care),
        said=_("Noted. The bed stays held for the person whose it is."),
    )


@open_to(*SITE_STAFF)
@require_POST
def change_bed(request: Request, reference: str) -> HttpResponse:
    """Move somebody to another bed of the same site."""
    stay = queries.at_door(request.actor, reference)
    form = BedForm(request.POST, beds=bed_choices(_beds(stay)))
    if not form.is_valid():
        return _page(request, stay, change_form=form)
    return do(
        request,
        lambda: actions.change_bed(stay=stay, bed_ids=form.bed_ids(), by=request.actor),
        to=_to(stay.care),
        said=_("Moved. The old bed is being cleaned."),
    )


@open_to(*SITE_STAFF)
@require_POST
def leave(request: Request, reference: str) -> HttpResponse:
    """Note that somebody who may go has left."""
    stay = queries.at_door(request.actor, reference)
    return do(
        request,
        lambda: actions.leave(stay=stay, by=request.actor),
        to=reverse("isolation:leaving"),
        said=_("Noted. The bed is being cleaned."),
    )


def _to(care: Care) -> str:
    return reverse("isolation:arriving", args=[care.reference])


def _beds(stay: Stay) -> list[Bed]:
    """Return the beds of the site into which somebody can come, or to which they can move."""
    if stay.state not in (*COMING, *PRESENT):
        return []
    return queries.beds_for(stay.care, site_ids=[stay.site_id], sharing=stay.sharing)


def _page(request: Request, stay: Stay, **wrong: Form) -> HttpResponse:
    """Show the person; a form in which something is wrong takes the place of the empty one."""
    record.saw(by=request.actor, person_ids=[stay.person_id], page="isolation:arriving")
    now, choices = clock.now(), bed_choices(_beds(stay))
    context = {
        "stay": stay,
        "care": stay.care,
        "person": stay.person,
        "shown": WORDS[StayState(stay.state)],
        "is_coming": stay.state in COMING,
        "is_over": queries.is_over(stay, now=now),
        "is_present": stay.state in PRESENT,
        "left": time_left(stay.blocks.upper, now=now) if stay.blocks.upper else "",
        "elsewhere": queries.promise_elsewhere(stay),
        "documents": queries.documents_of(stay.care),
        "notes": queries.notes_of(stay),
        "has_beds": bool(choices),
        "check_in_form": BelongingsForm(),
        "other_form": OtherBedForm(beds=choices, auto_id=OTHER),
        "change_form": BedForm(beds=choices),
        "door_form": NotLetInForm(),
        "form": next(iter(wrong.values()), None),
        **wrong,
    }
    return render(request, "isolation/door/arriving.html", context, status=422 if wrong else 200)
