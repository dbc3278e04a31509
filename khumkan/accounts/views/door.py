"""The door for staff: password, second factor, enrolment, invitation, signing out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khumkan.accounts import addresses, doors, log, passwords, sessions, tickets
from khumkan.accounts.access import Request, public, safe_next
from khumkan.accounts.actions import factors as factor_actions
from khumkan.accounts.actions import users
from khumkan.accounts.factors import passkeys, totp
from khumkan.accounts.forms import EnrolForm, FactorForm, InvitationForm, PasswordForm
from khumkan.accounts.models import Factor, User
from khumkan.accounts.oidc import Audience, providers_for
from khumkan.accounts.states import Method, Outcome, TicketPurpose
from khumkan.kernel.actors import ActorKind
from khumkan.record.idempotency import unkeyed

COUNTS = "tries are counted in transactions of their own; a code or a ticket serves once"


@public("the door for staff")
@unkeyed(COUNTS)
def sign_in(request: Request) -> HttpResponseBase:
    """User name and password."""
    form = PasswordForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            checked = passwords.check(request, **form.cleaned_data)
            if checked.outcome is Outcome.SIGNED_IN and checked.user:
                return doors.after_first_half(request, checked.user, next_page=request.GET.get("next", ""))
            user_id = checked.user.pk if checked.user else None
            log.note(request, checked.outcome, kind=ActorKind.STAFF, user_id=user_id)
            form.add_error(None, _too_many() if checked.outcome is Outcome.THROTTLED else _wrong_password())
    context = {"form": form, "providers": providers_for(Audience.STAFF), "next": request.GET.get("next", "")}
    return render(request, "accounts/sign_in.html", context, status=status)


@public("the second half of a staff sign-in; shows nothing without the ticket of the first half")
@unkeyed(COUNTS)
def second_factor(request: Request) -> HttpResponseBase:
    """The second factor."""
    half = doors.half_way(request, TicketPurpose.SECOND_FACTOR)
    if half is None:
        return HttpResponseRedirect(reverse("accounts:sign_in"))
    form = FactorForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        method = proved(request, half.user, form)
        if method:
            response = HttpResponseRedirect(safe_next(request, half.next, default=doors.HOME))
            doors.open_for(request, response, half.user, method=method)
            return response
        log.note(request, Outcome.WRONG, kind=ActorKind.STAFF, user_id=half.user.pk)
        form = explained(request, form)
    context = {"form": form, "has_passkey": passkeys.has_any(half.user), "options": reverse("accounts:passkey_options")}
    return render(request, "accounts/second_factor.html", context, status=status)


@public("asked by the script of the second-factor page; answers only to the ticket of the first half")
@require_GET
def passkey_options(request: Request) -> HttpResponseBase:
    """What the browser needs to use a passkey in the second half of a sign-in."""
    half = doors.half_way(request, TicketPurpose.SECOND_FACTOR)
    if half is None:
        return HttpResponse(status=404)
    return challenge_answer(passkeys.ask(request, half.user))


@public("the enrolment of a first factor; shows nothing without the ticket of the first half")
@unkeyed(COUNTS)
def enrol(request: Request) -> HttpResponseBase:
    """Enrolment of the first factor, before any personal page."""
    half = doors.half_way(request, TicketPurpose.ENROLMENT)
    if half is None:
        return HttpResponseRedirect(reverse("accounts:sign_in"))
    form = EnrolForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        factor = _enrolled(half, form)
        if factor is not None:
            codes = factor_actions.enrolled(user=half.user, factor=factor, session=None)
            context = {"codes": codes, "next": safe_next(request, half.next, default=doors.HOME)}
            response = render(request, "accounts/recovery_codes.html", context)
            doors.open_for(request, response, half.user, method=Method.TOTP)
            return response
    return render(request, "accounts/enrol.html", enrolment_context(form, half.secret, half.user), status=status)


@public("where an invited user sets the password; the invitation is the proof")
@unkeyed(COUNTS)
def invitation(request: Request) -> HttpResponseBase:
    """The first password, or a new one after a reset."""
    form = InvitationForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            values = form.cleaned_data
            user = users.accept_invitation(
                username=values["username"],
                code=values["code"],
                password=values["new_password"],
                network=addresses.network(request),
            )
            if user is not None:
                return doors.after_first_half(request, user, next_page="")
            form.add_error(
                "code", _("This invitation is not right or has expired. Ask your administrator for a new one.")
            )
    return render(request, "accounts/invitation.html", {"form": form}, status=status)


@public("signing out twice does no harm")
@unkeyed("ends this browser's sign-in; repeating it changes nothing")
@require_POST
def sign_out(request: Request) -> HttpResponseBase:
    """End the sign-in of this browser."""
    actor = request.actor
    response = HttpResponseRedirect(doors.HOME)
    if actor.id is not None:
        user_id = actor.id if actor.kind is ActorKind.STAFF else None
        log.note(request, Outcome.SIGNED_OUT, kind=actor.kind, user_id=user_id, person_id=actor.person_id)
    sessions.end(request, response)
    return response


def challenge_answer(challenge: passkeys.Challenge) -> JsonResponse:
    """Give the browser its challenge; the ticket makes it good for once."""
    response = JsonResponse(challenge.options)
    tickets.give(response, TicketPurpose.PASSKEY, {"challenge": challenge.challenge})
    return response


def challenge_taken(request: HttpRequest) -> str:
    """Return the challenge that this browser was given, for the only time."""
    note = tickets.take(tickets.handle_of(request, TicketPurpose.PASSKEY), TicketPurpose.PASSKEY)
    return note["challenge"] if note else ""


def enrolment_context(form: EnrolForm, secret: str, user: User) -> dict[str, object]:
    """Return what the enrolment page shows."""
    return {"form": form, "secret": secret, "uri": totp.enrolment_uri(secret, username=user.username)}


def proved(request: HttpRequest, user: User, form: FactorForm) -> Method | None:
    """Return which factor a posted code or passkey proves, or None."""
    answer = request.POST.get("passkey", "")
    if answer:
        challenge = challenge_taken(request)
        fits = bool(challenge) and passkeys.check(request, user, challenge=challenge, answer=answer)
        return Method.PASSKEY if fits else None
    return doors.check_code(user, form.cleaned_data["code"]) if form.is_valid() else None


def explained(request: HttpRequest, form: FactorForm) -> FactorForm:
    """Return the form that says what did not prove anything: the code, or the passkey in a banner."""
    if request.POST.get("passkey"):
        messages.error(request, _("The passkey did not work. Try once more, or use a code."))
        return FactorForm()
    if form.is_valid():
        form.add_error("code", _wrong_code())
    return form


def _enrolled(half: doors.HalfWay, form: EnrolForm) -> Factor | None:
    if not form.is_valid():
        return None
    label = form.cleaned_data["label"] or _("Authenticator app")
    factor = totp.enrol(half.user, secret=half.secret, typed=form.cleaned_data["code"], label=label)
    if factor is None:
        form.add_error("code", _wrong_code())
    return factor


def _wrong_password() -> str:
    return _("User name or password is not right. Check both and try once more.")


def _wrong_code() -> str:
    return _("This code is not right, or it was used before. Wait for the next one and try once more.")


def _too_many() -> str:
    return _("Too many tries. Wait five minutes and try once more.")
