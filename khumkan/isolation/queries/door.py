"""What the front desk looks at: who comes, who is here, who goes, and which beds are being cleaned."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from khumkan import policies
from khumkan.isolation.choices import Need
from khumkan.isolation.models import Bed, Care, DoorNote, Pickup, Stay
from khumkan.isolation.permissions.cares import SITE_STAFF, site_ids
from khumkan.isolation.queries import supply
from khumkan.isolation.queries.beds import sharing_of
from khumkan.isolation.queries.needs import needs_of
from khumkan.isolation.queries.waiting import bed_level
from khumkan.isolation.rules import door as rules
from khumkan.isolation.states import PRESENT, PROMISED, CareState, PickupState, StayState
from khumkan.isolation.terms.matching import MatchingTerms
from khumkan.kernel import clock, identifiers, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing
from khumkan.kernel.identifiers import IdentifierKind
from khumkan.places.models import Site
from khumkan.registry.models import Person
from khumkan.registry.queries.persons import person_by_number
from khumkan.registry.rules import name_key

#: So long somebody whose hold lapsed is still expected: the bed may be free yet.
STILL_EXPECTED = timedelta(hours=12)
#: Fewer letters would name half of a list; more persons of one name than this are told apart by their code.
SHORTEST_NAME, MOST_ALIKE = 2, 20
#: Rows of one list.
MOST = 300
#: Beds to choose from.
MOST_BEDS = 200


def stays_for(by: Actor) -> "QuerySet[Stay]":
    """Return the stays at the sites where the actor is staff, in no order: add one, and a limit."""
    rows = Stay.objects.select_related("care", "person", "site", "bed__room")
    allowed = site_ids(by, *SITE_STAFF)
    return rows if allowed is None else rows.filter(site__in=allowed)


def on_the_way(by: Actor) -> list[Stay]:
    """Return who sits in a vehicle to these sites, the first picked up first. One query."""
    riding = Pickup.objects.filter(stay=OuterRef("pk"), state=PickupState.PICKED_UP)
    rows = stays_for(by).filter(Q(state=StayState.ON_THE_WAY) | Q(Exists(riding), state=StayState.LAPSED))
    return list(rows.order_by("blocks__endswith", "pk")[:MOST])


def expected(by: Actor) -> list[Stay]:
    """Return whose bed is held and who is not on the way, the shortest hold first. One query."""
    return list(stays_for(by).filter(state=StayState.HELD).order_by("blocks__endswith", "pk")[:MOST])


def late(by: Actor) -> list[Stay]:
    """Return whose hold lapsed not long ago and who still waits: the bed may be free yet. One query."""
    riding = Pickup.objects.filter(stay=OuterRef("pk"), state=PickupState.PICKED_UP)
    since = clock.now() - STILL_EXPECTED
    rows = stays_for(by).filter(state=StayState.LAPSED, blocks__endswith__gte=since, care__state=CareState.WAITING)
    return list(rows.exclude(Exists(riding)).order_by("-blocks__endswith", "pk")[:MOST])


def arrived_today(by: Actor) -> list[Stay]:
    """Return who came today, the latest first. One query."""
    first, _after = clock.day_span(clock.today())
    rows = stays_for(by).filter(state__in=PRESENT, arrived_at__gte=first)
    return list(rows.order_by("-arrived_at", "pk")[:MOST])


def leaving(by: Actor) -> list[Stay]:
    """Return who may go and has not left, by bed. One query."""
    return list(stays_for(by).filter(state=StayState.LEAVING).order_by("site", "bed__label", "pk")[:MOST])


def being_cleaned(by: Actor) -> list[Stay]:
    """Return the stays whose beds are being cleaned, the first to be free first. One query."""
    rows = stays_for(by).filter(state=StayState.LEFT, blocks__endswith__gt=clock.now())
    return list(rows.order_by("blocks__endswith", "pk")[:MOST])


def left_stay(by: Actor, stay_id: int) -> Stay:
    """Return a stay at these sites whose person has left.

    :raises Missing: when there is none.
    """
    found = stays_for(by).filter(pk=stay_id, state=StayState.LEFT).first()
    if found is None:
        raise Missing("no such stay at these sites")
    return found


def at_door(by: Actor, reference: str) -> Stay:
    """Return the stay that counts of a care at these sites: in which the person lies, is expected, or was last.

    :raises Missing: for a care without a stay here.
    """
    rows = stays_for(by).filter(care__reference=references.normalise(reference))
    found = list(rows.order_by("-made_at", "-pk")[:20])
    live = [stay for stay in found if stay.state in (*PRESENT, *PROMISED)]
    if not found:
        raise Missing("no such care at these sites")
    return next((stay for stay in live if stay.state in PRESENT), live[0] if live else found[0])


def find(by: Actor, wanted: str) -> list[Stay]:
    """Return who is meant by a code, a number or a name among those who come, are here, or left today.

    Of each care only the stay that counts is returned, by name; of many with a like name the first twenty.
    """
    first, _after = clock.day_span(clock.today())
    recent = Q(state=StayState.LAPSED, blocks__endswith__gte=clock.now() - STILL_EXPECTED)
    here = Q(state__in=[*PROMISED, *PRESENT]) | recent | Q(state=StayState.LEFT, left_at__gte=first)
    rows = stays_for(by).filter(here).filter(_meant(typed(wanted))).order_by("care", "-pk").distinct("care")
    return sorted(rows[:MOST_ALIKE], key=lambda stay: (stay.person.name_key, stay.pk))


def typed(wanted: str) -> str:
    """Return what was typed, or the code at the end of a scanned address."""
    return wanted.strip().rstrip("/").rpartition("/")[2].strip()


def _meant(wanted: str) -> Q:
    if person := _by_any_number(wanted):
        return Q(person=person.pk)
    meant, name = Q(care__reference=references.normalise(wanted)), name_key(wanted, "")
    return meant | Q(person__name_key__contains=name) if len(name) >= SHORTEST_NAME else meant


def _by_any_number(wanted: str) -> Person | None:
    """Return who holds a document with this number; a query for each kind that the number may be of."""
    for kind in IdentifierKind:
        if identifiers.problem(kind, wanted) is None and (person := person_by_number(kind, wanted)):
            return person
    return None


def walk_in(wanted: str) -> Care | None:
    """Return the care of somebody who stands at the door without a bed here, by code or number of a document; or None.

    Never by name: who has neither code nor document is helped by the hotline. Who lies in a bed is no walk-in.
    """
    code = typed(wanted)
    rows = Care.objects.filter(state__in=[CareState.WAITING, CareState.PLACED]).select_related("person")
    if references.read(code):
        return rows.filter(reference=references.normalise(code)).first()
    person = _by_any_number(code)
    return rows.filter(person=person).first() if person else None


def promise_of(care: Care) -> Stay | None:
    """Return the bed that is held for somebody, wherever it is, or None."""
    rows = Stay.objects.promised(now=clock.now()).filter(care=care).select_related("site")
    return rows.order_by("pk").first()


def promise_elsewhere(stay: Stay) -> Stay | None:
    """Return the bed at another site that is held for the person of a stay, or None."""
    found = promise_of(stay.care)
    return found if found is not None and found.site_id != stay.site_id else None


def sites_of(by: Actor) -> list[Site]:
    """Return the sites where the actor is staff and that have beds, by name."""
    allowed = site_ids(by, *SITE_STAFF)
    rows = Site.objects.filter(pk__in=Bed.objects.values("site"))
    return list((rows if allowed is None else rows.filter(pk__in=allowed)).order_by("name_th", "pk")[:MOST])


def beds_for(care: Care, *, site_ids: Iterable[int], sharing: str | None = None) -> list[Bed]:
    """Return the free beds at sites that suit somebody now, the best first. Eight queries.

    :param sharing: with whom the person shares a room already; none takes what the person may.
    """
    now = clock.now()
    terms = policies.in_force(MatchingTerms, on=clock.today())
    needs = needs_of([care.pk]).get(care.pk, ())
    wanted = rules.Wanted(
        sharing or sharing_of(care), bed_level(care.level or 1, care.setting), wheelchair=Need.WHEELCHAIR in needs
    )
    _sites, rooms = supply.sites_and_rooms(now=now, only=list(site_ids))
    suitable = [room for room in rooms if rules.suits(wanted, room, terms)]
    suitable.sort(key=lambda room: rules.preference(wanted, room))
    free = supply.free_beds([room.key for room in suitable], now=now)
    ids = [bed for room in suitable for bed in free.get(room.key, ())][:MOST_BEDS]
    found = Bed.objects.select_related("room", "site").in_bulk(ids)
    return [found[bed] for bed in ids]


def notes_of(stay: Stay) -> list[DoorNote]:
    """Return what happened at the door, oldest first."""
    return list(stay.door_notes.order_by("at", "pk"))


def documents_of(care: Care) -> list[str]:
    """Return the numbers of the person's documents, masked, to compare with what is shown at the door."""
    rows = care.person.documents.filter(withdrawn_at=None).order_by("added_at", "last4")
    return [document.masked for document in rows]


def is_over(stay: Stay, *, now: datetime) -> bool:
    """Tell whether a promise is over: given back, or lapsed, whether or not anybody has noted it."""
    if stay.state in PROMISED:
        return bool(stay.blocks.upper <= now)
    return stay.state in (StayState.LAPSED, StayState.GIVEN_BACK)
