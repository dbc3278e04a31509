"""The allocation against every possible plan on small cases, and what no plan may ever do."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khumkan.vaccination.choices import WaitingBecause
from khumkan.vaccination.rules import allocation_check, allocation_model, allocation_program, no_show
from khumkan.vaccination.rules.allocation import Cell, Group, Lot, Room, Site, allocate
from khumkan.vaccination.rules.allocation_hours import Hour, SiteDay, Stock, fill
from khumkan.vaccination.terms.planning import PlanningTerms
from khumkan.vaccination.words import WAITS

TERMS = PlanningTerms()
DAYS = 3
SITES = (Site(1, 13.70, 100.50), Site(2, 13.80, 100.60))


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Group], list[Room], list[Lot]]:
    groups = [
        Group(
            key, draw(st.sampled_from((13.70, 13.75, 13.85))), draw(st.sampled_from((100.50, 100.62))),
            draw(st.integers(1, 5)), draw(st.sampled_from((("a",), ("b",), ("a", "b")))),
            first := draw(st.integers(0, DAYS - 1)), draw(st.integers(first, DAYS - 1)), draw(st.integers(1, 2)),
            draw(st.booleans()),
        )
        for key in range(1, draw(st.integers(1, 2)) + 1)
    ]  # fmt: skip
    places = st.integers(0, 2)
    rooms = [Room(site.key, day, vaccine, draw(places)) for site in SITES for day in range(DAYS) for vaccine in "ab"]
    lots = [
        Lot(key, draw(st.sampled_from("ab")), first := draw(st.integers(0, 2)), draw(st.integers(first, 3)),
            draw(st.integers(0, 3)))
        for key in range(1, draw(st.integers(1, 3)) + 1)
    ]  # fmt: skip
    return groups, [room for room in rooms if room.places], lots


def cost_of(cells: list[Cell], groups: list[Group], worst: int) -> int:
    """Return what a plan costs, counted anew."""
    by_key = {group.key: group for group in groups}
    served = dict.fromkeys(by_key, 0)
    total = 0
    for cell in cells:
        group = by_key[cell.group]
        served[cell.group] += cell.persons
        wait = (cell.day - group.first) * allocation_model.metres_a_day(group, DAYS, TERMS)
        total += cell.persons * (cell.metres + wait)
    return total + sum(
        (group.persons - served[group.key]) * allocation_model.metres_unserved(group, worst, TERMS) for group in groups
    )


def worst_of(groups: list[Group], rooms: list[Room]) -> int:
    """Return what the worst date of all costs."""
    return max(
        (
            cell.metres + (cell.day - group.first) * allocation_model.metres_a_day(group, DAYS, TERMS)
            for group in groups
            for cell in ways(group, rooms)
        ),
        default=0,
    )


def ways(group: Group, rooms: list[Room]) -> list[Cell]:
    metres = allocation_model.metres_between([group], SITES)[0]
    return [
        Cell(group.key, room.site, room.day, room.vaccine, 1, int(metres[room.site - 1]))
        for room in rooms
        if room.vaccine in group.vaccines
        and group.first <= room.day <= group.last
        and metres[room.site - 1] <= 1_000 * TERMS.farthest_km
    ]


def every_plan(groups: list[Group], rooms: list[Room]) -> Iterator[list[Cell]]:
    """Yield every way to place everybody, or nobody, of some people."""
    choices = [[None, *ways(group, rooms)] for group in groups for _ in range(group.persons)]
    for chosen in product(*choices):
        yield [cell for cell in chosen if cell is not None]


@settings(max_examples=60, deadline=None)
@given(cases())
def test_no_plan_is_better_than_the_one_that_is_found(case: tuple[list[Group], list[Room], list[Lot]]) -> None:
    groups, rooms, lots = case
    found = allocate(groups, SITES, rooms, lots, days=DAYS, terms=TERMS, gap=0)
    assert allocation_check.faults(found.cells, groups, SITES, rooms, lots, TERMS) == []
    worst = worst_of(groups, rooms)
    best = min(
        cost_of(cells, groups, worst)
        for cells in every_plan(groups, rooms)
        if not allocation_check.faults(cells, groups, SITES, rooms, lots, TERMS)
    )
    assert cost_of(list(found.cells), groups, worst) == pytest.approx(best, abs=1)
    if found.cost:
        assert found.bound <= found.cost
        assert found.bound == pytest.approx(best, rel=1e-6, abs=1)
    assert sum(one.persons for one in found.left) == sum(group.persons for group in groups) - sum(
        cell.persons for cell in found.cells
    )


def a_case(persons: int = 40, *, places: int = 5, doses: int = 100) -> tuple[list[Group], list[Room], list[Lot]]:
    groups = [Group(key, 13.7 + key / 50, 100.5, 1 + key % 3, ("a",), 0, 9, persons, key == 2) for key in (1, 2, 3)]
    rooms = [Room(site.key, day, "a", places) for site in SITES for day in range(10)]
    return groups, rooms, [Lot(1, "a", 0, 4, doses // 2), Lot(2, "a", 3, 20, doses // 2)]


@pytest.mark.parametrize(("places", "doses"), [(5, 100), (50, 60), (3, 500)])
def test_neither_places_nor_doses_nor_shares_are_exceeded(places: int, doses: int) -> None:
    groups, rooms, lots = a_case(places=places, doses=doses)
    found = allocate(groups, SITES, rooms, lots, days=10, terms=TERMS)
    served = sum(cell.persons for cell in found.cells)
    assert served == min(120, 20 * places, doses)
    assert allocation_check.faults(found.cells, groups, SITES, rooms, lots, TERMS) == []
    assert 0 <= found.gap < 0.01


def test_the_check_sees_a_place_a_dose_and_a_share_too_many() -> None:
    """The control: the check that says there is no fault finds each of them."""
    groups, rooms, lots = a_case()
    found = allocate(groups, SITES, rooms, lots, days=10, terms=TERMS)
    more = [replace(found.cells[0], persons=found.cells[0].persons + 60), *found.cells[1:]]
    codes = {one.split()[0] for one in allocation_check.faults(more, groups, SITES, rooms, lots, TERMS)}
    assert {"over_capacity", "over_supply"} <= codes
    shared = [Cell(2, 1, 0, "a", 11, 0)]
    assert allocation_check.faults(shared, groups, SITES, [Room(1, 0, "a", 20)], lots, TERMS) == ["over_share (2, 0)"]


def test_without_the_rows_of_places_the_same_program_overbooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what keeps the limits is the rows of the program, not luck."""
    groups, rooms, lots = a_case(doses=1_000)
    real = allocation_program.Program._add_rows

    def without_limits(self: allocation_program.Program, rooms: list[Room], lots: list[Lot]) -> None:
        real(self, [replace(room, places=10_000) for room in rooms], lots)

    monkeypatch.setattr(allocation_program.Program, "_add_rows", without_limits)
    found = allocate(groups, SITES, rooms, lots, days=10, terms=TERMS)
    assert allocation_check.faults(found.cells, groups, SITES, rooms, lots, TERMS)


