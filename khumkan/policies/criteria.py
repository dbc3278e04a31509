"""The words of the eligibility language. Each says its truth, its reasons and its condition in SQL.

Truth is True, False or None for unknown (Kleene's logic, which is that of SQL). Conditions never put NOT around
something that may be null: a negation is pushed down to the leaves, and each leaf knows the opposite of its condition.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from khumkan.kernel.dates import show_date
from khumkan.kernel.errors import Reason
from khumkan.kernel.words import N_

Limit = int | Decimal | date
NOBODY = Q(pk__in=[])
EVERYBODY = ~NOBODY


@dataclass(frozen=True)
class FactWords:
    """What a fact is called and how it is corrected, as marked sentences."""

    words: str
    mend: str


Words = Mapping[str, FactWords]
Values = Mapping[str, Any]


class Criterion(ABC):
    """Something that is true, false or unknown of one person."""

    @abstractmethod
    def names(self) -> frozenset[str]:
        """Return the facts that are used."""

    @abstractmethod
    def truth(self, values: Values) -> bool | None:
        """Return whether it holds; None when a fact that decides it is unknown."""

    @abstractmethod
    def because(self, values: Values, words: Words) -> Iterator[Reason]:
        """Say what makes it true, or what keeps it from being true."""

    @abstractmethod
    def as_q(self, paths: Mapping[str, str], *, negated: bool = False) -> Q:
        """Return the condition for the rows of which it is clearly true or, if negated, clearly false."""


@dataclass(frozen=True)
class Leaf(Criterion):
    """A criterion about one fact."""

    fact: str

    @abstractmethod
    def holds(self, value: Any) -> bool:
        """Tell whether a known value fits."""

    @abstractmethod
    def found(self, *, holds: bool) -> Reason:
        """Return the code and the sentence for a known value; it may name `%(fact)s`, `%(value)s` and its own."""

    def names(self) -> frozenset[str]:
        return frozenset({self.fact})

    def truth(self, values: Values) -> bool | None:
        value = values[self.fact]
        return None if value is None else self.holds(value)

    def because(self, values: Values, words: Words) -> Iterator[Reason]:
        value, about = values[self.fact], words[self.fact]
        params = {"fact": _(about.words), "value": Shown(value), "mend": _(about.mend) if about.mend else ""}
        if value is None:
            yield Reason(f"{self.fact}_unknown", N_("It is not known: %(fact)s."), params)
        else:
            found = self.found(holds=self.holds(value))
            yield Reason(f"{self.fact}_{found.code}", found.text, params | dict(found.params))


@dataclass(frozen=True)
class AtLeast(Leaf):
    """The fact is this much or more; for dates, this day or later.

    :param yes: a sentence of the programme's own for when it holds, marked with `N_`; `no` for when it does not.
    """

    limit: Limit
    yes: str = N_("%(fact)s is %(value)s, at least %(limit)s.")
    no: str = N_("%(fact)s is %(value)s, less than %(limit)s.")

    def holds(self, value: Any) -> bool:
        return bool(value >= self.limit)

    def found(self, *, holds: bool) -> Reason:
        params = {"limit": Shown(self.limit)}
        return Reason("enough", self.yes, params) if holds else Reason("too_little", self.no, params)

    def as_q(self, paths: Mapping[str, str], *, negated: bool = False) -> Q:
        return Q(**{f"{paths[self.fact]}__{'lt' if negated else 'gte'}": self.limit})


@dataclass(frozen=True)
class AtMost(Leaf):
    """The fact is this much or less; for dates, this day or earlier."""

    limit: Limit
    yes: str = N_("%(fact)s is %(value)s, at most %(limit)s.")
    no: str = N_("%(fact)s is %(value)s, more than %(limit)s.")

    def holds(self, value: Any) -> bool:
        return bool(value <= self.limit)

    def found(self, *, holds: bool) -> Reason:
        params = {"limit": Shown(self.limit)}
        return Reason("within", self.yes, params) if holds else Reason("too_much", self.no, params)

    def as_q(self, paths: Mapping[str, str], *, negated: bool = False) -> Q:
        return Q(**{f"{paths[self.fact]}__{'gt' if negated else 'lte'}": self.limit})


@dataclass(frozen=True)
class Within(Leaf):
    """The fact lies between two limits, both included."""

    least: Limit
    most: Limit
    yes: str = N_("%(fact)s is %(value)s, between %(least)s and %(most)s.")
    no: str = N_("%(fact)s is %(value)s, not between %(least)s and %(most)s.")

    def holds(self, value: Any) -> bool:
        return bool(self.least <= value <= self.most)

    def found(self, *, holds: bool) -> Reason:
        params = {"least": Shown(self.least), "most": Shown(self.most)}
        return Reason("within", self.yes, params) if holds else Reason("outside", self.no, params)

    def as_q(self, paths: Mapping[str, str], *, negated: bool = False) -> Q:
        path = paths[self.fact]
        if negated:
            return Q(**{f"{path}__lt": self.least}) | Q(**{f"{path}__gt": self.most})
        return Q(**{f"{path}__gte": self.least, f"{path}__lte": self.most})


@dataclass(frozen=True)
class OneOf(Leaf):
    """The fact is one of the choices."""

    choices: frozenset[Any]
    yes: str = N_("%(fact)s is %(value)s.")
    no: str = N_("%(fact)s is %(value)s, which is not among those that count.")

    def __init__(self, fact: str, choices: Sequence[Any] | frozenset[Any], *, yes: str = "", no: str = "") -> None:
        for name, value in {"fact": fact, "choices": frozenset(choices), "yes": yes, "no": no}.items():
            if value or name == "choices":
                object.__setattr__(self, name, value)

    def holds(self, value: Any) -> bool:
        return value in self.choices

    def found(self, *, holds: bool) -> Reason:
        return Reason("listed", self.yes) if holds else Reason("not_listed", self.no)

    def as_q(self, paths: Mapping[str, str], *, negated: bool = False) -> Q:
        path = paths[self.fact]
        inside = Q(**{f"{path}__in": sorted(self.choices, key=str)}) if self.choices else NOBODY
        return Q(**{f"{path}__isnull": False}) & ~inside if negated else inside


@dataclass(frozen=True)
class IsTrue(Leaf):
    """The fact is yes."""

    yes: str = N_("%(fact)s: yes.")
    no: str = N_("%(fact)s: no.")

    def holds(self, value: Any) -> bool:
        return bool(value)

    def found(self, *, holds: bool) -> Reason:
        return Reason("yes", self.yes) if holds else Reason("no", self.no)

    def as_q(self, paths: Mapping[str, str], *, negated: bool = False) -> Q:
        return Q(**{paths[self.fact]: not negated})


@dataclass(frozen=True)
class InAreas(Leaf):
    """The fact is the code of a place inside one of the areas; no areas means the whole country.

    :param areas: codes of provinces (2 digits), districts (4) or subdistricts (6).
    """

    areas: tuple[str, ...]
    yes: str = N_("%(fact)s is in the area of the programme.")
    no: str = N_("%(fact)s is outside the area of the programme.")

    def holds(self, value: Any) -> bool:
        return not self.areas or str(value).startswith(tuple(self.areas))

    def found(self, *, holds: bool) -> Reason:
        return Reason("in_area", self.yes) if holds else Reason("out_of_area", self.no)

    def as_q(self, paths: Mapping[str, str], *, negated: bool = False) -> Q:
        path = paths[self.fact]
        known = Q(**{f"{path}__isnull": False})
        if not self.areas:
            return NOBODY if negated else known
        inside = reduce(or_, (Q(**{f"{path}__startswith": area}) for area in self.areas))
        return known & ~inside if negated else inside


@dataclass(frozen=True, init=False)
class AllOf(Criterion):
    """Every one of them holds."""

    parts: tuple[Criterion, ...]

    def __init__(self, *parts: Criterion) -> None:
        object.__setattr__(self, "parts", parts)

    def names(self) -> frozenset[str]:
        return frozenset().union(*(part.names() for part in self.parts))

    def truth(self, values: Values) -> bool | None:
        found = [part.truth(values) for part in self.parts]
        return False if False in found else None if None in found else True

    def because(self, values: Values, words: Words) -> Iterator[Reason]:
        is_true = self.truth(values) is True
        for part in self.parts:
            if is_true or part.truth(values) is not True:
                yield from part.because(values, words)

    def as_q(self, paths: Mapping[str, str], *, negated: bool = False) -> Q:
        conditions = [part.as_q(paths, negated=negated) for part in self.parts]
        return reduce(or_, conditions, NOBODY) if negated else reduce(and_, conditions, EVERYBODY)


@dataclass(frozen=True, init=False)
class AnyOf(Criterion):
    """At least one of them holds."""

    parts: tuple[Criterion, ...]

    def __init__(self, *parts: Criterion) -> None:
        object.__setattr__(self, "parts", parts)

    def names(self) -> frozenset[str]:
        return frozenset().union(*(part.names() for part in self.parts))

    def truth(self, values: Values) -> bool | None:
        found = [part.truth(values) for part in self.parts]
        return True if True in found else None if None in found else False

    def because(self, values: Values, words: Words) -> Iterator[Reason]:
        is_true = self.truth(values) is True
        for part in self.parts:
            if not is_true or part.truth(values) is True:
                yield from part.because(values, words)

    def as_q(self, paths: Mapping[str, str], *, negated: bool = False) -> Q:
        conditions = [part.as_q(paths, negated=negated) for part in self.parts]
        return reduce(and_, conditions, EVERYBODY) if negated else reduce(or_, conditions, NOBODY)


@dataclass(frozen=True)
class Not(Criterion):
    """It does clearly not hold; the opposite of something unknown is unknown."""

    part: Criterion

    def names(self) -> frozenset[str]:
        return self.part.names()

    def truth(self, values: Values) -> bool | None:
        found = self.part.truth(values)
        return None if found is None else not found

    def because(self, values: Values, words: Words) -> Iterator[Reason]:
        yield from self.part.because(values, words)

    def as_q(self, paths: Mapping[str, str], *, negated: bool = False) -> Q:
        return self.part.as_q(paths, negated=not negated)


class Shown:
    """A value in a sentence, shown in the language of the reader when the sentence is."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __str__(self) -> str:
        if isinstance(self.value, bool):
            return gettext("yes") if self.value else gettext("no")
        if isinstance(self.value, date):
            return show_date(self.value, get_language() or "th")
        return str(self.value)

    def __repr__(self) -> str:
        return repr(self.value)
