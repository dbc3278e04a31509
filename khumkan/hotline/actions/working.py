"""Working on cases: taking, handing over, putting back, passing up, noting, waiting, replying."""

from datetime import timedelta

from django.db import transaction

from khumkan.accounts.models import User
from khumkan.accounts.queries import active_user_named
from khumkan.hotline.actions import routing, steps
from khumkan.hotline.choices import Reply, StepKind, Thing
from khumkan.hotline.models import Case, Presence
from khumkan.hotline.permissions import cases as permissions
from khumkan.hotline.queries.agents import is_of_hotline
from khumkan.hotline.states import HELD_CASES, LIVE_CASES, CaseState
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_

#: What one case is raised by when it is passed up.
RAISED_BY = 50


@transaction.atomic
def take(*, case: Case, by: Actor) -> Case:
    """Take a case from the queue, or go on with an own one that waited.

    :raises Refused: when somebody else has it, or it is over.
    """
    user_id = permissions.check_is_staff(by)
    fresh = steps.hold(case)
    permissions.check_may_work_on(by, fresh)
    if fresh.owner_id not in (None, user_id):
        raise Refused(N_("Somebody else was faster: this case has an owner."), "taken")
    if fresh.state in HELD_CASES:
        return fresh
    steps.move(fresh, CaseState.OPEN, owner_id=user_id, taken_at=fresh.taken_at or clock.now())
    steps.note(StepKind.TAKEN, fresh, by=by, owner=user_id)
    return fresh


@transaction.atomic
def take_next(*, by: Actor) -> Case | None:
    """Take the next case that the actor knows about: the most urgent, then the one due first. None when none waits.

    :raises Refused: when the actor is not at the desk, or has as many as they may have.
    """
    user_id = permissions.check_is_staff(by)
    present = Presence.objects.select_for_update().filter(user=user_id, until__gt=clock.now()).first()
    if present is None:
        raise Refused(N_("Say first what you know and which languages you speak."), "not_at_desk")
    if routing.open_of(user_id) >= steps.terms_now().most_open:
        raise Refused(N_("You have as many open cases as one person should have. Close some first."), "too_many")
    rows = Case.objects.queued().filter(skill__in=present.skills, language__in=present.languages)
    codes = permissions.province_codes(by)
    rows = rows if codes is None else rows.filter(province_code__in=codes)
    found = rows.select_for_update(no_key=True, skip_locked=True).first()
    if found is None:
        return None
    steps.move(found, CaseState.OPEN, owner_id=user_id, taken_at=clock.now())
    steps.note(StepKind.TAKEN, found, by=by, owner=user_id)
    return found


@transaction.atomic
def hand_over(*, case: Case, to: str, by: Actor) -> Case:
    """Give a case to a colleague.

    :param to: the colleague's user name.
    :raises Refused: when there is no such colleague, or the case is somebody else's.
    """
    fresh = _mine(case, by)
    colleague = _colleague(to)
    if fresh.owner_id == colleague.pk:
        raise Refused(N_("This colleague has the case already."), "has_it")
    if fresh.state == CaseState.NEW:
        steps.move(fresh, CaseState.OPEN, owner_id=colleague.pk, taken_at=clock.now())
    else:
        steps.set_values(fresh, owner_id=colleague.pk)
    steps.note(StepKind.HANDED, fresh, by=by, owner=colleague.pk)
    return fresh


@transaction.atomic
def put_back(*, case: Case, by: Actor) -> Case:
    """Put a case back into its queue, for whoever is free."""
    fresh = _mine(case, by)
    steps.move(fresh, CaseState.NEW, owner_id=None)
    steps.note(StepKind.PUT_BACK, fresh, by=by)
    return fresh


@transaction.atomic
def escalate(*, case: Case, why: str, by: Actor) -> Case:
    """Pass a case up: it stands on the supervisors' list and comes before others.

    :raises Refused: without a reason, or when it was passed up already.
    """
    fresh = _mine(case, by)
    if fresh.escalated_at is not None:
        raise Refused(N_("This case was passed up already."), "escalated")
    _require(why)
    steps.set_values(fresh, escalated_at=clock.now(), priority=fresh.priority + RAISED_BY)
    steps.note(StepKind.ESCALATED, fresh, by=by, text=why.strip())
    return fresh


@transaction.atomic
def write_note(*, case: Case, text: str, by: Actor) -> Case:
    """Note something. Everybody of the hotline may: a colleague may know more.

    :raises Refused: for an empty note.
    """
    fresh = steps.hold(case)
    permissions.check_may_work_on(by, fresh)
    _require(text)
    steps.note(StepKind.NOTE, fresh, by=by, text=text.strip())
    return fresh


@transaction.atomic
def wait(*, case: Case, thing: Thing, by: Actor) -> Case:
    """Let a case wait for what solves it; it closes itself when that happens.

    Where the caller has to answer, it becomes due again after the hours of the terms.

    :raises Refused: when the case is over, or somebody else's.
    """
    fresh = _mine(case, by)
    if thing is not Thing.CALLER and fresh.person_id is None:
        raise Refused(N_("Only a case about a person can wait for this."), "no_person")
    values: dict[str, object] = {"waits_for": thing.value, "owner_id": fresh.owner_id or permissions.staff_id(by)}
    if thing is Thing.CALLER:
        values["due_at"] = clock.now() + timedelta(hours=steps.terms_now().caller_hours)
    if fresh.state == CaseState.WAITING:
        steps.set_values(fresh, **values)
    else:
        steps.move(fresh, CaseState.WAITING, **values)
    steps.note(StepKind.WAITS, fresh, by=by, thing=thing.value)
    return fresh


@transaction.atomic
def reply(*, case: Case, with_: Reply, by: Actor) -> Case:
    """Send the caller a reply that is ready in both languages.

    :raises Refused: when nobody is known to whom it could go.
    """
    fresh = _mine(case, by)
    if not steps.tell(with_.value, fresh):
        raise Refused(N_("No telephone number is known for this case."), "nobody_to_tell")
    steps.note(StepKind.REPLIED, fresh, by=by, reply=with_, template=with_.value)
    return fresh


def _mine(case: Case, by: Actor) -> Case:
    """Return the case as it is now, held, when the actor may change it.

    :raises Refused: when it is over.
    """
    fresh = steps.hold(case)
    permissions.check_may_change(by, fresh)
    if fresh.state not in LIVE_CASES:
        raise Refused(N_("This case is over. Open it again first."), "case_over")
    return fresh


def _colleague(username: str) -> User:
    found = active_user_named(username)
    if found is None or not is_of_hotline(found.pk):
        raise Refused(N_("Nobody at the hotline has this user name."), "no_colleague")
    return found


def _require(text: str) -> None:
    if not text.strip():
        raise Refused(N_("Please write down what happened."), "nothing_written")
