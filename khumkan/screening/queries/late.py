"""Specimens whose answer is late, for officers: where each of them stands still. Codes and places, never a name."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Q, QuerySet

from khumkan import policies
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.screening.models import Specimen
from khumkan.screening.permissions.figures import visible_provinces
from khumkan.screening.states import SpecimenState
from khumkan.screening.terms.laboratory import TestTerms


class Stage(StrEnum):
    """How far a specimen without an answer has come."""

    AT_SITE = "at_site"  # taken; not sent, or a rapid test that nobody has read
    ON_THE_WAY = "on_the_way"
    IN_LABORATORY = "in_laboratory"


STATES: Mapping[Stage, tuple[SpecimenState, ...]] = {
    Stage.AT_SITE: (SpecimenState.TAKEN,),
    Stage.ON_THE_WAY: (SpecimenState.SENT,),
    Stage.IN_LABORATORY: (SpecimenState.RECEIVED, SpecimenState.POOLED),
}


def hours_allowed() -> int:
    """Return after how many hours an answer is late, by the terms in force today."""
    return policies.in_force(TestTerms, on=clock.today()).answer_within_hours


def late_for(by: Actor, stage: Stage | None = None, *, province_code: str = "") -> QuerySet[Specimen]:
    """Return the late specimens of the sites within the officer's provinces, the longest waiting first.

    :param stage: only those that stand still there.
    :param province_code: only those of sites in this province.
    """
    rows = _late(by, taken_before=clock.now() - timedelta(hours=hours_allowed()))
    if stage is not None:
        rows = rows.filter(state__in=STATES[stage])
    if province_code:
        rows = rows.filter(session__site__province_code=province_code)
    return rows.select_related("session__site", "laboratory").order_by("taken_at", "pk")


def counts_for(by: Actor, *, province_code: str = "") -> dict[Stage, int]:
    """Return how many late specimens stand still at each stage. One query on the index of unanswered specimens."""
    counts = {stage.value: Count("pk", filter=Q(state__in=states)) for stage, states in STATES.items()}
    found = late_for(by, province_code=province_code).order_by().aggregate(**counts)
    return {stage: found[stage.value] for stage in Stage}


def _late(by: Actor, *, taken_before: datetime) -> QuerySet[Specimen]:
    owed = [state for states in STATES.values() for state in states]
    rows = Specimen.objects.filter(state__in=owed, taken_at__lt=taken_before)
    provinces = visible_provinces(by)
    return rows if provinces is None else rows.filter(session__site__province_code__in=provinces)
