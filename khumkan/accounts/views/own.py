"""One's own account: factors, password, sign-ins."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khumkan.accounts import doors, factors, log, queries, sessions, tickets, words
from khumkan.accounts.access import Request, fresh_sign_in, open_to, safe_next
from khumkan.accounts.actions import factors as factor_actions
from khumkan.accounts.actions import users
from khumkan.accounts.factors import passkeys, recovery, totp
from khumkan.accounts.forms import EnrolForm, FactorForm, NewPassword
from khumkan.accounts.models import Session, User
from khumkan.accounts.states import STAFF_ROLES, Outcome, TicketPurpose
from khumkan.accounts.views.door import (
    COUNTS,
    challenge_answer,
    challenge_taken,
    enrolment_context,
    explained,
    proved,
)
from khumkan.kernel.actors import ActorKind, Role
from khumkan.kernel.errors import Missing
from khumkan.record.idempotency import unkeyed

LINES = 20


@open_to(*STAFF_ROLES)
@require_GET
def account(request: Request) -> HttpResponseBase:
    """What one signs in with, and where one is signed in."""
    user, session = _self(request)
    context = {
        "user": user,
        "factors": [(factor, words.FACTORS[factor.kind]) for factor in factors.of(user)],
        "codes_left": recovery.left(user),
        "sessions": [(each, words.METHODS[each.method]) for each in queries.sessions_alive(user_id=user.pk)],
        "this": session,
        "lines": [(line, words.OUTCOMES[line.outcome]) for line in log.of_user(user.pk)[:LINES]],
    }
    return render(request, "accounts/account.html", context)


@open_to(Role.PERSON, *STAFF_ROLES)
@unkeyed(COUNTS)
def prove_again(request: Request) -> HttpResponseBase:
    """Prove once more who one is, before a sensitive act."""
    next_page = safe_next(request, request.GET.get("next"), default=doors.HOME)
    if request.actor.kind is ActorKind.PERSON:
        return HttpResponseRedirect(f"{reverse('sign_in:prove_again')}?{request.GET.urlencode()}")
    user, session = _self(request)
    form = FactorForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        method = proved(request, user, form)
        if method:
            sessions.prove_again(session, method=method)
            return HttpResponseRedirect(next_page)
        log.note(request, Outcome.WRONG, kind=ActorKind.STAFF, user_id=user.pk)
        form = explained(request, form)
    options = reverse("accounts:passkey_again")
    context = {"form": form, "has_passkey": passkeys.has_any(user), "options": options, "again": True}
    return render(request, "accounts/second_factor.html", context, status=status)


@open_to(*STAFF_ROLES)
@require_GET
def passkey_again(request: Request) -> HttpResponseBase:
    """What the browser needs to prove once more with a passkey."""
    user, _session = _self(request)
    return challenge_answer(passkeys.ask(request, user))


@open_to(*STAFF_ROLES)
@fresh_sign_in(minutes=10)
@unkeyed(COUNTS)
def add_app(request: Request) -> HttpResponseBase:
    """Add another authenticator app."""
    user, session = _self(request)
    form = EnrolForm(request.POST or None)
    note = tickets.look(tickets.handle_of(request, TicketPurpose.NEW_TOTP), TicketPurpose.NEW_TOTP)
    if request.method == "POST" and note and note["user"] == user.pk and form.is_valid():
        label = form.cleaned_data["label"] or _("Authenticator app")
        factor = totp.enrol(user, secret=note["secret"], typed=form.cleaned_data["code"], label=label)
        if factor:
            codes = factor_actions.enrolled(user=user, factor=factor, session=session)
            response = _after_enrolment(request, codes)
            tickets.drop(request, response, TicketPurpose.NEW_TOTP)
            return response
        form.add_error("code", _("This code is not right. Wait for the next one and try once more."))
    secret = note["secret"] if note and request.method == "POST" else totp.new_secret()
    status = 422 if request.method == "POST" else 200
    response = render(request, "accounts/enrol.html", enrolment_context(form, secret, user), status=status)
    tickets.give(response, TicketPurpose.NEW_TOTP, {"user": user.pk, "secret": secret})
    return response


@open_to(*STAFF_ROLES)
@fresh_sign_in(minutes=10)
@unkeyed("the challenge of the ticket serves once")
def add_passkey(request: Request) -> HttpResponseBase:
    """Add a passkey; the script fetches the challenge and posts what the browser made."""
    user, session = _self(request)
    if request.method == "POST":
        challenge = challenge_taken(request)
        label = request.POST.get("label", "").strip()[:60] or _("Passkey")
        factor = challenge and passkeys.enrol(
            request, user, challenge=challenge, answer=request.POST.get("passkey", ""), label=label
        )
        if factor:
            return _after_enrolment(request, factor_actions.enrolled(user=user, factor=factor, session=session))
        messages.error(request, _("The passkey could not be added. Try once more."))
    return render(request, "accounts/add_passkey.html", {"options": reverse("accounts:new_passkey_options")})


@open_to(*STAFF_ROLES)
@require_GET
def new_passkey_options(request: Request) -> HttpResponseBase:
    """What the browser needs to make a passkey."""
    user, _session = _self(request)
    return challenge_answer(passkeys.ask_new(request, user))


@open_to(*STAFF_ROLES)
@fresh_sign_in(minutes=10)
@require_POST
def remove_factor(request: Request, factor_id: int) -> HttpResponseBase:
    """Remove a factor."""
    user, session = _self(request)
    factor_actions.remove(user=user, factor_id=factor_id, session=session)
    messages.success(request, _("Removed. You are signed out everywhere else."))
    return HttpResponseRedirect(reverse("accounts:account"))


@open_to(*STAFF_ROLES)
@fresh_sign_in(minutes=10)
@unkeyed("new codes replace the old ones; the last answer is the one that counts")
@require_POST
def renew_recovery_codes(request: Request) -> HttpResponseBase:
    """Make new recovery codes."""
    user, session = _self(request)
    return _after_enrolment(request, factor_actions.renew_recovery_codes(user=user, session=session))


@open_to(*STAFF_ROLES)
@fresh_sign_in(minutes=10)
@unkeyed("sets the same password again; a password must not be stored with an answer")
def change_password(request: Request) -> HttpResponseBase:
    """Choose a new password."""
    user, session = _self(request)
    form = NewPassword(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        users.change_password(user=user, password=form.cleaned_data["new_password"], by=request.actor)
        sessions.end_all(user_id=user.pk, but=session)
        messages.success(request, _("Your password was changed. You are signed out everywhere else."))
        return HttpResponseRedirect(reverse("accounts:account"))
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/change_password.html", {"form": form}, status=status)


@open_to(*STAFF_ROLES)
@require_POST
def sign_out_elsewhere(request: Request) -> HttpResponseBase:
    """End all sign-ins but this one."""
    user, session = _self(request)
    sessions.end_all(user_id=user.pk, but=session)
    messages.success(request, _("You are signed out everywhere else."))
    return HttpResponseRedirect(reverse("accounts:account"))


def _self(request: Request) -> tuple[User, Session]:
    found = request.signed_in()
    if found is None or found.session.user is None:
        raise Missing
    return found.session.user, found.session


def _after_enrolment(request: Request, codes: list[str]) -> HttpResponseBase:
    if not codes:
        messages.success(request, _("Added. You are signed out everywhere else."))
        return HttpResponseRedirect(reverse("accounts:account"))
    context: dict[str, Any] = {"codes": codes, "next": reverse("accounts:account")}
    return render(request, "accounts/recovery_codes.html", context)
