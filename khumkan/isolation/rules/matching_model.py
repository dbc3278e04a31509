"""The matching as a program of whole numbers, small enough for a country.

Parties that live at the same point and ask for the same are a group; what is free is in heaps. Whole numbers are only
how many rooms are begun and how many are given to families: with these fixed, the rest is a flow through a network
(group, site, heap, nurses), of which every corner is whole.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from khumkan.isolation.rules.matching_program import Floats, Program
from khumkan.isolation.rules.matching_supply import (
    Kind,
    Pool,
    Supply,
    pool_in,
    suiting_kinds,
    suiting_pools,
)
from khumkan.isolation.rules.matching_worth import SHARED, Demand, Party, Site, gain, room_cost, way_cost
from khumkan.isolation.terms.matching import MatchingTerms

#: Sites that a group is offered at first, the nearest; others are added while they would improve the worth.
FIRST_SITES = 4
#: Sites that are added for a group at a time.
MORE_SITES = 3
#: Thousandths of a point below which another site is no improvement.
NOTHING = 1e-2


@dataclass(frozen=True, slots=True)
class Group:
    """Parties of one point with equal demands, the most urgent first.

    :param metres: the sites within reach by key, with the distance.
    """

    demand: Demand
    parties: Sequence[Party]
    metres: Mapping[int, int]


@dataclass(slots=True)
class Plan:
    """How many of whom go where, and at most how much any plan could be worth, in thousandths of a point."""

    bound: float
    going: list[tuple[Group, dict[int, int]]] = field(default_factory=list)
    shared: dict[tuple[int, Demand], list[tuple[Pool, int]]] = field(default_factory=lambda: defaultdict(list))
    own: dict[tuple[int, Demand], list[tuple[Kind, int]]] = field(default_factory=lambda: defaultdict(list))
    begun: dict[Pool, list[tuple[Kind, int]]] = field(default_factory=lambda: defaultdict(list))


def plan_for(
    groups: Sequence[Group], sites: Sequence[Site], supply: Supply, terms: MatchingTerms, *, gap: float
) -> Plan:
    """Find the plan with the greatest worth.

    The program begins with the nearest sites of each group. While a site that is left out has a price at which it
    would improve the relaxed program, it is added; afterwards the relaxed program is that of all sites. A site that
    is still left out costs at least its reduced cost. When less than that lies between the plan and the bound, the
    plan is the best of all sites; when not and the gap is greater than asked for, these sites are added as well.

    :param gap: the part by which the worth may stay below the bound.
    """
    model = _Model(groups, sites, supply, terms)
    ceiling, duals = model.relax()
    bound, values = model.program.solved(gap=gap)
    slack = ceiling - model.worth_of(values)
    lost = model.least_loss(duals)
    if lost < slack and model.is_short(values, max(bound, ceiling - lost), gap):
        model.add_below(slack, duals)
        bound, values = model.program.solved(gap=gap)
        lost = max(lost, slack)
    return model.read(values, min(ceiling, max(bound, ceiling - lost)))


class _Model:
    def __init__(self, groups: Sequence[Group], sites: Sequence[Site], supply: Supply, terms: MatchingTerms) -> None:
        self.groups, self.sites, self.supply, self.terms = groups, sites, supply, terms
        self.program = Program()
        self.worths: list[int] = []
        self.begun: dict[int, tuple[Kind, Pool]] = {}
        self.pooled: dict[int, tuple[int, Demand, Pool]] = {}
        self.owned: dict[int, tuple[int, Demand, Kind]] = {}
        self.ways: dict[int, tuple[int, int]] = {}
        self.slots: dict[tuple[int, Demand], int] = {}
        self._add_supply()
        self._add_groups()
        self._add_first_ways()

    def relax(self) -> tuple[float, Floats]:
        """Solve the relaxed program of all sites: its worth, and the prices of the rows."""
        while True:
            worth, duals = self.program.relaxed()
            profits = self._profits(duals)
            better = np.argwhere(profits > NOTHING)
            if not len(better):
                # what rounding may have hidden: each party could gain no more than the best profit of its group
                hidden = np.maximum(profits.max(axis=1, initial=0.0), 0.0)
                return worth + float((hidden * [len(group.parties) for group in self.groups]).sum()), duals
            order = np.argsort(-profits, axis=1, kind="stable")[:, :MORE_SITES]
            for row in np.unique(better[:, 0]):
                self._add_ways(int(row), [int(column) for column in order[row] if profits[row, column] > NOTHING])

    def least_loss(self, duals: Floats) -> float:
        """Return what using any way that is left out would cost at least; without any, infinity."""
        return float(-self._profits(duals).max(initial=-np.inf))

    def add_below(self, slack: float, duals: Floats) -> None:
        """Add the ways whose use costs less than the slack."""
        for row, column in np.argwhere(self._profits(duals) > -slack):
            self._add_ways(int(row), [int(column)])

    def is_short(self, values: NDArray[np.int64], bound: float, gap: float) -> bool:
        """Tell whether the gap is not reached."""
        return bound - self.worth_of(values) > gap * abs(bound) + 0.5

    def worth_of(self, values: NDArray[np.int64]) -> int:
        """Return the worth of a solution, in thousandths."""
        return int(values @ np.array(self.worths, dtype=np.int64))

    def read(self, values: NDArray[np.int64], bound: float) -> Plan:
        """Say in heaps and groups what a solution means."""
        plan = Plan(bound)
        going: dict[int, dict[int, int]] = defaultdict(dict)
        for column in np.flatnonzero(values):
            number, count = int(column), int(values[column])
            if number in self.ways:
                row, at = self.ways[number]
                going[row][self.sites[at].key] = count
            elif number in self.pooled:
                site, demand, pool = self.pooled[number]
                plan.shared[site, demand].append((pool, count))
            elif number in self.owned:
                site, demand, kind = self.owned[number]
                plan.own[site, demand].append((kind, count))
            elif number in self.begun:
                kind, pool = self.begun[number]
                plan.begun[pool].append((kind, count))
        plan.going = [(self.groups[row], by_site) for row, by_site in sorted(going.items())]
        return plan

    def _column(
        self, worth: int, entries: Iterable[tuple[int, float]], *, most: float = np.inf, whole: bool = False
    ) -> int:
        self.worths.append(worth)
        return self.program.column(worth, entries, most=most, whole=whole)

    def _add_supply(self) -> None:
        row = self.program.row
        sharings = {group.demand.sharing for group in self.groups}
        pools = {
            pool: row(most=sum(room.beds_free for room in self.supply.pools[pool]))
            for pool in sorted(self.supply.pools)
        }
        kinds = {kind: row(most=len(self.supply.kinds[kind])) for kind in sorted(self.supply.kinds)}
        for kind, number in kinds.items():
            for sharing in SHARED:
                if not kind.for_families and sharing in sharings:
                    pool = pool_in(kind, sharing)
                    column = self._column(0, [(number, 1), (pools[pool], -kind.beds_free)], whole=True)
                    self.begun[column] = (kind, pool)
        demands = sorted({group.demand for group in self.groups})
        for site in self.sites:
            nurses = row(most=max(site.room_left, 0))
            for demand in demands:
                if demand.size <= site.room_left:
                    self._add_demand(site, demand, nurses, pools, kinds)

    def _add_demand(
        self, site: Site, demand: Demand, nurses: int, pools: Mapping[Pool, int], kinds: Mapping[Kind, int]
    ) -> None:
        here = self.supply.at_site.get(site.key, ((), ()))
        for_pools = suiting_pools(demand, here[0], self.terms)
        for_kinds = suiting_kinds(demand, here[1], self.terms)
        if not for_pools and not for_kinds:
            return
        slot = self.slots[site.key, demand] = self.program.row(least=0, most=0)
        for pool in for_pools:
            cost = room_cost(demand, level=pool.level, accessible=pool.accessible, beds_all=0, terms=self.terms)
            column = self._column(-cost, [(slot, -1), (pools[pool], 1), (nurses, 1)])
            self.pooled[column] = (site.key, demand, pool)
        for kind in for_kinds:
            cost = room_cost(
                demand, level=kind.level, accessible=kind.accessible, beds_all=kind.beds_all, terms=self.terms
            )
            column = self._column(-cost, [(slot, -1), (kinds[kind], 1), (nurses, demand.size)], whole=True)
            self.owned[column] = (site.key, demand, kind)

    def _add_groups(self) -> None:
        shape = (len(self.groups), len(self.sites))
        self.costs = np.zeros(shape, dtype=np.int64)
        self.slot_rows = np.full(shape, -1, dtype=np.int64)
        self.group_rows = np.zeros(shape[0], dtype=np.int64)
        self.offered = np.zeros(shape, dtype=bool)
        position = {site.key: at for at, site in enumerate(self.sites)}
        for number, group in enumerate(self.groups):
            self.group_rows[number] = self.program.row(least=0, most=0)
            for points, count in sorted(Counter(party.points for party in group.parties).items()):
                worth = gain(points, group.demand.size, self.terms)
                self._column(worth, [(int(self.group_rows[number]), -1)], most=count)
            for key, metres in group.metres.items():
                self.costs[number, position[key]] = way_cost(metres, group.demand.size, self.terms)
                self.slot_rows[number, position[key]] = self.slots.get((key, group.demand), -1)

    def _add_first_ways(self) -> None:
        costs = np.where(self.slot_rows >= 0, self.costs, np.iinfo(np.int64).max)
        nearest = np.argsort(costs, axis=1, kind="stable")[:, :FIRST_SITES]
        for number in range(len(self.groups)):
            self._add_ways(number, [int(at) for at in nearest[number] if self.slot_rows[number, at] >= 0])

    def _add_ways(self, number: int, ats: Iterable[int]) -> None:
        for at in ats:
            entries = [(int(self.group_rows[number]), 1), (int(self.slot_rows[number, at]), 1)]
            self.ways[self._column(-int(self.costs[number, at]), entries)] = (number, at)
            self.offered[number, at] = True

    def _profits(self, duals: Floats) -> Floats:
        """What one party more on each way that is left out would bring at the prices; without such a way, -infinity."""
        price = duals[self.group_rows][:, None] + duals[self.slot_rows]
        return np.where((self.slot_rows >= 0) & ~self.offered, -self.costs - price, -np.inf)
