"""Calling people back: taking the next one, saying what came of it, and giving back what was taken and not done."""

from datetime import datetime, timedelta

from django.db import transaction

from khumkan import capacity, record
from khumkan.hotline.actions import call_backs, steps
from khumkan.hotline.call_choices import Tried
from khumkan.hotline.call_states import CallBackState
from khumkan.hotline.choices import Reply, StepKind, Thing
from khumkan.hotline.models import CallBack, CallBackTry, Case
from khumkan.hotline.permissions import calls as permissions
from khumkan.hotline.permissions.cases import province_codes
from khumkan.hotline.queries import call_backs as queries
from khumkan.hotline.rules import call_backs as rules
from khumkan.hotline.states import LIVE_CASES, CaseState
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_

#: Hours that are tried one after the other when somebody is to be called again.
HOURS_TRIED = 5
#: Call-backs that are looked at for the next one: as many agents may take one at the same moment.
NEXT_TRIED = 50
AT_ONCE = 500


@transaction.atomic
def take(*, call_back: CallBack, by: Actor) -> CallBack:
    """Take a call-back that is due; its case comes along.

    :raises Refused: when somebody else was faster, or it is not due yet.
    """
    case, fresh = call_backs.hold(call_back)
    user_id = permissions.check_may_call(by, fresh)
    if fresh.state == CallBackState.CALLING and fresh.taken_by_id == user_id:
        return fresh
    if fresh.state != CallBackState.DUE:
        raise Refused(N_("Somebody else was faster, or this call is not needed any more."), "not_due")
    if fresh.due_at > clock.now():
        raise Refused(N_("This call was promised for a later hour."), "too_early")
    return _take(case, fresh, user_id, by)


@transaction.atomic
def take_next(*, by: Actor) -> CallBack | None:
    """Take the call-back that was promised first of those that are due, or None. Two agents never get the same."""
    codes = province_codes(by)
    rows = CallBack.objects.due(now=clock.now())
    rows = rows if codes is None else rows.filter(case__province_code__in=codes)
    # cases are locked before call-backs, and what another takes at this moment is passed over
    for call_back in rows.select_related("case")[:NEXT_TRIED]:
        case = Case.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=call_back.case_id).first()
        if case is None:
            continue
        fresh = CallBack.objects.select_for_update(no_key=True).get(pk=call_back.pk)
        fresh.case = case
        if fresh.state == CallBackState.DUE:
            return _take(case, fresh, permissions.check_may_call(by, fresh), by)
    return None


@transaction.atomic
def tried(*, call_back: CallBack, outcome: Tried, by: Actor) -> CallBack:
    """Say what came of a call. Whoever was not reached is called again in the next hour that is free; after the last
    try they get a message, and their case waits for them.

    :raises Refused: when the actor did not take it.
    """
    case, fresh = call_backs.hold(call_back)
    user_id = permissions.check_has_taken(by, fresh)
    if fresh.state != CallBackState.CALLING:
        raise Refused(N_("Take this call-back first, then say what came of it."), "not_taken")
    number = fresh.attempts + 1
    CallBackTry.objects.create(call_back=fresh, number=number, outcome=outcome.value, by_staff=user_id, at=clock.now())
    call_backs.set_values(fresh, attempts=number)
    steps.note(StepKind.TRIED, case, by=by, outcome=outcome.value, number=number)
    to = rules.after_try(outcome, tries=number, most=fresh.most_attempts)
    if to is CallBackState.REACHED:
        call_backs.end(fresh, to)
    elif to is CallBackState.NOT_REACHED:
        _give_up(case, fresh, outcome, by)
    else:
        _again(case, fresh)
    return fresh


@transaction.atomic
def put_back(*, call_back: CallBack, by: Actor) -> CallBack:
    """Put a call-back that was taken and not made back into the list.

    :raises Refused: when somebody else took it.
    """
    case, fresh = call_backs.hold(call_back)
    permissions.check_has_taken(by, fresh)
    return _put_back(case, fresh, by)


