"""The few distributions that rounds need, with the standard library only: hypergeometric, beta, Student's t.

Each function is tested against published values.
"""

from math import exp, lgamma, log, log1p, sqrt
from statistics import NormalDist

#: A term this much smaller than the sum no longer changes it.
NEGLIGIBLE = 1e-17


def hypergeometric(y: int, *, workers: int, infected: int, drawn: int) -> float:
    """Return the probability that y of the drawn are among the infected, drawn without replacement."""
    return exp(
        _log_choose(infected, y) + _log_choose(workers - infected, drawn - y) - _log_choose(workers, drawn),
    )


def hypergeometric_odds(y: int, *, workers: int, infected: int, drawn: int) -> float:
    """Return the probability of y + 1 beside that of y."""
    return (infected - y) * (drawn - y) / ((y + 1) * (workers - infected - drawn + y + 1))


def hypergeometric_at_most(y: int, *, workers: int, infected: int, drawn: int) -> float:
    """Return the probability that at most y of the drawn are among the infected."""
    least, most = max(0, drawn - (workers - infected)), min(infected, drawn)
    if y < least:
        return 0.0
    if y >= most:
        return 1.0
    frame = {"workers": workers, "infected": infected, "drawn": drawn}
    if y * workers <= drawn * infected:
        return min(1.0, _tail(y, least, -1, **frame))
    return max(0.0, 1.0 - _tail(y + 1, most, 1, **frame))


def student_quantile(probability: float, degrees: int) -> float:
    """Return the value below which Student's t falls with a probability of at least one half."""
    if degrees <= 0:
        degrees = 1
    if degrees > 10_000:
        return NormalDist().inv_cdf(probability)
    tail = 2.0 * (1.0 - probability)
    x = beta_quantile(tail, degrees / 2.0, 0.5)
    return sqrt(degrees * (1.0 - x) / x)


def beta_quantile(probability: float, a: float, b: float) -> float:
    """Return the value below which a beta distribution falls with this probability."""
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


def _tail(y: int, end: int, step: int, *, workers: int, infected: int, drawn: int) -> float:
    """Add up from y to the end, away from the middle, so that every term is smaller than the one before."""
    frame = {"workers": workers, "infected": infected, "drawn": drawn}
    total = term = hypergeometric(y, **frame)
    while y != end and term > NEGLIGIBLE * total:
        odds = hypergeometric_odds(y if step == 1 else y - 1, **frame)
        term = term * odds if step == 1 else term / odds
        total += term
        y += step
    return total


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


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
