"""A person who waits for a date asks to be called for a dose that would be lost."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel.actors import Role
from khumkan.vaccination.actions import standby
from khumkan.vaccination.forms.stand_by import StandByForm
from khumkan.vaccination.queries import standing_by


@open_to(Role.PERSON)
@require_http_methods(["GET", "POST"])
def ask(request: Request) -> HttpResponse:
    """Show where one can stand by, and take the wish."""
    dose = standing_by.own_waiting(request.actor)
    asked = standing_by.asked_by(dose)
    taken = {one.day for one in asked}
    offers = [one for one in standing_by.offers_for(dose) if one.day not in taken]
    form = StandByForm(request.POST or None, offers=offers)
    if form.is_bound and form.is_valid():
        chosen = form.chosen
        return do(
            request,
            lambda: standby.ask(dose=dose, site=chosen.site, day=chosen.day, by=request.actor),
            to=reverse("vaccination:stand_by"),
            said=_("You are on the list. We send a message when a dose is left for you."),
        )
    context = {"dose": dose, "asked": asked, "offers": offers, "form": form}
    return render(request, "vaccination/field/ask.html", context, status=422 if form.is_bound else 200)
