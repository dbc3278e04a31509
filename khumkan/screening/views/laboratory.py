"""A laboratory's day: boxes, specimens, pools, results by hand and their release, and what is late. Codes, no names."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel import references
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.pages import paginate
from khumkan.screening.actions import manifests, results
from khumkan.screening.actions import pools as pooling
from khumkan.screening.choices import Outcome
from khumkan.screening.forms.laboratory import CodeForm, EnterForm, PoolForm, ReadingForm, ReceiveForm
from khumkan.screening.permissions.laboratory import may_release
from khumkan.screening.queries import laboratory as queries
from khumkan.screening.states import ResultState, SpecimenState
from khumkan.screening.words import WORDS


@open_to(Role.LAB)
@require_GET
def start(request: Request) -> HttpResponse:
    """Lead to the laboratory of the actor, or let somebody who works for several choose."""
    found = queries.laboratories_for(request.actor)
    if len(found) == 1:
        return HttpResponseRedirect(reverse("screening:lab_one", args=[found[0].reference]))
    return render(request, "screening/laboratory/start.html", {"laboratories": found})


@open_to(Role.LAB)
@require_GET
def one(request: Request, site: str) -> HttpResponse:
    """Show what waits in one laboratory."""
    laboratory = queries.laboratory_for(request.actor, site)
    boxes = paginate(queries.boxes(laboratory), number=request.GET.get("page"), size=20)
    context = {
        "laboratory": laboratory,
        "counts": queries.counts_at(laboratory),
        "form": CodeForm(),
        "page": boxes,
    }
    return render(request, "screening/laboratory/one.html", context)


@open_to(Role.LAB)
@require_POST
def find(request: Request) -> HttpResponse:
    """Go to the specimen or box with a scanned or typed code."""
    form = CodeForm(request.POST)
    code = references.normalise(form.cleaned_data["code"]) if form.is_valid() else ""
    for page, look in (("lab_specimen", queries.specimen_for), ("lab_box", queries.box_for)):
        try:
            look(request.actor, code)
        except Missing:
            continue
        return HttpResponseRedirect(reverse(f"screening:{page}", args=[code]))
    messages.error(request, _("No specimen and no box with this code was sent to your laboratory."))
    return HttpResponseRedirect(reverse("screening:lab"))


@open_to(Role.LAB)
@require_http_methods(["GET", "POST"])
def box(request: Request, reference: str) -> HttpResponse:
    """Receive a box."""
    found = queries.box_for(request.actor, reference)
    form = ReceiveForm(request.POST or None)
    if form.is_bound and form.is_valid():
        missing, extra = form.cleaned_data["missing"].split(), form.cleaned_data["extra"].split()
        return do(
            request,
            lambda: manifests.receive(manifest=found, missing=missing, extra=extra, by=request.actor),
            to=reverse("screening:lab_box", args=[found.reference]),
            said=gettext_lazy("The box is received."),
        )
    specimens = [(each, WORDS[SpecimenState(each.state)]) for each in queries.in_box(found)]
    context = {"box": found, "specimens": specimens, "form": form}
    return render(request, "screening/laboratory/box.html", context, status=422 if form.errors else 200)


@open_to(Role.LAB)
@require_http_methods(["GET", "POST"])
def specimen(request: Request, code: str) -> HttpResponse:
    """Show one specimen, and take a result for it."""
    found = queries.specimen_for(request.actor, code)
    form = EnterForm(request.POST or None)
    if form.is_bound and form.is_valid():
        outcome, tested_on = Outcome(form.cleaned_data["outcome"]), form.cleaned_data["tested_on"]
        return do(
            request,
            lambda: results.enter_by_hand(specimen=found, outcome=outcome, tested_on=tested_on, by=request.actor),
            to=reverse("screening:lab_specimen", args=[found.code]),
            said=gettext_lazy("Entered. A second person releases it."),
        )
    context = {
        "specimen": found,
        "shown": WORDS[SpecimenState(found.state)],
        "steps": [(WORDS[state], at, note) for state, at, note in queries.steps_of(found)],
        "results": [(each, WORDS[ResultState(each.state)]) for each in queries.results_of(found)],
        "can_enter": found.state in (SpecimenState.RECEIVED, SpecimenState.RESULTED),
        "is_missing": found.state == SpecimenState.SENT and found.manifest and found.manifest.received_at,
        "can_spoil": found.state in queries.OWED,
        "form": form,
    }
    return render(request, "screening/laboratory/specimen.html", context, status=422 if form.errors else 200)


@open_to(Role.LAB)
@require_POST
def found_later(request: Request, code: str) -> HttpResponse:
    """Take in a specimen that was missing."""
    found = queries.specimen_for(request.actor, code)
    return do(
        request,
        lambda: manifests.found_later(specimen=found, by=request.actor),
        to=reverse("screening:lab_specimen", args=[found.code]),
        said=gettext_lazy("The specimen is in the laboratory."),
    )


@open_to(Role.LAB)
@require_POST
def spoiled(request: Request, code: str) -> HttpResponse:
    """Give a specimen up as lost, leaked or broken."""
    found = queries.specimen_for(request.actor, code)
    return do(
        request,
        lambda: manifests.give_up(specimen=found, by=request.actor),
        to=reverse("screening:lab_specimen", args=[found.code]),
        said=gettext_lazy("Noted. The person is told and is first in line for a new test."),
    )


@open_to(Role.LAB)
@require_http_methods(["GET", "POST"])
def pools(request: Request, site: str) -> HttpResponse:
    """List the pools of a laboratory and make one."""
    laboratory = queries.laboratory_for(request.actor, site)
    form = PoolForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            made = pooling.make_pool(
                laboratory_id=laboratory.pk, codes=form.cleaned_data["codes"].split(), by=request.actor
            )
        except Refused as refusal:
            form.add_error("codes", str(refusal))
        else:
            return HttpResponseRedirect(reverse("screening:lab_pool", args=[made.reference]))
    page = paginate(queries.pools_at(laboratory), number=request.GET.get("page"))
    context = {"laboratory": laboratory, "form": form, "page": page}
    return render(request, "screening/laboratory/pools.html", context, status=422 if form.errors else 200)


@open_to(Role.LAB)
@require_http_methods(["GET", "POST"])
def pool(request: Request, reference: str) -> HttpResponse:
    """Show a pool and take a reading of it: a second person must read the same."""
    found = queries.pool_for(request.actor, reference)
    form = ReadingForm(request.POST or None)
    if form.is_bound and form.is_valid():
        outcome = Outcome(form.cleaned_data["outcome"])
        return do(
            request,
            lambda: pooling.read_pool(pool=found, outcome=outcome, by=request.actor),
            to=reverse("screening:lab_pool", args=[found.reference]),
            said=gettext_lazy("Your reading is stored."),
        )
    members = [(each, WORDS[SpecimenState(each.state)]) for each in found.members.all()]
    context = {"pool": found, "members": members, "form": form, "is_own": found.first_by == request.actor.id}
    return render(request, "screening/laboratory/pool.html", context, status=422 if form.errors else 200)


@open_to(Role.LAB)
@require_GET
def release_queue(request: Request, site: str) -> HttpResponse:
    """List what waits for a second person."""
    laboratory = queries.laboratory_for(request.actor, site)
    page = paginate(queries.to_release(laboratory), number=request.GET.get("page"))
    waiting = [(each, may_release(request.actor, each)) for each in page.rows]
    context = {"laboratory": laboratory, "page": page, "waiting": waiting}
    return render(request, "screening/laboratory/release.html", context)


@open_to(Role.LAB)
@require_POST
def decide(request: Request, number: int) -> HttpResponse:
    """Release a result, or throw it away."""
    found = queries.result_to_release(request.actor, number)
    laboratory = found.specimen.laboratory
    releases = request.POST.get("decision") == "release"
    act = results.release if releases else results.reject
    return do(
        request,
        lambda: act(result=found, by=request.actor),
        to=reverse("screening:lab_release", args=[laboratory.reference if laboratory else ""]),
        said=gettext_lazy("Released. The person is told.") if releases else gettext_lazy("Thrown away."),
    )


@open_to(Role.LAB)
@require_GET
def late(request: Request, site: str) -> HttpResponse:
    """List the specimens whose answer is late."""
    laboratory = queries.laboratory_for(request.actor, site)
    page = paginate(queries.late_at(laboratory), number=request.GET.get("page"))
    specimens = [(each, WORDS[SpecimenState(each.state)]) for each in page.rows]
    context = {"laboratory": laboratory, "page": page, "specimens": specimens}
    return render(request, "screening/laboratory/late.html", context)
