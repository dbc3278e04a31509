"""What a result means for the person, and what it makes of a case."""

from enum import StrEnum

from khumkan.screening.choices import Method, Outcome
from khumkan.screening.terms.laboratory import RapidPositive, TestTerms


class Meaning(StrEnum):
    """What a result says to the person, in one word that a page turns into sentences."""

    NEGATIVE = "negative"
    PROBABLE = "probable"
    CONFIRMED = "confirmed"
    ASK_FOR_PCR = "ask_for_pcr"
    INVALID = "invalid"


class Answer(StrEnum):
    """What a page says about one test: the meaning of a result, or that it is on its way."""

    WAITING = "waiting"
    NEGATIVE = Meaning.NEGATIVE.value
    PROBABLE = Meaning.PROBABLE.value
    CONFIRMED = Meaning.CONFIRMED.value
    ASK_FOR_PCR = Meaning.ASK_FOR_PCR.value
    INVALID = Meaning.INVALID.value


def meaning(*, method: str, outcome: str, terms: TestTerms) -> Meaning:
    """Say what an outcome means by the terms in force on the day of the specimen.

    A rapid test is never a confirmation: whether it makes a probable case or asks for RT-PCR has changed several times.
    """
    if outcome == Outcome.NEGATIVE:
        return Meaning.NEGATIVE
    if outcome == Outcome.INVALID:
        return Meaning.INVALID
    if method == Method.PCR:
        return Meaning.CONFIRMED
    return Meaning.PROBABLE if terms.rapid_positive is RapidPositive.PROBABLE_CASE else Meaning.ASK_FOR_PCR


def opens_case(found: Meaning) -> bool:
    """Tell whether a result of this meaning opens a case."""
    return found in (Meaning.PROBABLE, Meaning.CONFIRMED)


def asks_to_come_again(found: Meaning) -> bool:
    """Tell whether a person needs another test at once: to confirm, or because the test did not work."""
    return found in (Meaning.ASK_FOR_PCR, Meaning.INVALID)
