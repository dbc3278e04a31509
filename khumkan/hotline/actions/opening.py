"""Opening a case in one step. Somebody who calls again about the same finds the same case."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from khumkan.hotline.actions import routing, steps
from khumkan.hotline.choices import CaseChannel, Reason, Skill, Spoken, StepKind, Thing
from khumkan.hotline.models import Case
from khumkan.hotline.permissions import cases as permissions
from khumkan.hotline.queries import callers, happening, surges
from khumkan.hotline.rules.calls import may_open
from khumkan.hotline.rules.reasons import handling_of
from khumkan.hotline.states import CaseState
from khumkan.hotline.terms.cases import URGENT, CaseTerms
from khumkan.kernel import clock, crypto, references
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.registry.models import Employer, Person

PREFIX = "HC"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a caller wants.

    :param person: whose matter it is; at most one of person and employer is given.
    :param phone: the number that called, as `+66812345678`, where it is known.
    :param note: in the agent's words; kept sealed.
    :param chain: the stuck chain that opens the case: a rule and a row. There is one case for each, ever.
    :param skill: who is to solve it, where it is known better than by the reason: the queue of a call.
    :param later: the caller is called back: the case waits for that and goes to nobody before, also in a surge.
    """

    reason: Reason
    person: Person | None = None
    employer: Employer | None = None
    channel: CaseChannel = CaseChannel.PHONE
    language: Spoken = Spoken.THAI
    phone: str = ""
    note: str = ""
    chain: str = ""
    about_kind: str = ""
    about_id: int | None = None
    skill: Skill | None = None
    later: bool = False


@transaction.atomic
def open_case(*, wanted: Wanted, keep: bool, by: Actor) -> Case:
    """Open a case, or note on the live one that the caller came back.

    :param keep: whether who opens it works on it; else it goes into its queue, and to whoever is free.
    :raises Missing: for anybody who does not work at the hotline.
    """
    permissions.check_may_open(by)
    _check_surge(wanted, by)
    case = _made(wanted, by)
    if case is None:
        return _came_back(wanted, by=by)
    steps.note(StepKind.OPENED, case, by=by, text=wanted.note, reason=wanted.reason.value)
    if keep:
        user_id = permissions.check_is_staff(by)
        steps.move(case, CaseState.OPEN, owner_id=user_id, taken_at=clock.now())
        steps.note(StepKind.TAKEN, case, by=by, owner=user_id)
    elif wanted.later:
        steps.move(case, CaseState.WAITING, waits_for=case.waits_for or Thing.CALLER.value)
    else:
        routing.route(case, by=by)
    return case


@transaction.atomic
def open_stuck_case(*, wanted: Wanted, by: Actor) -> Case | None:
    """Open a case for a chain that stands still; None when it had one, or the person has one about the same."""
    permissions.check_may_open(by)
    case = _made(wanted, by)
    if case is not None:
        steps.note(StepKind.OPENED, case, by=by, reason=wanted.reason.value)
        routing.route(case, by=by)
    return case


def _made(wanted: Wanted, by: Actor) -> Case | None:
    """Return the new case, or None when the person has a live one about the same."""
    terms = steps.terms_now()
    reference = references.new(PREFIX)
    try:
        with transaction.atomic():
            return Case.objects.create(
                reference=reference,
                person=wanted.person,
                employer=wanted.employer,
                reason=wanted.reason,
                channel=wanted.channel,
                state=CaseState.NEW,
                skill=wanted.skill or handling_of(wanted.reason).skill,
                language=wanted.language,
                province_code=_province_of(wanted),
                waits_for=_thing(wanted) or "",
                chain=wanted.chain,
                about_kind=wanted.about_kind,
                about_id=wanted.about_id,
                opened_by=permissions.staff_id(by),
                **_urgency(wanted.reason, terms),
                **_caller(wanted.phone, reference),
            )
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        return None


def _urgency(reason: Reason, terms: CaseTerms) -> dict[str, object]:
    """Return how urgent a case is, and until when it must be solved, by the terms in force."""
    now = clock.now()
    return {
        "priority": terms.priorities.get(reason, 0),
        "due_at": now + timedelta(minutes=terms.minutes.get(reason, 1_440)),
        "opened_at": now,
        "terms_version": terms.version,
    }


def _caller(phone: str, reference: str) -> dict[str, object]:
    if not phone:
        return {}
    sealed = crypto.seal(phone.encode(), where=callers.phone_place(reference))
    return {"caller_sealed": sealed, "caller_index": callers.phone_index(phone)}


def _thing(wanted: Wanted) -> Thing | None:
    """Return what closes the case by itself, unless it is there already."""
    thing = handling_of(wanted.reason).thing
    if thing is None or wanted.person is None or happening.has_happened(thing, wanted.person.pk):
        return None
    return thing


def _province_of(wanted: Wanted) -> str:
    holder = wanted.person or wanted.employer
    return holder.province_code if holder else ""


def _check_surge(wanted: Wanted, by: Actor) -> None:
    """In a surge only urgent matters are opened on the telephone; who calls about another is called back."""
    if by.kind is not ActorKind.STAFF or wanted.channel is not CaseChannel.PHONE or wanted.later:
        return
    priority = steps.terms_now().priorities.get(wanted.reason, 0)
    check(may_open(priority=priority, urgent_from=URGENT, is_surge=surges.now_in_force() is not None))


def _came_back(wanted: Wanted, *, by: Actor) -> Case:
    """Note on the live case about the same that the caller came back."""
    rows = Case.objects.live().filter(person=wanted.person, reason=wanted.reason)
    case = rows.select_for_update(no_key=True).first()
    if case is None:
        raise Refused(N_("Somebody closed the case at this moment. Please try again."), "closed_just_now")
    steps.note(StepKind.CALLER_BACK, case, by=by, text=wanted.note)
    return case
