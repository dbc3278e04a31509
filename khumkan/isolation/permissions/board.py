"""Who looks at the bed board, and who at one site."""

from khumkan.isolation.permissions.cares import SITE_STAFF, province_codes, site_ids
from khumkan.kernel.actors import Actor, Role

#: Who sees how many beds there are; nobody's name stands there.
WATCHERS = (Role.OFFICER, Role.AGENT, Role.SUPERVISOR)


def provinces_watched(by: Actor) -> frozenset[str] | None:
    """Return the provinces whose beds the actor sees; None means the whole country."""
    return province_codes(by, *WATCHERS)


def provinces_run(by: Actor) -> frozenset[str] | None:
    """Return the provinces whose sites the actor runs; None means the whole country."""
    return province_codes(by, Role.OFFICER)


def sites_kept(by: Actor) -> frozenset[int] | None:
    """Return the sites at which the actor works; None means every site."""
    return site_ids(by, *SITE_STAFF)
