"""The random draw of a workplace round: its design, and the algorithm that anybody can repeat.

Everything that chance decides follows from one seed. The seed's hash and the hash of the frame are published before
the draw, the seed after it; so neither the office nor anybody else can choose who is drawn, and everybody can check.

**Workers.** Within a list the workers are put in the order of SHA-256(`seed|list|pseudonym`); the first n are the
sample and those after them are its substitutes, in this order. Every worker of a list of N has the chance n/N.

**Enterprises (two stages).** Within a stratum the enterprises are put in the order of
SHA-256(`seed|stratum/order|pseudonym`) and drawn systematically with probability proportional to their workers (W. G.
Madow 1949; randomised order: H. O. Hartley and J. N. K. Rao, Annals of Mathematical Statistics 33 (1962) 350-374; W.
G. Cochran, *Sampling Techniques*, 3rd edition, section 9A.10). An enterprise that is larger than the sampling
interval is taken with certainty and the rest drawn anew. All in whole numbers: the chances are exact fractions. Each
drawn enterprise is a list of its own.

Nothing here imports Django: the offline verification of a draw runs the same lines.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from heapq import nsmallest
from math import ceil, floor
from typing import Any

from khumkan.screening.rules import sample_size

#: The start of a systematic draw is a fraction of the interval, in this many parts.
PARTS = 2**64
#: What a share and a number may be at most.
LARGEST: Mapping[type, int] = {Decimal: 1, int: 10**9}


class StratumKey(StrEnum):
    """What strata are formed by; all of them are properties of the enterprise."""

    INDUSTRY = "industry"
    SIZE = "size"
    PROVINCE = "province"
    DISTRICT = "district"
    HOUSING = "housing"


class SizeRule(StrEnum):
    """How the size of the sample is said."""

    SHARE = "share"
    NUMBER = "number"
    DETECT = "detect"


@dataclass(frozen=True, kw_only=True)
class Design:
    """What an officer decides about a draw, and all that the draw depends on besides frame and seed.

    :param keys: what the strata are formed by, in this order; none makes one stratum.
    :param size_bounds: the fewest workers of each size class but the first.
    :param two_stage: whether enterprises are drawn first.
    :param per_enterprise: workers drawn in each enterprise of a two-stage draw.
    :param share: of the workers, for `SHARE`; `number` of workers, for `NUMBER`.
    :param prevalence: to be found if it is there, for `DETECT`, with `confidence`, by a test of `sensitivity`.
    :param in_each: for `DETECT`: whether in each stratum on its own instead of in the round as a whole.
    :param minimum: the fewest workers (two-stage: enterprises) of a stratum.
    :param reserve: substitutes kept ready, as a share of the sample.
    :param intraclass: how alike the workers of an enterprise are, for the design effect of two stages.
    """

    keys: tuple[StratumKey, ...] = ()
    size_bounds: tuple[int, ...] = (51, 201)
    two_stage: bool = False
    per_enterprise: int = 0
    rule: SizeRule = SizeRule.SHARE
    share: Decimal = Decimal("0.1")
    number: int = 0
    prevalence: Decimal = Decimal("0.01")
    confidence: Decimal = Decimal("0.95")
    sensitivity: Decimal = Decimal(1)
    in_each: bool = False
    minimum: int = 1
    reserve: Decimal = Decimal("0.3")
    intraclass: Decimal = Decimal("0.05")

    def to_json(self) -> dict[str, Any]:
        """Return the design as what JSON can hold; shares are texts, so that nothing is rounded."""
        return {
            name: list(value) if isinstance(value, tuple) else str(value) if isinstance(value, Decimal) else value
            for name, value in vars(self).items()
        }

    @staticmethod
    def from_json(stored: Mapping[str, Any]) -> "Design":
        """Read a design back.

        :raises ValueError: when it is none, whatever is wrong with it.
        """
        try:
            design = Design(**{name: _READ[name](value) for name, value in stored.items()})
            if not all(0 <= value <= LARGEST[type(value)] for value in vars(design).values() if type(value) in LARGEST):
                raise ValueError("a share is between 0 and 1, a number not below 0")
            return design
        except (KeyError, TypeError, ArithmeticError) as error:
            raise ValueError("not a design") from error


def _texts(value: Iterable[str]) -> tuple[StratumKey, ...]:
    return tuple(StratumKey(text) for text in value)


def _numbers(value: Iterable[int]) -> tuple[int, ...]:
    return tuple(int(number) for number in value)


_READ: Mapping[str, Any] = {
    **dict.fromkeys(("share", "prevalence", "confidence", "sensitivity", "reserve", "intraclass"), Decimal),
    **dict.fromkeys(("per_enterprise", "number", "minimum"), int),
    **dict.fromkeys(("two_stage", "in_each"), bool),
    "keys": _texts,
    "size_bounds": _numbers,
    "rule": SizeRule,
}


@dataclass(frozen=True)
class EnterpriseFacts:
    """What decides the stratum of an enterprise."""

    industry: str
    workers: int
    province: str
    district: str
    housing: bool


@dataclass(frozen=True)
class StratumFrame:
    """How much of the frame is in a stratum."""

    workers: int
    enterprises: int


@dataclass(frozen=True)
class Place:
    """Where the draw put a worker: the position in the list, and the chance that everybody in the list had."""

    pseudonym: str
    position: int
    is_substitute: bool


def stratum_of(enterprise: EnterpriseFacts, design: Design) -> str:
    """Return the name of the stratum, such as `industry:10.size:3.district:7401`; `all` when there is only one."""
    values = {
        StratumKey.INDUSTRY: enterprise.industry,
        StratumKey.SIZE: str(size_class(enterprise.workers, design.size_bounds)),
        StratumKey.PROVINCE: enterprise.province,
        StratumKey.DISTRICT: enterprise.district,
        StratumKey.HOUSING: "1" if enterprise.housing else "0",
    }
    return ".".join(f"{key.value}:{values[key] or '-'}" for key in design.keys) or "all"


def size_class(workers: int, bounds: Iterable[int]) -> int:
    """Return the number of the size class, from 1."""
    return 1 + sum(workers >= bound for bound in bounds)


def sizes(design: Design, frame: Mapping[str, StratumFrame]) -> dict[str, int]:
    """Return how many are drawn in each stratum: workers, or enterprises when there are two stages."""
    workers = {name: stratum.workers for name, stratum in frame.items()}
    if not design.two_stage:
        return _workers_to_draw(design, workers)
    enough = sample_size.with_design_effect if design.rule is SizeRule.DETECT else _unchanged
    wanted = {
        name: enough(size, per_enterprise=design.per_enterprise, intraclass=design.intraclass)
        for name, size in _workers_to_draw(design, workers).items()
    }
    return {
        name: min(stratum.enterprises, max(ceil(wanted[name] / max(1, design.per_enterprise)), design.minimum))
        for name, stratum in frame.items()
    }


def workers_expected(workers: Mapping[str, int], *, count: int, per_enterprise: int) -> Fraction:
    """Return how many workers of a stratum are drawn on average when enterprises are drawn first; small ones have few.

    :param workers: of each enterprise.
    :param count: enterprises to draw.
    """
    chances = chances_of_enterprises(workers, count=count)
    return sum((chances[name] * min(per_enterprise, size) for name, size in workers.items()), Fraction(0))


def chance_to_find(design: Design, frame: Mapping[str, tuple[int, Fraction]]) -> float:
    """Return the chance to find a case at the prevalence of the design, at the least.

    In the round as a whole however the infected are spread over the strata; where each stratum is looked at on its own
    in the least certain one. Workers of a drawn enterprise count for less, by the design effect.

    :param frame: of each stratum the workers, and those who are drawn (two stages: on average).
    """
    effect = Fraction(1)
    if design.two_stage:
        effect = sample_size.design_effect(per_enterprise=design.per_enterprise, intraclass=design.intraclass)
    parts = [(workers, floor(drawn / effect)) for workers, drawn in frame.values() if workers]
    sensitivity = float(design.sensitivity)
    if design.in_each:
        return min(
            (_chance_in(workers, drawn, design.prevalence, sensitivity) for workers, drawn in parts), default=0.0
        )
    infected = sample_size.infected_at(sum(workers for workers, _ in parts), design.prevalence)
    return sample_size.chance_in_strata(parts, infected=infected, sensitivity=sensitivity) if parts else 0.0


def reserve_of(sample: int, *, workers: int, design: Design) -> int:
    """Return how many substitutes are kept ready behind a sample, at least one where there is anybody left.

    A list of which nobody is drawn has no seat to fill, and so no substitutes.
    """
    if sample == 0:
        return 0
    return min(workers - sample, max(1, ceil(Fraction(design.reserve) * sample)))


def seed_commitment(seed: str, reference: str) -> str:
    """Return what is published of the seed before the draw."""
    return _hex(f"{seed}|{reference}")


def seed_of_draw(seed: str, public_value: str) -> str:
    """Return the seed that orders the lists: mixed with the value that came out in public, where one was agreed."""
    return _hex(f"{seed}|{public_value}") if public_value else seed


def order_key(seed: str, list_name: str, pseudonym: str) -> bytes:
    """Return what a list is ordered by."""
    return hashlib.sha256(f"{seed}|{list_name}|{pseudonym}".encode()).digest()


def draw_workers(seed: str, list_name: str, pseudonyms: Iterable[str], *, sample: int, reserve: int) -> list[Place]:
    """Return the sample of a list and its substitutes, in order. Memory grows with the drawn, not with the list."""
    keyed = ((order_key(seed, list_name, pseudonym), pseudonym) for pseudonym in pseudonyms)
    drawn = nsmallest(sample + reserve, keyed)
    return [Place(pseudonym, place, place > sample) for place, (_, pseudonym) in enumerate(drawn, start=1)]


def draw_enterprises(seed: str, stratum: str, workers: Mapping[str, int], *, count: int) -> dict[str, Fraction]:
    """Return the drawn enterprises of a stratum with the chance that each of them had.

    :param workers: the number of workers of each enterprise, by pseudonym.
    """
    chances = chances_of_enterprises(workers, count=count)
    certain = {name for name, chance in chances.items() if chance == 1}
    rest = {name: size for name, size in workers.items() if name not in certain and size > 0}
    drawn = certain | _systematic(seed, stratum, rest, count - len(certain))
    return {name: chances[name] for name in sorted(drawn)}


def chances_of_enterprises(workers: Mapping[str, int], *, count: int) -> dict[str, Fraction]:
    """Return the chance of each enterprise, proportional to its workers; 1 where it is larger than the interval."""
    rest = {name: size for name, size in workers.items() if size > 0}
    certain: dict[str, Fraction] = {}
    while rest and len(certain) < count:
        total, left = sum(rest.values()), count - len(certain)
        large = [name for name, size in rest.items() if left * size >= total]
        if not large:
            return {**dict.fromkeys(workers, Fraction(0)), **certain, **_in_proportion(rest, left, total)}
        certain |= dict.fromkeys(large, Fraction(1))
        rest = {name: size for name, size in rest.items() if name not in certain}
    return {**dict.fromkeys(workers, Fraction(0)), **certain}


def chance_of_worker(*, workers: int, sample: int, enterprise: Fraction = Fraction(1)) -> Fraction:
    """Return the chance of each worker of a list to be in the sample."""
    return enterprise * Fraction(sample, workers)


def _in_proportion(rest: Mapping[str, int], count: int, total: int) -> dict[str, Fraction]:
    return {name: Fraction(count * size, total) for name, size in rest.items()}


def _systematic(seed: str, stratum: str, workers: Mapping[str, int], count: int) -> set[str]:
    """Walk along the workers in random order and take the enterprise at each of `count` equally spaced points."""
    if count <= 0 or not workers:
        return set()
    total = sum(workers.values())
    start = int.from_bytes(order_key(seed, f"{stratum}/start", "")[:8], "big")
    drawn: set[str] = set()
    upto, point = 0, 0
    for name in sorted(workers, key=lambda each: order_key(seed, f"{stratum}/order", each)):
        upto += workers[name]
        if point < count and (start + point * PARTS) * total < count * PARTS * upto:
            drawn.add(name)
            point += 1
    return drawn


def _workers_to_draw(design: Design, workers: Mapping[str, int]) -> dict[str, int]:
    least = 0 if design.two_stage else design.minimum
    if design.rule is SizeRule.DETECT and design.in_each:
        return {name: max(min(least, count), _to_find(design, count)) for name, count in workers.items()}
    if design.rule is SizeRule.DETECT:
        return sample_size.to_find_one_in_strata(
            workers,
            minimum=least,
            prevalence=design.prevalence,
            confidence=design.confidence,
            sensitivity=design.sensitivity,
        )
    everybody = sum(workers.values())
    total = design.number if design.rule is SizeRule.NUMBER else sample_size.share_of(everybody, design.share)
    return sample_size.allocate(total, workers, minimum=least)


def _to_find(design: Design, workers: int) -> int:
    return sample_size.to_find_one(
        workers=workers,
        prevalence=design.prevalence,
        confidence=design.confidence,
        sensitivity=design.sensitivity,
    ).size


def _chance_in(workers: int, drawn: int, prevalence: Decimal, sensitivity: float) -> float:
    infected = sample_size.infected_at(workers, prevalence)
    return sample_size.chance_of_finding(workers=workers, infected=infected, drawn=drawn, sensitivity=sensitivity)


def _unchanged(size: int, *, per_enterprise: int, intraclass: Decimal) -> int:
    return size


def _hex(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
