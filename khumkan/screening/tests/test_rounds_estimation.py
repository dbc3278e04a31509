"""Estimates against published values, by hand, and by repeated drawing."""

from collections.abc import Iterable, Mapping
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khumkan.screening.rules import estimation, sampling
from khumkan.screening.rules.distributions import hypergeometric, hypergeometric_at_most, student_quantile
from khumkan.screening.rules.estimation import Cell, Method, Share, clopper_pearson, exact_limits, weighted_share

DRAWS = 300


@pytest.mark.parametrize(
    ("positive", "tested", "low", "high"),
    [
        (0, 10, 0.0, 0.3085),  # tables of Clopper and Pearson
        (1, 20, 0.0013, 0.2487),
        (5, 10, 0.1871, 0.8129),
        (15, 148, 0.0578, 0.1617),  # R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I
        (81, 263, 0.2527, 0.3676),
        (1, 29, 0.0009, 0.1776),
    ],
)
def test_exact_intervals_as_published(positive: int, tested: int, low: float, high: float) -> None:
    assert clopper_pearson(positive, tested) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("degrees", "value"), [(1, 12.706), (2, 4.303), (5, 2.571), (30, 2.042), (10**6, 1.960)])
def test_student_as_tabled(degrees: int, value: float) -> None:
    assert student_quantile(0.975, degrees) == pytest.approx(value, abs=6e-4)


def test_a_stratified_estimate_by_hand() -> None:
    """Strata of 4,000 and 1,000 workers, 100 tested in each: shares 0.10 and 0.30.

    Estimate (4·0.10 + 1·0.30)/5 = 0.14; variance Σ W²(1 - f)p(1 - p)/(n - 1)
    = 0.64·0.975·0.09/99 + 0.04·0.9·0.21/99 = 0.00064364.
    """
    share = weighted_share([Cell("a", 100, 10, 40.0, 4000), Cell("b", 100, 30, 10.0, 1000)])
    assert share.estimate == pytest.approx(0.14)
    assert share.method is Method.BETA
    variance = 0.64 * 0.975 * 0.09 / 99 + 0.04 * 0.9 * 0.21 / 99
    assert share.design_effect == pytest.approx(variance / (0.14 * 0.86 / 200))
    reach = 1.96 * variance**0.5  # the plain normal interval: the one given lies a little outside of it on both sides
    assert share.low == pytest.approx(0.14 - reach, abs=0.01)
    assert share.high == pytest.approx(0.14 + reach, abs=0.02)
    assert share.high - share.low > 2 * reach


def test_equal_clusters_by_hand() -> None:
    """Four enterprises of 10 tested with 0, 1, 2 and 3 positive: variance of their mean 0.15 is s²/4 = 0.01667/4."""
    cells = [Cell("all", 10, positive, 5.0, 50, cluster=f"e{positive}") for positive in range(4)]
    share = weighted_share(cells)
    assert share.estimate == pytest.approx(0.15)
    assert share.design_effect == pytest.approx((0.05 / 3 / 4) / (0.15 * 0.85 / 40))


def test_in_a_large_list_the_exact_interval_is_that_of_the_tables() -> None:
    share = weighted_share([Cell("a", 148, 15, 1e5, 14_800_000)])
    assert share.method is Method.EXACT
    assert (share.low, share.high) == pytest.approx((0.0578, 0.1617), abs=5e-5)


def test_several_large_lists_of_one_kind_are_nearly_one() -> None:
    """The beta interval comes near to that of Clopper and Pearson, from outside."""
    for positive in (0, 1, 4, 20):
        one = weighted_share([Cell("a", 200, 2 * positive, 1e4, 2_000_000)])
        two = weighted_share([Cell(name, 100, positive, 1e4, 1_000_000) for name in "ab"])
        assert two.estimate == one.estimate
        assert one.low - 0.007 <= two.low <= one.low
        assert one.high <= two.high <= one.high + 0.007


