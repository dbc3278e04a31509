"""What the measurements at the site mean, and how long somebody stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from khumkan.vaccination.choices import Question, TurnedBack
from khumkan.vaccination.terms.visits import VisitTerms


@dataclass(frozen=True, kw_only=True)
class Vitals:
    """What was measured before the dose; what was not measured is None.

    :param weight: in kilograms.
    :param temperature: in °C.
    :param systolic: upper blood pressure in mmHg, `diastolic` the lower.
    """

    weight: Decimal | None = None
    temperature: Decimal | None = None
    systolic: int | None = None
    diastolic: int | None = None


def against(vitals: Vitals, terms: VisitTerms) -> TurnedBack | None:
    """Return why the dose is put off, or None when nothing speaks against it."""
    if vitals.temperature is not None and vitals.temperature >= terms.temperature_from:
        return TurnedBack.FEVER
    too_high = (vitals.systolic or 0) >= terms.systolic_from or (vitals.diastolic or 0) >= terms.diastolic_from
    return TurnedBack.PRESSURE if too_high else None


#: What a yes speaks for. Bleeding is no reason against a dose: the place is pressed for longer.
#: A setting of the office; no published list of the programme was found.
AGAINST: Mapping[Question, TurnedBack] = {
    Question.ILL_TODAY: TurnedBack.UNWELL,
    Question.FEVER: TurnedBack.UNWELL,
    Question.COVID: TurnedBack.DOCTOR,
    Question.ALLERGY: TurnedBack.DOCTOR,
    Question.LAST_DOSE: TurnedBack.DOCTOR,
    Question.OTHER_VACCINE: TurnedBack.DOCTOR,
    Question.PREGNANT: TurnedBack.DOCTOR,
    Question.IMMUNE: TurnedBack.DOCTOR,
}
YES, NO = "yes", "no"


def speaking_against(answers: Mapping[str, str]) -> list[tuple[Question, TurnedBack]]:
    """Return the questions whose answers speak against the dose today, and what each speaks for.

    :param answers: yes or no by the code of the question; codes that are no question are passed over.
    """
    return [(question, why) for question, why in AGAINST.items() if answers.get(question) == YES]


def observed_until(given_at: datetime, terms: VisitTerms) -> datetime:
    """Return until when somebody is observed after the dose."""
    return given_at + timedelta(minutes=terms.observation_minutes)
