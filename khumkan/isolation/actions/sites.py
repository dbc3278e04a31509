"""Sites that care for people: joining, rooms and beds in bulk, suspending, closing, leaving."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q

from khumkan import record
from khumkan.isolation.choices import FacilityKind
from khumkan.isolation.models import Bed, Facility, Room
from khumkan.isolation.permissions import sites as permissions
from khumkan.isolation.rules.rooms import MOST_BEDS_IN_ROOM
from khumkan.isolation.rules.rooms import RoomPlan as RoomPlan
from khumkan.isolation.states import FacilityState, may_move
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.places.models import Site
from khumkan.record import queue
from khumkan.record.entries import Data

#: Beds made in one action.
MOST_BEDS = 5_000
ROOM_EXISTS = N_("Room %(number)s is there already.")


@transaction.atomic
def join(*, site: Site, kind: FacilityKind, nurses: int, home_places: int = 0, by: Actor) -> Facility:
    """Let a site care for people from now on. Twice is harmless.

    :param nurses: on a shift.
    :param home_places: people at home whom the team can look after.
    """
    permissions.check_may_run(by, province_code=site.province_code)
    made, is_new = Facility.objects.get_or_create(
        site=site,
        defaults={
            "kind": kind,
            "state": FacilityState.OPEN,
            "state_at": clock.now(),
            "nurses": nurses,
            "home_places": home_places if kind is FacilityKind.HOME else 0,
        },
    )
    if is_new:
        record.write("isolation.site_joined", by=by, about=made, site_id=site.pk, data={"kind": kind.value})
    return made


@transaction.atomic
def change(*, facility: Facility, nurses: int, home_places: int, by: Actor) -> None:
    """Change how many nurses are on a shift, and how many people at home a team can look after."""
    permissions.check_may_run(by, province_code=facility.site.province_code)
    places = home_places if facility.kind == FacilityKind.HOME else 0
    Facility.objects.filter(pk=facility.pk).update(nurses=nurses, home_places=places)
    data = {"nurses": nurses, "home_places": places}
    record.write("isolation.site_changed", by=by, about=facility, site_id=facility.pk, data=data)


@transaction.atomic
def make_rooms(
    *, facility: Facility, rooms: Sequence[RoomPlan], offered_from: date, offered_until: date | None = None, by: Actor
) -> int:
    """Make rooms with their beds, and return how many beds; a room that is there already is refused with all others.

    :param offered_until: the first day on which the beds no longer belong to the programme.
    :raises Refused: for a room that exists, a room without beds, or too many beds at once.
    """
    permissions.check_may_run(by, province_code=facility.site.province_code)
    hold(facility)
    _check_plan(facility, rooms, offered_from, offered_until)
    made = Room.objects.bulk_create(
        Room(
            facility=facility,
            floor=room.floor,
            number=room.number,
            level=room.level,
            room_for=room.room_for,
            is_accessible=room.is_accessible,
        )
        for room in rooms
    )
    beds = Bed.objects.bulk_create(
        Bed(
            room=room,
            site_id=facility.pk,
            label=f"{room.number}-{_letter(place)}",
            offered_from=offered_from,
            offered_until=offered_until,
        )
        for room, plan in zip(made, rooms, strict=True)
        for place in range(plan.beds)
    )
    data: Data = {"rooms": len(made), "beds": len(beds), "from": offered_from.isoformat()}
    record.write("isolation.rooms_made", by=by, about=facility, site_id=facility.pk, data=data)
    queue.put("isolation.fill", site_id=facility.pk)
    return len(beds)


@transaction.atomic
def withdraw_beds(*, facility: Facility, bed_ids: Iterable[int], until: date, by: Actor) -> int:
    """Let beds belong to the programme up to, not including, a day; return how many. Who lies in one is moved in time.

    A bed that leaves earlier already keeps its day.

    :raises Refused: for a day that is past.
    """
    permissions.check_may_run(by, province_code=facility.site.province_code)
    if until < clock.today():
        raise Refused(N_("That day is past."), "day_past")
    stays = Q(offered_until=None) | Q(offered_until__gt=until)
    own = Bed.objects.filter(stays, pk__in=list(bed_ids), site=facility.pk, offered_from__lte=until)
    own = own.order_by("room", "pk").select_for_update(no_key=True)  # in the order in which beds are given
    ids = list(own.values_list("pk", flat=True))
    changed = Bed.objects.filter(pk__in=ids).update(offered_until=until)
    data: Data = {"beds": changed, "until": until.isoformat()}
    record.write("isolation.beds_withdrawn", by=by, about=facility, site_id=facility.pk, data=data)
    return changed


@transaction.atomic
def set_out_of_order(*, bed: Bed, why: str, by: Actor) -> None:
    """Take a bed out of use until it is repaired; nobody gets it. Who lies in it is moved by the front desk.

    :raises Refused: when no reason is given.
    """
    permissions.check_may_keep(by, bed.site_id, province_code=bed.site.province_code)
    if not why.strip():
        raise Refused(N_("Please say what is wrong with the bed."), "no_reason")
    Bed.objects.filter(pk=bed.pk).update(out_of_order_since=clock.now(), out_of_order_why=why.strip())
    record.write("isolation.bed_out_of_order", by=by, about=bed, site_id=bed.site_id)


@transaction.atomic
def set_in_order(*, bed: Bed, by: Actor) -> None:
    """Take a bed into use again."""
    permissions.check_may_keep(by, bed.site_id, province_code=bed.site.province_code)
    if Bed.objects.filter(pk=bed.pk, out_of_order_since__isnull=False).update(
        out_of_order_since=None, out_of_order_why=""
    ):
        record.write("isolation.bed_in_order", by=by, about=bed, site_id=bed.site_id)


@transaction.atomic
def set_state(*, facility: Facility, to: FacilityState, why: str, by: Actor) -> None:
    """Suspend a site (nobody new comes), close it (everybody is moved), or open it again.

    Whoever is being given a bed there at this moment is waited for, so that nobody is forgotten; moving people is
    queued with the change.

    :raises Refused: when no reason is given, or the site is in that state already.
    """
    permissions.check_may_run(by, province_code=facility.site.province_code)
    if to is not FacilityState.OPEN and not why.strip():
        raise Refused(N_("Please say why the site is suspended or closed."), "no_reason")
    found = Facility.objects.select_for_update().get(pk=facility.pk)
    check(may_move(FacilityState(found.state), to))
    Facility.objects.filter(pk=found.pk).update(state=to, state_why=why.strip(), state_at=clock.now())
    record.write(f"isolation.site_{to.value}", by=by, about=found, site_id=found.pk)
    queue.put("isolation.fill" if to is FacilityState.OPEN else "isolation.empty", site_id=found.pk)


def hold(facility: Facility) -> None:
    """Let only one at a time change the rooms of a site; giving beds goes on meanwhile."""
    Facility.objects.select_for_update(no_key=True).get(pk=facility.pk)


def _check_plan(facility: Facility, rooms: Sequence[RoomPlan], offered_from: date, offered_until: date | None) -> None:
    if not rooms or any(not 1 <= room.beds <= MOST_BEDS_IN_ROOM for room in rooms):
        raise Refused(N_("Every room needs 1 to 26 beds."), "room_without_beds")
    if sum(room.beds for room in rooms) > MOST_BEDS:
        raise Refused(N_("At most %(most)s beds at once."), "too_many_beds", most=MOST_BEDS)
    if offered_until is not None and offered_until <= offered_from:
        raise Refused(N_("The beds leave before they come. Please check the two days."), "days_reversed")
    numbers = [room.number for room in rooms]
    twice = (
        sorted({number for number in numbers if numbers.count(number) > 1}) if len(set(numbers)) < len(numbers) else []
    )
    there = twice or sorted(Room.objects.filter(facility=facility, number__in=numbers).values_list("number", flat=True))
    if there:
        raise Refused(ROOM_EXISTS, "room_exists", number=there[0])


def _letter(place: int) -> str:
    return chr(ord("A") + place)
