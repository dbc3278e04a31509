"""Matching: nothing is better than what it finds, no rule is broken, and who waits is told the true reason."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khumkan.isolation.choices import Need, RoomFor, WaitingBecause
from khumkan.isolation.rules import matching_model, matching_program
from khumkan.isolation.rules.matching import Matching, Party, Placement, Room, Site, Waits, best_place, match, ranked
from khumkan.isolation.rules.matching_check import faults
from khumkan.isolation.rules.matching_program import Program
from khumkan.isolation.terms.matching import MatchingTerms
from khumkan.places.rules import distance_km

TERMS = MatchingTerms()
WHEELCHAIR = frozenset({Need.WHEELCHAIR})
#: The third lies out of reach of the first two.
LATITUDES = (13.7, 14.0, 15.1)
Case = tuple[list[Party], list[Site], list[Room], MatchingTerms]


def woman(key: int, **changes: object) -> Party:
    party = Party(key, 1, "women", 1, 10, frozenset(), 13.7, 100.5)
    return replace(party, **changes)  # type: ignore[arg-type]


def man(key: int, **changes: object) -> Party:
    return woman(key, **{"sharing": "men", **changes})


def family(key: int, size: int, **changes: object) -> Party:
    return woman(key, **{"sharing": "family", "size": size, **changes})


def site(key: int = 1, *, latitude: float = 13.7, room_left: int = 20) -> Site:
    return Site(key, latitude, 100.5, room_left)


def room(key: int, beds: int = 2, **changes: object) -> Room:
    made = Room(key, 1, 1, beds, beds, RoomFor.ANYBODY, "", False)
    return replace(made, **changes)  # type: ignore[arg-type]


def rooms_of(matching: Matching) -> dict[int, int]:
    return {one.party: one.room for one in matching.placements}


def worth_of(party: Party, at: Room, sites: Sequence[Site], terms: MatchingTerms) -> int:
    """The objective as the page for officers says it, in thousandths of a point."""
    where = next(one for one in sites if one.key == at.site)
    metres = round(1000 * distance_km(party.latitude, party.longitude, where.latitude, where.longitude))
    points = party.points * terms.weight_of_priority + terms.points_for_bed
    lost = (at.level - party.level) * terms.points_for_higher_level
    if at.accessible and Need.WHEELCHAIR not in party.needs:
        lost += terms.points_for_accessible
    if party.sharing not in ("women", "men"):
        lost += (at.beds_all - party.size) * terms.points_for_empty_bed
    return party.size * (1000 * points - metres * terms.points_for_100_km // 100) - 1000 * lost


def best_of_all(case: Case) -> int:
    """Try every way to place everybody."""
    parties, sites, rooms, terms = case

    def try_from(number: int, chosen: list[Placement]) -> int:
        if number == len(parties):
            return sum(one.worth for one in chosen)
        best = try_from(number + 1, chosen)
        for at in rooms:
            one = Placement(parties[number].key, at.site, at.key, 0.0, worth_of(parties[number], at, sites, terms))
            if not faults([*chosen, one], parties, sites, rooms, terms):
                best = max(best, try_from(number + 1, [*chosen, one]))
        return best

    return try_from(0, [])


@st.composite
def cases(draw: st.DrawFn, most_sites: int = 3, most_parties: int = 5, most_rooms: int = 4) -> Case:
    """Small instances in which everything is scarce."""
    terms = MatchingTerms(
        may_use_higher_level=draw(st.booleans()), points_for_empty_bed=draw(st.sampled_from([0, 20, 150]))
    )
    number = draw(st.integers(1, most_sites))
    sites = [Site(key, draw(st.sampled_from(LATITUDES)), 100.5, draw(st.integers(0, 6))) for key in range(number)]
    parties = []
    for key in range(draw(st.integers(1, most_parties))):
        size = draw(st.sampled_from([1, 1, 1, 2, 3]))
        sharing = "family" if size > 1 else draw(st.sampled_from(["women", "men", f"alone:{key}"]))
        needs = draw(st.sampled_from([frozenset(), frozenset(), WHEELCHAIR, frozenset({Need.HALAL})]))
        level, points = draw(st.sampled_from([1, 1, 2])), draw(st.integers(0, 90))
        parties.append(Party(key, size, sharing, level, points, needs, draw(st.sampled_from(LATITUDES[:2])), 100.5))
    rooms = []
    for key in range(draw(st.integers(0, most_rooms))):
        beds_all = draw(st.integers(1, 4))
        used_as = draw(st.sampled_from(["", "", "", "women", "men", "family"]))
        room_for = draw(st.sampled_from([RoomFor.ANYBODY, RoomFor.ANYBODY, *RoomFor]))
        if used_as and room_for not in (RoomFor.ANYBODY, used_as):
            room_for = RoomFor.ANYBODY
        free = draw(st.integers(0, beds_all))
        level, where = draw(st.sampled_from([1, 1, 2])), draw(st.integers(0, number - 1))
        rooms.append(Room(key, where, level, free, beds_all, room_for, used_as, draw(st.booleans())))
    return parties, sites, rooms, terms


@settings(deadline=None, max_examples=150)
@given(cases())
def test_nothing_is_better_than_the_matching(case: Case) -> None:
    parties, sites, rooms, terms = case
    found = match(parties, sites, rooms, terms)
    assert faults(found.placements, parties, sites, rooms, terms) == []
    assert found.worth == found.bound == best_of_all(case)
    assert found.worth == sum(worth_of(parties[one.party], rooms[one.room], sites, terms) for one in found.placements)
    assert sorted([one.party for one in found.placements] + [one.party for one in found.waiting]) == [
        party.key for party in parties
    ]


@settings(deadline=None, max_examples=60)
@given(cases(most_sites=6, most_rooms=6, most_parties=4))
def test_sites_that_were_left_out_at_first_are_not_missed(case: Case) -> None:
    parties, sites, rooms, terms = case
    with patch.object(matching_model, "FIRST_SITES", 1), patch.object(matching_model, "MORE_SITES", 1):
        found = match(parties, sites, rooms, terms)
    assert found.worth == found.bound == best_of_all(case)


def town(seed: int, people: int = 120) -> Case:
    """Too many people for ten sites."""
    random = Random(seed)

    def degrees() -> float:
        return random.uniform(13.5, 14.2)

    sites = [Site(key, degrees(), 100.5, random.randint(4, 12)) for key in range(10)]
    rooms = [
        Room(
            key, key % 10, random.choice([1, 1, 2]), beds, beds, random.choice(list(RoomFor)), "", random.random() < 0.2
        )
        for key in range(60)
        if (beds := random.randint(1, 4))
    ]
    parties = []
    for key in range(people):
        size = random.choice([1, 1, 1, 1, 2, 4])
        sharing = "family" if size > 1 else random.choice(["women", "men"])
        needs = WHEELCHAIR if random.random() < 0.1 else frozenset()
        parties.append(
            Party(key, size, sharing, random.choice([1, 1, 2]), random.randint(0, 200), needs, degrees(), 100.5)
        )
    return parties, sites, rooms, TERMS


@pytest.mark.parametrize("seed", range(3))
def test_a_town_is_matched_as_well_with_few_sites_at_first_as_with_all(seed: int) -> None:
    parties, sites, rooms, terms = town(seed)
    with patch.object(matching_model, "FIRST_SITES", 1), patch.object(matching_model, "MORE_SITES", 1):
        few = match(parties, sites, rooms, terms)
    with patch.object(matching_model, "FIRST_SITES", len(sites)):
        every = match(parties, sites, rooms, terms)
    assert few.worth == few.bound == every.worth == every.bound
    assert faults(few.placements, parties, sites, rooms, terms) == []


def test_without_more_sites_the_bound_would_be_wrong() -> None:
    """The control of the two tests above."""
    parties, sites, rooms, terms = town(0)

    def none_left(model: matching_model._Model, duals: object) -> object:
        return np.full(model.slot_rows.shape, -np.inf)

    with patch.object(matching_model, "FIRST_SITES", 1), patch.object(matching_model._Model, "_profits", none_left):
        blind = match(parties, sites, rooms, terms)
    assert blind.worth < match(parties, sites, rooms, terms).worth


@pytest.mark.parametrize("gap", [0.3, 0.02])
def test_a_gap_is_kept_and_the_bound_is_one(gap: float) -> None:
    parties, sites, rooms, terms = town(4)
    best = match(parties, sites, rooms, terms).worth
    near = match(parties, sites, rooms, terms, gap=gap)
    assert near.worth <= best <= near.bound
    assert near.gap <= gap
    assert faults(near.placements, parties, sites, rooms, terms) == []


def test_a_search_that_is_cut_off_is_still_a_matching() -> None:
    parties, sites, rooms, terms = town(5)
    with patch.object(matching_program, "MOST_NODES", 0):
        found = match(parties, sites, rooms, terms, gap=1e-9)
    assert faults(found.placements, parties, sites, rooms, terms) == []
    assert 0 < found.worth <= match(parties, sites, rooms, terms).worth <= found.bound


def test_the_order_of_the_input_does_not_matter() -> None:
    parties, sites, rooms, terms = town(6)
    first = match(parties, sites, rooms, terms, gap=0.01)
    for seed in range(3):
        for heap in (parties, sites, rooms):
            Random(seed).shuffle(heap)
        assert match(parties, sites, rooms, terms, gap=0.01) == first


def test_everybody_waits_when_there_is_nothing() -> None:
    assert match([], [], [], TERMS) == Matching((), (), 0, 0)
    assert match([woman(1)], [], [], TERMS).waiting == (Waits(1, WaitingBecause.NO_LEVEL),)
    assert match([], [], [], TERMS).gap == 0


# Who shares with whom


def test_women_and_men_never_share_a_room() -> None:
    found = match([woman(1), man(2)], [site()], [room(1, 4), room(2, 4)], TERMS)
    assert len(set(rooms_of(found).values())) == 2
    assert len(match([woman(1), man(2)], [site()], [room(1, 4)], TERMS).placements) == 1


def test_rooms_in_use_are_filled_before_another_is_begun() -> None:
    rooms = [room(1, 2), room(2, 2, room_for=RoomFor.WOMEN), room(3, 2, beds_free=1, used_as="women")]
    assert rooms_of(match([woman(1)], [site()], rooms, TERMS)) == {1: 3}
    assert [one.key for one in ranked(woman(1), rooms, [site()], TERMS)] == [3, 2, 1]
    assert set(rooms_of(match([woman(1), woman(2), woman(3)], [site()], rooms, TERMS)).values()) == {2, 3}


def test_a_family_has_the_smallest_room_that_holds_it_to_itself() -> None:
    rooms = [room(1, 6), room(2, 3), room(3, 2), room(4, 3, beds_free=2, used_as="women")]
    found = match([family(1, 3), woman(2), man(3), woman(4)], [site()], rooms, TERMS)
    assert rooms_of(found)[1] == 2
    assert 2 not in {at for party, at in rooms_of(found).items() if party != 1}
    assert len(found.placements) == 4


def test_a_family_is_never_divided() -> None:
    found = match([family(1, 4)], [site()], [room(1, 3), room(2, 3)], TERMS)
    assert found.waiting == (Waits(1, WaitingBecause.NO_FAMILY_ROOM),)


def test_a_person_of_unknown_sex_has_a_room_alone() -> None:
    alone = woman(1, sharing="alone:1")
    rooms = [room(1, 3), room(2, 1, room_for=RoomFor.WOMEN), room(3, 1), room(4, 1, room_for=RoomFor.FAMILIES)]
    assert rooms_of(match([alone], [site()], rooms, TERMS)) == {1: 3}
    both = match([alone, replace(alone, key=2, sharing="alone:2")], [site()], rooms, TERMS)
    assert sorted(rooms_of(both).values()) == [1, 3]
    used = [room(1, 2, beds_free=1, used_as="women"), room(2, 2, beds_free=1, used_as="alone:9")]
    assert match([alone], [site()], used, TERMS).waiting == (Waits(1, WaitingBecause.NO_ROOM),)


def test_an_accessible_room_is_kept_for_the_wheelchair() -> None:
    rooms = [room(1, 1, accessible=True), room(2, 1)]
    found = match([woman(1, points=90), woman(2, needs=WHEELCHAIR)], [site()], rooms, TERMS)
    assert rooms_of(found) == {1: 2, 2: 1}


def test_a_higher_level_is_used_only_when_the_terms_allow_it() -> None:
    rooms = [room(1, 1, level=2)]
    assert match([woman(1)], [site()], rooms, TERMS).placements == ()
    allowed = MatchingTerms(may_use_higher_level=True)
    assert rooms_of(match([woman(1), woman(2, level=2)], [site()], rooms, allowed)) == {2: 1}
    assert rooms_of(match([woman(1)], [site()], rooms, allowed)) == {1: 1}
    assert match([woman(1, level=3)], [site()], rooms, allowed).placements == ()


# Who comes first


def test_the_more_urgent_comes_first_and_then_the_nearer() -> None:
    assert rooms_of(match([woman(1), woman(2, points=11)], [site()], [room(1, 1)], TERMS)) == {2: 1}
    near_and_far = [site(1), site(2, latitude=14.2)]
    rooms = [room(1, 1, site=2), room(2, 1)]
    assert rooms_of(match([woman(1)], near_and_far, rooms, TERMS)) == {1: 2}
    assert rooms_of(match([woman(1), woman(2, points=60)], near_and_far, rooms, TERMS)) == {1: 1, 2: 2}


def test_all_at_once_is_better_than_one_after_the_other() -> None:
    """One takes the farther bed, so that another who can reach no other gets one."""
    sites = [site(1, latitude=13.75), site(2, latitude=12.95)]
    rooms = [room(1, 1, site=1), room(2, 1, site=2)]
    first, second = woman(1, points=50), woman(2, latitude=14.6)
    one_by_one = best_place(first, rooms, sites, TERMS)
    assert isinstance(one_by_one, Placement)
    assert one_by_one.room == 1
    assert rooms_of(match([first, second], sites, rooms, TERMS)) == {1: 2, 2: 1}


@settings(deadline=None, max_examples=60)
@given(cases(most_parties=1))
def test_one_party_gets_the_same_worth_either_way(case: Case) -> None:
    parties, sites, rooms, terms = case
    alone, together = best_place(parties[0], rooms, sites, terms), match(parties, sites, rooms, terms)
    if isinstance(alone, Waits):
        assert together.waiting == (alone,)
    else:
        assert together.placements[0].worth == alone.worth
        assert alone.room == ranked(parties[0], rooms, sites, terms)[0].key


# Why somebody waits


@pytest.mark.parametrize(
    ("party", "rooms", "nurses", "because"),
    [
        (woman(1, level=2), [room(1)], 20, WaitingBecause.NO_LEVEL),
        (woman(1, latitude=17.0), [room(1)], 20, WaitingBecause.NO_LEVEL),
        (woman(1), [room(1, beds_free=0, used_as="women")], 20, WaitingBecause.NO_ROOM),
        (woman(1, needs=WHEELCHAIR), [room(1)], 20, WaitingBecause.NO_ROOM),
        (woman(1), [room(1, beds_free=1, used_as="men")], 20, WaitingBecause.NO_ROOM),
        (woman(1), [room(1)], 0, WaitingBecause.NO_NURSES),
        (woman(1), [room(1)], -3, WaitingBecause.NO_NURSES),
        (family(1, 2), [room(1)], 1, WaitingBecause.NO_NURSES),
        (family(1, 2), [room(1, 1), room(2, 1)], 20, WaitingBecause.NO_FAMILY_ROOM),
    ],
)
def test_who_waits_is_told_why(party: Party, rooms: list[Room], nurses: int, because: WaitingBecause) -> None:
    sites = [site(room_left=nurses)]
    assert best_place(party, rooms, sites, TERMS) == Waits(1, because)
    assert match([party], sites, rooms, TERMS).waiting == (Waits(1, because),)


def test_the_reason_is_that_of_after_the_matching() -> None:
    found = match([woman(1, points=50), woman(2)], [site(room_left=1)], [room(1)], TERMS)
    assert found.waiting == (Waits(2, WaitingBecause.NO_NURSES),)
    found = match([woman(1, points=50), woman(2)], [site()], [room(1, 1)], TERMS)
    assert found.waiting == (Waits(2, WaitingBecause.NO_ROOM),)


def test_nobody_goes_where_the_way_costs_more_than_the_bed_is_worth() -> None:
    dear = MatchingTerms(points_for_100_km=1_000)
    sites = [site(latitude=14.1)]
    assert match([woman(1)], sites, [room(1)], dear).waiting == (Waits(1, WaitingBecause.NO_ROOM),)
    assert rooms_of(match([woman(1)], sites, [room(1)], TERMS)) == {1: 1}


# What looks at it again sees what is wrong

PEOPLE = [
    woman(1),
    man(2),
    family(3, 3),
    woman(4, sharing="alone:4"),
    woman(5, needs=WHEELCHAIR),
    woman(6, level=2),
    family(7, 2),
]
HOUSE = [
    room(1, 3),
    room(2, 3, room_for=RoomFor.MEN),
    room(3, 3, room_for=RoomFor.FAMILIES),
    room(4, 2, beds_free=1, used_as="women"),
    room(5, 3, accessible=True),
    room(6, 2, level=2),
    room(7, 1, site=2),
]
GOOD = {1: 4, 2: 2, 3: 3, 4: 1, 5: 5, 6: 6}


@pytest.mark.parametrize(
    ("moved", "fault"),
    [
        ({}, None),
        ({2: 4}, "mixed 4"),
        ({1: 1, 2: 1, 4: 5, 5: 0}, "mixed 1"),
        ({4: 4}, "strangers 4"),
        ({7: 3}, "strangers 3"),
        ({3: 2}, "not_for_them 2"),
        ({1: 3, 3: 1, 4: 0}, "not_for_them 3"),
        ({5: 4, 1: 0}, "not_accessible 5"),
        ({6: 4, 1: 0}, "wrong_level 6"),
        ({3: 4, 1: 0}, "too_many 4"),
        ({1: 7}, "too_far 1"),
    ],
)
def test_a_broken_matching_is_seen(moved: dict[int, int], fault: str | None) -> None:
    chosen = {party: at for party, at in {**GOOD, **moved}.items() if at}
    placements = [Placement(party, 2 if at == 7 else 1, at, 0.0, 0) for party, at in chosen.items()]
    found = faults(placements, PEOPLE, [site(), site(2, latitude=16.0)], HOUSE, TERMS)
    assert (fault in found) if fault else found == []


def test_too_few_nurses_and_double_places_are_seen() -> None:
    placements = [Placement(party, 1, at, 0.0, 0) for party, at in GOOD.items()]
    assert faults(placements, PEOPLE, [site(room_left=8)], HOUSE, TERMS) == []
    assert faults(placements, PEOPLE, [site(room_left=7)], HOUSE, TERMS) == ["too_few_nurses 1"]
    twice = [*placements, Placement(2, 1, 2, 0.0, 0)]
    assert faults(twice, PEOPLE, [site()], HOUSE, TERMS) == ["placed_twice 2"]
    wrong = [replace(placements[0], site=2)]
    assert faults(wrong, PEOPLE, [site()], HOUSE, TERMS) == ["wrong_site 1"]


def test_what_is_no_flow_is_not_rounded() -> None:
    program = Program()
    rows = [program.row(most=1) for _ in range(3)]
    for first in range(3):
        program.column(1_000, [(rows[first], 1), (rows[(first + 1) % 3], 1)])
    with pytest.raises(ArithmeticError):
        program.solved(gap=0)


def test_the_solver_writes_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    match([woman(1)], [site()], [room(1)], TERMS)
    assert capfd.readouterr() == ("", "")
