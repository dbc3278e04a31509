"""Who may act for whom, and at which sites."""

from khumkan.isolation.models import Care
from khumkan.kernel.actors import Actor, ActorKind, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_

ON_BEHALF = (Role.AGENT, Role.SUPERVISOR)
#: Who works at a site that cares for people.
SITE_STAFF = (Role.FRONT_DESK, Role.NURSE)


def check_may_open(by: Actor) -> None:
    """Care is opened and withdrawn by what the testing programme found, never by hand.

    :raises Missing: for everybody but Khumkan itself.
    """
    if by.kind is not ActorKind.SYSTEM:
        raise Missing("care follows from a result")


def check_may_act_for(by: Actor, care: Care) -> None:
    """Persons act for themselves; the hotline and officers of the province for whoever asks, and say why; the site that
    looks after somebody for the people in its care.

    :raises Missing: for somebody else's care.
    :raises Refused: when staff do not say why they act for the person.
    """
    if by.kind is ActorKind.SYSTEM or (by.kind is ActorKind.PERSON and by.id == care.person_id):
        return
    if care.site_id is not None and works_at(by, care.site_id, *SITE_STAFF):
        return
    if not (by.has(*ON_BEHALF) or is_officer_of(by, care.province_code)):
        raise Missing("no such care for this actor")
    if by.on_behalf_of != care.person_id or not by.because.strip():
        raise Refused(N_("Please say why you do this for the person."), "no_reason")


def check_may_place(by: Actor, care: Care, *, province_code: str) -> None:
    """Officers place people of their provinces, and anybody at sites of their provinces.

    :raises Missing: for everybody else.
    """
    if not (is_officer_of(by, care.province_code) or is_officer_of(by, province_code)):
        raise Missing("no such care within this officer's provinces")


def check_works_at(by: Actor, site_id: int | None, *roles: Role) -> None:
    """Staff work at the sites of their grants.

    :raises Missing: for any other site.
    """
    if not works_at(by, site_id, *roles):
        raise Missing("no such thing at this actor's sites")


def works_at(by: Actor, site_id: int | None, *roles: Role) -> bool:
    """Tell whether the actor holds one of the roles at this site, or everywhere."""
    if by.kind is ActorKind.SYSTEM or by.is_national(*roles):
        return True
    return site_id is not None and any(str(site_id) in by.keys(role, ScopeKind.SITE) for role in roles)


def is_officer_of(by: Actor, province_code: str) -> bool:
    """Tell whether the actor is an officer of this province, of the whole country, or Khumkan itself."""
    if by.kind is ActorKind.SYSTEM or by.is_national(Role.OFFICER):
        return True
    return bool(province_code) and province_code in by.keys(Role.OFFICER, ScopeKind.PROVINCE)


def site_ids(by: Actor, *roles: Role) -> frozenset[int] | None:
    """Return the sites at which the actor holds one of the roles; None means every site."""
    if by.kind is ActorKind.SYSTEM or by.is_national(*roles):
        return None
    return frozenset(int(key) for role in roles for key in by.keys(role, ScopeKind.SITE))


def province_codes(by: Actor, *roles: Role) -> frozenset[str] | None:
    """Return the provinces in which the actor holds one of the roles; None means the whole country."""
    if by.kind is ActorKind.SYSTEM or by.is_national(*roles):
        return None
    return frozenset(key for role in roles for key in by.keys(role, ScopeKind.PROVINCE))
