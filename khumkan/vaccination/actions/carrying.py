"""Carrying a plan out: part by part doses are kept and people are booked or moved, each told exactly once.

A part is two transactions. The first keeps the doses of some sessions; the second books their people, marks that, and
queues their messages. A worker that dies leaves a part done or not done, never half; whoever resumes goes on with the
next one. Whoever has found another date, or thought better of it, in the meantime is left as they are.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from khumkan import capacity, messages, policies, record
from khumkan.capacity import Outcome, Wish
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.places.models import Site
from khumkan.vaccination.actions import carrying_sql as statements
from khumkan.vaccination.actions.keeping import Doses, keep_many
from khumkan.vaccination.choices import PlanCause, WaitingBecause
from khumkan.vaccination.models import Plan, PlannedSession, Session
from khumkan.vaccination.queries import planning as queries
from khumkan.vaccination.rules.no_show import doses_for
from khumkan.vaccination.states import PlanState
from khumkan.vaccination.terms.planning import PlanningTerms

#: People in one part: their supplies are locked as long as it takes.
PEOPLE_AT_ONCE = 4_000
SESSIONS_AT_ONCE = 400
#: People at a time whose reason for waiting is written.
LEFT_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class _Person:
    """Somebody of a plan as they are now, held until the commit."""

    dose_id: int
    person_id: int
    number: int
    reference: str
    session_id: int | None
    was_booked: bool


def carry_out(*, plan_id: int, by: Actor) -> int:
    """Carry out what is left of a plan; return how many people were booked or moved. Doing it again does no more."""
    _give_back_spare(plan_id, by=by)
    done = 0
    while (booked := carry_out_part(plan_id=plan_id, by=by)) is not None:
        done += booked
    while leave_part(plan_id=plan_id, by=by):
        pass
    _finish(plan_id, by=by)
    return done


def carry_out_part(*, plan_id: int, by: Actor) -> int | None:
    """Carry out the next part of a plan; return how many people were booked, or None when there is no part left."""
    part = _next_part(plan_id)
    if not part:
        return None
    _keep_doses(plan_id, part, by=by)
    return _book(plan_id, part, by=by)


@transaction.atomic
def leave_part(*, plan_id: int, by: Actor) -> bool:
    """Write of some of those who got no date why they wait; who has lost one is told. Say whether there were any."""
    plan = _held(plan_id)
    if plan is None:
        return False
    if plan.cause == PlanCause.REGULAR:
        return bool(_rows(statements.SAY_WHY, plan=plan.pk, most=LEFT_AT_ONCE)[0][0])
    left = [dose_id for (dose_id,) in _rows(statements.NEXT_LEFT, plan=plan.pk, most=PEOPLE_AT_ONCE)]
    _queue_again(plan, _people(plan, statements.OF_LEFT, left), by=by)
    _rows(statements.MARK_BOOKED, plan=plan.pk, doses=left)
    return bool(left)


def _held(plan_id: int) -> Plan | None:
    """Return the plan, held until the commit, while it is to be carried out."""
    plan = Plan.objects.select_for_update(no_key=True).get(pk=plan_id)
    return plan if plan.state == PlanState.CARRYING_OUT else None


def _next_part(plan_id: int) -> list[PlannedSession]:
    if not Plan.objects.filter(pk=plan_id, state=PlanState.CARRYING_OUT).exists():
        return []
    rows = PlannedSession.objects.filter(plan=plan_id, is_done=False).order_by("turn")[:SESSIONS_AT_ONCE]
    part: list[PlannedSession] = []
    people = 0
    for one in rows:
        if part and people + one.persons > PEOPLE_AT_ONCE:
            break
        part.append(one)
        people += one.persons
    return part


@transaction.atomic
def _give_back_spare(plan_id: int, *, by: Actor) -> None:
    """Give doses back that sessions keep and nobody has booked: the plan counts on them. Before its first part."""
    plan = _held(plan_id)
    if plan is None or plan.sessions.filter(is_done=True).exists():
        return
    allowance = _allowance(plan)
    sessions = queries.sessions_between(plan.first_day, plan.last_day, province_code=plan.province_code)
    spare = {
        one.pk: Doses(one.lot_id, doses_for(one.taken, allowance))
        for one in sessions
        if one.lot_id is not None and one.kept > doses_for(one.taken, allowance)
    }
    keep_many(wanted=spare, allowance=allowance, by=by)


@transaction.atomic
def _keep_doses(plan_id: int, part: Sequence[PlannedSession], *, by: Actor) -> None:
    """Keep the doses that the sessions of a part need, those for people who are booked there already included."""
    plan = _held(plan_id)
    if plan is None:
        return
    allowance = _allowance(plan)
    sessions = Session.objects.select_related("supply").in_bulk([one.session_id for one in part])
    wanted = {
        one.session_id: Doses(one.lot_id, doses_for(one.persons + sessions[one.session_id].supply.taken, allowance))
        for one in part
        if one.persons > sessions[one.session_id].supply.total - sessions[one.session_id].supply.taken
    }
    keep_many(wanted=wanted, allowance=allowance, by=by)


@transaction.atomic
def _book(plan_id: int, part: Sequence[PlannedSession], *, by: Actor) -> int:
    plan = _held(plan_id)
    if plan is None:
        return 0
    ids = [one.session_id for one in part]
    sessions = Session.objects.select_related("site").in_bulk(ids)
    people = _people(plan, statements.OF_SESSIONS, ids)
    placed = _take(people, sessions, by=by)
    full = [one for one in people if one.dose_id not in placed]
    _write(plan, placed.values(), sessions, by=by)
    if plan.cause != PlanCause.REGULAR:
        _queue_again(plan, [one for one in full if one.was_booked], by=by)
    else:
        _rows(statements.NO_ROOM, doses=[one.dose_id for one in full])
    PlannedSession.objects.filter(pk__in=[one.pk for one in part]).update(is_done=True)
    Plan.objects.filter(pk=plan.pk).update(booked=plan.booked + len(placed))
    return len(placed)


def _people(plan: Plan, part: str, ids: Sequence[int]) -> list[_Person]:
    """Return those people of a part who still need what the plan says; they are held until the commit."""
    values: dict[str, Any] = {"plan": plan.pk, "ids": list(ids)}
    enrolments = [pk for (pk,) in _rows(statements.HOLD_ENROLMENTS.format(part=part), **values)]
    rows = _rows(statements.HOLD_DOSES.format(part=part), **values, enrolments=enrolments)
    return [_Person(*row) for row in rows]


def _take(people: Sequence[_Person], sessions: dict[int, Session], *, by: Actor) -> dict[int, _Person]:
    """Take the places, in `capacity`; return who has one, by dose."""
    placed: dict[int, _Person] = {}
    by_number: dict[int, list[_Person]] = defaultdict(list)
    for one in people:
        if one.session_id is not None and sessions[one.session_id].cancelled_at is None:
            by_number[one.number].append(one)
    for number, some in sorted(by_number.items()):
        wishes = [Wish(one.person_id, (sessions[one.session_id or 0].supply_id,)) for one in some]
        answers = capacity.move_many(wishes=wishes, purpose=f"vaccination.dose.{number}", by=by)
        taken = [one for one, answer in zip(some, answers, strict=True) if answer.outcome is Outcome.TAKEN]
        placed |= {one.dose_id: one for one in taken}
    return placed


def _write(plan: Plan, placed: Iterable[_Person], sessions: dict[int, Session], *, by: Actor) -> None:
    """Book the people who have a place, mark it, write it down and tell them."""
    people = list(placed)
    values = [one.session_id for one in people]
    _rows(statements.BOOK, doses=[one.dose_id for one in people], sessions=values, now=clock.now())
    _rows(statements.MARK_BOOKED, plan=plan.pk, doses=[one.dose_id for one in people])
    for what, some in (
        ("booked", [one for one in people if not one.was_booked]),
        ("moved", [one for one in people if one.was_booked]),
    ):
        entries, told = [], []
        for one in some:
            session = sessions[one.session_id or 0]
            data = {"session": session.pk, "plan": plan.pk}
            entries.append(record.Entry("vaccination.dose", one.dose_id, one.person_id, session.site_id, data))
            told.append((one.person_id, {"reference": one.reference, **_where(session.starts_at, session.site)}))
        record.write_many(f"vaccination.{what}", by=by, entries=entries)
        messages.send_many(f"vaccination.{what}", told)


def _where(starts_at: datetime, site: Site) -> dict[str, str]:
    return {"begins": starts_at.isoformat(), "site_th": site.name_th, "site_en": site.name_en or site.name_th}


def _queue_again(plan: Plan, people: Sequence[_Person], *, by: Actor) -> None:
    """Let people who lost their date, and for whom there is no other one now, wait as the first of the next plan."""
    because = WaitingBecause(plan.cause)
    purposes: dict[int, list[int]] = defaultdict(list)
    lost = [one for one in people if one.was_booked]
    for one in lost:
        purposes[one.number].append(one.person_id)
    for number, persons in sorted(purposes.items()):
        claims = capacity.claims_of(persons, purpose=f"vaccination.dose.{number}")
        capacity.release_many(claim_ids=list(claims.values()), by=by)
    at_most = policies.in_force(PlanningTerms, on=clock.today()).fell_away
    doses = [one.dose_id for one in lost]
    _rows(statements.WAIT_AGAIN, doses=doses, because=because.value, at_most=at_most, now=clock.now())
    _rows(statements.MARK_BOOKED, plan=plan.pk, doses=doses)
    data: dict[str, int | str] = {"because": because.value, "plan": plan.pk}
    entries = [record.Entry("vaccination.dose", one.dose_id, one.person_id, None, data) for one in lost]
    record.write_many("vaccination.waits_again", by=by, entries=entries)
    messages.send_many("vaccination.waits_again", ((one.person_id, {"reference": one.reference}) for one in lost))


@transaction.atomic
def _finish(plan_id: int, *, by: Actor) -> None:
    plan = _held(plan_id)
    if plan is None:
        return
    plan.state, plan.ended_at = PlanState.DONE, clock.now()
    plan.save(update_fields=["state", "ended_at"])
    if plan.cause == PlanCause.STOCK_SLIPPED:
        _open_again(plan, by=by)
    record.write("vaccination.plan_done", by=by, about=plan, data={"booked": plan.booked})


def _open_again(plan: Plan, *, by: Actor) -> None:
    """Let sessions that lost their doses, and have nobody any more, be given others later."""
    rows = Session.objects.filter(
        lacks_doses=True, cancelled_at=None, supply__closed_at__isnull=False, supply__taken=0, day__gte=clock.today()
    )
    if plan.province_code:
        rows = rows.filter(site__province_code=plan.province_code)
    supply_ids = list(rows.values_list("supply_id", flat=True))
    capacity.change_totals(totals=dict.fromkeys(supply_ids, 0), by=by)
    capacity.reopen(supply_ids=supply_ids, by=by)


def _allowance(plan: Plan) -> Decimal:
    return Decimal(plan.figures.get("allowance", "0"))


def _rows(statement: str, **values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
