"""What a person answers when registering: codes and dates only, so that nothing else can be stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.screening.choices import Risk, Symptom


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The answers of one person.

    :param met_on: the day on which the person last met a case.
    :param since: the day on which symptoms began.
    """

    met_on: date | None = None
    symptoms: tuple[Symptom, ...] = ()
    since: date | None = None
    risks: tuple[Risk, ...] = ()
    pregnant: bool = False
    illness: bool = False

    def to_json(self) -> dict[str, object]:
        """Return what was answered, without what was left empty."""
        told: dict[str, object] = {
            "met_on": self.met_on and self.met_on.isoformat(),
            "symptoms": [str(symptom) for symptom in self.symptoms],
            "since": self.since and self.since.isoformat(),
            "risks": [str(risk) for risk in self.risks],
            "pregnant": self.pregnant,
            "illness": self.illness,
        }
        return {name: value for name, value in told.items() if value}

    @staticmethod
    def from_json(told: "Mapping[str, object] | Answers") -> "Answers":
        """Read answers back, or take those of another system.

        :raises Refused: when there is something that is no answer.
        """
        if isinstance(told, Answers):
            return told
        try:
            return Answers(
                met_on=_day(told.get("met_on")),
                symptoms=tuple(Symptom(code) for code in _codes(told.get("symptoms"))),
                since=_day(told.get("since")),
                risks=tuple(Risk(code) for code in _codes(told.get("risks"))),
                pregnant=told.get("pregnant") is True,
                illness=told.get("illness") is True,
            )
        except (ValueError, TypeError) as error:
            raise Refused(N_("The answers cannot be read. Please fill in the questions again."), "answers") from error


def _day(told: object) -> date | None:
    if told is None or isinstance(told, date):
        return told
    return date.fromisoformat(str(told))


def _codes(told: object) -> tuple[str, ...]:
    if told is None:
        return ()
    if not isinstance(told, list | tuple):
        raise TypeError("codes come as a list")
    return tuple(dict.fromkeys(str(code) for code in told))
