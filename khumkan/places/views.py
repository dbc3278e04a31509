"""Pages of the office: sites with their days, and holidays."""

from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from khumkan.accounts.access import Request, open_to
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.pages import paginate
from khumkan.places import actions, permissions, queries
from khumkan.places.forms import WEEKDAYS, ClosureForm, HolidayForm, SiteForm
from khumkan.places.states import SiteKind
from khumkan.ui.tables import Cell, Column, Table

OFFICE = (Role.OFFICER, Role.ADMINISTRATOR)
UNPROCESSABLE = 422


@open_to(*OFFICE)
def sites(request: Request) -> HttpResponseBase:
    """List the sites of the officer's scope."""
    page = paginate(queries.sites_for(request.actor), number=request.GET.get("page"))
    names = queries.area_names(site.province_code for site in page.rows)
    table = Table(
        caption=_("Sites"),
        rows=page.rows,
        columns=(
            Column(_("Site"), lambda site: Cell(str(site), href=_address(site.reference)), header=True),
            Column(_("For"), lambda site: _kinds(site.kinds)),
            Column(_("Province"), lambda site: names.get(site.province_code, "")),
            Column(_("State"), lambda site: _state(site.is_open)),
        ),
        empty=_("There is no site yet."),
    )
    return render(request, "places/sites.html", {"page": page, "table": table})


@open_to(*OFFICE)
def site(request: Request, reference: str) -> HttpResponseBase:
    """Show one site: where it is, when it is open, how many it serves, when it is closed."""
    return _site_page(request, reference, ClosureForm())


@open_to(*OFFICE)
def add_site(request: Request) -> HttpResponseBase:
    """Let an officer add a site."""
    form = _site_form(request)
    if form.is_valid():
        try:
            added = actions.add_site(details=form.details(), by=request.actor)
            return redirect("places:site", added.reference)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _form_page(request, form, title=_("Add a site"), back=reverse("places:sites"))


@open_to(*OFFICE)
def change_site(request: Request, reference: str) -> HttpResponseBase:
    """Let an officer change what is said of a site."""
    known = queries.site_for(request.actor, reference)
    form = _site_form(request, initial=_as_filled_in(known))
    if form.is_valid():
        try:
            actions.change_site(site_id=known.pk, details=form.details(), by=request.actor)
            return redirect("places:site", reference)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _form_page(request, form, title=_("Change the site"), back=_address(reference))


@open_to(*OFFICE)
def set_open(request: Request, reference: str) -> HttpResponseBase:
    """Open or suspend a site (POST)."""
    if request.method == "POST":
        known = queries.site_for(request.actor, reference)
        actions.set_open(site_id=known.pk, is_open=request.POST.get("open") == "yes", by=request.actor)
    return redirect("places:site", reference)


@open_to(*OFFICE)
def close_days(request: Request, reference: str) -> HttpResponseBase:
    """Close a site for some days (POST)."""
    if request.method != "POST":
        return redirect("places:site", reference)
    form = ClosureForm(request.POST)
    if not form.is_valid():
        return _site_page(request, reference, form)
    given, known = form.cleaned_data, queries.site_for(request.actor, reference)
    actions.close_days(site_id=known.pk, first=given["first"], last=given["last"], why=given["why"], by=request.actor)
    return redirect("places:site", reference)


@open_to(*OFFICE)
def reopen_days(request: Request, reference: str, closure_id: int) -> HttpResponseBase:
    """Take a closure back (POST)."""
    if request.method == "POST":
        known = queries.site_for(request.actor, reference)
        actions.reopen_days(site_id=known.pk, closure_id=closure_id, by=request.actor)
    return redirect("places:site", reference)


