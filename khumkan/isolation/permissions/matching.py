"""Who runs the matching."""

from khumkan.kernel.actors import Actor, ActorKind, Role
from khumkan.kernel.errors import Missing


def check_may_match(by: Actor) -> None:
    """Matching looks at the whole country: officers of the nation and Khumkan itself run it.

    :raises Missing: for everybody else.
    """
    if by.kind is not ActorKind.SYSTEM and not by.is_national(Role.OFFICER):
        raise Missing("matching is for officers of the whole country")


def may_match(by: Actor) -> bool:
    """Tell whether the actor runs the matching."""
    try:
        check_may_match(by)
    except Missing:
        return False
    return True
