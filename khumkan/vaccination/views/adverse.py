"""Adverse events: seen at the site, and passed on and closed by officers, the late ones first."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan import record
from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.registry.queries.persons import phone_of
from khumkan.ui.tables import Cell, Column, Table
from khumkan.vaccination.actions import aftercare as actions
from khumkan.vaccination.choices import ToldBy
from khumkan.vaccination.forms.after import CloseForm, RouteForm, SomebodysReactionForm
from khumkan.vaccination.models import AdverseEvent
from khumkan.vaccination.queries import aftercare as queries
from khumkan.vaccination.views.after_showing import is_over, labels, state_of, urgency


@open_to(Role.VACCINATOR)
@require_GET
def given(request: Request) -> HttpResponse:
    """List who was given a dose today at the sites of a vaccinator, so that a reaction can be reported."""
    page = paginate(queries.given_at_sites(request.actor), number=request.GET.get("page"))
    record.saw(by=request.actor, person_ids=[each.person_id for each in page.rows], page="vaccination:field_given")
    return render(request, "vaccination/after/field_given.html", {"page": page})


@open_to(Role.VACCINATOR)
@require_http_methods(["GET", "POST"])
def report(request: Request, injection: int) -> HttpResponse:
    """Report what was seen at the site after a dose."""
    found = queries.injection_at_site(request.actor, injection)
    form = SomebodysReactionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            event = actions.report(injection=found, told=form.told(ToldBy.SITE), by=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = str(_("Reported: %(reference)s. The office passes it on."))
            messages.success(request, said % {"reference": event.reference})
            return redirect("vaccination:field_given")
    record.saw(by=request.actor, person_ids=[found.person_id], page="vaccination:field_adverse")
    status = 422 if request.method == "POST" else 200
    return render(request, "vaccination/after/field_adverse.html", {"form": form, "injection": found}, status=status)


@open_to(Role.OFFICER)
@require_GET
def listed(request: Request) -> HttpResponse:
    """List the events of an officer's provinces; nobody is named: who it is stands on the page of each."""
    still = "all" not in request.GET
    page = paginate(queries.events_for(request.actor, still=still), number=request.GET.get("page"))
    now = clock.now()
    context = {
        "page": page,
        "table": _table(page.rows, now=now),
        "still": still,
        "late": queries.late(request.actor, now=now),
    }
    return render(request, "vaccination/after/adverse_events.html", context)


@open_to(Role.OFFICER)
@require_GET
def one(request: Request, reference: str) -> HttpResponse:
    """Show one event with what was told, and what can be done."""
    found = queries.event_for(request.actor, reference)
    return _shown(request, found, RouteForm(), CloseForm())


@open_to(Role.OFFICER)
@require_POST
def route(request: Request, reference: str) -> HttpResponse:
    """Say who has it now."""
    found, form = queries.event_for(request.actor, reference), RouteForm(request.POST)
    if not form.is_valid():
        return _shown(request, found, form, CloseForm(), status=422)
    return do(
        request,
        lambda: actions.route(event=found, to=form.cleaned_data["to"], by=request.actor),
        to=reverse("vaccination:adverse_event", args=[found.reference]),
        said=_("Noted who has it."),
    )


@open_to(Role.OFFICER)
@require_POST
def close(request: Request, reference: str) -> HttpResponse:
    """Say what came of it."""
    found, form = queries.event_for(request.actor, reference), CloseForm(request.POST)
    if not form.is_valid():
        return _shown(request, found, RouteForm(), form, status=422)
    return do(
        request,
        lambda: actions.close(event=found, outcome=form.cleaned_data["outcome"], by=request.actor),
        to=reverse("vaccination:adverse_event", args=[found.reference]),
        said=_("Closed."),
    )


def _shown(
    request: Request, event: AdverseEvent, route_form: RouteForm, close_form: CloseForm, *, status: int = 200
) -> HttpResponse:
    record.saw(by=request.actor, person_ids=[event.person_id], page="vaccination:adverse_event")
    words = queries.words_of(event)
    context = {
        "event": event,
        "shown": state_of(event),
        "is_over": is_over(event),
        "reactions": labels(words),
        "words": words.words,
        "phone": phone_of(event.person_id),
        "route_form": route_form,
        "close_form": close_form,
        "form": route_form if route_form.errors else close_form,
    }
    return render(request, "vaccination/after/adverse_event.html", context, status=status)


def _table(rows: Sequence[AdverseEvent], *, now: datetime) -> Table:
    def due(row: AdverseEvent) -> Cell:
        words, tone = urgency(row, now=now)
        return Cell(words, tone=tone if words else "")

    return Table(
        caption=_("What nobody has comes first, the latest at the top"),
        rows=rows,
        columns=(
            Column(
                _("Event"),
                lambda row: Cell(row.reference, href=reverse("vaccination:adverse_event", args=[row.reference])),
                header=True,
            ),
            Column(_("How serious"), _serious),
            Column(_("State"), lambda row: Cell(state_of(row).words, tone=state_of(row).tone)),
            Column(_("To be passed on"), due),
            Column(_("Reported"), "reported_at"),
            Column(_("Vaccine"), lambda row: row.injection.get_vaccine_display()),
            Column(_("Passed on to"), "routed_to"),
        ),
        empty=_("There is nothing to do."),
    )


def _serious(row: AdverseEvent) -> Cell:
    return Cell(_("Serious"), tone="bad") if row.is_serious else Cell(_("Not serious"), tone="plain")
