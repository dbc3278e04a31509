"""Base45: bytes as characters that a QR code packs densely (RFC 9285).

Two bytes become three characters, a last single byte two. Reading is strict, so that one value has exactly one text.
"""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_PAIRS = [first + second for second in ALPHABET for first in ALPHABET]


def encode(plain: bytes) -> str:
    """Return bytes as text."""
    parts = []
    for start in range(0, len(plain) - 1, 2):
        high, low = divmod(plain[start] << 8 | plain[start + 1], 2025)
        parts.append(_PAIRS[low] + ALPHABET[high])
    if len(plain) % 2:
        parts.append(_PAIRS[plain[-1]])
    return "".join(parts)


def decode(text: str) -> bytes:
    """Return the bytes that a text stands for.

    :raises ValueError: for anything that `encode` never writes.
    """
    try:
        values = [_VALUES[character] for character in text]
    except KeyError as error:
        raise ValueError("a character that base45 does not have") from error
    out = bytearray()
    for start in range(0, len(values), 3):
        part = values[start : start + 3]
        number = sum(value * weight for value, weight in zip(part, (1, 45, 2025), strict=False))
        length = len(part) - 1
        if not length or number >> (8 * length):
            raise ValueError("a group of characters that stands for no bytes")
        out += number.to_bytes(length, "big")
    return bytes(out)
