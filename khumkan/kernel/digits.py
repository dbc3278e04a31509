"""Thai digits and invisible characters in what people type."""

THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
#: Zero-width characters, joiners and byte-order marks that come along with copied text.
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def plain(text: str) -> str:
    """Return the text with Arabic digits, without invisible characters and without blanks at the ends."""
    if text.isascii():  # nothing to translate: most cells of a large file
        return text.strip()
    return text.translate(THAI_DIGITS).translate(INVISIBLE).replace("\u00a0", " ").strip()


def only_digits(text: str) -> str:
    """Return the digits of a text."""
    return "".join(character for character in plain(text) if character.isascii() and character.isdigit())
