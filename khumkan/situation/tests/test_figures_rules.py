"""The methods behind the figures, against values that can be worked out by hand or read in a table."""

import csv
from decimal import Decimal
from itertools import product
from math import exp, log
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khumkan.situation.rules import epidemic
from khumkan.situation.rules.epidemic import Spread, gamma_below, gamma_quantile
from khumkan.situation.rules.suppression import Line, published, published_together
from khumkan.situation.rules.targets import Limits, Reading, Target, breaches, share

SPREAD = Spread(4.7, 2.9)
#: Recorded cases with the columns date, province and new_cases, where the machine has them.
RECORDED = Path(__file__).resolve().parents[4] / "shared" / "data" / "covid-th" / "provincial_cases.csv"
LIMITS = Limits(
    least_free_share=Decimal(10),
    most_waiting=20,
    most_late=50,
    most_positivity=Decimal(10),
    fewest_tests=100,
    most_expiring=200,
)


@given(st.floats(0.01, 40))
def test_the_gamma_distribution_of_shape_one_is_the_exponential(x: float) -> None:
    assert gamma_below(x, 1.0) == pytest.approx(1 - exp(-x), abs=1e-12)


@given(st.integers(1, 60), st.floats(0.1, 80))
def test_the_gamma_distribution_of_a_whole_shape_is_that_of_waiting_for_events(shape: int, x: float) -> None:
    """Fewer than `shape` events of a Poisson process with mean x have happened."""
    term, fewer = exp(-x), 0.0
    for events in range(shape):
        fewer += term
        term *= x / (events + 1)
    assert gamma_below(x, float(shape)) == pytest.approx(1 - fewer, abs=1e-10)


@pytest.mark.parametrize(
    ("probability", "degrees", "value"), [(0.95, 1, 3.8415), (0.95, 10, 18.307), (0.05, 10, 3.9403), (0.975, 2, 7.3778)]
)
def test_quantiles_are_those_of_the_printed_table_of_chi_square(probability: float, degrees: int, value: float) -> None:
    assert 2 * gamma_quantile(probability, degrees / 2) == pytest.approx(value, abs=5e-4)


@given(st.floats(0.001, 0.999), st.floats(0.05, 1e5))
def test_below_a_quantile_lies_its_probability(probability: float, shape: float) -> None:
    assert gamma_below(gamma_quantile(probability, shape), shape) == pytest.approx(probability, abs=1e-9)


def test_the_serial_interval_has_its_mean_and_adds_up_to_one() -> None:
    weights = epidemic.serial_weights(SPREAD)
    assert sum(weights) == pytest.approx(1)
    assert sum(day * weight for day, weight in enumerate(weights, start=1)) == pytest.approx(4.7, abs=0.1)


def test_the_reproduction_number_is_the_closed_form_of_its_posterior() -> None:
    """With the same cases every day the infectiousness of a day is these cases: (1 + 70) / (1/5 + 70)."""
    found = epidemic.reproduction([10] * 60, SPREAD)
    assert found is not None
    assert found.value == pytest.approx(71 / 70.2, rel=1e-3)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 1 < found.high
    assert found.low == pytest.approx(gamma_quantile(0.025, 71) / 70.2, rel=1e-3)


def test_growing_cases_have_a_number_above_one_and_falling_ones_below() -> None:
    rising = epidemic.reproduction([round(10 * 1.15**day) for day in range(40)], SPREAD)
    falling = epidemic.reproduction([round(4000 * 0.87**day) for day in range(40)], SPREAD)
    assert rising is not None
    assert falling is not None
    assert rising.low is not None
    assert falling.high is not None
    assert rising.low > 1 > falling.high


@given(st.integers(1, 2_000), st.integers(20, 60))
def test_more_cases_make_the_interval_narrower(cases: int, days: int) -> None:
    few, many = epidemic.reproduction([cases] * days, SPREAD), epidemic.reproduction([cases * 4] * days, SPREAD)
    assert few is not None
    assert many is not None
    assert few.low is not None
    assert few.high is not None
    assert many.low is not None
    assert many.high is not None
    assert few.low <= few.value <= few.high
    assert many.high - many.low < few.high - few.low


@pytest.mark.parametrize("counts", [[], [5] * 7, [0] * 30])
def test_without_cases_before_there_is_no_number(counts: list[int]) -> None:
    assert epidemic.reproduction(counts, SPREAD) is None


