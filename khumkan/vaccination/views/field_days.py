"""Today at a vaccination site: the list, the door, the stand-bys, and closing the day."""

import math
from collections.abc import Sequence
from datetime import date, datetime
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from khumkan import record
from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.pages import paginate
from khumkan.places.models import Site
from khumkan.vaccination.actions import closing, door, standby, visits
from khumkan.vaccination.choices import DoorOutcome
from khumkan.vaccination.forms.field import DoorForm, FindForm, sent_by
from khumkan.vaccination.models import Dose
from khumkan.vaccination.queries import arrivals, reconciling, site_days, site_doses
from khumkan.vaccination.queries.arrivals import Look
from khumkan.vaccination.states import VisitState
from khumkan.vaccination.words import WORDS

PEOPLE_ON_PAGE = 40
#: Digits of an id.
LONGEST_ID = 19


@open_to(Role.VACCINATOR)
@require_GET
def start(request: Request) -> HttpResponse:
    """Lead to the site of the vaccinator, or let somebody who works at several choose."""
    found = site_days.sites_of(request.actor)
    if len(found) == 1:
        return HttpResponseRedirect(_day(found[0][0]))
    return render(request, "vaccination/field/choose.html", {"sites": found})


@open_to(Role.VACCINATOR)
@require_http_methods(["GET", "POST"])
def day(request: Request, site: str) -> HttpResponse:
    """Show who is at the site and who is expected, and find somebody on today's list."""
    here = site_days.site_for(request.actor, site)
    form = FindForm(request.POST or None)
    alike: list[Dose] = []
    if form.is_bound and form.is_valid():
        alike = arrivals.find(here, form.cleaned_data["wanted"])
        if len(alike) == 1:
            return HttpResponseRedirect(_person(alike[0].reference))
        if not alike:
            return _door_page(request, here, wanted=form.cleaned_data["wanted"])
    return _list_page(request, here, form, alike)


@open_to(Role.VACCINATOR)
@require_http_methods(["GET", "POST"])
def at_door(request: Request, site: str) -> HttpResponse:
    """Look up who is not on today's list, say what to tell them, and write it down or let them in as a stand-by."""
    here = site_days.site_for(request.actor, site)
    if request.method != "POST":
        return _door_page(request, here, wanted=request.GET.get("code", ""))
    wanted, act = request.POST.get("wanted", ""), request.POST.get("act", "")
    found = arrivals.look(here, wanted) if wanted.strip() else Look(DoorOutcome.NOT_ON_LIST)
    if found.here is not None and act != "note":
        return HttpResponseRedirect(_person(found.here.reference))
    if act == "let_in":
        return _let_in(request, here, found)
    if act != "note":
        return _door_page(request, here, wanted=wanted)
    form = DoorForm(request.POST)
    if not form.is_valid():
        return _door_page(request, here, wanted=wanted, form=form)
    told = form.cleaned_data
    return do(
        request,
        lambda: door.note(
            site=here, outcome=DoorOutcome(told["outcome"]), dose=found.here or found.dose, person=found.person,
            words=told["words"], sent=sent_by(request.POST), by=request.actor,
        ),
        to=_day(here),
        said=_("Noted. Nobody goes away without knowing what to do next."),
    )  # fmt: skip


@open_to(Role.VACCINATOR)
@require_http_methods(["GET", "POST"])
def stand_bys(request: Request, site: str) -> HttpResponse:
    """Show who stands by, call the next one, and let in who was called."""
    here = site_days.site_for(request.actor, site)
    page = reverse("vaccination:field_stand_bys", args=[here.reference])
    if request.method == "POST" and "came" in request.POST:
        return _let_in_called(request, here, page)
    if request.method == "POST":
        called = _("Called. The person is told to come within the hour.")
        return do(request, lambda: standby.call_next(site_id=here.pk, by=request.actor), to=page, said=called)
    rows = arrivals.stand_bys(here)
    shown = [one for one in rows if one.called_at is not None]
    record.saw(by=request.actor, person_ids=[one.person_id for one in shown], page="vaccination:field_stand_bys")
    by_vaccine = {session.vaccine: session for session in site_days.sessions_on(here.pk, clock.today())}
    spare = [(session.get_vaccine_display(), site_doses.spare(session)) for session in by_vaccine.values()]
    context = {
        "site": here,
        "called": [(one, uuid4()) for one in shown],
        "waiting": len(rows) - len(shown),
        "spare": spare,
    }
    return render(request, "vaccination/field/stand_bys.html", context)


