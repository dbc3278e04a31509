"""The text of an article: paragraphs, lists, and values of terms that are filled in when somebody reads it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

#: `{screening.tests.answer_within_hours}`: a kind of terms and one of its values.
_VALUE = re.compile(r"\{([a-z_]+\.[a-z_]+)\.([a-z0-9_]+)\}")
_NUMBERED = re.compile(r"\d+\.\s+")


class Kind(StrEnum):
    """How the lines of a block stand."""

    PARAGRAPH = "paragraph"
    BULLETS = "bullets"
    NUMBERS = "numbers"


@dataclass(frozen=True)
class Block:
    """Lines that belong together."""

    kind: Kind
    lines: tuple[str, ...]


def blocks(text: str) -> list[Block]:
    """Part a text at its empty lines; lines that begin with “- ” or a number and a dot are lists."""
    return [_block([line.strip() for line in part.splitlines()]) for part in re.split(r"\n\s*\n", text.strip()) if part]


def values_in(text: str) -> list[tuple[str, str]]:
    """Return the values that a text asks for, as kind of terms and name."""
    return [(found[1], found[2]) for found in _VALUE.finditer(text)]


def filled(text: str, value: Callable[[str, str], str]) -> str:
    """Return a text with its values.

    :param value: gives the words for a kind of terms and a name.
    """
    return _VALUE.sub(lambda found: value(found[1], found[2]), text)


def without_values(text: str) -> str:
    """Return a text as the search reads it: values come and go, the words around them stay."""
    return _VALUE.sub(" ", text)


def ways(text: str) -> tuple[str, ...]:
    """Return the ways of asking in a text, one a line: without blank lines, each once."""
    return tuple(dict.fromkeys(line for line in (" ".join(each.split()) for each in text.splitlines()) if line))


def _block(lines: list[str]) -> Block:
    if all(line.startswith("- ") for line in lines):
        return Block(Kind.BULLETS, tuple(line[2:] for line in lines))
    if all(_NUMBERED.match(line) for line in lines):
        return Block(Kind.NUMBERS, tuple(_NUMBERED.sub("", line, count=1) for line in lines))
    return Block(Kind.PARAGRAPH, (" ".join(lines),))
