"""What nurses see on their rounds, and what people tell of themselves."""

from collections.abc import Sequence

from django.db import transaction

from khumkan import policies
from khumkan.isolation.actions import steps, transfers
from khumkan.isolation.choices import Level, Symptom, ToldBy
from khumkan.isolation.models import Care, Observation, Stay
from khumkan.isolation.permissions import cares as permissions
from khumkan.isolation.queries import rounds as queries
from khumkan.isolation.rules import reasons
from khumkan.isolation.rules.answers import Vitals
from khumkan.isolation.rules.rounds import Judged, judge
from khumkan.isolation.states import CareState
from khumkan.isolation.terms.rounds import RoundTerms
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_


@transaction.atomic
def observe(
    *,
    care: Care,
    vitals: Vitals,
    symptoms: Sequence[Symptom] = (),
    medicine_taken: bool | None = None,
    by: Actor,
) -> Observation:
    """Store what was measured and asked; what is above a threshold in force calls a doctor.

    The nurse of the site enters it, a system of the site takes it over, or the person tells it, which is marked.

    :raises Missing: for people in the care of others.
    :raises Refused: when the person is not in care, nothing was measured, or people may not report themselves.
    """
    told_by = _told_by(by, care)
    care = steps.locked(care.pk)
    terms = policies.in_force(RoundTerms, on=clock.today())
    if care.state not in (CareState.ADMITTED, CareState.AT_HOME):
        raise Refused(N_("This person is not in care (any more)."), "not_in_care")
    if told_by is ToldBy.PERSON and not terms.self_report_allowed:
        raise Refused(N_("The nurse measures these values. Please wait for the next round."), "no_self_report")
    if vitals.temperature is None and vitals.oxygen is None and not symptoms:
        raise Refused(N_("Please enter the temperature or the oxygen at least."), "nothing_measured")
    before = queries.latest(care)
    level_now = Level(care.level or Level.GREEN)
    found = judge(
        vitals,
        symptoms,
        before=queries.vitals_before(care, before),
        level_now=level_now,
        terms=terms,
        symptoms_before=tuple(Symptom(code) for code in before.symptoms) if before else (),
    )
    made = _store(care, vitals, symptoms, medicine_taken, found, told_by=told_by, version=terms.version, by=by)
    if found.escalates:
        transfers.raise_escalation(care, level=found.level, why=reasons.stored(found.reasons), observation=made, by=by)
    return made


def _store(
    care: Care,
    vitals: Vitals,
    symptoms: Sequence[Symptom],
    medicine_taken: bool | None,
    found: Judged,
    *,
    told_by: ToldBy,
    version: int,
    by: Actor,
) -> Observation:
    made = Observation.objects.create(
        care=care,
        person_id=care.person_id,
        stay=Stay.objects.filter(care=care).present().first(),
        site_id=care.site_id,
        at=clock.now(),
        told_by=told_by,
        temperature=vitals.temperature,
        spo2=vitals.spo2,
        spo2_after=vitals.spo2_after,
        breaths=vitals.breaths,
        symptoms=[str(symptom) for symptom in symptoms],
        medicine_taken=medicine_taken,
        level=found.level,
        reasons=reasons.stored(found.reasons),
        terms_version=version,
        by_staff=by.id if by.kind is ActorKind.STAFF else None,
    )
    steps.note("observed", care, by=by, level=int(found.level), told_by=told_by.value)
    return made


def _told_by(by: Actor, care: Care) -> ToldBy:
    """Say who tells this: the nurse of the site, its system, the person, or the hotline for the person."""
    if by.kind is ActorKind.CLIENT:
        permissions.check_works_at(by, care.site_id, Role.CLIENT)
        return ToldBy.SYSTEM
    if permissions.works_at(by, care.site_id, Role.NURSE):
        return ToldBy.NURSE
    permissions.check_may_act_for(by, care)
    if by.kind is ActorKind.PERSON:
        return ToldBy.PERSON
    if by.has(*permissions.ON_BEHALF, Role.OFFICER):
        return ToldBy.HOTLINE
    raise Missing("measuring is for nurses")
