"""Placing: a bed for one party when it arrives, and beds for all who wait at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from khumkan import messages, policies, record
from khumkan.capacity.actions import numbered
from khumkan.capacity.entries import AlreadyHeld, Full
from khumkan.capacity.numbered import Had, Wish
from khumkan.isolation.actions import promises, steps
from khumkan.isolation.actions.ledger import BEDS
from khumkan.isolation.choices import WaitingBecause
from khumkan.isolation.models import Care, Stay
from khumkan.isolation.permissions import cares
from khumkan.isolation.permissions import matching as permissions
from khumkan.isolation.queries import by_hand, supply, waiting
from khumkan.isolation.queries import matching as queries
from khumkan.isolation.queries.matching import Proposal
from khumkan.isolation.queries.waiting import Group
from khumkan.isolation.rules import matching as rules
from khumkan.isolation.states import CareState, StayState
from khumkan.isolation.terms.matching import MatchingTerms
from khumkan.isolation.terms.stays import HoldTerms
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_

#: Rooms tried for one party before it waits for the next matching.
ROOMS_TRIED = 40


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a matching.

    :param placed: people for whom a bed is held now; `left` those of the proposal whose bed was gone by then.
    """

    placed: int
    left: int


def place(*, care_id: int, by: Actor) -> list[Stay]:
    """Hold the best beds that are free for somebody who waits, and for the family; else say why they wait.

    Somebody who lies in a bed and is to move gets a bed of the other kind.
    """
    now = clock.now()
    moving = queries.moving(care_id)
    found = [moving] if moving else waiting.groups(now=now, care_ids=[care_id])
    return _place(found[0], now=now, by=by) if found else []


@transaction.atomic
def place_by_hand(*, care: Care, room_id: int, by: Actor) -> list[Stay]:
    """Hold beds in a room that an officer chose for somebody who waits, and for the family.

    :raises Missing: for people and sites of other provinces.
    :raises Refused: when they do not wait (any more), or the room is not free for them (any more).
    """
    cares.check_may_place(by, care, province_code=by_hand.province_of_room(room_id))
    group = by_hand.group_of(care)
    if group is None:
        raise Refused(N_("This person does not wait for a bed (any more)."), "does_not_wait")
    beds = by_hand.free_beds_for(group, room_id)
    if len(beds) < len(group.members):
        raise Refused(N_("This room is not free for these people any more. Please choose another one."), "room_taken")
    steps.hold_in_order([one.care_id for one in group.members])
    return [promises.hold_bed(care=Care(pk=one.care_id), bed_ids=beds, by=by) for one in group.members]


def _place(group: Group, *, now: datetime, by: Actor) -> list[Stay]:
    if group.party is None:
        _say_why(group, WaitingBecause.NO_ADDRESS)
        return []
    terms = policies.in_force(MatchingTerms, on=clock.today())
    sites, rooms = supply.sites_and_rooms(now=now)
    joined = queries.room_of_family(group)
    ranked = rules.ranked(group.party, rooms, sites, terms)[:ROOMS_TRIED]
    keys = ([joined] if joined else []) + [room.key for room in ranked]
    beds = supply.free_beds(keys, now=now)
    for tried in _attempts(group, keys, beds):
        try:
            with transaction.atomic():
                steps.hold_in_order([one.care_id for one in group.members])
                return [promises.hold_bed(care=Care(pk=one.care_id), bed_ids=tried, by=by) for one in group.members]
        except (Full, AlreadyHeld):
            continue
        except Refused:  # somebody placed them in the meantime
            return []
    best = rules.best_place(group.party, rooms, sites, terms)
    _say_why(group, best.because if isinstance(best, rules.Waits) else WaitingBecause.NO_ROOM)
    return []


def _attempts(group: Group, room_ids: Sequence[int], beds: Mapping[int, list[int]]) -> list[list[int]]:
    """Return the beds to try: for one person all at once, for a family room by room."""
    if len(group.members) == 1:
        every = [bed for room in room_ids for bed in beds.get(room, ())]
        return [every] if every else []
    return [beds[room] for room in room_ids if len(beds.get(room, ())) >= len(group.members)]


@transaction.atomic
def _say_why(group: Group, because: WaitingBecause) -> None:
    ids = [one.care_id for one in group.members]
    steps.hold_in_order(ids)
    Care.objects.filter(pk__in=ids, state=CareState.WAITING).update(waiting_because=because)


@transaction.atomic
def carry_out(*, proposal: Proposal, by: Actor, marks: Mapping[int, str] | None = None) -> Done:
    """Hold the beds of a proposal, as far as they are still free and the people still wait; tell each person once.

    Who is left over waits on, and the next matching looks again.

    :param marks: what the proposal rested on, by care; whoever has changed since is left over. None takes everybody.
    :raises Missing: for everybody but officers of the whole country and Khumkan itself.
    """
    permissions.check_may_match(by)
    now, terms = clock.now(), policies.in_force(HoldTerms, on=clock.today())
    until = now + timedelta(minutes=terms.hold_minutes)
    moved = {move.care_id for move in proposal.moves}
    still = _hold_waiting([*moved, *(care_id for ids in proposal.waits.values() for care_id in ids)]) & moved
    if marks is not None:
        still &= {care_id for care_id, mark in queries.marks(still).items() if mark == marks.get(care_id)}
    promises.end_lapsed_of(sorted(still), now=now)
    wishes = [
        Wish(move.care_id, move.person_id, move.bed_id, move.sharing)
        for move in proposal.moves
        if move.care_id in still
    ]
    columns = {
        "state": StayState.HELD.value,
        "terms_version": terms.version,
        "made_at": now,
        "ended_because": "",
        "belongings": "",
    }
    given = numbered.give_many(BEDS, wishes=wishes, now=now, until=until, columns=columns, by=by)
    _note(proposal, wishes, given, until=until, by=by)
    record.write("isolation.matched", by=by, data={"placed": len(given), "proposed": len(proposal.moves)})
    for because, ids in proposal.waits.items():
        Care.objects.filter(pk__in=ids, state=CareState.WAITING).update(waiting_because=because)
    return Done(len(given), len(proposal.moves) - len(given))


def _hold_waiting(care_ids: Sequence[int]) -> set[int]:
    """Lock those of some cares that still wait, until the commit, in the order in which everybody locks them."""
    rows = Care.objects.filter(pk__in=care_ids, state=CareState.WAITING).order_by("pk").select_for_update(no_key=True)
    return set(rows.values_list("pk", flat=True))


def _note(proposal: Proposal, wishes: Sequence[Wish], given: Mapping[int, Had], *, until: datetime, by: Actor) -> None:
    """Move the cares of those who got a bed, write it down, and tell them."""
    by_site: dict[int, list[Wish]] = {}
    for wish in wishes:
        if wish.person_id in given:
            by_site.setdefault(given[wish.person_id].site_id, []).append(wish)
    entries, told = [], []
    for site_id, here in sorted(by_site.items()):
        Care.objects.filter(pk__in=[wish.key for wish in here]).update(
            state=CareState.PLACED, site_id=site_id, waiting_because=""
        )
        for wish in here:
            had = given[wish.person_id]
            data = {"stay": had.row_id, "bed": had.thing_id}
            entries.append(record.Entry("isolation.care", wish.key, wish.person_id, site_id, data))
            told.append(
                (wish.person_id, promises.words(proposal.references[wish.key], proposal.sites[site_id], until=until))
            )
    record.write_many("isolation.bed_held", by=by, entries=entries)
    messages.send_many("isolation.bed_held", told, urgent=True)
