"""Telephone calls at the desk: what rings, who it may be, what came of it; the wallboard, and declaring a surge."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.hotline.actions import calls as actions
from khumkan.hotline.actions import surging
from khumkan.hotline.call_choices import CallOutcome
from khumkan.hotline.choices import Reason
from khumkan.hotline.forms.calls import OutcomeForm, SurgeForm
from khumkan.hotline.models import Call
from khumkan.hotline.permissions.cases import HOTLINE
from khumkan.hotline.queries import call_backs, numbers, surges
from khumkan.hotline.queries import calls as queries
from khumkan.hotline.views.showing_calls import calls_table, clock_words, hours_table, reasons_table, shown_call
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.registry.models import Person


@open_to(*HOTLINE)
@require_GET
def ringing(request: Request) -> HttpResponse:
    """Tell whether a call rings for the actor: a part that the pages of the desk fetch every few seconds."""
    return render(request, "hotline/calls/_ringing.html", {"ringing": queries.ringing_for(request.actor)})


@open_to(*HOTLINE)
@require_GET
def listed(request: Request) -> HttpResponse:
    """Show what rings now, and the calls of today."""
    page = paginate(queries.of_today(request.actor), number=request.GET.get("page"))
    context = {
        "ringing": queries.ringing_for(request.actor),
        "page": page,
        "table": calls_table(page.rows, gettext_lazy("The latest call stands on top")),
        "may_supervise": request.actor.has(Role.SUPERVISOR),
        "surge": surges.now_in_force(),
    }
    return render(request, "hotline/calls/calls.html", context)


@open_to(*HOTLINE)
@require_http_methods(["GET", "POST"])
def call(request: Request, reference: str) -> HttpResponse:
    """Show who may be calling, and note what came of the call."""
    found = queries.call_for(request.actor, reference)
    people = numbers.perhaps(numbers.number_of(found), by=request.actor)
    form = OutcomeForm(
        request.POST or None, people=[(each.reference, f"{each.full_name} ({each.reference})") for each in people]
    )
    if request.method == "POST" and form.is_valid():
        try:
            noted = _note(request, found, form, people)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Noted."))
            return redirect("hotline:case", noted.case.reference) if noted.case else redirect("hotline:calls")
    earlier = queries.same_number(found)
    context = {
        "call": found,
        "live": shown_call(found),
        "number": numbers.number_of(found),
        "people": people,
        "has_earlier": bool(earlier),
        "earlier": calls_table(earlier, gettext_lazy("Earlier calls of this number")),
        "promised": call_backs.of_number(found),
        "may_note": found.answered_at is not None and not found.outcome,
        "form": form,
    }
    return render(request, "hotline/calls/call.html", context, status=422 if form.errors else 200)


def _note(request: Request, call: Call, form: OutcomeForm, people: Sequence[Person]) -> Call:
    told = form.cleaned_data
    who = next((each for each in people if each.reference == told.get("who")), None)
    return actions.note_outcome(
        call=call,
        outcome=CallOutcome(told["outcome"]),
        reason=Reason(told["reason"]) if told["reason"] else None,
        person=who,
        text=told["note"],
        by=request.actor,
    )


@open_to(*HOTLINE)
@require_GET
def wallboard(request: Request) -> HttpResponse:
    """Show the moment and the day in large figures; the page fetches them anew by itself."""
    board = queries.wallboard()
    context = {
        "board": board,
        "longest": clock_words(board.longest if board.waiting else None),
        "average": clock_words(board.average),
        "hours": hours_table(board),
        "reasons": reasons_table(board),
        "surge": surges.now_in_force(),
    }
    return render(request, "hotline/calls/wallboard.html", context)


@open_to(Role.SUPERVISOR)
@require_http_methods(["GET", "POST"])
def surge(request: Request) -> HttpResponse:
    """Show whether a surge is declared, and declare one."""
    form = SurgeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            surging.begin(message=told["message"], hours=told["hours"], why=told["why"], by=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The surge is declared. It ends by itself."))
            return redirect("hotline:surge")
    context = {"form": form, "surge": surges.now_in_force(), "latest": surges.latest()}
    return render(request, "hotline/calls/surge.html", context, status=422 if form.errors else 200)


@open_to(Role.SUPERVISOR)
@require_POST
def end_surge(request: Request) -> HttpResponse:
    """End the surge."""
    return do(
        request,
        lambda: surging.end(by=request.actor),
        to=reverse("hotline:surge"),
        said=gettext_lazy("The surge is over. All calls are taken again."),
    )
