"""Sending an employer's list: a file, pasted rows, one person, or everybody whom the office knows."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.ui.forms import Form
from khumkan.vaccination.actions.lists import adding, sending
from khumkan.vaccination.actions.lists import requests as asking
from khumkan.vaccination.actions.lists.sending import Sent
from khumkan.vaccination.actions.lists.steps import roster_of
from khumkan.vaccination.forms.lists import AskForm, PasteForm, SendForm, WorkerForm
from khumkan.vaccination.models import ListFile, Roster
from khumkan.vaccination.queries import lists as queries
from khumkan.vaccination.queries.lists import Offer
from khumkan.vaccination.queries.phases import title_of
from khumkan.vaccination.states import ListFileState


@open_to(Role.EMPLOYER)
@require_http_methods(["GET", "POST"])
def send(request: Request, employer: str, phase: int) -> HttpResponse:
    """Send a file."""
    offer = queries.offer_for(request.actor, employer, phase)
    form = SendForm(request.POST or None, request.FILES or None)

    def act(given: dict[str, Any]) -> HttpResponse:
        file = given["file"]
        sent = Sent(content=file.read(), name=file.name, replaces=given["replaces"])
        return _sent(request, *sending.send_list(roster=_roster(offer), sent=sent, by=request.actor))

    return _page(request, offer, form, "vaccination/lists/send.html", act, field="file")


@open_to(Role.EMPLOYER)
@require_http_methods(["GET", "POST"])
def paste(request: Request, employer: str, phase: int) -> HttpResponse:
    """Send rows that were copied from a spreadsheet."""
    offer = queries.offer_for(request.actor, employer, phase)
    form = PasteForm(request.POST or None)

    def act(given: dict[str, Any]) -> HttpResponse:
        text, replaces = given["rows"], given["replaces"]
        return _sent(
            request, *sending.send_pasted(roster=_roster(offer), text=text, replaces=replaces, by=request.actor)
        )

    return _page(request, offer, form, "vaccination/lists/paste.html", act, field="rows")


@open_to(Role.EMPLOYER)
@require_http_methods(["GET", "POST"])
def one(request: Request, employer: str, phase: int) -> HttpResponse:
    """Put one employee on the list, or ask the office to do it when the list is locked."""
    offer = queries.offer_for(request.actor, employer, phase)
    form = WorkerForm(request.POST or None) if offer.is_open else AskForm(request.POST or None)

    def act(given: dict[str, Any]) -> HttpResponse:
        if isinstance(form, AskForm):
            asking.ask_to_add(roster=_roster(offer), worker=form.worker, why=given["why"], by=request.actor)
            messages.success(request, _("Sent. The office decides, and you see the answer here."))
            return HttpResponseRedirect(_home(offer))
        file = adding.add_worker(roster=_roster(offer), worker=form.worker, by=request.actor)
        if file.state != ListFileState.TAKEN:
            return HttpResponseRedirect(reverse("vaccination:list_file", args=[file.reference]))
        messages.success(request, _("On your list now. The person is told by the office."))
        return HttpResponseRedirect(_home(offer))

    return _page(request, offer, form, "vaccination/lists/one.html", act)


@open_to(Role.EMPLOYER)
@require_POST
def from_office(request: Request, employer: str, phase: int) -> HttpResponse:
    """Start from everybody whom the office knows as working for the employer."""
    offer = queries.offer_for(request.actor, employer, phase)
    try:
        file = sending.start_from_office(roster=_roster(offer), by=request.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(_home(offer))
    return _sent(request, file, True)


def _page(
    request: Request,
    offer: Offer,
    form: Form,
    template: str,
    act: Callable[[dict[str, Any]], HttpResponse],
    *,
    field: str | None = None,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            return act(form.cleaned_data)
        except Refused as refusal:
            form.add_error(field, str(refusal))
    context = {"offer": offer, "form": form, "title": title_of(offer.phase)}
    return render(request, template, context, status=422 if form.errors else 200)


def _sent(request: Request, file: ListFile, is_new: bool) -> HttpResponse:
    if not is_new:
        messages.info(request, _("This list was sent before. Nothing was changed; here it is."))
    return HttpResponseRedirect(reverse("vaccination:list_file", args=[file.reference]))


def _roster(offer: Offer) -> Roster:
    return offer.roster or roster_of(employer=offer.employer, phase=offer.phase)


def _home(offer: Offer) -> str:
    return reverse("vaccination:roster", args=[offer.employer.reference, offer.phase.pk])
