"""Reading a laboratory's file: which column is which, and what each row says; codes are looked up later."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from khumkan.kernel import references
from khumkan.kernel.digits import plain
from khumkan.kernel.errors import Reason, Refused
from khumkan.kernel.files.cells import Value, cell_date, cell_text
from khumkan.kernel.words import N_
from khumkan.screening.choices import Outcome
from khumkan.screening.terms.laboratory import ResultFileTerms

#: What does not matter in the name of a column or a word for an outcome. A plus or minus may be the whole word.
SPACERS = re.compile(r"[\s_./():*#-]+")
EARLIEST = date(2020, 1, 1)

#: Why a row was not simply accepted. The codes stand in the database; the sentences are shown.
ROW_REASONS: Mapping[str, str] = {
    "code_missing": N_("The specimen code is missing."),
    "code_wrong": N_("The specimen code is not right: a letter or digit was mistyped."),
    "code_unknown": N_("No specimen with this code was sent to this laboratory."),
    "code_number": N_("The specimen code is a number: the spreadsheet has changed it. Format the column as text."),
    "outcome_missing": N_("The result is missing."),
    "outcome_unknown": N_("The result “%(text)s” is not known. Write positive, negative or invalid."),
    "day_unreadable": N_("“%(text)s” is not a date. Write day, month and year, for example 16/08/2564."),
    "day_before_specimen": N_("The test is dated before the specimen was taken."),
    "day_in_future": N_("The test is dated in the future."),
    "rows_contradict": N_("Another row of this file says something else about the same specimen."),
    "not_received": N_("The box with this specimen has not been sent to this laboratory."),
    "in_pool": N_("This specimen is in a pool that has no result yet."),
    "spoiled": N_("This specimen was marked as spoiled; the person was asked to come again."),
    "waits_for_release": N_("A result of this specimen was entered by hand and waits for its release."),
    "differs": N_("Another result was released before. Mark the row as a correction if this one is right."),
    "correction_needs_result": N_("Marked as a correction, but this specimen has no released result."),
    "too_long": N_("A cell of this row is longer than %(most)d characters."),
    "same_in_file": N_("The same as an earlier row of this file."),
    "same_before": N_("This result was already released."),
}
NO_CODE_COLUMN = N_("The first row has no column for the specimen code. It may be called: %(known)s. Found: %(found)s.")
NO_OUTCOME_COLUMN = N_("The first row has no column for the result. It may be called: %(known)s. Found: %(found)s.")
#: No honest cell of such a file is longer.
LONGEST_CELL = 200


@dataclass(frozen=True)
class Layout:
    """Where the columns stand, counted from 0, and what they are called in this file."""

    code: int
    outcome: int
    day: int | None
    correction: int | None
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says. With a reason it is refused, and `column` is the column to blame."""

    number: int
    code: str = ""
    outcome: str = ""
    tested_on: date | None = None
    is_correction: bool = False
    column: str = ""
    reason: str = ""
    params: Mapping[str, str | int] = field(default_factory=dict)


def normal(text: str) -> str:
    """Return a word without what does not matter: case, blanks, punctuation; a lone sign stays."""
    packed = plain(text).lower()
    return SPACERS.sub("", packed) or packed


def layout_of(header: Sequence[str], terms: ResultFileTerms) -> Layout:
    """Find the columns by their names, in Thai or English, wherever they stand.

    :raises Refused: naming the column that is missing, what was found, and what it may be called.
    """
    names = tuple(plain(name) for name in header)
    found = [normal(name) for name in names]

    def position(known: Sequence[str]) -> int | None:
        wanted = {normal(name) for name in known}
        return next((index for index, name in enumerate(found) if name in wanted), None)

    code, outcome = position(terms.code_columns), position(terms.outcome_columns)
    if code is None:
        raise _column_missing(NO_CODE_COLUMN, names, terms.code_columns)
    if outcome is None:
        raise _column_missing(NO_OUTCOME_COLUMN, names, terms.outcome_columns)
    return Layout(code, outcome, position(terms.day_columns), position(terms.correction_columns), names)


