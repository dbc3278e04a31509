"""Bearer tokens of other systems: `khk_<prefix>_<secret>`. The prefix names the row; of the secret a hash is kept."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now

from khumkan.accounts.models import ApiToken
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind

MARK = "khk"
SECRET_BYTES = 32
LONGEST_LIFE = timedelta(days=365)
#: How exact "last used" is.
NOTED_EVERY = timedelta(minutes=1)
#: What a token may be allowed, such as `screening:results:write`. Programmes add theirs.
SCOPES: dict[str, str] = {}
_NOBODY = hashlib.sha256(b"").digest()


@dataclass(frozen=True, slots=True)
class Client(Actor):
    """Another system that acts, within the scopes of its token."""

    scopes: frozenset[str] = frozenset()


def may(actor: Actor, scope: str) -> bool:
    """Tell whether the actor is another system whose token has this scope."""
    return isinstance(actor, Client) and scope in actor.scopes


def authenticate(header: str | None, *, origin: str = "") -> Client | None:
    """Return the system that an `Authorization` header belongs to; None for anything not wholly right."""
    kind, _, token = (header or "").partition(" ")
    mark, _, rest = token.strip().partition("_")
    prefix, _, secret = rest.partition("_")
    row = _alive(prefix) if kind.lower() == "bearer" and mark == MARK else None
    expected = bytes(row.secret_hash) if row else _NOBODY
    if not hmac.compare_digest(expected, hash_of(secret)) or row is None:
        return None
    _note_use(row)
    grant = Grant(Role.CLIENT, ScopeKind(row.scope_kind), row.key)
    return Client(ActorKind.CLIENT, row.pk, frozenset({grant}), row.name, origin=origin, scopes=frozenset(row.scopes))


def new_parts() -> tuple[str, str]:
    """Return a prefix and a secret for a new token."""
    return secrets.token_hex(5), secrets.token_urlsafe(SECRET_BYTES)


def written(prefix: str, secret: str) -> str:
    """Return the token as its holder keeps it."""
    return f"{MARK}_{prefix}_{secret}"


def hash_of(secret: str) -> bytes:
    """Return what is stored of a secret; 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


def _alive(prefix: str) -> ApiToken | None:
    return ApiToken.objects.filter(
        prefix=prefix, revoked_at__isnull=True, expires_at__gt=Now(), owner__is_active=True
    ).first()


def _note_use(row: ApiToken) -> None:
    stale = Q(used_at__isnull=True) | Q(used_at__lt=Now() - NOTED_EVERY)
    ApiToken.objects.filter(stale, pk=row.pk).update(used_at=Now())
