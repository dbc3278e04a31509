"""The plan as a flow through a network, solved by HiGHS: group → day of the group → place on a day → doses of a lot.

Of such a program every corner is whole, for any number of vaccines, so that no rounding is needed. It begins with few
ways; ways that would improve it at its prices are added, and so are the shares of large groups that it does not keep,
until what could still be gained is below the gap that was asked for.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from khumkan.vaccination.rules.allocation_model import (
    Cell,
    Floats,
    Group,
    Ints,
    Lot,
    Room,
    Site,
    metres_a_day,
    metres_between,
    metres_unserved,
    most_a_day,
)
from khumkan.vaccination.terms.planning import PlanningTerms

SEED = 1
#: Sites and days that a group is offered at first: the nearest, and every so many days, each group and site on others,
#: so that together they have every day.
FIRST_SITES, EVERY_DAYS = 3, 4
#: Ways that are added for a group at a time.
MORE_WAYS = 8
#: Metres below which another way is no improvement.
NOTHING = 1e-3
INFINITE = highspy.kHighsInf
BY_ROWS, BY_COLUMNS = 1, 4  # dual simplex after new rows, primal simplex after new columns


class _Silent(highspy.Highs):
    """The solver without its greeting."""

    def enableCallbacks(self) -> None:  # noqa: N802 (the solver calls it while it is made)
        """Forbid all output first."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Solved:
    """Who goes where, what that costs in metres, and what no plan could cost less than."""

    cells: tuple[Cell, ...]
    unserved: dict[int, int]
    cost: int
    bound: float


