"""Checking whole columns of cells at once. Each function returns a column of values, None where a row has none.

Problems go to `Problems`: the first one of each row counts. Functions work on lists because a million rows pass here in
seconds.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import cache, lru_cache
from typing import TypeVar

import geothai
from geothai.abolished import abolished_areas

from khumkan.kernel import dates, identifiers
from khumkan.kernel.digits import plain
from khumkan.kernel.errors import Reason, Refused
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.kernel.words import N_
from khumkan.registry import rules

Cell = TypeVar("Cell")
Column = Sequence[str]
NAME_LENGTH = 100
KINDS = {
    "": IdentifierKind.THAI, "thai": IdentifierKind.THAI, "1": IdentifierKind.THAI, "บัตรประชาชน": IdentifierKind.THAI,
    "passport": IdentifierKind.PASSPORT, "2": IdentifierKind.PASSPORT, "หนังสือเดินทาง": IdentifierKind.PASSPORT,
    "foreign": IdentifierKind.FOREIGN, "3": IdentifierKind.FOREIGN, "บัตรต่างด้าว": IdentifierKind.FOREIGN,
}  # fmt: skip
SEXES = {
    "": "", "f": "F", "m": "M", "female": "F", "male": "M", "หญิง": "F", "ชาย": "M", "ญ": "F", "ช": "M",
    "1": "M", "2": "F",
}  # fmt: skip
SECTIONS = {"": None, "33": 33, "39": 39, "40": 40}
LANGUAGES = {"": "th", "th": "th", "en": "en", "ไทย": "th", "อังกฤษ": "en"}
YES_NO = {
    "": False, "0": False, "1": True, "n": False, "y": True, "no": False, "yes": True, "ไม่": False, "ไม่มี": False,
    "มี": True, "ใช่": True,
}  # fmt: skip


class Problems:
    """The first problem of each row of a piece of a file, by position in the piece."""

    def __init__(self, spoiled: Mapping[int, Reason] | None = None) -> None:
        self.found: dict[int, tuple[str, Reason]] = {
            position: ("", reason) for position, reason in (spoiled or {}).items()
        }

    def add(self, position: int, column: str, reason: Reason) -> None:
        """Note a problem of a row in a column, unless the row has one already."""
        self.found.setdefault(position, (column, reason))


def each(
    cells: Column, parse: Callable[[str], Cell], column: str, problems: Problems, *, empty: Cell | None = None
) -> list[Cell | None]:
    """Parse every cell that is not empty with a function that refuses in words."""
    if not any(cells):
        return [empty] * len(cells)
    parsed: list[Cell | None] = []
    for position, cell in enumerate(cells):
        try:
            parsed.append(parse(cell) if cell else empty)
        except Refused as refusal:
            problems.add(position, column, refusal.reasons[0])
            parsed.append(None)
    return parsed


def chosen(cells: Column, choices: dict[str, Cell], column: str, problems: Problems) -> list[Cell | None]:
    """Look every cell up in a closed list."""
    if not any(cells):
        return [choices.get("")] * len(cells)
    with suppress(KeyError):
        return [choices[cell] for cell in cells]
    values: list[Cell | None] = []
    for position, cell in enumerate(cells):
        key = cell if cell in choices else plain(cell).casefold()
        if key not in choices:
            shown = ", ".join(str(choice) for choice in choices if choice)
            text = N_("“%(text)s” is not one of: %(choices)s.")
            problems.add(position, column, Reason("not_a_choice", text, {"text": cell[:30], "choices": shown}))
        values.append(choices.get(key))
    return values


def numbers(kinds: Sequence[IdentifierKind | None], cells: Column, column: str, problems: Problems) -> list[str | None]:
    """Return the normalised identity numbers of a piece."""
    values: list[str | None] = []
    for position, (kind, cell) in enumerate(zip(kinds, cells, strict=True)):
        if kind is IdentifierKind.THAI and is_thai_number(cell):
            values.append(cell)
            continue
        if kind is None:
            values.append(None)
            continue
        reason = _number_problem(kind, cell)
        if reason is not None:
            problems.add(position, column, reason)
        values.append(None if reason else identifiers.normalise(kind, cell))
    return values


def names(cells: Column, column: str, problems: Problems, *, required: bool, longest: int = NAME_LENGTH) -> list[str]:
    """Return cleaned names; an empty or endless one is a problem."""
    cleaned = list(map(_name, cells))
    if max(map(len, cleaned), default=0) <= longest and not (required and "" in cleaned):
        return cleaned
    for position, name in enumerate(cleaned):
        if len(name) > longest:
            text = N_("The name is longer than %(most)d letters.")
            problems.add(position, column, Reason("name_long", text, {"most": longest}))
        elif required and not name:
            problems.add(position, column, Reason("name_missing", N_("The name is missing.")))
    return cleaned


def births(cells: Column, column: str, problems: Problems, *, today: date) -> list[date | None]:
    """Return dates of birth, in either era, that are not in the future and after 1900."""
    days = each(cells, day, column, problems)
    for position, born in enumerate(days):
        if born is not None and not rules.EARLIEST_BIRTH <= born <= today:
            text = N_("Nobody insured was born on this day: “%(text)s”. Is the year right, and its era?")
            problems.add(position, column, Reason("birth_impossible", text, {"text": cells[position][:30]}))
    return days


@lru_cache(maxsize=65_536)
def day(text: str) -> date:
    """Return the day that a cell means, in either era.

    :raises Refused: when it is none.
    """
    return dates.parse_date(text)


@lru_cache(maxsize=16_384)
def subdistrict(text: str) -> str:
    """Return the code of a subdistrict, of today or of an earlier day.

    :raises Refused: when there never was one.
    """
    code = plain(text)
    if geothai.subdistrict(code) is None and code not in _old_subdistricts():
        raise Refused(
            N_("There is no subdistrict with the code “%(text)s”. It has six digits."), "area_unknown", text=text[:20]
        )
    return code


@lru_cache(maxsize=1024)
def nationality(text: str) -> str:
    """Return a nationality as two letters; Thai is also understood in words.

    :raises Refused: when it is neither.
    """
    code = {"ไทย": "TH", "THAI": "TH", "พม่า": "MM", "เมียนมา": "MM", "กัมพูชา": "KH", "ลาว": "LA", "เวียดนาม": "VN"}.get(
        plain(text).upper(), plain(text).upper()
    )
    if len(code) != 2 or not (code.isascii() and code.isalpha()):
        raise Refused(
            N_("Write the nationality as two letters, such as TH or MM; this is “%(text)s”."),
            "nationality",
            text=text[:20],
        )
    return code


def is_thai_number(text: str) -> bool:
    """Tell whether a text is thirteen plain digits with the right check digit; a quick answer for the usual case."""
    if len(text) != identifiers.THAI_LENGTH or not (text.isascii() and text.isdigit()):
        return False
    weighed = _weights()
    total = weighed[0][text[:3]] + weighed[1][text[3:6]] + weighed[2][text[6:9]] + weighed[3][text[9:12]]
    return (11 - total % 11) % 10 == ord(text[12]) - 48


@cache
def _weights() -> tuple[dict[str, int], ...]:
    """For each group of three digits, its share of the weighted sum of the check digit."""
    return tuple(
        {
            f"{group:03d}": sum(int(digit) * (first - place) for place, digit in enumerate(f"{group:03d}"))
            for group in range(1000)
        }
        for first in (13, 10, 7, 4)
    )


@lru_cache(maxsize=262_144)
def _name(cell: str) -> str:
    return rules.clean_name(cell)


def _number_problem(kind: IdentifierKind, cell: str) -> Reason | None:
    if not cell:
        return Reason("number_missing", N_("The identity number is missing."))
    if "E+" in cell.upper():
        text = N_(
            "A spreadsheet has shortened this number to “%(text)s” and lost its digits. Format the column as text."
        )
        return Reason("number_mangled", text, {"text": cell[:20]})
    return identifiers.problem(kind, cell)


@cache
def _old_subdistricts() -> frozenset[str]:
    return frozenset(area.code for area in abolished_areas() if area.level == "subdistrict")
