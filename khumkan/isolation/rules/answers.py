"""What a person tells at triage, and what is measured: codes, numbers and dates only; nothing else is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from khumkan.isolation.choices import Condition, Need, Symptom
from khumkan.isolation.rules.reasons import reason
from khumkan.kernel.errors import Refused, Verdict
from khumkan.kernel.words import N_

LEAST_TEMPERATURE, MOST_TEMPERATURE = Decimal("34.0"), Decimal("43.0")
#: A first symptom longer ago is not believed to belong to this illness.
LONGEST_ILL_DAYS = 60
Code = TypeVar("Code", bound=StrEnum)


@dataclass(frozen=True, kw_only=True)
class Vitals:
    """What was measured at one moment; what was not measured is None.

    :param temperature: °C, 34.0 to 43.0, one decimal.
    :param spo2: oxygen saturation at rest in percent, 50 to 100; `spo2_after` after a short exertion.
    :param breaths: breaths a minute, 5 to 80.
    :raises Refused: when a value cannot be that of a person.
    """

    temperature: Decimal | None = None
    spo2: int | None = None
    spo2_after: int | None = None
    breaths: int | None = None
    measured_by_self: bool = False

    def __post_init__(self) -> None:
        if self.temperature is not None:
            object.__setattr__(self, "temperature", _temperature(self.temperature))
        if not _within(self.spo2, 50, 100) or not _within(self.spo2_after, 50, 100):
            raise Refused(
                N_("Oxygen in the blood is a number from 50 to 100 percent. Please measure again."), "spo2_range"
            )
        if not _within(self.breaths, 5, 80):
            raise Refused(N_("Breaths a minute are a number from 5 to 80. Please count again."), "breaths_range")

    @property
    def oxygen(self) -> int | None:
        """The saturation to judge by: at rest, or after exertion where only that is known."""
        return self.spo2_after if self.spo2 is None else self.spo2

    def to_json(self) -> dict[str, object]:
        """Return what was measured, without what was not."""
        told: dict[str, object] = {
            "temperature": None if self.temperature is None else str(self.temperature),
            "spo2": self.spo2,
            "spo2_after": self.spo2_after,
            "breaths": self.breaths,
            "measured_by_self": self.measured_by_self or None,
        }
        return {name: value for name, value in told.items() if value is not None}

    @staticmethod
    def from_json(told: object) -> "Vitals":
        """Read measured values back, or take those of another system.

        :raises Refused: when there is something that is no measured value, or that cannot be that of a person.
        """
        if isinstance(told, Vitals):
            return told
        if told is None:
            return Vitals()
        if not isinstance(told, Mapping):
            raise _unreadable()
        try:
            temperature = told.get("temperature")
            return Vitals(
                temperature=None if temperature is None else Decimal(str(temperature)),
                spo2=_number(told.get("spo2")),
                spo2_after=_number(told.get("spo2_after")),
                breaths=_number(told.get("breaths")),
                measured_by_self=told.get("measured_by_self") is True,
            )
        except (ValueError, TypeError, ArithmeticError) as error:
            raise _unreadable() from error


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The answers of one person.

    :param since: the day of the first symptom.
    :param controlled: whether the long illnesses are under control; None when the person does not know.
    :param lives_with: persons at home besides this one; None when it was not asked.
    :param own_room: whether there is a room at home that only this person would use.
    :param wants_home: whether the person agrees to be looked after at home.
    :raises Refused: when a number cannot be that of a person.
    """

    symptoms: tuple[Symptom, ...] = ()
    since: date | None = None
    conditions: tuple[Condition, ...] = ()
    controlled: bool | None = None
    takes_medicine: bool = False
    pregnant: bool = False
    weight_kg: int | None = None
    height_cm: int | None = None
    lives_with: int | None = None
    own_room: bool = False
    wants_home: bool = False
    needs: tuple[Need, ...] = ()
    vitals: Vitals = field(default_factory=Vitals)

    def __post_init__(self) -> None:
        if not _within(self.weight_kg, 2, 350):
            raise Refused(N_("Weight is a number from 2 to 350 kilograms."), "weight_range")
        if not _within(self.height_cm, 40, 250):
            raise Refused(N_("Height is a number from 40 to 250 centimetres."), "height_range")
        if not _within(self.lives_with, 0, 200):
            raise Refused(N_("Other persons in the home are a number from 0 to 200."), "lives_with_range")

    def to_json(self) -> dict[str, object]:
        """Return what was answered, without what was left empty."""
        told: dict[str, object] = {
            "symptoms": [str(symptom) for symptom in self.symptoms] or None,
            "since": self.since and self.since.isoformat(),
            "conditions": [str(condition) for condition in self.conditions] or None,
            "controlled": self.controlled,
            "takes_medicine": self.takes_medicine or None,
            "pregnant": self.pregnant or None,
            "weight_kg": self.weight_kg,
            "height_cm": self.height_cm,
            "lives_with": self.lives_with,
            "own_room": self.own_room or None,
            "wants_home": self.wants_home or None,
            "needs": [str(need) for need in self.needs] or None,
            "vitals": self.vitals.to_json() or None,
        }
        return {name: value for name, value in told.items() if value is not None}

    @staticmethod
    def from_json(told: object) -> "Answers":
        """Read answers back, or take those of another system.

        :raises Refused: when there is something that is no answer, or a number that cannot be that of a person.
        """
        if isinstance(told, Answers):
            return told
        if not isinstance(told, Mapping):
            raise _unreadable()
        try:
            return Answers(
                symptoms=_codes(Symptom, told.get("symptoms")),
                since=_day(told.get("since")),
                conditions=_codes(Condition, told.get("conditions")),
                controlled=_yes_no_unknown(told.get("controlled")),
                takes_medicine=told.get("takes_medicine") is True,
                pregnant=told.get("pregnant") is True,
                weight_kg=_number(told.get("weight_kg")),
                height_cm=_number(told.get("height_cm")),
                lives_with=_number(told.get("lives_with")),
                own_room=told.get("own_room") is True,
                wants_home=told.get("wants_home") is True,
                needs=_codes(Need, told.get("needs")),
                vitals=Vitals.from_json(told.get("vitals")),
            )
        except (ValueError, TypeError) as error:
            raise _unreadable() from error


