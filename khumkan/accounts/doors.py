"""What follows a proof: the second factor after the password, the enrolment of a first factor, the signed-in page.

A browser between the two halves of a staff sign-in holds a ticket and no session: no personal page opens for it.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from khumkan.accounts import factors, log, queries, sessions, tickets
from khumkan.accounts.access import safe_next
from khumkan.accounts.factors import recovery, totp
from khumkan.accounts.models import User
from khumkan.accounts.states import Method, Outcome, TicketPurpose
from khumkan.kernel.actors import ActorKind
from khumkan.kernel.digits import only_digits

HOME = "/"


@dataclass(frozen=True)
class HalfWay:
    """A user who has given the first half, and where the browser wants to go."""

    user: User
    next: str
    secret: str = ""


def after_first_half(request: HttpRequest, user: User, *, next_page: str) -> HttpResponse:
    """Lead to the second factor, or to the enrolment of one when there is none."""
    note = {"user": user.pk, "next": safe_next(request, next_page, default=HOME)}
    if factors.of(user):
        response = HttpResponseRedirect(reverse("accounts:second_factor"))
        tickets.give(response, TicketPurpose.SECOND_FACTOR, note)
        return response
    response = HttpResponseRedirect(reverse("accounts:enrol"))
    tickets.give(response, TicketPurpose.ENROLMENT, note | {"secret": totp.new_secret()})
    return response


def half_way(request: HttpRequest, purpose: TicketPurpose) -> HalfWay | None:
    """Return who stands between the two halves; None when time is up, or the user was disabled meanwhile."""
    note = tickets.look(tickets.handle_of(request, purpose), purpose)
    user = queries.active_user(note["user"]) if note else None
    return HalfWay(user, note["next"], note.get("secret", "")) if note and user else None


def check_code(user: User, typed: str) -> Method | None:
    """Return which factor a typed code proves: the app's six digits, or a recovery code."""
    if len(only_digits(typed)) == totp.DIGITS and len(typed.strip()) <= totp.DIGITS + 2:
        return Method.TOTP if totp.check(user, typed=typed) else None
    return Method.RECOVERY_CODE if recovery.check(user, typed=typed) else None


def open_for(request: HttpRequest, response: HttpResponseBase, user: User, *, method: Method) -> None:
    """Sign a user in who has given both halves."""
    for purpose in (TicketPurpose.SECOND_FACTOR, TicketPurpose.ENROLMENT):
        tickets.drop(request, response, purpose)
    sessions.begin(request, response, method=method, user=user)
    log.note(request, Outcome.SIGNED_IN, kind=ActorKind.STAFF, user_id=user.pk, method=method)
