"""Who may touch supply. What a programme allows is decided there; here stands what must hold for all of them."""

from collections.abc import Iterable

from khumkan.kernel.actors import Actor, ActorKind, Role
from khumkan.kernel.errors import Reason, Refused, Verdict, check
from khumkan.kernel.words import N_


def may_change_supply(by: Actor) -> Verdict:
    """Say whether somebody may offer, change or close supply at all; the programme limits it to their sites."""
    if by.kind is ActorKind.SYSTEM or by.has(
        Role.OFFICER, Role.SUPERVISOR, Role.FRONT_DESK, Role.SWABBER, Role.VACCINATOR
    ):
        return Verdict.yes()
    return Verdict.no(
        Reason("capacity_staff_only", N_("Only staff of the office or the site may change what is offered."))
    )


def check_may_change_supply(by: Actor) -> None:
    """:raises Refused: when this actor may not change supply."""
    check(may_change_supply(by))


def check_may_claim(by: Actor, *, person_ids: Iterable[int | None]) -> None:
    """Let a person touch only their own claims, whatever the caller forgot to check.

    :raises Refused: when a person acts for somebody else.
    """
    if by.kind is ActorKind.PERSON and any(person_id != by.id for person_id in person_ids):
        raise Refused(N_("You can only do this for yourself."), "capacity_not_yours")
