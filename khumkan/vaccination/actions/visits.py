"""The steps at the site. What a device sends twice counts once, so that it may send again after it was cut off."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from khumkan import policies
from khumkan.kernel import clock, crypto
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.vaccination.actions import booking, left_over, presence, records, steps
from khumkan.vaccination.actions.presence import Sent
from khumkan.vaccination.actions.records import Needle
from khumkan.vaccination.choices import Decided, DoorOutcome, Reaction, TurnedBack, WaitingBecause
from khumkan.vaccination.models import DoorNote, Dose, FollowUp, Injection, Session, StandBy, Visit, VisitStep
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.rules import visits as rules
from khumkan.vaccination.rules.visits import Vitals
from khumkan.vaccination.states import (
    LIVE_VISITS,
    DoseState,
    EnrolmentState,
    FollowUpState,
    VisitState,
    may_move,
)
from khumkan.vaccination.terms.visits import VisitTerms

__all__ = [
    "Sent", "check_in", "clear", "inject", "leave", "measure", "opened", "step_place", "turn_back", "vars_of",
    "vitals_of", "was_taken",
]  # fmt: skip
#: Why somebody waits again who was turned back; otherwise it was put off.
WAITS_BECAUSE = {TurnedBack.NO_DOSE: WaitingBecause.NO_DOSES, TurnedBack.WENT_AWAY: WaitingBecause.MISSED}


@transaction.atomic
def check_in(*, dose: Dose, session: Session, sent: Sent, by: Actor, stands_by: bool = False) -> Visit:
    """Let somebody in who is booked here, or who takes a dose that would be lost.

    :param stands_by: somebody with another date takes a dose that is left; whoever has no date always does.
    :raises Refused: when the person is not booked for this session's day and site and no dose is left.
    """
    scopes.check_works_at(by, session.site_id)
    fresh = steps.hold_dose(dose)
    if (done := _done(sent)) is not None:
        return _the_same(done, VisitState.ARRIVED, dose=fresh).visit
    sent = presence.checked(sent, session, by=by)
    if session.cancelled_at is not None:
        raise Refused(N_("This session was cancelled."), "session_cancelled")
    _check_is_outside(fresh)
    takes_left = stands_by or fresh.state == DoseState.WAITING
    if takes_left:
        left_over.take(fresh, session, by=by)
    else:
        _check_is_expected(fresh, session)
        steps.move_dose(fresh, DoseState.AT_SITE, waiting_because="")
    visit = Visit.objects.create(
        dose=fresh, person_id=fresh.person_id, session=session, state=VisitState.ARRIVED, arrived_at=sent.done_at
    )
    if takes_left:
        _note_stand_by(visit, sent, by=by)
    _write(visit, VisitState.ARRIVED, sent, by=by)
    steps.note("arrived", fresh, by=by, site_id=session.site_id, visit=visit.pk)
    return visit


@transaction.atomic
def measure(*, visit: Visit, vitals: Vitals, sent: Sent, by: Actor) -> TurnedBack | None:
    """Write down what was measured; it can be measured again after a rest.

    :returns: why the dose is put off unless a later measurement is better; None when nothing speaks against it.
    """
    _, fresh, sent, is_new = _held(visit, sent, VisitState.MEASURED, by=by)
    terms = policies.in_force(VisitTerms, on=clock.today())
    if is_new:
        if fresh.state == VisitState.ARRIVED:
            _move(fresh, VisitState.MEASURED)
        elif fresh.state != VisitState.MEASURED:
            check(may_move(VisitState(fresh.state), VisitState.MEASURED))
        values = {name: str(value) for name, value in vars_of(vitals).items() if value is not None}
        _write(fresh, VisitState.MEASURED, sent, by=by, details=values)
    return rules.against(vitals, terms)


@transaction.atomic
def clear(*, visit: Visit, answers: Mapping[str, str], sent: Sent, by: Actor, doctor: str = "") -> Visit:
    """Write that the person was asked about health, and consents.

    :param answers: yes or no by the code of the question, and `consent`; sealed.
    :param doctor: who decided that the dose can be given although an answer speaks against it.
    :raises Refused: without consent, when an answer speaks against it and no doctor decided, or while what was
        measured last speaks against it.
    """
    _, fresh, sent, is_new = _held(visit, sent, VisitState.CLEARED, by=by)
    if not is_new:
        return fresh
    if answers.get("consent") != rules.YES:
        raise Refused(N_("Without consent nobody is vaccinated. Please choose “Does not want it”."), "no_consent")
    terms = policies.in_force(VisitTerms, on=clock.today())
    if rules.against(vitals_of(fresh), terms) is not None:
        raise Refused(
            N_("Temperature or blood pressure is too high. Measure again after a rest, or put the dose off."),
            "measured_against",
        )
    if rules.speaking_against(answers) and not doctor.strip():
        raise Refused(
            N_("An answer speaks against the dose today. Put it off, or name the doctor who decided."), "needs_doctor"
        )
    _move(fresh, VisitState.CLEARED)
    details = {**answers, **({"doctor": doctor.strip()} if doctor.strip() else {})}
    _write(fresh, VisitState.CLEARED, sent, by=by, details=details)
    return fresh


@transaction.atomic
def inject(*, visit: Visit, needle: Needle, by: Actor) -> Injection:
    """Write that the dose was given, and observe the person from then on.

    :raises Refused: when the lot may not be given, or the person was not screened.
    """
    asked = Sent(client_key=needle.client_key, done_at=needle.given_at)
    dose, fresh, sent, is_new = _held(visit, asked, VisitState.INJECTED, by=by)
    if not is_new:
        return Injection.objects.get(client_key=needle.client_key)
    needle = replace(needle, given_at=sent.done_at)
    terms = policies.in_force(VisitTerms, on=clock.today())
    _move(fresh, VisitState.INJECTED, observe_until=rules.observed_until(needle.given_at, terms))
    _write(fresh, VisitState.INJECTED, sent, by=by)
    made = records.give(dose=dose, visit=fresh, needle=needle, by=by)
    FollowUp.objects.bulk_create(
        FollowUp(
            injection=made,
            person_id=made.person_id,
            day=day,
            due_on=made.given_on + timedelta(days=day),
            state=FollowUpState.DUE,
        )
        for day in terms.follow_up_days
    )
    return made


@transaction.atomic
def leave(*, visit: Visit, sent: Sent, by: Actor, felt: Sequence[Reaction] = (), doctor: str = "") -> Visit:
    """Let somebody go after the time of observation, asked how they feel.

    :param felt: what the person feels; sealed.
    :param doctor: who saw somebody with a warning sign.
    :raises Refused: while the person is still to be observed, or has a warning sign and no doctor saw them.
    """
    dose, fresh, sent, is_new = _held(visit, sent, VisitState.LEFT, by=by)
    if not is_new:
        return fresh
    if fresh.observe_until is not None and sent.done_at < fresh.observe_until:
        raise Refused(N_("The time of observation is not over yet."), "still_observed")
    terms = policies.in_force(VisitTerms, on=clock.today())
    if set(felt) & set(terms.severe) and not doctor.strip():
        raise Refused(
            N_("This is a warning sign: a doctor must see the person now. Then enter who did."), "warning_sign"
        )
    _move(fresh, VisitState.LEFT, ended_at=sent.done_at)
    told = {"felt": [one.value for one in felt], "doctor": doctor.strip()} if felt else None
    _write(fresh, VisitState.LEFT, sent, by=by, details=told)
    if dose.state == DoseState.GIVEN:  # and not struck meanwhile
        steps.tell("given", dose)
    return fresh


@transaction.atomic
def turn_back(*, visit: Visit, because: TurnedBack, sent: Sent, by: Actor) -> Visit:
    """Send somebody away without a dose: put off, refused, or somebody else than expected.

    Whoever was put off waits for a new date and keeps the turn; whoever refuses is not asked again.
    """
    dose, fresh, sent, is_new = _held(visit, sent, VisitState.TURNED_BACK, by=by)
    if not is_new:
        return fresh
    _move(fresh, VisitState.TURNED_BACK, turned_back=because, ended_at=sent.done_at)
    _write(fresh, VisitState.TURNED_BACK, sent, by=by, details={"because": because.value})
    steps.note("turned_back", dose, by=by, site_id=fresh.session.site_id)
    if because is TurnedBack.MISMATCH and dose.booked_at is not None:
        steps.move_dose(dose, DoseState.BOOKED)
    elif because is TurnedBack.REFUSED:
        booking.cancel(dose, by=by)
        steps.move_enrolment(dose.enrolment, EnrolmentState.WITHDRAWN, decided_by=Decided.SITE, decided_at=clock.now())
    else:
        _wait_again(dose, because, by=by)
        if because is TurnedBack.MISMATCH:  # somebody else took what was left, and this person lost their date by it
            steps.tell("waits_again", dose)
    return fresh


def vitals_of(visit: Visit) -> Vitals:
    """Return what was measured last; nothing when nothing was measured."""
    step = visit.steps.filter(state=VisitState.MEASURED).order_by("-at", "-pk").first()
    found = opened(step) if step is not None else {}
    weight, temperature = (Decimal(found[name]) if name in found else None for name in ("weight", "temperature"))
    systolic, diastolic = (int(found[name]) if name in found else None for name in ("systolic", "diastolic"))
    return Vitals(weight=weight, temperature=temperature, systolic=systolic, diastolic=diastolic)


def opened(step: VisitStep) -> dict[str, Any]:
    """Return the sealed details of a step.

    :raises khumkan.kernel.crypto.CannotOpen: when the sealed value is damaged or stands in the wrong row.
    """
    if step.sealed is None:
        return {}
    details: dict[str, Any] = json.loads(crypto.open_sealed(bytes(step.sealed), where=step_place(step.client_key)))
    return details


def vars_of(vitals: Vitals) -> dict[str, object]:
    """Return the measurements by name."""
    return {name: getattr(vitals, name) for name in ("weight", "temperature", "systolic", "diastolic")}


def step_place(client_key: UUID) -> str:
    """Return where the sealed details of a step stand."""
    return f"vaccination_visitstep.sealed.{client_key}"


def was_taken(*, dose: Dose, state: VisitState, client_key: UUID) -> bool:
    """Tell whether this step of a dose is here already, under the key that a device sends.

    :raises Refused: when the key was used for something else.
    """
    done = VisitStep.objects.select_related("visit").filter(client_key=client_key).first()
    return done is not None and bool(_the_same(done, state, dose=dose))


def _done(sent: Sent) -> VisitStep | None:
    return VisitStep.objects.select_related("visit").filter(client_key=sent.client_key).first()


def _the_same(done: VisitStep, state: VisitState, *, dose: Dose) -> VisitStep:
    """Let pass a step that was sent before.

    :raises Refused: when the key was used for something else, so that nothing is taken for done that is not.
    """
    if (done.state, done.visit.dose_id) != (state, dose.pk):
        raise Refused(N_("This key was used for another step. Please enter it once more."), "key_used")
    return done


def _held(visit: Visit, sent: Sent, state: VisitState, *, by: Actor) -> tuple[Dose, Visit, Sent, bool]:
    """Return dose and visit as they are now, held until the commit, and whether this step is new."""
    dose = steps.hold_dose(visit.dose)
    fresh = Visit.objects.select_for_update(of=("self",), no_key=True).select_related("session").get(pk=visit.pk)
    scopes.check_works_at(by, fresh.session.site_id)
    if (done := _done(sent)) is not None:
        _the_same(done, state, dose=dose)
        return dose, fresh, sent, False
    return dose, fresh, _after_the_last(fresh, presence.checked(sent, fresh.session, by=by)), True


def _after_the_last(visit: Visit, sent: Sent) -> Sent:
    """Return what was sent, done no earlier than the step before: a clock that is slow shortens no observation."""
    last = visit.steps.order_by("-done_at").values_list("done_at", flat=True).first()
    return sent if last is None else replace(sent, done_at=max(sent.done_at, last))


def _move(visit: Visit, to: VisitState, **columns: object) -> None:
    check(may_move(VisitState(visit.state), to))
    for name, value in {**columns, "state": to}.items():
        setattr(visit, name, value)
    visit.save(update_fields=["state", *columns])


def _write(
    visit: Visit, state: VisitState, sent: Sent, *, by: Actor, details: Mapping[str, object] | None = None
) -> None:
    where = step_place(sent.client_key)
    VisitStep.objects.create(
        visit=visit,
        person_id=visit.person_id,
        state=state,
        sealed=crypto.seal(json.dumps(details).encode(), where=where) if details else None,
        client_key=sent.client_key,
        done_at=sent.done_at,
        at=clock.now(),
        by_staff=by.id,
    )


def _check_is_outside(dose: Dose) -> None:
    """Let pass whose last visit is over: a dose that was struck waits again while its person may still be observed."""
    if dose.state != DoseState.AT_SITE and Visit.objects.filter(dose=dose, state__in=LIVE_VISITS).exists():
        raise Refused(N_("This person is at a site for a dose now. Please wait until they have left."), "at_site_now")


def _check_is_expected(dose: Dose, session: Session) -> None:
    if dose.state != DoseState.BOOKED or dose.session is None:
        raise Refused(N_("This person is not expected now."), "not_expected")
    if dose.session.site_id != session.site_id:
        raise Refused(N_("This person is booked for another site."), "other_site")
    if dose.session.day != session.day:
        raise Refused(N_("This person is booked for another day."), "other_day")


def _note_stand_by(visit: Visit, sent: Sent, *, by: Actor) -> None:
    """Write at the door that somebody took a dose that was left, and on the list that they came."""
    StandBy.objects.filter(dose=visit.dose_id, day=visit.session.day).update(came=True)
    DoorNote.objects.create(
        site_id=visit.session.site_id, session=visit.session, dose_id=visit.dose_id, person_id=visit.person_id,
        outcome=DoorOutcome.STAND_BY, client_key=sent.client_key, at=sent.done_at, by_staff=by.id,
    )  # fmt: skip


def _wait_again(dose: Dose, because: TurnedBack, *, by: Actor) -> None:
    """Give the place back and let the dose wait: some days when it was put off, else from now on."""
    terms = policies.in_force(VisitTerms, on=clock.today())
    booking.release_place(dose, by=by)
    is_put_off = because not in (*WAITS_BECAUSE, TurnedBack.MISMATCH)
    days = terms.deferred_days if is_put_off else 0
    due_from = max(dose.due_from, clock.today() + timedelta(days=days)) if days else dose.due_from
    mismatch = WaitingBecause.NEXT_PLAN if because is TurnedBack.MISMATCH else WaitingBecause.DEFERRED
    steps.move_dose(
        dose,
        DoseState.WAITING,
        session=None,
        booked_at=None,
        waiting_because=WAITS_BECAUSE.get(because, mismatch),
        due_from=due_from,
        due_until=max(dose.due_until, due_from) if dose.due_until else None,
    )
