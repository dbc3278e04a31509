"""How many are infected, as estimated from a sample that was drawn with unequal chances.

**Estimate.** The ratio of weighted positives to weighted tested (J. Hájek, 1971), where the weight of a tested worker
is one over the chance of being drawn, raised in each list for those of the sample who were not tested: within a list
the tested stand for all.

**Variance.** Taylor linearisation of that ratio, added up over strata (C.-E. Särndal, B. Swensson and J. Wretman,
*Model Assisted Survey Sampling*, Springer 1992, sections 5.5 to 5.7). One stage: workers within strata, with finite
population correction. Two stages: enterprises within strata as if drawn with replacement, which is on the safe side;
enterprises that were certain to be drawn count as strata of workers. A stratum with one enterprise is held against
the mean of all.

**Interval.** On the logit scale with Student's t and (units less strata) degrees of freedom, as survey packages do,
so that it stays between 0 and 1 (E. L. Korn and B. I. Graubard, *Analysis of Health Surveys*, Wiley 1999, section
3.2). Where nobody or everybody tested positive no variance can be estimated: then the exact interval of C. J. Clopper
and E. S. Pearson (Biometrika 26 (1934) 404-413) at the effective sample size of E. L. Korn and B. I. Graubard (Survey
Methodology 24 (1998) 193-201). A simple random sample gets the exact interval always.

Only the standard library is used; each number is tested against published values.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, lgamma, log, log1p, sqrt
from statistics import NormalDist

#: A variance this much smaller than that of one person is none: lists that happen to be alike, and rounding noise.
NOTHING = 1e-9


class Method(StrEnum):
    """How an interval was made."""

    NONE = "none"
    EXACT = "exact"
    EFFECTIVE = "effective"
    LINEARISED = "linearised"


@dataclass(frozen=True)
class Cell:
    """The tested of one list, who all had the same chance.

    :param weight: how many workers each of them stands for.
    :param workers: in the list.
    :param cluster: the enterprise when it was drawn by chance in a first stage, otherwise empty.
    """

    stratum: str
    tested: int
    positive: int
    weight: float
    workers: int
    cluster: str = ""


@dataclass(frozen=True)
class Share:
    """An estimated share with its interval, all between 0 and 1; no estimate when nobody was tested.

    :param design_effect: the variance beside that of a simple random sample of the same size; 1 when unknown.
    """

    estimate: float | None
    low: float
    high: float
    tested: int
    positive: int
    method: Method
    design_effect: float = 1.0


def weighted_share(cells: Iterable[Cell], *, confidence: float = 0.95, intraclass: float = 0.0) -> Share:
    """Return the weighted share of positives with its interval.

    :param intraclass: how alike workers of an enterprise are taken to be where no variance can be estimated.
    """
    used = [cell for cell in cells if cell.tested > 0]
    tested, positive = sum(cell.tested for cell in used), sum(cell.positive for cell in used)
    if not used:
        return Share(None, 0.0, 1.0, 0, 0, Method.NONE)
    total = sum(cell.weight * cell.tested for cell in used)
    estimate = sum(cell.weight * cell.positive for cell in used) / total
    if len(used) == 1 and not used[0].cluster:
        low, high = clopper_pearson(positive, tested, confidence=confidence)
        return Share(estimate, low, high, tested, positive, Method.EXACT)
    variance, spread = _variance(used, estimate, total), estimate * (1.0 - estimate)
    if positive in (0, tested) or variance <= NOTHING * spread:
        size = _effective_size(used, intraclass)
        low, high = clopper_pearson(estimate * size, size, confidence=confidence)
        return Share(estimate, low, high, tested, positive, Method.EFFECTIVE, tested / size)
    reach = student_quantile((1.0 + confidence) / 2.0, _degrees_of_freedom(used)) * sqrt(variance) / spread
    centre = log(estimate / (1.0 - estimate))
    low, high = _logistic(centre - reach), _logistic(centre + reach)
    return Share(estimate, low, high, tested, positive, Method.LINEARISED, variance / (spread / tested))


def clopper_pearson(positive: float, tested: float, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of a binomial share; numbers need not be whole, as with effective sizes."""
    tail = (1.0 - confidence) / 2.0
    low = 0.0 if positive <= 0 else _beta_quantile(tail, positive, tested - positive + 1.0)
    high = 1.0 if positive >= tested else _beta_quantile(1.0 - tail, positive + 1.0, tested - positive)
    return low, high