def test_cases_that_double_every_three_days_do() -> None:
    found = epidemic.growth([8 * 2 ** (day // 3) if day % 3 == 0 else None for day in range(15)])
    assert found is not None
    assert found.grows
    assert found.days == pytest.approx(3)
    assert found.longest == pytest.approx(3)


def test_the_slope_and_its_interval_are_those_of_a_worked_example() -> None:
    """Logarithms 0, 1, 1, 2, 2 on days 0 to 4: slope 0.5, s² = 0.2333, standard error 0.1528, t of 3 degrees 3.1824.

    Sum of squares about the mean 2.8, explained 2.5, left 0.3; 0.3 / 3 / 10 = 0.01, standard error 0.1.
    """
    found = epidemic.growth([exp(y) for y in (0, 1, 1, 2, 2)])  # type: ignore[list-item]
    assert found is not None
    assert found.rate.value == pytest.approx(0.5)
    assert found.rate.low == pytest.approx(0.5 - 3.1824 * 0.1, abs=1e-4)
    assert found.rate.high == pytest.approx(0.5 + 3.1824 * 0.1, abs=1e-4)
    assert found.days == pytest.approx(log(2) / 0.5)


def test_falling_cases_halve_and_flat_ones_may_do_neither() -> None:
    falling = epidemic.growth([1600, 800, 400, 200, 100, 50])
    assert falling is not None
    assert not falling.grows
    assert falling.days == pytest.approx(1)
    flat = epidemic.growth([10, 12, 9, 11, 10, 12, 9])
    assert flat is not None
    assert flat.longest is None
    assert epidemic.growth([7] * 10) is not None
    assert epidemic.growth([7] * 10).days is None  # type: ignore[union-attr]
    assert epidemic.growth([1, 2, 3, None, 0]) is None


def test_means_and_incidence() -> None:
    assert epidemic.seven_day_mean([100, 1, 2, 3, 4, 5, 6, 7]) == 4
    assert epidemic.seven_day_mean([1, None, None, 3, None, 4, 4]) == 3
    assert epidemic.seven_day_mean([1, 2, 3]) is None
    assert epidemic.incidence(25, 50_000) == 50
    assert epidemic.incidence(25, 0) is None
    assert epidemic.incidence(-1, 50_000) is None


@pytest.mark.skipif(not RECORDED.exists(), reason="no recorded cases on this machine")
def test_recorded_days_are_published_without_small_cells_and_with_most_of_their_cases() -> None:
    by_day: dict[str, dict[str, int]] = {}
    with RECORDED.open(encoding="utf-8-sig") as rows:
        for row in csv.DictReader(rows):
            by_day.setdefault(row["date"], {})[row["province"]] = int(row["new_cases"] or 0)
    assert len(by_day) > 30
    for cells in by_day.values():
        line = published(cells, least=5)
        seen = [value for value in line.cells.values() if value]
        assert min(seen, default=5) >= 5
        assert line.total == sum(cells.values())
        assert sum(seen) > 0.9 * line.total


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(0, 40), max_size=8))
def test_no_small_cell_is_published_and_what_is_published_is_true(cells: dict[str, int]) -> None:
    line = published(cells, least=5)
    assert set(line.cells) == set(cells)
    assert all(value is None or value == cells[key] for key, value in line.cells.items())
    assert not [value for value in line.cells.values() if value is not None and 0 < value < 5]
    assert line.total is None or line.total == sum(cells.values())
    hidden = [key for key, value in line.cells.items() if value is None]
    assert not hidden or line.total is None or len(hidden) > 1


def shown(cells: tuple[int, ...]) -> tuple[object, ...]:
    line = published(dict(enumerate(cells)), least=5)
    return (*line.cells.values(), line.total)


def fitting(seen: tuple[object, ...], most: int) -> list[tuple[int, ...]]:
    """Return every line that has what was published, with somebody in each hidden cell."""
    *cells, total = seen
    choices = [range(1, most) if value is None else [value] for value in cells]
    return [line for line in product(*choices) if total is None or sum(line) == total]  # type: ignore[call-overload]


def test_no_hidden_cell_can_be_worked_out_from_the_rest() -> None:
    """Every line of three cells below 12 is published; a hidden cell may then be anything from one to the least."""
    for seen in {shown(cells) for cells in product(range(12), repeat=3)}:
        lines = fitting(seen, 40)
        for place, value in enumerate(seen[:3]):
            if value is None:
                assert set(range(1, 6)) <= {line[place] for line in lines}, seen


def test_hiding_small_cells_alone_gives_them_away() -> None:
    """The control: without the second step a single hidden cell is the total less the others."""
    cells = {"10": 3, "50": 40, "20": 60}
    plainly = {key: None if 0 < value < 5 else value for key, value in cells.items()}
    assert sum(cells.values()) - sum(value or 0 for value in plainly.values()) == cells["10"]
    line = published(cells, least=5)
    assert line.total is not None
    assert line.total - sum(value or 0 for value in line.cells.values()) != cells["10"]


def test_a_total_that_one_break_down_hides_is_not_read_off_another() -> None:
    parts = {"province": {"10": 2, "50": 2, "20": 2}, "section": {"33": 6, "39": 0}}
    assert published(parts["section"], least=5).total == 6
    found = published_together(parts, least=5)
    assert found["section"] == Line({"33": None, "39": 0}, None)
    assert found["province"] == Line({"10": None, "50": None, "20": None}, None)
    with pytest.raises(ValueError, match="below zero"):
        published({"10": -1}, least=5)


@pytest.mark.parametrize(
    ("reading", "found"),
    [
        (Reading(area_code="10", beds=100, beds_free=9), {Target.BEDS_FREE}),
        (Reading(area_code="10", beds=100, beds_free=10), set()),
        (Reading(area_code="10"), set()),
        (Reading(area_code="10", waiting_for_bed=21, late_results=51, doses_expiring=201),
         {Target.WAITING_FOR_BED, Target.LATE_RESULTS, Target.DOSES_EXPIRING}),
        (Reading(area_code="10", waiting_for_bed=20, late_results=50, doses_expiring=200), set()),
        (Reading(area_code="", waiting_for_bed=21), set()),
        (Reading(area_code="", beds=1000, beds_free=50), {Target.BEDS_FREE}),
        (Reading(area_code="10", tests_decided=100, tests_positive=11), {Target.POSITIVITY}),
        (Reading(area_code="10", tests_decided=99, tests_positive=50), set()),
        (Reading(area_code="10", tests_decided=100, tests_positive=120), set()),
    ],
)  # fmt: skip
def test_limits(reading: Reading, found: set[Target]) -> None:
    assert {target for target, area in breaches([reading], LIMITS) if area == reading.area_code} == found


def test_shares_have_one_decimal_and_make_sense() -> None:
    assert share(1, 3) == Decimal("33.3")
    assert share(1, 0) is None
    assert share(-1, 5) is None
