"""Where an epidemic is going: means, incidence, doubling time and reproduction number, each with its uncertainty.

Nothing here is a model of its own; every method is named with its source, and the pages name it too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, lgamma, log

from khumkan.screening.rules.distributions import student_quantile

WEEK = 7
PER = 100_000
CONFIDENCE = 0.95
#: The doubling time needs at least this many days with cases.
FEWEST_DAYS = 5


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95% interval; a limit is none where the data set none."""

    value: float
    low: float | None
    high: float | None


def seven_day_mean(counts: Sequence[int | None]) -> float | None:
    """Return the mean of the last seven days; days that were not reported take no part, and four are the fewest."""
    week = [count for count in counts[-WEEK:] if count is not None]
    return sum(week) / len(week) if len(week) > WEEK // 2 else None


def incidence(cases: int, people: int) -> float | None:
    """Return the cases among 100,000 people; none where nobody was counted or more was taken back than found."""
    return cases * PER / people if people > 0 and cases >= 0 else None


@dataclass(frozen=True, slots=True)
class Growth:
    """How fast cases grow.

    :param rate: the daily growth of the logarithm, with its interval; below zero when cases become fewer.
    :param days: days in which cases double, or halve when the rate is below zero; none when nothing moves.
    :param shortest: and `longest` the limits that follow from the rate's; `longest` is none when the interval of the
        rate contains zero: then they may as well not grow at all.
    """

    rate: Estimate
    days: float | None
    shortest: float | None
    longest: float | None

    @property
    def grows(self) -> bool:
        """Whether cases become more."""
        return self.rate.value > 0


def growth(counts: Sequence[int | None]) -> Growth | None:
    """Fit a straight line to the logarithm of the daily cases, by ordinary least squares.

    Days without a case, or that were not reported, have no logarithm and take no part. The interval of the slope is
    that of Student's t with n - 2 degrees of freedom (Draper and Smith, Applied Regression Analysis, 1998, part 1.4).

    :param counts: of successive days, oldest first.
    """
    points = [(float(day), log(count)) for day, count in enumerate(counts) if count is not None and count > 0]
    if len(points) < FEWEST_DAYS:
        return None
    mean_x = sum(x for x, _y in points) / len(points)
    mean_y = sum(y for _x, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _y in points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    left = sum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in points)
    degrees = len(points) - 2
    half = student_quantile((1 + CONFIDENCE) / 2, degrees) * (left / degrees / spread) ** 0.5
    return _growth(Estimate(slope, slope - half, slope + half))


def _growth(rate: Estimate) -> Growth:
    assert rate.low is not None
    assert rate.high is not None
    if abs(rate.value) < 1e-9:
        return Growth(rate, None, None, None)
    fastest, slowest = (rate.high, rate.low) if rate.value > 0 else (rate.low, rate.high)
    same_way = slowest * rate.value > 0
    return Growth(rate, log(2) / abs(rate.value), log(2) / abs(fastest), log(2) / abs(slowest) if same_way else None)


@dataclass(frozen=True, slots=True)
class Spread:
    """What the reproduction number is estimated with.

    :param mean_days: days from one case to those whom it infects (serial interval); `sd_days` their deviation.
    :param window: days of which one estimate is made; `prior_mean` and `prior_sd` what is believed before any case.
    """

    mean_days: float
    sd_days: float
    window: int = WEEK
    prior_mean: float = 5.0
    prior_sd: float = 5.0


def serial_weights(spread: Spread, *, most_days: int = 30) -> list[float]:
    """Return the share of the infections that a case causes after 1, 2, … days: a gamma distribution cut into days."""
    shape, scale = (spread.mean_days / spread.sd_days) ** 2, spread.sd_days**2 / spread.mean_days
    edges = [gamma_below((day + 0.5) / scale, shape) for day in range(most_days + 1)]
    edges[0] = 0.0  # what would be shorter than half a day counts as one day
    weights = [late - early for early, late in pairwise(edges)]
    return [weight / sum(weights) for weight in weights]


def reproduction(counts: Sequence[int], spread: Spread) -> Estimate | None:
    """Estimate how many people one case infects, over the last days of a series.

    The method of Cori, Ferguson, Fraser and Cauchemez (American Journal of Epidemiology 178, 2013, pages 1505 to 1512):
    with cases that follow a Poisson distribution and a gamma prior, the number of the window has a gamma distribution
    of shape a + sum of the cases and rate 1/b + sum of the infectiousness, where the infectiousness of a day is the sum
    of the cases before it, weighted by the serial interval. The interval has the 2.5% and 97.5% quantiles.

    :param counts: new cases of successive days, oldest first, without gaps; below zero counts as zero.
    :returns: None when the series is too short, or nobody was there to infect others.
    """
    cases = [max(0, count) for count in counts]
    weights = serial_weights(spread)
    if len(cases) <= spread.window:
        return None
    days = range(len(cases) - spread.window, len(cases))
    pressure = sum(_infectiousness(cases, day, weights) for day in days)
    if pressure <= 0:
        return None
    prior_shape, prior_rate = (spread.prior_mean / spread.prior_sd) ** 2, spread.prior_mean / spread.prior_sd**2
    shape, rate = prior_shape + sum(cases[day] for day in days), prior_rate + pressure
    tail = (1 - CONFIDENCE) / 2
    return Estimate(shape / rate, gamma_quantile(tail, shape) / rate, gamma_quantile(1 - tail, shape) / rate)


def _infectiousness(cases: Sequence[int], day: int, weights: Sequence[float]) -> float:
    return sum(cases[day - back] * weight for back, weight in enumerate(weights, start=1) if back <= day)


def gamma_quantile(probability: float, shape: float) -> float:
    """Return the value below which a gamma distribution of scale 1 falls with this probability.

    By the method of Newton, kept within what is known to lie below and above, so that it always ends. It begins below
    the value, where the first term of the series alone would have this probability: with a small shape that is near 0.
    """
    low = value = max(exp((log(probability) + lgamma(shape + 1)) / shape), 1e-300)
    high = max(1.0, shape)
    while gamma_below(high, shape) < probability:
        high *= 2
    for _ in range(200):
        below = gamma_below(value, shape)
        low, high = (value, high) if below < probability else (low, value)
        density = exp((shape - 1) * log(value) - value - lgamma(shape))
        step = value - (below - probability) / density if density > 0 else low
        before, value = value, step if low < step < high else (low + high) / 2
        if abs(value - before) <= 1e-13 * value:
            break
    return value


def gamma_below(x: float, shape: float) -> float:
    """Return the regularised lower incomplete gamma function (NIST Digital Library of Mathematical Functions, 8.2.4).

    By its series (8.7.1) where that is quick, else by the continued fraction of the upper one (8.9.2).
    """
    if x <= 0:
        return 0.0
    head = exp(shape * log(x) - x - lgamma(shape))
    return head * _series(x, shape) if x < shape + 1 else 1 - head * _fraction(x, shape)


def _series(x: float, shape: float) -> float:
    term = total = 1 / shape
    n = shape
    while abs(term) > abs(total) * 1e-15:
        n += 1
        term *= x / n
        total += term
    return total


def _fraction(x: float, shape: float) -> float:
    """Evaluate the continued fraction by the modified method of Lentz."""
    tiny = 1e-300
    b = x + 1 - shape
    c, d = 1 / tiny, 1 / b
    value = d
    for step in range(1, 100_000):
        numerator = -step * (step - shape)
        b += 2
        d = 1 / (numerator * d + b or tiny)
        c = b + numerator / c or tiny
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value
