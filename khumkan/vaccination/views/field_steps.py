"""The steps at a site: one at a time from a page, or several at once from a device that was cut off."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.record.idempotency import unkeyed
from khumkan.ui.forms import Form
from khumkan.vaccination.actions import visits
from khumkan.vaccination.actions.presence import Sent
from khumkan.vaccination.actions.records import Needle
from khumkan.vaccination.choices import InjectedIn, Reaction, TurnedBack
from khumkan.vaccination.forms import field as forms
from khumkan.vaccination.models import Dose, Visit
from khumkan.vaccination.queries import arrivals, site_doses
from khumkan.vaccination.states import VisitState
from khumkan.vaccination.views import field_people

#: So many steps come in one batch: a morning of one vaccinator.
MOST_STEPS = 200
OWN_KEYS = "each step carries a key of its own, and is a transaction of its own"


@dataclass(frozen=True)
class Step:
    """One of the steps: its form, and what is done with it.

    :param state: the state of the visit after it.
    :param said: what the page says when it is done.
    """

    state: VisitState
    form: Callable[[Mapping[str, Any], Dose], Any]
    act: Callable[[Any, Dose, Visit | None, Sent, Actor], object]
    said: Promise


def _check_in(_form: Form, dose: Dose, _visit: Visit | None, sent: Sent, by: Actor) -> object:
    if dose.session is None:
        raise Refused(N_("This person is not expected now."), "not_expected")
    return visits.check_in(dose=dose, session=dose.session, sent=sent, by=by)


def _measure(form: forms.MeasureForm, _dose: Dose, visit: Visit | None, sent: Sent, by: Actor) -> object:
    return visits.measure(visit=_there(visit), vitals=form.vitals, sent=sent, by=by)


def _clear(form: forms.ScreeningForm, _dose: Dose, visit: Visit | None, sent: Sent, by: Actor) -> object:
    doctor = form.cleaned_data["doctor"]
    return visits.clear(visit=_there(visit), answers=form.answers, doctor=doctor, sent=sent, by=by)


def _inject(form: forms.NeedleForm, _dose: Dose, visit: Visit | None, sent: Sent, by: Actor) -> object:
    needle = Needle(
        lot=form.found,
        injected_in=InjectedIn(form.cleaned_data["injected_in"]),
        licence=form.cleaned_data["licence"],
        given_at=sent.done_at,
        client_key=sent.client_key,
    )
    return visits.inject(visit=_there(visit), needle=needle, by=by)


def _leave(form: forms.LeaveForm, _dose: Dose, visit: Visit | None, sent: Sent, by: Actor) -> object:
    felt = [Reaction(code) for code in form.cleaned_data["felt"]]
    return visits.leave(visit=_there(visit), felt=felt, doctor=form.cleaned_data["doctor"], sent=sent, by=by)


def _turn_back(form: forms.TurnBackForm, _dose: Dose, visit: Visit | None, sent: Sent, by: Actor) -> object:
    because = TurnedBack(form.cleaned_data["because"])
    return visits.turn_back(visit=_there(visit), because=because, sent=sent, by=by)


def _needle_form(data: Mapping[str, Any], dose: Dose) -> forms.NeedleForm:
    session, at = dose.session, forms.done_at(data)
    lots = site_doses.usable(session.site_id, session.day, at=at) if session is not None else ()
    return forms.NeedleForm(data, lots=list(lots), auto_id="inject_%s")


STEPS: Mapping[str, Step] = {
    "check_in": Step(VisitState.ARRIVED, lambda data, _dose: forms.CheckInForm(data), _check_in, _("Checked in.")),
    "measure": Step(
        VisitState.MEASURED, lambda data, _dose: forms.MeasureForm(data, auto_id="measure_%s"), _measure, _("Stored.")
    ),
    "clear": Step(
        VisitState.CLEARED, lambda data, _dose: forms.ScreeningForm(data, auto_id="clear_%s"), _clear, _("Stored.")
    ),
    "inject": Step(
        VisitState.INJECTED, _needle_form, _inject, _("The dose is on record. The time of observation runs.")
    ),
    "leave": Step(
        VisitState.LEFT, lambda data, _dose: forms.LeaveForm(data, auto_id="leave_%s"), _leave, _("Has left.")
    ),
    "turn_back": Step(
        VisitState.TURNED_BACK,
        lambda data, _dose: forms.TurnBackForm(data, auto_id="turn_back_%s"),
        _turn_back,
        _("Noted. Tell the person what happens next."),
    ),
}


@open_to(Role.VACCINATOR)
@require_POST
def step(request: Request, reference: str, name: str) -> HttpResponse:
    """Take one step from the page of a person."""
    dose, chosen = arrivals.dose_for(request.actor, reference), _step(name)
    form = chosen.form(request.POST, dose)
    if not form.is_valid():
        return field_people.page(request, dose, wrong=form, step=name)
    try:
        chosen.act(form, dose, arrivals.visit_of(request.actor, dose), forms.sent_by(request.POST), request.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("vaccination:field_person", args=[dose.reference]))
    messages.success(request, str(chosen.said))
    return HttpResponseRedirect(field_people.after(dose, name))


@unkeyed(OWN_KEYS)
@open_to(Role.VACCINATOR)
@require_POST
def sync(request: Request) -> HttpResponse:
    """Take steps that a device kept while it was cut off, in their order, and say of each what became of it.

    The body is JSON, `{"steps": [{"dose", "step", "client_key", "done_at", …fields}, …]}`, or the field `steps` of a
    form with that list. Of each comes back `taken`, `taken_before`, `wrong` or `refused`, with a sentence. A step that
    was refused stands in the way of the later steps of the same person, and of nobody else.
    """
    try:
        sent = _batch(request)
    except ValueError:
        return JsonResponse({"problem": gettext("These steps cannot be read.")}, status=400)
    answers, stopped = [], set[str]()
    for one in sent:
        whose = str(one.get("dose", ""))
        if whose in stopped:
            answer = {"outcome": "waits", "sentence": gettext("An earlier step of this person was not taken.")}
        else:
            answer = _take(request.actor, one)
        if whose and answer["outcome"] not in ("taken", "taken_before"):
            stopped.add(whose)
        answers.append({"client_key": one.get("client_key"), **answer})
    return JsonResponse({"steps": answers})


def _take(by: Actor, one: Mapping[str, Any]) -> dict[str, str]:
    try:
        sent = forms.sent_by(one)
        chosen = _step(str(one.get("step", "")))
        dose = arrivals.dose_in_hand(by, str(one.get("dose", "")))
        if visits.was_taken(dose=dose, state=chosen.state, client_key=sent.client_key):
            return {"outcome": "taken_before", "sentence": gettext("This was sent before.")}
        form = chosen.form(_fields(one), dose)
        if not form.is_valid():
            return {"outcome": "wrong", "sentence": " ".join(str(each[0]) for each in form.errors.values())}
        chosen.act(form, dose, arrivals.visit_of(by, dose), sent, by)
    except Missing:
        return {"outcome": "refused", "sentence": gettext("This person is not on the list of your site.")}
    except Refused as refusal:
        return {"outcome": "refused", "sentence": str(refusal)}
    return {"outcome": "taken", "sentence": str(chosen.said)}


def _batch(request: Request) -> list[dict[str, Any]]:
    """Return the steps of a batch.

    :raises ValueError: for what is no list of steps, or too long.
    """
    text = request.body if request.content_type == "application/json" else request.POST.get("steps", "")
    try:
        told = json.loads(text)
    except RecursionError:
        raise ValueError("nested without end") from None
    found = told.get("steps") if isinstance(told, dict) else told
    if not isinstance(found, list) or len(found) > MOST_STEPS or not all(isinstance(one, dict) for one in found):
        raise ValueError("no list of steps")
    return found


def _fields(one: Mapping[str, Any]) -> QueryDict:
    """Return the fields of a step as a form has them."""
    data = QueryDict(mutable=True)
    for name, value in one.items():
        data.setlist(name, [str(each) for each in (value if isinstance(value, list) else [value])])
    return data


def _step(name: str) -> Step:
    if name not in STEPS:
        raise Missing("no such step")
    return STEPS[name]


def _there(visit: Visit | None) -> Visit:
    if visit is None:
        raise Refused(N_("This person was not checked in."), "not_checked_in")
    return visit
