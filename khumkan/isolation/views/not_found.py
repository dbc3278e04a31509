"""People whom a driver did not find: the hotline calls them, one after the other."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from khumkan import record
from khumkan.accounts.access import Request, open_to
from khumkan.isolation.actions import cares, transport
from khumkan.isolation.forms.transport import CalledForm
from khumkan.isolation.queries import transport as queries
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.places.queries import area_names
from khumkan.registry.queries.persons import phone_of

DESK = (Role.AGENT, Role.SUPERVISOR, Role.OFFICER)
#: What came of a call, by the value of the button: what is done, and what is said then.
CALLS: Mapping[str, tuple[Callable[..., object], Promise]] = {
    "reached": (transport.reached, _("Noted. A bed is looked for at once.")),
    "not_reached": (cares.note_called, _("Noted. The person keeps the turn.")),
    "no_bed": (cares.decline, _("Noted. The person is left in peace.")),
}


@open_to(*DESK)
@require_GET
def listed(request: Request) -> HttpResponse:
    """Show who was not found and has not been called since: without names, the longest ago first."""
    page = paginate(queries.not_found_for(request.actor), number=request.GET.get("page"))
    areas = area_names({pickup.stay.person.district_code for pickup in page.rows if pickup.stay.person.district_code})
    people = [(pickup, areas.get(pickup.stay.person.district_code, "")) for pickup in page.rows]
    return render(request, "isolation/transport/not_found.html", {"page": page, "people": people})


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def one(request: Request, reference: str) -> HttpResponse:
    """Show whom to call, and note what came of it."""
    pickup = queries.not_found_one(request.actor, reference)
    care, person = pickup.stay.care, pickup.stay.person
    form = CalledForm(request.POST or None)
    if request.method == "POST" and request.POST.get("came_of_it", "") not in CALLS:
        form.add_error(None, str(_("Please say what came of the call.")))
    if request.method == "POST" and form.is_valid():
        act, said = CALLS[request.POST["came_of_it"]]
        try:
            act(care=care, by=request.actor.acting_for(person.pk, because=form.cleaned_data["because"]))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, str(said))
            return redirect("isolation:not_found")
    record.saw(by=request.actor, person_ids=[person.pk], page="isolation:not_found_one")
    context = {"pickup": pickup, "care": care, "person": person, "phone": phone_of(person.pk), "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "isolation/transport/not_found_one.html", context, status=status)
