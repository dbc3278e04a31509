"""Who may register, change and decide for whom, and who may open sessions where."""

from khumkan.kernel.actors import Actor, ActorKind, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.screening.models import Registration, Session
from khumkan.screening.permissions.scopes import check_site

ON_BEHALF = (Role.AGENT, Role.SUPERVISOR)


def check_may_act_for(by: Actor, *, person_id: int, province_code: str) -> None:
    """Persons act for themselves; the hotline and holders of a national token for whoever asks; officers for persons of
    their provinces.

    :raises Missing: for somebody else's affairs.
    :raises Refused: when staff do not say why they act for the person.
    """
    if by.kind is ActorKind.SYSTEM or (by.person_id == person_id and by.kind is ActorKind.PERSON):
        return
    if not (by.has(*ON_BEHALF) or by.is_national(Role.CLIENT) or is_officer_of(by, province_code)):
        raise Missing("no such person for this actor")
    if by.on_behalf_of != person_id or not by.because.strip():
        raise Refused(N_("Please say why you do this for the person."), "no_reason")


def check_is_own(by: Actor, registration: Registration) -> None:
    """Changing and declining: like registering.

    :raises Missing: for somebody else's registration.
    """
    check_may_act_for(by, person_id=registration.person_id, province_code=registration.province_code)


def check_may_decide(by: Actor, registration: Registration) -> None:
    """Officers decide on those who wait in their provinces.

    :raises Missing: for everybody else.
    """
    if not is_officer_of(by, registration.province_code):
        raise Missing("no such registration within this officer's provinces")


def check_may_plan_at(by: Actor, *, province_code: str) -> None:
    """Officers open, change and cancel sessions at the sites of their provinces.

    :raises Missing: for sites elsewhere.
    """
    if not is_officer_of(by, province_code):
        raise Missing("no such site within this officer's provinces")


def check_may_take_walk_in(by: Actor, session: Session) -> None:
    """The swab team takes walk-ins at its own site.

    :raises Missing: for sessions elsewhere.
    """
    check_site(by, session.site_id, Role.SWABBER)


def check_may_draw(by: Actor, *, province_code: str) -> None:
    """Registrations of a round come from whoever may run the round.

    :raises Missing: for everybody else.
    """
    if not is_officer_of(by, province_code):
        raise Missing("no such round within this officer's provinces")


def is_officer_of(by: Actor, province_code: str) -> bool:
    """Tell whether the actor is an officer of this province, of the whole country, or Khumkan itself."""
    if by.kind is ActorKind.SYSTEM or by.is_national(Role.OFFICER):
        return True
    return bool(province_code) and province_code in by.keys(Role.OFFICER, ScopeKind.PROVINCE)