def is_possible(answers: Answers, *, on: date) -> Verdict:
    """Say whether answers given on a day can be true: the first symptom is neither to come nor long past."""
    if answers.since is not None and answers.since > on:
        return Verdict.no(reason("since_to_come"))
    if answers.since is not None and (on - answers.since).days > LONGEST_ILL_DAYS:
        return Verdict.no(reason("since_long_past", limit=LONGEST_ILL_DAYS))
    return Verdict.yes()


def _temperature(told: Decimal) -> Decimal:
    if told.is_finite() and 0 < told < 1_000:
        rounded = told.quantize(Decimal("0.1"))
        if LEAST_TEMPERATURE <= rounded <= MOST_TEMPERATURE:
            return rounded
    raise Refused(N_("Temperature is a number from 34.0 to 43.0 °C. Please measure again."), "temperature_range")


def _within(value: int | None, least: int, most: int) -> bool:
    return value is None or least <= value <= most


def _number(told: object) -> int | None:
    if told is None:
        return None
    if isinstance(told, bool):
        raise TypeError("yes and no are no numbers")
    return int(str(told))


def _yes_no_unknown(told: object) -> bool | None:
    if told is None or isinstance(told, bool):
        return told
    raise TypeError("only yes, no or nothing")


def _day(told: object) -> date | None:
    if told is None or isinstance(told, date):
        return told
    return date.fromisoformat(str(told))


def _codes(kind: type[Code], told: object) -> tuple[Code, ...]:
    if told is None:
        return ()
    if not isinstance(told, list | tuple):
        raise TypeError("codes come as a list")
    return tuple(dict.fromkeys(kind(str(code)) for code in told))


def _unreadable() -> Refused:
    return Refused(N_("The answers cannot be read. Please fill in the questions again."), "answers")
