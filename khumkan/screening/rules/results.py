"""What a result means for the person, and what it makes of a case."""

from enum import StrEnum

from khumkan.screening.choices import Certainty, Ground, Method, Outcome
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


def certainty_of(found: Meaning) -> Certainty | None:
    """Return how sure a case a result of this meaning makes, or None when it makes none."""
    return {Meaning.PROBABLE: Certainty.PROBABLE, Meaning.CONFIRMED: Certainty.CONFIRMED}.get(found)


def ground_of_next(found: Meaning) -> Ground | None:
    """Return the ground of the test that is needed at once, to confirm or because this one did not work, or None."""
    return {Meaning.INVALID: Ground.REPEAT, Meaning.ASK_FOR_PCR: Ground.CONFIRM}.get(found)