def student_quantile(probability: float, degrees: int) -> float:
    """Return the value below which Student's t falls with a probability of at least one half."""
    if degrees <= 0:
        degrees = 1
    if degrees > 10_000:
        return NormalDist().inv_cdf(probability)
    tail = 2.0 * (1.0 - probability)
    x = _beta_quantile(tail, degrees / 2.0, 0.5)
    return sqrt(degrees * (1.0 - x) / x)


def _variance(cells: Sequence[Cell], estimate: float, total: float) -> float:
    clusters: dict[str, list[float]] = defaultdict(list)
    variance = 0.0
    for cell in cells:
        if cell.cluster:
            residual = cell.weight * (cell.positive - estimate * cell.tested) / total
            clusters[cell.stratum].append(residual)
        else:
            variance += _variance_of_workers(cell, total)
    return variance + sum(_variance_of_clusters(residuals) for residuals in clusters.values())


def _variance_of_workers(cell: Cell, total: float) -> float:
    if cell.tested < 2:
        return 0.0
    share = cell.positive / cell.tested
    correction = max(0.0, 1.0 - cell.tested / cell.workers)
    part = cell.weight * cell.tested / total
    return part * part * correction * share * (1.0 - share) / (cell.tested - 1)


def _variance_of_clusters(residuals: Sequence[float]) -> float:
    count = len(residuals)
    if count == 1:
        return residuals[0] ** 2
    mean = sum(residuals) / count
    return count / (count - 1) * sum((residual - mean) ** 2 for residual in residuals)


def _degrees_of_freedom(cells: Sequence[Cell]) -> int:
    """Return the sampled units less the strata; an enterprise that was certain is a stratum of workers."""
    units = sum(1 if cell.cluster else cell.tested for cell in cells)
    strata = len({(cell.stratum, "" if cell.cluster else number) for number, cell in enumerate(cells)})
    return max(1, units - strata)


def _effective_size(cells: Sequence[Cell], intraclass: float) -> float:
    """Return the tested as reduced by unequal weights (Kish) and by clustering."""
    tested = sum(cell.tested for cell in cells)
    weights = sum(cell.weight * cell.tested for cell in cells)
    squares = sum(cell.weight**2 * cell.tested for cell in cells)
    clustered = [cell.tested for cell in cells if cell.cluster]
    mean_size = sum(size * size for size in clustered) / sum(clustered) if clustered else 1.0
    return min(float(tested), weights**2 / squares / (1.0 + intraclass * (mean_size - 1.0)))


def _logistic(value: float) -> float:
    return 1.0 / (1.0 + exp(-value))


def _beta_quantile(probability: float, a: float, b: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(200):
        middle = (low + high) / 2.0
        if _incomplete_beta(middle, a, b) < probability:
            low = middle
        else:
            high = middle
        if high - low < 1e-15:
            break
    return (low + high) / 2.0


def _incomplete_beta(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function (NIST Digital Library of Mathematical Functions, 8.17.22)."""
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - _incomplete_beta(1.0 - x, b, a)
    front = exp(a * log(x) + b * log1p(-x) + lgamma(a + b) - lgamma(a) - lgamma(b)) / a
    return front * _continued_fraction(x, a, b)


def _continued_fraction(x: float, a: float, b: float) -> float:
    """Evaluate 1/(1 + d₁/(1 + d₂/(1 + …))) by the modified method of Lentz."""
    tiny = 1e-300
    value, c, d = 1.0, 1.0, 0.0
    for step in range(1, 10_000):
        m = step // 2
        if step % 2:
            part = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            part = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1.0 / ((1.0 + part * d) or tiny)
        c = (1.0 + part / c) or tiny
        value *= c * d
        if abs(c * d - 1.0) < 1e-14:
            break
    return 1.0 / value
