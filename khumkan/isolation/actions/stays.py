"""The stay itself: arriving, moving to another bed, leaving, and the bed being free again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from khumkan import policies, record
from khumkan.capacity.actions import numbered
from khumkan.capacity.entries import Full, Lapsed
from khumkan.isolation.actions import discharges, pickups, promises, steps, transfers
from khumkan.isolation.actions.ledger import BEDS
from khumkan.isolation.choices import StayEnd
from khumkan.isolation.models import Care, Stay
from khumkan.isolation.permissions import cares as permissions
from khumkan.isolation.queries import beds
from khumkan.isolation.states import PRESENT, PROMISED, CareState, StayState
from khumkan.isolation.terms.stays import StayTerms
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, Role
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_

AT_THE_DOOR = (Role.FRONT_DESK, Role.NURSE)
#: What somebody may be told who was promised a bed that is gone.
BED_IS_GONE = N_(
    "The time for which this bed was held is over, and somebody else has it now. Please choose another free bed."
)


@transaction.atomic
def arrive(*, stay: Stay, by: Actor, belongings: str = "") -> Stay:
    """Let somebody in whose bed is held; a hold that lapsed still counts while nobody else has the bed.

    Somebody who comes from another site leaves that bed in the same moment.

    :param belongings: what the front desk keeps for the person.
    :raises Refused: when the bed was given to somebody else, or the person has arrived already, or may go home.
    """
    permissions.check_works_at(by, stay.site_id, *AT_THE_DOOR)
    care = steps.locked(stay.care_id)
    own = beds.own(care, *PROMISED, *PRESENT, StayState.LAPSED)
    before = next((each for each in own if each.state in PRESENT and each.pk != stay.pk), None)
    others = [each for each in own if each.state in PROMISED and each.pk != stay.pk]
    promises.end_promises(others, care, because=StayEnd.CHANGED, by=by)
    now = clock.now()
    if before is not None:
        promises.check_stays(before)
        _leave(before, because=StayEnd.MOVED, now=now)
    fresh = next((each for each in own if each.pk == stay.pk), stay)
    _settle(fresh, follows=before, now=now, belongings=belongings)
    _come(care, fresh, before=before, by=by)
    return fresh


@transaction.atomic
def admit(*, care: Care, bed_ids: Sequence[int], by: Actor, belongings: str = "") -> Stay:
    """Give somebody at the door a bed at once, without a hold before, or another bed than was held.

    Somebody who comes from another site, and was expected at this one, leaves that bed in the same moment.

    :raises Refused: when none of the beds is free, or the person lies in a bed already.
    """
    care = steps.locked(care.pk)
    site_id = beds.site_of(bed_ids)
    permissions.check_works_at(by, site_id, *AT_THE_DOOR)
    before = beds.left_for(care, site_id)
    if care.state not in (CareState.WAITING, CareState.PLACED) and before is None:
        raise Refused(N_("This person does not wait for a bed (any more)."), "does_not_wait")
    promises.give_back_for(care, because=StayEnd.CHANGED, by=by)
    now = clock.now()
    if before is not None:
        promises.check_stays(before)
        _leave(before, because=StayEnd.MOVED, now=now)
    sharing = beds.sharing_of(care, with_family=before is None)
    stay = _put_in(care, bed_ids, follows=before, sharing=sharing, now=now, by=by, belongings=belongings)
    _come(care, stay, before=before, by=by)
    return stay


@transaction.atomic
def change_bed(*, stay: Stay, bed_ids: Sequence[int], by: Actor) -> Stay:
    """Move somebody to another bed of the same site, at once; the old bed is cleaned.

    Who may go may still go, and a bed that is held at another site stays held.

    :raises Refused: when none of the beds is free, or the person has left.
    """
    permissions.check_works_at(by, stay.site_id, *AT_THE_DOOR)
    care = steps.locked(stay.care_id)
    if beds.site_of(bed_ids) != stay.site_id:
        raise Refused(N_("That bed is at another site: this needs a transfer."), "other_site")
    now, before = clock.now(), beds.stay(stay.pk)
    _leave(before, because=StayEnd.MOVED, now=now)
    promised = Stay.objects.filter(follows=before.pk).first()
    fresh = _put_in(
        care,
        bed_ids,
        follows=None if promised else before,
        sharing=before.sharing,
        now=now,
        by=by,
        belongings=before.belongings,
        state=StayState(before.state),
    )
    if promised:  # the bed elsewhere follows the new bed from now on
        Stay.objects.filter(pk=promised.pk).update(follows=fresh)
        Stay.objects.filter(pk=fresh.pk).update(follows=before)
    steps.note("bed_changed", care, by=by, site_id=stay.site_id, stay=fresh.pk, bed=fresh.bed_id, before=stay.pk)
    return fresh


@transaction.atomic
def leave(*, stay: Stay, by: Actor) -> None:
    """Note that somebody who may go has left: the bed is cleaned, then free.

    :raises Refused: when no nurse has confirmed that the person may go.
    """
    permissions.check_works_at(by, stay.site_id, *AT_THE_DOOR)
    care = steps.locked(stay.care_id)
    try:
        _leave(stay, because=StayEnd.DISCHARGED, now=clock.now(), was=[StayState.LEAVING])
    except Lapsed as refusal:
        if beds.stay(stay.pk).state == StayState.LEFT:
            raise Refused(N_("This person has left already."), "has_left") from refusal
        raise Refused(N_("A nurse has to confirm first that this person may go."), "not_discharged") from refusal
    discharges.finish(care, stay, by=by)


@transaction.atomic
def clean(*, stay: Stay, by: Actor) -> None:
    """Note that the bed of somebody who left is clean, so that it is free at once. Twice is harmless."""
    permissions.check_works_at(by, stay.site_id, *AT_THE_DOOR)
    now = clock.now()
    if numbered.free(BEDS, row_id=stay.pk, now=now, was=[StayState.LEFT], columns={"cleaned_at": now}):
        steps.note("bed_cleaned", stay.care, by=by, site_id=stay.site_id, stay=stay.pk, bed=stay.bed_id)


def _put_in(
    care: Care,
    bed_ids: Sequence[int],
    *,
    follows: Stay | None,
    sharing: str,
    now: datetime,
    by: Actor,
    belongings: str,
    state: StayState = StayState.ADMITTED,
) -> Stay:
    terms = policies.in_force(StayTerms, on=clock.today())
    had = numbered.give(
        BEDS,
        wanted=bed_ids,
        person_id=care.person_id,
        sharing=sharing,
        now=now,
        until=None,
        columns={
            "care_id": care.pk,
            "state": state.value,
            "terms_version": terms.version,
            "made_at": now,
            "arrived_at": now,
            "ended_because": "",
            "belongings": belongings.strip(),
            "follows_id": follows.pk if follows else None,
        },
        by=by,
    )
    return beds.stay(had.row_id)


def _settle(stay: Stay, *, follows: Stay | None, now: datetime, belongings: str) -> None:
    columns: dict[str, Any] = {
        "state": StayState.ADMITTED.value,
        "arrived_at": now,
        "belongings": belongings.strip(),
        "ended_because": "",
        "follows_id": follows.pk if follows else None,
    }
    try:
        numbered.settle(BEDS, row_id=stay.pk, now=now, was=[*PROMISED, StayState.LAPSED], columns=columns)
    except Full as refusal:
        raise Refused(BED_IS_GONE, "bed_is_gone") from refusal
    for name, value in columns.items():
        setattr(stay, name, value)
    del stay.blocks, stay.during  # read again when they are asked for


def _come(care: Care, stay: Stay, *, before: Stay | None, by: Actor) -> None:
    """Note what follows when somebody lies in a bed at a site where they did not lie before."""
    _admit(care, site_id=stay.site_id)
    pickups.arrived(care)
    events = [steps.noted("admitted", care, site_id=stay.site_id, stay=stay.pk, bed=stay.bed_id)]
    if before is not None:
        events.append(steps.noted("transferred", care, site_id=stay.site_id, stay=stay.pk, before=before.pk))
        transfers.arrived(care, site_id=stay.site_id, by=by)
    record.write_several(events, by=by)


def _leave(stay: Stay, *, because: StayEnd, now: datetime, was: Sequence[StayState] = PRESENT) -> None:
    terms = policies.in_force(StayTerms, on=clock.today())
    numbered.leave(
        BEDS,
        row_id=stay.pk,
        now=now,
        free_at=now + timedelta(minutes=terms.cleaning_minutes),
        was=was,
        columns={"state": StayState.LEFT.value, "left_at": now, "ended_because": because.value},
    )


def _admit(care: Care, *, site_id: int | None) -> None:
    """Let the site look after the person from now on."""
    if care.state != CareState.ADMITTED:
        steps.move(care, CareState.ADMITTED, site_id=site_id, waiting_because="")
        return
    Care.objects.filter(pk=care.pk).update(site_id=site_id)
    care.site_id = site_id
