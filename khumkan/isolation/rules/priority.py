"""Who gets a bed first: the level, then what makes the illness or the home more dangerous, then the waiting."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from khumkan.isolation.choices import Level
from khumkan.isolation.rules.answers import Answers
from khumkan.isolation.rules.reasons import reason
from khumkan.isolation.terms.triage import PriorityTerms
from khumkan.kernel.errors import Reason


@dataclass(frozen=True)
class Priority:
    """How soon, without the waiting: more points are sooner."""

    points: int
    reasons: tuple[Reason, ...]


def priority_of(answers: Answers, *, level: Level, age: int | None, terms: PriorityTerms) -> Priority:
    """Add up the points of a person.

    :param age: full years on the day, where the birth date is known; without it there are no points for age.
    """
    parts = [(points, why) for points, why in _parts(answers, level, age, terms) if points]
    return Priority(sum(points for points, _ in parts), tuple(why for _, why in parts))


def waiting_points(hours: float | Decimal, terms: PriorityTerms) -> int:
    """Return the points for waiting: so many an hour, rounded down, and never more than the terms allow.

    :param hours: since a bed was needed; a time to come counts as none.
    """
    waited = max(Decimal(hours), Decimal(0))
    return min(int(waited * terms.points_an_hour), terms.waiting_most)


def _parts(answers: Answers, level: Level, age: int | None, terms: PriorityTerms) -> Iterator[tuple[int, Reason]]:
    if level is Level.RED:
        yield terms.points_red, reason("first_red", points=terms.points_red)
    elif level is Level.YELLOW:
        yield terms.points_yellow, reason("first_yellow", points=terms.points_yellow)
    if age is not None and age >= terms.elderly_from_age:
        yield terms.points_elderly, reason("first_age", age=terms.elderly_from_age, points=terms.points_elderly)
    for_illness = terms.points_condition * min(len(answers.conditions), terms.conditions_most)
    lives_with = answers.lives_with or 0
    counts = (
        (bool(answers.conditions), "first_illness", for_illness),
        (answers.pregnant, "first_pregnant", terms.points_pregnant),
        (lives_with >= terms.many_from, "first_many", terms.points_many),
        (lives_with > 0 and not answers.own_room, "first_no_room", terms.points_no_room),
    )
    yield from ((points, reason(code, points=points)) for holds, code, points in counts if holds)
