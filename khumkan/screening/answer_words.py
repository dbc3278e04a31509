"""What a result is called, what it means, what to do and what happens next: plain words, the same on page and paper."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from khumkan.screening.rules.results import Answer


@dataclass(frozen=True)
class AnswerWords:
    """An answer in words.

    :param steps: what to do now, in the order of importance; what happens next comes last.
    """

    title: Promise
    meaning: Promise
    steps: tuple[Promise, ...]
    tone: str


EMERGENCY = _("If you are short of breath, have chest pain or become confused, call 1669 at once.")
STAY = _("Stay in a room of your own, wear a mask when others are near, and eat and sleep apart.")
NOT_WORK = _("Do not go to work. Your employer is not told this result.")
CONTACTS = _("Tell us whom you met in the last days. We offer them a test and do not say who named them.")

WORDS: Mapping[Answer, AnswerWords] = {
    Answer.WAITING: AnswerWords(
        _("Your answer is not ready yet"),
        _("The laboratory is testing your specimen. We send you an SMS as soon as the answer is there."),
        (
            _("Until then, keep away from others as well as you can, and wear a mask."),
            _("If you feel worse, call 1506."),
            EMERGENCY,
        ),
        "wait",
    ),
    Answer.NEGATIVE: AnswerWords(
        _("No infection was found"),
        _("The test did not find the virus in your specimen."),
        (
            _("A test can miss an infection in its first days. If you fall ill, register for another test."),
            _("If you met somebody infected, go on keeping apart until the day that you were told."),
            _("Keep wearing a mask, and wash your hands."),
        ),
        "good",
    ),
    Answer.PROBABLE: AnswerWords(
        _("The rapid test found the virus"),
        _("You are probably infected. You need no second test before you are cared for."),
        (
            STAY,
            NOT_WORK,
            CONTACTS,
            EMERGENCY,
            _("What happens next: we call you to agree where you are cared for, free of charge. Questions: call 1506."),
        ),
        "bad",
    ),
    Answer.CONFIRMED: AnswerWords(
        _("The test found the virus"),
        _("You are infected. Most people get well within two weeks; we look after you until then."),
        (
            STAY,
            NOT_WORK,
            CONTACTS,
            EMERGENCY,
            _("What happens next: we call you to agree where you are cared for, free of charge. Questions: call 1506."),
        ),
        "bad",
    ),
    Answer.ASK_FOR_PCR: AnswerWords(
        _("The rapid test found the virus; a laboratory test decides"),
        _("A rapid test can be wrong. A second test in a laboratory shows whether you are infected."),
        (
            _("Come to the second test. It costs nothing."),
            STAY,
            _("Do not go to work until you have the second answer. Your employer is not told."),
            EMERGENCY,
        ),
        "bad",
    ),
    Answer.INVALID: AnswerWords(
        _("The test did not work"),
        _("Your specimen could not be tested. This says nothing about whether you are infected. We are sorry."),
        (
            _("Please come to another test. It costs nothing."),
            _("Until then, keep away from others as well as you can, and wear a mask."),
            EMERGENCY,
        ),
        "wait",
    ),
}