def reason(code: str, params: Mapping[str, object]) -> Reason:
    """Return the sentence of a stored reason."""
    return Reason(code, ROW_REASONS[code], params)


class RowReader:
    """Reads the rows of one file. What repeats in a file (words, days) is worked out once."""

    def __init__(self, layout: Layout, terms: ResultFileTerms) -> None:
        self.layout = layout
        self._outcomes = {
            normal(word): outcome
            for outcome, words in (
                (Outcome.POSITIVE, terms.positive_words),
                (Outcome.NEGATIVE, terms.negative_words),
                (Outcome.INVALID, terms.invalid_words),
            )
            for word in words
        }
        self._yes = {normal(word) for word in terms.yes_words}
        self._said: dict[Value, str | None] = {}
        self._days: dict[Value, date | None] = {}

    def read(self, number: int, cells: Sequence[Value]) -> Row:
        """Return what a row says, or the first thing that is wrong with it."""
        layout = self.layout
        if any([isinstance(cell, str) and len(cell) > LONGEST_CELL for cell in cells]):
            return Row(number, reason="too_long", params={"most": LONGEST_CELL})
        code = _text(cells, layout.code)
        stored = references.read(code)
        if stored is None:
            return self._refused(number, layout.code, _code_problem(code, cells[layout.code]), code=code)
        outcome = self._outcome(_cell(cells, layout.outcome))
        if outcome is None:
            said = _text(cells, layout.outcome)
            wrong = "outcome_unknown" if said else "outcome_missing"
            return self._refused(number, layout.outcome, wrong, code=code, text=said[:40])
        day_cell = _cell(cells, layout.day)
        day = self._day(day_cell)
        if day is None and layout.day is not None and day_cell not in (None, ""):
            return self._refused(number, layout.day, "day_unreadable", code=code, text=str(day_cell)[:30])
        corrects = layout.correction is not None and normal(_text(cells, layout.correction)) in self._yes
        return Row(number, stored, outcome, day, corrects)

    def _refused(self, number: int, column: int, reason: str, *, code: str, text: str = "") -> Row:
        params: Mapping[str, str | int] = {"text": text} if text else {}
        return Row(number, code[:20], column=self.layout.names[column][:60], reason=reason, params=params)

    def _outcome(self, cell: Value) -> str | None:
        """Return the outcome of a word; what was said before is known by its exact letters."""
        if cell not in self._said:
            self._said[cell] = self._outcomes.get(normal(_text((cell,), 0)))
        return self._said[cell]

    def _day(self, cell: Value) -> date | None:
        if cell is None or cell == "":
            return None
        key = cell if not isinstance(cell, datetime) else cell.date()
        if key not in self._days:
            self._days[key] = _readable_day(cell)
        return self._days[key]


def _readable_day(cell: Value) -> date | None:
    try:
        day = cell_date(cell)
    except (Refused, ValueError, OverflowError):
        return None
    return day if day and day >= EARLIEST else None


def _code_problem(code: str, cell: Value) -> str:
    if not code:
        return "code_missing"
    return "code_number" if isinstance(cell, int | float) else "code_wrong"


def _cell(cells: Sequence[Value], index: int | None) -> Value:
    return cells[index] if index is not None and index < len(cells) else None


def _text(cells: Sequence[Value], index: int | None) -> str:
    text = cell_text(_cell(cells, index))
    return text.replace("\x00", "") if "\x00" in text else text


def _column_missing(sentence: str, names: Sequence[str], known: Sequence[str]) -> Refused:
    return Refused(
        sentence,
        "column_missing",
        known=", ".join([*known[:4], *known[-4:]]),
        found=", ".join(name[:30] for name in names if name)[:200] or "–",
    )
