"""When a figure of the situation asks for somebody: limits, and what has passed them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Target(StrEnum):
    """What is watched."""

    BEDS_FREE = "beds_free"
    WAITING_FOR_BED = "waiting_for_bed"
    LATE_RESULTS = "late_results"
    POSITIVITY = "positivity"
    DOSES_EXPIRING = "doses_expiring"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The figures of one area at one moment; empty area for the whole country."""

    area_code: str
    beds: int = 0
    beds_free: int = 0
    waiting_for_bed: int = 0
    late_results: int = 0
    tests_decided: int = 0
    tests_positive: int = 0
    doses_expiring: int = 0


@dataclass(frozen=True, kw_only=True)
class Limits:
    """From where somebody is called.

    :param least_free_share: free beds in percent of all beds, below which it is an alarm.
    :param most_positivity: positives in percent of tests of seven days, above which it is.
    :param fewest_tests: with fewer tests no share is judged.
    """

    least_free_share: Decimal
    most_waiting: int
    most_late: int
    most_positivity: Decimal
    fewest_tests: int
    most_expiring: int


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that was passed.

    :param value: what was found, and `limit` what it was held against; shares in percent with one decimal.
    """

    target: Target
    area_code: str
    value: Decimal
    limit: Decimal


def breaches(readings: Iterable[Reading], limits: Limits) -> dict[tuple[Target, str], Breach]:
    """Return what has passed its limit, by target and area.

    Shares are judged in every province and in the whole country, counts in provinces alone: somebody there acts.
    """
    found = [breach for reading in readings for breach in _of_area(reading, limits)]
    return {(breach.target, breach.area_code): breach for breach in found}


def _of_area(reading: Reading, limits: Limits) -> list[Breach]:
    found = []
    free = share(reading.beds_free, reading.beds)
    if free is not None and free < limits.least_free_share:
        found.append(Breach(Target.BEDS_FREE, reading.area_code, free, limits.least_free_share))
    positive = share(reading.tests_positive, reading.tests_decided)
    enough = reading.tests_decided >= limits.fewest_tests
    if enough and positive is not None and positive > limits.most_positivity:
        found.append(Breach(Target.POSITIVITY, reading.area_code, positive, limits.most_positivity))
    counted: Mapping[Target, tuple[int, int]] = {
        Target.WAITING_FOR_BED: (reading.waiting_for_bed, limits.most_waiting),
        Target.LATE_RESULTS: (reading.late_results, limits.most_late),
        Target.DOSES_EXPIRING: (reading.doses_expiring, limits.most_expiring),
    }
    for target, (value, most) in counted.items():
        if reading.area_code and value > most:
            found.append(Breach(target, reading.area_code, Decimal(value), Decimal(most)))
    return found


def share(part: int, whole: int) -> Decimal | None:
    """Return a part in percent of the whole with one decimal; none where the counts are no share."""
    if whole <= 0 or not 0 <= part <= whole:
        return None
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.1"))
