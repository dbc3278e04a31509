"""Lists: kept, read, and every row judged, in one transaction.

A list is kept sealed and checked at once when it is short, by the queue when it is long. A worker that dies leaves the
list waiting and nothing half done; checking twice, or by two workers at once, changes nothing.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from io import BytesIO
from itertools import islice
from operator import itemgetter
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import Count

from khumkan import record
from khumkan.kernel import clock, crypto
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.files import Limits, read_table
from khumkan.kernel.words import N_
from khumkan.registry.staging import binary
from khumkan.registry.staging.headings import layout_of
from khumkan.vaccination.actions.lists import judging, steps
from khumkan.vaccination.actions.lists.judging import Judged, Measure, measure_of
from khumkan.vaccination.actions.lists.reading import KEPT_CELLS, Rows, kept_texts, staged
from khumkan.vaccination.choices import ListSource, RowVerdict
from khumkan.vaccination.models import ListFile, ListRow
from khumkan.vaccination.models.lists import content_place, row_place
from khumkan.vaccination.rules.lists import DECIDED, FIELDS
from khumkan.vaccination.states import ListFileState

Each = TypeVar("Each")
#: The cells of each row as text, by its number.
Cells = dict[int, Sequence[str]]
LARGEST_BYTES = 30 * 1024 * 1024
#: Rows that are worked on at once.
PIECE = 5_000
#: The heading of lists that come without one: pasted cells, or the office's own list.
HEADING = tuple(field.headings[0] for field in FIELDS)
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_COPY_ROWS = """
COPY vaccination_listrow (file_id, row_number, verdict, person_id, "column", code, sealed, mended_at)
FROM STDIN (FORMAT binary)
"""
_TAKE_AWAY = "DELETE FROM vaccination_listrow WHERE file_id = %s AND row_number = ANY(%s)"
_KINDS = {"thai": "บัตรประชาชน", "passport": "passport", "foreign": "foreign", None: ""}
SETTLED = (RowVerdict.NEW, RowVerdict.CHANGED, RowVerdict.UNCHANGED)


def check_list(file_id: int) -> ListFile:
    """Check a list that waits; one that does not wait stays as it is."""
    try:
        return _check(file_id)
    except Refused as refusal:
        return _refuse_whole(file_id, refusal)


def check_again(file: ListFile) -> None:
    """Judge all rows of a list anew, whose caller holds it: the register or the lists have changed since.

    Who is meant was settled for rows that were good; what the employer decided stays.
    """
    layout, kept = layout_of(file.heading, FIELDS), list(file.rows.exclude(code__in=DECIDED).order_by("row_number"))
    rows = rows_of(kept)
    measure = measure_of(file.roster)
    judged = judging.judge(_pieces(rows, layout, file.heading, measure), measure, file_id=file.pk)
    mended = {row.row_number: row.mended_at for row in kept}
    store(file, judged, dict(zip(rows.numbers, rows.texts, strict=True)), mended=mended, anew=True)


def rows_of(kept: Sequence[ListRow]) -> Rows:
    """Return kept rows as they are judged again."""
    return Rows(
        [row.row_number for row in kept],
        [row.opened()[0] for row in kept],
        [row.person_id if row.verdict in SETTLED else None for row in kept],
    )


def store(
    file: ListFile,
    judged: Sequence[Judged],
    cells: Mapping[int, Sequence[str]],
    *,
    mended: Mapping[int, datetime | None] | None = None,
    anew: bool = False,
    sealed: Mapping[int, bytes] | None = None,
) -> None:
    """Write verdicts with their sealed cells, and count all rows of the list.

    :param cells: of each row, as text.
    :param mended: when rows were put right.
    :param anew: whether the rows are there already and are replaced.
    :param sealed: the cells of rows whose reasons name no values, where they were sealed before.
    """
    with connection.cursor() as cursor:
        if anew:
            cursor.execute(_TAKE_AWAY, [file.pk, [each.row_number for each in judged]])
        with cursor.copy(_COPY_ROWS) as copy:
            copy.write(binary.HEADER)
            for part in _parts(judged):
                blobs = _blobs(file.pk, part, cells, sealed or {})
                copy.write(_encoded(file.pk, part, blobs, mended or {}))
            copy.write(binary.TRAILER)
    recount(file)


def content_of(texts: Sequence[str], params: Mapping[str, Any] | None = None) -> bytes:
    """Return what is sealed of a row: its cells, and the values that its reason names."""
    return f"[{_json(texts)},{_json(dict(params or {}))}]".encode()


def recount(file: ListFile) -> None:
    """Count the rows of a list by their verdicts; that they are as many as came in, the database checks."""
    counted = dict(file.rows.order_by().values_list("verdict").annotate(Count("pk")))
    counts = {verdict.value: counted.get(verdict.value, 0) for verdict in RowVerdict}
    for name, count in counts.items():
        setattr(file, name, count)
    file.save(update_fields=list(counts))


@transaction.atomic
def _check(file_id: int) -> ListFile:
    file = steps.hold(file_id)
    if file.state != ListFileState.WAITING:
        return file
    measure = measure_of(file.roster)
    cells: Cells = {}
    if file.source == ListSource.FILINGS:
        file.heading = list(HEADING)
        pieces = _office_pieces(judging.people_of(measure), measure, cells)
    else:
        pieces = _read_pieces(file, measure, cells)
    with ThreadPoolExecutor(max_workers=1) as aside:  # seals while the database judges: nothing of it is read there
        sealing: list[Future[dict[int, bytes]]] = []
        judged = judging.judge(
            pieces, measure, file_id=file.pk, meanwhile=lambda: sealing.append(aside.submit(_sealed, file.pk, cells))
        )
    if not judged:
        raise Refused(N_("The file must begin with a row of headings and have rows below it."), "file_no_rows")
    store(file, judged, cells, sealed=sealing[0].result())
    steps.move(file, ListFileState.CHECKED)
    file.rows_in, file.checked_at, file.content_sealed = len(cells), clock.now(), None
    file.save(update_fields=["state", "rows_in", "checked_at", "content_sealed", "heading", "read_as"])
    data = {"rows_in": file.rows_in, "refused": file.refused, "look": file.look, "doubled": file.doubled}
    record.write("vaccination.list_checked", by=_KHUMKAN, about=file, data=data)
    return file


_KHUMKAN = Actor.system("vaccination")


def _read_pieces(file: ListFile, measure: Measure, cells: Cells) -> Iterator[bytes]:
    """Yield the rows of what was sent, and note the cells of each; the heading is noted first."""
    content = crypto.open_sealed(bytes(file.content_sealed or b""), where=content_place(file.reference))
    table = read_table(BytesIO(content), limits=Limits(file_bytes=LARGEST_BYTES, rows=measure.terms.most_rows))
    heading = list(table.columns)
    layout = layout_of(heading, FIELDS)
    chosen: Callable[[Sequence[str]], Sequence[str]] = tuple
    if max(layout.values()) >= KEPT_CELLS:  # of very many columns only those that are understood are kept
        chosen = itemgetter(*sorted(layout.values()))
        heading = list(chosen(heading))
        layout = layout_of(heading, FIELDS)
    file.heading, file.read_as = [text[:100] for text in heading[:KEPT_CELLS]], table.read_as[:40]
    for part in _parts(table.rows):
        texts = [kept_texts(chosen(line.texts())) for line in part]
        rows = Rows([line.number for line in part], texts)
        cells.update(zip(rows.numbers, texts, strict=True))
        yield staged(rows, layout=layout, heading=heading, today=measure.today)


def _office_pieces(people: Sequence[tuple[Any, ...]], measure: Measure, cells: Cells) -> Iterator[bytes]:
    """Yield the employer's people as the office has them; their numbers are shown by the last four digits only."""
    layout = {field.name: place for place, field in enumerate(FIELDS)}
    for start in range(0, len(people), PIECE):
        part = people[start : start + PIECE]
        texts = [
            [
                _KINDS[kind],
                f"••••{last4}" if last4 else "",
                title,
                first,
                last,
                born.isoformat() if born else "",
                branch,
            ]
            for _, kind, last4, title, first, last, born, branch in part
        ]
        rows = Rows(range(start + 2, start + 2 + len(part)), texts, [each[0] for each in part])
        cells.update(zip(rows.numbers, rows.texts, strict=True))
        yield staged(rows, layout=layout, heading=HEADING, today=measure.today)


