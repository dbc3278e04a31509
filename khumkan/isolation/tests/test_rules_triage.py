"""Triage: each published version at its limits, and that worse never looks better."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from khumkan.isolation.choices import Condition, Level, Setting, Symptom
from khumkan.isolation.rules import reasons
from khumkan.isolation.rules.answers import Answers, Vitals
from khumkan.isolation.rules.triage import suits_home, suits_hospitel, triage
from khumkan.isolation.terms.triage import TriageTerms
from khumkan.isolation.tests.test_rules_answers import all_answers
from khumkan.kernel.errors import Reason
from khumkan.policies.terms import kind_of

MILDER = (Setting.HOME, Setting.HOSPITEL, Setting.HOSPITAL)
HOME_OPTIONS = {"wants_home": True, "own_room": True, "lives_with": 1, "weight_kg": 70, "height_cm": 170}
ages = st.none() | st.integers(0, 110)


def terms_on(day: date) -> TriageTerms:
    return [seed.values for seed in kind_of(TriageTerms).seeds if seed.effective_from <= day][-1]  # type: ignore[return-value]


APRIL, JULY_1, ERAWAN = terms_on(date(2021, 4, 20)), terms_on(date(2021, 7, 1)), terms_on(date(2021, 7, 8))
SEPTEMBER, JANUARY, MARCH = terms_on(date(2021, 9, 4)), terms_on(date(2022, 1, 4)), terms_on(date(2022, 3, 1))
every_version = st.sampled_from([seed.values for seed in kind_of(TriageTerms).seeds])


def ask(terms: TriageTerms, *, age: int | None = 30, spo2: int | None = 98, **told: object) -> tuple[Level, Setting]:
    vitals = Vitals(spo2=spo2, **{name: told.pop(name) for name in ("temperature", "breaths") if name in told})
    found = triage(Answers(vitals=vitals, **told), age=age, terms=terms)
    return found.level, found.setting


def test_the_versions_begin_on_their_published_days() -> None:
    days = [seed.effective_from for seed in kind_of(TriageTerms).seeds]
    assert days == [
        date(2020, 1, 1),
        date(2021, 7, 1),
        date(2021, 7, 8),
        date(2021, 9, 4),
        date(2022, 1, 4),
        date(2022, 3, 1),
    ]
    assert terms_on(date(2021, 9, 3)) == ERAWAN != SEPTEMBER


@pytest.mark.parametrize("symptom", [Symptom.FEVER, Symptom.COUGH, Symptom.SMELL, Symptom.RASH, Symptom.DIARRHOEA])
def test_mild_symptoms_are_green_and_suit_a_hospitel(symptom: Symptom) -> None:
    for terms in (APRIL, ERAWAN, SEPTEMBER, MARCH):
        assert ask(terms, symptoms=(symptom,)) == (Level.GREEN, Setting.HOSPITEL)


@pytest.mark.parametrize("symptom", [Symptom.CHEST_TIGHT, Symptom.BREATHLESS])
def test_more_than_mild_symptoms_are_yellow(symptom: Symptom) -> None:
    assert ask(APRIL, symptoms=(symptom,)) == (Level.YELLOW, Setting.HOSPITAL)
    assert ask(ERAWAN, symptoms=(symptom,)) == (Level.YELLOW, Setting.HOSPITAL)
    assert ask(SEPTEMBER, symptoms=(symptom,)) == (Level.YELLOW, Setting.HOSPITEL)


@given(all_answers, ages, every_version, st.sampled_from([Symptom.GASPING, Symptom.CHEST_PAIN, Symptom.DROWSY]))
def test_a_severe_symptom_is_red_whatever_else_is_told(
    answers: Answers, age: int | None, terms: TriageTerms, symptom: Symptom
) -> None:
    found = triage(replace(answers, symptoms=(*answers.symptoms, symptom)), age=age, terms=terms)
    assert (found.level, found.setting) == (Level.RED, Setting.HOSPITAL)


@pytest.mark.parametrize(
    ("terms", "spo2", "level"),
    [
        (APRIL, 96, Level.GREEN),
        (APRIL, 95, Level.YELLOW),
        (APRIL, 94, Level.YELLOW),
        (APRIL, 93, Level.RED),
        (SEPTEMBER, 93, Level.YELLOW),
        (SEPTEMBER, 92, Level.YELLOW),
        (SEPTEMBER, 91, Level.RED),
    ],
)
def test_the_limits_of_oxygen(terms: TriageTerms, spo2: int, level: Level) -> None:
    assert ask(terms, spo2=spo2)[0] is level


@pytest.mark.parametrize(
    ("breaths", "temperature", "level"),
    [
        (20, "38.9", Level.GREEN),
        (21, "36.5", Level.YELLOW),
        (24, "36.5", Level.YELLOW),
        (25, "36.5", Level.RED),
        (16, "39.0", Level.YELLOW),
        (16, "39.4", Level.YELLOW),
        (16, "39.5", Level.RED),
    ],
)
def test_the_limits_of_breathing_and_temperature(breaths: int, temperature: str, level: Level) -> None:
    assert ask(ERAWAN, breaths=breaths, temperature=Decimal(temperature))[0] is level


@pytest.mark.parametrize(("terms", "limit"), [(ERAWAN, "37.5"), (SEPTEMBER, "37.5"), (MARCH, "37.8")])
def test_a_fever_is_named_from_its_limit_on_and_stays_mild(terms: TriageTerms, limit: str) -> None:
    for temperature, is_fever in ((Decimal(limit), True), (Decimal(limit) - Decimal("0.1"), False)):
        answers = Answers(vitals=Vitals(spo2=98, temperature=temperature))
        found = triage(answers, age=30, terms=terms)
        assert found.level is Level.GREEN
        assert ("temperature_fever" in {one.code for one in found.reasons}) is is_fever


def test_risks_make_yellow() -> None:
    assert ask(ERAWAN, age=60) == (Level.GREEN, Setting.HOSPITEL)
    assert ask(ERAWAN, age=61) == (Level.YELLOW, Setting.HOSPITAL)
    assert ask(ERAWAN, conditions=(Condition.KIDNEY,), controlled=True) == (Level.YELLOW, Setting.HOSPITAL)
    assert ask(ERAWAN, conditions=(Condition.DIABETES,), controlled=True) == (Level.GREEN, Setting.HOSPITEL)
    for controlled in (False, None):
        assert ask(ERAWAN, conditions=(Condition.DIABETES,), controlled=controlled) == (Level.YELLOW, Setting.HOSPITAL)


def test_before_the_list_of_july_2021_every_long_illness_was_a_risk() -> None:
    for condition in Condition:
        assert ask(APRIL, conditions=(condition,), controlled=True) == (Level.YELLOW, Setting.HOSPITAL)


def test_pregnancy_is_yellow_and_for_a_hospital() -> None:
    for terms in (APRIL, ERAWAN, SEPTEMBER, MARCH):
        assert ask(terms, pregnant=True, **HOME_OPTIONS) == (Level.YELLOW, Setting.HOSPITAL)
    elsewhere = replace(SEPTEMBER, pregnant_to_hospital=False)
    assert ask(elsewhere, pregnant=True) == (Level.YELLOW, Setting.HOSPITEL)


def test_an_unknown_age_counts_as_a_risk_and_says_so() -> None:
    found = triage(Answers(vitals=Vitals(spo2=98)), age=None, terms=SEPTEMBER)
    assert (found.level, found.setting) == (Level.YELLOW, Setting.HOSPITAL)
    assert {"age_unknown", "hospitel_age_unknown"} <= {one.code for one in found.reasons}


def test_oxygen_that_was_not_measured_is_normal_only_without_shortness_of_breath() -> None:
    found = triage(Answers(symptoms=(Symptom.COUGH,)), age=30, terms=SEPTEMBER)
    assert (found.level, found.setting) == (Level.GREEN, Setting.HOSPITEL)
    assert "spo2_unknown" in {one.code for one in found.reasons}
    short = triage(Answers(symptoms=(Symptom.BREATHLESS,)), age=30, terms=SEPTEMBER)
    assert (short.level, short.setting) == (Level.YELLOW, Setting.HOSPITAL)
    assert "hospitel_oxygen_unknown" in {one.code for one in short.reasons}
    measured = Answers(symptoms=(Symptom.BREATHLESS,), vitals=Vitals(spo2=97))
    assert triage(measured, age=30, terms=SEPTEMBER).setting is Setting.HOSPITEL


@pytest.mark.parametrize(
    ("spo2", "age", "conditions", "controlled", "symptoms", "suits"),
    [
        (96, 75, (), None, (), True),
        (96, 76, (), None, (), False),
        (95, 75, (), None, (), False),
        (96, 75, (Condition.HEART,), True, (), True),
        (96, 75, (Condition.HEART,), False, (), False),
        (96, 75, (Condition.HEART,), None, (), False),
        (94, 65, (Condition.HEART,), True, (Symptom.CHEST_TIGHT,), True),
        (94, 66, (), None, (), False),
        (93, 65, (), None, (), False),
        (92, 60, (), None, (Symptom.COUGH,), True),
        (92, 61, (), None, (), False),
        (91, 60, (), None, (), False),
        (92, 60, (Condition.DIABETES,), True, (), False),
        (92, 60, (), None, (Symptom.CHEST_TIGHT,), False),
        (98, 30, (), None, (Symptom.GASPING,), False),
    ],
)
def test_the_three_bands_of_september_2021(
    spo2: int,
    age: int,
    conditions: tuple[Condition, ...],
    controlled: bool | None,
    symptoms: tuple[Symptom, ...],
    suits: bool,
) -> None:
    verdict = suits_hospitel(
        Vitals(spo2=spo2), age=age, conditions=conditions, controlled=controlled, symptoms=symptoms, terms=SEPTEMBER
    )
    assert verdict.allowed is suits
    assert verdict.reasons


def test_the_reasons_are_those_of_the_nearest_band() -> None:
    verdict = suits_hospitel(Vitals(spo2=95), age=70, conditions=(), controlled=None, terms=SEPTEMBER)
    assert [(one.code, one.params["limit"]) for one in verdict.reasons] == [("hospitel_oxygen", 96)]


def test_without_bands_no_hospitel_takes_anybody() -> None:
    verdict = suits_hospitel(
        Vitals(spo2=99), age=20, conditions=(), controlled=None, terms=replace(SEPTEMBER, bands=())
    )
    assert not verdict
    assert verdict.reasons


def test_home_is_offered_from_july_2021_to_those_who_want_it() -> None:
    assert ask(terms_on(date(2021, 6, 30)), **HOME_OPTIONS) == (Level.GREEN, Setting.HOSPITEL)
    assert ask(JULY_1, **HOME_OPTIONS) == (Level.GREEN, Setting.HOME)
    assert ask(JULY_1, **HOME_OPTIONS | {"wants_home": False}) == (Level.GREEN, Setting.HOSPITEL)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"lives_with": 2}, "home_others"),
        ({"lives_with": None}, "home_others_unknown"),
        ({"own_room": False}, "home_room"),
        ({"weight_kg": 91, "height_cm": 170}, "home_weight"),
        ({"weight_kg": 91, "height_cm": None}, "home_weight"),
        ({"weight_kg": None}, "home_weight_unknown"),
        ({"conditions": (Condition.STROKE,), "controlled": True}, "home_illness"),
        ({"conditions": (Condition.DIABETES,), "controlled": False}, "home_illness"),
        ({"symptoms": (Symptom.CHEST_TIGHT,)}, "home_not_mild"),
        ({"vitals": Vitals(spo2=95)}, "home_not_mild"),
        ({"pregnant": True}, "home_pregnant"),
    ],
)
def test_what_rules_out_home(changed: dict[str, object], code: str) -> None:
    fits = Answers(vitals=Vitals(spo2=97), **HOME_OPTIONS)
    assert suits_home(fits, age=40, terms=JULY_1)
    verdict = suits_home(replace(fits, **changed), age=40, terms=JULY_1)
    assert [one.code for one in verdict.reasons] == [code]
    wish = triage(replace(fits, **changed), age=40, terms=JULY_1)
    assert wish.setting is not Setting.HOME
    assert code in {one.code for one in wish.reasons}


def test_home_accepts_what_its_limits_allow() -> None:
    fits = Answers(vitals=Vitals(spo2=96), **HOME_OPTIONS)
    for changed in (
        {"weight_kg": 90, "height_cm": None},
        {"weight_kg": 120, "height_cm": 200},  # index 30 exactly
        {"lives_with": 0, "own_room": False},
        {"conditions": (Condition.DIABETES,), "controlled": True},
        {"vitals": Vitals()},
    ):
        assert suits_home(replace(fits, **changed), age=59, terms=JULY_1)
    assert not suits_home(replace(fits, weight_kg=121, height_cm=200), age=59, terms=JULY_1)


@pytest.mark.parametrize(
    ("terms", "age", "setting"),
    [
        (JULY_1, 59, Setting.HOME),
        (JULY_1, 60, Setting.HOSPITEL),
        (SEPTEMBER, 60, Setting.HOSPITEL),
        (JANUARY, 74, Setting.HOME),
        (JANUARY, 75, Setting.HOSPITEL),
        (JANUARY, None, Setting.HOSPITAL),
    ],
)
def test_the_age_for_home(terms: TriageTerms, age: int | None, setting: Setting) -> None:
    assert ask(terms, age=age, **HOME_OPTIONS)[1] is setting


@given(all_answers, ages, every_version)
def test_every_triage_explains_itself_in_words(answers: Answers, age: int | None, terms: TriageTerms) -> None:
    found = triage(answers, age=age, terms=terms)
    assert found.reasons
    assert all("%(" not in str(why) for why in found.reasons)
    assert [str(why) for why in reasons.read(reasons.stored(found.reasons))] == [str(why) for why in found.reasons]


@given(all_answers, ages, every_version)
@example(Answers(conditions=(Condition.DIABETES,), controlled=True), 30, SEPTEMBER)
def test_green_people_never_fill_a_hospital_and_red_ones_never_go_elsewhere(
    answers: Answers, age: int | None, terms: TriageTerms
) -> None:
    found = triage(answers, age=age, terms=terms)
    if found.level is Level.GREEN:
        assert found.setting is not Setting.HOSPITAL
    if found.level is Level.RED:
        assert found.setting is Setting.HOSPITAL


def made_worse(draw: st.DrawFn, answers: Answers) -> Answers:
    """Let one thing get worse, or nothing where there is nothing to make worse."""
    vitals = answers.vitals
    changes: list[Answers] = [
        replace(answers, symptoms=(*answers.symptoms, draw(st.sampled_from(Symptom)))),
        replace(answers, conditions=(*answers.conditions, draw(st.sampled_from(Condition)))),
        replace(answers, pregnant=True),
    ]
    if answers.controlled is not False:
        changes.append(replace(answers, controlled=False if answers.controlled is None else None))
    if vitals.spo2 is not None:
        changes.append(replace(answers, vitals=replace(vitals, spo2=draw(st.integers(50, vitals.spo2)))))
    if vitals.breaths is not None:
        changes.append(replace(answers, vitals=replace(vitals, breaths=draw(st.integers(vitals.breaths, 80)))))
    if vitals.temperature is not None:
        warmer = st.integers(int(vitals.temperature * 10), 430).map(lambda tenths: Decimal(tenths) / 10)
        changes.append(replace(answers, vitals=replace(vitals, temperature=draw(warmer))))
    return draw(st.sampled_from(changes))


def is_no_milder(pair: tuple[Answers, Answers], *, age: int | None, terms: TriageTerms) -> bool:
    before, after = (triage(answers, age=age, terms=terms) for answers in pair)
    return after.level >= before.level and MILDER.index(after.setting) >= MILDER.index(before.setting)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Answers, Answers]:
    answers = draw(all_answers)
    return answers, made_worse(draw, answers)


@given(pairs(), ages, every_version)
def test_worse_is_never_milder(pair: tuple[Answers, Answers], age: int | None, terms: TriageTerms) -> None:
    assert is_no_milder(pair, age=age, terms=terms)


@given(all_answers, st.integers(0, 110), st.integers(0, 30), every_version)
def test_nobody_gets_milder_by_being_older(answers: Answers, age: int, years: int, terms: TriageTerms) -> None:
    before, after = (triage(answers, age=each, terms=terms) for each in (age, age + years))
    assert after.level >= before.level
    assert MILDER.index(after.setting) >= MILDER.index(before.setting)


def test_the_comparison_sees_a_rule_that_is_upside_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the two properties: turn the oxygen round, and the same comparison finds less of it milder."""
    pair = (Answers(vitals=Vitals(spo2=98)), Answers(vitals=Vitals(spo2=90)))
    assert is_no_milder(pair, age=30, terms=SEPTEMBER)

    def turned(vitals: Vitals, symptoms: object, limits: TriageTerms) -> list[Reason]:
        is_high = vitals.spo2 is not None and vitals.spo2 > limits.red_spo2_below
        return [reasons.reason("spo2_red", value=vitals.spo2, limit=limits.red_spo2_below)] if is_high else []

    monkeypatch.setattr("khumkan.isolation.rules.triage.red_signs", turned)
    assert not is_no_milder(pair, age=30, terms=SEPTEMBER)
