"""Within which sites an actor works; foreign sites look as if they did not exist."""

from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.kernel.errors import Missing


def site_ids(by: Actor, *roles: Role) -> frozenset[int] | None:
    """Return the sites within which the actor holds one of the roles; None means every site."""
    if by.has(Role.SYSTEM) or by.is_national(*roles):
        return None
    return frozenset(int(key) for role in roles for key in by.keys(role, ScopeKind.SITE))


def check_site(by: Actor, site_id: int | None, *roles: Role) -> None:
    """Let pass who holds one of the roles at this site.

    :raises Missing: for everybody else.
    """
    allowed = site_ids(by, *roles)
    if allowed is not None and site_id not in allowed:
        raise Missing("no such thing within this actor's sites")
