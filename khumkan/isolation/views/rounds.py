"""The nurse's round on a phone: the list of a site, and one person at the bedside."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan import record
from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.isolation import bedside_charts as charts
from khumkan.isolation import round_words as words
from khumkan.isolation.actions import rounds as actions
from khumkan.isolation.actions import transfers
from khumkan.isolation.choices import Decision, Level
from khumkan.isolation.forms.rounds import DecisionForm, DoctorForm, ObservationForm
from khumkan.isolation.models import Care
from khumkan.isolation.queries import bedside as queries
from khumkan.isolation.queries import round_list
from khumkan.isolation.queries.round_list import Due
from khumkan.isolation.rules import reasons
from khumkan.isolation.states import EscalationState
from khumkan.isolation.words import LEVELS, WORDS
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.pages import cut

#: So many people stand on one page of the list: the screen of a phone, many times over.
PEOPLE_ON_PAGE = 40


@open_to(Role.NURSE)
@require_GET
def start(request: Request) -> HttpResponse:
    """Lead to the site of the nurse, or let somebody who works at several choose."""
    found = list(round_list.facilities_for(request.actor))
    if len(found) == 1:
        return HttpResponseRedirect(_list(found[0].site.reference))
    context = {"facilities": found, "heading": _("Nurses’ rounds"), "page": "isolation:round_list"}
    return render(request, "isolation/rounds/choose.html", context)


@open_to(Role.NURSE)
@require_GET
def listed(request: Request, site: str) -> HttpResponse:
    """List the people of a site: who is late first, then who is due, then who was seen on this round."""
    facility, now = round_list.facility_for(request.actor, site), clock.now()
    people = round_list.people(facility.pk, now=now)
    floor = request.GET.get("floor")
    here = people if floor is None else [one for one in people if one.floor == floor]
    page = cut(here, number=request.GET.get("page"), size=PEOPLE_ON_PAGE)
    record.saw(by=request.actor, person_ids=[one.person_id for one in page.rows], page="isolation:round_list")
    counts = {due.value: sum(one.due is due for one in here) for due in Due}
    context = {
        "facility": facility,
        "people": [
            (
                one,
                words.shown_on_list(one),
                LEVELS[one.level],
                words.short_moment(one.seen_at, now=now),
                words.still_owed(one),
            )
            for one in page.rows
        ],
        "page": page,
        "floors": round_list.floors(people),
        "floor": floor,
        "counts": counts,
        "corrected": sum(one.is_corrected and one.due is not Due.GOING for one in here),
        "slot": round_list.slot_now(now),
        "escalated": sum(one.escalation is EscalationState.RAISED for one in people),
    }
    return render(request, "isolation/rounds/list.html", context)


@open_to(Role.NURSE)
@require_http_methods(["GET", "POST"])
def bedside(request: Request, reference: str) -> HttpResponse:
    """Show one person, and take what is measured and asked now."""
    care = queries.care_at(request.actor, reference)
    form = ObservationForm(request.POST or None)
    if not form.is_bound or not form.is_valid():
        return _page(request, care, form=form)
    try:
        actions.observe(
            care=care,
            vitals=form.vitals,
            symptoms=form.symptoms_told,
            medicine_taken=form.cleaned_data["medicine_taken"],
            by=request.actor,
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(_one(care))
    return HttpResponseRedirect(_next(request, care))


@open_to(Role.NURSE)
@require_POST
def decide(request: Request, reference: str) -> HttpResponse:
    """Write down what the doctor decided who was called."""
    care, form = queries.care_at(request.actor, reference), DecisionForm(request.POST)
    open_one = queries.open_escalation(care)
    if open_one is None:
        raise Missing("no open escalation")
    if not form.is_valid():
        return _page(request, care, decision_form=form)
    said = form.cleaned_data
    return do(
        request,
        lambda: transfers.decide(
            escalation=open_one,
            decision=Decision(said["decision"]),
            doctor=said["doctor"],
            level=Level(int(said["level"])),
            by=request.actor,
        ),
        to=reverse("isolation:escalations"),
        said=_("The doctor’s decision is stored."),
    )


@open_to(Role.NURSE)
@require_POST
def step_down(request: Request, reference: str) -> HttpResponse:
    """Let somebody in hospital who is better go back to a hospitel."""
    care, form = queries.care_at(request.actor, reference), DoctorForm(request.POST)
    if not form.is_valid():
        return _page(request, care, doctor_form=form)
    return do(
        request,
        lambda: transfers.step_down(care=care, doctor=form.cleaned_data["doctor"], by=request.actor),
        to=_one(care),
        said=_("Stored. A bed in a hospitel is looked for."),
    )


def _next(request: Request, care: Care) -> str:
    """Say what was stored, and return where to go: who is next on this floor, but nowhere while a doctor is needed."""
    assert care.site is not None
    open_one = queries.open_escalation(care)
    if open_one is not None and open_one.state == EscalationState.RAISED:
        messages.warning(request, _("Stored. Please call a doctor for this person now."))
        return _one(care)
    following = round_list.next_after(round_list.people(care.site.pk, now=clock.now()), care.pk)
    if following is None:
        messages.success(request, _("Stored. Nobody else on this floor is due."))
        return _list(care.site.reference)
    messages.success(request, _("Stored. This is the next person."))
    return reverse("isolation:bedside", args=[following.reference])


def _one(care: Care) -> str:
    return reverse("isolation:bedside", args=[care.reference])


def _list(site: str) -> str:
    return reverse("isolation:round_list", args=[site])


def _page(
    request: Request,
    care: Care,
    *,
    form: ObservationForm | None = None,
    decision_form: DecisionForm | None = None,
    doctor_form: DoctorForm | None = None,
) -> HttpResponse:
    record.saw(by=request.actor, person_ids=[care.person_id], page="isolation:bedside")
    found, now = queries.bedside(care), clock.now()
    wrong = next((each for each in (form, decision_form, doctor_form) if each is not None and each.is_bound), None)
    escalation = found.escalation
    context = {
        "at": found,
        "care": care,
        "person": care.person,
        "level": LEVELS[Level(care.level or Level.GREEN)],
        "escalation": escalation,
        "why": reasons.read(escalation.reasons) if escalation else [],
        "shown": WORDS[EscalationState(escalation.state)] if escalation else None,
        "since": words.time_since(escalation.raised_at, now=now) if escalation else "",
        "history": [(each, LEVELS[Level(each.level)], reasons.read(each.reasons)) for each in found.seen],
        "charts": charts.of(found.seen),
        "entry": form or ObservationForm(),
        "decision_form": decision_form or DecisionForm(initial={"level": str(escalation.level) if escalation else ""}),
        "doctor_form": doctor_form or DoctorForm(),
        "form": wrong,
    }
    return render(request, "isolation/rounds/bedside.html", context, status=422 if wrong else 200)
