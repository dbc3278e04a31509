"""Helpers for the tests of every layer above: actors of any role, and browsers that are signed in."""

import itertools
import secrets

from django.test import Client

from khumkan.accounts import sessions
from khumkan.accounts.models import RoleGrant, User
from khumkan.accounts.states import Method
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind

_numbers = itertools.count(1)


def user(
    role: Role | None = None, *, scope_kind: ScopeKind = ScopeKind.NATIONAL, key: str | int = "", name: str = ""
) -> User:
    """Make a member of staff, with one grant when a role is named."""
    username = name or f"staff-{next(_numbers)}-{secrets.token_hex(3)}"
    made = User.objects.create(username=username, name=username, password="!")  # noqa: S106 an unusable password
    if role is not None:
        grant(made, role, scope_kind=scope_kind, key=key)
    return made


def grant(to: User, role: Role, *, scope_kind: ScopeKind = ScopeKind.NATIONAL, key: str | int = "") -> RoleGrant:
    """Give a user one more role."""
    return RoleGrant.objects.create(user=to, role=role, scope_kind=scope_kind, key=str(key))


def actor(
    role: Role,
    *,
    scope_kind: ScopeKind = ScopeKind.NATIONAL,
    key: str | int = "",
    user_id: int = 1,
    person_id: int | None = None,
) -> Actor:
    """Return an actor of a role without touching the database; a person needs `person_id`."""
    if role is Role.PERSON:
        if person_id is None:
            raise ValueError("a person needs person_id")
        return Actor.person(person_id)
    if role is Role.SYSTEM:
        return Actor.system("test")
    kind = ActorKind.CLIENT if role is Role.CLIENT else ActorKind.STAFF
    return Actor(kind, user_id, frozenset({Grant(role, scope_kind, str(key))}), name="test")


def actor_of(member: User) -> Actor:
    """Return the actor that a stored user is when signed in."""
    held = member.role_grants.filter(withdrawn_at__isnull=True)
    grants = frozenset(Grant(Role(row.role), ScopeKind(row.scope_kind), row.key) for row in held)
    return Actor(ActorKind.STAFF, member.pk, grants, name=member.name)


def sign_in(client: Client, who: User | int) -> Client:
    """Sign a browser in as a member of staff, or as the person with this id; return the browser."""
    key = secrets.token_urlsafe(32)
    if isinstance(who, User):
        sessions.create(key, method=Method.TOTP, user=who)
    else:
        sessions.create(key, method=Method.PHONE_CODE, person_id=who)
    client.cookies[sessions.cookie_name()] = key
    return client
