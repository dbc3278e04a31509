"""Any order of acts on a few beds, on the real database, looked at after each step by somebody who trusts no action.

The machine knows three things by itself: who should be in care, who should lie in a bed, and which beds could be given.
Everything else it reads from the rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TypeVar

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from khumkan.capacity.actions import numbered
from khumkan.isolation.actions import (
    cares,
    discharges,
    emptying,
    homes,
    placing,
    promises,
    rounds,
    sites,
    stays,
    triage,
)
from khumkan.isolation.actions import transfers as moving
from khumkan.isolation.actions.ledger import BEDS
from khumkan.isolation.choices import CareEnd, Condition, Decision, FacilityKind, Level, StayEnd, ToldBy
from khumkan.isolation.models import Bed, Care, Escalation, Facility, Party, Stay
from khumkan.isolation.queries import cares as lapsing
from khumkan.isolation.queries import integrity, matching, supply
from khumkan.isolation.rules.answers import Answers, Vitals
from khumkan.isolation.states import (
    LIVE_CARES,
    MOVES,
    PRESENT,
    PROMISED,
    CareState,
    FacilityState,
    StayState,
)
from khumkan.isolation.tests import hotel
from khumkan.kernel import clock
from khumkan.kernel.errors import Refused
from khumkan.registry.models import Person
from khumkan.registry.states import Sex

T = TypeVar("T")
#: A choice among whatever is there at that moment.
picks = st.integers(0, 59)
#: One of the seven beds, or from 7 on all of a house.
bed_numbers = st.integers(0, 9)
FAMILY = 2
ILL = Vitals(spo2=95)
WORSE = Vitals(spo2=88)
AFTER_CLEANING = timedelta(minutes=120)
HELD_FOR = {False: timedelta(minutes=360), True: timedelta(minutes=720)}
ON_THE_WAY_FOR = timedelta(minutes=180)
#: Moves of cares and stays that were seen: the kind, from where and to where.
Seen = set[tuple[type[CareState] | type[StayState], str, str]]


@dataclass(frozen=True)
class Town:
    """What all runs share: two hotels, a ward, a team for people at home, and people, most of them found infected."""

    houses: tuple[Facility, ...]
    persons: tuple[Person, ...]
    party: Party
    in_care: frozenset[int]
    lying: frozenset[int]


def a_town() -> Town:
    """Make seven beds in three houses for eight people, the first two of them a family.

    One lies in a bed, one may go, one is promised a bed, the family waits, one has not answered, two are well.
    """
    houses = (
        hotel.a_hotel(rooms=2, beds=2, accessible=True),
        hotel.a_hotel(rooms=1, beds=1, north=0.05),
        hotel.a_hotel(rooms=1, beds=2, level=Level.YELLOW, kind=FacilityKind.HOSPITAL, nurses=1),
        hotel.a_hotel(rooms=0, kind=FacilityKind.HOME, home_places=2),
    )
    sexes = (Sex.FEMALE, Sex.MALE, Sex.FEMALE, Sex.FEMALE, Sex.MALE, Sex.MALE, Sex.FEMALE, "")
    persons = tuple(hotel.a_person(sex=sex) for sex in sexes)
    family = hotel.a_family(*persons[:FAMILY])
    found = [hotel.waiting(person) for person in persons[FAMILY:5]]
    lying = [stays.arrive(stay=hotel.held(care), by=hotel.OFFICE) for care in found[:2]]
    discharges.confirm(care=lying[0].care, because=CareEnd.OWN_WISH, by=hotel.OFFICE)
    hotel.held(found[2])
    party = family[0].party
    assert party is not None
    in_care = frozenset(care.person_id for care in (*family, *found, hotel.found(persons[5])))
    return Town(houses, persons, party, in_care, frozenset(stay.person_id for stay in lying))


def when(*states: CareState | StayState) -> Callable[[T], T]:
    """Leave an act out while nobody is in one of these states."""
    return precondition(lambda self: not set(states).isdisjoint(self.states.values()))


class Beds(RuleBasedStateMachine):
    """The acts. Each is tried whether or not it is allowed; where the machine knows, it says which."""

    town: Town
    seen: Seen

    def __init__(self) -> None:
        super().__init__()
        self.before = transaction.savepoint()
        self.now = clock.now()
        self.cases = 0
        self.in_care = set(self.town.in_care)
        self.lying = set(self.town.lying)
        self.states: dict[tuple[str, int], CareState | StayState] = {}
        self.is_escalated = False

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.before)

    def attempt(self, act: Callable[[], T], *, allowed: bool | None = None) -> T | None:
        """Act at the moment that it is here; return what came of it, or nothing when it was refused in words.

        :param allowed: whether it must be; None where the machine does not know.
        """
        refusal, result = "", None
        with clock.set_to(self.now):
            try:
                with transaction.atomic():
                    result = act()
            except Refused as error:
                refusal = str(error)
                assert len(refusal) > 15, "a refusal is a sentence"
        assert allowed is None or allowed is not bool(refusal), (
            f"the machine and the action disagree: {refusal or 'ok'}"
        )
        return result

    def a_care(self, pick: int, *states: CareState) -> Care | None:
        """Return one of the cares in these states, or any that is under way."""
        found = Care.objects.filter(state__in=states or LIVE_CARES).select_related("person").order_by("pk")
        return chosen(list(found), pick)

    def a_stay(self, pick: int, *states: StayState) -> Stay | None:
        """Return one of the stays in these states."""
        return chosen(list(Stay.objects.filter(state__in=states).select_related("care").order_by("pk")), pick)

    def some_beds(self, bed: int) -> list[int]:
        """Return one bed by its number, or all of a house for the numbers after the last bed."""
        every = list(Bed.objects.order_by("pk").values_list("pk", flat=True))
        return [every[bed]] if bed < len(every) else hotel.beds_of(self.town.houses[bed - len(every)])

    def is_blocked(self, stay: Stay) -> bool:
        """Tell whether nobody else gets the bed of a stay at this moment; an empty span has no end either."""
        return not stay.blocks.isempty and (stay.blocks.upper is None or stay.blocks.upper > self.now)

    def free(self, bed_ids: Sequence[int], *, sharing: str, without: Sequence[int] = ()) -> list[int]:
        """Return those of some beds that somebody could be given, by the rows alone.

        :param without: stays that will be over by then.
        """
        taken = [stay for stay in Stay.objects.exclude(pk__in=without) if self.is_blocked(stay)]
        today = clock.bangkok(self.now).date()
        offered = Bed.objects.filter(pk__in=bed_ids, out_of_order_since=None).offered_on(today)
        standing = set(Facility.objects.filter(state=FacilityState.OPEN).values_list("pk", flat=True))
        return [
            bed.pk
            for bed in offered
            if bed.site_id in standing
            and all(stay.bed_id != bed.pk for stay in taken)
            and all(stay.room_id != bed.room_id or stay.sharing == sharing for stay in taken)
        ]

    def is_moved_to(self, care: Care, bed_id: int) -> bool:
        """Tell whether somebody who lies elsewhere, and may not go home, is or was lately expected where a bed is."""
        here = Bed.objects.filter(pk=bed_id).values("site")
        there = Stay.objects.filter(care=care, state=StayState.ADMITTED).exclude(site__in=here).first()
        if there is None:
            return False
        expected = Stay.objects.filter(care=care, site__in=here)
        lately = expected.filter(state=StayState.LAPSED, made_at__gte=there.arrived_at)
        return expected.filter(state__in=PROMISED).exists() or lately.exists()

    @rule(pick=picks)
    def is_found(self, pick: int) -> None:
        person = self.town.persons[pick % len(self.town.persons)]
        self.cases += 1
        found = cares.Found(10**6 + self.cases, person.pk, clock.bangkok(self.now).date())
        opened = self.attempt(lambda: cares.open_cares([found], by=hotel.OFFICE), allowed=True)
        assert bool(opened) is (person.pk not in self.in_care)
        self.in_care.add(person.pk)
        if opened and person in self.town.persons[:FAMILY]:
            Care.objects.filter(pk=opened[0].pk).update(party=self.town.party)

    @when(*LIVE_CARES)
    @rule(pick=picks, kind=st.sampled_from(("hospitel", "hospitel", "hospital", "home")))
    def answers(self, pick: int, kind: str) -> None:
        told = {
            "hospitel": Answers(lives_with=3, vitals=hotel.WELL),
            "hospital": Answers(lives_with=3, vitals=ILL, conditions=(Condition.LUNG,)),
            "home": Answers(
                lives_with=0, own_room=True, wants_home=True, weight_kg=60, height_cm=165, vitals=hotel.WELL
            ),
        }[kind]
        if care := self.a_care(pick):
            allowed = care.state != CareState.ADMITTED
            self.attempt(
                lambda: triage.answer(care=care, answers=told, told_by=ToldBy.PERSON, by=hotel.OFFICE), allowed=allowed
            )
            self.attempt(lambda: homes.find_team(care_id=care.pk, by=hotel.OFFICE), allowed=True)

    @when(CareState.WAITING, CareState.ADMITTED)
    @rule(pick=picks)
    def is_placed(self, pick: int) -> None:
        if care := self.a_care(pick, CareState.WAITING, CareState.ADMITTED):
            self.attempt(lambda: placing.place(care_id=care.pk, by=hotel.OFFICE), allowed=True)

    @when(CareState.WAITING)
    @rule()
    def all_are_placed(self) -> None:
        self.attempt(lambda: placing.carry_out(proposal=matching.propose(), by=hotel.OFFICE), allowed=True)

    @when(CareState.WAITING, CareState.ADMITTED)
    @rule(pick=picks, bed=bed_numbers)
    def an_officer_holds(self, pick: int, bed: int) -> None:
        if care := self.a_care(pick):
            wanted = self.some_beds(bed)
            own = list(Stay.objects.filter(care=care, state__in=(*PROMISED, *PRESENT)))
            there = [stay for stay in own if stay.state in PRESENT]
            promised = any(stay.state in PROMISED and stay.blocks.upper > self.now for stay in own)
            sharing = hotel.sharing(care, with_family=not there)
            could = there[0].state == StayState.ADMITTED if there else care.state == CareState.WAITING
            over = [stay.pk for stay in own if stay.state in PROMISED]
            allowed = could and not promised and bool(self.free(wanted, sharing=sharing, without=over))
            self.attempt(lambda: promises.hold_bed(care=care, bed_ids=wanted, by=hotel.OFFICE), allowed=allowed)

    @when(*PROMISED)
    @rule(pick=picks)
    def is_given_back(self, pick: int) -> None:
        if stay := self.a_stay(pick, *PROMISED, StayState.ADMITTED):
            self.attempt(
                lambda: promises.give_back(stay=stay, because=StayEnd.NOT_FOUND, by=hotel.OFFICE),
                allowed=stay.state in PROMISED,
            )

    @when(StayState.HELD)
    @rule(pick=picks)
    def is_picked_up(self, pick: int) -> None:
        """The driver has the person, and the bed is promised for the length of the way."""
        if stay := self.a_stay(pick, StayState.HELD):
            until, on_the_way = self.now + ON_THE_WAY_FOR, {"state": StayState.ON_THE_WAY.value}
            self.attempt(
                lambda: numbered.prolong(BEDS, row_id=stay.pk, until=until, was=[StayState.HELD], columns=on_the_way)
            )

    @when(*PROMISED, StayState.LAPSED)
    @rule(pick=picks)
    def arrives(self, pick: int) -> None:
        if stay := self.a_stay(pick, *PROMISED, StayState.LAPSED):
            in_time = stay.state in PROMISED and stay.blocks.upper > self.now
            arrived = self.attempt(lambda: stays.arrive(stay=stay, by=hotel.OFFICE), allowed=True if in_time else None)
            if arrived:
                self.lying.add(stay.person_id)

    @when(CareState.WAITING, CareState.PLACED)
    @rule(pick=picks, bed=bed_numbers)
    def stands_at_the_door(self, pick: int, bed: int) -> None:
        if care := self.a_care(pick):
            wanted = self.some_beds(bed)
            over = list(Stay.objects.filter(care=care, state__in=PROMISED).values_list("pk", flat=True))
            comes = care.state in (CareState.WAITING, CareState.PLACED) or self.is_moved_to(care, wanted[0])
            sharing = hotel.sharing(care, with_family=care.state != CareState.ADMITTED)
            allowed = comes and bool(self.free(wanted, sharing=sharing, without=over))
            if self.attempt(lambda: stays.admit(care=care, bed_ids=wanted, by=hotel.OFFICE), allowed=allowed):
                self.lying.add(care.person_id)

    @when(*PRESENT)
    @rule(pick=picks, bed=bed_numbers)
    def changes_bed(self, pick: int, bed: int) -> None:
        if stay := self.a_stay(pick, *PRESENT):
            wanted = [pk for pk in self.some_beds(bed) if pk != stay.bed_id]
            here = set(hotel.beds_of(Facility(pk=stay.site_id)))
            allowed = bool(wanted) and here.issuperset(wanted) and bool(self.free(wanted, sharing=stay.sharing))
            self.attempt(lambda: stays.change_bed(stay=stay, bed_ids=wanted, by=hotel.OFFICE), allowed=allowed)

    @when(CareState.ADMITTED, CareState.AT_HOME)
    @rule(pick=picks, vitals=st.sampled_from((hotel.WELL, WORSE)))
    def is_observed(self, pick: int, vitals: Vitals) -> None:
        if care := self.a_care(pick, CareState.ADMITTED, CareState.AT_HOME):
            self.attempt(lambda: rounds.observe(care=care, vitals=vitals, by=hotel.OFFICE), allowed=True)

    @precondition(lambda self: self.is_escalated)
    @rule(pick=picks, decision=st.sampled_from(Decision))
    def a_doctor_decides(self, pick: int, decision: Decision) -> None:
        if found := chosen(list(Escalation.objects.filter(state="raised").order_by("pk")), pick):
            self.attempt(
                lambda: moving.decide(
                    escalation=found, decision=decision, doctor="พญ. ใจดี", level=Level.YELLOW, by=hotel.OFFICE
                )
            )

    @when(CareState.ADMITTED, CareState.AT_HOME)
    @rule(pick=picks, because=st.sampled_from((CareEnd.RECOVERED, CareEnd.OWN_WISH, CareEnd.DIED, CareEnd.WITHDRAWN)))
    def may_go(self, pick: int, because: CareEnd) -> None:
        if care := self.a_care(pick, CareState.ADMITTED, CareState.AT_HOME):
            leaving = Stay.objects.filter(care=care, state=StayState.LEAVING).exists()
            self.attempt(lambda: rounds.observe(care=care, vitals=hotel.WELL, by=hotel.OFFICE), allowed=True)
            allowed = False if leaving else None if because is CareEnd.RECOVERED else True
            if because is CareEnd.WITHDRAWN and care.state == CareState.ADMITTED:
                cares.withdraw([care.case_id], by=hotel.OFFICE)
            elif because is CareEnd.WITHDRAWN:
                allowed = False  # a correction ends the care at home by itself
            done = self.attempt(
                lambda: discharges.confirm(care=care, because=because, by=hotel.OFFICE), allowed=allowed
            )
            if done and care.state == CareState.AT_HOME:
                self.in_care.discard(care.person_id)

    @when(*PRESENT)
    @rule(pick=picks)
    def may_not_go_yet(self, pick: int) -> None:
        if care := self.a_care(pick, CareState.ADMITTED):
            allowed = Stay.objects.filter(care=care, state=StayState.LEAVING).exists()
            self.attempt(lambda: discharges.take_back(care=care, by=hotel.OFFICE), allowed=allowed)

    @when(*PRESENT)
    @rule(pick=picks)
    def leaves(self, pick: int) -> None:
        if stay := self.a_stay(pick, *PRESENT):
            allowed = stay.state == StayState.LEAVING
            self.attempt(lambda: stays.leave(stay=stay, by=hotel.OFFICE), allowed=allowed)
            if allowed:
                self.lying.discard(stay.person_id)
                self.in_care.discard(stay.person_id)

    @when(StayState.LEFT)
    @rule(pick=picks)
    def is_cleaned(self, pick: int) -> None:
        if stay := self.a_stay(pick, StayState.LEFT, *PRESENT):
            self.attempt(lambda: stays.clean(stay=stay, by=hotel.OFFICE), allowed=True)

    @when(*LIVE_CARES)
    @rule(pick=picks)
    def declines(self, pick: int) -> None:
        if care := self.a_care(pick):
            allowed = care.state != CareState.ADMITTED
            self.attempt(lambda: cares.decline(care=care, by=hotel.OFFICE), allowed=allowed)
            if allowed:
                self.in_care.discard(care.person_id)

    @when(*LIVE_CARES)
    @rule(pick=picks)
    def a_result_is_corrected(self, pick: int) -> None:
        if care := self.a_care(pick):
            self.attempt(lambda: cares.withdraw([care.case_id], by=hotel.OFFICE), allowed=True)
            if care.state != CareState.ADMITTED:
                self.in_care.discard(care.person_id)

    @rule(pick=picks, to=st.sampled_from(FacilityState))
    def a_site_changes(self, pick: int, to: FacilityState) -> None:
        house = Facility.objects.select_related("site").get(pk=self.town.houses[pick % 3].pk)
        allowed = to in MOVES[FacilityState][FacilityState(house.state)]
        self.attempt(lambda: sites.set_state(facility=house, to=to, why="ลิฟต์เสีย", by=hotel.OFFICE), allowed=allowed)
        self.attempt(lambda: emptying.empty(site_id=house.pk, by=hotel.OFFICE), allowed=True)

    @rule(pick=picks, broken=st.booleans())
    def a_bed_breaks(self, pick: int, broken: bool) -> None:
        bed = chosen(list(Bed.objects.select_related("site").order_by("pk")), pick)
        assert bed is not None
        if broken:
            self.attempt(lambda: sites.set_out_of_order(bed=bed, why="ก๊อกน้ำ", by=hotel.OFFICE), allowed=True)
        else:
            self.attempt(lambda: sites.set_in_order(bed=bed, by=hotel.OFFICE), allowed=True)

    @rule(minutes=st.sampled_from((10, 125, 400, 800, 4_000, 21_600)))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @when(*PROMISED)
    @rule()
    def promises_lapse(self) -> None:
        """The clockwork ends what has lapsed."""
        with clock.set_to(self.now):
            lapsed = lapsing.lapsed()
        for stay in lapsed:
            self.attempt(partial(promises.end_lapsed, stay=stay, by=hotel.OFFICE), allowed=True)

    @when(CareState.ASKED, CareState.WAITING)
    @rule()
    def isolation_is_over(self) -> None:
        """The clockwork ends the care of those who need no bed any more."""
        with clock.set_to(self.now):
            over = lapsing.over()
        self.attempt(lambda: cares.end_over(by=hotel.OFFICE), allowed=True)
        self.in_care -= {care.person_id for care in over}

    @invariant()
    def everything_holds(self) -> None:
        """Look at the rows, each table once, with nothing of what the acts said."""
        stays_now = list(Stay.objects.select_related("person", "care").order_by("pk"))
        cares_now = dict(Care.objects.order_by("pk").values_list("pk", "state"))
        live = set(Care.objects.filter(state__in=LIVE_CARES).values_list("person_id", flat=True))
        assert integrity.disagreements() == []
        assert integrity.unrecorded() == []
        assert live == self.in_care, "somebody is lost, or kept"
        assert sorted(stay.person_id for stay in stays_now if stay.state in PRESENT) == sorted(self.lying)
        self._strangers_of_both_sexes_never_share(stays_now)
        self._beds_are_blocked_for_as_long_as_promised(stays_now)
        self._every_bed_is_in_one_state(stays_now)
        self._states_move_as_the_tables_say(stays_now, cares_now)
        self.is_escalated = Escalation.objects.filter(state="raised").exists()

    def _strangers_of_both_sexes_never_share(self, found: Sequence[Stay]) -> None:
        rooms: dict[int, list[Stay]] = {}
        for stay in found:
            if stay.state in (*PROMISED, *PRESENT) and self.is_blocked(stay):
                rooms.setdefault(stay.room_id, []).append(stay)
        for inside in rooms.values():
            parties = {stay.care.party_id for stay in inside}
            if len(inside) > 1 and (None in parties or len(parties) > 1):
                assert len({stay.person.sex for stay in inside}) == 1, "strangers share a room"
                assert inside[0].person.sex, "nobody knows with whom this person may share"

    def _beds_are_blocked_for_as_long_as_promised(self, found: Sequence[Stay]) -> None:
        for stay in found:
            if stay.state == StayState.HELD:
                assert stay.blocks.upper == stay.made_at + HELD_FOR[stay.follows_id is not None]
            elif stay.state == StayState.LEFT and stay.cleaned_at is None:
                assert stay.left_at is not None
                assert stay.blocks.upper == stay.left_at + AFTER_CLEANING
            elif stay.state == StayState.GIVEN_BACK and not stay.blocks.isempty:
                assert stay.blocks.upper <= self.now, "a bed that was given back is free at once"

    def _every_bed_is_in_one_state(self, found: Sequence[Stay]) -> None:
        """Count the beds by what the rows say, each once, and compare with what the matching takes for free."""
        blocking = {stay.bed_id: stay for stay in found if self.is_blocked(stay)}
        counts = dict.fromkeys(("free", "free elsewhere", "held", "occupied", "cleaning", "out of order"), 0)
        beds = Bed.objects.values_list("pk", "out_of_order_since", "room__facility__state")
        for pk, broken_since, house in beds:
            stay = blocking.get(pk)
            if stay is None and broken_since is not None:
                counts["out of order"] += 1
            elif stay is None:
                counts["free" if house == FacilityState.OPEN else "free elsewhere"] += 1
            else:
                counts["held" if stay.state in PROMISED else "occupied" if stay.state in PRESENT else "cleaning"] += 1
        assert sum(counts.values()) == len(beds)
        assert counts["occupied"] == len(self.lying), "occupied beds are people who came and did not leave"
        with clock.set_to(self.now):
            houses, rooms = supply.sites_and_rooms(now=self.now)
        assert sum(room.beds_free for room in rooms) == counts["free"]
        assert all(house.room_left >= 0 for house in houses)
        assert all(0 <= room.beds_free <= room.beds_all for room in rooms)

    def _states_move_as_the_tables_say(self, found: Sequence[Stay], cares_now: Mapping[int, str]) -> None:
        now: dict[tuple[str, int], CareState | StayState] = {}
        now |= {("care", pk): CareState(state) for pk, state in cares_now.items()}
        now |= {("stay", stay.pk): StayState(stay.state) for stay in found}
        for key, state in now.items():
            was = self.states.get(key, state)
            if was != state:
                assert state in MOVES[type(was)][was], f"{was} became {state}, which is no move"
                self.seen.add((type(was), was, state))
        assert self.states.keys() <= now.keys(), "a row vanished"
        self.states = now


def chosen(found: Sequence[T], pick: int) -> T | None:
    """Return one of what is there, or None."""
    return found[pick % len(found)] if found else None
