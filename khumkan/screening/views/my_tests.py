"""An insured person's own tests: what is next, register, change, decline."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from khumkan.accounts.access import Request, open_to
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.screening.actions import registrations as actions
from khumkan.screening.choices import Channel
from khumkan.screening.forms.registrations import FORMS, InvitedForm, PlaceForm
from khumkan.screening.queries import registrations as queries
from khumkan.screening.queries.waiting import standing_of
from khumkan.screening.states import RegistrationState
from khumkan.screening.views.showing import shown


@open_to(Role.PERSON)
@require_GET
def mine(request: Request) -> HttpResponse:
    """Show what is next, the answers, and earlier tests."""
    tests = queries.tests_of(request.actor.person_id or 0)
    return render(request, "screening/registrations/my_tests.html", {"tests": tests, "live": shown(tests.live)})


@open_to(Role.PERSON)
@require_GET
def choose(request: Request) -> HttpResponse:
    """Ask why somebody wants a test: one question, three answers."""
    return render(request, "screening/registrations/choose.html")


@open_to(Role.PERSON)
@require_http_methods(["GET", "POST"])
def register(request: Request, ground: str) -> HttpResponse:
    """Ask the few questions that the reason needs, and register."""
    if ground not in FORMS:
        raise Missing("no such ground")
    form = FORMS[ground](request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.register(
                person_id=request.actor.person_id or 0,
                ground=form.ground,
                answers=form.answers(),
                channel=Channel.SELF,
                by=request.actor,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("screening:registration", made.reference)
    return _answer(request, "screening/registrations/register.html", {"form": form, "ground": ground})


@open_to(Role.PERSON)
@require_http_methods(["GET", "POST"])
def take_up(request: Request, reference: str) -> HttpResponse:
    """Register somebody who was invited; the day of the contact is known and the case is not named."""
    is_open = queries.invitation_is_open(reference)
    form = InvitedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.register_invited(reference=reference, answers=form.answers(), by=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("screening:registration", made.reference)
    return _answer(
        request, "screening/registrations/register.html", {"form": form, "ground": "invited", "is_open": is_open}
    )


@open_to(Role.PERSON)
@require_GET
def one(request: Request, reference: str) -> HttpResponse:
    """Show one test: when, where, what to bring, the code for the door, why; the answer when there is one."""
    registration = queries.registration_for(request.actor, reference)
    waits = registration.state == RegistrationState.WAITING
    context = {
        "registration": registration,
        "live": shown(registration),
        "standing": standing_of(registration) if waits else None,
        "told": queries.answer_for(registration),
        "why": queries.reasons_of(registration),
        "arrival": request.build_absolute_uri(reverse("screening:arrival", args=[registration.reference])),
    }
    return render(request, "screening/registrations/one.html", context)


@open_to(Role.PERSON)
@require_http_methods(["GET", "POST"])
def change(request: Request, reference: str) -> HttpResponse:
    """Offer other places and move the person to the chosen one."""
    registration = queries.registration_for(request.actor, reference)
    form = PlaceForm(request.POST or None, offers=queries.other_places(registration))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_place(
                registration=registration, session_id=int(form.cleaned_data["session"]), by=request.actor
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("screening:registration", registration.reference)
    return _answer(
        request,
        "screening/registrations/change.html",
        {"form": form, "registration": registration, "live": shown(registration)},
    )


@open_to(Role.PERSON)
@require_http_methods(["GET", "POST"])
def decline(request: Request, reference: str) -> HttpResponse:
    """Ask once whether the person really does not want the test."""
    registration = queries.registration_for(request.actor, reference)
    if request.method == "POST":
        actions.decline(registration=registration, by=request.actor)
        return redirect("screening:my_tests")
    return render(
        request, "screening/registrations/decline.html", {"registration": registration, "live": shown(registration)}
    )


def _answer(request: Request, template: str, context: dict[str, object]) -> HttpResponse:
    """A form that was not accepted is shown again with what is wrong, as 422."""
    return render(request, template, context, status=422 if request.method == "POST" else 200)
