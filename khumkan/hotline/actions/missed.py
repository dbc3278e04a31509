"""What follows from a call that nobody answered: exactly one promise to call back, or nothing where none is needed."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import connection, transaction

from khumkan import policies, record
from khumkan.hotline.actions import call_backs, opening
from khumkan.hotline.actions.opening import Wanted
from khumkan.hotline.call_states import LIVE_CALLS, CallState
from khumkan.hotline.choices import Reason, Skill, Spoken
from khumkan.hotline.models import Call, CallBack
from khumkan.hotline.permissions import calls as permissions
from khumkan.hotline.queries import call_backs as queries
from khumkan.hotline.queries import numbers
from khumkan.hotline.terms.calls import CallTerms
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor

#: Calls that one run looks at.
AT_ONCE = 500


def forgotten() -> Iterator[Call]:
    """Yield the calls of which no end was told although they must be over. One query."""
    terms = policies.in_force(CallTerms, on=clock.today())
    now = clock.now()
    rows = Call.objects.filter(state__in=LIVE_CALLS, heard_at__lte=now - timedelta(minutes=terms.longest_ring_minutes))
    long_ago = now - timedelta(hours=terms.longest_call_hours)
    for call in rows.order_by("heard_at", "pk")[:AT_ONCE]:
        if call.state == CallState.RINGING or call.heard_at <= long_ago:
            yield call


def settle(*, by: Actor) -> int:
    """Decide what follows from calls that nobody answered; return of how many. Each on its own.

    It waits a moment before that: that somebody answered may be told late.
    """
    permissions.check_may_tell_of_calls(by)
    terms = policies.in_force(CallTerms, on=clock.today())
    until = clock.now() - timedelta(seconds=terms.missed_seconds)
    rows = Call.objects.filter(state=CallState.ABANDONED, settled_at=None, ended_at__lte=until).order_by(
        "ended_at", "pk"
    )
    return sum(_settle(call_id, by) for call_id in list(rows.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _settle(call_id: int, by: Actor) -> bool:
    rows = Call.objects.select_for_update(no_key=True, skip_locked=True)
    call = rows.filter(pk=call_id, state=CallState.ABANDONED, settled_at=None).first()
    if call is None:
        return False
    follow(call, by=by)
    return True


def follow(call: Call, *, by: Actor) -> CallBack | None:
    """Make work of a call that the caller holds: a promise to call back, unless there is one or none is needed.

    None without a number: there is nobody to call. None, too, when the same number called again and was answered.
    """
    call.settled_at = clock.now()
    made = None
    if call.number_index is not None:
        _one_at_a_time(bytes(call.number_index))
        promised = queries.of_number(call)
        if promised is not None:
            call.case = promised.case
        elif call.wants_call_back or not _answered_since(call):
            made = _promise(call, by)
    call.save(update_fields=["settled_at", "case"])
    record.write("hotline.call_settled", by=by, about=call, data={"call_back": made.reference if made else ""})
    return made


def _one_at_a_time(index: bytes) -> None:
    """Wait for whoever settles another call of the same number, so that one number is promised one call back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"hotline.missed.{index.hex()}"])


def _answered_since(call: Call) -> bool:
    rows = Call.objects.filter(number_index=call.number_index, heard_at__gt=call.heard_at, answered_at__isnull=False)
    return rows.exists()


def _promise(call: Call, by: Actor) -> CallBack:
    wanted = Wanted(
        reason=Reason.OTHER,
        language=Spoken(call.language),
        phone=numbers.number_of(call),
        skill=Skill(call.skill),
        later=True,
    )
    system = Actor.system("hotline")
    call.case = opening.open_case(wanted=wanted, keep=False, by=system)
    return call_backs.ask(case=call.case, supply_id=None, call=call, by=system)
