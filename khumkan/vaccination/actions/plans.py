"""Plans: asked for, computed, shown, approved by another officer, cancelled, resumed. Nobody is booked in here."""

import time
from datetime import date, timedelta
from secrets import token_hex
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Sum

from khumkan import policies, record
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.record import queue
from khumkan.vaccination.actions import planning
from khumkan.vaccination.choices import PlanCause
from khumkan.vaccination.models import Plan
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.queries import planning as queries
from khumkan.vaccination.states import PlanState, may_move
from khumkan.vaccination.terms.planning import PlanningTerms

PREFIX = "X"
#: Days that one plan spans, at most.
MOST_DAYS = 120


@transaction.atomic
def propose(
    *, province_code: str, first_day: date, last_day: date, by: Actor, without_sites: tuple[int, ...] = ()
) -> Plan:
    """Ask for a plan of an area; the queue computes it.

    :param province_code: empty plans for the whole country.
    :param without_sites: sites that it must not use.
    :raises Refused: for days in disorder or too near, or when a plan of this area is still looked at.
    """
    scopes.check_is_officer_of(by, province_code)
    terms = policies.in_force(PlanningTerms, on=clock.today())
    if last_day < first_day:
        raise Refused(N_("The last day comes before the first."), "days_in_disorder")
    if (last_day - first_day).days >= MOST_DAYS:
        raise Refused(N_("A plan has %(most)s days at most."), "too_many_days", most=MOST_DAYS)
    _check_notice(first_day, terms)
    plan = _made(
        by, province_code=province_code, first_day=first_day, last_day=last_day, closed_sites=list(without_sites),
        terms_version=terms.version,
    )  # fmt: skip
    record.write("vaccination.plan_asked", by=by, about=plan, data={"province": province_code})
    queue.put("vaccination.compute_plan", plan_id=plan.pk)
    return plan


def ask_for_moves(*, province_code: str, cause: PlanCause, about: dict[str, Any], by: Actor) -> Plan:
    """Ask for a plan that moves those whose session was taken away, in the transaction in which it was.

    It is carried out as soon as it is computed.

    :param about: the site or the lot, for the page of the plan.
    """
    terms = policies.in_force(PlanningTerms, on=clock.today())
    first, last = _days_of_moves(province_code, terms)
    plan = _made(
        by, province_code=province_code, cause=cause, first_day=first, last_day=last, terms_version=terms.version,
        figures={"about": about},
    )  # fmt: skip
    record.write("vaccination.plan_asked", by=by, about=plan, data={"cause": cause.value, **about})
    queue.put("vaccination.compute_plan", plan_id=plan.pk)
    return plan


def compute(*, plan_id: int, by: Actor) -> Plan:
    """Compute a plan that was asked for, and propose it; one that moves people goes on at once. Twice is harmless."""
    plan = Plan.objects.get(pk=plan_id)
    if plan.state != PlanState.COMPUTING:
        return plan
    about = {"about": plan.figures["about"]} if "about" in plan.figures else {}
    began: dict[str, float] = {}

    def told(step: str) -> None:
        rows = Plan.objects.filter(pk=plan.pk, state=PlanState.COMPUTING, seed=plan.seed)
        if not rows.update(figures={**about, "step": step}):
            raise planning.Stopped
        began.setdefault(step, time.perf_counter())

    try:
        figures = planning.compute(plan, told=told)
    except planning.Stopped:
        return Plan.objects.get(pk=plan.pk)
    except ArithmeticError as wrong:
        give_up(plan_id=plan.pk, why=str(wrong), by=by)
        return Plan.objects.get(pk=plan.pk)
    ends = [*list(began.values())[1:], time.perf_counter()]
    took = {step: round(end - start, 2) for (step, start), end in zip(began.items(), ends, strict=True)}
    return _proposed(plan, {**about, **figures, "took": took}, by=by)


@transaction.atomic
def approve(*, plan: Plan, by: Actor) -> Plan:
    """Let a plan be carried out: another officer than the one who asked for it decides.

    :raises Refused: when the same officer asked for it, somebody was faster, or its first days are too near by now.
    """
    fresh = _held(plan, by=by)
    check(may_move(PlanState(fresh.state), PlanState.CARRYING_OUT))
    if fresh.approved_at is not None:
        raise Refused(N_("This plan was approved already."), "approved_already")
    if by.id is not None and by.id == fresh.made_by:
        raise Refused(N_("Another officer has to approve the plan that you asked for."), "same_officer")
    _check_notice(fresh.first_day, policies.version(PlanningTerms, fresh.terms_version))
    fresh.state, fresh.approved_by, fresh.approved_at = PlanState.CARRYING_OUT, by.id, clock.now()
    fresh.save(update_fields=["state", "approved_by", "approved_at"])
    record.write("vaccination.plan_approved", by=by, about=fresh)
    queue.put("vaccination.carry_out_plan", plan_id=fresh.pk)
    return fresh


