"""The first half of a staff sign-in: user name and password.

A name that does not exist is answered alike and as slowly.
"""

from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models.functions import Now
from django.http import HttpRequest

from khumkan.accounts import addresses, limits, throttle
from khumkan.accounts.models import User
from khumkan.accounts.states import Outcome
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_


@dataclass(frozen=True)
class Checked:
    """What became of a user name and password."""

    outcome: Outcome
    user: User | None = None


def check(request: HttpRequest, *, username: str, password: str) -> Checked:
    """Say whether this is the password of an active user. A throttled try is not looked at, right or wrong."""
    username = username.strip().lower()
    network = addresses.network(request)
    if not throttle.take_all(
        (limits.PASSWORD_PLACE, f"{username} {network}"),
        (limits.PASSWORD_ACCOUNT, username),
        (limits.PASSWORD_NETWORK, network),
    ):
        return Checked(Outcome.THROTTLED)
    user = User.objects.filter(username=username).first()
    if user is None:
        User().set_password(password)  # costs as much time as a check
        return Checked(Outcome.WRONG)
    if not user.check_password(password):
        return Checked(Outcome.WRONG, user)
    if not user.is_active:
        return Checked(Outcome.REFUSED, user)
    throttle.give_back(limits.PASSWORD_PLACE, f"{username} {network}")
    return Checked(Outcome.SIGNED_IN, user)


def problems(password: str, user: User | None) -> list[str]:
    """Return what is wrong with a new password, in words."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        return list(error.messages)
    return []


def set_new(user: User, password: str) -> None:
    """Give a user a new password.

    :raises Refused: when the password is too easy.
    """
    if problems(password, user):
        raise Refused(N_("This password is too easy to guess. Choose a longer one."), "password_weak")
    user.set_password(password)
    user.password_changed_at = Now()
    user.save(update_fields=["password", "password_changed_at"])
