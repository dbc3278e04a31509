"""Who stands at the door: found by QR, reference, number or name; expected here today, or why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet

from khumkan.kernel import clock, identifiers, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.places.models import Site
from khumkan.record.actions import SAW
from khumkan.record.models import Event
from khumkan.registry.models import Person
from khumkan.registry.queries.persons import person_by_number
from khumkan.registry.rules import name_key
from khumkan.vaccination.choices import DoorOutcome
from khumkan.vaccination.models import DoorNote, Dose, Injection, StandBy, Visit, VisitStep
from khumkan.vaccination.permissions import scopes
from khumkan.vaccination.queries import site_days
from khumkan.vaccination.states import LIVE_VISITS, DoseState, VisitState

#: Fewer letters would name half of a list; more people of one name are told apart by their reference.
SHORTEST_NAME, MOST_ALIKE = 2, 20
SEEN_LATELY = timedelta(minutes=15)


@dataclass(frozen=True)
class Look:
    """What a scanned or typed code or number means at this door today.

    :param here: the dose of somebody who is on today's list; nothing else is set then.
    :param dose: somebody's dose that is still to come, here on another day, elsewhere, or without a date.
    :param person: whose number it is, where the register knows it.
    """

    outcome: DoorOutcome | None
    here: Dose | None = None
    dose: Dose | None = None
    person: Person | None = None


def on_list(site_id: int) -> QuerySet[Dose]:
    """Return the doses of everybody who is expected at a site today or was let in today."""
    today = clock.today()
    of_today = Q(session__site=site_id, session__day=today) | Q(
        pk__in=Visit.objects.filter(session__site=site_id, session__day=today).values("dose")
    )
    return _with_names().filter(of_today)


def find(site: Site, wanted: str) -> list[Dose]:
    """Return who is meant on today's list by a code, a number or a part of a name: by name, the first twenty."""
    return list(on_list(site.pk).filter(_meant(code_in(wanted))).order_by("person__name_key", "pk")[:MOST_ALIKE])


def look(site: Site, wanted: str) -> Look:
    """Say what an exact code or number means at this door; of names only those on today's list are found."""
    typed = code_in(wanted)
    person = _by_any_number(typed)
    code = references.normalise(typed)
    rows = _with_names().filter(Q(person=person.pk) if person else Q(reference=code) | Q(enrolment__reference=code))
    doses = list(rows.order_by("number", "pk"))
    today = clock.today()
    for dose in doses:
        if dose.session is not None and (dose.session.site_id, dose.session.day) == (site.pk, today):
            return Look(None, here=dose)
    coming = next((dose for dose in doses if dose.state in (DoseState.WAITING, DoseState.BOOKED)), None)
    if coming is None or coming.session is None:
        known = person or (coming.person if coming else None)
        return Look(DoorOutcome.NOT_ON_LIST, dose=coming, person=known)
    is_here = coming.session.site_id == site.pk
    return Look(DoorOutcome.OTHER_DAY if is_here else DoorOutcome.OTHER_SITE, dose=coming, person=coming.person)


def dose_for(by: Actor, reference: str) -> Dose:
    """Return the dose of somebody who is on today's list of one of the actor's sites.

    :raises Missing: for everybody else.
    """
    today, allowed = clock.today(), scopes.site_ids(by)
    visits = Visit.objects.filter(session__day=today)
    here = Q(session__day=today)
    if allowed is not None:
        visits = visits.filter(session__site__in=allowed)
        here &= Q(session__site__in=allowed)
    rows = _with_names().filter(here | Q(pk__in=visits.values("dose")), reference=references.normalise(reference))
    found = rows.first()
    if found is None:
        raise Missing("not on today's list of these sites")
    return found


def dose_in_hand(by: Actor, reference: str) -> Dose:
    """Return the dose to which a step belongs that a device sends, perhaps a day late.

    :raises Missing: when it has nothing to do with the actor's sites.
    """
    allowed = scopes.site_ids(by)
    rows = _with_names().filter(reference=references.normalise(reference))
    if allowed is not None:
        visits = Visit.objects.filter(session__site__in=allowed)
        rows = rows.filter(Q(session__site__in=allowed) | Q(pk__in=visits.values("dose")))
    found = rows.first()
    if found is None:
        raise Missing("no such dose at these sites")
    return found


def visit_of(by: Actor, dose: Dose) -> Visit | None:
    """Return the visit of a dose that goes on at one of the actor's sites, else the last one there."""
    rows = Visit.objects.filter(dose=dose).select_related("session__site", "dose").order_by("-arrived_at", "-pk")
    allowed = scopes.site_ids(by)
    visits = list(rows if allowed is None else rows.filter(session__site__in=allowed))
    return next((one for one in visits if one.state in LIVE_VISITS), visits[0] if visits else None)


