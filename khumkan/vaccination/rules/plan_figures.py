"""The figures by which an officer judges a plan before anybody is booked."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from khumkan.vaccination.rules.allocation import Allocation, Cell


def figures(
    found: Allocation, *, firsts: Mapping[int, int], ranks: Mapping[int, int], first_day: date
) -> dict[str, Any]:
    """Return distance and waiting of those who are served, by group, site and day, and how near it is to the bound.

    :param firsts: the first day on which each group may have a dose, `ranks` the group of priority of each.
    """
    people = sum(cell.persons for cell in found.cells)
    by_day: dict[int, int] = defaultdict(int)
    by_site: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    by_rank: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for cell in found.cells:
        by_day[cell.day] += cell.persons
        by_site[cell.site][0] += cell.persons
        by_site[cell.site][1] += cell.persons * cell.metres
        rank = by_rank[ranks[cell.group]]
        rank[0] += cell.persons
        rank[1] += cell.persons * cell.metres
        rank[2] += cell.persons * (cell.day - firsts[cell.group])
    return {
        "km_mean": _mean(sum(each[1] for each in by_rank.values()) / 1_000, people),
        "km_p95": round(percentile(found.cells, 0.95) / 1_000, 1),
        "days_mean": _mean(sum(each[2] for each in by_rank.values()), people),
        "days": {(first_day + timedelta(days=day)).isoformat(): count for day, count in sorted(by_day.items())},
        "sites": [[site, count, _mean(metres / 1_000, count)] for site, (count, metres) in sorted(by_site.items())],
        "groups": [
            [rank, count, _mean(metres / 1_000, count), _mean(days, count)]
            for rank, (count, metres, days) in sorted(by_rank.items(), reverse=True)
        ],
        "cost": found.cost,
        "bound": round(found.bound),
        "gap": round(found.gap, 6),
    }


def percentile(cells: Sequence[Cell], part: float) -> int:
    """Return the distance in metres that this part of the people do not exceed; 0 without anybody."""
    people = sum(cell.persons for cell in cells)
    seen = 0
    for cell in sorted(cells, key=lambda one: one.metres):
        seen += cell.persons
        if seen >= part * people:
            return cell.metres
    return 0


def _mean(total: float, people: int) -> float:
    return round(total / people, 2) if people else 0.0
