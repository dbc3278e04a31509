"""Issuing and revoking the tokens of other systems."""

import re
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from khumkan import record
from khumkan.accounts import permissions, tokens
from khumkan.accounts.models import ApiToken, User
from khumkan.kernel.actors import Actor, ScopeKind
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_

SCOPE = re.compile(r"[a-z_]+(:[a-z_]+){1,3}")


@transaction.atomic
def issue(
    *,
    name: str,
    scopes: Iterable[str],
    owner: User,
    lifetime: timedelta,
    by: Actor,
    scope_kind: ScopeKind = ScopeKind.NATIONAL,
    key: str = "",
) -> str:
    """Issue a token and return it for the only time.

    :param scopes: what it may do, such as `screening:results:write`.
    :param owner: the member of staff who answers for the system; when they leave, it stops.
    :raises Refused: when it may do nothing, or something that no operation asks for, or lives too long.
    """
    permissions.check_may_administer(by)
    wanted = sorted(set(scopes))
    if not wanted or not all(SCOPE.fullmatch(scope) for scope in wanted):
        raise Refused(N_("Choose at least one thing that the system may do."), "token_scopes")
    if not tokens.SCOPES.keys() >= set(wanted):
        raise Refused(N_("No operation asks for this. Choose from what other systems may do."), "token_scope_unknown")
    if not timedelta(0) < lifetime <= tokens.LONGEST_LIFE:
        raise Refused(N_("A token lives for at most one year."), "token_lifetime")
    if (scope_kind is ScopeKind.NATIONAL) != (key == ""):
        raise Refused(N_("Say for which province, site, employer or bank the token is."), "scope_key")
    prefix, secret = tokens.new_parts()
    token = ApiToken.objects.create(
        name=name.strip(),
        prefix=prefix,
        secret_hash=tokens.hash_of(secret),
        scopes=wanted,
        scope_kind=scope_kind,
        key=key,
        owner=owner,
        expires_at=Now() + lifetime,
    )
    record.write("accounts.token_issued", by=by, about=token, data={"scopes": wanted, "owner": owner.pk})
    return tokens.written(prefix, secret)


@transaction.atomic
def revoke(*, token_id: int, by: Actor) -> None:
    """Revoke a token; it is refused from the next request on."""
    permissions.check_may_administer(by)
    token = ApiToken.objects.select_for_update().filter(pk=token_id, revoked_at__isnull=True).first()
    if token is None:
        return
    token.revoked_at, token.revoked_by = Now(), by.id
    token.save(update_fields=["revoked_at", "revoked_by"])
    record.write("accounts.token_revoked", by=by, about=token)
