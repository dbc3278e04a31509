"""What a page of the menu is, and who finds it there."""

from dataclasses import dataclass

from django.utils.functional import Promise

from khumkan.kernel.actors import Role
from khumkan.ui.navigation import Words


@dataclass(frozen=True)
class Place:
    """A page of the menu, and who finds it there.

    :param hint: one sentence for the card on the role's first page.
    :param short: its name among the pages of its programme, where the programme need not be said again.
    """

    text: Promise
    view: str
    roles: frozenset[Role]
    hint: Promise
    short: Promise


@dataclass(frozen=True)
class Programme:
    """Pages that belong together: one entry of a long menu, one heading of a first page."""

    text: Words
    places: tuple[Place, ...]


def place(text: Promise, view: str, hint: Promise, *roles: Role, short: Promise | None = None) -> Place:
    """Return a page of the menu; without a short name it has only the one."""
    return Place(text, view, frozenset(roles), hint, short or text)


OFFICERS = (Role.OFFICER,)