@transaction.atomic
def cancel(*, plan: Plan, by: Actor) -> Plan:
    """Stop a plan: what was booked stays booked, and nobody else is.

    :raises Refused: when it is over.
    """
    fresh = _held(plan, by=by)
    check(may_move(PlanState(fresh.state), PlanState.CANCELLED))
    fresh.state, fresh.ended_at = PlanState.CANCELLED, clock.now()
    fresh.save(update_fields=["state", "ended_at"])
    record.write("vaccination.plan_cancelled", by=by, about=fresh, data={"booked": fresh.booked})
    return fresh


@transaction.atomic
def give_up(*, plan_id: int, why: str, by: Actor) -> None:
    """Write that a plan could not be computed, so that an officer sees it; nothing when it was, or was stopped."""
    fresh = Plan.objects.select_for_update(no_key=True).get(pk=plan_id)
    if fresh.state == PlanState.COMPUTING:
        fresh.state, fresh.failed_why, fresh.ended_at = PlanState.FAILED, why[:400], clock.now()
        fresh.save(update_fields=["state", "failed_why", "ended_at"])
        record.write("vaccination.plan_failed", by=by, about=fresh)


@transaction.atomic
def resume(*, plan: Plan, by: Actor) -> Plan:
    """Carry on with an approved plan that was cancelled, where it stopped.

    One that moves people and was never computed is computed anew, from today.

    :raises Refused: when it was never approved, or another plan of this area is still looked at.
    """
    fresh = _held(plan, by=by)
    if fresh.cause != PlanCause.REGULAR and fresh.approved_at is None:
        return _anew(fresh, by=by)
    check(may_move(PlanState(fresh.state), PlanState.CARRYING_OUT))
    if fresh.approved_at is None:
        raise Refused(N_("This plan was never approved. Please make a new one."), "never_approved")
    fresh.state, fresh.ended_at = PlanState.CARRYING_OUT, None
    _saved_alone(fresh)
    record.write("vaccination.plan_resumed", by=by, about=fresh)
    queue.put("vaccination.carry_out_plan", plan_id=fresh.pk)
    return fresh


def _anew(fresh: Plan, *, by: Actor) -> Plan:
    """Compute a plan that moves people once more; the caller holds it."""
    check(may_move(PlanState(fresh.state), PlanState.COMPUTING))
    terms = policies.version(PlanningTerms, fresh.terms_version)
    fresh.first_day, fresh.last_day = _days_of_moves(fresh.province_code, terms)
    fresh.state, fresh.ended_at, fresh.failed_why = PlanState.COMPUTING, None, ""
    fresh.seed = token_hex(8)  # by which a worker that still computes it as it was sees that it is not wanted any more
    fresh.save(update_fields=["first_day", "last_day", "state", "ended_at", "failed_why", "seed"])
    record.write("vaccination.plan_resumed", by=by, about=fresh)
    queue.put("vaccination.compute_plan", plan_id=fresh.pk)
    return fresh


def _days_of_moves(province_code: str, terms: PlanningTerms) -> tuple[date, date]:
    first = clock.today() + timedelta(days=terms.days_of_notice)
    last = min(queries.last_session_day(province_code) or first, first + timedelta(days=MOST_DAYS - 1))
    return first, max(first, last)


def _made(by: Actor, **columns: Any) -> Plan:
    plan = Plan(
        reference=references.new(PREFIX), state=PlanState.COMPUTING, seed=token_hex(8), made_by=by.id,
        made_at=clock.now(), **columns,
    )  # fmt: skip
    _saved_alone(plan)
    return plan


def _saved_alone(plan: Plan) -> None:
    """Save a plan that becomes the live one of its area."""
    try:
        with transaction.atomic():
            plan.save()
    except IntegrityError as taken:
        raise Refused(
            N_("There is a plan of this area that is not finished yet. Please look at that one first."), "plan_live"
        ) from taken


def _held(plan: Plan, *, by: Actor) -> Plan:
    fresh = Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    scopes.check_is_officer_of(by, fresh.province_code)
    return fresh


@transaction.atomic
def _proposed(plan: Plan, figures: dict[str, Any], *, by: Actor) -> Plan:
    fresh = Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    if fresh.state != PlanState.COMPUTING or fresh.seed != plan.seed:
        return fresh
    fresh.state, fresh.figures, fresh.proposed_at = PlanState.PROPOSED, figures, clock.now()
    fresh.persons = fresh.sessions.aggregate(people=Sum("persons"))["people"] or 0
    record.write("vaccination.plan_proposed", by=by, about=fresh, data={"people": fresh.persons})
    if fresh.cause != PlanCause.REGULAR:
        fresh.state, fresh.approved_at = PlanState.CARRYING_OUT, clock.now()
        queue.put("vaccination.carry_out_plan", plan_id=fresh.pk)
    fresh.save(update_fields=["state", "figures", "proposed_at", "persons", "approved_at"])
    return fresh


def _check_notice(first_day: date, terms: PlanningTerms) -> None:
    earliest = clock.today() + timedelta(days=terms.days_of_notice)
    if first_day < earliest:
        raise Refused(N_("People have to be told in time: the first day can be %(day)s."), "too_near", day=earliest)