@open_to(*OFFICE)
def holidays(request: Request) -> HttpResponseBase:
    """List the holidays of a year."""
    year = _year(request.GET.get("year"))
    found = queries.holidays(date(year, 1, 1), date(year, 12, 31))
    table = Table(
        caption=_("Holidays"),
        rows=list(found.values()),
        columns=(
            Column(_("Day"), "on", header=True),
            Column(_("Holiday"), lambda day: Cell(str(day), href=reverse("places:holiday", args=[day.on.isoformat()]))),
            Column(_("Sites"), lambda day: _closed(day.is_closed)),
            Column(_("Origin"), lambda day: day.get_origin_display()),
        ),
        empty=_("No holiday is entered for this year."),
    )
    context = {
        "table": table,
        "middle": date(year, 7, 1),
        "earlier": year - 1,
        "later": year + 1,
        "may_change": permissions.may_change_holidays(request.actor),
    }
    return render(request, "places/holidays.html", context)


@open_to(*OFFICE)
def set_holiday(request: Request, day: str = "") -> HttpResponseBase:
    """Let an officer of the head office add a holiday or change one."""
    permissions.check_may_change_holidays(request.actor)
    known = queries.holiday(day) if day else None
    first = {name: getattr(known, name) for name in ("on", "name_th", "name_en", "is_closed")} if known else None
    data = request.POST if request.method == "POST" else None
    form = HolidayForm(data, is_known=known is not None, initial=first or {"is_closed": True})
    if form.is_valid():
        given = form.cleaned_data
        actions.set_holiday(
            on=given["on"],
            name_th=given["name_th"],
            name_en=given["name_en"],
            is_closed=given["is_closed"],
            by=request.actor,
        )
        return redirect(f"{reverse('places:holidays')}?year={given['on'].year}")
    context = {"form": form, "known": known}
    return render(request, "places/holiday.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _site_page(request: Request, reference: str, form: ClosureForm) -> HttpResponse:
    found = queries.site_for(request.actor, reference)
    codes = (found.subdistrict_id, found.district_code, found.province_code)
    names = queries.area_names(codes)
    context = {
        "site": found,
        "form": form,
        "kinds": _kinds(found.kinds),
        "area": " ".join(names.get(code, "") for code in codes),
        "hours": [(WEEKDAYS[row.weekday], row.opens, row.closes) for row in found.hours.all()],
        "capacities": [(row.get_kind_display(), row.places_per_day) for row in found.capacities.all()],
        "closures": [row for row in found.closures.all() if row.closed_to >= clock.today()],
        "may_change": permissions.may_change_site(request.actor, province_code=found.province_code),
    }
    return render(request, "places/site.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _site_form(request: Request, *, initial: dict[str, Any] | None = None) -> SiteForm:
    provinces = [(province.code, str(province)) for province in queries.provinces()]
    return SiteForm(request.POST if request.method == "POST" else None, provinces=provinces, initial=initial)


def _form_page(request: Request, form: SiteForm, *, title: str, back: str) -> HttpResponse:
    context = {"form": form, "title": title, "back": back}
    return render(request, "places/site_form.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _as_filled_in(site: Any) -> dict[str, Any]:
    plain = ("name_th", "name_en", "kinds", "address", "latitude", "longitude", "phone", "works_on_holidays")
    names = queries.area_names([site.district_code, site.subdistrict_id])
    filled = {name: getattr(site, name) for name in plain}
    for row in site.hours.all():
        filled |= {f"opens_{row.weekday}": row.opens, f"closes_{row.weekday}": row.closes}
    for row in site.capacities.all():
        filled[f"capacity_{row.kind}"] = row.places_per_day
    return {
        **filled,
        "province": site.province_code,
        "district": names.get(site.district_code, ""),
        "subdistrict": names.get(site.subdistrict_id, ""),
    }


def _address(reference: str) -> str:
    return reverse("places:site", args=[reference])


def _kinds(kinds: list[str]) -> str:
    return ", ".join(str(SiteKind(kind).label) for kind in kinds)


def _state(is_open: bool) -> Cell:
    return Cell(_("Open"), tone="good") if is_open else Cell(_("Suspended"), tone="bad")


def _closed(is_closed: bool) -> Cell:
    return Cell(_("Closed all day"), tone="wait") if is_closed else Cell(_("Open"), tone="good")


def _year(text: str | None) -> int:
    try:
        year = int(text or "")
    except ValueError:
        return clock.today().year
    if not 1900 < year < 2200:
        raise Missing
    return year
