"""The hotline and the officers act for a person: find, look, register, change, decline, each time with the reason."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.forms import OnBehalf
from khumkan.accounts.queries import phone_change_waiting
from khumkan.kernel.actors import ActorKind, Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.screening.actions import registrations as actions
from khumkan.screening.choices import Channel
from khumkan.screening.forms.registrations import FORMS, FindForm, OnBehalfPlaceForm
from khumkan.screening.models import Registration
from khumkan.screening.queries import callers
from khumkan.screening.queries import registrations as queries
from khumkan.screening.views.showing import shown

DESK = (Role.AGENT, Role.SUPERVISOR, Role.OFFICER)


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def find(request: Request) -> HttpResponse:
    """Find a caller by number, telephone or reference. What was typed goes by POST: it must not stand in an address."""
    form = FindForm(request.POST or None)
    found = None
    if request.method == "POST" and form.is_valid():
        if invitation := callers.invitation(form.cleaned_data["what"]):
            return redirect("screening:desk_invitation", invitation)
        if page := callers.page_of(form.cleaned_data["what"]):
            return redirect(page)
        try:
            found = callers.find(form.cleaned_data["what"], by=request.actor)
        except Refused as refusal:
            form.add_error("what", str(refusal))
        else:
            if len(found) == 1:
                return redirect(callers.first_page(), found[0].reference)
            if not found:
                form.add_error("what", str(_("Nobody was found. Please compare number by number with the caller.")))
    status = 422 if form.errors else 200
    context = {"form": form, "found": found, "first_page": callers.first_page()}
    return render(request, "screening/registrations/desk_find.html", context, status=status)


@open_to(*DESK)
@require_GET
def person(request: Request, person: str) -> HttpResponse:
    """Show a caller's tests, a change of phone that waits, and what can be done for them."""
    who = callers.caller(person, by=request.actor)
    tests = queries.tests_of(who.pk)
    phone_change = phone_change_waiting(who.pk)
    context = {"person": who, "tests": tests, "live": shown(tests.live), "phone_change": phone_change}
    return render(request, "screening/registrations/desk_person.html", context)


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def register(request: Request, person: str, ground: str) -> HttpResponse:
    """Register a caller."""
    if ground not in FORMS:
        raise Missing("no such ground")
    who = callers.caller(person, by=request.actor)
    form, why = FORMS[ground](request.POST or None), OnBehalf(request.POST or None)
    if request.method == "POST" and form.is_valid() and why.is_valid():
        by = request.actor.acting_for(who.pk, because=why.cleaned_data["because"])
        channel = Channel.OFFICE if by.has(Role.OFFICER) else Channel.HOTLINE
        try:
            actions.register(person_id=who.pk, ground=form.ground, answers=form.answers(), channel=channel, by=by)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("screening:desk_person", person)
    context = {"form": form, "why_form": why, "person": who, "ground": ground}
    return _answer(request, "screening/registrations/desk_register.html", context)


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def change(request: Request, person: str, reference: str) -> HttpResponse:
    """Give a caller another place."""
    who = callers.caller(person, by=request.actor)
    registration = _of(request, who.pk, reference)
    form = OnBehalfPlaceForm(request.POST or None, offers=queries.other_places(registration))

    def act(because: str) -> None:
        by = request.actor.acting_for(who.pk, because=because)
        actions.change_place(registration=registration, session_id=int(form.cleaned_data["session"]), by=by)

    context = {"form": form, "person": who, "registration": registration, "live": shown(registration)}
    return _tried(request, form, act, context, template="screening/registrations/desk_change.html", person=person)


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def decline(request: Request, person: str, reference: str) -> HttpResponse:
    """Decline for a caller."""
    who = callers.caller(person, by=request.actor)
    registration = _of(request, who.pk, reference)
    form = OnBehalf(request.POST or None)

    def act(because: str) -> None:
        actions.decline(registration=registration, by=request.actor.acting_for(who.pk, because=because))

    context = {"form": form, "person": who, "registration": registration, "live": shown(registration)}
    return _tried(request, form, act, context, template="screening/registrations/desk_decline.html", person=person)


def _of(request: Request, person_id: int, reference: str) -> Registration:
    found = queries.registration_for(request.actor, reference)
    if found.person_id != person_id or request.actor.kind is ActorKind.PERSON:
        raise Missing("not this person's registration")
    return found


def _tried(
    request: Request,
    form: OnBehalf,
    act: Callable[[str], None],
    context: dict[str, object],
    *,
    template: str,
    person: str,
) -> HttpResponse:
    """Do it when the form is right and go back to the person; a refusal stands on the form."""
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data["because"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("screening:desk_person", person)
    return _answer(request, template, context)


def _answer(request: Request, template: str, context: dict[str, object]) -> HttpResponse:
    return render(request, template, context, status=422 if request.method == "POST" else 200)