def give_back_forgotten(*, by: Actor) -> int:
    """Put back what was taken long ago and not made; return how many. Each on its own."""
    long_ago = clock.now() - timedelta(minutes=call_backs.terms_now().taken_minutes)
    rows = CallBack.objects.filter(state=CallBackState.CALLING, taken_at__lte=long_ago).select_related("case")
    return sum(_give_back(call_back, long_ago, by) for call_back in list(rows.order_by("taken_at", "pk")[:AT_ONCE]))


@transaction.atomic
def _give_back(call_back: CallBack, long_ago: datetime, by: Actor) -> bool:
    case, fresh = call_backs.hold(call_back)
    if fresh.state != CallBackState.CALLING or fresh.taken_at is None or fresh.taken_at > long_ago:
        return False
    _put_back(case, fresh, by)
    return True


def _take(case: Case, call_back: CallBack, user_id: int, by: Actor) -> CallBack:
    now = clock.now()
    call_backs.move(call_back, CallBackState.CALLING, taken_by_id=user_id, taken_at=now)
    waits_for = call_backs.waits_for_nobody(case)
    if case.state == CaseState.OPEN:
        steps.set_values(case, owner_id=user_id, waits_for=waits_for)
    elif case.state in LIVE_CASES:
        steps.move(case, CaseState.OPEN, owner_id=user_id, taken_at=case.taken_at or now, waits_for=waits_for)
    steps.note(StepKind.TAKEN, case, by=by, owner=user_id, call_back=call_back.reference)
    return call_back


def _again(case: Case, call_back: CallBack) -> None:
    """Promise the next hour that is free, or else as soon as possible after some hours; the case waits for that."""
    terms = call_backs.terms_now()
    earliest = clock.now() + timedelta(hours=terms.again_after_hours)
    due_at = rules.next_moment(earliest, call_backs.hours_in(terms))
    call_backs.move(call_back, CallBackState.DUE, taken_by_id=None, taken_at=None, due_at=due_at)
    if call_back.claim_id is not None:
        _next_hour(call_back, call_back.claim_id, earliest)
    _wait_for_caller(case, call_back.until or call_back.due_at)


def _next_hour(call_back: CallBack, claim_id: int, earliest: datetime) -> None:
    for room in queries.free_hours(since=earliest)[:HOURS_TRIED]:
        try:
            with transaction.atomic():
                held = capacity.move(claim_id=claim_id, supply_id=room.supply_id, by=call_backs.KHUMKAN)
        except (capacity.Full, capacity.Closed):
            continue
        until = {"due_at": room.starts_at, "until": room.ends_at}
        call_backs.set_values(call_back, claim_id=held.claim_id, supply_id=room.supply_id, **until)
        return
    call_backs.set_values(call_back, claim_id=None, supply_id=None, until=None)
    capacity.release(claim_id=claim_id, by=call_backs.KHUMKAN)


def _give_up(case: Case, call_back: CallBack, outcome: Tried, by: Actor) -> None:
    """Call no more: the caller is told by message, unless the number is somebody else's."""
    call_backs.end(call_back, CallBackState.NOT_REACHED)
    hours = steps.terms_now().caller_hours
    _wait_for_caller(case, clock.now() + timedelta(hours=hours))
    if outcome is not Tried.WRONG_NUMBER and steps.tell(Reply.CALL_US.value, case):
        steps.note(StepKind.REPLIED, case, by=by, reply=Reply.CALL_US, template=Reply.CALL_US.value)


def _put_back(case: Case, call_back: CallBack, by: Actor) -> CallBack:
    call_backs.move(call_back, CallBackState.DUE, taken_by_id=None, taken_at=None)
    _wait_for_caller(case, case.due_at)
    record.write("hotline.call_back_put_back", by=steps.acting(by, case), about=call_back, person_id=case.person_id)
    return call_back


def _wait_for_caller(case: Case, due_at: datetime) -> None:
    """Let a live case wait for its caller, with nobody, and for what solves it if that comes first."""
    if case.state not in LIVE_CASES:
        return
    values: dict[str, object] = {
        "owner_id": None,
        "waits_for": case.waits_for or Thing.CALLER.value,
        "due_at": max(case.due_at, due_at),
    }
    if case.state == CaseState.WAITING:
        steps.set_values(case, **values)
    else:
        steps.move(case, CaseState.WAITING, **values)