@pytest.mark.parametrize("tested", [3, 10, 17, 20])
def test_exact_limits_hold_their_level_in_every_list(tested: int) -> None:
    """By counting: of all samples of a list of 20, so many give limits that hold the truth, whatever it is."""
    for infected in range(21):
        held = 0.0
        for positive in range(max(0, tested - (20 - infected)), min(tested, infected) + 1):
            low, high = exact_limits(positive, tested, workers=20)
            if low - 1e-12 <= infected / 20 <= high + 1e-12:
                held += hypergeometric(positive, workers=20, infected=infected, drawn=tested)
        assert held >= 0.95 - 1e-9


def test_the_tail_of_the_hypergeometric_is_the_sum_of_its_terms() -> None:
    frame = {"workers": 30, "infected": 11, "drawn": 13}
    for most in range(-1, 14):
        terms = sum(hypergeometric(y, **frame) for y in range(min(most, 11) + 1))
        assert hypergeometric_at_most(most, **frame) == pytest.approx(terms, abs=1e-12)


def test_where_everybody_was_tested_the_share_is_known() -> None:
    one = weighted_share([Cell("a", 10, 0, 1.0, 10)])
    assert (one.estimate, one.low, one.high) == (0.0, 0.0, 0.0)
    several = weighted_share([Cell("a", 10, 0, 1.0, 10), Cell("b", 5, 2, 1.0, 5), Cell("c", 1, 1, 1.0, 1)])
    assert (several.low, several.high) == pytest.approx((3 / 16, 3 / 16))
    most = weighted_share([Cell("a", 9, 0, 10 / 9, 10), Cell("b", 19, 0, 20 / 19, 20)])
    some = weighted_share([Cell("a", 3, 0, 10 / 3, 10), Cell("b", 6, 0, 20 / 6, 20)])
    assert 0.0 < most.high < 0.3 * some.high


def test_a_stratum_with_one_tested_worker_adds_to_the_variance() -> None:
    large = Cell("large", 90, 9, 10.0, 900)
    alone = [Cell(f"s{number}", 1, number % 2, 50.0, 50) for number in range(6)]
    small = weighted_share([large, *alone])
    assert small.estimate == pytest.approx((90 + 150) / 1200)
    residuals = sum((50 * (number % 2 - 0.2) / 1200) ** 2 * (1 - 1 / 50) for number in range(6))
    within = 0.75**2 * 0.9 * 0.1 * 0.9 / 89
    assert small.design_effect == pytest.approx((residuals + within) / (0.2 * 0.8 / 96))
    whole = weighted_share([large, Cell("s", 1, 0, 1.0, 1)])
    assert whole.estimate == pytest.approx(90 / 901)
    simple = 90 / 901 * 811 / 901 / 91
    assert whole.design_effect == pytest.approx((900 / 901) ** 2 * 0.9 * 0.1 * 0.9 / 89 / simple)


def test_one_drawn_enterprise_says_less_than_as_many_workers_of_all() -> None:
    one = weighted_share([Cell("a", 50, 5, 20.0, 100, cluster="e1")], intraclass=0.1)
    all_workers = weighted_share([Cell("a", 50, 5, 20.0, 1000)])
    assert one.method is Method.BETA
    assert one.high - one.low > all_workers.high - all_workers.low


def test_no_positive_at_all_still_has_an_upper_limit() -> None:
    share = weighted_share([Cell("a", 50, 0, 1e4, 500_000), Cell("b", 50, 0, 1e4, 500_000)])
    assert (share.estimate, share.low) == (0.0, 0.0)
    assert share.high == pytest.approx(1 - 0.025 ** (1 / 100), abs=2e-3)
    unequal = weighted_share([Cell("a", 50, 0, 40.0, 2000), Cell("b", 50, 0, 10.0, 500)])
    assert unequal.high > share.high
    clustered = weighted_share([Cell("a", 50, 0, 1.0, 50, cluster=c) for c in "xy"], intraclass=0.1)
    assert clustered.high > share.high


def test_nobody_tested_is_no_estimate() -> None:
    share = weighted_share([Cell("a", 0, 0, 0.0, 500)])
    assert (share.estimate, share.low, share.high, share.method) == (None, 0.0, 1.0, Method.NONE)


