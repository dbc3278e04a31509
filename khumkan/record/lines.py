"""How events and seals are written out, byte for byte: what is hashed is what an export holds.

No Django here, so that the verifier can be read together with it.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

#: Columns of an event in the order of its line; `data` follows as the database writes it.
COLUMNS = (
    "era", "xid", "id", "at", "name", "actor_kind", "actor_id", "system", "on_behalf_of", "origin", "because",
    "about_kind", "about_id", "person_id", "site_id",
)  # fmt: skip
NO_LINK = bytes(32)


@dataclass(frozen=True, slots=True)
class Words:
    """What a seal states: which transactions it covers, how many events, their digest, and the link before it."""

    number: int
    first: tuple[int, int]
    end: tuple[int, int]
    events: int
    at: datetime
    digest: bytes
    previous: bytes

    def encode(self) -> bytes:
        """Return the words as the bytes that are hashed and signed."""
        return compact(
            {
                "number": self.number,
                "first": self.first,
                "end": self.end,
                "events": self.events,
                "at": moment(self.at),
                "digest": self.digest.hex(),
                "previous": self.previous.hex(),
            }
        ).encode()

    def link(self) -> bytes:
        """Return the link of the chain: the hash of the words."""
        return hashlib.sha256(self.encode()).digest()


def event_line(row: tuple[Any, ...]) -> bytes:
    """Return the line of an event.

    :param row: the values of `COLUMNS`, then `data` as text.
    """
    values = dict(zip(COLUMNS, row[:-1], strict=True))
    values["at"] = moment(values["at"])
    return f'{compact(values)[:-1]},"data":{row[-1]}}}\n'.encode()


def moment(at: datetime) -> str:
    """Return a moment as text, in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def compact(value: object) -> str:
    """Return JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
