"""The staging table: it lives in the transaction of the import, unlogged, and is gone with it."""

from collections.abc import Iterable, Sequence

from django.db import connection

from khumkan.registry.actions.imports.journal import Progress
from khumkan.registry.staging import binary
from khumkan.registry.staging.pieces import Piece

#: Memory for sorting and hashing while the sets are compared; the server's own value suits short queries.
WORK_MEMORY = "256MB"


class Stage:
    """A temporary table, filled by a binary COPY.

    :param joined: the columns by which it is joined, for the planner's figures.
    """

    def __init__(self, name: str, columns: Sequence[tuple[str, str]], *, joined: Sequence[str]) -> None:
        self._name = name
        self._joined = ", ".join(joined)
        self._columns = [column for column, _ in columns]
        described = ", ".join(f"{column} {kind}" for column, kind in columns)
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL work_mem = '{WORK_MEMORY}'")
            cursor.execute(f"CREATE TEMP TABLE {name} ({described}) ON COMMIT DROP")

    def fill(self, results: Iterable[tuple[Piece, bytes]], *, progress: Progress | None) -> bool:
        """Copy the rows of pieces of the file, as they come, and tell whether there were any pieces.

        :param progress: learns the number of the row that was reached.
        """
        listed, last = ", ".join(self._columns), None
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY {self._name} ({listed}) FROM STDIN (FORMAT binary)") as copy:
                copy.write(binary.HEADER)
                for last, rows in results:
                    copy.write(rows)
                    if progress is not None:
                        progress(last.first_row)
                copy.write(binary.TRAILER)
            if last is not None:
                cursor.execute(f"ANALYZE {self._name} ({self._joined})")
        return last is not None