def test_a_higher_group_comes_first_and_who_lost_a_date_before_everybody() -> None:
    groups = [Group(rank, 13.7, 100.5, rank, ("a",), 0, 4, 10) for rank in (1, 3, 5)]
    rooms = [Room(1, day, "a", 5) for day in range(6)]
    found = allocate(groups, SITES, rooms, [Lot(1, "a", 0, 9, 100)], days=6, terms=TERMS, gap=0)
    days = {key: {cell.day for cell in found.cells if cell.group == key} for key in (1, 3, 5)}
    assert days == {5: {0, 1}, 3: {2, 3}, 1: {4}}
    assert [(one.group, one.persons, one.because) for one in found.left] == [(1, 5, WaitingBecause.NO_PLACES)]


def test_the_order_of_the_input_does_not_matter() -> None:
    groups, rooms, lots = a_case()
    first = allocate(groups, SITES, rooms, lots, days=10, terms=TERMS)
    again = allocate(groups[::-1], SITES[::-1], rooms[::-1], lots[::-1], days=10, terms=TERMS)
    assert first == again


@pytest.mark.parametrize(
    ("groups", "doses", "because"),
    [
        ([Group(1, 18.79, 98.99, 1, ("a",), 0, 4, 10)], 100, WaitingBecause.NO_PLACES),  # too far away
        ([Group(1, 13.7, 100.5, 1, ("a",), 0, 4, 10)], 3, WaitingBecause.NO_DOSES),
        ([Group(1, 13.7, 100.5, 1, ("a",), 0, 1, 10, True)], 100, WaitingBecause.SHARE),
    ],
)
def test_whoever_is_left_hears_why(groups: list[Group], doses: int, because: WaitingBecause) -> None:
    rooms = [Room(1, day, "a", 50) for day in range(5)]
    found = allocate(groups, SITES, rooms, [Lot(1, "a", 0, 9, doses)], days=5, terms=TERMS)
    assert [one.because for one in found.left] == [because]


