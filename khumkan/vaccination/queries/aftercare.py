"""Answers after a dose and adverse events: of a person, of a site, of an officer's provinces."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, F, IntegerField, QuerySet, Value, When

from khumkan.kernel import clock, crypto, references
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Missing
from khumkan.vaccination.choices import Reaction
from khumkan.vaccination.models import AdverseEvent, FollowUp, Injection
from khumkan.vaccination.models.records import event_place
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.states import AdverseState, FollowUpState


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody told: what they ticked, and what they wrote."""

    reactions: Sequence[Reaction]
    words: str


def follow_up_of(person_id: int, day: int) -> FollowUp:
    """Return the question of a day after the latest dose of a person that has it.

    :raises Missing: when there is none.
    """
    rows = FollowUp.objects.filter(person=person_id, day=day, injection__struck_at=None)
    found = rows.select_related("injection", "person").order_by("-injection__number", "-pk").first()
    if found is None:
        raise Missing("no such question for this person")
    return found


def to_answer(person_id: int) -> list[FollowUp]:
    """Return the questions that a person can answer now, the oldest first. One query."""
    rows = FollowUp.objects.filter(person=person_id, due_on__lte=clock.today(), injection__struck_at=None)
    rows = rows.filter(state__in=[FollowUpState.DUE, FollowUpState.MISSED])
    latest = rows.order_by("day", "-injection__number").distinct("day")
    return sorted(latest.select_related("injection"), key=lambda each: each.due_on)


def latest_injection(person_id: int) -> Injection:
    """Return the latest dose of a person.

    :raises Missing: when nobody gave them one.
    """
    rows = Injection.objects.filter(person=person_id, struck_at=None).select_related("person", "site")
    found = rows.order_by("-number").first()
    if found is None:
        raise Missing("no dose on this person's record")
    return found


def events_of(person_id: int) -> list[AdverseEvent]:
    """Return what was reported of a person, the newest first. One query."""
    return list(AdverseEvent.objects.filter(person=person_id).select_related("injection").order_by("-reported_at"))


def given_at_sites(by: Actor) -> "QuerySet[Injection]":
    """Return the doses that were given today at the sites of a vaccinator, the latest first."""
    rows = Injection.objects.filter(given_on=clock.today(), struck_at=None, site__isnull=False)
    sites = scopes.site_ids(by)
    if sites is not None:
        rows = rows.filter(site__in=sites)
    return rows.select_related("person", "site", "dose").order_by("-given_at", "-pk")


def injection_at_site(by: Actor, injection_id: int) -> Injection:
    """Return one dose that was given at a site of a vaccinator, whenever that was.

    :raises Missing: for any other.
    """
    rows = Injection.objects.filter(pk=injection_id, struck_at=None).select_related("person", "site")
    found = rows.first()
    if found is None:
        raise Missing("no such injection")
    scopes.check_works_at(by, found.site_id)
    return found


def events_for(by: Actor, *, still: bool = False) -> "QuerySet[AdverseEvent]":
    """Return the events of an officer's provinces: those that nobody has yet first, the most overdue at the top.

    :param still: only those that are not closed.
    """
    rank = Case(
        When(state=AdverseState.REPORTED, then=Value(0)),
        When(state=AdverseState.ROUTED, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = AdverseEvent.objects.select_related("injection").annotate(rank=rank)
    rows = rows.order_by("rank", "due_at", F("closed_at").desc(nulls_first=True), "pk")
    codes = scopes.province_codes(by, Role.OFFICER)
    if codes is not None:
        rows = rows.filter(province_code__in=codes)
    return rows.exclude(state=AdverseState.CLOSED) if still else rows


def late(by: Actor, *, now: datetime) -> int:
    """Return how many events of an officer's provinces nobody has although their time is over. One query."""
    return events_for(by).filter(state=AdverseState.REPORTED, due_at__lte=now).count()


def event_for(by: Actor, reference: str) -> AdverseEvent:
    """Return one event of an officer's provinces.

    :raises Missing: for any other.
    """
    rows = AdverseEvent.objects.filter(reference=references.normalise(reference))
    codes = scopes.province_codes(by, Role.OFFICER)
    rows = rows if codes is None else rows.filter(province_code__in=codes)
    found = rows.select_related("person", "injection__site", "injection__lot").first()
    if found is None:
        raise Missing("no such event in these provinces")
    return found


def words_of(event: AdverseEvent) -> Words:
    """Return what was told of an event, opened."""
    told = json.loads(crypto.open_sealed(bytes(event.sealed), where=event_place(event.reference)))
    return Words([Reaction(each) for each in told["reactions"]], told["words"])
