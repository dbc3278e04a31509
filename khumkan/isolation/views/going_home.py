"""Going home: who may, who not yet and why; a nurse confirms, or takes it back."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan import record
from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.isolation import round_words as words
from khumkan.isolation.actions import discharges as actions
from khumkan.isolation.choices import CareEnd
from khumkan.isolation.forms.rounds import DoctorForm
from khumkan.isolation.models import Care
from khumkan.isolation.queries import bedside, round_list
from khumkan.isolation.queries import going_home as queries
from khumkan.isolation.queries.going_home import Going, Stage
from khumkan.isolation.states import CareState
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing
from khumkan.kernel.pages import cut

PEOPLE_ON_PAGE = 40
#: Reasons that a nurse may give; that isolation was over before a bed was needed follows by itself.
REASONS = (CareEnd.RECOVERED, *actions.AT_ANY_TIME)
EARLY = (CareEnd.OWN_WISH, CareEnd.ELSEWHERE, CareEnd.DIED)

#: The button of what cannot be had back looks like it; beside a death nothing shouts.
STYLES = {CareEnd.OWN_WISH: "warning", CareEnd.ELSEWHERE: "warning", CareEnd.DIED: "secondary"}


@open_to(Role.NURSE)
@require_GET
def start(request: Request) -> HttpResponse:
    """Lead to the site of the nurse, or let somebody who works at several choose."""
    found = list(round_list.facilities_for(request.actor))
    if len(found) == 1:
        return HttpResponseRedirect(reverse("isolation:going_home_list", args=[found[0].site.reference]))
    context = {"facilities": found, "heading": _("Going home"), "page": "isolation:going_home_list"}
    return render(request, "isolation/rounds/choose.html", context)


@open_to(Role.NURSE)
@require_GET
def listed(request: Request, site: str) -> HttpResponse:
    """List who may go home today, who waits for a word, and who not yet, each with the reasons."""
    facility = round_list.facility_for(request.actor, site)
    found = queries.going(facility.pk)
    page = cut(found, number=request.GET.get("page"), size=PEOPLE_ON_PAGE)
    record.saw(by=request.actor, person_ids=[one.care.person_id for one in page.rows], page="isolation:going_home")
    counts = {stage.value: sum(one.stage is stage for one in found) for stage in Stage}
    stages = [(words.STAGES[stage], rows) for stage, rows in queries.by_stage(page.rows)]
    context = {"facility": facility, "stages": stages, "page": page, "counts": counts}
    return render(request, "isolation/going/list.html", context)


@open_to(Role.NURSE)
@require_GET
def one(request: Request, reference: str) -> HttpResponse:
    """Show whether one person may go home, and every way to do it."""
    care = bedside.care_at(request.actor, reference)
    return _page(request, care)


@open_to(Role.NURSE)
@require_http_methods(["GET", "POST"])
def go(request: Request, reference: str, because: str) -> HttpResponse:
    """Ask once more before somebody goes, and confirm it."""
    care = bedside.care_at(request.actor, reference)
    if because not in REASONS:
        raise Missing("no such reason to go")
    reason = CareEnd(because)
    if reason is CareEnd.WITHDRAWN and care.result_corrected_at is None:
        raise Missing("the result was not corrected")
    form = DoctorForm(request.POST or None)
    needs_doctor = reason is CareEnd.RECOVERED and _going(care).stage is Stage.DOCTOR
    if request.method == "GET" or (needs_doctor and not form.is_valid()):
        return _ask(request, care, reason, form if needs_doctor else None)
    doctor = form.cleaned_data["doctor"] if needs_doctor else ""
    assert care.site is not None
    return do(
        request,
        lambda: actions.confirm(care=care, because=reason, doctor=doctor, by=request.actor),
        to=reverse("isolation:going_home_list", args=[care.site.reference]),
        said=_said(care, reason),
    )


@open_to(Role.NURSE)
@require_POST
def take_back(request: Request, reference: str) -> HttpResponse:
    """Take back what was confirmed while the person has not left."""
    care = bedside.care_at(request.actor, reference)
    return do(
        request,
        lambda: actions.take_back(care=care, by=request.actor),
        to=reverse("isolation:going_one", args=[care.reference]),
        said=_("Taken back. The person stays for now."),
    )


def _going(care: Care) -> Going:
    assert care.site_id is not None
    found = queries.going(care.site_id, only=care.pk)
    if not found:  # ended in this moment
        raise Missing("nobody in care at these sites")
    return found[0]


def _said(care: Care, reason: CareEnd) -> Promise:
    if reason is CareEnd.DIED:
        return _("Noted.")
    if care.state == CareState.AT_HOME:
        return _("Confirmed. The care has ended, and the papers are ready.")
    return _("Confirmed. The front desk lets the person out, and then the papers are ready.")


def _page(request: Request, care: Care) -> HttpResponse:
    record.saw(by=request.actor, person_ids=[care.person_id], page="isolation:going_one")
    found = _going(care)
    context = {
        "care": care,
        "person": care.person,
        "going": found,
        "stage": words.STAGES[found.stage],
        "early": [(each.value, each.label) for each in EARLY],
    }
    return render(request, "isolation/going/one.html", context)


def _ask(request: Request, care: Care, reason: CareEnd, form: DoctorForm | None) -> HttpResponse:
    record.saw(by=request.actor, person_ids=[care.person_id], page="isolation:going_one")
    context = {
        "care": care,
        "person": care.person,
        "going": _going(care),
        "reason": reason,
        "before": words.BEFORE[reason],
        "style": STYLES.get(reason, ""),
        "doctor_form": form,
        "form": form if form is not None and form.is_bound else None,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "isolation/going/confirm.html", context, status=status)
