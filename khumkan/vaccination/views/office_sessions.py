"""Sessions for officers: the days of sites, opening them, doses for an hour, calling one off, closing a site."""

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
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.dates import show_hours
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.places.models import Site
from khumkan.ui.tables import Cell, Column, Table
from khumkan.vaccination.actions import replanning, sessions, stock
from khumkan.vaccination.choices import Vaccine
from khumkan.vaccination.forms.plans import CloseSiteForm, DosesForm, OpenDaysForm, WantedForm, WhyForm
from khumkan.vaccination.models import Lot, Session
from khumkan.vaccination.queries import plans as queries
from khumkan.vaccination.views.field_days import day_in
from khumkan.vaccination.views.plans import moved


@open_to(Role.OFFICER)
@require_GET
def listed(request: Request) -> HttpResponse:
    """Show the sites day by day, of the coming days or those that the officer looks for."""
    sites = queries.sites_for(request.actor)
    form = WantedForm(request.GET or None, sites=_choices(sites))
    page = paginate(queries.days_for(request.actor, form.wanted()), number=request.GET.get("page"))
    context = {"search": form, "page": page, "table": _days(page.rows), "sites": sites}
    return render(request, "vaccination/plans/days.html", context)


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def open_days(request: Request) -> HttpResponse:
    """Open sessions on the opening days of sites."""
    today, sites = clock.today(), queries.sites_for(request.actor)
    initial = {"first": today + timedelta(days=1), "last": today + timedelta(days=14)}
    form = OpenDaysForm(request.POST or None, initial=initial, sites=_choices(sites))
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        chosen = set(asked["sites"])
        try:
            opened = sessions.open_days_at(
                site_ids=[site.pk for site in sites if site.reference in chosen],
                first=asked["first"],
                last=asked["last"],
                vaccine=Vaccine(asked["vaccine"]),
                places=int(asked["places"]) if asked["places"] else None,
                by=request.actor,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("%(count)s sessions were opened. They can be booked once doses are kept for them.")
            messages.success(request, said % {"count": opened})
            return redirect("vaccination:days")
    context = {"form": form, "sites": sites}
    return render(request, "vaccination/plans/open_days.html", context, status=422 if form.errors else 200)


@open_to(Role.OFFICER)
@require_GET
def day(request: Request, reference: str, on: str) -> HttpResponse:
    """Show the hours of a site on a day."""
    site, asked = queries.site_for(request.actor, reference), day_in(on)
    rows = queries.sessions_on(request.actor, site, asked)
    context = {"site": site, "day": asked, "table": _hours(rows)}
    return render(request, "vaccination/plans/day.html", context)


@open_to(Role.OFFICER)
@require_GET
def one(request: Request, reference: str) -> HttpResponse:
    """Show one session: places, doses, who many are booked, and what can be changed."""
    return _page(request, queries.session_for(request.actor, reference))


@open_to(Role.OFFICER)
@require_POST
def keep(request: Request, reference: str) -> HttpResponse:
    """Keep doses of a lot for a session."""
    session = queries.session_for(request.actor, reference)
    lots = queries.lots_for_session(session)
    form = DosesForm(request.POST, lots=_lots(lots))
    if not form.is_valid():
        return _page(request, session, doses_form=form)
    lot = next(each for each in lots if str(each.pk) == form.cleaned_data["lot"])
    try:
        stock.keep_doses(session=session, lot=lot, doses=int(form.cleaned_data["doses"]), by=request.actor)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, session, doses_form=form)
    messages.success(request, _("The doses are kept for this session."))
    return redirect("vaccination:office_session", session.reference)


@open_to(Role.OFFICER)
@require_POST
def cancel(request: Request, reference: str) -> HttpResponse:
    """Call a session off; who has a date in it is moved."""
    session, form = queries.session_for(request.actor, reference), WhyForm(request.POST, auto_id="off_%s")
    if not form.is_valid():
        return _page(request, session, why_form=form)
    try:
        plan = replanning.cancel_session(session=session, why=form.cleaned_data["why"], by=request.actor)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, session, why_form=form)
    return moved(request, [plan] if plan else [], otherwise=_to(session), said=_("The session is called off."))


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def close_site(request: Request, reference: str) -> HttpResponse:
    """Close a site for some days: first show how many people are concerned, then do it."""
    site, tomorrow = queries.site_for(request.actor, reference), clock.today() + timedelta(days=1)
    asked = "first" in {name.split("_")[0] for name in request.GET}
    data = request.POST if request.method == "POST" else request.GET if asked else None
    form = CloseSiteForm(data, initial={"first": tomorrow, "last": tomorrow})
    people: int | None = None
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        if request.method == "POST":
            try:
                plan = replanning.close_site(
                    site=site, first=given["first"], last=given["last"], why=given["why"], by=request.actor
                )
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                said = _("The site is closed on these days. Nobody had a date there.")
                return moved(request, [plan] if plan else [], otherwise=reverse("vaccination:days"), said=said)
        people = queries.people_with_date_at(site, given["first"], given["last"])
    context = {"site": site, "form": form, "people": people, "sent": _sent(request)}
    return render(request, "vaccination/plans/close_site.html", context, status=422 if form.errors else 200)


