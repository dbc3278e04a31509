"""Calling people back: who is due, taking one, saying what came of it, and promising a call at the desk."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.hotline.actions import call_backs as actions
from khumkan.hotline.actions import calling
from khumkan.hotline.call_choices import Dropped, Tried
from khumkan.hotline.call_states import LIVE_CALL_BACKS, CallBackState
from khumkan.hotline.choices import Reason
from khumkan.hotline.forms.calls import HourForm, PromiseForm, TriedForm
from khumkan.hotline.models import CallBack
from khumkan.hotline.permissions.cases import HOTLINE
from khumkan.hotline.queries import call_backs as queries
from khumkan.hotline.queries import cases, numbers
from khumkan.hotline.rules.reasons import handling_of
from khumkan.hotline.views.showing_calls import call_backs_table, shown_call_back, when
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.registry.queries import persons


@open_to(*HOTLINE)
@require_GET
def listed(request: Request) -> HttpResponse:
    """Show who is to be called now, and who later."""
    page = paginate(queries.listed(request.actor), number=request.GET.get("page"))
    later = paginate(queries.coming(request.actor), number=1)
    nobody, none_later = gettext_lazy("Nobody waits to be called."), gettext_lazy("Nothing is promised for later.")
    context = {
        "page": page,
        "table": call_backs_table(page.rows, gettext_lazy("Who was promised first stands on top"), nobody),
        "later": call_backs_table(later.rows, gettext_lazy("Promised for later"), none_later),
    }
    return render(request, "hotline/calls/call_backs.html", context)


@open_to(*HOTLINE)
@require_POST
def take_next(request: Request) -> HttpResponse:
    """Take the call-back that was promised first."""
    found = calling.take_next(by=request.actor)
    if found is None:
        messages.info(request, _("Nobody waits to be called."))
        return redirect("hotline:call_backs")
    return redirect("hotline:call_back", found.reference)


@open_to(*HOTLINE)
@require_http_methods(["GET", "POST"])
def call_back(request: Request, reference: str) -> HttpResponse:
    """Show whom to call and about what, and note what came of it."""
    found = queries.call_back_for(request.actor, reference)
    form = TriedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = calling.tried(call_back=found, outcome=Tried(form.cleaned_data["outcome"]), by=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _after(request, done)
    is_mine = found.state == CallBackState.CALLING and (
        found.taken_by_id == request.actor.id or request.actor.has(Role.SUPERVISOR)
    )
    context = {
        "call_back": found,
        "case": found.case,
        "live": shown_call_back(found),
        "when": when(found),
        "is_mine": is_mine,
        "may_take": found.state == CallBackState.DUE and found.due_at <= clock.now(),
        "may_drop": found.state in LIVE_CALL_BACKS,
        "name": numbers.name_of_caller(found),
        "number": numbers.number_to_call(found) if is_mine else "",
        "script": handling_of(Reason(found.case.reason)).script,
        "form": form,
    }
    return render(request, "hotline/calls/call_back.html", context, status=422 if form.errors else 200)


def _after(request: Request, done: CallBack) -> HttpResponse:
    """Go on with the case of whoever was reached, else to the list."""
    if done.state == CallBackState.REACHED:
        messages.success(request, _("Reached. The case is yours; close it when it is solved."))
        return redirect("hotline:case", done.case.reference)
    if done.state == CallBackState.NOT_REACHED:
        messages.info(request, _("No more tries. The case waits for the caller, who is told by message."))
    else:
        messages.info(request, _("Noted. This person is called again later."))
    return redirect("hotline:call_backs")


@open_to(*HOTLINE)
@require_POST
def take(request: Request, reference: str) -> HttpResponse:
    """Take one call-back."""
    return _act(request, reference, lambda found, by: calling.take(call_back=found, by=by), _("It is yours. Call now."))


@open_to(*HOTLINE)
@require_POST
def put_back(request: Request, reference: str) -> HttpResponse:
    """Put a call-back back into the list."""
    said = _("It is back in the list.")
    return _act(request, reference, lambda found, by: calling.put_back(call_back=found, by=by), said)


@open_to(*HOTLINE)
@require_POST
def drop(request: Request, reference: str) -> HttpResponse:
    """Drop a call-back that nobody needs any more."""

    def act(found: CallBack, by: Actor) -> object:
        return actions.drop(call_back=found, because=Dropped.BY_CALLER, by=by)

    return _act(request, reference, act, _("Nobody is called back about this any more."))


@open_to(*HOTLINE)
@require_http_methods(["GET", "POST"])
def of_case(request: Request, reference: str) -> HttpResponse:
    """Promise to call back about a case."""
    case = cases.case_for(request.actor, reference)
    has_holder = case.person_id is not None or case.employer_id is not None
    form = HourForm(request.POST or None, rooms=queries.free_hours() if has_holder else [])
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask(case=case, supply_id=form.supply_id, by=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("A call back is promised. Say the hour to the caller."))
            return redirect("hotline:case", case.reference)
    back = reverse("hotline:case", args=[case.reference])
    context = {"form": form, "back": back, "caption": case.reference}
    return render(request, "hotline/calls/promise.html", context, status=422 if form.errors else 200)


@open_to(*HOTLINE)
@require_http_methods(["GET", "POST"])
def of_person(request: Request, person: str) -> HttpResponse:
    """Promise to call a person back, about whatever it is: the case is opened along with it."""
    who = persons.person_referred(request.actor, person)
    form = PromiseForm(request.POST or None, rooms=queries.free_hours())
    if request.method == "POST" and form.is_valid():
        reason = Reason(form.cleaned_data["reason"])
        try:
            actions.ask_for(person=who, reason=reason, supply_id=form.supply_id, by=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("A call back is promised. Say the hour to the caller."))
            return redirect("hotline:file", who.reference)
    back = reverse("hotline:file", args=[who.reference])
    context = {"form": form, "back": back, "caption": who.reference}
    return render(request, "hotline/calls/promise.html", context, status=422 if form.errors else 200)


def _act(request: Request, reference: str, act: Callable[[CallBack, Actor], object], said: str) -> HttpResponse:
    found = queries.call_back_for(request.actor, reference)
    page = reverse("hotline:call_back", args=[found.reference])
    return do(request, lambda: act(found, request.actor), to=page, said=said)
