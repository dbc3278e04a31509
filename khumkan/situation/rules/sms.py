"""How long an SMS is, and into how many parts it falls; each part is paid for.

Source: 3GPP TS 23.038 (the alphabet) and TS 23.040 (the parts).
"""

from dataclasses import dataclass

#: The basic alphabet of 7 bits; a Thai letter is not in it, and then every character takes 16 bits.
_ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Take two places each.
_EXTENDED = frozenset("^{}\\[~]|€\f")
ONE_OF_7_BITS, PART_OF_7_BITS = 160, 153
ONE_OF_16_BITS, PART_OF_16_BITS = 70, 67


@dataclass(frozen=True, slots=True)
class Length:
    """How long a text is as an SMS.

    :param characters: places that it takes.
    :param parts: messages that are paid for.
    """

    characters: int
    parts: int


def length_of(text: str) -> Length:
    """Return how long a text is as an SMS."""
    if all(each in _ALPHABET or each in _EXTENDED for each in text):
        places = len(text) + sum(each in _EXTENDED for each in text)
        return Length(places, _parts(places, ONE_OF_7_BITS, PART_OF_7_BITS))
    places = len(text.encode("utf-16-be")) // 2
    return Length(places, _parts(places, ONE_OF_16_BITS, PART_OF_16_BITS))


def _parts(places: int, one: int, part: int) -> int:
    return 1 if places <= one else -(-places // part)
