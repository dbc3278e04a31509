"""What a paper shows of a person to whoever holds it."""

import unicodedata
from collections.abc import Iterator

#: Thai vowels that are written before the consonant that they follow.
WRITTEN_BEFORE = frozenset("เแโใไ")


def initials(*names: str) -> str:
    """Return the initials of names, such as `ส. จ.`: of a Thai name the first consonant; without names nothing."""
    letters = (next(_letters(name), "") for name in names)
    return " ".join(f"{letter.upper()}." for letter in letters if letter)


def _letters(name: str) -> Iterator[str]:
    return (each for each in name if each not in WRITTEN_BEFORE and unicodedata.category(each).startswith("L"))
