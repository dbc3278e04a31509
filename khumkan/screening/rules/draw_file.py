"""The published file of a draw: what stands in it, line by line.

JSON Lines in UTF-8, compressed by gzip; every line is one JSON value without blanks.

1. the seed: `{"frame_hash":…,"public_value":…,"seed":…}`
2. the head: round, design, strata, commitment, and the method in words
3. one line for every worker of the frame: `["stratum","worker","enterprise"]`, by stratum and worker
4. after the frame, for two stages, every drawn enterprise: `{"chance":"3/7","enterprise":…,"stratum":…}`
5. every drawn worker: `["list","worker",position,"sample" or "substitute","chance"]`, by list and position

Enterprises and workers stand in it under pseudonyms, a keyed hash under a key of this round that is never published.
The frame hash is the SHA-256 of lines 2 and 3 as they stand, so that it can be checked without any of this:
`zcat FILE | sed -n '2,{workers + 2}p' | sha256sum`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from khumkan.screening.rules.sampling import Design, StratumFrame

FORMAT = "khumkan-draw/1"
SAMPLE, SUBSTITUTE = "sample", "substitute"
METHOD = (
    "Lists: one for each stratum; with two stages one for each drawn enterprise, named stratum/enterprise. "
    "S is the seed, or SHA-256(seed|public value) in hexadecimal where a public value was agreed. "
    "The workers of a list are ordered by SHA-256(S|list|worker); the first n are the sample, those after them the "
    "substitutes in this order. Chance of each worker: n/N, times that of the enterprise. "
    "Enterprises of a stratum, with two stages: those with at least 1/k of the workers, k being the enterprises still "
    "to be drawn, are certain; repeat for the rest. Order the rest by SHA-256(S|stratum/order|enterprise), lay their "
    "workers end to end and take the enterprises at the points (u + i) * workers / k for i = 0, 1, ..., u being the "
    "first 8 bytes of SHA-256(S|stratum/start|) divided by 2^64. "
    "The commitment is SHA-256(seed|round)."
)


@dataclass(frozen=True)
class Head:
    """What is fixed when the frame is frozen."""

    round: str
    frozen_at: str
    seed_commitment: str
    public_source: str
    design: Design
    strata: Mapping[str, StratumFrame]
    sizes: Mapping[str, int]

    @property
    def workers(self) -> int:
        """How many workers are in the frame."""
        return sum(stratum.workers for stratum in self.strata.values())


def head_line(head: Head) -> bytes:
    """Return the line of the head."""
    strata = {
        name: {"draw": head.sizes[name], "enterprises": stratum.enterprises, "workers": stratum.workers}
        for name, stratum in head.strata.items()
    }
    return _line(
        {
            "design": head.design.to_json(),
            "format": FORMAT,
            "frozen_at": head.frozen_at,
            "method": METHOD,
            "public_source": head.public_source,
            "round": head.round,
            "seed_commitment": head.seed_commitment,
            "strata": strata,
            "workers": head.workers,
        }
    )


def read_head(line: bytes) -> Head:
    """Read the line of the head.

    :raises ValueError: when it is none.
    """
    try:
        stored = json.loads(line)
        if stored["format"] != FORMAT:
            raise ValueError("another format")
        strata = stored["strata"]
        return Head(
            round=str(stored["round"]),
            frozen_at=str(stored["frozen_at"]),
            seed_commitment=str(stored["seed_commitment"]),
            public_source=str(stored["public_source"]),
            design=Design.from_json(stored["design"]),
            strata={str(name): StratumFrame(int(s["workers"]), int(s["enterprises"])) for name, s in strata.items()},
            sizes={str(name): int(s["draw"]) for name, s in strata.items()},
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not the head of a draw") from error


def seed_line(*, seed: str, public_value: str, frame_hash: str) -> bytes:
    """Return the first line, which is known only after the draw."""
    return _line({"frame_hash": frame_hash, "public_value": public_value, "seed": seed})


def frame_line(stratum: str, worker: str, enterprise: str) -> bytes:
    """Return the line of a worker of the frame. The database writes the same bytes."""
    return _line([stratum, worker, enterprise])


def enterprise_line(stratum: str, enterprise: str, chance: Fraction) -> bytes:
    """Return the line of a drawn enterprise."""
    return _line({"chance": chance_text(chance), "enterprise": enterprise, "stratum": stratum})


def drawn_line(list_name: str, worker: str, position: int, *, is_substitute: bool, chance: Fraction) -> bytes:
    """Return the line of a drawn worker."""
    return _line([list_name, worker, position, SUBSTITUTE if is_substitute else SAMPLE, chance_text(chance)])


def chance_text(chance: Fraction) -> str:
    """Return a chance as an exact fraction in lowest terms."""
    return f"{chance.numerator}/{chance.denominator}"


def list_of(stratum: str, enterprise: str, *, two_stage: bool) -> str:
    """Return the name of the list in which a worker is ordered."""
    return f"{stratum}/{enterprise}" if two_stage else stratum


def hash_of(lines: "list[bytes]") -> str:
    """Return the frame hash of a head and frame that are in memory."""
    return hashlib.sha256(b"".join(lines)).hexdigest()


def _line(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"
