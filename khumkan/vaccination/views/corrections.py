"""Officers keep the record of doses: what is wrong is struck, what is true is entered, a second person agrees."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from khumkan import record
from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.registry.queries.persons import find_typed, people
from khumkan.ui.forms import Form
from khumkan.vaccination.actions import corrections as actions
from khumkan.vaccination.actions import records as record_actions
from khumkan.vaccination.choices import Struck
from khumkan.vaccination.forms.after import DetailsForm, ElsewhereForm, FindForm, OtherPersonForm, WhyForm
from khumkan.vaccination.models import Correction, Injection
from khumkan.vaccination.permissions import after as permissions
from khumkan.vaccination.queries import certificates
from khumkan.vaccination.queries import records as queries


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def find(request: Request) -> HttpResponse:
    """Find whose record is to be looked at, and list the corrections that wait for a second person."""
    form, found = FindForm(request.POST or None), []
    if request.method == "POST" and form.is_valid():
        code = certificates.code_in(form.cleaned_data["what"])
        if code:
            return redirect("vaccination:office_certificate", code)
        try:
            found = find_typed(form.cleaned_data["what"], by=request.actor)
        except Refused as refusal:
            form.add_error("what", str(refusal))
        else:
            if len(found) == 1:
                return redirect("vaccination:record_of", found[0].reference)
            if not found:
                form.add_error("what", _("Nobody was found. Please compare the number digit by digit."))
    page = paginate(queries.corrections_for(request.actor), number=request.GET.get("page"))
    context = {"form": form, "found": found, "page": page}
    return render(request, "vaccination/after/records.html", context, status=422 if form.errors else 200)


@open_to(Role.OFFICER)
@require_GET
def of_person(request: Request, person: str) -> HttpResponse:
    """Show everything that was ever written on somebody's record."""
    who = queries.person_of(request.actor, person)
    return render(request, "vaccination/after/record_of.html", {"person": who, "lines": queries.lines_of(who.pk)})


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def elsewhere(request: Request, person: str) -> HttpResponse:
    """Enter a dose that was given elsewhere."""
    who = queries.person_of(request.actor, person)
    form = ElsewhereForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.enter(person=who, truth=form.truth(), by=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Entered. The next dose and the certificate follow by themselves."))
            return redirect("vaccination:record_of", who.reference)
    status = 422 if form.errors else 200
    return render(request, "vaccination/after/elsewhere.html", {"form": form, "person": who}, status=status)


@open_to(Role.OFFICER)
@require_GET
def one(request: Request, injection: int) -> HttpResponse:
    """Show one dose with its trail, and what can be corrected."""
    found = queries.injection_for(request.actor, injection)
    _saw(request, found)
    context = {
        "injection": found,
        "newer": queries.newer_of(found),
        "waiting": queries.waiting_for(found),
        "certificates": certificates.of_injection(found.pk),
    }
    return render(request, "vaccination/after/record.html", context)


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def details(request: Request, injection: int) -> HttpResponse:
    """Correct lot, day, number or vaccine of a dose."""
    found = queries.injection_for(request.actor, injection)
    initial = {name: getattr(found, name) for name in ("number", "vaccine", "lot_number", "given_on")}
    form = DetailsForm(request.POST or None, initial=initial)

    def act() -> Correction | None:
        truth = form.truth(elsewhere=found.given_elsewhere, evidence=found.evidence)
        return actions.correct(injection=found, truth=truth, why=form.cleaned_data["why"], by=request.actor)

    return _tried(request, form, act, found, "vaccination/after/correct_details.html")


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def other_person(request: Request, injection: int) -> HttpResponse:
    """Ask that a dose be written to the person who really had it."""
    found = queries.injection_for(request.actor, injection)
    form = OtherPersonForm(request.POST or None)

    def act() -> Correction:
        who = queries.person_named(request.actor, form.cleaned_data["reference"])
        return actions.give_to(injection=found, person=who, why=form.cleaned_data["why"], by=request.actor)

    return _tried(request, form, act, found, "vaccination/after/correct_person.html")


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def strike(request: Request, injection: int) -> HttpResponse:
    """Strike a dose that was never given."""
    found = queries.injection_for(request.actor, injection)
    form = WhyForm(request.POST or None)

    def act() -> None:
        why = form.cleaned_data["why"]
        record_actions.strike(injection=found, because=Struck.NEVER_GIVEN, why=why, by=request.actor)

    return _tried(request, form, act, found, "vaccination/after/strike.html")


@open_to(Role.OFFICER)
@require_http_methods(["GET", "POST"])
def decide(request: Request, correction: int) -> HttpResponse:
    """Show what somebody wants corrected beside what is written, and let a second person decide."""
    found = queries.correction_for(request.actor, correction)
    if request.method == "POST":
        accepts = request.POST.get("decision") == "accept"
        return do(
            request,
            lambda: actions.decide(correction=found, accepts=accepts, by=request.actor),
            to=reverse("vaccination:records"),
            said=gettext_lazy("Corrected. The next dose and the certificates follow by themselves.")
            if accepts
            else gettext_lazy("Refused. Nothing was changed."),
        )
    truth = actions.truth_of(found)
    other = people([truth.person_id]).get(truth.person_id) if truth.person_id is not None else None
    seen = [found.person_id, *([other.pk] if other is not None else [])]
    record.saw(by=request.actor, person_ids=seen, page="vaccination:correction")
    context = {
        "correction": found,
        "truth": truth,
        "other": other,
        "asked_by": queries.who_asked(found),
        "may_decide": permissions.may_decide(request.actor, found),
    }
    return render(request, "vaccination/after/correction.html", context)


def _tried(
    request: Request, form: Form, act: Callable[[], Correction | None], injection: Injection, template: str
) -> HttpResponse:
    """Do it, say whether it was done or waits for a second person, and go back to the dose."""
    if request.method == "POST" and form.is_valid():
        try:
            waits = act()
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = (
                _("A second person looks at this and decides. Until then nothing changes.")
                if waits is not None
                else _("Corrected. The next dose and the certificates follow by themselves.")
            )
            messages.success(request, said)
            return redirect("vaccination:record", injection.pk)
    _saw(request, injection)
    status = 422 if form.errors else 200
    return render(request, template, {"form": form, "injection": injection}, status=status)


def _saw(request: Request, injection: Injection) -> None:
    record.saw(by=request.actor, person_ids=[injection.person_id], page="vaccination:record")
