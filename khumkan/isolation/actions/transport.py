"""Drives that bring people to their beds: planning one, and what becomes of each person on it.

Planning does not make a hold last longer: a bed is free again when its time is over, whoever is on a list. Locks are
taken in one order: the drive, then the care, then the place on the drive.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from khumkan import messages, policies, record
from khumkan.capacity.actions import numbered
from khumkan.capacity.entries import Full
from khumkan.isolation.actions import cares, promises, steps
from khumkan.isolation.actions.ledger import BEDS
from khumkan.isolation.choices import StayEnd, WaitingBecause
from khumkan.isolation.models import Care, Pickup, Run, Stay
from khumkan.isolation.permissions import cares as care_permissions
from khumkan.isolation.permissions import transport as permissions
from khumkan.isolation.queries import beds, door
from khumkan.isolation.queries import transport as queries
from khumkan.isolation.rules import transport as rules
from khumkan.isolation.states import LIVE_PICKUPS, PROMISED, CareState, PickupState, RunState, StayState, may_move
from khumkan.isolation.terms.stays import HoldTerms
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor, ActorKind
from khumkan.kernel.errors import Missing, Refused, check
from khumkan.kernel.words import N_
from khumkan.places.models import Site
from khumkan.record import queue

PREFIX = "D"
#: A drive that is entered when it has left already.
ENTERED_LATE = timedelta(hours=2)
#: What the driver is told whose passenger has no bed any more.
NO_BED_LEFT = N_(
    "The time for which the bed was held is over, somebody else has it, and no other bed here suits. "
    "Please ask the office where to go."
)


@transaction.atomic
def plan_run(
    *, site: Site, vehicle: str, seats: int, starts_at: datetime, stay_ids: Sequence[int] | None = None, by: Actor
) -> Run:
    """Plan a drive that fetches people for a site.

    :param vehicle: the plate, or how the vehicle is called.
    :param seats: for people who are fetched.
    :param stay_ids: whom to fetch; none takes those whose holds are the shortest, and their neighbours.
    :raises Refused: when nobody is chosen, there are too few seats, or somebody is on another list in the meantime.
    """
    permissions.check_may_plan(by, province_code=site.province_code)
    _check_plan(vehicle, seats, starts_at)
    if stay_ids is None:
        stops = [fetch.stop for fetch in queries.waiting_for(site)]
        stay_ids = next(iter(rules.lists(stops, seats=seats, start=queries.start_of(site))), ())
    run = Run.objects.create(
        reference=references.new(PREFIX),
        site=site,
        vehicle=vehicle.strip(),
        seats=seats,
        state=RunState.PLANNED,
        starts_at=starts_at,
    )
    count = _put_on(run, stay_ids, taken=0)
    record.write("isolation.run_planned", by=by, about=run, data={"people": count, "seats": seats})
    return run


@transaction.atomic
def add_people(*, run: Run, stay_ids: Sequence[int], by: Actor) -> int:
    """Put more people on the list of a drive that is not over, behind the others; return how many.

    :raises Refused: as for `plan_run`, and when the drive is over.
    """
    permissions.check_may_plan(by, province_code=run.site.province_code)
    run = _locked(run)
    if run.state not in (RunState.PLANNED, RunState.STARTED):
        raise Refused(N_("This drive is over. Please plan another one."), "run_over")
    taken = Pickup.objects.filter(run=run, state__in=[*LIVE_PICKUPS, PickupState.DELIVERED]).count()
    count = _put_on(run, stay_ids, taken=taken)
    record.write("isolation.run_grew", by=by, about=run, data={"people": count})
    return count


@transaction.atomic
def take_off(*, pickup: Pickup, by: Actor) -> None:
    """Take somebody off the list of a drive who has not been picked up; the bed stays held.

    :raises Refused: when the driver was faster.
    """
    permissions.check_may_plan(by, province_code=pickup.run.site.province_code)
    _locked(pickup.run)
    found = Pickup.objects.select_for_update(of=("self",)).select_related("stay__care").get(pk=pickup.pk)
    if found.state != PickupState.PLANNED:
        raise Refused(N_("This has moved on in the meantime. Please look at it again."), "state_moved_on")
    _set(found, PickupState.CANCELLED)
    steps.note("taken_off_run", found.stay.care, by=by, site_id=found.stay.site_id, run=found.run_id)


@transaction.atomic
def cancel(*, run: Run, by: Actor) -> None:
    """Call a drive off that has not started; its people wait for another one, as long as their beds are held.

    :raises Refused: when it has started.
    """
    permissions.check_may_plan(by, province_code=run.site.province_code)
    run = _locked(run)
    check(may_move(RunState(run.state), RunState.CANCELLED))
    planned = Pickup.objects.filter(run=run, state=PickupState.PLANNED).order_by("stay").select_for_update()
    for pickup in planned:
        _set(pickup, PickupState.CANCELLED)
    Run.objects.filter(pk=run.pk).update(state=RunState.CANCELLED, ended_at=clock.now())
    record.write("isolation.run_cancelled", by=by, about=run)


@transaction.atomic
def start(*, run: Run, by: Actor) -> Run:
    """Begin a drive: from now on it is this driver's, who sees whom to fetch where.

    :raises Refused: when somebody else has begun it.
    """
    permissions.check_may_drive(by, province_code=run.site.province_code)
    if by.kind is not ActorKind.STAFF or by.id is None:
        raise Missing("a drive has a driver")
    run = _locked(run)
    if run.state == RunState.STARTED:
        raise Refused(N_("Somebody has begun this drive already."), "started_already")
    check(may_move(RunState(run.state), RunState.STARTED))
    run.state, run.driver_id, run.started_at = RunState.STARTED, by.id, clock.now()
    run.save(update_fields=["state", "driver_id", "started_at"])
    record.write("isolation.run_started", by=by, about=run)
    return run


@transaction.atomic
def take_over(*, run: Run, by: Actor) -> None:
    """Drive on in another driver's place, such as one whose telephone is broken. Twice is harmless.

    :raises Refused: when the drive is not under way.
    """
    permissions.check_may_drive(by, province_code=run.site.province_code)
    if by.kind is not ActorKind.STAFF or by.id is None:
        raise Missing("a drive has a driver")
    run = _locked(run)
    _check_under_way(run)
    if run.driver_id != by.id:
        Run.objects.filter(pk=run.pk).update(driver_id=by.id)
        record.write("isolation.run_taken_over", by=by, about=run)


@transaction.atomic
def finish(*, run: Run, by: Actor) -> None:
    """End a drive on which nobody is left.

    :raises Refused: while somebody is to be picked up, or the front desk has not let in who was brought.
    """
    run = _driven(run, by=by)
    left = list(Pickup.objects.filter(run=run, state__in=LIVE_PICKUPS).order_by("position").values_list("state"))
    if (PickupState.PLANNED,) in left:
        raise Refused(N_("Somebody is still to be picked up. Please say of each person what happened."), "people_left")
    if left:
        raise Refused(N_("The front desk has not let in everybody yet. Please wait until it has."), "not_let_in")
    Run.objects.filter(pk=run.pk).update(state=RunState.FINISHED, ended_at=clock.now())
    record.write("isolation.run_finished", by=by, about=run)


@transaction.atomic
def picked_up(*, pickup: Pickup, by: Actor) -> Stay:
    """Note that somebody is in the vehicle: the bed is held until they can have arrived.

    Whose hold lapsed a moment ago gets the same bed if it is free, or another one at the site.

    :returns: the stay with the bed that is held now.
    :raises Refused: when there is no bed any more, or the person is not to be picked up (any more).
    """
    run, care, found = _on_drive(pickup, by=by)
    if queries.may_be_late(found):
        stay = _held_again(run, care, found, by=by)
    else:
        check(may_move(PickupState(found.state), PickupState.PICKED_UP))
        stay = found.stay if _is_on_the_way(found.stay) else _held_again(run, care, found, by=by)
        if stay.pk == found.stay_id:
            _set(found, PickupState.PICKED_UP)
    steps.note("picked_up", care, by=by, site_id=run.site_id, stay=stay.pk, run=run.pk)
    return stay


@transaction.atomic
def not_found(*, pickup: Pickup, by: Actor) -> None:
    """Note that nobody was there: the bed is free for somebody else, the person waits again, and the hotline calls."""
    run, care, found = _on_drive(pickup, by=by)
    check(may_move(PickupState(found.state), PickupState.NOT_FOUND))
    _set(found, PickupState.NOT_FOUND)
    was_placed = care.state == CareState.PLACED
    promises.give_back(stay=found.stay, because=StayEnd.NOT_FOUND, by=by)
    steps.note("not_found", care, by=by, site_id=run.site_id, stay=found.stay_id, run=run.pk)
    if was_placed:
        messages.send("isolation.not_found", person_id=care.person_id, params={"reference": care.reference})


@transaction.atomic
def reached(*, care: Care, by: Actor) -> None:
    """Note that somebody whom the driver did not find was reached and wants to be fetched: a bed is looked for at once.

    Nothing happens to somebody who has a bed by now.
    """
    care_permissions.check_may_act_for(by, care)
    care = steps.locked(care.pk)
    Care.objects.filter(pk=care.pk).update(called_at=clock.now())
    steps.note("reached", care, by=by)
    if care.state == CareState.WAITING:
        Care.objects.filter(pk=care.pk).update(waiting_because=WaitingBecause.MATCHING)
        queue.put("isolation.place", care_id=care.pk)


@transaction.atomic
def refused(*, pickup: Pickup, wants_a_bed: bool, by: Actor) -> None:
    """Note that somebody does not come along; the bed is free for somebody else.

    :param wants_a_bed: only not now: the person waits again. Otherwise the care ends at the person's own wish.
    :raises Refused: for somebody who lies in a bed elsewhere and wants none: the nurse there ends the stay.
    """
    run, care, found = _on_drive(pickup, by=by)
    check(may_move(PickupState(found.state), PickupState.REFUSED))
    _set(found, PickupState.REFUSED)
    if found.stay.state in PROMISED:
        promises.give_back(stay=found.stay, because=StayEnd.REFUSED, by=by)
    steps.note("transport_refused", care, by=by, site_id=run.site_id, stay=found.stay_id, run=run.pk)
    if not wants_a_bed:
        cares.end_at_own_wish(steps.locked(care.pk), by=by)


@transaction.atomic
def brought_back(*, pickup: Pickup, by: Actor) -> None:
    """Note that somebody was brought home again, because the bed was given up while they were in the vehicle.

    :raises Refused: while the bed is still held.
    """
    run, care, found = _on_drive(pickup, by=by)
    check(may_move(PickupState(found.state), PickupState.CANCELLED))
    if found.state == PickupState.PLANNED or not door.is_over(found.stay, now=clock.now()):
        raise Refused(N_("A bed waits for this person. Please bring them there."), "bed_waits")
    _set(found, PickupState.CANCELLED)
    steps.note("brought_back", care, by=by, site_id=run.site_id, stay=found.stay_id, run=run.pk)


def _check_plan(vehicle: str, seats: int, starts_at: datetime) -> None:
    if not vehicle.strip():
        raise Refused(N_("Please enter the plate or the name of the vehicle."), "no_vehicle")
    if not 1 <= seats <= rules.MOST_SEATS:
        raise Refused(N_("A vehicle has 1 to %(most)s seats."), "seats_range", most=rules.MOST_SEATS)
    if starts_at < clock.now() - ENTERED_LATE:
        raise Refused(N_("That time is past. Please check when the drive begins."), "start_past")


def _put_on(run: Run, stay_ids: Sequence[int], *, taken: int) -> int:
    """Put people on the list of a drive, in a good order, and return how many."""
    wanted = list(dict.fromkeys(stay_ids))
    if not wanted:
        raise Refused(N_("Please choose at least one person."), "nobody_chosen")
    if taken + len(wanted) > run.seats:
        raise Refused(
            N_("There are %(seats)s seats for %(people)s people. Please choose fewer, or a larger vehicle."),
            "too_few_seats",
            seats=run.seats,
            people=taken + len(wanted),
        )
    steps.hold_in_order(list(Stay.objects.filter(pk__in=wanted).values_list("care", flat=True)))
    found = queries.fetches(queries.to_be_fetched(now=clock.now()).filter(pk__in=wanted, site=run.site_id))
    if len(found) != len(wanted):
        raise Refused(
            N_("Somebody you chose is on another list by now, or the bed is not held any more. Please choose again."),
            "choice_moved_on",
        )
    first = _last_position(run) + 1
    ordered = rules.in_order([fetch.stop for fetch in found], start=queries.start_of(run.site))
    Pickup.objects.bulk_create(
        Pickup(run=run, stay_id=stop.key, position=position, state=PickupState.PLANNED)
        for position, stop in enumerate(ordered, start=first)
    )
    return len(ordered)


def _last_position(run: Run) -> int:
    last = Pickup.objects.filter(run=run).order_by("-position").values_list("position", flat=True).first()
    return last or 0


def _locked(run: Run) -> Run:
    return Run.objects.select_for_update(of=("self",), no_key=True).select_related("site").get(pk=run.pk)


def _check_under_way(run: Run) -> None:
    if run.state != RunState.STARTED:
        raise Refused(N_("This drive is not under way."), "not_under_way")


def _driven(run: Run, *, by: Actor) -> Run:
    """Lock a drive that is under way and that the actor drives."""
    permissions.check_may_drive(by, province_code=run.site.province_code)
    run = _locked(run)
    _check_under_way(run)
    if by.kind is ActorKind.STAFF and run.driver_id != by.id:
        raise Refused(N_("Somebody else has this drive. Take it over first."), "other_driver")
    return run


def _on_drive(pickup: Pickup, *, by: Actor) -> tuple[Run, Care, Pickup]:
    """Lock the drive and the care, and return them with the place on the drive as it is now."""
    run = _driven(pickup.run, by=by)
    care = steps.locked(pickup.stay.care_id)
    found = Pickup.objects.select_for_update(of=("self",)).select_related("stay__site", "stay__care").get(pk=pickup.pk)
    return run, care, found


def _set(pickup: Pickup, to: PickupState) -> None:
    Pickup.objects.filter(pk=pickup.pk).update(state=to, at=clock.now())
    pickup.state = to


def _is_on_the_way(stay: Stay) -> bool:
    """Hold the bed until the person can have arrived; say no when somebody else has it since the hold lapsed."""
    terms = policies.in_force(HoldTerms, on=clock.today())
    try:
        numbered.prolong(
            BEDS,
            row_id=stay.pk,
            until=clock.now() + timedelta(minutes=terms.on_the_way_minutes),
            was=[StayState.HELD],
            columns={"state": StayState.ON_THE_WAY.value},
        )
    except Full:
        return False
    return True


def _held_again(run: Run, care: Care, found: Pickup, *, by: Actor) -> Stay:
    """Hold a bed at the same site for somebody whose hold lapsed before they were picked up, and let them ride."""
    old = found.stay
    if old.state in PROMISED:
        promises.give_back(stay=old, because=StayEnd.LAPSED, by=by)
        care = steps.locked(care.pk)
    suitable = door.beds_for(care, site_ids=[run.site_id])
    ids = [old.bed_id, *(bed.pk for bed in suitable if bed.pk != old.bed_id)]
    try:
        fresh = promises.hold_for(care, ids, by=by, tell=False)
    except Full as refusal:
        raise Refused(NO_BED_LEFT, "bed_is_gone") from refusal
    Pickup.objects.create(
        run=run, stay=fresh, position=_last_position(run) + 1, state=PickupState.PICKED_UP, at=clock.now()
    )
    _is_on_the_way(fresh)
    return beds.stay(fresh.pk)