def steps_of(visit: Visit) -> list[VisitStep]:
    """Return the steps of a visit, oldest first."""
    return list(visit.steps.order_by("at", "pk"))


def last_measured(visit: Visit) -> VisitStep | None:
    """Return when somebody was measured last, or None."""
    return visit.steps.filter(state=VisitState.MEASURED).order_by("-at", "-pk").first()


def injection_of(visit: Visit) -> Injection | None:
    """Return what was given at a visit."""
    return Injection.objects.filter(visit=visit, struck_at=None).select_related("lot").first()


def next_dose_of(dose: Dose) -> Dose | None:
    """Return the dose of the same person that comes after this one."""
    return Dose.objects.filter(person=dose.person_id, number__gt=dose.number).order_by("number").first()


def notes_of(dose: Dose) -> list[DoorNote]:
    """Return what happened at the door about a dose, oldest first."""
    return list(dose.door_notes.order_by("at", "pk"))


def notes_at(site: Site) -> list[DoorNote]:
    """Return what was written at the door of a site today, the newest first."""
    begins, ends = clock.day_span(clock.today())
    rows = DoorNote.objects.filter(site=site, at__gte=begins, at__lt=ends).exclude(outcome=DoorOutcome.NO_SHOW)
    return list(rows.order_by("-at", "-pk")[:30])


def documents_of(person: Person) -> list[str]:
    """Return the numbers of a person's documents, masked, to compare with what is shown."""
    return [document.masked for document in person.documents.filter(withdrawn_at=None).order_by("added_at")]


def licence_today(by: Actor, site_id: int) -> str:
    """Return the licence number that a member of staff wrote with their last dose at a site today, or nothing."""
    rows = Injection.objects.filter(given_on=clock.today(), site=site_id, by_staff=by.id)
    return rows.order_by("-given_at").values_list("licence", flat=True).first() or ""


def stand_bys(site: Site) -> list[StandBy]:
    """Return who stands by at a site today: who was called, then who comes next. One query."""
    rows = StandBy.objects.filter(site=site, day=clock.today()).select_related("person", "dose")
    found = rows.filter(Q(dose__state=DoseState.WAITING) | ~Q(called_at=None))
    return sorted(
        found.order_by("-dose__group", "asked_at", "pk"),
        key=lambda one: (one.came is not None, one.called_at is None),
    )


def stand_by_at(site: Site, pk: int) -> StandBy:
    """Return somebody who was called as a stand-by of a site today.

    :raises Missing: for everybody else.
    """
    rows = StandBy.objects.select_related("dose", "site").exclude(called_at=None)
    found = rows.filter(site=site, day=clock.today(), pk=pk).first()
    if found is None:
        raise Missing("nobody called here today")
    return found


def day_of(site: Site) -> site_days.Hours | None:
    """Return the hours of today at a site."""
    return site_days.hours(site.pk, clock.today())


def not_seen_lately(by: Actor, person_ids: Sequence[int], *, page: str) -> list[int]:
    """Return whom the record does not name as seen by the actor on a page within the last quarter of an hour.

    A list that renews itself every half minute would otherwise fill the record with one look a thousand times.
    """
    seen = Event.objects.filter(
        actor_kind=by.kind, actor_id=by.id, at__gt=clock.now() - SEEN_LATELY, name=SAW, data__page=page
    )
    lately = set(seen.values_list("person_id", flat=True))
    return [one for one in person_ids if one not in lately]


def code_in(wanted: str) -> str:
    """Return what a scanned address ends in, or what was typed."""
    return wanted.strip().rstrip("/").rpartition("/")[2].strip()


def _with_names() -> QuerySet[Dose]:
    return Dose.objects.select_related("person", "session__site", "enrolment__employer")


def _meant(typed: str) -> Q:
    if person := _by_any_number(typed):
        return Q(person=person.pk)
    code, name = references.normalise(typed), name_key(typed, "")
    meant = Q(reference=code) | Q(enrolment__reference=code)
    return meant | Q(person__name_key__contains=name) if len(name) >= SHORTEST_NAME else meant


def _by_any_number(wanted: str) -> Person | None:
    """Return who holds a document with this number; a query for each kind that the number may be of."""
    for kind in IdentifierKind:
        if identifiers.problem(kind, wanted) is None and (person := person_by_number(kind, wanted)):
            return person
    return None
