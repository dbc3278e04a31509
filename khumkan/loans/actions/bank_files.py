"""Files of banks: read, each line tried as if it were booked, shown with its verdict, then booked whole or not at all.

A line is tried by booking it, in the order of the file, in a transaction that is rolled back: its verdict is exactly
what would happen. Taking the file books the good lines for good; when one of them cannot be booked any more, nothing
is, and the file is checked anew.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.db import transaction

from khumkan import record
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Reason, Refused, check
from khumkan.kernel.files import Limits, Row, read_table
from khumkan.kernel.words import N_
from khumkan.loans.actions import posting
from khumkan.loans.actions.drawing import draw
from khumkan.loans.actions.prepaying import prepay
from khumkan.loans.actions.repaying import repay
from khumkan.loans.models import Bank, BankFile, BankFileLine, Journal, Loan
from khumkan.loans.money_choices import BankFileKind, LineVerdict
from khumkan.loans.permissions.money import check_may_book
from khumkan.loans.queries.money import loan_of_bank
from khumkan.loans.rules.bank_files import LineFault, Movement, layout_of, movement_of
from khumkan.loans.states import BankFileState, may_move

PREFIX = "F"
LARGEST_BYTES = 5 * 1024 * 1024
MOST_LINES = 5_000
LIMITS = Limits(file_bytes=LARGEST_BYTES, rows=MOST_LINES, columns=50, cell_characters=200)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What a bank sends."""

    content: bytes
    name: str
    kind: BankFileKind


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A line with its verdict: the loan and the movement where they are known, the reason where it is not good."""

    row: Row
    verdict: LineVerdict
    loan: Loan | None = None
    movement: Movement | None = None
    reason: Reason | None = None
    column: str = ""


def send_file(*, bank: Bank, sent: Sent, by: Actor) -> tuple[BankFile, bool]:
    """Check a file and keep it with the verdict of each line; return it and whether it is new. Nothing is booked.

    The same bytes again give the file that is there.

    :raises Refused: for a file that cannot be read, has no lines or too many, or has a column too few.
    """
    check_may_book(by, bank.pk)
    if not sent.content.strip():
        raise Refused(N_("The file is empty."), "file_empty")
    digest = hashlib.sha256(sent.content).hexdigest()
    with transaction.atomic():
        Bank.objects.select_for_update(no_key=True).get(pk=bank.pk)
        there = BankFile.objects.filter(bank=bank, kind=sent.kind, file_hash=digest)
        if found := there.exclude(state=BankFileState.DROPPED).first():
            return found, False
        headings, rows = _read(sent)
        judged = _tried(bank, sent.kind, headings, rows, by)
        kept = BankFile.objects.create(
            reference=references.new(PREFIX),
            bank=bank,
            kind=sent.kind,
            state=BankFileState.CHECKED,
            file_name=sent.name[-200:],
            file_hash=digest,
            file_bytes=len(sent.content),
            heading=list(headings),
            sent_at=clock.now(),
            sent_by=_user(by),
            **_counts(judged),
        )
        _store(kept, judged)
        record.write("loans.bank_file_checked", by=by, about=kept, data={"lines": kept.rows_in, "good": kept.good})
    return kept, True


@transaction.atomic
def take_file(*, file: BankFile, by: Actor) -> BankFile:
    """Book all good lines of a checked file, or none. A file that was taken stays as it is.

    When a line that was good cannot be booked any more, the file is checked again and comes back as checked.

    :raises Refused: when it was put aside.
    """
    check_may_book(by, file.bank_id)
    held = BankFile.objects.select_for_update(of=("self",)).select_related("bank").get(pk=file.pk)
    if held.state == BankFileState.TAKEN:
        return held
    check(may_move(BankFileState(held.state), BankFileState.TAKEN))
    kind, lines = BankFileKind(held.kind), list(held.lines.order_by("row_number"))
    rows = [Row(line.row_number, tuple(line.cells)) for line in lines]
    with transaction.atomic():
        judged = [_judge(held.bank, kind, _layout(held), row, by) for row in rows]
        changed = [line.verdict for line in lines] != [each.verdict.value for each in judged]
        transaction.set_rollback(changed)
    if changed:
        return _checked_again(held, judged, by)
    _note_journals(held.bank_id, lines)
    held.state, held.taken_at, held.taken_by = BankFileState.TAKEN, clock.now(), _user(by)
    held.save(update_fields=["state", "taken_at", "taken_by"])
    record.write("loans.bank_file_taken", by=by, about=held, data={"good": held.good, "refused": held.refused})
    return held


@transaction.atomic
def drop_file(*, file: BankFile, by: Actor) -> BankFile:
    """Put a file aside that was not taken; the same file can then be sent again.

    :raises Refused: when it was taken.
    """
    check_may_book(by, file.bank_id)
    held = BankFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if held.state == BankFileState.DROPPED:
        return held
    if held.state == BankFileState.TAKEN:
        raise Refused(N_("This file is booked already; it cannot be put aside."), "bank_file_taken")
    check(may_move(BankFileState(held.state), BankFileState.DROPPED))
    held.state = BankFileState.DROPPED
    held.save(update_fields=["state"])
    record.write("loans.bank_file_dropped", by=by, about=held)
    return held


def _read(sent: Sent) -> tuple[tuple[str, ...], list[Row]]:
    table = read_table(BytesIO(sent.content), limits=LIMITS)
    layout_of(table.columns, sent.kind)
    rows = [Row(row.number, row.texts()) for row in table.rows]
    if not rows:
        raise Refused(N_("The file must begin with a row of headings and have rows below it."), "file_no_rows")
    return table.columns, rows


def _layout(file: BankFile) -> dict[str, int]:
    return layout_of(file.heading, BankFileKind(file.kind))


def _tried(bank: Bank, kind: BankFileKind, headings: Sequence[str], rows: Sequence[Row], by: Actor) -> list[Judged]:
    """Judge all lines by booking them, and take all of it back."""
    layout = layout_of(headings, kind)
    with transaction.atomic():
        judged = [_judge(bank, kind, layout, row, by) for row in rows]
        transaction.set_rollback(True)
    return judged


def _judge(bank: Bank, kind: BankFileKind, layout: Mapping[str, int], row: Row, by: Actor) -> Judged:
    """Book one line and say what became of it."""
    try:
        movement = movement_of({name: str(row.cells[place] or "") for name, place in layout.items()})
    except LineFault as fault:
        return Judged(row=row, verdict=LineVerdict.REFUSED, reason=fault.reason, column=fault.column)
    loan = loan_of_bank(bank, movement.loan)
    if loan is None:
        unknown = Reason("money_no_such_loan", N_("Your bank has no loan with this number."))
        return Judged(row=row, verdict=LineVerdict.REFUSED, movement=movement, reason=unknown, column="loan")
    try:
        known = Journal.objects.filter(key=posting.key_of(bank.pk, movement.number)).exists()
        _book(kind, loan, movement, by)
    except Refused as refusal:
        why = refusal.reasons[0]
        return Judged(row=row, verdict=LineVerdict.REFUSED, loan=loan, movement=movement, reason=why, column="amount")
    if known:
        why = Reason("money_known", N_("This movement is booked already, or stands in the file twice."))
        return Judged(row=row, verdict=LineVerdict.DOUBLED, loan=loan, movement=movement, reason=why, column="number")
    return Judged(row=row, verdict=LineVerdict.GOOD, loan=loan, movement=movement)


def _book(kind: BankFileKind, loan: Loan, movement: Movement, by: Actor) -> None:
    amount, on, number = movement.amount, movement.on, movement.number
    if kind == BankFileKind.DRAWDOWNS:
        draw(loan=loan, amount=amount, on=on, number=number, by=by)
    elif movement.way is not None:
        prepay(loan=loan, amount=amount, on=on, way=movement.way, number=number, by=by)
    else:
        repay(loan=loan, amount=amount, on=on, number=number, by=by)


def _checked_again(file: BankFile, judged: Sequence[Judged], by: Actor) -> BankFile:
    """Store verdicts that have changed since the check; the file waits to be looked at again."""
    file.lines.all().delete()
    _store(file, judged)
    for name, value in _counts(judged).items():
        setattr(file, name, value)
    file.save()
    record.write("loans.bank_file_checked", by=by, about=file, data={"lines": file.rows_in, "good": file.good})
    return file


def _store(file: BankFile, judged: Sequence[Judged]) -> None:
    BankFileLine.objects.bulk_create(
        BankFileLine(
            file=file,
            row_number=each.row.number,
            verdict=each.verdict,
            loan=each.loan,
            number=each.movement.number[:60] if each.movement else "",
            amount=each.movement.amount if each.movement else None,
            booked_on=each.movement.on if each.movement else None,
            cells=list(each.row.cells),
            column=each.column,
            code=each.reason.code if each.reason else "",
            text=each.reason.text if each.reason else "",
            params=_values(each.reason),
        )
        for each in judged
    )


def _values(reason: Reason | None) -> dict[str, object]:
    """Return the values that a sentence names as they are kept: whole numbers as such, all else as text."""
    params = reason.params if reason else {}
    return {name: value if isinstance(value, int) else str(value) for name, value in params.items()}


def _counts(judged: Sequence[Judged]) -> dict[str, Any]:
    counts = Counter(each.verdict for each in judged)
    good = [each.movement.amount for each in judged if each.verdict is LineVerdict.GOOD and each.movement]
    return {
        "rows_in": len(judged),
        "good": counts[LineVerdict.GOOD],
        "doubled": counts[LineVerdict.DOUBLED],
        "refused": counts[LineVerdict.REFUSED],
        "good_amount": sum(good, Decimal(0)),
    }


def _note_journals(bank_id: int, lines: Sequence[BankFileLine]) -> None:
    """Say of each good line which booking it became."""
    good = [line for line in lines if line.verdict == LineVerdict.GOOD]
    keys = {line.pk: posting.key_of(bank_id, line.number) for line in good}
    made = {journal.key: journal for journal in Journal.objects.filter(key__in=keys.values())}
    for line in good:
        line.journal = made[keys[line.pk]]
    BankFileLine.objects.bulk_update(good, ["journal"])


def _user(by: Actor) -> int | None:
    return by.id if by.kind in (ActorKind.STAFF, ActorKind.CLIENT) else None
