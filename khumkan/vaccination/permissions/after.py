"""Who may see and do what after the dose: certificates, answers, adverse events, corrections."""

from khumkan.kernel.actors import Actor, ActorKind, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.registry.models import Person
from khumkan.vaccination.models import Certificate, Correction, Injection
from khumkan.vaccination.permissions import scopes


def check_may_tell(by: Actor, person: Person) -> None:
    """Persons tell how they feel themselves; the hotline and officers of the province for whoever calls, and say why.

    :raises Missing: for somebody else.
    :raises Refused: when staff do not say why they act for the person.
    """
    if by.kind is ActorKind.SYSTEM or (by.kind is ActorKind.PERSON and by.id == person.pk):
        return
    if not (by.has(*scopes.ON_BEHALF) or scopes.is_officer_of(by, person.province_code)):
        raise Missing("no such person for this actor")
    if by.on_behalf_of != person.pk or not by.because.strip():
        raise Refused(N_("Please say why you do this for the person."), "no_reason")


def check_may_report(by: Actor, injection: Injection) -> None:
    """Whoever may tell for the person reports what happened after a dose, and so does the site that gave it.

    :raises Missing: for everybody else.
    :raises Refused: when the hotline does not say why it acts for the person.
    """
    if by.has(Role.VACCINATOR) and injection.site_id is not None:
        scopes.check_works_at(by, injection.site_id)
    else:
        check_may_tell(by, injection.person)


def check_keeps_records(by: Actor, injection: Injection) -> None:
    """Officers keep the records of doses given in their provinces, and of people who live there.

    :raises Missing: for everybody else.
    """
    given_in = injection.site.province_code if injection.site is not None else ""
    if not (scopes.is_officer_of(by, given_in) or scopes.is_officer_of(by, injection.person.province_code)):
        raise Missing("no such injection for this officer")


def check_keeps_records_of(by: Actor, person: Person) -> None:
    """Officers enter doses of people who live in their provinces.

    :raises Missing: for everybody else.
    """
    scopes.check_is_officer_of(by, person.province_code)


def check_keeps_certificate(by: Actor, certificate: Certificate) -> None:
    """Officers revoke certificates of doses whose records they keep.

    :raises Missing: for everybody else.
    """
    check_keeps_records(by, certificate.injection)


def check_may_decide(by: Actor, correction: Correction) -> None:
    """Another officer than the one who asked decides about a correction.

    :raises Missing: for officers who do not keep the record.
    :raises Refused: for the one who asked.
    """
    check_keeps_records(by, correction.injection)
    if by.kind is ActorKind.STAFF and by.id == correction.asked_by:
        raise Refused(N_("You asked for this correction. A second person must look at it and decide."), "needs_second")


def may_decide(by: Actor, correction: Correction) -> bool:
    """Tell whether the buttons are shown."""
    try:
        check_may_decide(by, correction)
    except (Missing, Refused):
        return False
    return True


def site_ids_of_system(by: Actor) -> frozenset[int] | None:
    """Return the sites whose doses a system may read; None means every site."""
    if by.kind is ActorKind.SYSTEM or by.is_national(Role.CLIENT):
        return None
    return frozenset(int(key) for key in by.keys(Role.CLIENT, ScopeKind.SITE))
