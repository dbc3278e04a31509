"""A person's own record of doses: certificates, corrections, and how they feel."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from khumkan.accounts.access import Request, open_to
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Refused
from khumkan.vaccination.actions import aftercare as actions
from khumkan.vaccination.choices import ToldBy
from khumkan.vaccination.forms.after import FeelingForm, ReactionForm
from khumkan.vaccination.models import AdverseEvent
from khumkan.vaccination.queries import aftercare as queries
from khumkan.vaccination.queries import records
from khumkan.vaccination.views.after_showing import own_state_of


@open_to(Role.PERSON)
@require_GET
def record(request: Request) -> HttpResponse:
    """Show the doses with their certificates, what was corrected, the open questions, and what was reported."""
    person = request.actor.person_id or 0
    lines = records.lines_of(person)
    context = {
        "doses": [line for line in lines if line.holds],
        "struck": [line for line in lines if not line.holds],
        "questions": queries.to_answer(person),
        "events": [(event, own_state_of(event)) for event in queries.events_of(person)],
    }
    return render(request, "vaccination/after/my_doses.html", context)


@open_to(Role.PERSON)
@require_http_methods(["GET", "POST"])
def how_are_you(request: Request, day: int) -> HttpResponse:
    """Take the answer of somebody who was asked how they feel."""
    asked = queries.follow_up_of(request.actor.person_id or 0, day)
    form = FeelingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            event = actions.answer(follow_up=asked, told=form.told(ToldBy.PERSON), by=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            say_what_follows(request, event)
            return redirect("vaccination:my_doses")
    context = {"form": form, "asked": asked}
    return _answered(request, "vaccination/after/how_are_you.html", context)


@open_to(Role.PERSON)
@require_http_methods(["GET", "POST"])
def reaction(request: Request) -> HttpResponse:
    """Take a report of something that happened after the latest dose."""
    injection = queries.latest_injection(request.actor.person_id or 0)
    form = ReactionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            event = actions.report(injection=injection, told=form.told(ToldBy.PERSON), by=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            say_what_follows(request, event)
            return redirect("vaccination:my_doses")
    return _answered(request, "vaccination/after/reaction.html", {"form": form, "injection": injection})


def say_what_follows(request: Request, event: AdverseEvent | None) -> None:
    """Leave the words that fit what was told: whoever has a severe sign calls an ambulance at once."""
    if event is None:
        messages.success(request, _("Thank you. None of this is a warning sign. If it gets worse, please report it."))
    elif event.is_serious:
        words = _("These can be signs of a severe reaction. Call 1669 now. The office knows of it too: %(reference)s.")
        messages.error(request, words % {"reference": event.reference})
    else:
        words = _("Thank you. The office looks at it. If it gets worse, call 1669 at once. Reference: %(reference)s.")
        messages.success(request, words % {"reference": event.reference})


def _answered(request: Request, template: str, context: dict[str, object]) -> HttpResponse:
    """A form that was not accepted is shown again with what is wrong, as 422."""
    return render(request, template, context, status=422 if request.method == "POST" else 200)
