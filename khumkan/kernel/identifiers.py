"""Identity numbers: what is a possible number, and how it is shown.

The 13-digit Thai number ends in a check digit: (11 − Σ digit × weight 13…2 mod 11) mod 10. Numbers that begin with 0
are issued to persons without Thai nationality and are as valid as any other.
"""

import re
from enum import StrEnum

from khumkan.kernel.digits import only_digits, plain
from khumkan.kernel.errors import Reason
from khumkan.kernel.words import N_

THAI_LENGTH = 13
PASSPORT = re.compile(r"[A-Z0-9]{5,20}")
FOREIGN = re.compile(r"[A-Z0-9]{6,20}")


class IdentifierKind(StrEnum):
    """What kind of document carries the number."""

    THAI = "thai"
    PASSPORT = "passport"
    FOREIGN = "foreign"


def normalise(kind: IdentifierKind, text: str) -> str:
    """Return the number as it is stored: digits only for the Thai number, capitals and digits for the others."""
    if kind is IdentifierKind.THAI:
        return only_digits(text)
    return "".join(character for character in plain(text).upper() if character.isascii() and character.isalnum())


def problem(kind: IdentifierKind, text: str) -> Reason | None:
    """Say what is wrong with a number, or None when it is possible."""
    number = normalise(kind, text)
    if kind is IdentifierKind.THAI:
        return _thai_problem(number)
    pattern = PASSPORT if kind is IdentifierKind.PASSPORT else FOREIGN
    if not pattern.fullmatch(number):
        return Reason("number_form", N_("The number must have 5 to 20 letters and digits, as printed in the document."))
    return None


def _thai_problem(number: str) -> Reason | None:
    if len(number) != THAI_LENGTH:
        return Reason(
            "number_length",
            N_("The identity number must have 13 digits; this one has %(count)d."),
            {"count": len(number)},
        )
    if int(number[-1]) != thai_check_digit(number[:-1]):
        return Reason("number_check", N_("The identity number is not right: one of its digits was mistyped."))
    return None


def thai_check_digit(first_twelve: str) -> int:
    """Return the thirteenth digit that belongs to the first twelve."""
    total = sum(int(digit) * (THAI_LENGTH - position) for position, digit in enumerate(first_twelve))
    return (11 - total % 11) % 10


def masked(last_four: str, *, length: int = THAI_LENGTH) -> str:
    """Return a number for a list: its last four characters behind dots."""
    return "•" * (length - len(last_four)) + last_four
