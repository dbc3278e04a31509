"""Who may see the figures: officers, everywhere or within their provinces."""

from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.kernel.errors import Missing


def visible_provinces(by: Actor) -> frozenset[str] | None:
    """Return the codes of the provinces whose figures an actor may see; None means the whole country.

    :raises Missing: for somebody who may see none.
    """
    if by.has(Role.SYSTEM) or by.is_national(Role.OFFICER, Role.AUDITOR):
        return None
    codes = by.keys(Role.OFFICER, ScopeKind.PROVINCE)
    if not codes:
        raise Missing("figures are for officers")
    return codes
