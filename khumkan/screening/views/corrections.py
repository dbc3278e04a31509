"""Corrections of rapid tests: who entered one does not release it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel.actors import Role
from khumkan.kernel.pages import paginate
from khumkan.screening.actions import results
from khumkan.screening.permissions.laboratory import may_release
from khumkan.screening.queries import corrections as queries


@open_to(Role.SWABBER, Role.OFFICER)
@require_GET
def listed(request: Request) -> HttpResponse:
    """List what waits for a second person: codes, no names."""
    page = paginate(queries.waiting_for(request.actor), number=request.GET.get("page"))
    waiting = [(each, may_release(request.actor, each)) for each in page.rows]
    return render(request, "screening/visits/corrections.html", {"page": page, "waiting": waiting})


@open_to(Role.SWABBER, Role.OFFICER)
@require_POST
def decide(request: Request, number: int) -> HttpResponse:
    """Release a correction, or throw it away."""
    found = queries.one_for(request.actor, number)
    releases = request.POST.get("decision") == "release"
    act = results.release if releases else results.reject
    return do(
        request,
        lambda: act(result=found, by=request.actor),
        to=reverse("screening:corrections"),
        said=_("Released. The person is told.") if releases else _("Thrown away."),
    )
