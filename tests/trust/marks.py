"""The marks of the table of who may open what."""

from dataclasses import dataclass

from khumkan.kernel.actors import Role

P, E, O, S, L, A, V = (  # noqa: E741
    *(Role.PERSON, Role.EMPLOYER, Role.OFFICER, Role.SWABBER, Role.LAB, Role.AGENT, Role.SUPERVISOR),
)
U, D, M = Role.AUDITOR, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR
F, N, T, X = Role.FRONT_DESK, Role.NURSE, Role.DRIVER, Role.VACCINATOR
DESK, WATCH, TERMS = (A, V, O), (U, D), (O, U, D, V)
STAFF = tuple(role for role in Role if role not in (P, Role.CLIENT, Role.SYSTEM))
EVERYBODY: tuple[Role, ...] = ()
#: Answers to a form that somebody may send: done and led on, shown, or shown again with what is wrong.
SENT = frozenset({200, 302, 422})


@dataclass(frozen=True)
class Page:
    """What is expected of one address.

    :param roles: who may open it; nobody named means everybody, signed in or not.
    :param thing: what kind of object stands in the address.
    :param within: what the actor must share with the object: province, site, laboratory, employer, person, box; or the
        whole nation.
    :param get: the answers to GET by somebody who may; 405 for a button.
    :param post: the answers to POST; 405 where nothing is sent.
    """

    roles: tuple[Role, ...] = EVERYBODY
    thing: str = ""
    within: str = ""
    get: frozenset[int] = frozenset({200})
    post: frozenset[int] = frozenset({405})

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that do something here."""
        either = (("GET", self.get), ("POST", self.post))
        return tuple(method for method, expected in either if expected != frozenset({405}))


def look(*roles: Role, thing: str = "", within: str = "", get: int = 200) -> Page:
    """A page that only shows."""
    return Page(roles, thing, within, frozenset({get}))


def form(*roles: Role, thing: str = "", within: str = "", get: int = 200) -> Page:
    """A page with a form that is sent to the same address."""
    return Page(roles, thing, within, frozenset({get}), SENT)


def button(*roles: Role, thing: str = "", within: str = "") -> Page:
    """Something done by one button on another page."""
    return Page(roles, thing, within, frozenset({405}), SENT)