def _page(
    request: Request, session: Session, *, doses_form: DosesForm | None = None, why_form: WhyForm | None = None
) -> HttpResponse:
    wrong = doses_form or why_form
    lots = queries.lots_for_session(session)
    initial = {"lot": str(session.lot_id or ""), "doses": session.kept_doses}
    context = {
        "session": session,
        "is_over": session.ends_at <= clock.now() or session.cancelled_at is not None,
        "hours": _time(session),
        "lots": lots,
        "doses_form": doses_form or DosesForm(lots=_lots(lots), initial=initial),
        "why_form": why_form or WhyForm(auto_id="off_%s"),
        "form": wrong,
        "is_calling_off": why_form is not None,
    }
    return render(request, "vaccination/plans/session.html", context, status=422 if wrong else 200)


def _sent(request: Request) -> list[tuple[str, str]]:
    """Return what was asked for, to be sent again once the officer has seen how many people are concerned."""
    return [(name, str(value)) for name, value in request.GET.items() if name != "lang"]


def _choices(sites: Sequence[Site]) -> list[tuple[str, str]]:
    return [(site.reference, str(site)) for site in sites]


def _lots(lots: Sequence[Lot]) -> list[tuple[str, str]]:
    words = _("%(number)s: %(left)s doses left")
    return [
        (str(lot.pk), words % {"number": lot.number, "left": f"{lot.supply.total - lot.supply.taken:,}"})
        for lot in lots
    ]


def _time(session: Session) -> str:
    return show_hours(session.starts_at, session.ends_at, get_language() or "th")


def _to(session: Session) -> str:
    return reverse("vaccination:office_session", args=[session.reference])


def _days(rows: Sequence[dict[str, object]]) -> Table:
    in_thai = (get_language() or "th").startswith("th")

    def site(row: dict[str, object]) -> Cell:
        name = row["site__name_th"] if in_thai else row["site__name_en"] or row["site__name_th"]
        on = str(row["day"])
        return Cell(name, href=reverse("vaccination:site_day", args=[row["site__reference"], on]))

    return Table(
        caption=gettext_lazy("Sites day by day"),
        rows=rows,
        columns=(
            Column(gettext_lazy("Day"), "day"),
            Column(gettext_lazy("Site"), site, header=True),
            Column(gettext_lazy("Vaccine"), lambda row: str(Vaccine(row["vaccine"]).label)),
            Column(gettext_lazy("Places"), "all_places", numeric=True),
            Column(gettext_lazy("Doses kept"), "all_doses", numeric=True),
            Column(gettext_lazy("Booked"), "booked", numeric=True),
        ),
        empty=gettext_lazy("There are no sessions on these days."),
    )


def _hours(rows: Sequence[Session]) -> Table:
    return Table(
        caption=gettext_lazy("In the order of time"),
        rows=rows,
        columns=(
            Column(gettext_lazy("Time"), lambda row: Cell(_time(row), href=_to(row)), header=True),
            Column(gettext_lazy("Vaccine"), lambda row: row.get_vaccine_display()),
            Column(gettext_lazy("Lot"), lambda row: row.lot.number if row.lot else ""),
            Column(gettext_lazy("Places"), "places", numeric=True),
            Column(gettext_lazy("Doses kept"), "kept_doses", numeric=True),
            Column(gettext_lazy("Booked"), "supply.taken", numeric=True),
            Column(gettext_lazy("State"), _state),
        ),
        empty=gettext_lazy("There are no sessions on this day."),
    )


def _state(session: Session) -> Cell:
    if session.cancelled_at is not None:
        return Cell(_("Called off"), tone="bad")
    if session.ends_at <= clock.now():
        return Cell(_("Over"), tone="done")
    if not session.kept_doses:
        return Cell(_("Without doses"), tone="wait")
    if session.supply.taken >= session.supply.total:
        return Cell(_("Full"), tone="info")
    return Cell(_("Open"), tone="good")
