"""A made-up wave: new cases a day and province that rise and begin to fall, sized to the country."""

import math
import random
from datetime import date, timedelta

from khumkan.simulation.people import HEAVY_PROVINCES
from khumkan.simulation.recorded import Recording

DAYS = 16
PROVINCES = ("10", "11", "13", "20", "21", "24", "50", "74")
#: At the peak, this share of the country is found infected a day.
PEAK_SHARE = 0.0007
PEAK_AFTER = 11


def made_up(*, persons: int, seed: int, last: date, days: int = DAYS) -> Recording:
    """Return a wave that ends on a day; the same seed makes the same wave."""
    generator = random.Random(seed)  # noqa: S311 a demonstration, not a draw
    together = sum(HEAVY_PROVINCES[code] for code in PROVINCES)
    recording = Recording()
    for number in range(DAYS - days, DAYS):
        height = math.exp(-(((number - PEAK_AFTER) / 6) ** 2)) * PEAK_SHARE * persons
        day = last - timedelta(days=DAYS - 1 - number)
        recording.cases[day] = {code: _near(height * HEAVY_PROVINCES[code] / together, generator) for code in PROVINCES}
    return recording


def _near(mean: float, generator: random.Random) -> int:
    return max(0, round(generator.gauss(mean, math.sqrt(mean))))
