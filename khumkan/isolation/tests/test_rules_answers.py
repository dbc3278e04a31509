"""Answers and measured values: nothing but codes, numbers and dates gets in, and all of it comes back."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khumkan.isolation.choices import Condition, Need, Symptom
from khumkan.isolation.rules import reasons
from khumkan.isolation.rules.answers import Answers, Vitals, is_possible
from khumkan.kernel.errors import Reason, Refused

vitals = st.builds(
    Vitals,
    temperature=st.none() | st.integers(340, 430).map(lambda tenths: Decimal(tenths) / 10),
    spo2=st.none() | st.integers(50, 100),
    spo2_after=st.none() | st.integers(50, 100),
    breaths=st.none() | st.integers(5, 80),
    measured_by_self=st.booleans(),
)
all_answers = st.builds(
    Answers,
    symptoms=st.lists(st.sampled_from(Symptom), unique=True).map(tuple),
    since=st.none() | st.dates(date(2021, 1, 1), date(2021, 12, 31)),
    conditions=st.lists(st.sampled_from(Condition), unique=True).map(tuple),
    controlled=st.none() | st.booleans(),
    takes_medicine=st.booleans(),
    pregnant=st.booleans(),
    weight_kg=st.none() | st.integers(2, 350),
    height_cm=st.none() | st.integers(40, 250),
    lives_with=st.none() | st.integers(0, 200),
    own_room=st.booleans(),
    wants_home=st.booleans(),
    needs=st.lists(st.sampled_from(Need), unique=True).map(tuple),
    vitals=vitals,
)


@given(all_answers)
def test_answers_come_back_from_json_as_they_went(answers: Answers) -> None:
    assert Answers.from_json(json.loads(json.dumps(answers.to_json()))) == answers


def test_what_is_empty_is_not_kept() -> None:
    assert Answers().to_json() == {}
    assert Answers(controlled=False, lives_with=0).to_json() == {"controlled": False, "lives_with": 0}


@pytest.mark.parametrize(
    "told",
    [
        [],
        "fever",
        None,
        {"symptoms": "fever"},
        {"symptoms": ["plague"]},
        {"since": "yesterday"},
        {"controlled": "maybe"},
        {"lives_with": True},
        {"weight_kg": "heavy"},
        {"weight_kg": 70.5},
        {"vitals": [97]},
        {"vitals": {"spo2": "a lot"}},
        {"vitals": {"temperature": "warm"}},
    ],
)
def test_what_is_no_answer_is_refused(told: object) -> None:
    with pytest.raises(Refused) as refusal:
        Answers.from_json(told)
    assert refusal.value.code == "answers"


@pytest.mark.parametrize(
    ("name", "least", "most", "code"),
    [
        ("temperature", Decimal("34.0"), Decimal("43.0"), "temperature_range"),
        ("spo2", 50, 100, "spo2_range"),
        ("spo2_after", 50, 100, "spo2_range"),
        ("breaths", 5, 80, "breaths_range"),
    ],
)
def test_measured_values_must_be_those_of_a_person(name: str, least: int, most: int, code: str) -> None:
    step = Decimal("0.1") if name == "temperature" else 1
    for value in (least, most):
        assert getattr(Vitals.from_json({name: str(value)}), name) == value
    for value in (least - step, most + step):
        with pytest.raises(Refused) as refusal:
            Vitals.from_json({name: str(value)})
        assert refusal.value.code == code


@pytest.mark.parametrize(
    ("name", "least", "most"), [("weight_kg", 2, 350), ("height_cm", 40, 250), ("lives_with", 0, 200)]
)
def test_told_numbers_must_be_those_of_a_person(name: str, least: int, most: int) -> None:
    for value in (least, most):
        assert getattr(Answers.from_json({name: value}), name) == value
    for value in (least - 1, most + 1):
        with pytest.raises(Refused) as refusal:
            Answers.from_json({name: value})
        assert refusal.value.code == f"{name.removesuffix('_kg').removesuffix('_cm')}_range"


@pytest.mark.parametrize("told", ["NaN", "sNaN", "Infinity", "-Infinity", "1e30"])
def test_a_temperature_is_a_number(told: str) -> None:
    with pytest.raises(Refused):
        Vitals.from_json({"temperature": told})


def test_a_temperature_has_one_decimal() -> None:
    assert str(Vitals(temperature=Decimal("37.52")).temperature) == "37.5"
    assert str(Vitals(temperature=Decimal(38)).temperature) == "38.0"


def test_oxygen_at_rest_is_judged_by_and_after_moving_only_where_nothing_else_is_known() -> None:
    assert Vitals(spo2=97, spo2_after=91).oxygen == 97
    assert Vitals(spo2_after=91).oxygen == 91
    assert Vitals().oxygen is None


def test_the_first_symptom_is_neither_to_come_nor_long_past() -> None:
    on = date(2021, 7, 20)
    assert is_possible(Answers(), on=on)
    assert is_possible(Answers(since=on), on=on)
    assert is_possible(Answers(since=date(2021, 5, 21)), on=on)
    assert is_possible(Answers(since=date(2021, 7, 21)), on=on).reasons[0].code == "since_to_come"
    assert is_possible(Answers(since=date(2021, 5, 20)), on=on).reasons[0].code == "since_long_past"


def test_every_symptom_and_illness_has_its_sentence() -> None:
    assert {f"symptom_{symptom}" for symptom in Symptom} <= set(reasons.TEXTS)
    assert {f"ill_{condition}" for condition in Condition} <= set(reasons.TEXTS)
    assert len(reasons.CODES) == len(reasons.TEXTS)  # no two codes share a sentence


def test_reasons_are_kept_as_codes_and_read_back() -> None:
    said = [
        reasons.reason("temperature_red", value=Decimal("39.6"), limit=Decimal("39.5")),
        reasons.reason("spo2_red", value=91, limit=94),
        reasons.reason("mild"),
    ]
    kept = json.loads(json.dumps(reasons.stored([*said, Reason("remark", "A remark of somebody.")])))
    assert kept[0] == {"code": "temperature_red", "value": "39.6", "limit": "39.5"}
    assert [str(one) for one in reasons.read([*kept, {"code": "of_another_release"}])] == [str(one) for one in said]
