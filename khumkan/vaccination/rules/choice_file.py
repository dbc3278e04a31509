"""The file of a choice of districts, and its hash.

The file is one JSON value in UTF-8: keys in alphabetical order, no blanks, decimals as text. The hash is the SHA-256 of
the file as it stands, so anybody can check it with `sha256sum`, without Khumkan.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from khumkan.vaccination.rules.incidence import Judged

FORMAT = "khumkan-districts/1"
METHOD = (
    "Rate: cases of the days up to and including until_on, times 100,000, divided by insured persons. Areas with fewer "
    "than least_people take cases and persons of their whole province. Order: rate, the higher first, then code. From "
    "the first on, an area is chosen when its rate is at least least_rate, doses are wanted there, and as many are "
    "left of doses; they are then taken off. Rates are compared exactly and written cut off after two decimals."
)


@dataclass(frozen=True, kw_only=True)
class Head:
    """What a choice rests on."""

    reference: str
    phase: str
    until_on: date
    days: int
    least_rate: Decimal
    least_people: int
    doses: int
    source: str
    source_hash: str
    terms_version: int


def content(head: Head, judged: Sequence[Judged]) -> bytes:
    """Return the file."""
    whole = {
        "format": FORMAT,
        "method": METHOD,
        **{name: _plain(value) for name, value in vars(head).items()},
        "areas": [{name: _plain(getattr(each, name)) for name in Judged.__slots__} for each in judged],
    }
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def fingerprint(file: bytes) -> str:
    """Return the hash of the file."""
    return hashlib.sha256(file).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, date):
        return value.isoformat()
    return value
