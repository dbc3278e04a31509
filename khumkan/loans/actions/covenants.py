"""Judging the months of loans by the filings, for all of them or for one employer, and opening and closing cases."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection, transaction

from khumkan import policies, record
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.loans.actions import covenant_sql as sql
from khumkan.loans.models import CovenantMonth, Loan
from khumkan.loans.states import CaseState
from khumkan.loans.terms.covenants import CovenantTerms
from khumkan.record.entries import Entry
from khumkan.registry.rules import FILING_DUE_DAY, month_after, month_before

PREFIX = "V"
#: Namespace of the advisory locks: whoever judges a part of all loans waits for those who judge single ones, and they
#: for it.
LOCK = 0x10C0
#: In how many parts all loans are judged, each in a transaction of its own: as many as work at once.
PARTS = 2
#: Loans whose numbers follow each other and that lie in one part: two who judge seldom write into the same page.
BLOCK = 4_096
#: Memory for sorting millions of months; the server's own value suits short queries.
WORK_MEMORY = "256MB"
#: Months before the last one that are looked at every night: a filing becomes late in one of them.
NIGHTLY_MONTHS = 2
EVENTS = {
    CaseState.CURE: "loans.covenant_below",
    CaseState.BREACHED: "loans.covenant_breached",
    CaseState.CURED: "loans.covenant_cured",
    CaseState.VOID: "loans.covenant_void",
}


class _Chosen(NamedTuple):
    """Which loans are judged; see `covenant_sql.CHOSEN`."""

    how: str
    loans: list[int] | None = None
    part: int | None = None


class _Change(NamedTuple):
    """What a case becomes; `case_id` is none for a new one."""

    loan_id: int
    began: date
    case_id: int | None
    old: str | None
    new: str
    below: int
    is_breach: bool


def judge_all(*, by: Actor, since: date | None = None) -> int:
    """Judge the months of all loans up to the last that is over, part by part; return how many were added.

    :param since: the first month that is looked at, when those before it are judged already; without it all are.
    """
    return sum(judge_part(part=part, by=by, since=since) for part in range(PARTS))


@transaction.atomic
def judge_part(*, part: int, by: Actor, since: date | None = None) -> int:
    """Judge one part of all loans, of `PARTS`, as `judge_all` does; several at once do not wait for each other."""
    take_turn(alone=True, parts=(part,))
    return _judge(_Chosen("part", part=part), since, by=by)


@transaction.atomic
def judge_night(*, by: Actor) -> int:
    """Judge what can have changed without a filing; return how many months were added.

    A month is over, a filing is late, or a loan was never judged.
    """
    take_turn(alone=True)
    last = since = month_before(clock.today())
    newest = CovenantMonth.objects.order_by("-month").values_list("month", flat=True).first()
    for _ in range(NIGHTLY_MONTHS):
        since = month_before(since)
    with connection.cursor() as cursor:
        cursor.execute(sql.UNSEEN, {"last_month": last})
        unseen = [row[0] for row in cursor.fetchall()]
    added = judge_loans(unseen, by=by)
    return added + (_judge(_Chosen("all"), min(since, month_after(newest)), by=by) if newest else 0)


@transaction.atomic
def judge_employer(*, employer_id: int, by: Actor) -> int:
    """Judge the loans of an employer anew because a filing came; return how many months were added.

    All its months are looked at, and only those that differ get a revision.
    """
    take_turn(alone=False)
    loans = Loan.objects.select_for_update(no_key=True).filter(employer_id=employer_id).order_by("pk")
    return judge_loans([loan.pk for loan in loans], by=by)


def take_turn(*, alone: bool, parts: Sequence[int] = range(PARTS)) -> None:
    """Wait until nobody judges these parts of all loans or, to do that alone, until nobody judges or decides there."""
    function = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        for part in sorted(parts):
            cursor.execute(f"SELECT {function}(%s, %s)", [LOCK, part])


def judge_loans(loan_ids: Sequence[int], *, by: Actor) -> int:
    """Judge all months of some loans anew; the caller has a transaction and holds their rows."""
    return _judge(_Chosen("some", loans=list(loan_ids)), None, by=by) if loan_ids else 0


def _judge(chosen: _Chosen, since: date | None, *, by: Actor) -> int:
    condition = sql.CHOSEN[chosen.how]
    held = sql.HELD.format(chosen=condition.format(loan="l.id"))
    statement = sql.JUDGE.format(terms=sql.TERMS, held=held, chosen_months=condition.format(loan="c.loan_id"))
    today = clock.today()
    values = {
        **_terms(),
        "loans": chosen.loans,
        "part": chosen.part,
        "parts": PARTS,
        "block": BLOCK,
        "since_month": since or date(1970, 1, 1),
        "last_month": month_before(today),
        "today": today,
        "due_day": FILING_DUE_DAY,
        "now": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{WORK_MEMORY}'")
        if chosen.how != "some":
            # Millions of rows that the planner takes for few, as it cannot look into the parts of one statement.
            cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(sql.TOUCHED)
        cursor.execute(statement, values)
        [added] = cursor.fetchone()
        cursor.execute("ANALYZE loans_touched")
        cursor.execute(sql.CASES)
        changes = [_Change(*row) for row in cursor.fetchall()]
        cursor.execute(sql.FORGET)
        _apply(cursor, changes, by=by)
    return int(added)


def _terms() -> dict[str, list[Any]]:
    """Return every version of the terms as columns."""
    versions = policies.history(CovenantTerms)
    columns: dict[str, list[Any]] = {
        "versions": [each.number for each in versions],
        "since": [each.effective_from for each in versions],
    }
    for name in ("share", "warn_at", "cure_months", "grace_days", "check_months"):
        columns[name] = [getattr(each.values, name) for each in versions]
    return columns


def _apply(cursor: Any, changes: Sequence[_Change], *, by: Actor) -> None:
    """Open new cases, move known ones, keep the steps, and tell who listens."""
    now = clock.now()
    new = [each for each in changes if each.case_id is None]
    known = [each for each in changes if each.case_id is not None]
    ids: list[int] = []
    if new:
        names = [references.new(PREFIX) for _ in new]
        loans, began = [each.loan_id for each in new], [each.began for each in new]
        cursor.execute(
            sql.OPEN_CASES, {**_columns(new), "references": names, "loans": loans, "began": began, "now": now}
        )
        ids = [row[0] for row in cursor.fetchall()]
    known_ids = [each.case_id for each in known if each.case_id is not None]
    if known:
        cursor.execute(sql.MOVE_CASES, {**_columns(known), "cases": known_ids, "now": now})
        cursor.execute(sql.DROP_PROPOSALS, {"cases": known_ids, "now": now})
    moved = [
        (case_id, each)
        for case_id, each in (*zip(ids, new, strict=True), *zip(known_ids, known, strict=True))
        if each.old != each.new
    ]
    if moved:
        values = {"cases": [pair[0] for pair in moved], "states": [pair[1].new for pair in moved], "now": now}
        cursor.execute(sql.STEPS, values)
    for state, name in EVENTS.items():
        record.write_many(name, by=by, entries=_entries(moved, state))


def _columns(changes: Sequence[_Change]) -> dict[str, list[Any]]:
    return {
        "states": [each.new for each in changes],
        "below": [each.below for each in changes],
        "breaches": [each.is_breach for each in changes],
    }


def _entries(moved: Iterable[tuple[int, _Change]], state: CaseState) -> list[Entry]:
    return [
        Entry("loans.covenantcase", case_id, data={"loan": each.loan_id, "began": each.began.isoformat()})
        for case_id, each in moved
        if each.new == state.value
    ]
