"""Making sure who is calling: which questions are asked, and whether an answer is right. The page never shows one."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from enum import StrEnum

from khumkan.kernel.dates import common_year
from khumkan.kernel.digits import only_digits


class Question(StrEnum):
    """What a caller is asked. Each answer is known to the register and to few others."""

    BIRTH_DATE = "birth_date"
    NUMBER_END = "number_end"  # the last four digits of the identity document
    PHONE_END = "phone_end"  # the last four digits of the registered telephone
    EMPLOYER = "employer"  # the last four digits of the employer's account


#: An answer is digits only: nobody has to spell a name the way the register does.
DIGITS = 4
DAY_MONTH_YEAR = 8


def choose(known: Mapping[Question, str], *, count: int, seed: str) -> tuple[Question, ...]:
    """Return which questions are asked, in an order that nobody can foresee and that a second look does not change.

    :param known: the right answers; what the register does not know is not asked.
    :param seed: of the person, the member of staff and the hour: asking again does not give easier questions.
    """
    can_be_asked = [question for question in Question if known.get(question)]

    def drawn(question: Question) -> str:
        return hashlib.sha256(f"{seed}.{question.value}".encode()).hexdigest()

    return tuple(sorted(can_be_asked, key=drawn)[:count])


def right(known: Mapping[Question, str], typed: Mapping[Question, str]) -> int:
    """Return how many of the typed answers are right. Which ones, nobody learns."""
    return sum(is_right(question, known.get(question, ""), answer) for question, answer in typed.items())


def is_right(question: Question, known: str, typed: str) -> bool:
    """Tell whether an answer is right; an empty one never is. A year may be of either era."""
    digits = only_digits(typed)
    if question is Question.BIRTH_DATE and len(digits) == DAY_MONTH_YEAR:
        digits = f"{digits[:4]}{common_year(int(digits[4:])):04d}"
    return bool(known) and bool(digits) and hmac.compare_digest(known.encode(), digits.encode())


def suffices(known: Mapping[Question, str], typed: Mapping[Question, str], *, needed: int) -> bool:
    """Tell whether enough answers are right to speak with the caller as with the person."""
    return right(known, typed) >= needed


def enough_known(questions: Sequence[Question], *, needed: int) -> bool:
    """Tell whether the register knows enough of a person to verify them at all."""
    return len(questions) >= needed
