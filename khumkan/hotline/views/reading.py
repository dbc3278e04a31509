"""Alerts about colleagues who looked at too many people, or at a decoy, and the list of decoys."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.accounts.words import ROLES
from khumkan.hotline.actions import reading as actions
from khumkan.hotline.forms.reading import ALLOW, AlertForm, DecoyForm, SettleForm
from khumkan.hotline.permissions.reading import WATCHERS, sees_decoys
from khumkan.hotline.queries import reading as queries
from khumkan.hotline.queries.reading import AlertShown
from khumkan.hotline.reading_choices import AlertKind
from khumkan.hotline.states import AlertState
from khumkan.hotline.words import WORDS
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.registry.queries.persons import person_by_reference
from khumkan.ui.tables import Cell, Column, Table

MOST_DECOYS = 100


@open_to(*WATCHERS)
@require_GET
def alerts(request: Request) -> HttpResponse:
    """List the alerts that nobody has looked into, or the decided ones."""
    is_open = request.GET.get("list") != "decided"
    page = paginate(queries.listed(request.actor, is_open=is_open), number=request.GET.get("page"))
    context = {
        "page": page,
        "table": _table(queries.shown(page.rows)),
        "is_open": is_open,
        "keeps_decoys": sees_decoys(request.actor),
    }
    return render(request, "hotline/reading/alerts.html", context)


@open_to(*WATCHERS)
@require_http_methods(["GET", "POST"])
def alert(request: Request, alert_id: int) -> HttpResponse:
    """Show one alert, and let a second person decide."""
    found = queries.alert_for(request.actor, alert_id)
    form = (SettleForm if found.kind == AlertKind.DECOY else AlertForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = actions.allow if form.cleaned_data.get("decision") == ALLOW else actions.settle
        try:
            act(alert=found, why=form.cleaned_data["why"], by=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your decision is kept."))
            return redirect("hotline:reading_alerts")
    shown = queries.shown([found])[0]
    context = {
        "alert": found,
        "shown": shown,
        "roles": _roles(shown),
        "state": WORDS[AlertState(found.state)],
        "form": form,
        "is_open": found.state == AlertState.OPEN,
        "is_own": found.staff_id == request.actor.id,
        "sees_record": request.actor.has(Role.PRIVACY_OFFICER),
    }
    return render(request, "hotline/reading/alert.html", context, status=422 if form.errors else 200)


@open_to(Role.PRIVACY_OFFICER)
@require_http_methods(["GET", "POST"])
def decoys(request: Request) -> HttpResponse:
    """List the decoys, and make one more."""
    form = DecoyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = person_by_reference(form.cleaned_data["reference"])
        if person is None:
            form.add_error("reference", _("Nobody has this reference."))
        else:
            return do(
                request,
                partial(actions.set_decoy, person=person, by=request.actor),
                to=reverse("hotline:decoys"),
                said=_("Whoever opens this person is noticed now."),
            )
    headings = [_("Person"), _("Since"), _("What you can do")]
    context = {"form": form, "rows": queries.decoys(request.actor)[:MOST_DECOYS], "headings": headings}
    return render(request, "hotline/reading/decoys.html", context, status=422 if form.errors else 200)


@open_to(Role.PRIVACY_OFFICER)
@require_POST
def withdraw_decoy(request: Request, decoy_id: int) -> HttpResponse:
    """Let a decoy be nobody in particular again."""
    found = queries.decoy_for(request.actor, decoy_id)
    return do(
        request,
        partial(actions.withdraw_decoy, decoy=found, by=request.actor),
        to=reverse("hotline:decoys"),
        said=_("This person is no decoy any more."),
    )


def _table(rows: list[AlertShown]) -> Table:
    return Table(
        caption=gettext_lazy("Newest first"),
        rows=rows,
        columns=(
            Column(_("What happened"), _what, header=True),
            Column(_("User name"), "username"),
            Column(_("Works as"), _roles),
            Column(_("When"), lambda row: row.alert.at),
            Column(_("Looks refused"), lambda row: row.alert.tries, numeric=True),
            Column(_("Decision"), _state),
        ),
        empty=gettext_lazy("No alerts."),
    )


def _what(row: AlertShown) -> Cell:
    return Cell(row.alert.get_kind_display(), href=reverse("hotline:reading_alert", args=[row.alert.pk]))


def _roles(row: AlertShown) -> str:
    return ", ".join(str(ROLES[role]) for role in row.roles)


def _state(row: AlertShown) -> Cell:
    shown = WORDS[AlertState(row.alert.state)]
    return Cell(str(shown.words), tone=shown.tone)
