"""How many workers a round draws: by share, by number, or enough to find a case if there are any.

**Finding at least one case.** Draw n of N workers of whom D are infected, without replacement, and test each with
sensitivity s (and perfect specificity). The number of infected in the sample is hypergeometric, so no case is found
with probability Σᵧ H(y; N, D, n)·(1 - s)ʸ. The smallest n that brings this to 1 - c or less is found by bisection.
Exact, where the usual tables approximate it: R. M. Cannon and R. T. Roe, *Livestock Disease Surveys: A Field Manual
for Veterinarians*, Australian Bureau of Animal Health, 1982 (s = 1); A. R. Cameron and F. C. Baldock, “A new
probability formula for surveys to substantiate freedom from disease”, Preventive Veterinary Medicine 34 (1998) 1-17
(s < 1).

**In several strata** nobody knows how the infected are spread, and strata are formed just because some have more of
them. Of a stratum of which the share f is drawn, each infected is missed with probability 1 - f·s, and several are not
missed together more often than one by one, since who is drawn leaves fewer places to the others (K. Joag-Dev and F.
Proschan, “Negative association of random variables”, Annals of Statistics 11 (1983) 286-295). So the chance of missing
all D is at most the product of 1 - f·s with the infected where f is smallest, each stratum filled up before the next.
The sample is enlarged until that is 1 - c or less.

**Workers of one enterprise resemble each other.** A two-stage sample says less than its size; the number is raised by
the design effect 1 + (b - 1)·ρ for b workers per enterprise and intraclass correlation ρ (L. Kish, *Survey Sampling*,
Wiley 1965, section 5.4).

Nothing here imports Django: the offline verification of a draw repeats these numbers.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from khumkan.screening.rules.distributions import NEGLIGIBLE, hypergeometric, hypergeometric_odds

#: Rounding noise of floating point when a probability is held against 1 - confidence.
NOISE = 1e-9


@dataclass(frozen=True)
class Detection:
    """A sample size that finds a case, and how surely it does.

    :param size: workers to draw.
    :param reached: the probability that at least one of them tests positive; below what was asked for only when
        even testing everybody would not reach it.
    """

    size: int
    reached: float


def chance_of_finding(*, workers: int, infected: int, drawn: int, sensitivity: float) -> float:
    """Return the probability that at least one of the drawn workers tests positive."""
    if not 0 <= infected <= workers or not 0 <= drawn <= workers:
        raise ValueError("neither the infected nor the drawn can be more than the workers")
    return 1.0 - _chance_of_missing(workers, infected, drawn, 1.0 - sensitivity)


def to_find_one(*, workers: int, prevalence: Decimal, confidence: Decimal, sensitivity: Decimal) -> Detection:
    """Return the smallest sample that finds at least one case with the wanted confidence, if prevalence is as stated.

    :param prevalence: share of infected workers, above 0 and at most 1; the whole number of infected is rounded up.
    :param confidence: wanted probability of a finding, above 0 and below 1.
    :param sensitivity: of the test, above 0 and at most 1.
    """
    if workers == 0:
        return Detection(0, 0.0)
    infected = infected_at(workers, prevalence)
    miss, allowed = 1.0 - float(sensitivity), 1.0 - float(confidence) + NOISE
    low, high = 1, workers
    while low < high:
        middle = (low + high) // 2
        if _chance_of_missing(workers, infected, middle, miss) <= allowed:
            high = middle
        else:
            low = middle + 1
    return Detection(low, 1.0 - _chance_of_missing(workers, infected, low, miss))


def chance_in_strata(parts: Collection[tuple[int, int]], *, infected: int, sensitivity: float) -> float:
    """Return the least probability that one of the drawn tests positive, however the infected are spread.

    :param parts: workers and drawn of each stratum.
    """
    if len(parts) == 1:
        ((workers, drawn),) = parts
        return chance_of_finding(workers=workers, infected=infected, drawn=drawn, sensitivity=sensitivity)
    missed, left = 1.0, infected
    for share, workers in sorted((drawn / workers, workers) for workers, drawn in parts if workers):
        here = min(left, workers)
        missed *= (1.0 - sensitivity * share) ** here
        left -= here
    return 1.0 - missed


def to_find_one_in_strata(
    frame: Mapping[str, int], *, minimum: int, prevalence: Decimal, confidence: Decimal, sensitivity: Decimal
) -> dict[str, int]:
    """Return a proportional allocation that finds a case with the wanted confidence, however cases are spread.

    Where not even everybody is enough, it is everybody.

    :param frame: workers of each stratum.
    :param minimum: the fewest of a stratum.
    """
    workers = sum(frame.values())
    infected, wanted = infected_at(workers, prevalence), float(confidence) - NOISE
    low = to_find_one(workers=workers, prevalence=prevalence, confidence=confidence, sensitivity=sensitivity).size
    high, enough = workers, dict(frame)
    while low < high:
        middle = (low + high) // 2
        drawn = allocate(middle, frame, minimum=minimum)
        parts = [(frame[name], drawn[name]) for name in frame]
        if chance_in_strata(parts, infected=infected, sensitivity=float(sensitivity)) >= wanted:
            high, enough = middle, drawn
        else:
            low = middle + 1
    return enough


def infected_at(workers: int, prevalence: Decimal) -> int:
    """Return how many are infected when a share is: whole persons, at least one where there is anybody."""
    return min(workers, max(1, ceil(Fraction(prevalence) * workers)))


def share_of(workers: int, share: Decimal) -> int:
    """Return a share of the workers, rounded up to whole persons."""
    return min(workers, ceil(Fraction(share) * workers))


def with_design_effect(size: int, *, per_enterprise: int, intraclass: Decimal) -> int:
    """Return the size of a two-stage sample that tells as much as a simple one of `size`."""
    return ceil(size * design_effect(per_enterprise=per_enterprise, intraclass=intraclass))


def design_effect(*, per_enterprise: int, intraclass: Decimal) -> Fraction:
    """Return how many workers of drawn enterprises tell as much as one worker of all."""
    return 1 + Fraction(intraclass) * max(0, per_enterprise - 1)


def allocate(total: int, frame: Mapping[str, int], *, minimum: int) -> dict[str, int]:
    """Divide a sample over strata in proportion to their workers, each with at least a minimum.

    A stratum smaller than the minimum is taken whole. When the minimums together exceed the total, they win. What
    rounding leaves goes to the largest remainders, then by name, so that everybody computes the same numbers.
    """
    least = {name: min(count, minimum) for name, count in frame.items()}
    total = min(max(total, sum(least.values())), sum(frame.values()))
    at_minimum: set[str] = set()
    while True:
        free = [name for name in frame if name not in at_minimum]
        left = total - sum(least[name] for name in at_minimum)
        workers = sum(frame[name] for name in free)
        short = {name for name in free if left * frame[name] < least[name] * workers}
        if not short:
            break
        at_minimum |= short
    exact = {name: Fraction(left * frame[name], workers) if workers else Fraction(0) for name in free}
    return {name: least[name] for name in at_minimum} | _rounded(exact, left if workers else 0)


def _rounded(exact: Mapping[str, Fraction], total: int) -> dict[str, int]:
    whole = {name: floor(value) for name, value in exact.items()}
    by_remainder = sorted(exact, key=lambda name: (whole[name] - exact[name], name))
    for name in by_remainder[: total - sum(whole.values())]:
        whole[name] += 1
    return whole


def _chance_of_missing(workers: int, infected: int, drawn: int, miss: float) -> float:
    """Sum H(y)·missʸ outward from the largest term, so that nothing underflows."""
    least, most = max(0, drawn - (workers - infected)), min(infected, drawn)
    if miss == 0.0:
        return hypergeometric(0, workers=workers, infected=infected, drawn=drawn) if least == 0 else 0.0
    start = _largest_term(workers, infected, drawn, miss, least, most)
    top = hypergeometric(start, workers=workers, infected=infected, drawn=drawn) * miss**start
    total = top
    for step, end in ((1, most), (-1, least)):
        term, y = top, start
        while y != end and term > NEGLIGIBLE * total:
            from_ = y if step == 1 else y - 1
            odds = hypergeometric_odds(from_, workers=workers, infected=infected, drawn=drawn) * miss
            term = term * odds if step == 1 else term / odds
            total += term
            y += step
    return min(1.0, total)


def _largest_term(workers: int, infected: int, drawn: int, miss: float, least: int, most: int) -> int:
    low, high = least, most
    while low < high:
        middle = (low + high) // 2
        if hypergeometric_odds(middle, workers=workers, infected=infected, drawn=drawn) * miss > 1.0:
            low = middle + 1
        else:
            high = middle
    return low
