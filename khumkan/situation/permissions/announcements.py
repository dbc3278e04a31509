"""Who says something to the public: officers of the whole country, and nobody alone."""

from khumkan.kernel.actors import Actor, ActorKind, Role
from khumkan.kernel.errors import Missing, Reason, Verdict, check
from khumkan.kernel.words import N_
from khumkan.situation.models import Announcement

#: Who reads what is written and how far it went; what is done with it is for officers of the whole country.
READERS = (Role.OFFICER, Role.SUPERVISOR, Role.AUDITOR)


def may_announce(by: Actor) -> bool:
    """Tell whether `check_may_announce` would pass, for buttons."""
    return by.kind is ActorKind.STAFF and by.is_national(Role.OFFICER)


def check_may_announce(by: Actor) -> None:
    """Officers of the whole country write, submit, stop and withdraw.

    :raises Missing: for everybody else.
    """
    if not may_announce(by):
        raise Missing("announcements are for officers of the whole country")


def may_approve(by: Actor, announcement: Announcement) -> Verdict:
    """Say whether an officer may approve, for buttons and for the sentence in their place."""
    if not may_announce(by):
        return Verdict.no(Reason("announcement_officer", N_("Another officer for the whole country must approve it.")))
    if by.id in (announcement.drafted_by, announcement.changed_by):
        return Verdict.no(Reason("announcement_own", N_("You wrote this yourself: another officer must approve it.")))
    return Verdict.yes()


def check_may_approve(by: Actor, announcement: Announcement) -> None:
    """Another officer than those who wrote it approves.

    :raises Missing: for everybody but officers of the whole country.
    :raises Refused: for the officers who wrote it.
    """
    check_may_announce(by)
    check(may_approve(by, announcement))
