"""What the rows of a list say, column by column, as rows of a staging table. Nothing is looked up yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from khumkan.kernel import dates, identifiers
from khumkan.kernel.errors import Reason
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.registry import rules as registry_rules
from khumkan.registry.staging import binary, cells
from khumkan.registry.staging.cells import Problems
from khumkan.registry.staging.columns import Staging, Values, encoded, params_text
from khumkan.registry.staging.people_rows import number_indexes
from khumkan.vaccination.rules.lists import FIELDS, ROW_REASONS

#: Of the staging table: column, type, how it is encoded.
STAGING: Staging = (
    ("row_number", "integer", binary.integers),
    ("given", "bigint", binary.bigints),
    ("number_index", "bytea", binary.blobs),
    ("name_key", "text", binary.texts),
    ("birth", "date", binary.dates),
    ("branch", "text", binary.common_texts),
    ("blamed", "text", binary.common_texts),
    ("code", "text", binary.common_texts),
    ("params", "text", binary.common_texts),
)
#: Cells of one row that are kept; a list has no more.
KEPT_CELLS = 30
#: Letters of one cell that are kept.
KEPT_LETTERS = 200


@dataclass(frozen=True)
class Rows:
    """Some rows of a list.

    :param texts: the cells of each row as text, in the columns of the file.
    :param given: who is meant where that is settled already; then number, name and birth say nothing any more.
    """

    numbers: Sequence[int]
    texts: Sequence[Sequence[str]]
    given: Sequence[int | None] = field(default_factory=tuple)


def kept_texts(texts: Sequence[str]) -> list[str]:
    """Return the cells of a row as they are kept; a NUL cannot be stored and is never meant."""
    whole = "".join(texts)
    if len(whole) <= KEPT_LETTERS and len(texts) <= KEPT_CELLS and "\x00" not in whole:  # nearly every row
        return list(texts)
    return [text[:KEPT_LETTERS].replace("\x00", "") for text in texts[:KEPT_CELLS]]


def staged(rows: Rows, *, layout: Mapping[str, int], heading: Sequence[str], today: date) -> bytes:
    """Return rows as rows of a binary COPY into the staging table."""
    columns = _columns(rows.texts, layout)
    problems = Problems()
    kinds = cells.chosen(columns["id_kind"], cells.KINDS, "id_kind", problems)
    numbers = cells.numbers(kinds, _whole_numbers(kinds, columns["id_number"]), "id_number", problems)
    count = len(rows.numbers)
    values: Values = {
        "row_number": rows.numbers,
        "given": rows.given or [None] * count,
        "name_key": _name_keys(columns, problems),
        "birth": _births(columns["birth_date"], problems, today=today),
        "branch": cells.each(columns["branch"], _branch, "branch", problems, empty=""),
    }
    _forget(problems, rows.given)
    values["number_index"] = number_indexes(kinds, numbers)
    blamed, codes, params = [""] * count, [""] * count, ["{}"] * count
    for position, (name, reason) in problems.found.items():
        blamed[position] = heading[layout[name]][:100] if name in layout else ""
        codes[position], params[position] = _known(reason), params_text(reason)
    return encoded({**values, "blamed": blamed, "code": codes, "params": params}, STAGING)


def branch_of(texts: Sequence[str], layout: Mapping[str, int]) -> str:
    """Return the serial of the branch that a row names; empty when it names none."""
    place = layout.get("branch")
    return _branch(texts[place]) if place is not None and place < len(texts) and texts[place].strip() else ""


def _columns(texts: Sequence[Sequence[str]], layout: Mapping[str, int]) -> dict[str, list[str]]:
    transposed = list(zip(*texts, strict=True)) if texts else []
    empty = [""] * len(texts)
    return {
        each.name: list(map(str.strip, transposed[layout[each.name]]))
        if each.name in layout and layout[each.name] < len(transposed)
        else empty
        for each in FIELDS
    }


def _whole_numbers(kinds: Sequence[IdentifierKind | None], column: Sequence[str]) -> list[str]:
    """Give Thai numbers back the zeros that a spreadsheet took off the front, where the check digit then agrees."""
    return [
        _refilled(cell) if kind is IdentifierKind.THAI and len(cell) != identifiers.THAI_LENGTH else cell
        for kind, cell in zip(kinds, column, strict=True)
    ]


def _refilled(cell: str) -> str:
    text = cell.removesuffix(".0")
    if not (text.isascii() and text.isdigit() and len(text) >= identifiers.THAI_LENGTH - 3):
        return text
    filled = text.zfill(identifiers.THAI_LENGTH)
    return filled if cells.is_thai_number(filled) else text


def _name_keys(columns: Mapping[str, Sequence[str]], problems: Problems) -> list[str]:
    """Return names in the form in which they are compared; a whole name in one column is understood too."""
    firsts = cells.names(columns["first_name"], "first_name", problems, required=True)
    lasts = cells.names(columns["last_name"], "last_name", problems, required=False)
    return [f"{_without_title(first)} {last}".strip().casefold() for first, last in zip(firsts, lasts, strict=True)]


def _births(column: Sequence[str], problems: Problems, *, today: date) -> list[date | None]:
    days = cells.each(column, _day, "birth_date", problems)
    for position, born in enumerate(days):
        if not column[position]:
            problems.add(position, "birth_date", Reason("birth_missing", ROW_REASONS["birth_missing"]))
        elif born is not None and not registry_rules.EARLIEST_BIRTH <= born <= today:
            text = {"text": column[position][:30]}
            problems.add(position, "birth_date", Reason("birth_impossible", ROW_REASONS["birth_impossible"], text))
            days[position] = None
    return days


def _forget(problems: Problems, given: Sequence[int | None]) -> None:
    """Leave out the problems of rows of which it is settled who is meant; a wrong branch stays wrong."""
    for position, person_id in enumerate(given):
        if person_id is not None and position in problems.found and problems.found[position][0] != "branch":
            del problems.found[position]


def _known(reason: Reason) -> str:
    return reason.code if reason.code in ROW_REASONS else "date_unreadable"


@lru_cache(maxsize=65_536)
def _day(text: str) -> date:
    """Return the day of a cell in either era, also as the serial number that a spreadsheet has for it."""
    number = text.removesuffix(".0")
    if number.isascii() and number.isdigit() and int(number) in dates.EXCEL_SERIALS:
        return dates.parse_excel_date(int(number))
    try:
        moment = datetime.fromisoformat(text) if " " in text else None
    except ValueError:
        moment = None
    return dates.parse_excel_date(moment) if moment else dates.parse_date(text)


@lru_cache(maxsize=262_144)
def _without_title(name: str) -> str:
    return registry_rules.split_title(name)[1]


@lru_cache(maxsize=1024)
def _branch(text: str) -> str:
    return registry_rules.branch_serial(text.removesuffix(".0"))
