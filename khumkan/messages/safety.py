"""What a message may never hold."""

import re

from khumkan.kernel import digits
from khumkan.kernel.identifiers import IdentifierKind, problem

#: Thirteen digits, together or grouped as on the card; looking ahead finds those that overlap.
THIRTEEN = re.compile(r"(?<!\d)(?=(\d[ -]?\d{4}[ -]?\d{5}[ -]?\d{2}[ -]?\d)(?!\d))")


def holds_identity_number(text: str) -> bool:
    """Tell whether a text holds a full Thai identity number: 13 digits with the right check digit."""
    found = THIRTEEN.finditer(digits.plain(text))
    return any(problem(IdentifierKind.THAI, match[1]) is None for match in found)
