"""Putting rows of a checked list right, one at a time: written anew, said to be this person or not, left out."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from khumkan import record
from khumkan.kernel import clock, crypto
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.registry.staging.headings import layout_of
from khumkan.vaccination.actions.lists import checking, judging, steps
from khumkan.vaccination.actions.lists.judging import measure_of
from khumkan.vaccination.actions.lists.reading import Rows, kept_texts, staged
from khumkan.vaccination.choices import RowVerdict
from khumkan.vaccination.models import ListFile, ListRow
from khumkan.vaccination.models.lists import row_place
from khumkan.vaccination.rules.lists import FIELDS


@transaction.atomic
def mend_row(*, file: ListFile, row_number: int, values: Mapping[str, str], by: Actor) -> ListRow:
    """Write a row anew and judge it again.

    :param values: the cells by the name of their field; what the list has no column for is left alone.
    :raises Refused: when the list was taken or dropped meanwhile, or is locked.
    """
    held = steps.hold_checked(file, by=by)
    row = _row(held, row_number)
    layout, texts = layout_of(held.heading, FIELDS), list(row.opened()[0])
    for name, value in values.items():
        if name in layout:
            texts[layout[name]] = value
    _judge_again(held, row, kept_texts(texts), given=None, mended_at=clock.now())
    record.write("vaccination.row_mended", by=by, about=held, data={"row": row_number})
    return _row(held, row_number)


@transaction.atomic
def accept_row(*, file: ListFile, row_number: int, by: Actor) -> ListRow:
    """Say that a row means the employee it was likened to; number, name and birth are then those of the register.

    :raises Refused: when nobody is asked about this row any more.
    """
    held = steps.hold_checked(file, by=by)
    row = _looked_at(held, row_number)
    _judge_again(held, row, row.opened()[0], given=row.person_id, mended_at=clock.now())
    record.write("vaccination.row_accepted", by=by, about=held, person_id=row.person_id, data={"row": row_number})
    return _row(held, row_number)


@transaction.atomic
def reject_row(*, file: ListFile, row_number: int, by: Actor) -> ListRow:
    """Say that a row means somebody else than the employee it was likened to: it is not taken.

    :raises Refused: when nobody is asked about this row any more.
    """
    held = steps.hold_checked(file, by=by)
    return _set_aside(held, _looked_at(held, row_number), "look_rejected", by=by)


@transaction.atomic
def leave_out(*, file: ListFile, row_number: int, by: Actor) -> ListRow:
    """Leave a row out; it can be written anew later."""
    held = steps.hold_checked(file, by=by)
    return _set_aside(held, _row(held, row_number), "left_out", by=by)


def _row(file: ListFile, row_number: int) -> ListRow:
    row = file.rows.filter(row_number=row_number).first()
    if row is None:
        raise Missing("no such row")
    return row


def _looked_at(file: ListFile, row_number: int) -> ListRow:
    row = _row(file, row_number)
    if row.verdict != RowVerdict.LOOK:
        raise Refused(N_("This row was decided already. Please look at it again."), "row_decided")
    return row


def _set_aside(file: ListFile, row: ListRow, code: str, *, by: Actor) -> ListRow:
    texts, _params = row.opened()
    was, row.verdict, row.code, row.column, row.mended_at = row.person_id, RowVerdict.REFUSED, code, "", clock.now()
    row.person_id = None
    row.sealed = crypto.seal(checking.content_of(texts), where=row_place(file.pk, row.row_number))
    row.save()
    _free(file, was, mended_at=row.mended_at)
    checking.recount(file)
    record.write("vaccination.row_set_aside", by=by, about=file, data={"row": row.row_number, "why": code})
    return row


def _judge_again(file: ListFile, row: ListRow, texts: list[str], *, given: int | None, mended_at: datetime) -> None:
    _store(file, {row.row_number: texts}, {row.row_number: given}, mended_at=mended_at)
    _free(file, row.person_id, mended_at=mended_at)


def _free(file: ListFile, person_id: int | None, *, mended_at: datetime) -> None:
    """Judge the rows again that were doubles of one that was changed: the first of them may count now."""
    if person_id is None:
        return
    doubles = list(file.rows.filter(verdict=RowVerdict.DOUBLED, person_id=person_id))
    if doubles:
        texts = {row.row_number: row.opened()[0] for row in doubles}
        _store(file, texts, dict.fromkeys(texts), mended_at=mended_at)


def _store(
    file: ListFile, texts: Mapping[int, list[str]], given: Mapping[int, int | None], *, mended_at: datetime
) -> None:
    measure = measure_of(file.roster)
    numbers = sorted(texts)
    rows = Rows(numbers, [texts[number] for number in numbers], [given[number] for number in numbers])
    piece = staged(rows, layout=layout_of(file.heading, FIELDS), heading=file.heading, today=measure.today)
    judged = judging.judge([piece], measure, file_id=file.pk, rejudged=numbers)
    cells = {number: texts[number] for number in numbers}
    checking.store(file, judged, cells, mended=dict.fromkeys(numbers, mended_at), anew=True)
