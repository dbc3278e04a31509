"""How ill somebody is, and where they are looked after.

Whatever is not known never makes anybody milder, but for one thing: oxygen that was not measured is taken for normal as
long as the person is not short of breath, since few people have an oximeter at home.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from khumkan.isolation.choices import Condition, Level, Setting, Symptom
from khumkan.isolation.rules.answers import Answers, Vitals
from khumkan.isolation.rules.reasons import reason
from khumkan.isolation.rules.signs import is_breathless, red_signs, signs_besides_oxygen, yellow_signs
from khumkan.isolation.terms.triage import Band, Illness, TriageTerms
from khumkan.kernel.errors import Reason, Verdict


@dataclass(frozen=True)
class Triaged:
    """What triage says, and why: first the reasons for the level, then those for the setting."""

    level: Level
    setting: Setting
    reasons: tuple[Reason, ...]


def triage(answers: Answers, *, age: int | None, terms: TriageTerms) -> Triaged:
    """Say how ill a person is and where they are looked after.

    Red is any severe sign, yellow any other sign or any risk, green the rest. Home comes before a hospitel when the
    person wants it and suits it, a hospitel before a hospital.

    :param age: full years on the day, where the birth date is known; without it age counts as a risk.
    :param terms: those in force on the day.
    """
    level, why = _level(answers, age, terms)
    if level is Level.RED:
        return Triaged(level, Setting.HOSPITAL, (*why, reason("to_hospital")))
    at_home = suits_home(answers, age=age, terms=terms)
    if answers.wants_home and at_home:
        return Triaged(level, Setting.HOME, (*why, *at_home.reasons))
    not_home = at_home.reasons if answers.wants_home else ()
    in_hospitel = suits_hospitel(
        answers.vitals,
        age=age,
        conditions=answers.conditions,
        controlled=answers.controlled,
        symptoms=answers.symptoms,
        pregnant=answers.pregnant,
        terms=terms,
    )
    if in_hospitel:
        return Triaged(level, Setting.HOSPITEL, _once(*why, *not_home, *in_hospitel.reasons))
    return Triaged(level, Setting.HOSPITAL, _once(*why, *not_home, *in_hospitel.reasons, reason("to_hospital")))


def suits_hospitel(
    vitals: Vitals,
    *,
    age: int | None,
    conditions: Collection[Condition],
    controlled: bool | None,
    terms: TriageTerms,
    symptoms: Collection[Symptom] = (),
    pregnant: bool = False,
) -> Verdict:
    """Say whether a hospitel may take the person, and if not, why: what is missing for the band that is nearest.

    :param vitals: measured at triage or, for one who comes back from a hospital, last.
    :param age: full years; None fits into no band.
    :param controlled: whether the long illnesses are under control; unknown counts as no.
    :param terms: those in force on the day.
    """
    if severe := red_signs(vitals, symptoms, terms):
        return Verdict.no(*severe)
    if pregnant and terms.pregnant_to_hospital:
        return Verdict.no(reason("hospitel_pregnant"))
    if vitals.oxygen is None and is_breathless(symptoms):
        return Verdict.no(reason("hospitel_oxygen_unknown"))
    is_mild = not signs_besides_oxygen(vitals, symptoms, terms)
    risky = bool(_risky(conditions, controlled, terms))
    nearest: tuple[Reason, ...] | None = None
    for band in terms.bands:
        missing = (
            *_values_missing(band, vitals, age, is_mild=is_mild),
            *_health_missing(band, conditions, controlled, risky=risky),
        )
        if not missing:
            return Verdict.yes(reason("to_hospitel"))
        nearest = missing if nearest is None or len(missing) < len(nearest) else nearest
    return Verdict.no(*(nearest or (reason("to_hospital"),)))


def suits_home(answers: Answers, *, age: int | None, terms: TriageTerms) -> Verdict:
    """Say whether the person and the home suit being looked after there; what the person wishes is not asked here.

    :param age: full years; for somebody whose age is not known, home does not suit.
    """
    if not terms.home_offered:
        return Verdict.no(reason("home_not_offered"))
    missing = (*_home_missing(answers, terms), *_health_missing_at_home(answers, age, terms))
    return Verdict.no(*missing) if missing else Verdict.yes(reason("to_home"))


def _level(answers: Answers, age: int | None, terms: TriageTerms) -> tuple[Level, tuple[Reason, ...]]:
    if severe := red_signs(answers.vitals, answers.symptoms, terms):
        return Level.RED, tuple(severe)
    unknown = () if answers.vitals.oxygen is not None or is_breathless(answers.symptoms) else (reason("spo2_unknown"),)
    more = (*yellow_signs(answers.vitals, answers.symptoms, terms), *_risks(answers, age, terms))
    if more:
        return Level.YELLOW, (*more, *unknown)
    temperature = answers.vitals.temperature
    if temperature is not None and temperature >= terms.fever_from:
        return Level.GREEN, (reason("mild"), reason("temperature_fever", value=temperature), *unknown)
    return Level.GREEN, (reason("mild" if answers.symptoms else "no_symptoms"), *unknown)


def _risks(answers: Answers, age: int | None, terms: TriageTerms) -> Iterator[Reason]:
    if age is None:
        yield reason("age_unknown")
    elif age > terms.risk_older_than:
        yield reason("age", limit=terms.risk_older_than)
    if answers.pregnant:
        yield reason("pregnant")
    risky = _risky(answers.conditions, answers.controlled, terms)
    yield from (reason(f"ill_{condition}") for condition in risky)
    if risky and answers.controlled is not True:
        yield reason("ill_uncontrolled" if answers.controlled is False else "ill_control_unknown")


def _risky(conditions: Collection[Condition], controlled: bool | None, terms: TriageTerms) -> list[Condition]:
    return _among(conditions, controlled, always=terms.risk_conditions, uncontrolled=terms.risk_uncontrolled)


def _among(
    conditions: Collection[Condition],
    controlled: bool | None,
    *,
    always: Collection[Condition],
    uncontrolled: Collection[Condition],
) -> list[Condition]:
    return [one for one in conditions if one in always or (one in uncontrolled and controlled is not True)]


def _values_missing(band: Band, vitals: Vitals, age: int | None, *, is_mild: bool) -> Iterator[Reason]:
    if vitals.oxygen is not None and vitals.oxygen < band.least_spo2:
        yield reason("hospitel_oxygen", limit=band.least_spo2)
    if age is None:
        yield reason("hospitel_age_unknown")
    elif age > band.oldest:
        yield reason("hospitel_age", limit=band.oldest)
    if band.mild_only and not is_mild:
        yield reason("hospitel_not_mild")


def _health_missing(
    band: Band, conditions: Collection[Condition], controlled: bool | None, *, risky: bool
) -> Iterator[Reason]:
    if band.illness is Illness.NONE and conditions:
        yield reason("hospitel_illness")
    elif band.illness is Illness.NO_RISK and risky:
        yield reason("hospitel_risk")
    elif band.illness is Illness.CONTROLLED and conditions and controlled is not True:
        yield reason("hospitel_uncontrolled")


def _home_missing(answers: Answers, terms: TriageTerms) -> Iterator[Reason]:
    if answers.lives_with is None:
        yield reason("home_others_unknown")
    elif answers.lives_with > terms.home_others_most:
        yield reason("home_others", limit=terms.home_others_most)
    if terms.home_own_room and not answers.own_room and answers.lives_with != 0:
        yield reason("home_room")


def _health_missing_at_home(answers: Answers, age: int | None, terms: TriageTerms) -> Iterator[Reason]:
    breath_unknown = answers.vitals.oxygen is None and is_breathless(answers.symptoms)
    if breath_unknown or yellow_signs(answers.vitals, answers.symptoms, terms):
        yield reason("home_not_mild")
    if answers.pregnant:
        yield reason("home_pregnant")
    if age is None:
        yield reason("home_age_unknown")
    elif age >= terms.home_younger_than:
        yield reason("home_age", limit=terms.home_younger_than)
    always, uncontrolled = terms.home_excluded, terms.home_excluded_uncontrolled
    if _among(answers.conditions, answers.controlled, always=always, uncontrolled=uncontrolled):
        yield reason("home_illness")
    yield from _weight_missing(answers, terms)


def _weight_missing(answers: Answers, terms: TriageTerms) -> Iterator[Reason]:
    if answers.weight_kg is None:
        yield reason("home_weight_unknown")
    elif answers.weight_kg > terms.home_weight_most and not _is_light_for_height(answers, terms.home_bmi_most):
        yield reason("home_weight")


def _is_light_for_height(answers: Answers, bmi_most: int) -> bool:
    """Say whether kilograms by metres squared are at most so many; in whole numbers, so that the limit is exact."""
    if answers.weight_kg is None or answers.height_cm is None:
        return False
    return answers.weight_kg * 10_000 <= bmi_most * answers.height_cm**2


def _once(*reasons: Reason) -> tuple[Reason, ...]:
    return tuple({one.code: one for one in reasons}.values())
