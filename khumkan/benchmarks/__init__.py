"""Benchmarks: each measures a path of Khumkan and, in the same run, the raw limit it is held against.

A module offers `run(*, size: int | None = None) -> Result`; `khumkan bench --list` names them.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Result:
    """One measurement beside its limit.

    :param n: how many things were processed.
    :param seconds: how long Khumkan took.
    :param limit_seconds: how long the raw limit took for the same n in the same run.
    :param ratio: the figure that the goal speaks of; its direction is in the goal's words.
    :param goal: the goal in words, such as `≤ 3 × one plain sort`.
    """

    name: str
    n: int
    seconds: float
    limit_seconds: float
    ratio: float
    goal: str
    met: bool
    detail: dict[str, object] = field(default_factory=dict)
