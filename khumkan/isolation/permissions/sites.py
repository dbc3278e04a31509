"""Who runs sites, and who keeps their beds in order."""

from khumkan.isolation.permissions.cares import SITE_STAFF, is_officer_of, works_at
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing


def check_may_run(by: Actor, *, province_code: str) -> None:
    """Officers run the sites of their provinces.

    :raises Missing: for sites elsewhere.
    """
    if not is_officer_of(by, province_code):
        raise Missing("no such site within this officer's provinces")


def check_may_keep(by: Actor, site_id: int, *, province_code: str) -> None:
    """The staff of a site and officers of its province say whether a bed can be used.

    :raises Missing: for everybody else.
    """
    if not (works_at(by, site_id, *SITE_STAFF) or is_officer_of(by, province_code)):
        raise Missing("no such bed at this actor's sites")
