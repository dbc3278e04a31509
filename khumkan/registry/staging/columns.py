"""What the staging tables have in common: problems, references, sealed contacts, the bytes of a COPY."""

import json
import os
import struct
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from khumkan.kernel import crypto, references
from khumkan.kernel.errors import Reason
from khumkan.registry.staging import binary
from khumkan.registry.staging.cells import Problems

Values = dict[str, Sequence[Any]]
#: The columns of a staging table: name, type, how the column is encoded.
Staging = tuple[tuple[str, str, Callable[[Sequence[Any]], list[bytes]]], ...]
PROBLEM_COLUMNS: Staging = (
    ("row", "integer", binary.integers),
    ("problem_column", "text", binary.common_texts),
    ("problem_code", "text", binary.common_texts),
    ("problem_text", "text", binary.common_texts),
    ("problem_params", "text", binary.texts),
)
_TRIPLES = 3


def encoded(values: Values, staging: Staging) -> bytes:
    """Return the columns of a staging table as rows of a binary COPY."""
    return binary.rows([_column(values[name], encode) for name, _, encode in staging])


def _column(values: Sequence[Any], encode: Callable[[Sequence[Any]], list[bytes]]) -> list[bytes]:
    """Encode a column; one in which all values are the same, as in columns that a file lacks, costs nothing."""
    if values and values[0] == values[-1] and values.count(values[0]) == len(values):
        return encode(values[:1]) * len(values)
    return encode(values)


def new_references(prefix: str, count: int) -> list[str]:
    """Return new reference codes, as `references.new` makes them, many at once."""
    triples, sums = _triples()
    alphabet = references.ALPHABET
    size = len(alphabet) ** _TRIPLES
    highs, middles, lows = sums
    codes = []
    for number in struct.unpack(f"!{count}Q", os.urandom(8 * count)):
        rest, low = divmod(number, size)
        middle, high = rest % size, rest // size % size
        check = alphabet[(highs[high] + middles[middle] + lows[low]) % len(alphabet)]
        body = triples[high] + triples[middle] + triples[low]
        codes.append(f"{prefix}-{body[:5]}-{body[5:]}{check}")
    return codes


@cache
def _triples() -> tuple[list[str], tuple[list[int], ...]]:
    alphabet = references.ALPHABET
    triples = [a + b + c for a in alphabet for b in alphabet for c in alphabet]
    sums = tuple(
        [sum((first + place) * alphabet.index(letter) for place, letter in enumerate(triple)) for triple in triples]
        for first in (2, 5, 8)
    )
    return triples, sums


def contact_columns(name: str, addresses: Sequence[str | None], *, table: str = "registry_contact") -> Values:
    """Return the columns of a column of contacts: index, sealed address, hint."""
    found = iter(crypto.blind_indexes([address for address in addresses if address], purpose=name))
    indexes = [next(found) if address else None for address in addresses]
    hint = slice(-2, None) if name == "phone" else slice(0, 1)
    return {
        f"{name}_index": indexes,
        f"{name}_sealed": sealed(addresses, indexes, table),
        f"{name}_hint": [address[hint] if address else None for address in addresses],
    }


def sealed(values: Sequence[str | None], indexes: Sequence[bytes | None], table: str) -> list[bytes | None]:
    """Seal a column of values that stand in rows found by these indexes."""
    if binary.nothing(values):
        return [None] * len(values)
    place = f"{table}.sealed."
    pairs = [
        (value.encode(), place + index.hex()) for value, index in zip(values, indexes, strict=True) if value and index
    ]
    done = iter(crypto.seal_many(pairs))
    return [next(done) if value and index else None for value, index in zip(values, indexes, strict=True)]


def problem_columns(problems: Problems, count: int) -> Values:
    names = ("problem_column", "problem_code", "problem_text", "problem_params")
    values: dict[str, list[str | None]] = {name: [None] * count for name in names}
    for position, (column, reason) in problems.found.items():
        for name, value in zip(names, (column, reason.code, reason.text, params_text(reason)), strict=True):
            values[name][position] = value
    return dict(values)


def params_text(reason: Reason) -> str:
    """Return the values of a reason as they are stored."""
    return json.dumps(dict(reason.params), ensure_ascii=False)
