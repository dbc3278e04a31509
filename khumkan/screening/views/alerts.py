"""Outbreaks at enterprises, for officers: what is open, how long is left, what was done."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.pages import paginate
from khumkan.screening.actions import alerts as actions
from khumkan.screening.forms.laboratory import NotifiedForm
from khumkan.screening.models import OutbreakAlert
from khumkan.screening.queries import outbreaks as queries
from khumkan.screening.states import AlertState
from khumkan.screening.words import shown_alert, time_left
from khumkan.ui.shown import Shown


@open_to(Role.OFFICER)
@require_GET
def alerts(request: Request) -> HttpResponse:
    """List the alerts: running clocks first."""
    page = paginate(queries.alerts_for(request.actor), number=request.GET.get("page"))
    context = {
        "page": page,
        "alerts": [(each, _shown(each), time_left(each.due_at, now=clock.now())) for each in page.rows],
    }
    return render(request, "screening/laboratory/alerts.html", context)


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def alert(request: Request, reference: str) -> HttpResponse:
    """Show one alert, and note that disease control was told."""
    found = queries.alert_by_reference(request.actor, reference)
    form = NotifiedForm(request.POST or None)
    if form.is_bound and form.is_valid():
        return do(
            request,
            lambda: actions.notified(alert=found, note=form.cleaned_data["note"], by=request.actor),
            to=reverse("screening:alert", args=[found.reference]),
            said=_("Noted. The clock has stopped."),
        )
    now = clock.now()
    left = time_left(found.due_at, now=now)
    context = {"alert": found, "shown": _shown(found), "left": left, "form": form, "now": now}
    return render(request, "screening/laboratory/alert.html", context, status=422 if form.errors else 200)


@open_to(Role.OFFICER)
@require_POST
def close(request: Request, reference: str) -> HttpResponse:
    """Close an alert that was dealt with."""
    found = queries.alert_by_reference(request.actor, reference)
    return do(
        request,
        lambda: actions.close(alert=found, by=request.actor),
        to=reverse("screening:alert", args=[found.reference]),
        said=_("The alert is closed."),
    )


def _shown(alert: OutbreakAlert) -> Shown:
    return shown_alert(AlertState(alert.state), due_at=alert.due_at, now=clock.now())