def test_cancelling_stops_the_search() -> None:
    groups, rooms, lots = a_case()

    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        allocate(groups, SITES, rooms, lots, days=10, terms=TERMS, pulse=stop)


@given(
    st.integers(0, 40), st.lists(st.integers(0, 12), min_size=1, max_size=4), st.integers(0, 30), st.integers(0, 30),
    st.sampled_from((Decimal(0), Decimal("0.1"), Decimal("0.25"))),
)  # fmt: skip
def test_hours_take_nobody_twice_and_no_dose_twice(
    persons: int, places: list[int], first: int, second: int, share: Decimal
) -> None:
    wanted = min(persons, sum(places))
    hours = tuple(Hour(key, room) for key, room in enumerate(places, 1))
    stocks = [Stock(1, "a", 0, 3, first), Stock(2, "a", 0, 9, second)]
    found = fill([SiteDay(7, 1, "a", wanted, hours)], stocks, share)
    assert sum(one.persons for one in found.filled) + sum(found.over.values()) == wanted
    assert all(one.persons <= places[one.hour - 1] for one in found.filled)
    for stock in stocks:
        used = sum(one.doses for one in found.filled if one.lot == stock.key)
        assert used <= stock.doses
        assert found.doses_left[stock.key] == stock.doses - used
    assert len({one.hour for one in found.filled}) == len(found.filled)
    if first >= wanted or second >= wanted:
        assert not found.over


def test_an_hour_with_room_to_spare_uses_a_lot_up() -> None:
    hours = (Hour(1, 10), Hour(2, 10), Hour(3, 10))
    found = fill([SiteDay(7, 1, "a", 20, hours)], [Stock(1, "a", 0, 3, 9), Stock(2, "a", 0, 9, 50)], Decimal(0))
    assert not found.over
    assert found.doses_left[1] <= 2


def test_who_stays_away_is_allowed_for_as_measured_and_no_more_than_the_terms_say() -> None:
    assert no_show.allowance(missed=50, past=199, terms=TERMS) == 0
    assert no_show.allowance(missed=12, past=200, terms=TERMS) == Decimal("0.06")
    assert no_show.allowance(missed=100, past=200, terms=TERMS) == TERMS.no_show_allowance
    assert no_show.doses_for(10, Decimal("0.06")) == 10
    assert no_show.doses_for(100, Decimal("0.06")) == 94
    assert no_show.persons_for(94, Decimal("0.06")) == 100


def test_every_reason_to_wait_has_words_for_those_who_plan() -> None:
    assert set(WAITS) == set(WaitingBecause)
