"""Who works on cases, and who supervises; what lies outside looks as if it did not exist."""

from khumkan.hotline.models import Case
from khumkan.kernel.actors import Actor, ActorKind, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_

#: Who answers calls and works on cases.
HOTLINE = (Role.AGENT, Role.SUPERVISOR)


def check_may_open(by: Actor) -> None:
    """The hotline opens cases, and Khumkan itself where a chain is stuck.

    :raises Missing: for everybody else.
    """
    if by.kind is not ActorKind.SYSTEM and not by.has(*HOTLINE):
        raise Missing("no cases for this actor")


def check_may_work_on(by: Actor, case: Case) -> None:
    """The hotline works on the cases of its provinces.

    :raises Missing: for a case elsewhere.
    """
    if by.kind is ActorKind.SYSTEM:
        return
    codes = province_codes(by)
    if codes is not None and case.province_code not in codes:
        raise Missing("no such case for this actor")


def check_may_change(by: Actor, case: Case) -> None:
    """Who has a case changes it; a supervisor changes any, and anybody of the hotline one that nobody has.

    :raises Missing: for a case elsewhere.
    :raises Refused: while somebody else works on it.
    """
    check_may_work_on(by, case)
    if by.kind is ActorKind.SYSTEM or by.has(Role.SUPERVISOR) or case.owner_id in (None, by.id):
        return
    raise Refused(N_("Somebody else works on this case. Ask them, or a supervisor."), "of_somebody_else")


def check_may_supervise(by: Actor) -> None:
    """Supervisors see the whole hotline, give cases to people, and vouch for callers.

    :raises Missing: for everybody else.
    """
    if not by.has(Role.SUPERVISOR):
        raise Missing("only supervisors")


def staff_id(by: Actor) -> int | None:
    """Return the id of the member of staff who acts, or None when Khumkan itself does."""
    return by.id if by.kind is ActorKind.STAFF else None


def check_is_staff(by: Actor) -> int:
    """Return the id of the member of the hotline who acts.

    :raises Missing: for anybody else.
    """
    check_may_open(by)
    found = staff_id(by)
    if found is None:
        raise Missing("only staff")
    return found


def province_codes(by: Actor) -> frozenset[str] | None:
    """Return the provinces of which the actor works on cases; None means the whole country."""
    if by.kind is ActorKind.SYSTEM or by.is_national(*HOTLINE):
        return None
    return frozenset(key for role in HOTLINE for key in by.keys(role, ScopeKind.PROVINCE))
