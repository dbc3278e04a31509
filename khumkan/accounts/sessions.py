"""Sign-ins that are alive: one row each, looked up by the hash of a random key that only the browser holds.

The row, the user and the grants come in one query at each request, judged by the clock of the database; so a role taken
away, a disabled user and an ended session count from the next request on, in every process.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import rotate_token

from khumkan.accounts import addresses
from khumkan.accounts.models import Session, User
from khumkan.accounts.states import Method
from khumkan.kernel import prepared
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind

STAFF_IDLE, STAFF_ABSOLUTE = timedelta(minutes=15), timedelta(hours=10)
PERSON_IDLE, PERSON_ABSOLUTE = timedelta(minutes=30), timedelta(hours=12)
#: How exact the idle time is: the row is written at most once in this time.
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a request belongs to, and the session by which we know."""

    actor: Actor
    session: Session


def cookie_name() -> str:
    """Return the name of the cookie; behind TLS it is bound to the host."""
    return "__Host-signed-in" if settings.SESSION_COOKIE_SECURE else "signed-in"


def hashed(key: str) -> bytes:
    """Return what the database holds of a random key; 256 random bits need no salt."""
    return hashlib.sha256(key.encode()).digest()


def begin(
    request: HttpRequest,
    response: HttpResponseBase,
    *,
    method: Method,
    user: User | None = None,
    person_id: int | None = None,
) -> Session:
    """Sign somebody in who has just proved who they are: a new key, whatever the browser held before."""
    end(request, response)
    key = secrets.token_urlsafe(32)
    session = create(key, method=method, user=user, person_id=person_id, request=request)
    rotate_token(request)
    _set_cookie(response, key)
    return session


def create(
    key: str,
    *,
    method: Method,
    user: User | None = None,
    person_id: int | None = None,
    request: HttpRequest | None = None,
) -> Session:
    """Store a sign-in under a key."""
    idle, absolute = (STAFF_IDLE, STAFF_ABSOLUTE) if user else (PERSON_IDLE, PERSON_ABSOLUTE)
    return Session.objects.create(
        key_hash=hashed(key),
        user=user,
        person_id=person_id,
        method=method,
        idle_until=Now() + idle,
        expires_at=Now() + absolute,
        address=addresses.of(request) if request else None,
        device=addresses.device(request) if request else "",
    )


#: By hand and prepared, because it is asked at every request: putting it together and planning it take longer than its
#: answer.
_FIND = """
SELECT s.key_hash, s.user_id, s.person_id, s.method, s.started_at, s.proved_at, s.idle_until, s.expires_at, s.address,
       s.device, coalesce(u.name, ''),
       s.idle_until < now() - %(touch_every)s
           + CASE WHEN s.user_id IS NULL THEN %(person_idle)s ELSE %(staff_idle)s END,
       CASE WHEN s.user_id IS NOT NULL THEN ARRAY(
           SELECT ARRAY[role, scope_kind, key] FROM accounts_rolegrant
           WHERE user_id = s.user_id AND withdrawn_at IS NULL ORDER BY id) END
FROM accounts_session s LEFT JOIN accounts_user u ON u.id = s.user_id
WHERE s.key_hash = %(key_hash)s AND s.idle_until > now() AND s.expires_at > now() AND u.is_active IS NOT FALSE
"""
_COLUMNS = tuple(field.attname for field in Session._meta.concrete_fields)


def find(key: str) -> SignedIn | None:
    """Return who holds a key, in one query; None when the sign-in has ended, by whatever cause."""
    if not key:
        return None
    values: dict[str, Any] = {
        "key_hash": hashed(key),
        "person_idle": PERSON_IDLE,
        "staff_idle": STAFF_IDLE,
        "touch_every": TOUCH_EVERY,
    }
    found = prepared.rows(_FIND, values)
    if not found:
        return None
    *columns, name, is_long_untouched, held = found[0]
    session = Session.from_db(connection.alias, _COLUMNS, columns)
    if is_long_untouched:
        _touch(session)
    return SignedIn(_actor(session, name, held or []), session)


def end(request: HttpRequest, response: HttpResponseBase) -> None:
    """End the sign-in of this browser, if there is one, and forget what its pages kept."""
    key = request.COOKIES.get(cookie_name(), "")
    if key:
        Session.objects.filter(key_hash=hashed(key)).delete()
        response.delete_cookie(cookie_name(), path="/", samesite="Lax")
    if hasattr(request, "session"):
        request.session.flush()


def end_all(*, user_id: int | None = None, person_id: int | None = None, but: Session | None = None) -> int:
    """End every sign-in of a user or a person, except one; return how many."""
    if (user_id is None) == (person_id is None):
        raise ValueError("name one user or one person")
    others = Session.objects.filter(user=user_id) if person_id is None else Session.objects.filter(person_id=person_id)
    if but is not None:
        others = others.exclude(pk=but.pk)
    return others.delete()[0]


def prove_again(session: Session, *, method: Method) -> None:
    """Note that the holder of a session has proved once more who they are."""
    Session.objects.filter(pk=session.pk).update(proved_at=Now(), method=method)


def _touch(session: Session) -> None:
    idle = STAFF_IDLE if session.user_id else PERSON_IDLE
    Session.objects.filter(pk=session.pk).update(idle_until=Now() + idle)


def _actor(session: Session, name: str, held: list[list[str]]) -> Actor:
    origin = str(session.address or "")
    if session.person_id is not None:
        return Actor.person(session.person_id, origin=origin)
    grants = frozenset(Grant(Role(role), ScopeKind(kind), key) for role, kind, key in held)
    return Actor(ActorKind.STAFF, session.user_id, grants, name=name, origin=origin)


def _set_cookie(response: HttpResponseBase, key: str) -> None:
    response.set_cookie(
        cookie_name(), key, path="/", httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
