"""Hiding small cells of figures that everybody may have, so that they cannot be worked out from the rest either."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Part = TypeVar("Part", bound=Hashable)


@dataclass(frozen=True)
class Line(Generic[Key]):
    """One line as it may be published: its cells and its total; None stands for what is hidden."""

    cells: Mapping[Key, int | None]
    total: int | None


def published(cells: Mapping[Key, int], *, least: int) -> Line[Key]:
    """Hide the cells of one line from 1 to less than the least, and what else would give them away.

    A single hidden cell is the total less the others. So further cells are hidden, the smallest first, until at least
    two are, and until their sum leaves room for each of them to be anything from one person to at least the least,
    which is what who subtracts the shown cells from the total can find out. Where there are not enough cells for that,
    the total is hidden too. A zero tells of nobody, and stays.

    :raises ValueError: for a count below zero, which has no place in what is published.
    """
    if any(count < 0 for count in cells.values()):
        raise ValueError("a count below zero is not published")
    total = sum(cells.values())
    by_size = sorted((key for key in cells if cells[key] > 0), key=lambda key: (cells[key], str(key)))
    small = [key for key in by_size if cells[key] < least]
    if not small:
        return Line(dict(cells), total)
    hidden, rest = small, by_size[len(small) :]
    while rest and not _is_safe([cells[key] for key in hidden], least):
        hidden, rest = [*hidden, rest[0]], rest[1:]
    keeps_total = _is_safe([cells[key] for key in hidden], least)
    shown: dict[Key, int | None] = {key: None if key in set(hidden) else count for key, count in cells.items()}
    return Line(shown, total if keeps_total else None)


def published_together(parts: Mapping[Part, Mapping[Key, int]], *, least: int) -> dict[Part, Line[Key]]:
    """Hide small cells of several break-downs of the same total.

    A total that one break-down hides could be read off another. Where one has to, all hide the total and every cell
    that is not nobody's.
    """
    lines = {part: published(cells, least=least) for part, cells in parts.items()}
    if all(line.total is not None for line in lines.values()):
        return lines
    return {part: Line({key: None if count else 0 for key, count in parts[part].items()}, None) for part in lines}


def _is_safe(hidden: list[int], least: int) -> bool:
    return len(hidden) > 1 and sum(hidden) >= len(hidden) - 1 + least
