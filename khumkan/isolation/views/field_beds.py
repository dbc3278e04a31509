"""The beds of one's own site on a phone, and a bed that cannot be used."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.isolation.actions import sites as actions
from khumkan.isolation.forms.houses import BrokenForm
from khumkan.isolation.models import Bed
from khumkan.isolation.permissions.cares import SITE_STAFF
from khumkan.isolation.queries import board, houses
from khumkan.isolation.words import WORDS
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate

UNPROCESSABLE = 422


@open_to(*SITE_STAFF)
@require_GET
def choose(request: Request) -> HttpResponse:
    """Lead to the beds of the only site, or let somebody choose who works at several."""
    page = paginate(houses.facilities_kept(request.actor), number=request.GET.get("page"))
    if len(page.rows) == 1 and page.number == 1:
        return redirect("isolation:field_house", page.rows[0].site.reference)
    return render(request, "isolation/board/choose.html", {"page": page})


@open_to(*SITE_STAFF)
@require_GET
def house(request: Request, reference: str) -> HttpResponse:
    """Show the beds of a site floor by floor."""
    facility = houses.facility_kept(request.actor, reference)
    context = {
        "facility": facility,
        "counts": board.house(facility).counts,
        "as_of": clock.now(),
        "floors": houses.floors(facility),
    }
    return render(request, "isolation/board/field_house.html", context)


@open_to(*SITE_STAFF, Role.OFFICER)
@require_http_methods(["GET", "POST"])
def bed(request: Request, bed_id: int) -> HttpResponse:
    """Show one bed, take it out of use with a reason, or into use again."""
    found = houses.bed_for(request.actor, bed_id)
    if request.method == "POST" and request.POST.get("decision") == "in_order":
        said = _("The bed can be used again.")
        return do(request, lambda: actions.set_in_order(bed=found, by=request.actor), to=request.path, said=said)
    form = BrokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_out_of_order(bed=found, why=form.cleaned_data["why"], by=request.actor)
        except Refused as refusal:
            form.add_error("why", str(refusal))
        else:
            return redirect(_back(request, found))
    now = houses.state_of_bed(found)
    context = {"bed": found, "now": now, "state": WORDS[now.state], "form": form, "back": _back(request, found)}
    return render(request, "isolation/board/bed.html", context, status=UNPROCESSABLE if form.errors else 200)


def _back(request: Request, bed: Bed) -> str:
    """Return the page of the beds from which one comes."""
    page = "isolation:field_house" if request.actor.has(*SITE_STAFF) else "isolation:house"
    return reverse(page, args=[bed.site.reference])
