"""What may be kept of a search: words that are in a dictionary and are neither names nor long numbers."""

import hashlib
from collections.abc import Callable, Iterable, Sequence

#: From so many digits on a number may be somebody's: of a telephone, a card, a house.
DIGITS_OF_SOMEBODY = 5
#: The same with blanks in between; the three sections of the act together have six.
DIGITS_IN_ALL = 7
MOST_WORDS = 8
LONGEST_WORD = 40


def kept(words: Iterable[str], *, is_ours: Callable[[str], bool], is_common: Callable[[str], bool]) -> list[str]:
    """Return the words of a search that may be kept, each once, in the order of the alphabet.

    A search with a long number is not kept at all: what stands around the number may be about somebody.

    :param is_ours: whether a word stands in our articles; in Latin letters and digits only those are kept.
    :param is_common: whether a Thai word stands in a dictionary and is nobody's name.
    """
    all_words = list(words)
    digits = [len(word) for word in all_words if word.isdigit()]
    if sum(digits) >= DIGITS_IN_ALL or any(length >= DIGITS_OF_SOMEBODY for length in digits):
        return []
    known = {word for word in all_words if len(word) <= LONGEST_WORD and _may_keep(word, is_ours, is_common)}
    return sorted(known)[:MOST_WORDS]


def key_of(words: Sequence[str]) -> str:
    """Return the key of a set of words."""
    return hashlib.sha256(" ".join(sorted(words)).encode()).hexdigest()


def _may_keep(word: str, is_ours: Callable[[str], bool], is_common: Callable[[str], bool]) -> bool:
    return is_ours(word) if word.isascii() else is_common(word)