class Program:
    """The groups, sites, places and lots of one plan as a linear program."""

    def __init__(
        self, groups: Sequence[Group], sites: Sequence[Site], rooms: Sequence[Room], lots: Sequence[Lot], days: int,
        terms: PlanningTerms,
    ) -> None:  # fmt: skip
        self.groups, self.sites, self.days, self.terms = groups, sites, days, terms
        self.vaccines = sorted({room.vaccine for room in rooms})
        self._measure(rooms)
        self._highs: Any = _Silent()  # type: ignore[no-untyped-call]
        options: dict[str, int | str] = {"threads": 1, "parallel": "off", "random_seed": SEED, "presolve": "off"}
        for name, value in options.items():
            self._highs.setOptionValue(name, value)
        self._ways: list[Ints] = []
        self._known = np.zeros(self.costs.shape, dtype=bool)
        self._capped: dict[tuple[int, int], int] = {}
        self._add_rows(rooms, lots)
        self._add_ways(self._first_ways())

    def solved(self, *, gap: float, pulse: Callable[[], None]) -> Solved:
        """Solve it.

        :param gap: the part of the cost by which it may stay above the bound.
        :param pulse: called between the steps; what it raises ends the search.
        """
        bound, strategy = 0.0, BY_COLUMNS
        while True:
            pulse()
            cost, values, duals = self._run(strategy)
            gains = self._reduced(duals)
            best = gains.reshape(len(self.groups), -1).min(axis=1, initial=0.0)
            bound = max(bound, cost + float(np.minimum(best, 0.0) @ self.persons))
            if cost - bound > gap * cost and len(ways := self._improving(gains)):
                self._add_ways(ways)
                strategy = BY_COLUMNS
            elif over := self._over_share(values):
                self._add_caps(over)
                strategy = BY_ROWS
            else:
                return self._read(values, bound)

    def _measure(self, rooms: Sequence[Room]) -> None:
        """Make the tables of all ways: cost by group, site, vaccine and day; infinite where there is none."""
        groups, terms = self.groups, self.terms
        self.persons = np.array([group.persons for group in groups], dtype=np.float64)
        metres = metres_between(groups, self.sites)
        near = np.argsort(metres, axis=1, kind="stable")[:, : terms.sites_considered]
        self.near, self.metres = near, np.take_along_axis(metres, near, axis=1)
        site_at = {site.key: number for number, site in enumerate(self.sites)}
        vaccine_at = {vaccine: number for number, vaccine in enumerate(self.vaccines)}
        self.room_row = np.full((len(self.sites), len(self.vaccines), self.days), -1, dtype=np.int64)
        for number, room in enumerate(rooms):
            self.room_row[site_at[room.site], vaccine_at[room.vaccine], room.day] = len(groups) + number
        self.rooms = list(rooms)
        numbers = np.arange(self.days)
        waits = np.array([metres_a_day(group, self.days, terms) for group in groups])
        first, last = (np.array([getattr(group, name) for group in groups]) for name in ("first", "last"))
        waited = np.where(
            (numbers >= first[:, None]) & (numbers <= last[:, None]),
            (numbers - first[:, None]) * waits[:, None],
            np.inf,
        )
        allowed = np.array([[one in group.vaccines for one in self.vaccines] for group in groups]).reshape(
            len(groups), len(self.vaccines)
        )
        costs = self.metres[:, :, None, None] + waited[:, None, None, :]
        there = (self.room_row[near] >= 0) & allowed[:, None, :, None]
        there &= (self.metres <= 1_000 * terms.farthest_km)[:, :, None, None]
        self.costs: Floats = np.where(there, costs, np.inf)
        finite = self.costs[np.isfinite(self.costs)]
        worst = int(finite.max(initial=0.0))
        self.unserved = np.array([metres_unserved(group, worst, terms) for group in groups], dtype=np.float64)

    def _add_rows(self, rooms: Sequence[Room], lots: Sequence[Lot]) -> None:
        """Add the rows of groups, places, days and lots; the columns of who stays unserved and of doses by lot."""
        places = np.array([room.places for room in rooms], dtype=np.float64)
        days = sorted({(room.vaccine, room.day) for room in rooms})
        self.day_row = np.full((len(self.vaccines), self.days), -1, dtype=np.int64)
        base = len(self.groups) + len(rooms)
        for number, (vaccine, day) in enumerate(days):
            self.day_row[self.vaccines.index(vaccine), day] = base + number
        doses = np.array([lot.persons for lot in lots], dtype=np.float64)
        upper = np.concatenate([self.persons, places, np.zeros(len(days)), doses])
        lower = np.concatenate([self.persons, np.full(len(upper) - len(self.persons), -INFINITE)])
        self._rows = len(upper)
        self._new_rows(lower, upper, [], [], [])
        self._new_columns(self.unserved, [[number] for number in range(len(self.groups))], [[1.0]] * len(self.groups))
        entries = [
            [base + number, base + len(days) + at]
            for number, (vaccine, day) in enumerate(days)
            for at, lot in enumerate(lots)
            if lot.vaccine == vaccine and lot.first <= day <= lot.last
        ]
        self._new_columns(np.zeros(len(entries)), entries, [[-1.0, 1.0]] * len(entries))
        self._before = len(self.groups) + len(entries)

    def _first_ways(self) -> Ints:
        wanted = np.isfinite(self.costs)
        wanted[:, FIRST_SITES:] = False
        offset = np.array([group.first + number for number, group in enumerate(self.groups)])[:, None, None]
        turn = np.arange(self.days)[None, None, :] - offset - np.arange(wanted.shape[1])[None, :, None]
        wanted &= (turn % EVERY_DAYS == 0)[:, :, None, :]
        return np.argwhere(wanted)

    def _improving(self, gains: Floats) -> Ints:
        """Return the ways that would improve the plan most, some of each group."""
        flat = gains.reshape(len(self.groups), -1)
        most = min(MORE_WAYS, flat.shape[1])
        at = np.argpartition(flat, most - 1, axis=1)[:, :most]
        row, column = np.nonzero(np.take_along_axis(flat, at, axis=1) < -NOTHING)
        found = np.column_stack([row, *np.unravel_index(at[row, column], gains.shape[1:])])
        new: Ints = found[~self._known[tuple(found.T)]]
        return new

    def _add_ways(self, ways: Ints) -> None:
        if not len(ways):
            return
        group, near, vaccine, day = ways.T
        self._known[group, near, vaccine, day] = True
        site = self.near[group, near]
        rows = np.column_stack([group, self.room_row[site, vaccine, day], self.day_row[vaccine, day]])
        entries = [list(each) for each in rows.tolist()]
        for number, (one, on) in enumerate(zip(group.tolist(), day.tolist(), strict=True)):
            if (one, on) in self._capped:
                entries[number].append(self._capped[one, on])
        self._new_columns(self.costs[group, near, vaccine, day], entries, [[1.0] * len(each) for each in entries])
        self._ways.append(ways)

    def _over_share(self, values: Floats) -> list[tuple[int, int]]:
        """Return the groups and days that take more than the share of a large group and have no row yet."""
        ways = np.concatenate(self._ways) if self._ways else np.zeros((0, 4), dtype=np.int64)
        taken = np.zeros((len(self.groups), self.days))
        np.add.at(taken, (ways[:, 0], ways[:, 3]), values[self._before :])
        most = np.array([most_a_day(group, self.terms) for group in self.groups])
        found = [(int(one), int(on)) for one, on in np.argwhere(taken > most[:, None] + 1e-6)]
        return [each for each in found if each not in self._capped]

    def _add_caps(self, over: Sequence[tuple[int, int]]) -> None:
        ways = np.concatenate(self._ways)
        columns: dict[tuple[int, int], list[int]] = defaultdict(list)
        wanted = set(over)
        for number, (one, on) in enumerate(zip(ways[:, 0].tolist(), ways[:, 3].tolist(), strict=True)):
            if (one, on) in wanted:
                columns[one, on].append(self._before + number)
        starts: list[int] = []
        index: list[int] = []
        for each in over:
            self._capped[each] = self._rows + len(starts)
            starts.append(len(index))
            index += columns[each]
        most = np.array([most_a_day(self.groups[one], self.terms) for one, _ in over], dtype=np.float64)
        self._new_rows(np.full(len(over), -INFINITE), most, starts, index, [1.0] * len(index))
        self._rows += len(over)

    def _reduced(self, duals: Floats) -> Floats:
        """Return what one more person on each way would change; infinite where there is no way."""
        of_room = np.where(self.room_row >= 0, duals[self.room_row], 0.0)
        of_day = np.where(self.day_row >= 0, duals[self.day_row], 0.0)
        price = (of_room + of_day[None])[self.near]
        gains: Floats = self.costs - duals[: len(self.groups), None, None, None] - price
        if self._capped:
            group, day = np.array(list(self._capped), dtype=np.int64).T
            gains[group, :, :, day] -= duals[list(self._capped.values())][:, None, None]
        return gains

    def _run(self, strategy: int) -> tuple[float, Floats, Floats]:
        self._highs.setOptionValue("simplex_strategy", strategy)
        self._highs.run()
        status = self._highs.getModelStatus()
        if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty):
            raise ArithmeticError(f"the solver ended with {status}")
        found = self._highs.getSolution()
        return (
            float(self._highs.getInfo().objective_function_value),
            np.array(found.col_value, dtype=np.float64),
            np.array(found.row_dual, dtype=np.float64),
        )

    def _read(self, values: Floats, bound: float) -> Solved:
        whole = np.rint(values)
        if np.abs(values - whole).max(initial=0.0) > 1e-5:
            raise ArithmeticError("a corner of a flow is not whole")
        ways = np.concatenate(self._ways) if self._ways else np.zeros((0, 4), dtype=np.int64)
        counts = whole[self._before :].astype(np.int64)
        used = np.flatnonzero(counts)
        cells = []
        cost = int(whole[: len(self.groups)] @ self.unserved)
        for (one, near, vaccine, day), count in zip(ways[used].tolist(), counts[used].tolist(), strict=True):
            site = self.sites[int(self.near[one, near])].key
            cells.append(
                Cell(self.groups[one].key, site, day, self.vaccines[vaccine], count, int(self.metres[one, near]))
            )
            cost += count * int(self.costs[one, near, vaccine, day])
        cells.sort(key=lambda cell: (cell.group, cell.day, cell.site, cell.vaccine))
        left = {self.groups[at].key: int(whole[at]) for at in np.flatnonzero(whole[: len(self.groups)]).tolist()}
        return Solved(tuple(cells), left, cost, min(bound, float(cost)))

    def _new_rows(
        self, lower: Floats, upper: Floats, starts: Sequence[int], index: Sequence[int], values: Sequence[float]
    ) -> None:
        begins = np.array(starts or [0] * len(upper), dtype=np.int32)
        self._highs.addRows(
            len(upper), lower, upper, len(index), begins, np.array(index, dtype=np.int32),
            np.array(values, dtype=np.float64),
        )  # fmt: skip

    def _new_columns(self, costs: Floats, rows: Sequence[Sequence[int]], values: Sequence[Sequence[float]]) -> None:
        if not len(costs):
            return
        starts = np.cumsum([0, *(len(each) for each in rows[:-1])]).astype(np.int32)
        index = np.array([row for each in rows for row in each], dtype=np.int32)
        factors = np.array([value for each in values for value in each], dtype=np.float64)
        self._highs.addCols(
            len(costs), np.ascontiguousarray(costs), np.zeros(len(costs)), np.full(len(costs), INFINITE), len(index),
            starts, index, factors,
        )  # fmt: skip
