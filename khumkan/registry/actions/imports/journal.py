"""The row of the table of imports that belongs to a file: opened before, closed with what became of it."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.db import connection, transaction

from khumkan import record
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.files.limits import REGISTER, Limits
from khumkan.kernel.files.text import TextForm, examine
from khumkan.record.entries import Data
from khumkan.registry.models import Import
from khumkan.registry.staging.headings import Field, layout_of
from khumkan.registry.staging.reading import heading_of
from khumkan.registry.states import ImportKind, ImportState

PREFIX = "F"
#: Namespace of the advisory locks that running imports hold (two-key form): a lock that is free belongs to a dead
#: process.
LOCKS = 0x1A
NAME_LENGTH = 200
Progress = Callable[[int], None]


class Cancelled(Exception):
    """Raised by a progress callback to stop an import; nothing of the file is taken over."""


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
def journalled(source: Path | BinaryIO, *, kind: ImportKind, by: Actor, name: str) -> Iterator[tuple[Import, BinaryIO]]:
    """Open the journal row of a file, and close it whatever happens within the `with` block.

    A refusal of the whole file is stored with its reason and does not come out; `Cancelled` neither. Anything else
    marks the import as broken off and goes on to the caller.
    """
    with _opened(source) as file:
        batch = _begin(file, kind, by, name)
        with _locked(batch.pk):
            try:
                yield batch, file
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
                _end(batch, ImportState.FAILED)
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


def close_broken_imports() -> int:
    """Mark imports whose process is gone as broken off, and return how many; nothing of theirs was taken over."""
    closed = 0
    for batch in Import.objects.filter(state=ImportState.RUNNING).order_by("pk"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCKS, _lock_key(batch.pk)])
            if cursor.fetchone()[0]:
                _end(batch, ImportState.FAILED)
                closed += 1
    return closed


def _begin(file: BinaryIO, kind: ImportKind, by: Actor, name: str) -> Import:
    return Import.objects.create(
        reference=references.new(PREFIX),
        kind=kind,
        file_name=(name or Path(str(getattr(file, "name", ""))).name)[:NAME_LENGTH],
        file_hash=b"",
        file_bytes=_size(file),
        by_kind=by.kind.value,
        by_id=by.id,
        started_at=clock.now(),
    )


def _end(batch: Import, state: ImportState, **columns: object) -> None:
    Import.objects.filter(pk=batch.pk, state=ImportState.RUNNING).update(
        state=state, finished_at=clock.now(), **columns
    )


@contextmanager
def _opened(source: Path | BinaryIO) -> Iterator[BinaryIO]:
    if isinstance(source, Path):
        with source.open("rb") as file:
            yield file
    else:
        yield source


@contextmanager
def _locked(import_id: int) -> Iterator[None]:
    keys = [LOCKS, _lock_key(import_id)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", keys)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", keys)


def _lock_key(import_id: int) -> int:
    return import_id % 2**31


def _size(file: BinaryIO) -> int:
    file.seek(0, os.SEEK_END)
    size = file.tell()
    file.seek(0)
    return size
