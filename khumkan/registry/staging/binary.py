"""The bytes of PostgreSQL's binary COPY, made column by column.

A row is its number of columns and then each value behind its length
(https://www.postgresql.org/docs/current/sql-copy.html). Columns are encoded as lists and zipped, which costs a fraction
of packing row by row; values that come again and again are looked up.
"""

import struct
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

HEADER = b"PGCOPY\n\xff\r\n\x00" + b"\x00" * 8
TRAILER = b"\xff\xff"
NULL = b"\xff\xff\xff\xff"
POSTGRES_EPOCH = date(2000, 1, 1).toordinal()
POSTGRES_MIDNIGHT = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
_INT4 = struct.Struct("!ii").pack
_INT8 = struct.Struct("!iq").pack
_FLOAT8 = struct.Struct("!id").pack
_LENGTHS = [struct.pack("!i", length) for length in range(8192)]


def rows(columns: Sequence[Sequence[bytes]]) -> bytes:
    """Return the rows of a COPY, without header and trailer, of columns of equal length."""
    head = struct.pack("!h", len(columns))
    return head + head.join(map(b"".join, zip(*columns, strict=True))) if columns and columns[0] else b""


def nothing(values: Sequence[object]) -> bool:
    """Tell whether a column has no value at all, which is usual for columns that a file lacks."""
    return values.count(None) == len(values)


def texts(values: Sequence[str | None]) -> list[bytes]:
    """Encode a column of text."""
    return blobs([None if value is None else value.encode() for value in values])


def common_texts(values: Sequence[str | None]) -> list[bytes]:
    """Encode a column of text in which few values come many times."""
    return list(map(_common, values))


def blobs(values: Sequence[bytes | None]) -> list[bytes]:
    """Encode a column of bytes, each shorter than 8,192."""
    lengths = _LENGTHS
    return [NULL if value is None else lengths[len(value)] + value for value in values]


def long_blobs(values: Sequence[bytes]) -> list[bytes]:
    """Encode a column of bytes of any length."""
    return [struct.pack("!i", len(value)) + value for value in values]


def integers(values: Sequence[int | None]) -> list[bytes]:
    """Encode a column of four-byte integers."""
    return [NULL if value is None else _INT4(4, value) for value in values]


def bigints(values: Sequence[int | None]) -> list[bytes]:
    """Encode a column of eight-byte integers."""
    return [NULL if value is None else _INT8(8, value) for value in values]


def floats(values: Sequence[float | None]) -> list[bytes]:
    """Encode a column of double precision."""
    return [NULL if value is None else _FLOAT8(8, value) for value in values]


def dates(values: Sequence[date | None]) -> list[bytes]:
    """Encode a column of dates."""
    return list(map(_date, values))


def moments(values: Sequence[datetime | None]) -> list[bytes]:
    """Encode a column of moments: microseconds since 2000, in UTC."""
    return [NULL if value is None else _INT8(8, (value - POSTGRES_MIDNIGHT) // MICROSECOND) for value in values]


@lru_cache(maxsize=65_536)
def _common(value: str | None) -> bytes:
    if value is None:
        return NULL
    data = value.encode()
    return _LENGTHS[len(data)] + data


@lru_cache(maxsize=65_536)
def _date(value: date | None) -> bytes:
    return NULL if value is None else _INT4(4, value.toordinal() - POSTGRES_EPOCH)
