"""The share testing positive, as estimated from a sample that was drawn with unequal chances.

**Estimate.** The ratio of weighted positives to weighted tested (J. Hájek, 1971), where the weight of a tested worker
is one over the chance of being drawn, raised in each list for those of the sample who were not tested: within a list
the tested stand for all.

**One list.** The exact limits of a finite list: those numbers of positives in it under which so few, or so many,
among the tested would not be rare (J. P. Buonaccorsi, The American Statistician 41 (1987) 215-218). Where everybody
was tested they are the share itself; in a large list they are those of C. J. Clopper and E. S. Pearson (Biometrika 26
(1934) 404-413).

**Variance of several lists.** Taylor linearisation of the ratio, added up over strata (C.-E. Särndal, B. Swensson and
J. Wretman, *Model Assisted Survey Sampling*, Springer 1992, sections 5.5 to 5.7). One stage: workers within strata,
with finite population correction. Two stages: enterprises within strata as if drawn with replacement, which is on the
safe side; enterprises that were certain to be drawn count as strata of workers. A stratum of which one worker was
tested, or one enterprise drawn, is held against the mean of all, as survey packages do with a single unit (T. Lumley,
*Complex Surveys*, Wiley 2010, section 3.2.1): with its own mean it would seem to have no variance at all.

**Interval of several lists.** A beta distribution with the mean and variance of the estimate, after one more positive
was added for the upper limit and one more negative for the lower, each counting for as much as any of the tested may
stand for: R. C. Tiwari, L. X. Clegg and Z. Zou (Statistical Methods in Medical Research 15 (2006) 547-569), after M.
P. Fay and E. J. Feuer (Statistics in Medicine 16 (1997) 791-801). It never trusts a stratum because nobody in it
tested positive, holds its level with few positives and unequal weights, and with a single large list it is that of
Clopper and Pearson. What an addition stands for leaves out the tested themselves, so that it vanishes where everybody
was tested; in a drawn enterprise it brings along those who resemble it (design effect of L. Kish, 1965, 5.4).
Student's t with (units less strata) degrees of freedom widens it, all strata with a single unit being one.

Only the standard library is used.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

from khumkan.screening.rules.distributions import beta_quantile, hypergeometric_at_most, student_quantile


class Method(StrEnum):
    """How an interval was made."""

    NONE = "none"
    EXACT = "exact"
    BETA = "beta"


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
    """Return the weighted share of positives with its interval; lists of which nobody was tested are left out.

    :param intraclass: how alike workers of an enterprise are taken to be, beyond what the variance shows.
    """
    used = [cell for cell in cells if cell.tested > 0]
    tested, positive = sum(cell.tested for cell in used), sum(cell.positive for cell in used)
    if not used:
        return Share(None, 0.0, 1.0, 0, 0, Method.NONE)
    total = sum(cell.weight * cell.tested for cell in used)
    estimate = sum(cell.weight * cell.positive for cell in used) / total
    if len(used) == 1 and not used[0].cluster:
        low, high = exact_limits(positive, tested, workers=used[0].workers, confidence=confidence)
        return Share(estimate, min(low, estimate), max(high, estimate), tested, positive, Method.EXACT)
    variance, spread = _variance(used, estimate, total), estimate * (1.0 - estimate)
    wide = _widened(variance, used, confidence)
    added = max(_untold(cell, intraclass) for cell in used) / total
    return Share(
        estimate,
        1.0 - _upper_limit(1.0 - estimate, wide, added, confidence),
        _upper_limit(estimate, wide, added, confidence),
        tested,
        positive,
        Method.BETA,
        variance / (spread / tested) if spread else 1.0,
    )


def clopper_pearson(positive: float, tested: float, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the exact limits of a share where the tested are few of very many."""
    tail = (1.0 - confidence) / 2.0
    low = 0.0 if positive <= 0 else beta_quantile(tail, positive, tested - positive + 1.0)
    high = 1.0 if positive >= tested else beta_quantile(1.0 - tail, positive + 1.0, tested - positive)
    return low, high


