"""Files that are kept until the queue reads them: sent, read, read again after a death, cancelled.

A kept file stands sealed in the database, so that any worker finds it. Reading it is one transaction, as for every
import; a worker that dies leaves the file and nothing else, and the next one begins anew.
"""

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from django.db import connection, connections, transaction
from django.db.models import F

from khumkan import record
from khumkan.kernel import clock, crypto
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.record import queue
from khumkan.registry import permissions
from khumkan.registry.actions.imports import journal
from khumkan.registry.actions.imports.employers import read_employers
from khumkan.registry.actions.imports.filings import read_filing
from khumkan.registry.actions.imports.journal import Cancelled, FilingOf
from khumkan.registry.actions.imports.persons import read_people
from khumkan.registry.models import Import, KeptFile, KeptPiece
from khumkan.registry.models.imports import kept_piece_place
from khumkan.registry.states import OPEN, ImportKind, ImportState

#: A larger file goes in by the console command, which reads it from the disk.
LARGEST_BYTES = 500 * 1024 * 1024
#: Seconds between two reports of how far a file is.
REPORT_EVERY = 1.0
_REPORT = """
    UPDATE registry_keptfile SET reached = %s WHERE batch_id = %s RETURNING cancel_asked_at IS NOT NULL
"""


@transaction.atomic
def receive_import(
    *, kind: ImportKind, chunks: Iterable[bytes], name: str, filing: FilingOf | None = None, by: Actor
) -> tuple[Import, bool]:
    """Keep a file and queue its reading; return the import and whether it is new.

    A file that is waiting or being read already gives the import that is there.

    :param chunks: the bytes of the file, about a megabyte each.
    :param filing: whose filing it is, as `checked_filing` returned it.
    :raises Refused: when the actor may not send such a file, or it is empty or too large.
    """
    _check_may_send(by, filing.employer_id if filing else None)
    batch = journal.note(kind=kind, name=name, size=0, by=by, filing=filing, state=ImportState.WAITING)
    kept = KeptFile.objects.create(batch=batch, lines=0)
    digest, size, lines = hashlib.sha256(), 0, 0
    for number, chunk in enumerate(chunks):
        digest.update(chunk)
        size, lines = size + len(chunk), lines + chunk.count(b"\n")
        _check_size(size)
        sealed = crypto.seal(chunk, where=kept_piece_place(batch.pk, number))
        KeptPiece.objects.create(file=kept, number=number, sealed=sealed)
    if not size:
        raise Refused(N_("The file is empty."), "file_empty")
    twin = _twin(batch, digest.digest())
    if twin is not None:
        journal.forget_file(batch.pk)
        batch.delete()
        return twin, False
    KeptFile.objects.filter(pk=batch.pk).update(lines=lines)
    batch.file_hash, batch.file_bytes = digest.digest(), size
    batch.save(update_fields=["file_hash", "file_bytes"])
    record.write("registry.file_received", by=by, about=batch, data={"kind": kind.value, "bytes": size})
    queue.put(journal.READ, import_id=batch.pk)
    return batch, True


@transaction.atomic
def cancel_import(*, import_id: int, by: Actor) -> None:
    """Cancel an import that waits, or ask the one that runs to stop; nothing of its file is taken over then.

    :raises Refused: when it is over already, or the actor may not send such a file.
    """
    _check_may_send(by, Import.objects.get(pk=import_id).employer_id)
    # Only what is committed as waiting is touched: the row of an import that runs is locked until its end.
    waiting = Import.objects.filter(pk=import_id, state=ImportState.WAITING)
    if waiting.update(state=ImportState.CANCELLED, finished_at=clock.now()):
        journal.forget_file(import_id)
    elif not KeptFile.objects.filter(pk=import_id).update(cancel_asked_at=clock.now()):
        raise Refused(N_("This file has been read to its end. It can no longer be cancelled."), "import_over")
    record.write("registry.import_cancelled", by=by, about=Import.objects.get(pk=import_id))


def read_kept(import_id: int) -> Import | None:
    """Read a kept file. Nothing happens when somebody else reads it at the moment, or when it is over."""
    with _alone(import_id) as is_mine:
        batch = _begun(import_id) if is_mine else None
        if batch is None:
            return None
        with _unsealed(batch) as file, _reporting(batch) as progress:
            return READERS[ImportKind(batch.kind)](batch, file, by=_sender(batch), progress=progress)


#: By which each kind of file is read.
READERS: dict[ImportKind, Callable[..., Import]] = {
    ImportKind.PERSONS: read_people,
    ImportKind.EMPLOYERS: read_employers,
    ImportKind.FILING: read_filing,
}


def _check_may_send(by: Actor, employer_id: int | None) -> None:
    """Check that the actor may send a filing of the employer or, without one, a file of the whole register."""
    if employer_id is None:
        permissions.check_may_import(by)
    else:
        permissions.check_may_file(by, employer_id=employer_id)


def _check_size(size: int) -> None:
    if size > LARGEST_BYTES:
        raise Refused(
            N_("The file is larger than %(most)d MB. Please send it in parts."),
            "file_large",
            most=LARGEST_BYTES // 1024**2,
        )


def _twin(batch: Import, digest: bytes) -> Import | None:
    same = {"kind": batch.kind, "employer": batch.employer_id, "branch_serial": batch.branch_serial}
    found = Import.objects.filter(state__in=OPEN, file_hash=digest, month=batch.month, kept__isnull=False, **same)
    return found.exclude(pk=batch.pk).order_by("pk").first()


def _begun(import_id: int) -> Import | None:
    """Mark a kept file as being read; None when it is over already."""
    with transaction.atomic():
        if not Import.objects.filter(pk=import_id, state__in=OPEN).update(state=ImportState.RUNNING):
            return None
        KeptFile.objects.filter(pk=import_id).update(attempts=F("attempts") + 1, reached=0)
    return Import.objects.get(pk=import_id)


def _sender(batch: Import) -> Actor:
    """Return who sent the file, as the record names them; what they might do was checked when it was received."""
    return Actor(ActorKind(batch.by_kind), batch.by_id)


@contextmanager
def _alone(import_id: int) -> Iterator[bool]:
    """Hold the lock of an import unless another process does; tell whether it is held here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", journal.lock_of(import_id))
        is_mine = bool(cursor.fetchone()[0])
    try:
        yield is_mine
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", journal.lock_of(import_id))


@contextmanager
def _unsealed(batch: Import) -> Iterator[BinaryIO]:
    """Give the bytes of a kept file, as a file without a name that is gone with the process."""
    with tempfile.TemporaryFile() as file:
        for piece in KeptPiece.objects.filter(file=batch.pk).order_by("number").iterator(chunk_size=1):
            file.write(crypto.open_sealed(bytes(piece.sealed), where=kept_piece_place(batch.pk, piece.number)))
        file.seek(0)
        yield file


@contextmanager
def _reporting(batch: Import) -> Iterator[journal.Progress]:
    """Give a function that tells the page how far the file is, past the transaction in which it is read.

    It raises `Cancelled` when somebody has asked to stop.
    """
    own, due = connections.create_connection(connection.alias), 0.0

    def report(row: int) -> None:
        nonlocal due
        if time.monotonic() < due:
            return
        due = time.monotonic() + REPORT_EVERY
        with own.cursor() as cursor:
            cursor.execute(_REPORT, [row, batch.pk])
            found = cursor.fetchone()
        if found is not None and found[0]:
            raise Cancelled

    try:
        yield report
    finally:
        own.close()
