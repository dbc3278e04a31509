"""The days after a dose: people are asked how they feel, and what is severe reaches somebody who can help."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from khumkan import messages, policies, record
from khumkan.kernel import clock, crypto, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.vaccination.choices import Reaction, ToldBy
from khumkan.vaccination.models import AdverseEvent, FollowUp, Injection
from khumkan.vaccination.models.records import event_place, follow_up_place
from khumkan.vaccination.permissions import after as permissions
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.rules import aftercare as rules
from khumkan.vaccination.states import AdverseState, FollowUpState, may_move
from khumkan.vaccination.terms.visits import VisitTerms

PREFIX = "M"
#: People asked in one transaction.
AT_ONCE = 1_000


@dataclass(frozen=True, kw_only=True)
class Told:
    """What somebody feels.

    :param words: in their own words, as little as they like; sealed.
    """

    reactions: Sequence[Reaction]
    words: str
    told_by: ToldBy
    began_on: date | None = None


@transaction.atomic
def ask_due(*, by: Actor) -> int:
    """Ask the next people whose day has come how they feel; return how many. Nobody is asked twice for one day."""
    terms = policies.in_force(VisitTerms, on=clock.today())
    oldest = clock.today() - timedelta(days=terms.follow_up_open_days)
    rows = FollowUp.objects.select_for_update(of=("self",), skip_locked=True, no_key=True).select_related(
        "injection__dose", "injection__person"
    )
    rows = rows.filter(state=FollowUpState.DUE, due_on__lte=clock.today(), due_on__gte=oldest, asked_at=None)
    due = list(rows.filter(injection__struck_at=None).order_by("due_on", "pk")[:AT_ONCE])
    FollowUp.objects.filter(pk__in=[each.pk for each in due]).update(asked_at=clock.now())
    asked = ((each.person_id, {"reference": _reference(each.injection)}) for each in due)
    return messages.send_many("vaccination.follow_up", asked)


@transaction.atomic
def close_missed(*, by: Actor) -> int:
    """Note which questions nobody answered in time; return how many. They can still be answered."""
    check(may_move(FollowUpState.DUE, FollowUpState.MISSED))
    terms = policies.in_force(VisitTerms, on=clock.today())
    last = clock.today() - timedelta(days=terms.follow_up_open_days)
    missed = FollowUp.objects.filter(state=FollowUpState.DUE, due_on__lt=last).update(state=FollowUpState.MISSED)
    if missed:
        record.write("vaccination.follow_ups_missed", by=by, data={"count": missed})
    return missed


@transaction.atomic
def answer(*, follow_up: FollowUp, told: Told, by: Actor) -> AdverseEvent | None:
    """Take the answer; what is severe becomes a report by itself, which is returned.

    :raises Refused: when it was answered already, or the day has not come.
    """
    rows = FollowUp.objects.select_for_update(of=("self",), no_key=True).select_related("injection", "person")
    fresh = rows.get(pk=follow_up.pk)
    permissions.check_may_tell(by, fresh.person)
    if fresh.state == FollowUpState.ANSWERED:
        raise Refused(N_("This was answered already. If it got worse, please report it."), "answered_already")
    _check_stands(fresh.injection)
    if fresh.due_on > clock.today():
        raise Refused(N_("This question is asked later. If you feel unwell now, please report it."), "too_early_to_ask")
    check(may_move(FollowUpState(fresh.state), FollowUpState.ANSWERED))
    fresh.state, fresh.answered_at = FollowUpState.ANSWERED, clock.now()
    fresh.sealed = _sealed(told, where=follow_up_place(fresh.pk))
    fresh.save(update_fields=["state", "answered_at", "sealed"])
    record.write("vaccination.follow_up_answered", by=by, about=fresh, data={"day": fresh.day})
    terms = policies.in_force(VisitTerms, on=clock.today())
    if not rules.is_severe(told.reactions, terms):
        return None
    return _report(fresh.injection, told, terms=terms, by=by)


@transaction.atomic
def report(*, injection: Injection, told: Told, by: Actor) -> AdverseEvent:
    """Report something that happened after a dose.

    :raises Refused: when nothing is said of it, or it would have begun before the dose or after today.
    """
    permissions.check_may_report(by, injection)
    _check_stands(injection)
    if not told.reactions and not told.words.strip():
        raise Refused(N_("Please say what happened: tick something, or write it."), "nothing_told")
    if told.began_on is not None and not injection.given_on <= told.began_on <= clock.today():
        raise Refused(N_("It cannot have begun before the dose, or later than today."), "began_when")
    return _report(injection, told, terms=policies.in_force(VisitTerms, on=clock.today()), by=by)


def _check_stands(injection: Injection) -> None:
    if injection.struck_at is not None:
        raise Refused(
            N_("The record of this dose was corrected. Please open the page again and choose the dose there."),
            "record_struck",
        )


@transaction.atomic
def route(*, event: AdverseEvent, to: str, by: Actor) -> AdverseEvent:
    """Say who has it now: a doctor, a hospital, the office of disease control. One that was closed is taken up again.

    :raises Refused: when nobody is named.
    """
    fresh = _held(event, by=by)
    if not to.strip():
        raise Refused(N_("Please say who has it now."), "nobody_named")
    if fresh.state != AdverseState.ROUTED:
        check(may_move(AdverseState(fresh.state), AdverseState.ROUTED))
    fresh.state, fresh.routed_to, fresh.routed_at = AdverseState.ROUTED, to.strip(), clock.now()
    fresh.closed_at = None
    fresh.save(update_fields=["state", "routed_to", "routed_at", "closed_at"])
    record.write("vaccination.adverse_routed", by=by, about=fresh)
    return fresh


@transaction.atomic
def close(*, event: AdverseEvent, outcome: str, by: Actor) -> AdverseEvent:
    """Close an event, and say what came of it.

    :raises Refused: when nobody says what came of it, or a serious one reached no doctor.
    """
    fresh = _held(event, by=by)
    if not outcome.strip():
        raise Refused(N_("Please say what came of it."), "no_outcome")
    if fresh.is_serious and not fresh.routed_to:
        raise Refused(N_("A serious event is passed on to a doctor first."), "not_routed")
    check(may_move(AdverseState(fresh.state), AdverseState.CLOSED))
    fresh.state, fresh.outcome, fresh.closed_at = AdverseState.CLOSED, outcome.strip(), clock.now()
    fresh.save(update_fields=["state", "outcome", "closed_at"])
    record.write("vaccination.adverse_closed", by=by, about=fresh)
    return fresh


def carry_over(*, old: Injection, new: Injection) -> None:
    """Let the questions that are still to be asked about a record that was replaced be asked about the new one."""
    open_ones = FollowUp.objects.filter(injection=old, state__in=[FollowUpState.DUE, FollowUpState.MISSED])
    open_ones.update(injection=new, person=new.person)


def _report(injection: Injection, told: Told, *, terms: VisitTerms, by: Actor) -> AdverseEvent:
    now, reference = clock.now(), references.new(PREFIX)
    is_serious = rules.is_severe(told.reactions, terms)
    made = AdverseEvent.objects.create(
        reference=reference,
        injection=injection,
        person_id=injection.person_id,
        state=AdverseState.REPORTED,
        is_serious=is_serious,
        told_by=told.told_by,
        began_on=told.began_on or clock.today(),
        sealed=_sealed(told, where=event_place(reference)),
        province_code=injection.person.province_code,
        reported_at=now,
        due_at=rules.due_at(now, is_serious=is_serious, terms=terms),
    )
    record.write("vaccination.adverse_reported", by=by, about=made, data={"serious": is_serious})
    return made


def _held(event: AdverseEvent, *, by: Actor) -> AdverseEvent:
    fresh = AdverseEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)
    scopes.check_is_officer_of(by, fresh.province_code)
    return fresh


def _sealed(told: Told, *, where: str) -> bytes:
    words = {"reactions": [each.value for each in _once(told.reactions)], "words": told.words.strip()}
    return crypto.seal(json.dumps(words, ensure_ascii=False).encode(), where=where)


def _once(reactions: Iterable[Reaction]) -> list[Reaction]:
    return list(dict.fromkeys(reactions))


def _reference(injection: Injection) -> str:
    """Return what the message names: the dose, or the person where an officer moved the record here."""
    return injection.dose.reference if injection.dose is not None else injection.person.reference
