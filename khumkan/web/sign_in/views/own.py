"""A person's own account: proving once more, changing the phone, seeing where one is signed in."""

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khumkan.accounts import log, queries, sessions, tickets, words
from khumkan.accounts.access import Request, fresh_sign_in, open_to, safe_next
from khumkan.accounts.actions import phones as phone_actions
from khumkan.accounts.codes import Answer, Guess
from khumkan.accounts.models import Session
from khumkan.accounts.oidc import Audience, providers_for
from khumkan.accounts.states import CodePurpose, Method, TicketPurpose
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing
from khumkan.record.idempotency import unkeyed
from khumkan.registry import queries as registry
from khumkan.web.sign_in import asking, phones
from khumkan.web.sign_in.forms import CodeForm, PhoneForm
from khumkan.web.sign_in.views.door import COUNTS, drop_handle, explain, guessed, keep_handle, too_many, with_next

FRESH_MINUTES = 10
LINES = 20


@open_to(Role.PERSON)
@unkeyed("asks for a code; asking is throttled")
def prove_again(request: Request) -> HttpResponseBase:
    """Prove once more who one is: by a code to the phone in the register, or through a provider."""
    if request.method == "POST":
        asked = asking.for_person(request, CodePurpose.STEP_UP)
        if asked:
            response = HttpResponseRedirect(with_next(request, reverse("sign_in:prove_again_code")))
            keep_handle(response, CodePurpose.STEP_UP, asked.handle)
            return response
        messages.error(request, too_many())
    context = {
        "providers": providers_for(Audience.PERSONS),
        "has_phone": bool(registry.phone_of(_self(request)[0])),
        "next": request.GET.get("next", ""),
    }
    return render(request, "sign_in/prove_again.html", context)


@open_to(Role.PERSON)
@unkeyed(COUNTS)
def prove_again_code(request: Request) -> HttpResponseBase:
    """The code with which one proves once more who one is."""
    person_id, session = _self(request)
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        guess = guessed(request, form, CodePurpose.STEP_UP)
        if guess and guess.answer is Answer.RIGHT and guess.person_id == person_id:
            sessions.prove_again(session, method=Method.PHONE_CODE)
            response = HttpResponseRedirect(safe_next(request, request.GET.get("next"), default="/"))
            drop_handle(response, CodePurpose.STEP_UP)
            return response
        explain(form, guess)
    again = with_next(request, reverse("sign_in:prove_again"))
    return render(request, "sign_in/code.html", {"form": form, "again": again}, status=status)


@open_to(Role.PERSON)
@require_GET
def account(request: Request) -> HttpResponseBase:
    """The phone that opens the account, where one is signed in, and the latest tries."""
    person_id, session = _self(request)
    context = {
        "phone": registry.phone_of(person_id),
        "change": queries.phone_change_waiting(person_id),
        "sessions": [(each, words.METHODS[each.method]) for each in queries.sessions_alive(person_id=person_id)],
        "this": session,
        "lines": [(line, words.OUTCOMES[line.outcome]) for line in log.of_person(person_id)[:LINES]],
    }
    return render(request, "sign_in/account.html", context)


@open_to(Role.PERSON)
@fresh_sign_in(minutes=FRESH_MINUTES)
@unkeyed("asks for a code; asking is throttled")
def new_phone(request: Request) -> HttpResponseBase:
    """A new telephone number: first a code is sent to it."""
    form = PhoneForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            phone = form.cleaned_data["phone"]
            asked = asking.for_person(request, CodePurpose.NEW_PHONE, phone=phone)
            if asked:
                response = HttpResponseRedirect(reverse("sign_in:new_phone_code"))
                keep_handle(response, CodePurpose.NEW_PHONE, asked.handle)
                note = {"person": request.actor.id, "phone": phone, "code": asked.code_id}
                tickets.give(response, TicketPurpose.NEW_PHONE, note)
                return response
            form.add_error(None, too_many())
    return render(request, "sign_in/new_phone.html", {"form": form}, status=status)


@open_to(Role.PERSON)
@fresh_sign_in(minutes=FRESH_MINUTES * 2)
@unkeyed(COUNTS)
def new_phone_code(request: Request) -> HttpResponseBase:
    """The code that was sent to the new telephone number."""
    person_id, _session = _self(request)
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        note = tickets.look(tickets.handle_of(request, TicketPurpose.NEW_PHONE), TicketPurpose.NEW_PHONE)
        guess = guessed(request, form, CodePurpose.NEW_PHONE)
        if guess and guess.answer is Answer.RIGHT and note and _belongs(note, guess, person_id):
            phones.ask_change(person_id=person_id, phone=note["phone"], by=request.actor)
            response = HttpResponseRedirect(reverse("sign_in:account"))
            drop_handle(response, CodePurpose.NEW_PHONE)
            tickets.drop(request, response, TicketPurpose.NEW_PHONE)
            return response
        explain(form, guess)
    context = {"form": form, "again": reverse("sign_in:new_phone")}
    return render(request, "sign_in/code.html", context, status=status)


@open_to(Role.PERSON)
@require_POST
def cancel_new_phone(request: Request) -> HttpResponseBase:
    """Keep the old phone; the other sign-ins end, for somebody else may have asked."""
    person_id, session = _self(request)
    if phone_actions.cancel(person_id=person_id, by=request.actor):
        sessions.end_all(person_id=person_id, but=session)
        messages.success(request, _("The old number stays. You are signed out everywhere else."))
    return HttpResponseRedirect(reverse("sign_in:account"))


@open_to(Role.PERSON)
@require_POST
def sign_out_elsewhere(request: Request) -> HttpResponseBase:
    """End all sign-ins but this one."""
    person_id, session = _self(request)
    sessions.end_all(person_id=person_id, but=session)
    messages.success(request, _("You are signed out everywhere else."))
    return HttpResponseRedirect(reverse("sign_in:account"))


def _belongs(note: tickets.Note, guess: Guess, person_id: int) -> bool:
    """Tell whether the code proves the phone of the note: an earlier code proves another phone."""
    return bool(note["code"] == guess.code_id and note["person"] == guess.person_id == person_id)


def _self(request: Request) -> tuple[int, Session]:
    found = request.signed_in()
    if found is None or found.session.person_id is None:
        raise Missing
    return found.session.person_id, found.session
