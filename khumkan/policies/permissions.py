"""Who may change terms and phases: officers of the whole country, and nobody alone."""

from khumkan.kernel.actors import Actor, ActorKind, Role
from khumkan.kernel.errors import Reason, Verdict, check
from khumkan.kernel.words import N_


def may_change(by: Actor) -> Verdict:
    """Say whether somebody may propose terms, draft a phase or move it."""
    if by.kind is ActorKind.STAFF and by.is_national(Role.OFFICER):
        return Verdict.yes()
    return Verdict.no(
        Reason("policies_officer_only", N_("Only an officer for the whole country may change terms and phases."))
    )


def may_decide(by: Actor, *, proposed_by: int | None) -> Verdict:
    """Say whether somebody may approve or reject what an officer proposed."""
    if by.id == proposed_by:
        return Verdict.no(
            Reason("policies_second_officer", N_("A second officer must decide: you proposed this yourself."))
        )
    return may_change(by)


def check_may_change(by: Actor) -> int:
    """Return the id of the officer.

    :raises Refused: when this actor may not propose, draft or move.
    """
    check(may_change(by))
    return _id(by)


def check_may_decide(by: Actor, *, proposed_by: int | None) -> int:
    """Return the id of the deciding officer.

    :raises Refused: when this actor may not decide on this proposal.
    """
    check(may_decide(by, proposed_by=proposed_by))
    return _id(by)


def _id(by: Actor) -> int:
    if by.id is None:
        raise ValueError("an officer has an id")
    return by.id
