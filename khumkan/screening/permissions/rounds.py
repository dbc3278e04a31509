"""Who may plan and run workplace rounds, who may look at them, and what an employer sees."""

from django.db.models import Q

from khumkan.kernel.actors import Actor, ActorKind, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.screening.models import Round
from khumkan.screening.permissions.registrations import is_officer_of

READERS = (Role.OFFICER, Role.AUDITOR)


def check_may_plan(by: Actor, *, province_code: str) -> None:
    """Officers of the whole country plan rounds anywhere, officers of a province within it.

    :raises Refused: for a round elsewhere, or one that is not kept to a province.
    """
    if not is_officer_of(by, province_code):
        raise Refused(N_("You can plan rounds within your own provinces only."), "other_province")


def check_may_run(by: Actor, round: Round) -> None:
    """Freezing, drawing, announcing and all further steps: whoever may plan such a round.

    :raises Missing: for rounds elsewhere.
    """
    if not is_officer_of(by, round.province_code):
        raise Missing("no such round within this officer's provinces")


def may_run(by: Actor, round: Round) -> bool:
    """Tell whether `check_may_run` would pass, for buttons."""
    return is_officer_of(by, round.province_code)


def readable(by: Actor) -> Q:
    """Return the condition on rounds that the actor may look at; a national round is nobody's secret in the office."""
    if by.kind is ActorKind.SYSTEM or by.is_national(*READERS):
        return Q()
    provinces = {key for role in READERS for key in by.keys(role, ScopeKind.PROVINCE)}
    return Q(province_code__in=provinces)


def provinces_of(by: Actor) -> frozenset[str] | None:
    """Return the provinces within which the actor may plan; None means the whole country."""
    if by.kind is ActorKind.SYSTEM or by.is_national(Role.OFFICER):
        return None
    return by.keys(Role.OFFICER, ScopeKind.PROVINCE)


def employers_of(by: Actor) -> frozenset[int]:
    """Return the enterprises for which the actor comes."""
    return frozenset(int(key) for key in by.keys(Role.EMPLOYER, ScopeKind.EMPLOYER) if key.isdigit())
