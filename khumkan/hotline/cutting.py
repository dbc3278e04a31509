"""Cutting Thai into words, which it writes without blanks: the one place that knows PyThaiNLP.

The longest known words win (maximal matching over the dictionary of PyThaiNLP and words of our own). Nothing is fetched
and nothing is written: the settings below come before the import, and the home of the process may be read-only.
"""

import os
from functools import cache, lru_cache
from pathlib import Path

os.environ.setdefault("PYTHAINLP_READ_ONLY", "1")
os.environ.setdefault("PYTHAINLP_OFFLINE", "1")

from pythainlp.corpus import thai_family_names, thai_female_names, thai_male_names, thai_words
from pythainlp.tokenize import Tokenizer

OWN_WORDS = Path(__file__).parent / "content" / "words.txt"
#: Runs that are remembered: people ask the same again and again.
REMEMBERED = 8_192


@lru_cache(maxsize=REMEMBERED)
def cut(run: str) -> tuple[str, ...]:
    """Cut a run of Thai letters into words."""
    return tuple(word for word in _tokenizer().word_tokenize(run) if word.strip())


def warm() -> None:
    """Read the dictionary now, so that nobody waits for it: it takes about a second once."""
    cut("อุ่นเครื่อง")
    is_common("คำ")


def is_common(word: str) -> bool:
    """Tell whether a word stands in a dictionary and is nobody's name."""
    return word in _dictionary() and word not in _names()


@cache
def _own_words() -> frozenset[str]:
    return frozenset(OWN_WORDS.read_text(encoding="utf-8").split())


@cache
def _dictionary() -> frozenset[str]:
    return frozenset(thai_words()) | _own_words()


@cache
def _names() -> frozenset[str]:
    return frozenset(thai_male_names() | thai_female_names() | thai_family_names())


@cache
def _tokenizer() -> Tokenizer:
    return Tokenizer(_dictionary(), engine="newmm", keep_whitespace=False)
