"""The row of the table of imports that belongs to a file: added before, closed with what became of it."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO, NamedTuple

from django.db import connection, transaction

from khumkan import record
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Reason, Refused
from khumkan.kernel.files.limits import REGISTER, Limits
from khumkan.kernel.files.text import TextForm, examine
from khumkan.record import queue
from khumkan.record.entries import Data
from khumkan.registry.models import Import, KeptFile, KeptPiece
from khumkan.registry.staging.headings import Field, layout_of
from khumkan.registry.staging.reading import heading_of
from khumkan.registry.states import ImportKind, ImportState

PREFIX = "F"
#: Namespace of the advisory locks that running imports hold (two-key form): a lock that is free belongs to a dead
#: process.
LOCKS = 0x1A
NAME_LENGTH = 200
#: The task that reads a kept file.
READ = "registry.read_import"
#: A kept file whose reading broke off this often is given up.
MOST_ATTEMPTS = 3
Progress = Callable[[int], None]


class Cancelled(Exception):
    """Raised by a progress callback to stop an import; nothing of the file is taken over."""


class FilingOf(NamedTuple):
    """Whose filing a file is.

    :param month: its first day.
    """

    employer_id: int
    branch_serial: str
    month: date


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows met which end."""

    accepted: int
    refused: int
    duplicate: int
    unchanged: int

    def __add__(self, more: "Counts") -> "Counts":
        return Counts(
            self.accepted + more.accepted,
            self.refused + more.refused,
            self.duplicate + more.duplicate,
            self.unchanged + more.unchanged,
        )

    @property
    def rows_in(self) -> int:
        """All rows of the file."""
        return self.accepted + self.refused + self.duplicate + self.unchanged


@contextmanager
def opened(
    source: Path | BinaryIO, *, kind: ImportKind, by: Actor, name: str, filing: FilingOf | None = None
) -> Iterator[tuple[Import, BinaryIO]]:
    """Open a file that is read at once, and its row in the journal."""
    with _opened(source) as file:
        yield note(kind=kind, name=name or _name_of(file), size=_size(file), by=by, filing=filing), file


def note(
    *,
    kind: ImportKind,
    name: str,
    size: int,
    by: Actor,
    filing: FilingOf | None,
    state: ImportState = ImportState.RUNNING,
) -> Import:
    """Add the row of a file to the journal.

    :param size: of the file in bytes.
    """
    return Import.objects.create(
        reference=references.new(PREFIX),
        kind=kind,
        state=state,
        file_name=name[:NAME_LENGTH],
        file_hash=b"",
        file_bytes=size,
        by_kind=by.kind.value,
        by_id=by.id,
        started_at=clock.now(),
        **(filing._asdict() if filing else {}),
    )


@contextmanager
def journalled(batch: Import) -> Iterator[None]:
    """Close the journal row of a file whatever happens within the `with` block.

    A refusal of the whole file is stored with its reason and does not come out; `Cancelled` neither. Anything else
    breaks the import off and goes on to the caller.
    """
    with locked(batch.pk):
        try:
            yield
        except Refused as refusal:
            reason = refusal.reasons[0]
            _end(
                batch,
                ImportState.REFUSED,
                problem_code=reason.code,
                problem_text=reason.text,
                problem_params=dict(reason.params),
            )
        except Cancelled:
            _end(batch, ImportState.CANCELLED)
        except BaseException:
            _break_off(batch)
            raise


def examined(
    batch: Import, file: BinaryIO, fields: Sequence[Field], *, limits: Limits = REGISTER
) -> tuple[TextForm, list[str], dict[str, int]]:
    """Return how the text of a file is read, its headings, and where each field stands; noted in the journal.

    :raises Refused: when it is no text, a required column is missing, or there are no rows.
    """
    form = examine(file, limits=limits)
    noted = Import.objects.filter(pk=batch.pk)
    noted.update(file_hash=form.digest, file_bytes=form.size, read_as=str(form))
    heading = heading_of(file, form)
    layout = layout_of(heading, fields)
    noted.update(heading=[text.strip() for text in heading])
    return form, heading, layout


def finish(batch: Import, counts: Counts, *, by: Actor) -> None:
    """Close the journal row in the transaction that takes the rows over."""
    _end(
        batch,
        ImportState.DONE,
        rows_in=counts.rows_in,
        accepted=counts.accepted,
        refused=counts.refused,
        duplicate=counts.duplicate,
        unchanged=counts.unchanged,
    )
    data: Data = {
        "kind": batch.kind,
        "rows": counts.rows_in,
        "accepted": counts.accepted,
        "refused": counts.refused,
    }
    record.write("registry.file_imported", by=by, about=batch, data=data)


def refuse(batch: Import, counts: Counts, reason: Reason) -> None:
    """Close the journal row of a file of which nothing is taken over because some of its rows are wrong."""
    _end(
        batch,
        ImportState.REFUSED,
        problem_code=reason.code,
        problem_text=reason.text,
        problem_params=dict(reason.params),
        rows_in=counts.rows_in,
        refused=counts.refused,
        duplicate=counts.duplicate,
    )


def close_broken_imports() -> int:
    """Break off the imports whose process is gone, and return how many; nothing of theirs was taken over."""
    closed = 0
    for batch in Import.objects.filter(state=ImportState.RUNNING).order_by("pk"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", lock_of(batch.pk))
            if cursor.fetchone()[0]:
                _break_off(batch)
                closed += 1
    return closed


def _break_off(batch: Import) -> None:
    """Let a kept file wait to be read again, a few times; mark any other import as broken off."""
    if KeptFile.objects.filter(pk=batch.pk, attempts__lt=MOST_ATTEMPTS).exists():
        with transaction.atomic():
            if Import.objects.filter(pk=batch.pk, state=ImportState.RUNNING).update(state=ImportState.WAITING):
                queue.put(READ, import_id=batch.pk)
    else:
        _end(batch, ImportState.FAILED)


@transaction.atomic
def _end(batch: Import, state: ImportState, **columns: object) -> None:
    Import.objects.filter(pk=batch.pk, state=ImportState.RUNNING).update(
        state=state, finished_at=clock.now(), **columns
    )
    forget_file(batch.pk)


def forget_file(import_id: int) -> None:
    """Delete the kept file of an import that is over."""
    KeptPiece.objects.filter(file=import_id).delete()
    KeptFile.objects.filter(pk=import_id).delete()


@contextmanager
def _opened(source: Path | BinaryIO) -> Iterator[BinaryIO]:
    if isinstance(source, Path):
        with source.open("rb") as file:
            yield file
    else:
        yield source


@contextmanager
def locked(import_id: int) -> Iterator[None]:
    """Hold the lock by which others see that the import runs."""
    keys = lock_of(import_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", keys)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", keys)


def lock_of(import_id: int) -> list[int]:
    """Return the two keys of the advisory lock of an import."""
    return [LOCKS, import_id % 2**31]


def _name_of(file: BinaryIO) -> str:
    return Path(str(getattr(file, "name", ""))).name


def _size(file: BinaryIO) -> int:
    file.seek(0, os.SEEK_END)
    size = file.tell()
    file.seek(0)
    return size
