"""Taking the record out: to a file that anybody can verify, and as a head short enough to print in a newspaper."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import connection, transaction

from khumkan.kernel import clock
from khumkan.record import sealing, verifier
from khumkan.record.lines import NO_LINK, compact, moment
from khumkan.record.models import Seal
from khumkan.record.sealing import BEGINNING
from khumkan.record.verifier import FORMAT, Head, Report

#: Beyond every position: eras are small integers.
_AFTER_ALL = (32_767, 2**63 - 1)


def export(file: Path) -> int:
    """Write the whole record to a file, sealed and unsealed events, as of one moment; return the number of lines."""
    count = 0
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with draft.open("wb") as out:
            for line in lines():
                out.write(line)
                count += 1
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    return count


def verify(file: Path, *, key: str = "", heads: Iterable[str] = ()) -> Report:
    """Check an exported file; see `verifier`.

    :raises ValueError: when a head cannot be read.
    """
    with file.open("rb") as source:
        return verifier.verify(source, key=key, heads=[Head.parse(head) for head in heads])


def verify_database(*, heads: Iterable[str] = ()) -> Report:
    """Check the record in the database, with our own key."""
    parsed = [Head.parse(head) for head in heads]
    return verifier.verify(lines(), key=sealing.public_key().hex(), heads=parsed)


def head() -> Head | None:
    """Return the newest seal's number and link; print it or keep it elsewhere, and nobody can cut the record before."""
    newest = Seal.objects.order_by("-number").first()
    return Head(newest.number, bytes(newest.link).hex()) if newest else None


def lines() -> Iterator[bytes]:
    """Return the lines of an export, as of one moment."""
    with transaction.atomic():
        if not connection.savepoint_ids:  # within a larger transaction, that one decides what is seen
            _freeze()
        yield _line({"khumkan_record": FORMAT, "public_key": sealing.public_key().hex(), "at": moment(clock.now())})
        end, previous = BEGINNING, NO_LINK
        for seal in Seal.objects.order_by("number").iterator(chunk_size=1_000):
            reach = (seal.to_era, seal.to_xid)
            yield from sealing.lines_between(end, reach)
            yield _line({"seal": _seal_value(seal, previous)})
            end, previous = max(end, reach), bytes(seal.link)
        yield from sealing.lines_between(end, _AFTER_ALL)


def _freeze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _seal_value(seal: Seal, previous: bytes) -> dict[str, object]:
    words = sealing.words_of(seal, previous)
    return {
        "number": words.number,
        "first": words.first,
        "end": words.end,
        "events": words.events,
        "at": moment(words.at),
        "digest": words.digest.hex(),
        "previous": words.previous.hex(),
        "link": bytes(seal.link).hex(),
        "signature": bytes(seal.signature).hex(),
    }


def _line(value: object) -> bytes:
    return compact(value).encode() + b"\n"
