"""Who writes the knowledge base, and who lets others read it: never one person alone."""

from khumkan.kernel.actors import Actor, ActorKind, Role
from khumkan.kernel.errors import Missing, Reason, Verdict, check
from khumkan.kernel.words import N_

#: Who writes articles: whoever answers calls knows what people ask.
WRITERS = (Role.AGENT, Role.SUPERVISOR, Role.OFFICER)
#: Who reviews and publishes articles, and keeps other words for things.
EDITORS = (Role.SUPERVISOR, Role.OFFICER)


def check_may_write(by: Actor) -> None:
    """The hotline and officers of the whole country write articles.

    :raises Missing: for everybody else.
    """
    if by.kind is not ActorKind.SYSTEM and not may_write(by):
        raise Missing("articles are for the hotline and officers of the whole country")


def may_write(by: Actor) -> bool:
    """Tell whether `check_may_write` would pass, for buttons."""
    return by.is_national(*WRITERS)


def check_may_edit(by: Actor) -> None:
    """Supervisors and officers of the whole country publish and withdraw articles, and keep other words.

    :raises Missing: for everybody else.
    """
    if by.kind is not ActorKind.SYSTEM and not may_edit(by):
        raise Missing("this is for supervisors and officers of the whole country")


def may_edit(by: Actor) -> bool:
    """Tell whether `check_may_edit` would pass, for buttons."""
    return by.is_national(*EDITORS)


def check_may_review(by: Actor, *, written_by: int | None) -> None:
    """Another person than the one who wrote it reviews an article.

    :raises Missing: for everybody but supervisors and officers of the whole country.
    :raises Refused: for the one who wrote it.
    """
    check_may_edit(by)
    check(may_review(by, written_by=written_by))


def may_review(by: Actor, *, written_by: int | None) -> Verdict:
    """Say whether somebody may review what was written, for buttons and for the sentence in their place."""
    if written_by is not None and by.id == written_by:
        return Verdict.no(Reason("article_second_person", N_("Somebody else must review this: you wrote it yourself.")))
    return Verdict.yes()
