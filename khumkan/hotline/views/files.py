"""The agent's desk: the whole file of a caller, making sure who calls, and opening a case in one step."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.hotline.actions import opening, verifying
from khumkan.hotline.actions.opening import Wanted
from khumkan.hotline.choices import Reason, Spoken
from khumkan.hotline.forms.cases import OpenForAnybodyForm, OpenForm, VerifyForm, VouchForm
from khumkan.hotline.permissions.cases import HOTLINE
from khumkan.hotline.queries import files
from khumkan.hotline.queries import verifying as questions
from khumkan.hotline.rules.reasons import handling_of
from khumkan.hotline.views.showing import shown_file
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.record.idempotency import unkeyed
from khumkan.registry.models import Employer
from khumkan.registry.queries import persons
from khumkan.registry.queries.employers import find_employer


@open_to(*HOTLINE, Role.OFFICER)
@require_GET
def person(request: Request, person: str) -> HttpResponse:
    """Show a caller's whole file. Until it is sure who calls: days, places and cases, no care and no past."""
    found = files.file_of(person, by=request.actor)
    return render(request, "hotline/desk/file.html", shown_file(found, by=request.actor))


@open_to(*HOTLINE)
@unkeyed(
    "tries are counted, and what was counted stays whatever becomes of the request; the same answers change nothing"
)
@require_http_methods(["GET", "POST"])
def verify(request: Request, person: str) -> HttpResponse:
    """Ask a caller what only they know, and compare; which answer was right is shown to nobody."""
    who = persons.person_referred(request.actor, person)
    form = VerifyForm(request.POST or None, asked=questions.asked_of(who, by=request.actor))
    if request.method == "POST" and form.is_valid():
        try:
            verifying.verify(person=who, typed=form.typed(), by=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("hotline:file", who.reference)
    context = {"form": form, "person": who, "may_vouch": request.actor.has(Role.SUPERVISOR), "vouch_form": VouchForm()}
    return render(request, "hotline/desk/verify.html", context, status=422 if form.errors else 200)


@open_to(Role.SUPERVISOR)
@require_POST
def vouch(request: Request, person: str) -> HttpResponse:
    """Vouch for a caller whom no question can help."""
    who = persons.person_referred(request.actor, person)
    form = VouchForm(request.POST)
    because = form.cleaned_data["because"] if form.is_valid() else ""
    return do(
        request,
        lambda: verifying.vouch(person=who, because=because, by=request.actor),
        to=reverse("hotline:file", args=[who.reference]),
        said=_("You vouched for this caller. The person can read that."),
    )


@open_to(*HOTLINE)
@require_http_methods(["GET", "POST"])
def open_case(request: Request, person: str) -> HttpResponse:
    """Open a case for a caller; the script of the chosen reason stands on the case's page."""
    who = persons.person_referred(request.actor, person)
    chosen = request.GET.get("reason", "")
    initial = {"reason": chosen if chosen in Reason.values else None, "language": who.language}
    form = OpenForm(request.POST or None, initial={**initial, "keep": True})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        wanted = Wanted(reason=Reason(told["reason"]), person=who, language=Spoken(told["language"]), note=told["note"])
        try:
            case = opening.open_case(wanted=wanted, keep=bool(told["keep"]), by=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("hotline:case", case.reference)
    script = handling_of(Reason(chosen)).script if chosen in Reason.values else ()
    context = {"form": form, "person": who, "script": script}
    return render(request, "hotline/desk/open.html", context, status=422 if form.errors else 200)


@open_to(*HOTLINE)
@require_http_methods(["GET", "POST"])
def open_for_anybody(request: Request) -> HttpResponse:
    """Open a case for an employer, or for somebody who is not in the register or does not say who they are."""
    form = OpenForAnybodyForm(request.POST or None, initial={"language": Spoken.THAI, "keep": True})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            wanted = Wanted(
                reason=Reason(told["reason"]),
                employer=_employer(told["account"], request.actor),
                language=Spoken(told["language"]),
                phone=told["phone"],
                note=told["note"],
            )
            case = opening.open_case(wanted=wanted, keep=bool(told["keep"]), by=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("hotline:case", case.reference)
    return render(request, "hotline/desk/open_any.html", {"form": form}, status=422 if form.errors else 200)


def _employer(account: str, by: Actor) -> Employer | None:
    if not account.strip():
        return None
    found = find_employer(by, account)
    if found is None:
        raise Refused(N_("There is no employer with this account number. It has ten digits."), "no_employer")
    return found
