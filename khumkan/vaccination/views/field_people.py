"""One person at a vaccination site: who it is, what is next, and what was done."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from khumkan import policies, record
from khumkan.accounts.access import Request, open_to
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role
from khumkan.ui.forms import Form
from khumkan.vaccination.actions import visits
from khumkan.vaccination.forms import field as forms
from khumkan.vaccination.models import Dose, Visit
from khumkan.vaccination.queries import arrivals, site_doses
from khumkan.vaccination.rules import visits as rules
from khumkan.vaccination.rules.visits import Vitals
from khumkan.vaccination.states import LIVE_VISITS, DoseState, VisitState
from khumkan.vaccination.terms.visits import VisitTerms
from khumkan.vaccination.words import DONE, WORDS

#: What is done next in each state; the steps after it stand ready for a device that is cut off.
NEXT = {
    VisitState.ARRIVED: "measure",
    VisitState.MEASURED: "clear",
    VisitState.CLEARED: "inject",
    VisitState.INJECTED: "leave",
}
ORDER = ("check_in", "measure", "clear", "inject", "leave")


@open_to(Role.VACCINATOR)
@require_GET
def person(request: Request, reference: str) -> HttpResponse:
    """Show somebody on today's list, with the next step."""
    return page(request, arrivals.dose_for(request.actor, reference))


def after(dose: Dose, step: str) -> str:
    """Return where to go after a step: back to the list when the person leaves."""
    if step in ("leave", "turn_back") and dose.session is not None:
        return reverse("vaccination:field_day", args=[dose.session.site.reference])
    return reverse("vaccination:field_person", args=[dose.reference])


def page(request: Request, dose: Dose, *, wrong: Form | None = None, step: str = "") -> HttpResponse:
    """Show somebody on today's list; a form in which something is wrong takes the place of the empty one."""
    record.saw(by=request.actor, person_ids=[dose.person_id], page="vaccination:field_person")
    visit = arrivals.visit_of(request.actor, dose)
    is_live = visit is not None and visit.state in LIVE_VISITS
    vitals = visits.vitals_of(visit) if visit is not None and is_live else Vitals()
    until = visit.observe_until if visit is not None else None
    terms = policies.in_force(VisitTerms, on=clock.today())
    context = {
        "dose": dose,
        "person": dose.person,
        "age": dose.person.age_on(clock.today()),
        "documents": arrivals.documents_of(dose.person),
        "site": visit.session.site if visit is not None else dose.session.site if dose.session is not None else None,
        "visit": visit if is_live or dose.state != DoseState.BOOKED else None,
        "is_live": is_live,
        "shown": WORDS[VisitState(visit.state)] if visit is not None else None,
        "steps": _steps(request.actor, dose, visit if is_live else None, wrong, step),
        "vitals": vitals,
        "against": rules.against(vitals, terms),
        "again_at": _again_at(visit, terms) if is_live else None,
        "injection": arrivals.injection_of(visit) if visit is not None else None,
        "next_dose": arrivals.next_dose_of(dose),
        "observe_until": until,
        "is_over": until is not None and until <= clock.now(),
        "history": [(each, DONE[VisitState(each.state)]) for each in arrivals.steps_of(visit)] if visit else [],
        "notes": arrivals.notes_of(dose),
        "observation_minutes": terms.observation_minutes,
        "turn_back": wrong if step == "turn_back" else forms.TurnBackForm(auto_id="turn_back_%s"),
        "turn_back_key": uuid4(),
        "measure_again": wrong if step == "measure" else forms.MeasureForm(auto_id="again_%s"),
        "again_key": uuid4(),
        "form": wrong,
    }
    return render(request, "vaccination/field/person.html", context, status=422 if wrong else 200)


def _steps(by: Actor, dose: Dose, visit: Visit | None, wrong: Form | None, step: str) -> list[dict[str, Any]]:
    """Return the next step and those after it, each with its form and a key of its own."""
    if visit is not None:
        first = NEXT[VisitState(visit.state)]
    elif dose.state == DoseState.BOOKED:
        first = "check_in"
    else:
        return []
    made: dict[str, Form] = {
        "check_in": forms.CheckInForm(),
        "measure": forms.MeasureForm(auto_id="measure_%s"),
        "clear": forms.ScreeningForm(auto_id="clear_%s"),
        "inject": _needle_form(by, dose),
        "leave": forms.LeaveForm(auto_id="leave_%s"),
    }
    ahead = ORDER[ORDER.index(first) :]
    return [
        {
            "name": name,
            "form": wrong if wrong is not None and name == step else made[name],
            "key": uuid4(),
            "is_now": name == first,
        }
        for name in ahead
    ]


def _needle_form(by: Actor, dose: Dose) -> forms.NeedleForm:
    """Return an empty form for the dose, with the licence number that the vaccinator wrote the last time."""
    if dose.session is None:
        return forms.NeedleForm(lots=[], auto_id="inject_%s")
    lots = list(site_doses.usable(dose.session.site_id, dose.session.day))
    licence = arrivals.licence_today(by, dose.session.site_id)
    return forms.NeedleForm(lots=lots, initial={"licence": licence}, auto_id="inject_%s")


def _again_at(visit: Visit | None, terms: VisitTerms) -> Any:
    """Return when the blood pressure is measured again after a rest."""
    last = arrivals.last_measured(visit) if visit is not None else None
    return last.done_at + timedelta(minutes=terms.measure_again_minutes) if last is not None else None