def exact_limits(positive: int, tested: int, *, workers: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the exact limits of the share of positives in a list of which some were tested, drawn at random.

    :param workers: in the list, tested or not.
    """
    tail = (1.0 - confidence) / 2.0
    high = _most_positives(positive, tested, workers, tail)
    low = workers - _most_positives(tested - positive, tested, workers, tail)
    return low / workers, high / workers


def _most_positives(positive: int, tested: int, workers: int, tail: float) -> int:
    """Return the largest number of positives in the list under which so few among the tested are not rare."""
    low, high = positive, workers - (tested - positive)
    while low < high:
        middle = (low + high + 1) // 2
        if hypergeometric_at_most(positive, workers=workers, infected=middle, drawn=tested) > tail:
            low = middle
        else:
            high = middle - 1
    return low


def _upper_limit(estimate: float, variance: float, added: float, confidence: float) -> float:
    """Return the quantile of the beta distribution after one positive was added.

    :param added: how much it counts, beside all that were tested.
    """
    mean = (estimate + added) / (1.0 + added)
    around = (variance + added**2) / (1.0 + added) ** 2
    if around <= 0.0:
        return estimate
    size = mean * (1.0 - mean) / around - 1.0
    if size <= 0.0:
        return 1.0
    return max(estimate, beta_quantile((1.0 + confidence) / 2.0, mean * size, (1.0 - mean) * size))


def _untold(cell: Cell, intraclass: float) -> float:
    """Return for how many workers, besides itself, one more tested of the list would have stood."""
    if cell.cluster:
        return cell.weight * (1.0 + intraclass * (cell.tested - 1))
    return cell.weight * _correction(cell)


def _correction(cell: Cell) -> float:
    return max(0.0, 1.0 - cell.tested / cell.workers)


def _variance(cells: Sequence[Cell], estimate: float, total: float) -> float:
    clusters: dict[str, list[float]] = defaultdict(list)
    variance = 0.0
    for cell in cells:
        if cell.cluster:
            clusters[cell.stratum].append(_residual(cell, estimate, total))
        else:
            variance += _variance_of_workers(cell, estimate, total)
    return variance + sum(_variance_of_clusters(residuals) for residuals in clusters.values())


def _residual(cell: Cell, estimate: float, total: float) -> float:
    return cell.weight * (cell.positive - estimate * cell.tested) / total


def _variance_of_workers(cell: Cell, estimate: float, total: float) -> float:
    if cell.tested == 1:
        return _correction(cell) * _residual(cell, estimate, total) ** 2
    share = cell.positive / cell.tested
    part = cell.weight * cell.tested / total
    return part * part * _correction(cell) * share * (1.0 - share) / (cell.tested - 1)


def _variance_of_clusters(residuals: Sequence[float]) -> float:
    count = len(residuals)
    if count == 1:
        return residuals[0] ** 2
    mean = sum(residuals) / count
    return count / (count - 1) * sum((residual - mean) ** 2 for residual in residuals)


def _widened(variance: float, cells: Sequence[Cell], confidence: float) -> float:
    """Return the variance as it must count where few units tell it."""
    probability = (1.0 + confidence) / 2.0
    ratio = student_quantile(probability, _degrees_of_freedom(cells)) / NormalDist().inv_cdf(probability)
    return variance * ratio**2


def _degrees_of_freedom(cells: Sequence[Cell]) -> int:
    """Return the sampled units less the strata; an enterprise that was certain is a stratum of workers."""
    clusters: dict[str, int] = defaultdict(int)
    for cell in cells:
        clusters[cell.stratum] += bool(cell.cluster)
    units = [cell.tested for cell in cells if not cell.cluster] + [count for count in clusters.values() if count]
    strata = sum(count > 1 for count in units) + any(count == 1 for count in units)
    return max(1, sum(units) - strata)
