"""Terms: the parameters of a rule, typed, with limits, as frozen dataclasses that a programme declares.

    @terms("isolation.stay", title=N_("Stay in a hospitel"), since=date(2021, 5, 1), source="…")
    @dataclass(frozen=True, kw_only=True)
    class StayTerms(Terms):
        nights: int = term(N_("Nights"), default=14, at_least=1, at_most=60)

The values in the class are version 1, which `actions.seed` stores; `amended` adds what was known to change later.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields, replace
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.policies import codec

ABSENT = object()


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What every set of terms carries besides its own fields.

    :param version: the number under which the values are stored; 0 for values that are stored nowhere.
    """

    version: int = field(default=0, compare=False)


T = TypeVar("T", bound=Terms)


@dataclass(frozen=True)
class Term:
    """One parameter as an officer sees it.

    :param help: what it means and its unit, marked for translation.
    :param before: the value that holds for versions stored before this parameter existed, or `ABSENT`.
    """

    name: str
    type: Any
    help: str
    at_least: Any = None
    at_most: Any = None
    before: Any = ABSENT


@dataclass(frozen=True)
class Seed:
    """A version that is known when the programme is written, with the public source it comes from."""

    effective_from: date
    values: Terms
    why: str
    source: str


@dataclass
class Kind:
    """A declared kind of terms."""

    name: str
    title: str
    cls: type[Terms]
    seeds: list[Seed]
    dropped: frozenset[str]

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """The parameters in the order of declaration."""
        return tuple(_term(part, self.cls) for part in _own_fields(self.cls))


_kinds: dict[str, Kind] = {}
_names: dict[type[Terms], str] = {}


def term(
    help: str,
    *,
    default: Any,
    at_least: Any = None,
    at_most: Any = None,
    before: Any = ABSENT,
) -> Any:
    """Declare one parameter; `default` is its value in version 1.

    :param help: what it means and its unit, marked with `N_`.
    :param at_least: the smallest value that can be approved, `at_most` the largest.
    :param before: for a parameter added later: the value that older versions are read with.
    """
    about = {"help": help, "at_least": at_least, "at_most": at_most, "before": before}
    if isinstance(default, Mapping):  # a dataclass takes every mapping for one that could change
        kept = MappingProxyType(dict(default))
        return field(default_factory=lambda: kept, metadata=about, kw_only=True)
    return field(default=default, metadata=about, kw_only=True)


def terms(
    name: str, *, title: str, since: date, source: str, dropped: tuple[str, ...] = ()
) -> Callable[[type[T]], type[T]]:
    """Register a frozen dataclass as a kind of terms.

    :param name: `<app>.<what>`, the key under which versions are stored.
    :param since: the day from which version 1 holds.
    :param source: where the values of version 1 come from, for the officer and the auditor.
    :param dropped: parameters that older versions have and this class no longer knows.
    """

    def register(cls: type[T]) -> type[T]:
        if name in _kinds and _kinds[name].cls.__qualname__ != cls.__qualname__:
            raise ValueError(f"the kind {name} is declared twice")
        for part in _own_fields(cls):
            codec.require_known(codec.types_of(cls)[part.name])
        first = Seed(since, cls(), N_("First version."), source)
        _kinds[name] = Kind(name, title, cls, [first], frozenset(dropped))
        _names[cls] = name
        return cls

    return register


def amended(cls: type[Terms], *, since: date, why: str, source: str, **changes: Any) -> None:
    """Declare what was known to change later: the next seeded version, as differences from the one before."""
    seeds = kind_of(cls).seeds
    if since < seeds[-1].effective_from:
        raise ValueError("seeded versions come in the order of their days")
    seeds.append(Seed(since, replace(seeds[-1].values, **changes), why, source))


def kinds() -> Iterator[Kind]:
    """Return all declared kinds by name."""
    yield from (_kinds[name] for name in sorted(_kinds))


def kind(name: str) -> Kind | None:
    """Return the kind of this name, or None."""
    return _kinds.get(name)


def kind_of(cls: type[Terms]) -> Kind:
    """Return the kind that a class declares.

    :raises LookupError: when the class was never declared with `@terms`.
    """
    name = _names.get(cls)
    if name is not None:
        return _kinds[name]
    raise LookupError(f"{cls.__name__} is not declared with @terms")


def to_json(values: Terms) -> dict[str, Any]:
    """Return the values as what JSON can hold, without the version."""
    return {part.name: codec.encode(getattr(values, part.name)) for part in _own_fields(type(values))}


def from_json(cls: type[T], stored: Mapping[str, object], *, version: int = 0) -> T:
    """Read values back. Limits are not checked: a version that was approved stays readable when limits narrow.

    :raises Refused: when a parameter is missing, unknown or of the wrong type, in words.
    """
    declared = kind_of(cls)
    expected = {one.name: one for one in declared.terms}
    if unknown := sorted(set(stored) - set(expected) - declared.dropped):
        raise Refused(N_("These terms have no value called “%(name)s”."), "terms_unknown_field", name=unknown[0])
    values = {name: _value(one, stored) for name, one in expected.items()}
    return cls(**values, version=version)


def check_limits(values: Terms) -> None:
    """Refuse values outside the limits that the class declares.

    :raises Refused: naming the first one and its limit.
    """
    for one in kind_of(type(values)).terms:
        value = getattr(values, one.name)
        if value is not None and one.at_least is not None and value < one.at_least:
            raise Refused(
                N_("“%(name)s” must be at least %(limit)s."), "terms_too_small", name=_(one.help), limit=one.at_least
            )
        if value is not None and one.at_most is not None and value > one.at_most:
            raise Refused(
                N_("“%(name)s” must be at most %(limit)s."), "terms_too_large", name=_(one.help), limit=one.at_most
            )


def _value(one: Term, stored: Mapping[str, object]) -> Any:
    if one.name not in stored:
        if one.before is ABSENT:
            raise Refused(N_("The value “%(name)s” is missing."), "terms_missing_field", name=one.name)
        return one.before
    return codec.decode(one.type, stored[one.name], name=one.name)


def _own_fields(cls: type[Terms]) -> list[Field[Any]]:
    return [part for part in fields(cls) if part.name != "version"]


def _term(part: Field[Any], cls: type[Terms]) -> Term:
    about = part.metadata
    return Term(
        part.name,
        codec.types_of(cls)[part.name],
        about.get("help", ""),
        about.get("at_least"),
        about.get("at_most"),
        about.get("before", ABSENT),
    )
