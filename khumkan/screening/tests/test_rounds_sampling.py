"""The draw by property: everybody has the chance that is published, and the order of the input does not matter."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import sqrt
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khumkan.screening.rules import sampling
from khumkan.screening.rules.designs import suits
from khumkan.screening.rules.sampling import Design, EnterpriseFacts, SizeRule, StratumFrame, StratumKey

WORKERS = [f"w{number:03d}" for number in range(40)]
DRAWS = 4000
WORKFORCES = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.integers(0, 60), min_size=1, max_size=25)


def agrees(observed: int, expected: float) -> bool:
    """Within five standard deviations: one false alarm in millions, and the seeds are fixed."""
    chance = expected / DRAWS
    return abs(observed - expected) <= 5 * sqrt(DRAWS * chance * (1 - chance)) + 1e-9


def test_every_worker_is_drawn_as_often_as_every_other() -> None:
    drawn: Counter[str] = Counter()
    for number in range(DRAWS):
        places = sampling.draw_workers(f"seed{number}", "list", WORKERS, sample=10, reserve=5)
        drawn.update(place.pseudonym for place in places if not place.is_substitute)
    assert set(drawn) == set(WORKERS)
    assert all(agrees(count, DRAWS * 10 / 40) for count in drawn.values())


def test_every_enterprise_is_drawn_in_proportion_to_its_workers() -> None:
    workers = {"tiny": 3, "small": 10, "middle": 40, "large": 90, "huge": 400, "other": 57}
    chances = sampling.chances_of_enterprises(workers, count=3)
    drawn: Counter[str] = Counter()
    for number in range(DRAWS):
        drawn.update(list(sampling.draw_enterprises(f"seed{number}", "all", workers, count=3)))
    assert chances["huge"] == 1
    assert chances["large"] == Fraction(2 * 90, 200)
    assert all(agrees(drawn[name], float(DRAWS * chance)) for name, chance in chances.items())


@settings(deadline=None)
@given(WORKFORCES, st.integers(0, 30), st.text(max_size=8))
def test_as_many_enterprises_are_drawn_as_asked_for(workers: dict[str, int], count: int, seed: str) -> None:
    chances = sampling.chances_of_enterprises(workers, count=count)
    drawn = sampling.draw_enterprises(seed, "all", workers, count=count)
    staffed = sum(size > 0 for size in workers.values())
    assert len(drawn) == min(count, staffed) == sum(chances.values())
    assert all(0 <= chance <= 1 for chance in chances.values())
    assert all(chance == chances[name] > 0 for name, chance in drawn.items())


@settings(deadline=None)
@given(st.permutations(WORKERS), st.text(max_size=8))
def test_the_order_of_the_input_does_not_matter(workers: list[str], seed: str) -> None:
    expected = sampling.draw_workers(seed, "list", WORKERS, sample=7, reserve=4)
    assert sampling.draw_workers(seed, "list", workers, sample=7, reserve=4) == expected
    sizes = {worker: 1 + number % 7 for number, worker in enumerate(WORKERS)}
    shuffled = {worker: sizes[worker] for worker in workers}
    assert sampling.draw_enterprises(seed, "s", shuffled, count=6) == sampling.draw_enterprises(
        seed, "s", sizes, count=6
    )


@settings(deadline=None)
@given(st.integers(0, 50), st.integers(0, 50), st.text(max_size=8))
def test_substitutes_follow_the_sample_in_one_order(sample: int, reserve: int, seed: str) -> None:
    places = sampling.draw_workers(seed, "list", WORKERS, sample=sample, reserve=reserve)
    everybody = sampling.draw_workers(seed, "list", WORKERS, sample=len(WORKERS), reserve=0)
    assert [place.pseudonym for place in places] == [place.pseudonym for place in everybody[: sample + reserve]]
    assert [place.position for place in places] == list(range(1, len(places) + 1))
    assert all(place.is_substitute == (place.position > sample) for place in places)


def test_another_seed_list_or_public_value_draws_others() -> None:
    first = sampling.draw_workers("a", "list", WORKERS, sample=10, reserve=0)
    assert sampling.draw_workers("b", "list", WORKERS, sample=10, reserve=0) != first
    assert sampling.draw_workers("a", "other", WORKERS, sample=10, reserve=0) != first
    assert sampling.seed_of_draw("a", "") == "a"
    assert sampling.seed_of_draw("a", "901446") != sampling.seed_of_draw("a", "901447")


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        ((), "all"),
        ((StratumKey.INDUSTRY,), "industry:10"),
        ((StratumKey.SIZE, StratumKey.DISTRICT), "size:2.district:7401"),
        ((StratumKey.PROVINCE, StratumKey.HOUSING), "province:74.housing:1"),
    ],
)
def test_a_stratum_is_named_by_its_keys(keys: tuple[StratumKey, ...], name: str) -> None:
    facts = EnterpriseFacts("10", 51, "74", "7401", housing=True)
    assert sampling.stratum_of(facts, Design(keys=keys)) == name


FRAME = {"a": StratumFrame(1000, 10), "b": StratumFrame(500, 40), "c": StratumFrame(3, 2)}


def test_a_share_is_allocated_in_proportion_with_a_minimum() -> None:
    assert sampling.sizes(Design(share=Decimal("0.1"), minimum=2), FRAME) == {"a": 99, "b": 50, "c": 2}


def test_a_number_of_workers_becomes_a_number_of_enterprises_in_two_stages() -> None:
    design = Design(two_stage=True, per_enterprise=20, rule=SizeRule.NUMBER, number=300, minimum=2)
    assert sampling.sizes(design, FRAME) == {"a": 10, "b": 5, "c": 2}


def test_two_stages_need_more_to_find_a_case() -> None:
    one = Design(rule=SizeRule.DETECT, in_each=True)
    two = Design(rule=SizeRule.DETECT, in_each=True, two_stage=True, per_enterprise=5, intraclass=Decimal("0.1"))
    frame = {"a": StratumFrame(100_000, 5000)}
    assert sampling.sizes(one, frame) == {"a": 298}
    assert sampling.sizes(two, frame) == {"a": -(-418 // 5)}


def test_the_chance_is_that_of_the_sizes_that_are_drawn() -> None:
    design = Design(rule=SizeRule.DETECT, in_each=True, minimum=1)
    frame = {"a": (1000, Fraction(258)), "b": (50, Fraction(10))}
    assert sampling.chance_to_find(design, frame) == pytest.approx(10 / 50)  # one infected of 50, ten drawn
    whole = replace(design, in_each=False)
    assert sampling.chance_to_find(whole, {"a": (1000, Fraction(258))}) == pytest.approx(0.95, abs=1e-3)
    two = replace(whole, two_stage=True, per_enterprise=11, intraclass=Decimal("0.1"))
    halved = sampling.chance_to_find(two, {"a": (1000, Fraction(516))})
    assert halved == pytest.approx(sampling.chance_to_find(whole, {"a": (1000, Fraction(258))}))


def test_small_enterprises_bring_fewer_workers() -> None:
    staff = {"large": 90, "middle": 30, "small": 5}
    chances = sampling.chances_of_enterprises(staff, count=2)
    expected = chances["large"] * 10 + chances["middle"] * 10 + chances["small"] * 5
    assert sampling.workers_expected(staff, count=2, per_enterprise=10) == expected < 20


def test_reserve_stays_within_the_list() -> None:
    design = Design(reserve=Decimal("0.5"))
    assert sampling.reserve_of(10, workers=100, design=design) == 5
    assert sampling.reserve_of(10, workers=12, design=design) == 2
    assert sampling.reserve_of(1, workers=9, design=Design(reserve=Decimal(0))) == 1
    assert sampling.reserve_of(0, workers=9, design=design) == 0


@pytest.mark.parametrize(
    ("design", "fits"),
    [
        (Design(minimum=0), False),
        (Design(minimum=1), True),
        (Design(minimum=1, two_stage=True, per_enterprise=5), False),
        (Design(minimum=2, two_stage=True, per_enterprise=5), True),
    ],
)
def test_nobody_in_the_frame_is_without_a_chance(design: Design, fits: bool) -> None:
    verdict = suits(design)
    assert verdict.allowed is fits
    assert {reason.code for reason in verdict.reasons} == (set() if fits else {"design_minimum"})
    if fits and not design.two_stage:
        assert all(sampling.sizes(design, FRAME).values())


@settings(deadline=None)
@given(st.integers(0, 2**32))
def test_a_design_survives_json(number: int) -> None:
    random = Random(number)
    design = Design(
        keys=tuple(random.sample(list(StratumKey), random.randrange(6))),
        two_stage=random.random() < 0.5,
        rule=random.choice(list(SizeRule)),
        share=Decimal(random.randrange(1000)) / 1000,
        number=random.randrange(10**6),
    )
    assert Design.from_json(design.to_json()) == design


@pytest.mark.parametrize(
    "stored", [{"share": "x"}, {"nothing": 1}, {"share": "1.5"}, {"share": "NaN"}, {"number": -1}, {"keys": ["x"]}]
)
def test_what_is_no_design_is_refused(stored: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Design.from_json(stored)
