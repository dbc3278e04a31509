"""Estimates against published values, by hand, and by repeated drawing."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khumkan.screening.rules.estimation import Cell, Method, clopper_pearson, student_quantile, weighted_share

DRAWS = 2000


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
    assert share.method is Method.LINEARISED
    variance = 0.64 * 0.975 * 0.09 / 99 + 0.04 * 0.9 * 0.21 / 99
    assert share.design_effect == pytest.approx(variance / (0.14 * 0.86 / 200))
    assert (share.low, share.high) == pytest.approx((0.0971, 0.1977), abs=2e-4)


def test_equal_clusters_by_hand() -> None:
    """Four enterprises of 10 tested with 0, 1, 2 and 3 positive: variance of their mean 0.15 is s²/4 = 0.01667/4."""
    cells = [Cell("all", 10, positive, 5.0, 50, cluster=f"e{positive}") for positive in range(4)]
    share = weighted_share(cells)
    assert share.estimate == pytest.approx(0.15)
    assert share.design_effect == pytest.approx((0.05 / 3 / 4) / (0.15 * 0.85 / 40))


def test_one_list_gets_the_exact_interval() -> None:
    share = weighted_share([Cell("a", 148, 15, 10.0, 1480)])
    assert share.method is Method.EXACT
    assert (share.low, share.high) == pytest.approx((0.0578, 0.1617), abs=5e-5)


def test_one_drawn_enterprise_says_less_than_as_many_workers_of_all() -> None:
    one = weighted_share([Cell("a", 50, 5, 20.0, 100, cluster="e1")], intraclass=0.1)
    all_workers = weighted_share([Cell("a", 50, 5, 20.0, 1000)])
    assert one.method is Method.EFFECTIVE
    assert one.high - one.low > all_workers.high - all_workers.low


def test_no_positive_at_all_still_has_an_upper_limit() -> None:
    share = weighted_share([Cell("a", 50, 0, 10.0, 500), Cell("b", 50, 0, 10.0, 500)])
    assert (share.estimate, share.low) == (0.0, 0.0)
    assert share.high == pytest.approx(1 - 0.025 ** (1 / 100), abs=1e-9)
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
    if share.estimate is not None and share.method is not Method.EXACT:
        assert share.low - 1e-12 <= share.estimate <= share.high + 1e-12
    turned = weighted_share(
        [Cell(c.stratum, c.tested, c.tested - c.positive, c.weight, c.workers, c.cluster) for c in cells]
    )
    if share.estimate is not None and turned.estimate is not None:
        assert turned.estimate == pytest.approx(1 - share.estimate)
        assert (turned.low, turned.high) == pytest.approx((1 - share.high, 1 - share.low), abs=1e-6)


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    random = Random(1)
    strata = {"a": (2000, 0.04, 120), "b": (500, 0.15, 80)}
    truth = (2000 * 0.04 + 500 * 0.15) / 2500
    covered = 0
    for _ in range(DRAWS):
        cells = []
        for name, (workers, prevalence, drawn) in strata.items():
            infected = round(workers * prevalence)
            positive = sum(number < infected for number in random.sample(range(workers), drawn))
            cells.append(Cell(name, drawn, positive, workers / drawn, workers))
        share = weighted_share(cells)
        covered += share.low <= truth <= share.high
    assert 0.935 <= covered / DRAWS <= 0.975
