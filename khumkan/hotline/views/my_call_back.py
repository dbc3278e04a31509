"""A person asks to be called back, changes the hour, or does not need it any more."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.hotline.actions import call_backs as actions
from khumkan.hotline.call_choices import Dropped
from khumkan.hotline.call_states import CallBackState
from khumkan.hotline.choices import Reason
from khumkan.hotline.forms.calls import LaterHourForm, PromiseForm
from khumkan.hotline.models import CallBack
from khumkan.hotline.queries import call_backs as queries
from khumkan.hotline.queries import numbers
from khumkan.hotline.views.showing_calls import shown_call_back, when
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.registry.queries import persons


@open_to(Role.PERSON)
@require_http_methods(["GET", "POST"])
def mine(request: Request) -> HttpResponse:
    """Show what is promised, with another hour to choose, or ask about what and when we shall call."""
    promised = queries.of_person(request.actor.person_id or 0)
    if promised is not None:
        return _promised(request, promised)
    form = PromiseForm(request.POST or None, rooms=queries.free_hours())
    if request.method == "POST" and form.is_valid():
        person = persons.person_for(request.actor, request.actor.person_id or 0)
        reason = Reason(form.cleaned_data["reason"])
        try:
            actions.ask_for(person=person, reason=reason, supply_id=form.supply_id, by=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Noted: we call you."))
            return redirect("hotline:my_call_back")
    phone = persons.phone_of(request.actor.person_id or 0)
    context = {"form": form, "phone": phone}
    return render(request, "hotline/calls/my_ask.html", context, status=422 if form.errors else 200)


def _promised(request: Request, promised: CallBack) -> HttpResponse:
    form = LaterHourForm(request.POST or None, rooms=queries.free_hours())
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_hour(call_back=promised, supply_id=form.supply_id or 0, by=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The hour was changed."))
            return redirect("hotline:my_call_back")
    context = {
        "call_back": promised,
        "live": shown_call_back(promised),
        "when": when(promised),
        "phone": numbers.number_to_call(promised),
        "may_change": promised.state == CallBackState.DUE,
        "form": form,
    }
    return render(request, "hotline/calls/my_promised.html", context, status=422 if form.errors else 200)


@open_to(Role.PERSON)
@require_POST
def drop(request: Request) -> HttpResponse:
    """Need no call any more."""
    promised = queries.of_person(request.actor.person_id or 0)
    page = reverse("hotline:my_call_back")
    if promised is None:
        return redirect(page)
    return do(
        request,
        lambda: actions.drop(call_back=promised, because=Dropped.BY_CALLER, by=request.actor),
        to=page,
        said=gettext_lazy("Noted: we do not call you."),
    )
