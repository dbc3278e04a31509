"""The hotline and the days after a dose: the record of a caller, their answers, and what happened to them."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from khumkan.accounts.access import Request, open_to
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Refused
from khumkan.registry.models import Person
from khumkan.vaccination.actions import aftercare as actions
from khumkan.vaccination.choices import ToldBy
from khumkan.vaccination.forms.after import DeskFeelingForm, DeskReactionForm
from khumkan.vaccination.models import AdverseEvent
from khumkan.vaccination.queries import aftercare as queries
from khumkan.vaccination.queries import records
from khumkan.vaccination.queries.desk import DESK
from khumkan.vaccination.views.after_showing import state_of
from khumkan.vaccination.views.my_doses import say_what_follows


@open_to(*DESK)
@require_GET
def person(request: Request, person: str) -> HttpResponse:
    """Show the doses of a caller, the questions that can be answered, and what was reported."""
    who = records.person_of(request.actor, person)
    lines = records.lines_of(who.pk)
    context = {
        "person": who,
        "doses": [line for line in lines if line.holds],
        "questions": queries.to_answer(who.pk),
        "events": [(event, state_of(event)) for event in queries.events_of(who.pk)],
        "is_officer": request.actor.has(Role.OFFICER),
    }
    return render(request, "vaccination/after/desk.html", context)


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def how_are_you(request: Request, person: str, day: int) -> HttpResponse:
    """Enter how a caller feels."""
    who = records.person_of(request.actor, person)
    asked = queries.follow_up_of(who.pk, day)
    form = DeskFeelingForm(request.POST or None)

    def act(by: Actor) -> AdverseEvent | None:
        return actions.answer(follow_up=asked, told=form.told(ToldBy.HOTLINE), by=by)

    return _tried(request, form, act, who, "vaccination/after/desk_how_are_you.html", asked=asked)


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def reaction(request: Request, person: str) -> HttpResponse:
    """Report for a caller what happened after a dose."""
    who = records.person_of(request.actor, person)
    injection = queries.latest_injection(who.pk)
    form = DeskReactionForm(request.POST or None)

    def act(by: Actor) -> AdverseEvent:
        return actions.report(injection=injection, told=form.told(ToldBy.HOTLINE), by=by)

    return _tried(request, form, act, who, "vaccination/after/desk_reaction.html", injection=injection)


def _tried(
    request: Request,
    form: DeskFeelingForm | DeskReactionForm,
    act: Callable[[Actor], AdverseEvent | None],
    who: Person,
    template: str,
    **context: object,
) -> HttpResponse:
    """Do it for the caller, with the reason; what the caller must be told stands on the page after it."""
    if request.method == "POST" and form.is_valid():
        try:
            event = act(request.actor.acting_for(who.pk, because=form.cleaned_data["because"]))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            say_what_follows(request, event)
            return redirect("vaccination:desk_after", who.reference)
    status = 422 if request.method == "POST" else 200
    return render(request, template, {"form": form, "person": who, **context}, status=status)
