"""What the imports have in common: running scripts of SQL, counting verdicts, naming reasons."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper

from khumkan.kernel.errors import Reason
from khumkan.registry.actions.imports.journal import Counts
from khumkan.registry.actions.imports.reports import NotTaken
from khumkan.registry.states import RowVerdict

#: Somebody may register one of the keys meanwhile; one more try finds it as known.
TRIES = 3
DUPLICATE_CODE = "duplicate"
ROWS_AT_ONCE = 10_000
Columns = Mapping[str, tuple[str, str]]
Bound = int | str | date | datetime | None


def run(cursor: CursorWrapper, scripts: Iterable[str], values: Mapping[str, Bound]) -> None:
    """Run the statements of scripts, parted by semicolons, with bound values."""
    for script in scripts:
        for statement in script.split(";"):
            cursor.execute(statement, values)


def tried_again(write: Callable[[], None]) -> None:
    """Run a write in a savepoint, and again when a row that somebody else has just committed stands in its way."""
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                write()
            return
        except IntegrityError:
            if attempt == TRIES - 1:
                raise


def counts(statement: str) -> Counts:
    """Return the counts from a statement that selects duplicate, refused, accepted and all rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        duplicate, refused, accepted, rows_in = cursor.fetchone()
    return Counts(accepted, refused, duplicate, rows_in - accepted - refused - duplicate)


def not_taken(statement: str, *, refusals: Columns, duplicate: tuple[str, str]) -> Iterator[NotTaken]:
    """Yield the rows that are not taken over, in the order of the file, a few thousand in memory at once.

    :param statement: selects row, code, and column, text and values of a problem that the cells themselves have, for
        rows after `%(after)s`, at most `%(most)s`.
    :param refusals: column and sentence of the codes that only the database finds.
    """
    after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"after": after, "most": ROWS_AT_ONCE})
            rows: Sequence[tuple[int, str, str | None, str | None, str | None]] = cursor.fetchall()
        for row, code, column, text, params in rows:
            if code == DUPLICATE_CODE:
                yield NotTaken(row, RowVerdict.DUPLICATE, duplicate[0], Reason(code, duplicate[1]))
            elif text is None:
                yield NotTaken(row, RowVerdict.REFUSED, refusals[code][0], Reason(code, refusals[code][1]))
            else:
                yield NotTaken(row, RowVerdict.REFUSED, column or "", Reason(code, text, json.loads(params or "{}")))
        if len(rows) < ROWS_AT_ONCE:
            return
        after = rows[-1][0]
