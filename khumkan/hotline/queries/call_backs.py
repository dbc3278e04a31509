"""Promises to call back, and the hours within which one can be promised."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from khumkan import capacity, record
from khumkan.hotline.call_states import CallBackState
from khumkan.hotline.models import Call, CallBack
from khumkan.hotline.permissions.cases import province_codes
from khumkan.hotline.terms.calls import CallTerms
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.policies import in_force

#: The kind of supply, and the purpose of a claim: everybody is promised one call back at a time.
KIND = "hotline.call_back"
#: Hours that a form offers.
MOST_HOURS = 40
DAY = timedelta(days=1)


def free_hours(*, since: datetime | None = None) -> list[capacity.Room]:
    """Return the hours that have not begun and are not full, the soonest first. One query and the terms."""
    now = clock.now()
    days = in_force(CallTerms, on=clock.today()).days_ahead
    _begin, until = clock.day_span(clock.today() + DAY * (days - 1))
    earliest = max(since or now, now)
    rooms = capacity.room(kind=KIND, since=earliest, until=max(until, earliest + DAY), only_free=True)
    return [room for room in rooms if room.starts_at > now][:MOST_HOURS]


def hour(supply_id: int) -> capacity.Room:
    """Return one hour.

    :raises Missing: when it is none of call-backs.
    :raises Refused: when it has begun.
    """
    room = capacity.room_of([supply_id]).get(supply_id)
    if room is None or room.kind != KIND:
        raise Missing("no such hour")
    if room.starts_at <= clock.now():
        raise Refused(N_("This hour has begun. Please choose a later one."), "hour_begun")
    return room


def listed(by: Actor) -> "QuerySet[CallBack]":
    """Return the call-backs of the actor's provinces that are due or being made, the first promised first."""
    rows = _within(CallBack.objects.live(), by).filter(due_at__lte=clock.now())
    return rows.select_related("case", "call", "taken_by").order_by("due_at", "pk")


def coming(by: Actor) -> "QuerySet[CallBack]":
    """Return the call-backs of the actor's provinces that are promised for later, the first first."""
    rows = _within(CallBack.objects.filter(state=CallBackState.DUE), by).filter(due_at__gt=clock.now())
    return rows.select_related("case", "call", "taken_by").order_by("due_at", "pk")


def count_due(by: Actor) -> int:
    """Return how many people wait to be called now. One query."""
    return _within(CallBack.objects.due(now=clock.now()), by).count()


def call_back_for(by: Actor, reference: str) -> CallBack:
    """Return one call-back with its case and tries, and note that the actor saw the person. Three queries.

    :raises Missing: for an unknown one and one of other provinces alike.
    """
    rows = _within(CallBack.objects.filter(reference=references.normalise(reference)), by)
    found = rows.select_related("case__person", "case__employer", "call", "taken_by").prefetch_related("tries").first()
    if found is None:
        raise Missing("no such call-back for this actor")
    if found.case.person_id is not None:
        record.saw(by=by, person_ids=[found.case.person_id], page="hotline:call_back")
    return found


def of_case(case_id: int) -> CallBack | None:
    """Return the promise about a case that still has to be kept, or None. One query."""
    return CallBack.objects.live().filter(case=case_id).select_related("case").first()


def of_person(person_id: int) -> CallBack | None:
    """Return the promise to a person that still has to be kept, or None. One query."""
    rows = CallBack.objects.live().filter(case__person=person_id).select_related("case")
    return rows.order_by("due_at", "pk").first()


def of_number(call: Call) -> CallBack | None:
    """Return the promise to the number that calls that still has to be kept, or None. One query."""
    if call.number_index is None:
        return None
    rows = CallBack.objects.live().filter(case__caller_index=call.number_index).select_related("case")
    return rows.order_by("asked_at", "pk").first()


def _within(rows: "QuerySet[CallBack]", by: Actor) -> "QuerySet[CallBack]":
    codes = province_codes(by)
    return rows if codes is None else rows.filter(case__province_code__in=codes)
