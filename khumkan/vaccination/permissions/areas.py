"""Who opens phases, chooses districts, and sees how far everybody is."""

from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing, Verdict
from khumkan.policies import permissions as policy_permissions
from khumkan.vaccination.permissions import scopes

#: Who reads phases, choices and coverage; what is done with them is for officers of the whole country.
READERS = (Role.OFFICER, Role.SUPERVISOR, Role.AUDITOR)


def check_may_choose(by: Actor) -> None:
    """Officers of the whole country draft phases, import figures, simulate and sign.

    :raises Missing: for everybody else.
    """
    if not may_choose(by):
        raise Missing("phases and choices of districts are for officers of the whole country")


def may_choose(by: Actor) -> bool:
    """Tell whether `check_may_choose` would pass, for buttons."""
    return bool(policy_permissions.may_change(by))


def check_may_sign(by: Actor, *, proposed_by: int | None) -> None:
    """Another officer than the one who drafted or simulated signs.

    :raises Missing: for everybody but officers of the whole country.
    :raises Refused: for the officer who proposed it.
    """
    check_may_choose(by)
    policy_permissions.check_may_decide(by, proposed_by=proposed_by)


def may_sign(by: Actor, *, proposed_by: int | None) -> Verdict:
    """Say whether somebody may sign what an officer proposed, for buttons and for the sentence in their place."""
    return policy_permissions.may_decide(by, proposed_by=proposed_by)


def visible_provinces(by: Actor) -> frozenset[str] | None:
    """Return the provinces whose coverage an actor may see; None means the whole country."""
    return scopes.province_codes(by, *READERS)
