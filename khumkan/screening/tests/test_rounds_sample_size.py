"""Sample sizes against published tables and by property."""

from decimal import Decimal
from itertools import product
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khumkan.screening.rules import sample_size

PERCENT = Decimal("0.01")


def to_find(workers: int, *, prevalence: Decimal = PERCENT, sensitivity: str = "1", confidence: str = "0.95") -> int:
    return sample_size.to_find_one(
        workers=workers, prevalence=prevalence, confidence=Decimal(confidence), sensitivity=Decimal(sensitivity)
    ).size


@pytest.mark.parametrize(
    ("workers", "published"), [(100, 95), (500, 226), (1000, 259), (5000, 291), (10_000, 296), (100_000, 300)]
)
def test_a_perfect_test_needs_what_the_tables_say(workers: int, published: int) -> None:
    """Example of `n.freedom` of the R package RSurveillance; it approximates, and never by more than two."""
    assert to_find(workers) == pytest.approx(published, abs=2)


@pytest.mark.parametrize(
    ("sensitivity", "published"),
    [("0.5", 451), ("0.6", 376), ("0.7", 322), ("0.8", 282), ("0.9", 251), ("0.99", 228), ("1", 226)],
)
def test_an_imperfect_test_needs_what_the_tables_say(sensitivity: str, published: int) -> None:
    assert to_find(500, sensitivity=sensitivity) == pytest.approx(published, abs=2)


def test_in_a_huge_workforce_the_binomial_number_is_reached() -> None:
    """299 is the smallest n with 0.99ⁿ at most 0.05."""
    assert to_find(10_000_000) == 299


@settings(deadline=None)
@given(st.integers(1, 25), st.data(), st.sampled_from([1.0, 0.9, 0.5, 0.1]))
def test_the_chance_of_finding_is_the_sum_over_all_samples(
    workers: int, data: st.DataObject, sensitivity: float
) -> None:
    infected = data.draw(st.integers(0, workers))
    drawn = data.draw(st.integers(0, workers))
    ways = comb(workers, drawn)
    missed = sum(
        comb(infected, y) * comb(workers - infected, drawn - y) / ways * (1 - sensitivity) ** y
        for y in range(min(infected, drawn) + 1)
        if drawn - y <= workers - infected
    )
    found = sample_size.chance_of_finding(workers=workers, infected=infected, drawn=drawn, sensitivity=sensitivity)
    assert found == pytest.approx(1 - missed, abs=1e-9)


