"""Calls as the exchange tells of them, and what came of them. Order of locks: calls, cases, call-backs, supplies."""

from dataclasses import dataclass, fields
from datetime import datetime

from django.db import transaction

from khumkan import record
from khumkan.accounts.queries import active_user_named
from khumkan.hotline.actions import call_backs, counting, missed, opening
from khumkan.hotline.actions.opening import Wanted
from khumkan.hotline.call_choices import CallOutcome, Dropped, Told
from khumkan.hotline.call_states import CallState
from khumkan.hotline.choices import Reason, Skill, Spoken
from khumkan.hotline.models import Call
from khumkan.hotline.permissions import calls as permissions
from khumkan.hotline.queries import call_backs as promises
from khumkan.hotline.queries import callers, numbers
from khumkan.hotline.queries.agents import is_of_hotline
from khumkan.hotline.rules import calls as rules
from khumkan.hotline.rules.calls import Moments
from khumkan.kernel import clock, crypto, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.registry.models import Person

PREFIX = "CA"


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that an exchange tells of one call.

    :param number: as the exchange writes it; empty when it is withheld.
    :param agent: the user name of whom it rings for, or who answered.
    """

    exchange: str
    exchange_call: str
    what: Told
    at: datetime
    number: str = ""
    agent: str = ""
    skill: Skill | None = None
    language: Spoken | None = None


@transaction.atomic
def hear(*, heard: Heard, by: Actor) -> Call:
    """Note what an exchange tells. The same again changes nothing, and the order does not matter.

    :raises Refused: for a moment that cannot be one of now.
    """
    permissions.check_may_tell_of_calls(by)
    check(rules.is_believable(heard.at, now=clock.now()))
    call, is_new = _held(heard)
    known = moments(call)
    before = {} if is_new else rules.counted(known, solved=call.outcome == CallOutcome.SOLVED)
    told = rules.after(known, heard.what, at=heard.at, agent_id=_agent(heard.agent))
    changed = [*_keep(call, told), *_details(call, heard)]
    if changed:
        call.save(update_fields=changed)
    if changed or is_new:
        record.write("hotline.call_heard", by=by, about=call, data={"told": heard.what.value, "state": call.state})
    if call.wants_call_back and call.settled_at is None:
        missed.follow(call, by=by)
    counting.add(call, rules.difference(before, rules.counted(told, solved=call.outcome == CallOutcome.SOLVED)))
    return call


@transaction.atomic
def note_outcome(
    *, call: Call, outcome: CallOutcome, reason: Reason | None, by: Actor, person: Person | None = None, text: str = ""
) -> Call:
    """Note what came of a call; where it goes on, a case is opened, and a call back promised if that was the outcome.

    A number that was promised a call back and was helped now is not called any more.

    :param person: who it was, once that is sure; else the case is one of the number that called.
    :param text: the note of the case; kept sealed.
    :raises Refused: when nobody answered this call, it was noted already, or there is no reason.
    """
    fresh = hold(call)
    permissions.check_may_note_call(by, fresh)
    if fresh.answered_at is None:
        raise Refused(N_("Nobody has answered this call."), "not_answered")
    if fresh.outcome:
        raise Refused(N_("What came of this call was noted already."), "noted")
    if reason is None and outcome is not CallOutcome.NOTHING:
        raise Refused(N_("Choose why the person called."), "no_reason")
    before = rules.counted(moments(fresh), solved=False)
    fresh.outcome, fresh.reason = outcome.value, reason.value if reason else ""
    if outcome in (CallOutcome.CASE, CallOutcome.CALL_BACK) and reason is not None:
        _go_on(fresh, outcome, reason, person, text, by)
    elif outcome is CallOutcome.SOLVED and (promised := promises.of_number(fresh)) is not None:
        call_backs.drop(call_back=promised, because=Dropped.CALLED_AGAIN, by=call_backs.KHUMKAN)
    fresh.save(update_fields=["outcome", "reason", "case"])
    record.write("hotline.call_noted", by=by, about=fresh, data={"outcome": outcome.value, "reason": fresh.reason})
    changes = rules.difference(before, rules.counted(moments(fresh), solved=outcome is CallOutcome.SOLVED))
    if reason is not None:
        changes[f"reason.{reason.value}"] = 1
    counting.add(fresh, changes)
    return fresh


@transaction.atomic
def end_forgotten(*, call: Call, by: Actor) -> Call:
    """End a call of which the exchange never told the end: what rang counts as missed."""
    permissions.check_may_tell_of_calls(by)
    fresh = hold(call)
    if fresh.ended_at is not None:
        return fresh
    known = moments(fresh)
    solved = fresh.outcome == CallOutcome.SOLVED
    told = rules.after(known, Told.ENDED, at=clock.now())
    fresh.save(update_fields=_keep(fresh, told))
    record.write("hotline.call_forgotten", by=by, about=fresh, data={"state": fresh.state})
    counting.add(fresh, rules.difference(rules.counted(known, solved=solved), rules.counted(told, solved=solved)))
    return fresh


def hold(call: Call) -> Call:
    """Return a call as it is now, held until the commit."""
    return Call.objects.select_for_update(no_key=True).get(pk=call.pk)


def moments(call: Call) -> Moments:
    """Return what is known of a call as plain values."""
    return Moments(call.rang_at, call.rings_at, call.answered_at, call.ended_at, call.agent_id, call.wants_call_back)


def _held(heard: Heard) -> tuple[Call, bool]:
    """Return the call that is told of, held; whoever tells first makes it."""
    reference = references.new(PREFIX)
    call, is_new = Call.objects.get_or_create(
        exchange=heard.exchange,
        exchange_call=heard.exchange_call,
        defaults={
            "reference": reference,
            "state": CallState.RINGING,
            "skill": heard.skill or Skill.GENERAL,
            "language": heard.language or Spoken.THAI,
            "heard_at": clock.now(),
        },
    )
    return hold(call), is_new


def _agent(username: str) -> int | None:
    """Return the id of a member of the hotline; None for anybody else, so that no call is lost over a name."""
    user = active_user_named(username) if username.strip() else None
    return user.pk if user is not None and is_of_hotline(user.pk) else None


def _keep(call: Call, told: Moments) -> list[str]:
    """Put what is known into the row and return the columns that changed."""
    state = rules.state_of(told)
    changed = [each.name for each in fields(told) if getattr(call, each.name) != getattr(told, each.name)]
    for name in changed:
        setattr(call, name, getattr(told, name))
    if call.state != state:
        call.state = state.value
        changed.append("state")
    return changed


def _details(call: Call, heard: Heard) -> list[str]:
    """Put number, subject and language into the row, where they were told, and return the columns that changed."""
    changed = []
    number = numbers.read(heard.number) if call.number_index is None else ""
    if number:
        call.number_sealed = crypto.seal(number.encode(), where=numbers.place(call.reference))
        call.number_index, call.hint = callers.phone_index(number), number[-2:]
        changed += ["number_sealed", "number_index", "hint"]
    for name, value in (("skill", heard.skill), ("language", heard.language)):
        if value is not None and getattr(call, name) != value:
            setattr(call, name, value.value)
            changed.append(name)
    return changed


def _go_on(call: Call, outcome: CallOutcome, reason: Reason, person: Person | None, text: str, by: Actor) -> None:
    """Open the case in which a call goes on, and promise a call back."""
    later = outcome is CallOutcome.CALL_BACK
    wanted = Wanted(
        reason=reason,
        person=person,
        language=Spoken(call.language),
        phone=numbers.number_of(call),
        note=text,
        later=later,
    )
    call.case = opening.open_case(wanted=wanted, keep=not later, by=by)
    if later:
        call_backs.ask(case=call.case, supply_id=None, call=call, by=by)
