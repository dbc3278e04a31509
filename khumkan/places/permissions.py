"""Who may change sites and holidays. Each check raises; the yes/no for a template is the same check."""

from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_

WRITERS = (Role.OFFICER, Role.ADMINISTRATOR, Role.SYSTEM)


def check_may_change_site(by: Actor, *, province_code: str) -> None:
    """Check that the actor may add or change a site of a province.

    :raises Refused: for anybody but national officers and officers of the province.
    """
    if not may_change_site(by, province_code=province_code):
        raise Refused(N_("Only an officer of the region can change this site."), "not_allowed")


def may_change_site(by: Actor, *, province_code: str) -> bool:
    """Tell whether `check_may_change_site` would pass."""
    return by.is_national(*WRITERS) or any(province_code in by.keys(role, ScopeKind.PROVINCE) for role in WRITERS)


def check_may_change_holidays(by: Actor) -> None:
    """Check that the actor may change the holidays of the country.

    :raises Refused: for anybody but national officers.
    """
    if not may_change_holidays(by):
        raise Refused(N_("Only the head office can change holidays."), "not_allowed")


def may_change_holidays(by: Actor) -> bool:
    """Tell whether `check_may_change_holidays` would pass."""
    return by.is_national(*WRITERS)
