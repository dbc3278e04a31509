"""Reference codes that a person can read out on the telephone.

A code is random, so that nobody can guess the next one, has no letters that are mistaken for digits, and ends in a
check character that finds every single wrong character and every swap of neighbours.
"""

import re
import secrets
from itertools import count
from operator import mul

from khumkan.kernel.digits import plain
from khumkan.kernel.errors import Reason
from khumkan.kernel.words import N_

#: Prime in number (31), so that a weighted sum finds every swap; without 0 O 1 I L.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
RANDOM_LENGTH = 9
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_POSSIBLE = len(ALPHABET) ** RANDOM_LENGTH
_STORED = re.compile(rf"[A-Z]+-[{ALPHABET}]{{5}}-[{ALPHABET}]{{5}}")


def new(prefix: str) -> str:
    """Return a new code such as `T-7K4M9-2QXC3`: 31⁹ possibilities and a check character."""
    number, body = secrets.randbelow(_POSSIBLE), ""
    for _ in range(RANDOM_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        body += ALPHABET[place]
    return _shaped(prefix, body + check_character(body))


def check_character(body: str) -> str:
    """Return the character that closes a body of characters from the alphabet."""
    total = sum(map(mul, count(2), map(_VALUES.__getitem__, body)))
    return ALPHABET[total % len(ALPHABET)]


def normalise(text: str) -> str:
    """Return a typed or read code in its stored form; blanks, hyphens and small letters do not matter."""
    packed = "".join(character for character in plain(text).upper() if character.isalnum())
    return _shaped(packed[: -RANDOM_LENGTH - 1], packed[-RANDOM_LENGTH - 1 :])


def problem(text: str) -> Reason | None:
    """Say what is wrong with a code, or None when it may exist."""
    if read(text) is None:
        return Reason("reference_wrong", N_("This reference is not right. Please read it once more, letter by letter."))
    return None


def read(text: str) -> str | None:
    """Return a typed or scanned code in its stored form, or None when no such code may exist; 2 µs when it is right."""
    stored = text if _STORED.fullmatch(text) else normalise(text)
    if not _STORED.fullmatch(stored):
        return None
    characters = stored[-11:-6] + stored[-5:]
    return stored if check_character(characters[:-1]) == characters[-1] else None


def _shaped(prefix: str, characters: str) -> str:
    return f"{prefix}-{characters[:5]}-{characters[5:]}"