CELLS = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 30), st.floats(0, 1), st.floats(1, 50), st.booleans()), max_size=12
)


@settings(deadline=None)
@given(CELLS)
def test_an_interval_holds_its_estimate(rows: list[tuple[str, int, float, float, bool]]) -> None:
    cells = [
        Cell(stratum, tested, int(tested * share), weight, int(tested * weight) + 1, f"e{number}" if clustered else "")
        for number, (stratum, tested, share, weight, clustered) in enumerate(rows)
    ]
    share = weighted_share(cells)
    assert 0.0 <= share.low <= share.high <= 1.0
    if share.estimate is not None:
        assert share.low - 1e-12 <= share.estimate <= share.high + 1e-12
    turned = weighted_share(
        [Cell(c.stratum, c.tested, c.tested - c.positive, c.weight, c.workers, c.cluster) for c in cells]
    )
    if share.estimate is not None and turned.estimate is not None:
        assert turned.estimate == pytest.approx(1 - share.estimate)
        assert (turned.low, turned.high) == pytest.approx((1 - share.high, 1 - share.low), abs=1e-6)


Stratum = tuple[int, int, int]
ROUNDS: Mapping[str, list[Stratum]] = {
    "two strata": [(2000, 80, 120), (500, 75, 80)],
    "few positives": [(2000, 10, 120), (500, 5, 80)],
    "strata of which one is tested": [(12, number % 3, 1) for number in range(40)],
    "some of which one is tested": [(1000, 50, 90), *((8, 2 * (number % 2), 1) for number in range(15))],
    "small strata": [(30, number % 4, 3) for number in range(20)],
    "half of everybody": [(100, 4, 50)] * 4,
    "nearly everybody": [(50, 3, 45)] * 4,
    "a large stratum of which few are tested": [(3000, 30, 20), (200, 20, 60), (50, 10, 30)],
}


@pytest.mark.parametrize("kind", ROUNDS)
def test_the_interval_covers_the_truth_about_as_often_as_it_says(kind: str) -> None:
    random, strata = Random(1), ROUNDS[kind]
    truth = sum(infected for _, infected, _ in strata) / sum(workers for workers, _, _ in strata)
    assert covered(truth, (drawn_from(strata, random) for _ in range(DRAWS))) >= 0.93


def test_without_the_addition_a_large_stratum_without_positives_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the simulation would notice an interval that takes no account of what was not seen."""
    monkeypatch.setattr(estimation, "_untold", lambda _cell, _intraclass: 0.0)
    random, strata = Random(1), ROUNDS["a large stratum of which few are tested"]
    assert covered(60 / 3250, (drawn_from(strata, random) for _ in range(DRAWS))) < 0.6


def test_the_interval_of_two_stages_covers_the_truth() -> None:
    random = Random(2)
    workers = {f"e{number}": 20 + int(random.expovariate(1 / 60)) for number in range(60)}
    infected = {name: round(count * random.betavariate(1, 19)) for name, count in workers.items()}
    truth = sum(infected.values()) / sum(workers.values())
    found = []
    for number in range(DRAWS):
        cells = []
        for name, chance in sampling.draw_enterprises(f"seed{number}", "all", workers, count=12).items():
            positive = sum(who < infected[name] for who in random.sample(range(workers[name]), 10))
            weight = float(workers[name] / chance) / 10
            cells.append(Cell("all", 10, positive, weight, workers[name], name if chance < 1 else ""))
        found.append(weighted_share(cells, intraclass=0.05))
    assert covered(truth, found) >= 0.93


def drawn_from(strata: list[Stratum], random: Random) -> Share:
    cells = []
    for number, (workers, infected, tested) in enumerate(strata):
        positive = sum(who < infected for who in random.sample(range(workers), tested))
        cells.append(Cell(f"s{number}", tested, positive, workers / tested, workers))
    return weighted_share(cells)


def covered(truth: float, found: Iterable[Share]) -> float:
    held = [share.low - 1e-12 <= truth <= share.high + 1e-12 for share in found]
    return sum(held) / len(held)
