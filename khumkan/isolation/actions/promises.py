"""Holding a bed for somebody, and giving it back: the promise of a bed until transport comes."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from khumkan import messages, policies
from khumkan.capacity.actions import numbered
from khumkan.isolation.actions import pickups, steps
from khumkan.isolation.actions.ledger import BEDS
from khumkan.isolation.choices import StayEnd, WaitingBecause
from khumkan.isolation.models import Care, Stay
from khumkan.isolation.permissions import cares as permissions
from khumkan.isolation.queries import beds
from khumkan.isolation.queries import sites as site_queries
from khumkan.isolation.states import PRESENT, PROMISED, CareState, StayState
from khumkan.isolation.terms.stays import HoldTerms
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.places.models import Site

#: Why somebody waits again after a promise ended.
WAITS_AGAIN = {
    StayEnd.LAPSED: WaitingBecause.HOLD_LAPSED,
    StayEnd.NOT_FOUND: WaitingBecause.NOT_FOUND,
    StayEnd.CLOSED: WaitingBecause.SITE_CLOSED,
    StayEnd.CHANGED: WaitingBecause.MATCHING,
}


@transaction.atomic
def hold_bed(*, care: Care, bed_ids: Sequence[int], by: Actor, tell: bool = True) -> Stay:
    """Hold the first of these beds that is free, until the transport deadline; tell the person where.

    Somebody who lies in a bed elsewhere gets the new one when they leave the old one.

    :param bed_ids: beds that suit the person, the best first.
    :raises Refused: when none of them is free, or the person has a bed already, or may go home.
    """
    care = steps.locked(care.pk)
    if not permissions.is_officer_of(by, care.province_code):  # only then does it matter where the beds are
        permissions.check_may_place(by, care, province_code=beds.province_of(bed_ids[:1]))
    return hold_for(care, bed_ids, by=by, tell=tell)


def hold_for(care: Care, bed_ids: Sequence[int], *, by: Actor, tell: bool = True) -> Stay:
    """Hold a bed for somebody whose care the caller holds, and for whom the caller may act; see `hold_bed`."""
    now, terms = clock.now(), policies.in_force(HoldTerms, on=clock.today())
    own = beds.own(care, *PROMISED, *PRESENT)
    _end_what_lapsed(own, now=now)
    present = next((stay for stay in own if stay.state in PRESENT), None)
    if present is not None:
        check_stays(present)
    elif care.state != CareState.WAITING:
        raise Refused(N_("This person does not wait for a bed (any more)."), "does_not_wait")
    stay, until = _hold(care, bed_ids, now=now, terms=terms, present=present, by=by)
    if present is None:
        steps.move(care, CareState.PLACED, site_id=stay.site_id, waiting_because="")
    steps.note("bed_held", care, by=by, site_id=stay.site_id, stay=stay.pk, bed=stay.bed_id)
    if tell:
        params = words(care.reference, site_queries.site(stay.site_id), until=until)
        messages.send("isolation.bed_held", person_id=care.person_id, params=params, urgent=True)
    return stay


def _hold(
    care: Care, bed_ids: Sequence[int], *, now: datetime, terms: HoldTerms, present: Stay | None, by: Actor
) -> tuple[Stay, datetime]:
    """Take the first bed that is free, and say until when it is held."""
    until = now + timedelta(minutes=terms.hold_minutes if present is None else terms.transfer_hold_minutes)
    sharing = beds.sharing_of(care, with_family=present is None)
    columns: dict[str, Any] = {
        "care_id": care.pk,
        "state": StayState.HELD.value,
        "terms_version": terms.version,
        "made_at": now,
        "ended_because": "",
        "belongings": "",
        "follows_id": present.pk if present else None,
    }
    had = numbered.give(
        BEDS,
        wanted=bed_ids,
        person_id=care.person_id,
        sharing=sharing,
        now=now,
        until=until,
        is_second=present is not None,
        columns=columns,
        by=by,
    )
    return beds.given(care, had, sharing, columns), until


def words(reference: str, site: Site, *, until: datetime) -> dict[str, str]:
    """Return what the message about a held bed names."""
    return {
        "site_th": site.name_th,
        "site_en": site.name_en or site.name_th,
        "until": until.isoformat(),
        "reference": reference,
    }


@transaction.atomic
def give_back(*, stay: Stay, because: StayEnd, by: Actor, now: datetime | None = None) -> None:
    """End a promise: the bed is free at once, and the person waits again from the same moment as before.

    :raises Refused: when the person has arrived in the meantime.
    """
    care = steps.locked(stay.care_id)
    _give_back(stay, because=because, at=now or clock.now())
    if care.state == CareState.PLACED:
        steps.move(
            care, CareState.WAITING, site_id=None, waiting_because=WAITS_AGAIN.get(because, WaitingBecause.MATCHING)
        )
    steps.note("bed_given_back", care, by=by, site_id=stay.site_id, stay=stay.pk, because=because.value)


def check_stays(present: Stay) -> None:
    """Say that somebody who may go home gets no other bed.

    :raises Refused: while a discharge is confirmed.
    """
    if present.state == StayState.LEAVING:
        raise Refused(
            N_("A nurse has confirmed that this person may go. Please have that taken back first."), "may_go_home"
        )


def give_back_for(care: Care, *, because: StayEnd, by: Actor) -> None:
    """End whatever is promised to somebody whose care the caller holds; the caller says what becomes of the care."""
    end_promises(beds.own(care, *PROMISED), care, because=because, by=by)


def end_promises(promised: Iterable[Stay], care: Care, *, because: StayEnd, by: Actor) -> None:
    """End some promises to somebody whose care the caller holds."""
    for stay in promised:
        _give_back(stay, because=because, at=clock.now())
        steps.note("bed_given_back", care, by=by, site_id=stay.site_id, stay=stay.pk, because=because.value)


@transaction.atomic
def end_lapsed(*, stay: Stay, by: Actor) -> bool:
    """End one promise that has lapsed: the person waits again, and is told. Say whether there was anything to end."""
    care = steps.locked(stay.care_id)
    if not end_lapsed_of([care.pk], now=clock.now()):
        return False
    if care.state == CareState.PLACED:
        steps.move(care, CareState.WAITING, site_id=None, waiting_because=WaitingBecause.HOLD_LAPSED)
    steps.note("hold_lapsed", care, by=by, site_id=stay.site_id, stay=stay.pk)
    messages.send("isolation.hold_lapsed", person_id=care.person_id, params={"reference": care.reference})
    return True


def end_lapsed_of(care_ids: Sequence[int], *, now: datetime) -> int:
    """End the lapsed promises of people whose cares the caller holds, so that they can be given new ones.

    Their beds are free already.

    :returns: how many there were.
    """
    return _end_what_lapsed(Stay.objects.filter(care__in=care_ids, state__in=PROMISED).order_by("pk"), now=now)


def _end_what_lapsed(stays: Iterable[Stay], *, now: datetime) -> int:
    lapsed = [stay for stay in stays if _has_lapsed(stay, now)]
    for stay in lapsed:
        _give_back(stay, because=StayEnd.LAPSED, at=now)
    return len(lapsed)


def _has_lapsed(stay: Stay, now: datetime) -> bool:
    return stay.state in PROMISED and (stay.blocks.isempty or stay.blocks.upper <= now)


def _give_back(stay: Stay, *, because: StayEnd, at: datetime) -> None:
    state = StayState.LAPSED if because is StayEnd.LAPSED else StayState.GIVEN_BACK
    numbered.leave(
        BEDS,
        row_id=stay.pk,
        now=at,
        free_at=at,
        was=PROMISED,
        columns={"state": state.value, "ended_because": because.value, "follows_id": None},
    )
    pickups.take_off(stay)
