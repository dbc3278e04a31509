"""The doses of a vaccination site: what came, went and was lost, and how warm they are kept."""

from collections.abc import Callable
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel.actors import Actor, Role
from khumkan.places.models import Site
from khumkan.ui.forms import Form
from khumkan.vaccination.actions import site_stock
from khumkan.vaccination.actions.presence import Sent
from khumkan.vaccination.choices import StockKind
from khumkan.vaccination.forms.field import StockForm, WarmthForm, sent_by
from khumkan.vaccination.queries import site_days, site_doses


@open_to(Role.VACCINATOR)
@require_http_methods(["GET", "POST"])
def doses(request: Request, site: str) -> HttpResponse:
    """Show the doses of a site, and write what came, went or was lost."""
    here = site_days.site_for(request.actor, site)
    form = _form(here, request)
    if not form.is_bound:
        return _page(request, here, form)
    if not form.is_valid():
        return _page(request, here, form, wrong=form)
    sent = sent_by(request.POST)
    return do(request, _change(here, form, sent, request.actor), to=_here(here), said=_("Stored."))


@open_to(Role.VACCINATOR)
@require_POST
def warmth(request: Request, site: str) -> HttpResponse:
    """Take what the thermometer of the refrigerator shows."""
    here, form = site_days.site_for(request.actor, site), WarmthForm(request.POST)
    if not form.is_valid():
        return _page(request, here, _form(here), wrong=form)
    sent = sent_by(request.POST)
    return do(
        request,
        lambda: site_stock.read_thermometer(
            site_id=here.pk, celsius=form.cleaned_data["celsius"], client_key=sent.client_key, by=request.actor
        ),
        to=_here(here),
        said=_("Stored."),
    )


def _change(site: Site, form: StockForm, sent: Sent, by: Actor) -> Callable[[], object]:
    told = form.cleaned_data
    kind, lot, number = StockKind(told["what"]), form.lots[told["lot"]], int(told["doses"])
    if kind is StockKind.RECEIVED:
        return lambda: site_stock.receive(lot=lot, site_id=site.pk, doses=number, client_key=sent.client_key, by=by)
    if kind is StockKind.SENT_ON:
        other = form.sites[told["to_site"]]
        return lambda: site_stock.send_on(
            lot=lot, site_id=site.pk, to_site_id=other.pk, doses=number, client_key=sent.client_key, by=by
        )
    if kind is StockKind.COUNTED:
        return lambda: site_stock.count(
            lot=lot, site_id=site.pk, doses=number, note=told["note"], client_key=sent.client_key, by=by
        )
    return lambda: site_stock.write_off(
        lot=lot, site_id=site.pk, kind=kind, doses=number, note=told["note"], client_key=sent.client_key, by=by
    )


def _form(site: Site, request: Request | None = None) -> StockForm:
    there = {row.lot_id: row.lot for row in site_doses.at_site(site.pk) if row.doses}
    lots = [*there.values(), *(lot for lot in site_doses.lots_to_receive() if lot.pk not in there)]
    data = request.POST if request is not None and request.method == "POST" else None
    return StockForm(data, lots=lots, sites=site_doses.other_sites(site))


def _page(request: Request, site: Site, form: StockForm, *, wrong: Form | None = None) -> HttpResponse:
    context = {
        "site": site,
        "rows": site_doses.at_site(site.pk),
        "moves": site_doses.moves_of(site.pk),
        "readings": site_doses.readings_of(site.pk),
        "stock_form": form,
        "warmth_form": wrong if isinstance(wrong, WarmthForm) else WarmthForm(),
        "key": uuid4(),
        "warmth_key": uuid4(),
        "form": wrong,
    }
    return render(request, "vaccination/field/doses.html", context, status=422 if wrong else 200)


def _here(site: Site) -> str:
    return reverse("vaccination:field_doses", args=[site.reference])
