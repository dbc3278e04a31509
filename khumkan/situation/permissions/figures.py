"""Who sees the situation: officers, supervisors of the hotline and auditors; the lists behind it are for officers."""

from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.kernel.errors import Missing
from khumkan.situation.models import Alarm

#: Who reads figures. No name of a person stands there, and no name of an employer for anybody but officers.
READERS = (Role.OFFICER, Role.SUPERVISOR, Role.AUDITOR)


def visible_provinces(by: Actor) -> frozenset[str] | None:
    """Return the provinces whose figures an actor may see; None means the whole country.

    :raises Missing: for somebody who may see none.
    """
    if by.has(Role.SYSTEM) or by.is_national(*READERS):
        return None
    codes = frozenset(code for role in READERS for code in by.keys(role, ScopeKind.PROVINCE))
    if not codes:
        raise Missing("the situation is for officers, supervisors and auditors")
    return codes


def listed_provinces(by: Actor) -> frozenset[str] | None:
    """Return the provinces whose lists and reports an officer opens; None means the whole country, and any.

    :raises Missing: for everybody else.
    """
    if by.is_national(Role.OFFICER):
        return None
    codes = by.keys(Role.OFFICER, ScopeKind.PROVINCE)
    if not codes:
        raise Missing("the lists behind figures are for officers")
    return codes


def may_list(by: Actor) -> bool:
    """Tell whether `listed_provinces` would pass, for links."""
    return by.has(Role.OFFICER)


def check_may_list(by: Actor, province_code: str | None) -> None:
    """Officers open the lists of their provinces; those of the country's officers lie everywhere.

    :param province_code: empty where the province is unknown; None for the whole country.
    :raises Missing: for everybody else.
    """
    codes = listed_provinces(by)
    if codes is not None and (province_code is None or province_code not in codes):
        raise Missing("no such list within this officer's provinces")


def check_may_take_on(by: Actor, alarm: Alarm) -> None:
    """Officers take on the alarms of their provinces; those of the whole country only officers of the whole country.

    :raises Missing: for everybody else.
    """
    if not may_take_on(by, alarm):
        raise Missing("no such alarm within this officer's provinces")


def may_take_on(by: Actor, alarm: Alarm) -> bool:
    """Tell whether `check_may_take_on` would pass, for buttons."""
    return by.is_national(Role.OFFICER) or alarm.province_code in by.keys(Role.OFFICER, ScopeKind.PROVINCE)
