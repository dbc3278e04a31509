"""Reading terms, without the models, so that the package can offer it while Django is still loading.

`in_force` asks the database at every call which version holds, in one small indexed query within the reader's own
snapshot, so an approval counts from its commit on, in every process. What is kept in the process is only the reading
of a stored text into values, keyed by that text itself: the same text always means the same values, so nothing kept
can be out of date.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar, cast

from khumkan.kernel import prepared
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.policies import seeds
from khumkan.policies.terms import Kind, Term, Terms, from_json, kind, kind_of, kinds

T = TypeVar("T", bound=Terms)
U = TypeVar("U", bound=Terms)
#: Readings of stored texts; the text is part of the key.
_known: dict[tuple[type[Terms], int, str], Terms] = {}
MOST_KNOWN = 4096

IN_FORCE = """
SELECT number, values::text FROM policies_termsversion WHERE kind = %s AND effective_from <= %s
ORDER BY effective_from DESC, number DESC LIMIT 1
"""
IN_FORCE_OF = """
SELECT asked.kind, held.number, held.values FROM unnest(%s::text[]) AS asked (kind) CROSS JOIN LATERAL (
    SELECT number, values::text AS values FROM policies_termsversion
    WHERE kind = asked.kind AND effective_from <= %s ORDER BY effective_from DESC, number DESC LIMIT 1) held
"""
BY_NUMBER = "SELECT number, values::text FROM policies_termsversion WHERE kind = %s AND number = %s"
ALL_IN_FORCE = """
SELECT DISTINCT ON (kind) kind, number, effective_from FROM policies_termsversion WHERE effective_from <= %s
ORDER BY kind, effective_from DESC, number DESC
"""
HISTORY = """
SELECT number, values::text, effective_from, why, source, proposed_by, approved_by, created_at
FROM policies_termsversion WHERE kind = %s ORDER BY number DESC
"""


@dataclass(frozen=True)
class Version:
    """One version with its history: who proposed and approved it (ids of officers), why, and from which source."""

    kind: str
    number: int
    values: Terms
    effective_from: date
    why: str
    source: str
    proposed_by: int | None
    approved_by: int | None
    created_at: datetime


@dataclass(frozen=True)
class Change:
    """One parameter whose value differs between two versions."""

    term: Term
    old: Any
    new: Any


def in_force(cls: type[T], *, on: date) -> T:
    """Return the terms of a kind that hold on a day; `.version` is what a decision keeps. One query.

    :raises Refused: when no version holds yet on that day.
    """
    declared = kind_of(cls)
    row = _row(IN_FORCE, declared.name, on) or _seeded_row(IN_FORCE, declared, on)
    if row is None:
        raise Refused(N_("On %(day)s there were no terms “%(kind)s” yet."), "terms_none", day=on, kind=declared.name)
    return _read(cls, *row)


def both_in_force(one: type[T], other: type[U], *, on: date) -> tuple[T, U]:
    """Return the terms of two kinds that hold on a day, as `in_force` does each of them. One query for both.

    :raises Refused: when no version of one of them holds yet on that day.
    """
    rows = {name: row for name, *row in _rows(IN_FORCE_OF, [kind_of(one).name, kind_of(other).name], on)}
    first, second = rows.get(kind_of(one).name), rows.get(kind_of(other).name)
    return (
        _read(one, *first) if first else in_force(one, on=on),
        _read(other, *second) if second else in_force(other, on=on),
    )


def version(cls: type[T], number: int) -> T:
    """Return the terms under which an earlier decision was made. One query.

    :raises Missing: when there is no such version.
    """
    declared = kind_of(cls)
    row = _row(BY_NUMBER, declared.name, number) or _seeded_row(BY_NUMBER, declared, number)
    if row is None:
        raise Missing(f"{declared.name} has no version {number}")
    return _read(cls, *row)


def history(cls: type[Terms]) -> Sequence[Version]:
    """Return all versions of a kind, newest first. One query."""
    declared = kind_of(cls)
    rows = _rows(HISTORY, declared.name)
    if not rows:
        seeds.store(declared)
        rows = _rows(HISTORY, declared.name)
    return [Version(declared.name, number, _read(cls, number, text), *rest) for number, text, *rest in rows]


def current_of(versions: Sequence[Version], *, on: date) -> Version | None:
    """Return the one of these versions that holds on a day."""
    begun = [one for one in versions if one.effective_from <= on]
    return max(begun, key=lambda one: (one.effective_from, one.number), default=None)


def history_of(name: str) -> Sequence[Version]:
    """Return all versions of the kind with this name, newest first.

    :raises Missing: when no programme declares such a kind.
    """
    declared = kind(name)
    if declared is None:
        raise Missing(f"there is no kind of terms {name}")
    return history(declared.cls)


def diff(old: T, new: T) -> list[Change]:
    """Return what differs between two sets of terms of one kind, in the order of declaration."""
    pairs = ((one, getattr(old, one.name), getattr(new, one.name)) for one in kind_of(type(old)).terms)
    return [Change(one, before, after) for one, before, after in pairs if before != after]


def in_force_now(on: date) -> Mapping[str, tuple[int, date]]:
    """Return, for every kind that has one, the number in force on a day and since when.

    One query, once the versions declared in code are stored.
    """
    found = {name: (number, since) for name, number, since in _rows(ALL_IN_FORCE, on)}
    unknown = [declared for declared in kinds() if declared.name not in found]
    if any([seeds.store(declared) for declared in unknown]):
        found = {name: (number, since) for name, number, since in _rows(ALL_IN_FORCE, on)}
    return found


def _row(statement: str, name: str, key: object) -> tuple[int, str] | None:
    rows = _rows(statement, name, key)
    return rows[0] if rows else None


def _seeded_row(statement: str, declared: Kind, key: object) -> tuple[int, str] | None:
    """Store the versions in code if nobody has yet, and look again: what a decision names is always in the table."""
    seeds.store(declared)
    return _row(statement, declared.name, key)


def _rows(statement: str, *parameters: Any) -> list[Any]:
    return prepared.rows(statement, parameters)


def _read(cls: type[T], number: int, text: str) -> T:
    key = (cls, number, text)
    if key not in _known:
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known[key] = from_json(cls, json.loads(text), version=number)
    return cast(T, _known[key])
