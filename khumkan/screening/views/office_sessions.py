"""Sessions for officers: the list, opening in bulk, places, cancelling."""

from collections.abc import Sequence
from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.dates import show_hours
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.screening.actions import sessions as actions
from khumkan.screening.choices import Method
from khumkan.screening.forms.registrations import CancelForm, OpenDaysForm, PlacesForm
from khumkan.screening.forms.sessions import WantedForm
from khumkan.screening.models import Session
from khumkan.screening.queries import sessions as queries
from khumkan.ui.tables import Cell, Column, Table


@open_to(Role.OFFICER)
@require_GET
def listed(request: Request) -> HttpResponse:
    """Show the sessions of the coming days, or those that the officer looks for."""
    form = WantedForm(request.GET or None, provinces=queries.provinces_of(request.actor))
    page = paginate(queries.sessions_for(request.actor, form.wanted()), number=request.GET.get("page"))
    return render(
        request, "screening/registrations/sessions.html", {"search": form, "page": page, "table": _table(page.rows)}
    )


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def open_days(request: Request) -> HttpResponse:
    """Open sessions on all opening days of the testing sites of a province."""
    today = clock.today()
    initial = {"first": today + timedelta(days=1), "last": today + timedelta(days=7), "method": Method.PCR}
    form = OpenDaysForm(request.POST or None, initial=initial, provinces=queries.provinces_of(request.actor))
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            opened = actions.open_days(
                site_ids=queries.testing_sites(asked["province"]),
                first=asked["first"],
                last=asked["last"],
                method=Method(asked["method"]),
                places=asked["places"],
                by=request.actor,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("%(opened)s sessions were opened; %(there)s were there before.")
            messages.success(request, said % {"opened": opened.opened, "there": opened.there_before})
            return redirect("screening:sessions")
    status = 422 if request.method == "POST" else 200
    return render(request, "screening/registrations/open_sessions.html", {"form": form}, status=status)


@open_to(Role.OFFICER)
@require_GET
def one(request: Request, reference: str) -> HttpResponse:
    """Show one session: places, who has them by state, and what can be changed."""
    return _page(request, queries.session_for(request.actor, reference))


@open_to(Role.OFFICER)
@require_POST
def places(request: Request, reference: str) -> HttpResponse:
    """Change how many places there are."""
    session, form = queries.session_for(request.actor, reference), PlacesForm(request.POST)
    if not form.is_valid():
        return _page(request, session, places_form=form)
    return do(
        request,
        lambda: actions.change_places(session=session, places=form.cleaned_data["places"], by=request.actor),
        to=_to(session),
        said=_("The number of places was changed. Whoever waits for one is told."),
    )


@open_to(Role.OFFICER)
@require_POST
def cancel(request: Request, reference: str) -> HttpResponse:
    """Cancel a session."""
    session, form = queries.session_for(request.actor, reference), CancelForm(request.POST)
    if not form.is_valid():
        return _page(request, session, cancel_form=form)
    return do(
        request,
        lambda: actions.cancel_session(session=session, why=form.cleaned_data["why"], by=request.actor),
        to=_to(session),
        said=_("The session is cancelled. Everybody gets another place or waits again, and is told once."),
    )


def _table(rows: Sequence[Session]) -> Table:
    return Table(
        caption=gettext_lazy("In the order of time"),
        rows=rows,
        columns=(
            Column(gettext_lazy("Session"), lambda row: Cell(row.reference, href=_to(row)), header=True),
            Column(gettext_lazy("Day"), "day"),
            Column(gettext_lazy("Time"), _hours),
            Column(gettext_lazy("Place"), lambda row: str(row.site)),
            Column(gettext_lazy("Method"), lambda row: row.get_method_display()),
            Column(gettext_lazy("Taken"), "supply.taken", numeric=True),
            Column(gettext_lazy("Places"), "supply.total", numeric=True),
            Column(gettext_lazy("State"), _state),
        ),
        empty=gettext_lazy("There are no sessions on these days."),
    )


def _state(session: Session) -> Cell:
    if session.cancelled_at is not None:
        return Cell(_("Cancelled"), tone="bad")
    if session.ends_at <= clock.now():
        return Cell(_("Over"), tone="done")
    if session.supply.taken >= session.supply.total:
        return Cell(_("Full"), tone="wait")
    return Cell(_("For a round"), tone="info") if session.round_id else Cell(_("Open"), tone="good")


def _hours(session: Session) -> str:
    return show_hours(session.starts_at, session.ends_at, get_language() or "th")


def _to(session: Session) -> str:
    return reverse("screening:session", args=[session.reference])


def _page(
    request: Request, session: Session, *, places_form: PlacesForm | None = None, cancel_form: CancelForm | None = None
) -> HttpResponse:
    wrong = places_form or cancel_form
    context = {
        "session": session,
        "counts": queries.counts_of(session),
        "is_over": session.ends_at <= clock.now(),
        "places_form": places_form or PlacesForm(initial={"places": session.supply.total}),
        "cancel_form": cancel_form or CancelForm(),
        "form": wrong,
    }
    return render(request, "screening/registrations/session.html", context, status=422 if wrong else 200)
