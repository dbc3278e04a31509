"""Making users, disabling and enabling them, and letting them in for the first time or anew."""

import re
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from khumkan import record
from khumkan.accounts import limits, passwords, permissions, sessions, throttle
from khumkan.accounts.models import Factor, Invitation, RecoveryCode, User
from khumkan.kernel import references
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.crypto import blind_index
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_

INVITATION_LIFETIME = timedelta(hours=72)
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,59}")


@dataclass(frozen=True)
class Invited:
    """A user and the code that lets them set a password and enrol a factor; it is shown once."""

    user: User
    code: str


@transaction.atomic
def create_user(*, username: str, name: str, language: str = "th", by: Actor) -> Invited:
    """Make a user without any role, and an invitation to hand over in person.

    :raises Refused: when the user name is taken or not possible.
    """
    permissions.check_may_administer(by)
    return make(username=username, name=name, language=language, by=by)


def make(*, username: str, name: str, language: str, by: Actor) -> Invited:
    """Store a user whom somebody was allowed to make, and invite them.

    :raises Refused: when the user name is taken or not possible.
    """
    username = username.strip().lower()
    if not USERNAME.fullmatch(username):
        raise Refused(
            N_("A user name has 3 to 60 small letters, digits, dots or hyphens, and begins with a letter or a digit."),
            "username_form",
        )
    try:
        with transaction.atomic():
            user = User(username=username, name=name.strip(), language=language)
            user.set_unusable_password()
            user.save()
    except IntegrityError as error:
        raise Refused(N_("This user name is taken."), "username_taken") from error
    record.write("accounts.user_created", by=by, about=user)
    return Invited(user, invite(user, by=by))


@transaction.atomic
def set_active(*, user: User, active: bool, by: Actor) -> None:
    """Disable a user, which ends all sign-ins at once, or enable the user again."""
    permissions.check_may_manage(by, user)
    User.objects.filter(pk=user.pk).update(is_active=active)
    if not active:
        sessions.end_all(user_id=user.pk)
    record.write("accounts.user_enabled" if active else "accounts.user_disabled", by=by, about=user)


@transaction.atomic
def reset(*, user: User, by: Actor, asked_by: int) -> Invited:
    """Take everything from a user that opens the account, and invite anew; a second person has seen who it is."""
    Factor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    user.set_unusable_password()
    user.save(update_fields=["password"])
    sessions.end_all(user_id=user.pk)
    record.write("accounts.user_reset", by=by, about=user, data={"asked_by": asked_by})
    return Invited(user, invite(user, by=by, asked_by=asked_by))


def invite(user: User, *, by: Actor, asked_by: int | None = None) -> str:
    """Make the code of an invitation, which ends earlier ones, and return it for the only time."""
    code = references.new("W")
    Invitation.objects.filter(user=user, used_at__isnull=True).delete()
    Invitation.objects.create(
        user=user,
        code_hash=_hash(user.username, code),
        made_by=asked_by or by.id,
        approved_by=by.id if asked_by else None,
        expires_at=Now() + INVITATION_LIFETIME,
    )
    return code


def accept_invitation(*, username: str, code: str, password: str, network: str) -> User | None:
    """Set the password of an invited user; None when the invitation is not right, without saying why.

    :raises Refused: when the password is too easy; the invitation stays good.
    :raises RuntimeError: inside a transaction, whose rollback would forget the try.
    """
    username = username.strip().lower()
    if not throttle.take_all((limits.INVITATION, network), (limits.PASSWORD_ACCOUNT, username)):
        return None
    code_hash = _hash(username, references.normalise(code))
    with transaction.atomic():
        open_ones = Invitation.objects.filter(code_hash=code_hash, used_at__isnull=True, expires_at__gt=Now())
        invitation = open_ones.select_for_update(of=("self",)).select_related("user").first()
        if invitation is None or not invitation.user.is_active:
            return None
        passwords.set_new(invitation.user, password)
        Invitation.objects.filter(pk=invitation.pk).update(used_at=Now())
        record.write("accounts.invitation_accepted", by=themselves(invitation.user), about=invitation.user)
    return invitation.user


@transaction.atomic
def change_password(*, user: User, password: str, by: Actor) -> None:
    """Give a signed-in user a new password; the caller ends the other sign-ins.

    :raises Refused: when the password is too easy.
    """
    passwords.set_new(user, password)
    record.write("accounts.password_changed", by=by, about=user)


def themselves(user: User) -> Actor:
    """Return a user as actor on the own account before being signed in: without any role."""
    return Actor(ActorKind.STAFF, user.pk)


def _hash(username: str, code: str) -> bytes:
    return blind_index(f"{username}:{code}", purpose="accounts.invitation")
