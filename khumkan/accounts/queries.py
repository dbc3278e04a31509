"""What the pages of accounts show."""

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Now

from khumkan.accounts.models import (
    ApiToken,
    FourEyesRequest,
    Invitation,
    PhoneChange,
    RoleGrant,
    Session,
    SignInEvent,
    User,
)
from khumkan.accounts.states import PhoneChangeState, RequestKind, RequestState
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing


def users(*, search: str = "") -> QuerySet[User]:
    """Return users by user name with their grants; two queries. The search looks into user name and name."""
    held = RoleGrant.objects.filter(withdrawn_at__isnull=True).order_by("id")
    found = User.objects.prefetch_related(Prefetch("role_grants", held, to_attr="held")).order_by("username")
    found = found.annotate(factor_count=Count("factors"))
    return found.filter(Q(username__icontains=search) | Q(name__icontains=search)) if search else found


def user(user_id: int) -> User:
    """Return one user.

    :raises Missing: when there is none.
    """
    found = User.objects.filter(pk=user_id).first()
    if found is None:
        raise Missing
    return found


def administrators_who_can_come_in() -> QuerySet[User]:
    """Return the active administrators who have a password, or an invitation with which they can still set one."""
    held = RoleGrant.objects.filter(user=OuterRef("pk"), role=Role.ADMINISTRATOR.value, withdrawn_at__isnull=True)
    invited = Invitation.objects.filter(user=OuterRef("pk"), used_at__isnull=True, expires_at__gt=Now())
    may_come = ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX) | Exists(invited)
    return User.objects.filter(Exists(held), may_come, is_active=True).order_by("username")


def grants_of(user_id: int) -> QuerySet[RoleGrant]:
    """Return the grants that a user holds, oldest first."""
    return RoleGrant.objects.filter(user=user_id, withdrawn_at__isnull=True).order_by("id")


def sessions_alive(*, user_id: int | None = None, person_id: int | None = None) -> QuerySet[Session]:
    """Return the sign-ins that are alive, newest first: of one user, of one person, or of all staff."""
    alive = Session.objects.filter(idle_until__gt=Now(), expires_at__gt=Now()).select_related("user")
    if person_id is not None:
        alive = alive.filter(person_id=person_id)
    elif user_id is not None:
        alive = alive.filter(user=user_id)
    else:
        alive = alive.filter(user__isnull=False)
    return alive.order_by("-started_at", "key_hash")


def sign_in_log(*, user_id: int | None = None) -> QuerySet[SignInEvent]:
    """Return the lines of the sign-in log that are about staff, newest first."""
    lines = SignInEvent.objects.filter(kind="staff")
    return (lines.filter(user_id=user_id) if user_id else lines).order_by("-at", "-id")


def names_of(user_ids: set[int]) -> dict[int, str]:
    """Return the user names for ids, in one query."""
    return dict(User.objects.filter(pk__in=user_ids).values_list("id", "username"))


def roles_of(user_ids: set[int]) -> dict[int, list[str]]:
    """Return the roles that users hold or held, by id. One query."""
    found: dict[int, list[str]] = {}
    rows = RoleGrant.objects.filter(user__in=user_ids).order_by("user", "role")
    for user_id, role in rows.values_list("user", "role").distinct():
        found.setdefault(user_id, []).append(role)
    return found


def open_requests(*kinds: RequestKind) -> QuerySet[FourEyesRequest]:
    """Return what waits for a second person, oldest first."""
    waiting = FourEyesRequest.objects.filter(state=RequestState.ASKED, kind__in=kinds)
    return waiting.select_related("user", "asked_by").order_by("asked_at", "id")


def tokens() -> QuerySet[ApiToken]:
    """Return the tokens of other systems, newest first, with their owners."""
    return ApiToken.objects.select_related("owner").order_by("-created_at", "-id")


def active_user(user_id: int) -> User | None:
    """Return a user who may sign in, or None."""
    return User.objects.filter(pk=user_id, is_active=True).first()


def active_user_named(username: str) -> User | None:
    """Return the user with this name who may sign in, or None."""
    return User.objects.filter(username=username.strip().lower(), is_active=True).first()


def kind_of_request(request_id: int) -> RequestKind:
    """Return what a request is for.

    :raises Missing: when there is none.
    """
    kind = FourEyesRequest.objects.filter(pk=request_id).values_list("kind", flat=True).first()
    if kind is None:
        raise Missing
    return RequestKind(kind)


def person_of_request(request_id: int) -> int:
    """Return the id of the person whom a request is about.

    :raises Missing: when there is no such request, or it is about nobody insured.
    """
    person_id = FourEyesRequest.objects.filter(pk=request_id).values_list("person_id", flat=True).first()
    if person_id is None:
        raise Missing
    return person_id


def phone_change_waiting(person_id: int) -> PhoneChange | None:
    """Return the change of a person's phone that waits, or None."""
    return PhoneChange.objects.filter(person_id=person_id, state=PhoneChangeState.WAITING).first()
