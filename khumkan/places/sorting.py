"""Thai dictionary order without a collation in the database: a key that plain comparison of bytes puts in order.

A vowel that is written before its consonant is read after it (เก sorts under ก), and tone marks, the silencer and the
short-vowel mark count only between words that are otherwise equal (กา, ก่า, ก้า). See the Royal Institute Dictionary's
order and UTS #10 for Thai.
"""

import unicodedata

LEADING_VOWELS = frozenset("เแโใไ")
#: Maitaikhu, the tones, thanthakhat and nikhahit: secondary.
MARKS = frozenset("\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e")
#: Blanks, hyphens, dots, the repetition and abbreviation marks do not count.
IGNORED = frozenset(" -.'’()ๆฯ\u200b")
BETWEEN = "\t"
NO_MARK = "0"


def thai_sort_key(text: str) -> str:
    """Return the key that orders Thai (and Latin) words as a Thai dictionary does, compared by code point."""
    letters = _in_reading_order(unicodedata.normalize("NFC", text).casefold())
    primary: list[str] = []
    secondary: list[str] = []
    for letter in letters:
        if letter in MARKS:
            if secondary:
                secondary[-1] += letter
        elif letter not in IGNORED:
            primary.append(letter)
            secondary.append(NO_MARK)
    marks = "".join(secondary).rstrip(NO_MARK)
    return "".join(primary) + (BETWEEN + marks if marks else "")


def _in_reading_order(text: str) -> list[str]:
    letters = list(text)
    position = 0
    while position < len(letters) - 1:
        if letters[position] in LEADING_VOWELS and _is_consonant(letters[position + 1]):
            letters[position], letters[position + 1] = letters[position + 1], letters[position]
            position += 1
        position += 1
    return letters


def _is_consonant(letter: str) -> bool:
    return "ก" <= letter <= "ฮ"
