"""Within which provinces, sites and employers an actor works; what lies outside looks as if it did not exist."""

from khumkan.kernel.actors import Actor, ActorKind, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.vaccination.models import Enrolment

#: Who acts for persons who call.
ON_BEHALF = (Role.AGENT, Role.SUPERVISOR)


def check_may_act_for(by: Actor, enrolment: Enrolment) -> None:
    """Persons act for themselves; the hotline and officers of the province for whoever asks, and say why.

    :raises Missing: for somebody else's enrolment.
    :raises Refused: when staff do not say why they act for the person.
    """
    if by.kind is ActorKind.SYSTEM or (by.kind is ActorKind.PERSON and by.id == enrolment.person_id):
        return
    if not (by.has(*ON_BEHALF) or is_officer_of(by, enrolment.province_code)):
        raise Missing("no such enrolment for this actor")
    if by.on_behalf_of != enrolment.person_id or not by.because.strip():
        raise Refused(N_("Please say why you do this for the person."), "no_reason")


def check_may_decide_for(by: Actor, enrolment: Enrolment) -> None:
    """Officers of the province and supervisors of the hotline decide about a person, and say why.

    :raises Missing: for everybody else.
    :raises Refused: without a reason.
    """
    if not (by.has(Role.SUPERVISOR) or is_officer_of(by, enrolment.province_code)):
        raise Missing("no such decision for this actor")
    check_may_act_for(by, enrolment)


def check_is_officer_of(by: Actor, province_code: str) -> None:
    """Officers plan, open and close within their provinces.

    :raises Missing: for everybody else.
    """
    if not is_officer_of(by, province_code):
        raise Missing("no such thing within this officer's provinces")


def check_works_at(by: Actor, site_id: int | None) -> None:
    """Vaccinators work at the sites of their grants.

    :raises Missing: for any other site.
    """
    if by.kind is ActorKind.SYSTEM or by.is_national(Role.VACCINATOR):
        return
    if site_id is None or str(site_id) not in by.keys(Role.VACCINATOR, ScopeKind.SITE):
        raise Missing("no such thing at this actor's sites")


def check_is_of_employer(by: Actor, employer_id: int) -> None:
    """The HR office, and the software that it uses, works on the lists of its own employer.

    :raises Missing: for any other employer.
    """
    if by.kind is ActorKind.SYSTEM or by.is_national(Role.CLIENT):
        return
    own = by.keys(Role.EMPLOYER, ScopeKind.EMPLOYER) | by.keys(Role.CLIENT, ScopeKind.EMPLOYER)
    if str(employer_id) not in own:
        raise Missing("no such employer for this actor")


def is_officer_of(by: Actor, province_code: str) -> bool:
    """Tell whether the actor is an officer of this province, of the whole country, or Khumkan itself."""
    if by.kind is ActorKind.SYSTEM or by.is_national(Role.OFFICER):
        return True
    return bool(province_code) and province_code in by.keys(Role.OFFICER, ScopeKind.PROVINCE)


def province_codes(by: Actor, *roles: Role) -> frozenset[str] | None:
    """Return the provinces in which the actor holds one of the roles; None means the whole country."""
    if by.kind is ActorKind.SYSTEM or by.is_national(*roles):
        return None
    return frozenset(key for role in roles for key in by.keys(role, ScopeKind.PROVINCE))


def site_ids(by: Actor) -> frozenset[int] | None:
    """Return the sites at which the actor vaccinates; None means every site."""
    if by.kind is ActorKind.SYSTEM or by.is_national(Role.VACCINATOR):
        return None
    return frozenset(int(key) for key in by.keys(Role.VACCINATOR, ScopeKind.SITE))
