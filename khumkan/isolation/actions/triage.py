"""Triage: what a person answers, what follows from it, and whether a bed is needed."""

from django.db import transaction

from khumkan import messages, policies
from khumkan.isolation.actions import promises, steps
from khumkan.isolation.choices import Setting, StayEnd, ToldBy, WaitingBecause
from khumkan.isolation.models import Care, Triage
from khumkan.isolation.permissions import cares as permissions
from khumkan.isolation.rules import reasons
from khumkan.isolation.rules.answers import Answers, is_possible
from khumkan.isolation.rules.priority import priority_of
from khumkan.isolation.rules.triage import Triaged, triage
from khumkan.isolation.states import CareState
from khumkan.isolation.terms.triage import PriorityTerms, TriageTerms
from khumkan.kernel import clock, crypto
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.record import queue

#: Triage by answers is for people who do not lie in a bed; there the nurse looks.
BEFORE_ADMISSION = (CareState.ASKED, CareState.WAITING, CareState.PLACED, CareState.AT_HOME)


@transaction.atomic
def answer(*, care: Care, answers: Answers, medicines: str = "", told_by: ToldBy, by: Actor) -> Triage:
    """Take the answers of triage: the colour and the setting follow, with the reasons, and a bed is looked for.

    Answering again makes a new triage; the latest holds.

    :param medicines: names of medicines as told; stored sealed.
    :raises Refused: for somebody who lies in a bed or whose care has ended, and for a day that cannot be.
    """
    permissions.check_may_act_for(by, care)
    care = steps.locked(care.pk)
    if care.state not in BEFORE_ADMISSION:
        raise Refused(N_("These questions are no longer open. The nurse of the site asks from now on."), "not_open")
    today = clock.today()
    check(is_possible(answers, on=today))
    terms = policies.in_force(TriageTerms, on=today)
    age = care.person.age_on(today)
    found = triage(answers, age=age, terms=terms)
    made = Triage.objects.create(
        care=care,
        person_id=care.person_id,
        at=clock.now(),
        told_by=told_by,
        answers=answers.to_json(),
        medicines_sealed=seal_medicines(medicines, care_id=care.pk),
        level=found.level,
        setting=found.setting,
        reasons=reasons.stored(found.reasons),
        terms_version=terms.version,
        by_staff=by.id if by.kind is ActorKind.STAFF else None,
    )
    points = priority_of(answers, level=found.level, age=age, terms=policies.in_force(PriorityTerms, on=today)).points
    Care.objects.filter(pk=care.pk).update(
        level=found.level, setting=found.setting, points=points, symptom_on=answers.since
    )
    care.level, care.setting, care.points, care.symptom_on = found.level, found.setting, points, answers.since
    _follow(care, found, by=by)
    steps.note("triaged", care, by=by, level=int(found.level), setting=found.setting.value)
    return made


def seal_medicines(medicines: str, *, care_id: int) -> bytes | None:
    """Return what a person says of medicines, sealed; None when there is nothing to keep."""
    told = medicines.strip()
    return crypto.seal(told.encode(), where=f"isolation_triage.medicines.{care_id}") if told else None


def _follow(care: Care, found: Triaged, *, by: Actor) -> None:
    """Look for a bed, or look after the person at home."""
    if found.setting is Setting.HOME:
        _stay_at_home(care, by=by)
        return
    if care.state == CareState.PLACED:  # the bed that was held may not suit any more
        promises.give_back_for(care, because=StayEnd.CHANGED, by=by)
    if care.state != CareState.WAITING:
        since = care.waiting_since or clock.now()
        steps.move(care, CareState.WAITING, site_id=None, waiting_since=since, waiting_because=WaitingBecause.MATCHING)
        messages.send("isolation.waiting", person_id=care.person_id, params={"reference": care.reference})
    queue.put("isolation.place", care_id=care.pk)


def _stay_at_home(care: Care, *, by: Actor) -> None:
    if care.state == CareState.AT_HOME:
        return
    promises.give_back_for(care, because=StayEnd.CHANGED, by=by)
    steps.move(care, CareState.AT_HOME, site_id=None, waiting_because="")
    messages.send("isolation.at_home", person_id=care.person_id, params={"reference": care.reference})
    queue.put("isolation.find_team", care_id=care.pk)
