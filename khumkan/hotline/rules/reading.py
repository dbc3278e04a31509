"""How many different people a member of staff may look at, by what they work as."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from khumkan.kernel.actors import Role

#: Nobody's budget is smaller: below it no terms are looked up.
LEAST_AN_HOUR = 30
LEAST_A_DAY = 100


class Post(StrEnum):
    """Where somebody works, as far as it says how many people pass before their eyes; the busiest last."""

    DESK = "desk"
    OFFICE = "office"
    SITE = "site"
    EMPLOYER = "employer"


class Span(StrEnum):
    """Over which time people are counted."""

    HOUR = "hour"
    DAY = "day"


POSTS = {
    Role.OFFICER: Post.OFFICE,
    Role.SUPERVISOR: Post.OFFICE,
    Role.SWABBER: Post.SITE,
    Role.LAB: Post.SITE,
    Role.VACCINATOR: Post.SITE,
    Role.FRONT_DESK: Post.SITE,
    Role.NURSE: Post.SITE,
    Role.DRIVER: Post.SITE,
    Role.EMPLOYER: Post.EMPLOYER,
}


@dataclass(frozen=True, slots=True)
class Budget:
    """So many different people within an hour, and within a day."""

    an_hour: int
    a_day: int

    def with_more(self, more: int) -> "Budget":
        """Return the budget with what a second person allowed on top."""
        return Budget(self.an_hour + more, self.a_day + more)

    def passed_by(self, an_hour: int, a_day: int) -> Span | None:
        """Return over which time so many people are too many, the shorter one first; None when they are not."""
        if an_hour > self.an_hour:
            return Span.HOUR
        return Span.DAY if a_day > self.a_day else None


def post_of(roles: Iterable[Role]) -> Post:
    """Return where somebody with these roles works; with several, where most people pass by."""
    found = {POSTS.get(role, Post.DESK) for role in roles}
    return max(found, key=list(Post).index, default=Post.DESK)


def needs_no_terms(an_hour: int, a_day: int) -> bool:
    """Tell whether so few people are within anybody's budget."""
    return an_hour <= LEAST_AN_HOUR and a_day <= LEAST_A_DAY
