"""The map of the 77 provinces, each in the colour of its figure."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khumkan.ui.charts.drawing import Chart, frame, mark
from khumkan.ui.filters import number
from khumkan.ui.navigation import Words
from khumkan.ui.tables import Column, Table

#: Natural Earth's outlines by the two-figure code of the province, made by `scripts/build_provinces.py`.
OUTLINES = Path(__file__).with_name("provinces.json")
CLASSES = 5


def province_map(
    title: Words,
    values: Mapping[str, float | None],
    *,
    names: Mapping[str, str],
    unit: Words = "",
    limits: Sequence[float] | None = None,
) -> Chart:
    """Draw the provinces in five steps of one colour.

    :param values: by two-figure code; a province that is missing or None has no figure and is grey, not zero.
    :param names: by the same codes, in the page's language.
    :param limits: four upper limits of the steps below the last; without them the steps hold equally many provinces.
    :raises ValueError: for a code that is no province.
    """
    paths = outlines()["paths"]
    if unknown := set(values) - set(paths):
        raise ValueError(f"no such provinces: {sorted(unknown)}")
    known = {code: value for code, value in values.items() if value is not None}
    steps = tuple(limits) if limits is not None else quantiles(list(known.values()))
    shapes = [
        mark("path", _name(names, code, value, unit), class_=f"ch-province {colour(value, steps)}", d=d)
        for code, d, value in ((code, d, known.get(code)) for code, d in paths.items())
    ]
    rows = sorted(((names.get(code, code), value) for code, value in values.items()), key=lambda row: -(row[1] or 0))
    table = Table(
        caption=title,
        rows=rows,
        columns=(
            Column(gettext_lazy("Province"), 0, header=True),
            Column(unit or gettext_lazy("Figure"), 1, numeric=True),
        ),
    )
    legend = _legend(steps, list(known.values()), everywhere=len(known) == len(paths))
    return Chart("map", title, _drawn(title, shapes), table, legend)


def quantiles(values: Sequence[float]) -> tuple[float, ...]:
    """Return four limits that part the values into five groups of equal size; equal limits are merged."""
    ordered = sorted(values)
    if not ordered:
        return ()
    found = [ordered[max(0, -(-len(ordered) * part // CLASSES) - 1)] for part in range(1, CLASSES)]
    return tuple(sorted({value for value in found if value < ordered[-1]}))


def colour(value: float | None, limits: Sequence[float]) -> str:
    """Return the class of a value: the first step whose upper limit it does not pass."""
    if value is None:
        return "ch-none"
    return f"ch-q{_shade(sum(value > limit for limit in limits), len(limits))}"


def _shade(step: int, limits: int) -> int:
    """Spread fewer than five steps over the whole range of shades; a single one has the middle shade."""
    return round(step * (CLASSES - 1) / limits) if limits else CLASSES // 2


def _legend(limits: Sequence[float], values: Sequence[float], *, everywhere: bool) -> list[tuple[str, Any]]:
    entries: list[tuple[str, Any]] = []
    if values and not limits:  # all the same
        entries.append((f"ch-q{_shade(0, 0)}", _figure(values[0])))
    for step, limit in enumerate(limits):
        below = limits[step - 1] if step else None
        words = _("up to %(high)s") if below is None else _("over %(low)s up to %(high)s")
        entries.append((f"ch-q{_shade(step, len(limits))}", words % {"low": _figure(below), "high": _figure(limit)}))
    if limits:
        entries.append((f"ch-q{CLASSES - 1}", _("over %(low)s") % {"low": _figure(limits[-1])}))
    if not everywhere:
        entries.append(("ch-none", _("No figure")))
    return entries


def _name(names: Mapping[str, str], code: str, value: float | None, unit: Words) -> SafeString:
    shown = _("No figure") if value is None else f"{_figure(value)} {unit}".strip()
    return mark("title", f"{names.get(code, code)}: {shown}")


def _figure(value: float | None) -> str:
    return "" if value is None else number(int(value) if value == int(value) else round(value, 1))


def _drawn(title: Words, shapes: Sequence[SafeString]) -> SafeString:
    whole = outlines()
    return frame(title, shapes, width=whole["width"], height=whole["height"])


@cache
def outlines() -> dict[str, Any]:
    """Return the frame (`width`, `height`) and the `paths` by code."""
    found: dict[str, Any] = json.loads(OUTLINES.read_text(encoding="utf-8"))
    return found
