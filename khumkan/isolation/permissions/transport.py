"""Who plans drives and who drives."""

from khumkan.isolation.permissions.cares import is_officer_of
from khumkan.kernel.actors import Actor, ActorKind, Role, ScopeKind
from khumkan.kernel.errors import Missing


def check_may_plan(by: Actor, *, province_code: str) -> None:
    """Officers plan drives to the sites of their provinces.

    :raises Missing: for sites elsewhere.
    """
    if not is_officer_of(by, province_code):
        raise Missing("no such drive within this officer's provinces")


def check_may_drive(by: Actor, *, province_code: str) -> None:
    """Drivers drive to the sites of their provinces.

    :raises Missing: for sites elsewhere, and for everybody else.
    """
    if by.kind is ActorKind.SYSTEM or by.is_national(Role.DRIVER):
        return
    if province_code not in by.keys(Role.DRIVER, ScopeKind.PROVINCE):
        raise Missing("no such drive within this driver's provinces")