def _pieces(rows: Rows, layout: Mapping[str, int], heading: Sequence[str], measure: Measure) -> Iterator[bytes]:
    for start in range(0, len(rows.numbers), PIECE):
        part = slice(start, start + PIECE)
        yield staged(
            Rows(rows.numbers[part], rows.texts[part], rows.given[part]),
            layout=layout, heading=heading, today=measure.today,
        )  # fmt: skip


def _sealed(file_id: int, cells: Cells) -> dict[int, bytes]:
    """Return the sealed cells of rows, by their number, as they are kept when their reason names no values."""
    pairs = [(content_of(texts), row_place(file_id, number)) for number, texts in cells.items()]
    return dict(zip(cells, crypto.seal_many(pairs), strict=True))


def _blobs(
    file_id: int, rows: Sequence[Judged], cells: Mapping[int, Sequence[str]], sealed: Mapping[int, bytes]
) -> Sequence[bytes]:
    """Return the sealed cells and values of rows."""
    others = [each for each in rows if each.params or each.row_number not in sealed]
    pairs = [(content_of(cells[each.row_number], each.params), row_place(file_id, each.row_number)) for each in others]
    own = dict(zip((each.row_number for each in others), crypto.seal_many(pairs), strict=True))
    return [own.get(each.row_number) or sealed[each.row_number] for each in rows]


def _encoded(
    file_id: int, rows: Sequence[Judged], blobs: Sequence[bytes], mended: Mapping[int, datetime | None]
) -> bytes:
    return binary.rows(
        [
            binary.bigints([file_id]) * len(rows),
            binary.integers([each.row_number for each in rows]),
            binary.common_texts([each.verdict for each in rows]),
            binary.bigints([each.person_id for each in rows]),
            binary.common_texts([each.column for each in rows]),
            binary.common_texts([each.code for each in rows]),
            binary.long_blobs(blobs),
            binary.moments([mended.get(each.row_number) for each in rows]),
        ]
    )


def _parts(many: Iterable[Each]) -> Iterator[list[Each]]:
    """Yield things some thousands at a time."""
    left = iter(many)
    while part := list(islice(left, PIECE)):
        yield part


@transaction.atomic
def _refuse_whole(file_id: int, refusal: Refused) -> ListFile:
    file = steps.hold(file_id)
    if file.state == ListFileState.WAITING:
        first = refusal.reasons[0]
        steps.move(file, ListFileState.REFUSED)
        file.checked_at, file.content_sealed = clock.now(), None
        file.problem_code, file.problem_text = first.code[:40], first.text[:400]
        file.problem_params = {
            name: value if isinstance(value, int) else str(value) for name, value in first.params.items()
        }
        file.save()
        record.write("vaccination.list_refused", by=_KHUMKAN, about=file)
    return file