@settings(deadline=None)
@given(st.integers(1, 5000), st.decimals("0.001", "0.5", places=3), st.sampled_from(["0.4", "0.9", "1"]))
def test_the_size_is_the_smallest_that_suffices(workers: int, prevalence: Decimal, sensitivity: str) -> None:
    found = sample_size.to_find_one(
        workers=workers, prevalence=prevalence, confidence=Decimal("0.95"), sensitivity=Decimal(sensitivity)
    )
    infected = max(1, -(-int(prevalence * workers * 1000) // 1000))
    assert found.reached >= 0.95 - 1e-6 or found.size == workers
    if found.size > 1:
        one_less = sample_size.chance_of_finding(
            workers=workers, infected=infected, drawn=found.size - 1, sensitivity=float(sensitivity)
        )
        assert one_less < 0.95


def test_where_even_everybody_is_not_enough_the_reached_confidence_is_told() -> None:
    found = sample_size.to_find_one(
        workers=10, prevalence=PERCENT, confidence=Decimal("0.95"), sensitivity=Decimal("0.6")
    )
    assert found.size == 10
    assert found.reached == pytest.approx(0.6)


def test_a_higher_prevalence_or_a_better_test_never_needs_more() -> None:
    prevalences = [Decimal(n) / 200 for n in range(1, 40)]
    sizes = [to_find(800, prevalence=p) for p in prevalences]
    assert sizes == sorted(sizes, reverse=True)
    sizes = [to_find(800, sensitivity=f"0.{n}") for n in range(20, 100)]
    assert sizes == sorted(sizes, reverse=True)


@settings(deadline=None)
@given(
    st.dictionaries(st.text("abcdef", min_size=1, max_size=4), st.integers(0, 400), min_size=1, max_size=30),
    st.integers(0, 5000),
    st.integers(0, 20),
)
def test_an_allocation_is_whole_fair_and_complete(frame: dict[str, int], total: int, minimum: int) -> None:
    sizes = sample_size.allocate(total, frame, minimum=minimum)
    least = {name: min(count, minimum) for name, count in frame.items()}
    assert sizes.keys() == frame.keys()
    assert all(least[name] <= sizes[name] <= frame[name] for name in frame)
    assert sum(sizes.values()) == min(sum(frame.values()), max(total, sum(least.values())))
    for a, b in product(frame, frame):  # a larger stratum never gets less, but for one of rounding
        assert frame[a] < frame[b] or sizes[a] >= sizes[b] - 1
    assert sizes == sample_size.allocate(total, dict(reversed(frame.items())), minimum=minimum)


def test_the_design_effect_of_kish() -> None:
    assert sample_size.with_design_effect(100, per_enterprise=21, intraclass=Decimal("0.05")) == 200
    assert sample_size.with_design_effect(100, per_enterprise=1, intraclass=Decimal("0.05")) == 100


STRATA = st.lists(st.integers(1, 12), min_size=1, max_size=4)


def surest_way_to_miss(parts: list[tuple[int, int]], infected: int, sensitivity: float) -> float:
    """By trying: the largest chance of missing all the infected, over every way to spread them over the strata."""
    worst = 0.0
    for spread in product(*(range(min(workers, infected) + 1) for workers, _ in parts)):
        if sum(spread) == infected:
            missed = 1.0
            for (workers, drawn), here in zip(parts, spread, strict=True):
                missed *= 1 - sample_size.chance_of_finding(
                    workers=workers, infected=here, drawn=drawn, sensitivity=sensitivity
                )
            worst = max(worst, missed)
    return worst


@settings(deadline=None, max_examples=60)
@given(STRATA, st.data(), st.sampled_from([1.0, 0.8, 0.3]))
def test_the_chance_in_strata_holds_however_the_infected_are_spread(
    workers: list[int], data: st.DataObject, sensitivity: float
) -> None:
    parts = [(count, data.draw(st.integers(0, count))) for count in workers]
    infected = data.draw(st.integers(1, min(6, sum(workers))))
    least = sample_size.chance_in_strata(parts, infected=infected, sensitivity=sensitivity)
    assert least <= 1 - surest_way_to_miss(parts, infected, sensitivity) + 1e-9


@settings(deadline=None, max_examples=60)
@given(STRATA, st.decimals("0.05", "0.4", places=2), st.sampled_from(["1", "0.8"]), st.integers(0, 3))
def test_a_stratified_sample_finds_a_case_wherever_it_is(
    workers: list[int], prevalence: Decimal, sensitivity: str, minimum: int
) -> None:
    frame = {f"s{number}": count for number, count in enumerate(workers)}
    drawn = sample_size.to_find_one_in_strata(
        frame,
        minimum=minimum,
        prevalence=prevalence,
        confidence=Decimal("0.95"),
        sensitivity=Decimal(sensitivity),
    )
    infected = sample_size.infected_at(sum(workers), prevalence)
    missed = surest_way_to_miss([(frame[name], drawn[name]) for name in frame], infected, float(sensitivity))
    assert missed <= 0.05 + 1e-6 or drawn == frame


def test_a_sample_that_is_only_divided_misses_what_its_minimums_leave_out() -> None:
    """The control: many small strata take the sample, and the large one is hardly looked at."""
    frame = {"large": 2000, **{f"small{number}": 10 for number in range(60)}}
    asked = {"prevalence": PERCENT, "confidence": Decimal("0.95"), "sensitivity": Decimal(1)}
    simple = sample_size.allocate(to_find(2600), frame, minimum=4)
    parts = [(frame[name], simple[name]) for name in frame]
    assert sample_size.chance_in_strata(parts, infected=26, sensitivity=1.0) < 0.6
    enough = sample_size.to_find_one_in_strata(frame, minimum=4, **asked)
    parts = [(frame[name], enough[name]) for name in frame]
    assert sample_size.chance_in_strata(parts, infected=26, sensitivity=1.0) >= 0.95
