"""Escalations and transfers: a doctor is called, and somebody who got worse, or better, moves to another site."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from khumkan import messages, record
from khumkan.isolation.actions import steps
from khumkan.isolation.choices import Decision, Level, Setting, WaitingBecause
from khumkan.isolation.models import Care, Escalation, Observation
from khumkan.isolation.permissions import cares as permissions
from khumkan.isolation.states import CareState, EscalationState, may_move
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, ActorKind, Role
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.record import queue

PREFIX = "U"
CARERS = (Role.NURSE,)
#: Where somebody is looked after next whom a doctor sends elsewhere.
GOES_TO: Mapping[Decision, Setting] = {Decision.HOSPITAL: Setting.HOSPITAL, Decision.BACK: Setting.HOSPITEL}


def raise_escalation(
    care: Care, *, level: Level, why: Sequence[dict[str, object]], observation: Observation | None, by: Actor
) -> Escalation | None:
    """Raise an escalation for somebody who got worse; while one is open, none is added unless it is worse still.

    The caller holds the care.
    """
    standing = Escalation.objects.filter(care=care).exclude(state=EscalationState.CLOSED).first()
    if standing is not None:
        if level > standing.level:
            Escalation.objects.filter(pk=standing.pk).update(level=level, reasons=list(why))
            record.write("isolation.escalation_worse", by=by, about=standing, data={"level": int(level)})
        return None
    made = Escalation.objects.create(
        reference=references.new(PREFIX),
        care=care,
        person_id=care.person_id,
        site_id=care.site_id,
        observation=observation,
        state=EscalationState.RAISED,
        level_from=care.level or Level.GREEN,
        level=level,
        reasons=list(why),
        raised_at=clock.now(),
        raised_by=by.id if by.kind is ActorKind.STAFF else None,
    )
    record.write("isolation.escalation_raised", by=by, about=made, data={"level": int(level)})
    return made


@transaction.atomic
def decide(*, escalation: Escalation, decision: Decision, doctor: str, level: Level, by: Actor) -> Escalation:
    """Write down what the doctor decided who was called.

    :param doctor: who was called.
    :param level: the colour from now on.
    :raises Refused: when no doctor is named, or it was decided already.
    """
    permissions.check_works_at(by, escalation.site_id, *CARERS)
    if not doctor.strip():
        raise Refused(N_("Please write which doctor was called."), "no_doctor")
    care, now = steps.locked(escalation.care_id), clock.now()  # the person first, as everybody locks
    found = Escalation.objects.select_for_update(of=("self",)).get(pk=escalation.pk)
    if found.state != EscalationState.RAISED:
        raise Refused(N_("A doctor has decided on this already."), "decided")
    goes = decision in GOES_TO
    found.state = EscalationState.MOVING if goes else EscalationState.CLOSED
    found.called_at, found.decision, found.doctor = now, decision, doctor.strip()
    found.decided_by = by.id if by.kind is ActorKind.STAFF else None
    found.closed_at = None if goes else now
    found.save(update_fields=["state", "called_at", "decision", "doctor", "decided_by", "closed_at"])
    care.level, care.setting = level, GOES_TO.get(decision, care.setting)
    care.save(update_fields=["level", "setting"])
    if goes:
        _look_for_bed(care)
    record.write(
        "isolation.escalation_decided", by=by, about=found, data={"decision": decision.value, "level": int(level)}
    )
    return found


@transaction.atomic
def step_down(*, care: Care, doctor: str, by: Actor) -> Escalation:
    """Let somebody in hospital who is better go back to a hospitel, as a doctor decided.

    :raises Refused: when an escalation is open, or no doctor is named.
    """
    permissions.check_works_at(by, care.site_id, *CARERS)
    care = steps.locked(care.pk)
    if care.state != CareState.ADMITTED:
        raise Refused(N_("This person is not in a bed (any more)."), "not_admitted")
    made = raise_escalation(care, level=Level(care.level or Level.GREEN), why=[], observation=None, by=by)
    if made is None:
        raise Refused(N_("Somebody has to decide on the open escalation first."), "escalation_open")
    return decide(escalation=made, decision=Decision.BACK, doctor=doctor, level=Level.GREEN, by=by)


def arrived(care: Care, *, site_id: int, by: Actor) -> None:
    """Close what the transfer was for, once the person lies in the new bed; what is not decided goes along."""
    for found in _open(care):
        if found.state == EscalationState.RAISED:
            Escalation.objects.filter(pk=found.pk).update(site_id=site_id)
        else:
            _close(found, by=by)


def close(care: Care, *, by: Actor) -> None:
    """Close a transfer that is not needed any more because the person goes home."""
    for found in _open(care):
        if found.state == EscalationState.MOVING:
            _close(found, by=by)


def _open(care: Care) -> list[Escalation]:
    return list(Escalation.objects.filter(care=care).exclude(state=EscalationState.CLOSED).order_by("pk"))


def _close(found: Escalation, *, by: Actor) -> None:
    check(may_move(EscalationState(found.state), EscalationState.CLOSED))
    Escalation.objects.filter(pk=found.pk).update(state=EscalationState.CLOSED, closed_at=clock.now())
    record.write("isolation.escalation_closed", by=by, about=found)


def _look_for_bed(care: Care) -> None:
    """Look for a bed elsewhere; who lies in a bed keeps it until they leave for the other one."""
    if care.state == CareState.AT_HOME:
        steps.move(
            care,
            CareState.WAITING,
            site_id=None,
            waiting_since=clock.now(),
            waiting_because=WaitingBecause.MATCHING,
        )
        messages.send("isolation.waiting", person_id=care.person_id, params={"reference": care.reference})
    queue.put("isolation.place", care_id=care.pk, priority=10)
