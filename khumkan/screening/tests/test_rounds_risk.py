"""The risk score by property."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from khumkan.screening.rules.risk import RiskFacts, risk_of
from khumkan.screening.terms.rounds import RiskTerms

TODAY = date(2021, 8, 1)
TERMS = RiskTerms()
FACTS = st.builds(
    RiskFacts,
    industry=st.sampled_from(["10", "26", "62", ""]),
    workers=st.integers(0, 50_000),
    housing=st.booleans(),
    incidence=st.decimals(0, 5000, places=1),
    own_cases=st.integers(0, 500),
    last_round_on=st.none() | st.dates(TODAY - timedelta(days=900), TODAY),
)


def points(facts: RiskFacts) -> Decimal:
    return risk_of(facts, terms=TERMS, on=TODAY).points


@settings(deadline=None)
@given(FACTS)
def test_a_score_is_the_sum_of_its_parts_and_at_most_100(facts: RiskFacts) -> None:
    risk = risk_of(facts, terms=TERMS, on=TODAY)
    assert risk.points == sum(part.points for part in risk.parts)
    assert 0 <= risk.points <= 100
    assert all(part.points > 0 for part in risk.parts)
    assert len({part.reason.code for part in risk.parts}) == len(risk.parts)


@settings(deadline=None)
@given(FACTS, st.integers(1, 50), st.decimals(0, 500, places=1), st.integers(1, 200))
def test_more_of_anything_bad_never_lowers_the_score(
    facts: RiskFacts, cases: int, incidence: Decimal, days: int
) -> None:
    assert points(replace(facts, own_cases=facts.own_cases + cases)) >= points(facts)
    assert points(replace(facts, incidence=facts.incidence + incidence)) >= points(facts)
    assert points(replace(facts, housing=True)) >= points(facts)
    if facts.last_round_on is not None:
        longer_ago = replace(facts, last_round_on=facts.last_round_on - timedelta(days=days))
        assert points(longer_ago) >= points(facts)
        assert points(replace(facts, last_round_on=None)) >= points(facts)


def test_the_reasons_can_be_read_out() -> None:
    facts = RiskFacts("10", 250, True, Decimal("120.5"), 3, TODAY - timedelta(days=28))
    texts = [str(part.reason.text % part.reason.params) for part in risk_of(facts, terms=TERMS, on=TODAY).parts]
    assert "250 workers" in texts
    assert "3 own cases in 28 days" in texts
    assert "28 days since the last round" in texts


def test_weights_are_policy() -> None:
    facts = RiskFacts("62", 10, True, Decimal(0), 0, TODAY)
    assert risk_of(facts, terms=replace(TERMS, housing=40), on=TODAY).points == 40
