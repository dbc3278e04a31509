"""What staff do for a person who cannot get in: a letter, another phone; always two of them."""

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khumkan.accounts import permissions, queries
from khumkan.accounts.access import Request, fresh_sign_in, open_to
from khumkan.accounts.actions import four_eyes
from khumkan.accounts.actions import phones as phone_actions
from khumkan.accounts.states import RequestKind
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing
from khumkan.record.idempotency import unkeyed
from khumkan.registry import queries as registry
from khumkan.registry.models import Person
from khumkan.web.sign_in import letters, phones, waiting
from khumkan.web.sign_in.forms import StaffLetterForm, StaffPhoneForm

ASKERS = permissions.MAY_ASK[RequestKind.LETTER]
DECIDERS = permissions.MAY_DECIDE[RequestKind.LETTER]


@open_to(*ASKERS)
def ask_letter(request: Request, reference: str) -> HttpResponseBase:
    """Ask that a person gets a letter with a sign-in code."""
    person = _person(request.actor, reference)
    form = StaffLetterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        four_eyes.ask(kind=RequestKind.LETTER, person_id=person.pk, why=form.cleaned_data["why"], by=request.actor)
        return _asked(request)
    status = 422 if request.method == "POST" else 200
    return render(request, "sign_in/ask_letter.html", {"form": form, "person": person}, status=status)


@open_to(*permissions.MAY_ASK[RequestKind.PHONE_CHANGE])
def ask_phone(request: Request, reference: str) -> HttpResponseBase:
    """Ask that a person's phone is changed."""
    person = _person(request.actor, reference)
    form = StaffPhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        four_eyes.ask(
            kind=RequestKind.PHONE_CHANGE,
            person_id=person.pk,
            why=form.cleaned_data["why"],
            data={"phone": form.cleaned_data["phone"]},
            by=request.actor,
        )
        return _asked(request)
    status = 422 if request.method == "POST" else 200
    return render(request, "sign_in/ask_phone.html", {"form": form, "person": person}, status=status)


@open_to(*ASKERS)
@require_GET
def requests(request: Request) -> HttpResponseBase:
    """What waits for a second person, for persons whom the actor may see."""
    context = {"rows": waiting.waiting_for(request.actor), "may_decide": request.actor.has(*DECIDERS)}
    return render(request, "sign_in/requests.html", context)


@open_to(*permissions.MAY_CANCEL_PHONE)
@require_POST
def cancel_phone(request: Request, reference: str) -> HttpResponseBase:
    """Stop a change of phone that the person says is not theirs."""
    person = _person(request.actor, reference)
    if phone_actions.cancel(person_id=person.pk, by=request.actor.acting_for(person.pk)):
        messages.success(request, _("Stopped. The person keeps the number until now."))
    else:
        messages.info(request, _("No change of phone is waiting any more."))
    return HttpResponseRedirect(reverse("screening:desk_person", args=[person.reference]))


@open_to(*DECIDERS)
@fresh_sign_in(minutes=30)
@unkeyed("a letter's code must not be stored with an answer; deciding twice is refused")
@require_POST
def decide(request: Request, request_id: int) -> HttpResponseBase:
    """Decide as the second person, on somebody whom the actor may see."""
    registry.person_for(request.actor, queries.person_of_request(request_id))
    if request.POST.get("decision") != "approve":
        four_eyes.decide(request_id=request_id, approve=False, by=request.actor)
        messages.success(request, _("Refused."))
    elif queries.kind_of_request(request_id) is RequestKind.LETTER:
        letter = letters.approve_letter(request_id=request_id, by=request.actor)
        return render(request, "sign_in/letter_written.html", {"letter": letter})
    else:
        phones.approve_change(request_id=request_id, by=request.actor)
        messages.success(request, _("The new number counts after the waiting time. The old number was told."))
    return HttpResponseRedirect(reverse("sign_in:requests"))


def _asked(request: Request) -> HttpResponseBase:
    messages.success(request, _("A second person must approve this."))
    return HttpResponseRedirect(reverse("sign_in:requests"))


def _person(by: Actor, reference: str) -> Person:
    found = registry.person_by_reference(reference)
    if found is None:
        raise Missing
    return registry.person_for(by, found.pk)
