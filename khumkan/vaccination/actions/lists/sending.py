"""Sending a list: as a file, as pasted cells, one person, or from what the office has already."""

import csv
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO

from django.db import transaction

from khumkan import record
from khumkan.kernel import clock, crypto, references
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Refused
from khumkan.kernel.files.text import separator_of
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.kernel.words import N_
from khumkan.record import queue
from khumkan.registry.queries.employment import sizes
from khumkan.registry.staging.headings import layout_of
from khumkan.vaccination.actions.lists import steps
from khumkan.vaccination.actions.lists.checking import HEADING, LARGEST_BYTES, check_list
from khumkan.vaccination.choices import ListSource
from khumkan.vaccination.models import ListFile, Roster
from khumkan.vaccination.models.lists import content_place
from khumkan.vaccination.rules.lists import FIELDS
from khumkan.vaccination.states import ListFileState

PREFIX = "L"
CHECK = "vaccination.check_list"
#: What is larger, some hundred rows, is checked by the queue.
AT_ONCE_BYTES = 64 * 1024
AT_ONCE_PEOPLE = 500
OPEN = (ListFileState.WAITING, ListFileState.CHECKED)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What somebody sends.

    :param replaces: whether whoever is missing in it is taken off the list.
    """

    content: bytes
    name: str = ""
    source: ListSource = ListSource.FILE
    replaces: bool = False


@dataclass(frozen=True, kw_only=True)
class Worker:
    """One employee as an employer names them."""

    id_kind: IdentifierKind = IdentifierKind.THAI
    id_number: str
    title: str = ""
    first_name: str
    last_name: str = ""
    birth_date: date | None
    branch: str = ""


def send_list(*, roster: Roster, sent: Sent, by: Actor, at_once: bool = False) -> tuple[ListFile, bool]:
    """Keep a list and have it checked; return it and whether it is new.

    The same bytes again give the list that is open already.

    :param at_once: whether it is checked before this returns, however long it is.
    :raises Refused: when the roster is locked, another list is open, or nothing or too much was sent.
    """
    kept, is_new = _keep(roster=roster, sent=sent, by=by, later=not at_once and len(sent.content) > AT_ONCE_BYTES)
    if is_new and (at_once or len(sent.content) <= AT_ONCE_BYTES):
        kept = check_list(kept.pk)
    return kept, is_new


def send_workers(*, roster: Roster, workers: Sequence[Worker], source: ListSource, by: Actor) -> tuple[ListFile, bool]:
    """Check people who came as values exactly as if they had come in a file, at once."""
    return send_list(roster=roster, sent=Sent(content=_as_file(workers), source=source), by=by, at_once=True)


def send_pasted(*, roster: Roster, text: str, replaces: bool, by: Actor) -> tuple[ListFile, bool]:
    """Check cells that were copied from a spreadsheet, with or without their headings."""
    content = with_heading(text).encode("utf-8", "replace")
    sent = Sent(content=content, source=ListSource.PASTED, replaces=replaces)
    return send_list(roster=roster, sent=sent, by=by)


def start_from_office(*, roster: Roster, by: Actor) -> ListFile:
    """Make a list of everybody whom the office knows as working for the employer, to be looked through and taken.

    :raises Refused: when the roster is locked, or another list is open.
    """
    size = sizes([roster.employer_id], on=clock.today())[roster.employer_id]
    if not size:
        raise Refused(N_("The office knows nobody who works for you this month."), "no_workers")
    kept, is_new = _keep(
        roster=roster,
        sent=Sent(content=references.new(PREFIX).encode(), source=ListSource.FILINGS),
        by=by,
        later=size > AT_ONCE_PEOPLE,
    )
    return check_list(kept.pk) if is_new and size <= AT_ONCE_PEOPLE else kept


@transaction.atomic
def drop_list(*, file: ListFile, by: Actor) -> ListFile:
    """Drop a list that was not taken: nothing of it counts.

    :raises Refused: when it was taken meanwhile.
    """
    steps.check_is_own(file, by=by)
    held = steps.hold(file.pk)
    steps.move(held, ListFileState.DROPPED)
    held.content_sealed = None
    held.save(update_fields=["state", "content_sealed"])
    held.rows.all().delete()
    record.write("vaccination.list_dropped", by=by, about=held)
    return held


def with_heading(text: str) -> str:
    """Return pasted cells below a heading: the usual one where they bring none."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    separator = separator_of(first)
    try:
        layout_of(next(csv.reader([first], delimiter=separator), []), FIELDS)
    except Refused:
        return separator.join(HEADING) + "\n" + text.lstrip("\r\n")
    return text.lstrip("\r\n")


@transaction.atomic
def _keep(*, roster: Roster, sent: Sent, by: Actor, later: bool) -> tuple[ListFile, bool]:
    steps.check_may_change(roster, by=by)
    _check_size(sent.content)
    digest = hashlib.sha256(sent.content).hexdigest()
    reference = references.new(PREFIX)
    draft = ListFile(
        reference=reference,
        roster=roster,
        state=ListFileState.WAITING,
        source=sent.source,
        file_name=sent.name[-200:],
        file_hash=digest,
        file_bytes=len(sent.content),
        content_sealed=crypto.seal(sent.content, where=content_place(reference)),
        replaces=sent.replaces,
        sent_by=by.id if by.kind in (ActorKind.STAFF, ActorKind.CLIENT) else None,
        sent_at=clock.now(),
    )
    ListFile.objects.bulk_create([draft], ignore_conflicts=True)
    kept = ListFile.objects.filter(roster=roster, state__in=OPEN).latest("pk")
    if kept.reference != reference:
        if kept.file_hash == digest and kept.replaces == sent.replaces:
            return kept, False
        raise Refused(
            N_("Another list of yours is not finished yet. Take it or drop it first, then send this one."), "list_open"
        )
    record.write("vaccination.list_received", by=by, about=kept, data={"bytes": len(sent.content)})
    if later:
        queue.put(CHECK, file_id=kept.pk)
    return kept, True


def _check_size(content: bytes) -> None:
    if not content.strip():
        raise Refused(N_("The file is empty."), "file_empty")
    if len(content) > LARGEST_BYTES:
        raise Refused(
            N_("The file is larger than %(most)d MB. Please send it in parts."),
            "file_large",
            most=LARGEST_BYTES // 1024**2,
        )


def _as_file(workers: Iterable[Worker]) -> bytes:
    lines = StringIO()
    writer = csv.writer(lines)
    writer.writerow([field.name for field in FIELDS])
    for each in workers:
        born = each.birth_date.isoformat() if each.birth_date else ""
        names = (each.title, each.first_name, each.last_name)
        writer.writerow([each.id_kind.value, each.id_number, *names, born, each.branch])
    return lines.getvalue().encode("utf-8", "replace")