@open_to(Role.VACCINATOR)
@require_http_methods(["GET", "POST"])
def close(request: Request, site: str, day: str) -> HttpResponse:
    """Show what the day comes to, and close it."""
    here, on = site_days.site_for(request.actor, site), day_in(day)
    page = reverse("vaccination:field_close", args=[here.reference, on.isoformat()])
    if request.method == "POST":
        said = _("The day is closed. Who did not come is told.")
        return do(request, lambda: closing.close_day(site=here, day=on, by=request.actor), to=page, said=said)
    if site_days.hours(here.pk, on) is None:
        raise Missing("no session on this day")
    context = {
        "site": here,
        "day": on,
        "closed": site_days.closed_day(here.pk, on),
        "tally": site_days.tally(here.pk, on),
        "doses": reconciling.doses(here.pk, on),
        "at_door": reconciling.at_door(here.pk, on),
        "observation_minutes": "",
    }
    return render(request, "vaccination/field/close.html", context)


def day_in(told: str) -> date:
    """Return the day that stands in an address.

    :raises Missing: when it is none.
    """
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise Missing("no day") from None


def _list_page(request: Request, site: Site, form: FindForm, alike: Sequence[Dose]) -> HttpResponse:
    today = clock.today()
    expected = site_days.expected(site.pk, today)
    hour = request.GET.get("hour", "")
    page = paginate(
        expected.filter(session__reference=hour) if hour else expected,
        number=request.GET.get("page"),
        size=PEOPLE_ON_PAGE,
    )
    inside = site_days.inside(site.pk, today)
    seen = [one.person_id for one in (*page.rows, *inside, *alike)]
    if request.headers.get("HX-Request"):  # the list renews itself: not each time does somebody look anew
        seen = arrivals.not_seen_lately(request.actor, seen, page="vaccination:field_day")
    record.saw(by=request.actor, person_ids=seen, page="vaccination:field_day")
    now = clock.now()
    context = {
        "site": site,
        "today": today,
        "form": form,
        "alike": alike,
        "tally": site_days.tally(site.pk, today),
        "hours": site_days.by_hour(site.pk, today),
        "hour": hour,
        "page": page,
        "inside": [(one, WORDS[VisitState(one.state)], _minutes_left(one.observe_until, now)) for one in inside],
        "held": [row for row in site_doses.at_site(site.pk) if row.held_at is not None and row.doses],
        "open_days": site_days.open_days(site.pk),
        "closed": site_days.closed_day(site.pk, today),
        "observation_minutes": "",
    }
    return render(request, "vaccination/field/day.html", context, status=422 if form.errors else 200)


def _minutes_left(until: datetime | None, now: datetime) -> int | None:
    """Return for how many minutes somebody is still observed; 0 when the time is over, None before the dose."""
    return max(0, math.ceil((until - now).total_seconds() / 60)) if until is not None else None


def _door_page(request: Request, site: Site, *, wanted: str, form: DoorForm | None = None) -> HttpResponse:
    found = arrivals.look(site, wanted) if wanted.strip() else Look(None)
    if found.here is not None:
        return HttpResponseRedirect(_person(found.here.reference))
    dose = found.dose
    if dose is not None:
        record.saw(by=request.actor, person_ids=[dose.person_id], page="vaccination:field_door")
    initial = {"wanted": wanted, "outcome": (found.outcome or DoorOutcome.NOT_ON_LIST).value if wanted else None}
    session = site_days.session_now(site.pk, clock.today(), vaccine=dose.vaccine if dose else "")
    context = {
        "site": site,
        "wanted": wanted,
        "found": found,
        "dose": dose,
        "documents": arrivals.documents_of(dose.person) if dose else [],
        "spare": site_doses.spare(session, besides=dose.pk if dose else None) if session else 0,
        "door_form": form or DoorForm(initial=initial),
        "notes": arrivals.notes_at(site),
        "key": uuid4(),
        "note_key": uuid4(),
        "form": form,
    }
    return render(request, "vaccination/field/door.html", context, status=422 if form else 200)


def _let_in(request: Request, site: Site, found: Look) -> HttpResponse:
    """Let somebody who stands at the door take a dose that is left."""
    dose = found.dose
    session = site_days.session_now(site.pk, clock.today(), vaccine=dose.vaccine) if dose else None
    if dose is None or session is None:
        messages.error(request, _("This person has no dose to come. They can register through their employer or 1506."))
        return HttpResponseRedirect(_day(site))
    try:
        visits.check_in(dose=dose, session=session, sent=sent_by(request.POST), by=request.actor, stands_by=True)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("vaccination:field_door", args=[site.reference]))
    return HttpResponseRedirect(_person(dose.reference))


def _let_in_called(request: Request, site: Site, page: str) -> HttpResponse:
    pk = request.POST["came"]
    found = arrivals.stand_by_at(site, int(pk) if pk.isascii() and pk.isdigit() and len(pk) < LONGEST_ID else 0)
    said = _("Checked in.")
    to = page
    try:
        standby.came(stand_by=found, sent=sent_by(request.POST), by=request.actor)
        messages.success(request, str(said))
        to = _person(found.dose.reference)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(to)


def _day(site: Site) -> str:
    return reverse("vaccination:field_day", args=[site.reference])


def _person(reference: str) -> str:
    return reverse("vaccination:field_person", args=[reference])
