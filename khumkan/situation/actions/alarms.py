"""Alarms: raised when a figure passes its limit, taken on by an officer, closed by themselves when it is over."""

from django.db import transaction

from khumkan import messages, policies, record
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.situation.models import Alarm
from khumkan.situation.permissions import figures as permissions
from khumkan.situation.queries.alarms import readings
from khumkan.situation.rules import targets as rules
from khumkan.situation.rules.targets import Breach, Target
from khumkan.situation.states import AlarmState, may_move
from khumkan.situation.terms.situation import TargetTerms

PREFIX = "AL"


@transaction.atomic
def watch(*, by: Actor) -> list[Alarm]:
    """Raise an alarm for each limit that is newly passed, and close those whose figure is within it again.

    An alarm that still runs gets the newer figure. Doing it again changes nothing.

    :returns: the new ones.
    """
    terms = policies.in_force(TargetTerms, on=clock.today())
    breaches = rules.breaches(readings(), terms.limits)
    running = Alarm.objects.exclude(state=AlarmState.CLOSED).select_for_update().order_by("pk")
    standing = {(Target(alarm.target), alarm.province_code): alarm for alarm in running}
    for which, alarm in standing.items():
        breach = breaches.get(which)
        if breach is None:
            _close(alarm, by=by)
        elif (alarm.value, alarm.limit) != (breach.value, breach.limit):
            Alarm.objects.filter(pk=alarm.pk).update(value=breach.value, limit=breach.limit)
    raised = [_raise(breach, terms, by=by) for which, breach in breaches.items() if which not in standing]
    if raised:
        _tell_duty(raised, terms)
    return raised


@transaction.atomic
def take_on(*, alarm: Alarm, note: str, by: Actor) -> Alarm:
    """Note that an officer knows of it, and what is done about it.

    :raises Refused: when somebody else did so before, or it is over; and without a note.
    """
    alarm = Alarm.objects.select_for_update().get(pk=alarm.pk)
    permissions.check_may_take_on(by, alarm)
    check(may_move(AlarmState(alarm.state), AlarmState.SEEN))
    if not note.strip():
        raise Refused(N_("Please write what you do about it."), "alarm_note")
    alarm.state, alarm.seen_at, alarm.note = AlarmState.SEEN, clock.now(), note.strip()[:300]
    alarm.seen_by = by.id if by.kind is ActorKind.STAFF else None
    alarm.save(update_fields=["state", "seen_at", "seen_by", "note"])
    record.write("situation.alarm_taken_on", by=by, about=alarm)
    return alarm


def _raise(breach: Breach, terms: TargetTerms, *, by: Actor) -> Alarm:
    alarm = Alarm.objects.create(
        reference=references.new(PREFIX),
        target=breach.target.value,
        province_code=breach.area_code,
        state=AlarmState.OPEN,
        value=breach.value,
        limit=breach.limit,
        terms_version=terms.version,
        opened_at=clock.now(),
    )
    data = {"target": breach.target.value, "province": breach.area_code}
    record.write("situation.alarm_raised", by=by, about=alarm, data=data)
    return alarm


def _close(alarm: Alarm, *, by: Actor) -> None:
    alarm.state, alarm.closed_at = AlarmState.CLOSED, clock.now()
    alarm.save(update_fields=["state", "closed_at"])
    record.write("situation.alarm_closed", by=by, about=alarm)


def _tell_duty(raised: list[Alarm], terms: TargetTerms) -> None:
    """Send one SMS to each officer on duty, however many alarms there are; the first is named."""
    for phone in terms.duty_phones:
        messages.send_to_address(
            "situation.alarm_raised",
            address=phone,
            params={"reference": raised[0].reference, "count": len(raised)},
            about=raised[0],
            urgent=True,
        )
